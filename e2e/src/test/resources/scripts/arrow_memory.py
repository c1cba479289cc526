"""Memory of Arrow is given back, however a task ends: prints what an executor has after each way. Only PyJob's own nodes."""

import csv
import glob
import time
from collections.abc import Iterator

from arrow_tables import outcome, spark, table
from checks import check, run_checks

import pandas as pd
from pyspark import InheritableThread, TaskContext
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf

sc = spark.sparkContext
spark.conf.set("spark.sql.execution.arrow.maxRecordsPerBatch", "100")  # so that input is read ahead
KINDS = ["bigint", "string", "array<int>", "boolean", "struct<a:int,b:string>"]


@pandas_udf("string")
def as_text(s: pd.Series) -> pd.Series:
    return s.astype(str)


@pandas_udf("string")
def all_at_once(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    yield pd.concat(list(batches))


@pandas_udf("string")
def slow(s: pd.Series) -> pd.Series:
    time.sleep(3)
    return s


@pandas_udf("string")
def broken(s: pd.Series) -> pd.Series:
    raise ValueError("broken")


@pandas_udf("string")
def broken_at_first(s: pd.Series) -> pd.Series:
    if TaskContext.get().attemptNumber() == 0:
        raise ValueError("broken")
    return s


def rows(partitions=2):
    return table(KINDS, 2000, partitions=partitions)


def reported():
    """What Spark's own metrics say, each second, of each executor."""
    values = []
    for name in glob.glob("metrics/*.memory.arrow.csv"):
        with open(name) as file:
            values += [int(row["value"]) for row in csv.DictReader(file)]
    return values


def then_nothing_is_left(function):
    """What the function returns, and how many bytes there are after it."""

    def measured():
        result = function()
        seen = len(reported())
        deadline = time.monotonic() + 20
        while len(reported()) < seen + 2 and time.monotonic() < deadline:
            time.sleep(0.1)
        return result, reported()[-1]

    measured.__name__ = function.__name__
    return measured


@check((6000, 0))
@then_nothing_is_left
def after_success():
    kept = rows().select("*", as_text("c0"), as_text("c1")).count()
    mapped = rows().mapInPandas(lambda frames: frames, rows().schema).count()
    return kept + mapped + rows().select("*", all_at_once("c1")).where("c1 is null or c1 is not null").count()


def grouped(function):
    return rows().withColumn("g", F.col("k") % 7).groupBy("g").applyInPandas(function, "k long, c1 string")


@check((4000, 0))
@then_nothing_is_left
def after_groups():
    pairs = rows().groupBy("k").cogroup(rows().where("k < 1000").groupBy("k"))
    return (
        grouped(lambda frame: frame[["k", "c1"]]).count() + pairs.applyInArrow(lambda a, b: a, rows().schema).count()
    )


@check(((True, 3), 0))
@then_nothing_is_left
def after_groups_that_fail_or_are_not_read():
    def breaks(frame):
        raise ValueError(f"group {frame.g[0]}")

    failed = "Exception" in outcome(lambda: grouped(breaks))[0]
    one_by_one = rows(1).groupBy("k").applyInArrow(lambda table: table, rows().schema)
    return failed, len(one_by_one.limit(3).collect())


@check((2000, 0))
@then_nothing_is_left
def after_batches_that_waited_on_disk():
    spark.conf.set("spark.sql.execution.arrow.maxBytesPerBatch", "4096")
    return len(rows().select("*", all_at_once("c1")).collect())


@check((True, 0))
@then_nothing_is_left
def after_failure():
    failing = [rows().select("*", broken("c1")), rows().select("*", as_text("c0")).select("*", broken("c1"))]
    failing.append(rows().withColumn("c0", F.expr("if(k = 777, raise_error('input'), c0)")).select("*", as_text("c0")))
    return all("Exception" in outcome(lambda: frame)[0] for frame in failing)


@check((2000, 0))
@then_nothing_is_left
def after_a_second_attempt():
    return len(rows().select("*", broken_at_first("c1")).collect())


@check((3, 0))
@then_nothing_is_left
def after_a_limit():
    return len(rows(1).select("*", as_text("c1")).limit(3).collect())


@check(((True, True), 0))
@then_nothing_is_left
def after_a_kill():
    failed = []

    def work():
        sc.setJobGroup("slow", "sleeps", interruptOnCancel=True)
        try:
            rows().select("*", as_text("c0")).select("*", slow("c1")).collect()
        except Exception as error:
            failed.append("cancelled" in str(error))

    thread = InheritableThread(target=work)
    thread.start()
    seen = len(reported())
    deadline = time.monotonic() + 20
    while not any(reported()[seen:]) and time.monotonic() < deadline:
        time.sleep(0.1)
    during = reported()[-1]
    sc.cancelJobGroup("slow")
    thread.join(20)
    return failed == [True], during > 0


if __name__ == "__main__":
    run_checks()
