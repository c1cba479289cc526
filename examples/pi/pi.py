"""Estimates pi: throws darts at a square and counts those that land in the quarter circle."""

from __future__ import annotations

import argparse
from operator import add
from random import Random

from pyspark.sql import SparkSession


def hits(seed: int, darts: int) -> int:
    """How many of the darts land inside. The seed alone decides it, whichever executor throws them."""
    random = Random(seed).random
    return sum(random() ** 2 + random() ** 2 <= 1 for _ in range(darts))


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("partitions", type=int, nargs="?", default=8, help="how many tasks throw darts")
    parser.add_argument("--darts", type=int, default=250_000, help="how many darts each of them throws")
    parser.add_argument("--seed", type=int, default=2013, help="the same seed gives the same answer")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    darts, seed = arguments.darts, arguments.seed
    spark = SparkSession.builder.appName("pi").getOrCreate()

    tasks = spark.sparkContext.parallelize(range(arguments.partitions), arguments.partitions)
    inside = tasks.map(lambda task: hits(seed + task, darts)).reduce(add)

    thrown = arguments.partitions * darts
    print(f"{inside} of {thrown} darts landed inside: pi is roughly {4 * inside / thrown:.6f}")

    spark.stop()


if __name__ == "__main__":
    main()
