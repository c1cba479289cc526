"""Input that is read ahead, on another thread: results, limits, failures and listeners are as without it."""

from pathlib import Path

from arrow_tables import spark
from checks import check, run_checks

import pandas as pd
from pyspark.errors import PySparkException
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf

AHEAD = "spark.pyjob.arrow.batchesAhead"
OFF_HEAP = "spark.sql.columnVector.offheap.enabled"
ROWS = 24_000
files = str(Path.cwd() / "files")  # which all containers see
spark.range(0, ROWS, 1, 6).selectExpr("id as v", "cast(id as string) as s").write.mode("overwrite").parquet(files)
spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "100")


@pandas_udf("long")
def plus_one(s: pd.Series) -> pd.Series:
    return s + 1


@pandas_udf("string")
def same(s: pd.Series) -> pd.Series:
    return s


def table():
    return spark.read.parquet(files)


def with_and_without(function):
    """Both results, which have to be the same."""
    results = []
    for ahead in ("0", "1", "2", "7"):
        spark.conf.set(AHEAD, ahead)
        results.append(function())
    assert all(each == results[0] for each in results), results
    return results[0]


@check(sum(range(1, ROWS + 1)))
def all_values():
    return with_and_without(lambda: table().select(plus_one("v").alias("p")).agg(F.sum("p")).collect()[0][0])


@check([True] * 24)
def limits_at_any_row():
    """Where a task stops, readers of files are open, in memory of the heap or outside of it."""

    def right(limit, off_heap):
        spark.conf.set(OFF_HEAP, off_heap)
        rows = table().coalesce(2).select("v", "s", plus_one("v"), same("s")).limit(limit).collect()
        return len(rows) == limit and all(r[0] + 1 == r[2] and str(r[0]) == r[1] == r[3] for r in rows)

    spark.conf.set(AHEAD, "2")
    try:
        return [right(limit, off) for limit in range(1, ROWS, ROWS // 12 + 7) for off in ("true", "false")]
    finally:
        spark.conf.unset(OFF_HEAP)


@check((ROWS // 2, 10))
def one_behind_the_other():
    def behind():
        frame = table().withColumn("p", plus_one("v")).where("p % 2 = 0").withColumn("q", plus_one("p"))
        frame = frame.where("q > 0").select("*", same("s").alias("t"))
        return frame.where("q = v + 2 and s = t").count(), len(frame.limit(10).collect())

    return with_and_without(behind)


@check(ROWS)
def behind_a_sort_and_a_shuffle():
    return with_and_without(
        lambda: (
            table()
            .repartition(3, "s")
            .sortWithinPartitions("s")
            .select("v", plus_one("v").alias("p"))
            .where("v + 1 = p")
            .count()
        )
    )


@check(True)
def failures_of_the_input():
    def message():
        frame = table().withColumn("v", F.expr("if(v % 4000 = 3777, raise_error('the input'), v)"))
        try:
            frame.select(plus_one("v")).collect()
        except PySparkException as error:
            return error.getCondition(), "the input" in str(error)
        return "no failure"

    condition, named = with_and_without(message)
    return condition == "USER_RAISED_EXCEPTION" and named


@check("spark.pyjob.arrow.batchesAhead is many: it has to be a number of batches, or 0 for none")
def a_wrong_setting():
    spark.conf.set(AHEAD, "many")
    try:
        table().select(plus_one("v")).collect()
    except PySparkException as error:
        return str(error).splitlines()[0]
    finally:
        spark.conf.unset(AHEAD)
    return "no failure"


if __name__ == "__main__":
    run_checks()
