"""A month of weather per micro-batch: structured streaming over files that have arrived, then the end.

Standard output gets one line a month, in the order of the calendar, and a total. Spark takes files in the order of
their modification times, which a copy may change; so what arrives when is told on standard error only.
"""

from __future__ import annotations

import argparse
import os
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path

from pyspark.sql import DataFrame, Row, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.types import DoubleType

SCHEMA = "origin string, year int, month int, day int, hour int, temp double, wind_speed double, precip double"
STATIONS = 3


@F.udf(DoubleType(), useArrow=False)
def wind_chill(temperature: float | None, wind: float | None) -> float | None:
    """What a temperature in degrees Fahrenheit feels like in wind in mph: the formula of the US weather service."""
    if temperature is None or wind is None:
        return None
    if temperature > 50 or wind <= 3:
        return temperature
    gust = wind**0.16
    return 35.74 + 0.6215 * temperature - 35.75 * gust + 0.4275 * temperature * gust


@dataclass
class Months:
    """Collects the months in the driver's Python process; Spark calls `add` once a batch."""

    rows: list[Row] = field(default_factory=list)

    def add(self, batch: DataFrame, batch_id: int) -> None:
        months = by_month(batch).collect()
        arrived = ", ".join(f"{month.year}-{month.month:02}" for month in months)
        print(f"batch {batch_id}: {arrived}", file=sys.stderr, flush=True)
        self.rows += months

    def report(self) -> str:
        months = sorted(self.rows, key=lambda row: (row.year, row.month))
        hours = sum(row.hours for row in months)
        mean = sum(row.mean * row.hours for row in months) / hours
        rain = sum(row.rain for row in months)
        lines = ["month    hours  mean F  coldest 1% felt F  rain in"]
        lines += [
            f"{row.year}-{row.month:02}  {row.hours:5}  {row.mean:6.1f}  {row.felt:17.1f}  {row.rain:7.2f}"
            for row in months
        ]
        return "\n".join([*lines, f"total    {hours:5}  {mean:6.1f}  {'':17}  {rain:7.2f}"])


def by_month(hours: DataFrame) -> DataFrame:
    """One row a month. A percentile, not the minimum: a few readings are wrong, such as a wind of 1048 mph."""
    return (
        hours.withColumn("felt", wind_chill("temp", "wind_speed"))
        .groupBy("year", "month")
        .agg(
            F.count("*").alias("hours"),
            F.avg("temp").alias("mean"),
            F.percentile("felt", 0.01).alias("felt"),
            (F.sum("precip") / STATIONS).alias("rain"),
        )
    )


def parse_arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description="Weather of New York's airports, a month per micro-batch.")
    beside = Path(__file__).with_name("data") / "weather"
    parser.add_argument("--input", default=str(beside), help="a folder of JSON lines, a file a month")
    return parser.parse_args()


def main() -> None:
    arguments = parse_arguments()
    spark = SparkSession.builder.appName("streaming").getOrCreate()
    stream = spark.readStream.schema(SCHEMA).option("maxFilesPerTrigger", 1).json(arguments.input)

    months = Months()
    # Python only names the checkpoint; the driver's JVM writes it. So it has to be where both may write.
    shared = os.environ.get("PYJOB_DIR", tempfile.gettempdir())
    with tempfile.TemporaryDirectory(prefix="streaming-", dir=shared, ignore_cleanup_errors=True) as folder:
        query = (
            stream.writeStream.foreachBatch(months.add)
            .option("checkpointLocation", Path(folder, "checkpoint").as_uri())
            .trigger(availableNow=True)
            .start()
        )
        query.awaitTermination()
    print(months.report())

    spark.stop()


if __name__ == "__main__":
    main()
