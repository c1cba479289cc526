"""Where PyJob's nodes stand beside and below others of a plan: rows are as with Spark's own nodes."""

from pathlib import Path

from arrow_tables import spark
from checks import check, run_checks

import pandas as pd
import pyarrow as pa
from pyspark.errors import PySparkException
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf

OURS = "spark.pyjob.arrow.enabled"
files = str(Path.cwd() / "files")  # which all containers see
spark.range(0, 1000, 1, 4).selectExpr("id", "id % 7 as k").write.parquet(files)


@pandas_udf("long")
def plus_one(s: pd.Series) -> pd.Series:
    return s + 1


def same(batches):
    yield from batches


def size(frame):
    return pd.DataFrame({"n": [len(frame)]})


def one(rows=5):
    """In one partition, and the plan knows."""
    return spark.range(0, rows, 1, 1).mapInPandas(same, "id long")


def rows(frame):
    return sorted(tuple(row) for row in frame.collect())


def both(make, **settings):
    """The rows with PyJob's nodes, if they are those with Spark's."""
    for key, value in settings.items():
        spark.conf.set(key, value)
    try:
        results = []
        for switch in ("true", "false"):
            spark.conf.set(OURS, switch)
            results.append(rows(make()))
        assert results[0] == results[1], results
        return results[0]
    finally:
        for key in (OURS, *settings):
            spark.conf.unset(key)


WITHOUT_AQE = {"spark.sql.adaptive.enabled": "false"}


@check([(20,)])
def union_of_single_partitions():
    return both(lambda: one().union(one()).agg(F.sum("id")))


@check([(i, 2) for i in range(5)])
def union_that_is_grouped():
    return both(lambda: one().union(one()).groupBy("id").count())


@check([(i, 3) for i in range(5)])
def union_of_unions():
    return both(lambda: one().union(one()).union(one()).groupBy("id").count(), **WITHOUT_AQE)


@check([(10,)])
def union_for_a_function_of_all():
    return both(lambda: one().union(one()).groupBy().applyInPandas(size, "n long"))


@check([(2,)])
def union_of_what_functions_of_all_gave():
    def make():
        frame = one().groupBy().applyInPandas(size, "n long")
        return frame.union(frame).groupBy().applyInPandas(size, "n long")

    return both(make)


@check([(10,)])
def union_behind_a_function():
    return both(lambda: one().union(one()).mapInPandas(same, "id long").groupBy().applyInPandas(size, "n long"))


@check([(20,)])
def union_that_is_cached():
    def make():
        frame = one().union(one()).cache()
        try:
            return spark.createDataFrame([frame.agg(F.sum("id")).collect()[0]], "s long")
        finally:
            frame.unpersist(True)

    return both(make)


@check([(1500,)])
def union_with_a_scan():
    return both(
        lambda: (
            spark.read.parquet(files)
            .select("id")
            .union(spark.range(500).mapInPandas(same, "id long"))
            .agg(F.count("id"))
        )
    )


@check([(1000,)])
def scan_and_function_below_a_function_of_all():
    def make():
        return spark.read.parquet(files).coalesce(1).mapInPandas(same, "id long, k long")

    assert both(lambda: make().groupBy().applyInPandas(size, "n long"), **WITHOUT_AQE) == [(1000,)]
    return both(lambda: make().groupBy().applyInPandas(size, "n long"))


@check([(7,)])
def groups_of_groups_of_a_scan():
    def make():
        frame = spark.read.parquet(files).groupBy("k").applyInPandas(size, "n long")
        return frame.groupBy().applyInPandas(size, "n long")

    assert both(make, **WITHOUT_AQE) == [(7,)]
    return both(make)


@check([(1000,)])
def functions_around_a_selection():
    def make():
        frame = spark.read.parquet(files).withColumn("p", plus_one("id")).select("p", F.col("k").alias("j"))
        return frame.withColumn("q", plus_one("p")).where("q = p + 1").agg(F.count("j"))

    return both(make)


@check([(6,)])
def cogroup_of_functions():
    def count(left, right):
        return pd.DataFrame({"n": [len(left) + len(right)]})

    def make():
        left, right = one(), one().withColumn("v", plus_one("id"))
        frame = left.groupBy(F.col("id") * 0).cogroup(right.groupBy(F.col("id") * 0)).applyInPandas(count, "n long")
        return frame.selectExpr("n - 4 as n")

    return both(make)


def condition(make):
    try:
        make().collect()
    except PySparkException as error:
        return error.getCondition() or str(error)
    return "no failure"


@check(["DUPLICATED_FIELD_NAME_IN_ARROW_STRUCT"] * 2)
def two_columns_of_one_name():
    frame = spark.range(3).select("id", "id")
    return [
        condition(lambda: frame.mapInPandas(same, "a long, b long")),
        condition(lambda: frame.mapInArrow(same, "a long, b long")),
    ]


@check(True)
def decimals_that_spark_does_not_read():
    """Stock Spark refuses them, too; others than of 128 and 256 bits Arrow's Java library does."""

    def cast(batches):
        for batch in batches:
            yield pa.record_batch([batch.column(0).cast(pa.decimal256(10, 2))], names=["d"])

    frame = spark.range(1000).selectExpr("cast(id as decimal(10, 2)) as d")
    try:
        frame.mapInArrow(cast, "d decimal(10, 2)").collect()
    except Exception as error:  # of whatever class PySpark makes of a failed job
        return "decimals of 256 bits, which Spark does not read: return decimal128" in str(error)
    return False


@check(True)
def limits_over_cached_frames_off_heap():
    """Of a cached batch that is partly read when the thread that reads ahead takes over."""
    spark.conf.set("spark.sql.columnVector.offheap.enabled", "true")
    spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "3000")
    frame = spark.range(0, 200_000, 1, 2).cache()
    try:
        frame.count()
        return all(len(frame.mapInPandas(same, "id long").limit(5).collect()) == 5 for _ in range(25))
    finally:
        frame.unpersist(True)
        spark.conf.unset("spark.sql.columnVector.offheap.enabled")
        spark.conf.unset("spark.sql.execution.arrow.maxRecordsPerBatch")


@check(5)
def limits_over_compressed_text():
    text = str(Path.cwd() / "text")
    spark.range(0, 300_000, 1, 2).selectExpr("concat('line ', id) as value").write.option("compression", "gzip").text(
        text
    )
    counts = [len(spark.read.text(text).mapInPandas(same, "value string").limit(5).collect()) for _ in range(15)]
    return min(counts)


if __name__ == "__main__":
    run_checks()
