"""Which airlines make up lost time in the air? A year of flights out of New York, with a pandas UDF and two joins."""

from __future__ import annotations

import argparse
from pathlib import Path

import pandas as pd
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType

YEAR = 2013
# These report their own fleet numbers, so that the registry knows few of their planes, or other ones.
FLEET_NUMBERS = ["AA", "MQ"]


@F.pandas_udf(DoubleType())
def made_up(departure_delay: pd.Series, arrival_delay: pd.Series, air_time: pd.Series) -> pd.Series:
    """Minutes made up for each hour in the air; missing for a flight that was cancelled or diverted."""
    return (departure_delay - arrival_delay) / air_time * 60


def by_airline(flights: DataFrame, planes: DataFrame, airlines: DataFrame) -> DataFrame:
    """One row an airline. Flights of planes that are not in the registry count too, but not for the planes' age."""
    built = planes.select("tailnum", F.expr("try_cast(year AS int)").alias("built"))
    known = F.when(~F.col("carrier").isin(FLEET_NUMBERS), F.col("built"))
    return (
        flights.withColumn("made_up", made_up("dep_delay", "arr_delay", "air_time"))
        .join(built, "tailnum", "left")
        .join(F.broadcast(airlines), "carrier")
        .groupBy(F.col("name").alias("airline"))
        .agg(
            F.count("*").alias("flights"),
            F.round(100 * F.avg(F.col("dep_delay").isNull().cast("int")), 1).alias("cancelled %"),
            F.round(YEAR - F.avg(known), 1).alias("age of planes"),
            F.round(F.avg("dep_delay"), 1).alias("delay, min"),
            F.round(F.avg("made_up"), 2).alias("made up, min/h"),
        )
        .orderBy(F.desc("made up, min/h"), "airline")
    )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__)
    beside = Path(__file__).with_name("data")
    parser.add_argument("--input", default=str(beside), help="the folder of flights/, planes.csv and airlines.csv")
    parser.add_argument("--top", type=int, default=20, help="how many airlines to print")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    spark = SparkSession.builder.appName("flights").getOrCreate()

    flights = spark.read.parquet(f"{arguments.input}/flights")
    planes = spark.read.csv(f"{arguments.input}/planes.csv", header=True)
    airlines = spark.read.csv(f"{arguments.input}/airlines.csv", header=True)
    by_airline(flights, planes, airlines).show(arguments.top, truncate=False)

    spark.stop()


if __name__ == "__main__":
    main()
