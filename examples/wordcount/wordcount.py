"""Counts the words of a book: the classic first Spark job, with Python functions that run on the executors."""

from __future__ import annotations

import argparse
import re
from operator import add
from pathlib import Path

from pyspark.sql import SparkSession

# Letters, with apostrophes inside a word ("observ'd"). Underscores mark italics in the text and are no letters.
WORD = re.compile(r"[^\W\d_]+(?:'[^\W\d_]+)*")


def words(line: str) -> list[str]:
    """The words of a line, in lower case."""
    return WORD.findall(line.lower())


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(__file__).with_name("data") / "opticks.txt"
    parser.add_argument("--input", default=str(beside), help="a text file, as a path that Spark can read")
    parser.add_argument("--top", type=int, default=20, help="how many words to print")
    parser.add_argument("--min-length", type=int, default=1, help="print only words with at least so many characters")
    parser.add_argument("--partitions", type=int, default=4, help="into how many parts to split the file, at least")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    spark = SparkSession.builder.appName("wordcount").getOrCreate()

    lines = spark.sparkContext.textFile(arguments.input, arguments.partitions)
    counts = lines.flatMap(words).map(lambda word: (word, 1)).reduceByKey(add).cache()
    print(f"{counts.values().sum()} words, {counts.count()} different ones")

    long_enough = counts.filter(lambda pair: len(pair[0]) >= arguments.min_length)
    for word, count in long_enough.takeOrdered(arguments.top, key=lambda pair: (-pair[1], pair[0])):
        print(f"{count:6} {word}")

    spark.stop()


if __name__ == "__main__":
    main()
