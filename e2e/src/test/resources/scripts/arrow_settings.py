"""Spark's settings mean what they mean; errors are the same; what is stopped leaves nothing. One executor."""

import datetime
import decimal
import glob
import os
import time
from collections.abc import Iterator

from arrow_tables import OURS, difference, outcome, spark, table
from checks import check, run_checks

import pandas as pd
import pyarrow as pa
from pyspark import InheritableThread
from pyspark.sql import functions as F
from pyspark.sql.functions import arrow_udf, pandas_udf, udf

sc = spark.sparkContext


@pandas_udf("long")
def plus(s: pd.Series) -> pd.Series:
    return s + 1


@pandas_udf("long")
def size(s: pd.Series) -> pd.Series:
    return pd.Series([len(s)] * len(s))


@pandas_udf("long")
def length(s: pd.Series) -> pd.Series:
    return s.str.len()


@pandas_udf("string")
def as_text(s: pd.Series) -> pd.Series:
    return s.astype(str)


@arrow_udf("string")
def arrow_type(a: pa.Array) -> pa.Array:
    return pa.array([str(a.type)] * len(a), pa.string())


def plan(frame, mode="simple"):
    return frame._sc._jvm.PythonSQLUtils.explainString(frame._jdf.queryExecution(), mode)


def nodes(node):
    yield node
    children = node.children()
    for i in range(children.length()):
        yield from nodes(children.apply(i))


# Plans


@check(None)
def explained():
    frame = (
        spark.range(10).select(plus("id"), udf(lambda x: x, "long")("id")).mapInPandas(lambda x: x, "a long, b long")
    )
    frame = frame.mapInArrow(lambda x: x, "a long, b long")
    text = plan(frame)
    stock = [line for line in text.splitlines() if "ArrowEvalPython" in line and "PyJobArrowEvalPython" not in line]
    missing = [name for name in ("PyJobArrowEvalPython", "PyJobMapInPandas", "PyJobMapInArrow", "PyJobArrowToRows") if name not in text]
    for mode in ("extended", "cost", "formatted"):
        if "PyJobMapInArrow" not in plan(frame, mode):
            missing.append(mode)
    plan(frame, "codegen")  # which has a part only for what Spark compiles
    return (stock, missing, text) if stock or missing else None


def reason(make, **settings):
    """What stands in the plan; and whether the rows come all the same."""
    for key, value in settings.items():
        spark.conf.set(key, value)
    try:
        frame = make()
        said = [line for line in plan(frame).splitlines() if "PyJobArrowNotTaken" in line]
        frame.collect()
        return [line.split("PyJobArrowNotTaken ")[1] for line in said]
    finally:
        for key in settings:
            spark.conf.unset(key)


@check(["spark.pyjob.arrow.enabled is false"])
def not_taken_when_switched_off():
    return reason(lambda: spark.range(3).select(plus("id")), **{OURS: "false"})


@check(["spark.sql.execution.pyspark.udf.idleTimeoutSeconds is set"])
def not_taken_with_an_idle_timeout():
    return reason(
        lambda: spark.range(3).select(plus("id")), **{"spark.sql.execution.pyspark.udf.idleTimeoutSeconds": "30"}
    )


@check(["spark.sql.execution.arrow.maxRecordsPerOutputBatch is set"])
def not_taken_with_a_limit_of_output():
    return reason(
        lambda: spark.range(3).mapInPandas(lambda x: x, "id long"),
        **{"spark.sql.execution.arrow.maxRecordsPerOutputBatch": "2"},
    )


@check(["a barrier stage"])
def not_taken_in_a_barrier():
    return reason(lambda: spark.range(0, 3, 1, 1).mapInPandas(lambda x: x, "id long", barrier=True))


@check((10, True, True, True))
def metrics():
    frame = spark.range(0, 10, 1, 2).select(plus("id"))
    frame.collect()
    found = {}
    for node in nodes(frame._jdf.queryExecution().executedPlan()):
        if node.nodeName() == "PyJobArrowEvalPython":
            for name in ("pythonNumRowsReceived", "pythonDataSent", "pythonDataReceived", "pythonTotalTime"):
                found[name] = node.metrics().apply(name).value()
    return (
        found["pythonNumRowsReceived"],
        100 < found["pythonDataSent"] < 10_000,
        100 < found["pythonDataReceived"] < 10_000,
        found["pythonTotalTime"] > 0,
    )


# Settings


@check(None)
def rows_of_a_batch():
    return difference(
        lambda: spark.range(0, 1000, 1, 2).select("id", size("id")),
        **{"spark.sql.execution.arrow.maxRecordsPerBatch": "7"},
    )


@check(None)
def rows_of_a_batch_without_a_limit():
    return difference(
        lambda: spark.range(0, 30_000, 1, 1).select(size("id").alias("n")).distinct(),
        **{"spark.sql.execution.arrow.maxRecordsPerBatch": "0"},
    )


@check((True, True))
def bytes_of_a_batch():
    spark.conf.set("spark.sql.execution.arrow.maxBytesPerBatch", "400")
    try:
        sizes = [row[0] for row in spark.range(0, 300, 1, 1).select(size("id")).collect()]
        of_text = spark.range(0, 300, 1, 1).select(F.repeat(F.lit("x"), 100).alias("s")).select(size("s")).collect()
        return 40 <= max(sizes) <= 60, max(row[0] for row in of_text) <= 6
    finally:
        spark.conf.unset("spark.sql.execution.arrow.maxBytesPerBatch")


@check(None)
def time_zones():
    frame = table(["timestamp", "timestamp_ntz", "date"], 100)
    for zone in ("Asia/Kolkata", "America/Los_Angeles"):
        found = difference(
            lambda: frame.select(
                "*", *[as_text(name) for name in ("c0", "c1", "c2")], plus_hour("c0"), arrow_type("c0")
            ),
            **{"spark.sql.session.timeZone": zone},
        )
        if found:
            return f"{zone}: {found}"
    return None


@pandas_udf("timestamp")
def plus_hour(s: pd.Series) -> pd.Series:
    return s + pd.Timedelta(hours=1)


@check((None, ["Row(arrow_type(s)='large_string')"]))
def large_types():
    settings = {"spark.sql.execution.arrow.useLargeVarTypes": "true"}

    def make():
        return spark.range(1).select(F.lit("x").alias("s")).select(arrow_type("s"))

    return difference(make, **settings), outcome(make, **settings)


@check(None)
def compressed():
    for codec in ("zstd", "lz4", "none"):
        settings = {"spark.sql.execution.arrow.compression.codec": codec}
        frame = table(["bigint", "string", "array<string>", "boolean"], 300)
        found = difference(lambda: frame.select("*", as_text("c1"), arrow_type("c2"), arrow_type("c3")), **settings)
        found = found or difference(
            lambda: frame.select("k", "c0", "c1").mapInArrow(lambda x: x, "k long, c0 long, c1 string"), **settings
        )
        if found:
            return f"{codec}: {found}"
    return None


@check(True)
def safe_casts():
    @pandas_udf("tinyint")
    def large(s: pd.Series) -> pd.Series:
        return s + 1000

    def make():
        return spark.range(3).select(large("id"))

    key = "spark.sql.execution.pandas.convertToArrowArraySafely"
    safe = difference(make, fails=True, **{key: "true"})
    return (safe is None and difference(make, **{key: "false"}) is None) or safe


@check(True)
def profiled():
    spark.conf.set("spark.sql.pyspark.udf.profiler", "perf")
    try:
        spark.range(10).select(plus("id")).collect()
        spark.range(10).mapInPandas(lambda x: x, "id long").collect()
    finally:
        spark.conf.unset("spark.sql.pyspark.udf.profiler")
    spark.profile.dump("profiles")
    dumped = len(glob.glob("profiles/*"))
    spark.profile.clear()
    return dumped >= 2 or dumped


@check(None)
def files_of_rows():
    spark.range(0, 3000, 1, 3).write.parquet(os.path.abspath("named"))
    name = F.regexp_extract(F.input_file_name(), "part-[0-9]+", 0)

    def make():
        before = spark.read.parquet(os.path.abspath("named")).select("id", name.alias("before"))
        return before.select("id", "before", as_text("before"), plus("id").alias("r")).select("*", name.alias("after"))

    return difference(make) or difference(
        lambda: spark.read.parquet(os.path.abspath("named")).select(plus("id").alias("r"), "id").select("*", name)
    )


@check((100_000_000, 100_000_000))
def rows_of_100_mb():
    large = spark.range(0, 2, 1, 1).select(F.repeat(F.col("id").cast("string"), 100_000_000).alias("s"))
    return tuple(large.select("s", length("s").alias("n")).agg(F.min("n"), F.max(F.length("s"))).first())


# Errors


@check(None)
def raised():
    @pandas_udf("long")
    def breaks(s: pd.Series) -> pd.Series:
        raise ValueError(f"no such thing as {s[0]}")

    @udf("long")
    def breaks_too(x):
        return 1 // x

    def map_breaks(frames):
        for frame in frames:
            yield frame
            raise KeyError("in the second")

    one = spark.range(0, 10, 1, 1)
    return (
        difference(lambda: one.select(breaks("id")), fails=True)
        or difference(lambda: one.select(breaks_too("id")), fails=True)
        or difference(lambda: one.mapInPandas(map_breaks, "id long"), fails=True)
    )


@check(None)
def raised_late_while_rows_are_used():
    """The worker is gone when the next batch is to be sent to it."""

    @pandas_udf("string")
    def breaks(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for number, batch in enumerate(batches):
            if number == 3:
                raise ValueError("in the fourth batch")
            yield batch.str.upper()

    @pandas_udf("string")
    def slow(s: pd.Series) -> pd.Series:
        time.sleep(0.5)
        return s

    wide = spark.range(0, 6400, 1, 1).select(F.repeat(F.col("id").cast("string"), 1000).alias("s"))
    found = outcome(lambda: wide.select(breaks("s").alias("s")).select(F.length(slow("s"))))
    return None if "PythonException" in found[0] and "in the fourth batch" in found[-1] else found


@check(None)
def wrong_results():
    @pandas_udf("long")
    def words(s: pd.Series) -> pd.Series:
        return pd.Series(["word"] * len(s))

    @arrow_udf("long")
    def arrow_words(a: pa.Array) -> pa.Array:
        return pa.array(["word"] * len(a))

    @pandas_udf("long")
    def fewer(s: pd.Series) -> pd.Series:
        return s[1:]

    @pandas_udf("long")
    def more(s: pd.Series) -> pd.Series:
        return pd.concat([s, s])

    @pandas_udf("long")
    def fewer_in_all(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        yield next(batches)[1:]

    @pandas_udf("long")
    def more_in_all(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
        for batch in batches:
            yield pd.concat([batch, batch])

    def other_columns(frames):
        for frame in frames:
            yield frame.rename(columns={"id": "other"})

    one = spark.range(0, 200, 1, 1)
    for function in (words, arrow_words, fewer, more, fewer_in_all, more_in_all):
        found = difference(lambda function=function: one.select(function("id")), fails=True)
        if found:
            return f"{function.__name__}: {found}"
    return difference(lambda: one.mapInPandas(other_columns, "id long"), fails=True)


@check(None)
def results_of_map_in_arrow_of_other_types():
    """Spark compares them if it is told to; else it takes what it can read."""

    def returns(values, kind):
        def function(batches):
            for batch in batches:
                yield pa.RecordBatch.from_arrays([pa.array([values[0]] * batch.num_rows, values[1])], ["a"])
                yield pa.RecordBatch.from_arrays([pa.array([], values[1])], ["a"])

        return spark.range(0, 10, 1, 1).mapInArrow(function, f"a {kind}")

    compared = "spark.sql.execution.arrow.pyspark.validateSchema.enabled"
    day = datetime.datetime(2026, 1, 2, 3)
    for value, kind in [
        ((day, pa.timestamp("us")), "timestamp"),
        ((day, pa.timestamp("us", "UTC")), "timestamp_ntz"),
        ((7, pa.int32()), "date"),
        ((decimal.Decimal("1.234"), pa.decimal128(38, 3)), "decimal(9,2)"),
        ((decimal.Decimal("1.2"), pa.decimal128(5, 1)), "decimal(20,4)"),
        (("text", pa.large_string()), "string"),
        ((None, pa.null()), "bigint"),
    ]:
        found = difference(lambda: returns(value, kind)) or (
            kind != "string" and difference(lambda: returns(value, kind), fails=True, **{compared: "true"})
        )
        if found:
            return f"{value} as {kind}: {found}"
    for value, kind in [
        (("text", pa.string()), "bigint"),
        ((7, pa.int32()), "bigint"),
        ((7, pa.int64()), "int"),
        ((1.5, pa.float32()), "double"),
        (([7], pa.list_(pa.int64())), "bigint"),
        ((7, pa.int64()), "array<bigint>"),
    ]:
        found = outcome(lambda: returns(value, kind))
        if "ARROW_TYPE_MISMATCH" not in found[-1]:
            return f"{value} as {kind}: {found}"
    return None


@check(None)
def input_that_fails():
    broken = spark.range(0, 1000, 1, 1).select(
        F.expr("if(id = 500, raise_error('row 500'), id)").cast("long").alias("id")
    )
    return difference(lambda: broken.select(plus("id")), fails=True) or difference(
        lambda: broken.mapInPandas(lambda x: x, "id long"), fails=True
    )


# What is stopped


@check((["cancelled"], 10))
def cancelled_in_the_middle_of_a_batch():
    @pandas_udf("long")
    def slow(s: pd.Series) -> pd.Series:
        time.sleep(60)
        return s

    ended = []

    def work():
        sc.setJobGroup("slow", "sleeps", interruptOnCancel=True)
        try:
            spark.range(0, 10_000, 1, 1).select(slow("id")).collect()
        except Exception as error:
            ended.append("cancelled" if "cancelled" in str(error) else str(error))

    thread = InheritableThread(target=work)
    thread.start()
    deadline = time.monotonic() + 30
    while not sc.statusTracker().getActiveStageIds() and time.monotonic() < deadline:
        time.sleep(0.05)
    time.sleep(1)
    sc.cancelJobGroup("slow")
    thread.join(20)
    return ended, spark.range(10).select(plus("id")).count()


@check(None)
def batches_that_nobody_reads():
    return difference(lambda: table(["string", "array<int>"], 5000, partitions=1).select("*", as_text("c0")).limit(3))


# Last: it takes another session.


@check(True)
def workers_that_are_used_once():
    @pandas_udf("long")
    def process(s: pd.Series) -> pd.Series:
        return pd.Series([os.getpid()] * len(s))

    spark.stop()
    other = type(spark).builder.config("spark.python.worker.reuse", "false").getOrCreate()
    frame = other.range(0, 4, 1, 4).select(process("id"))
    if "PyJobArrowEvalPython" not in plan(frame):
        return plan(frame)
    pids = {row[0] for row in frame.collect()}
    return len(pids) == 4 or pids


if __name__ == "__main__":
    run_checks()
