"""Functions of groups and of cogroups: what they get and give on PyJob's way of data is what it is on Spark's own."""

from collections.abc import Iterator

from arrow_tables import BATCH_ROWS, OURS, SCALAR, any_kind, difference, outcome, spark, table
from checks import check, run_checks

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf

TYPES = ["bigint", "string", "array<int>", "decimal(7,2)", "struct<a:int,b:string>", "double"]
SEEN = "names string, types string, rows string"
BYTES = "spark.sql.execution.arrow.maxBytesPerBatch"


def seen(*frames):
    """All that there is to see, whatever the order of rows."""
    return pd.DataFrame(
        {
            "names": ["; ".join(str(list(frame.columns)) for frame in frames)],
            "types": ["; ".join(str(list(frame.dtypes)) for frame in frames)],
            "rows": ["; ".join(str(sorted(repr(row) for row in frame.itertuples(index=False))) for frame in frames)],
        }
    )


def seen_with_key(key, *frames):
    return seen(*frames).assign(names=lambda frame: repr(key) + frame.names)


def arrow_seen(*tables):
    rows = ["; ".join(str(sorted(map(repr, each.to_pylist()))) for each in tables)]
    names = ["; ".join(str(each.column_names) for each in tables)]
    types = ["; ".join(str(each.schema.types) for each in tables)]
    return pa.table({"names": names, "types": types, "rows": rows})


def arrow_seen_with_key(key: tuple[pa.Scalar, ...], *tables: pa.Table) -> pa.Table:
    told = arrow_seen(*tables)
    return told.set_column(0, "names", pa.array([repr(key) + told["names"][0].as_py()]))


def arrow_pair_seen(left: pa.Table, right: pa.Table) -> pa.Table:
    return arrow_seen(left, right)


def arrow_pair_seen_with_key(key: tuple[pa.Scalar, ...], left: pa.Table, right: pa.Table) -> pa.Table:
    return arrow_seen_with_key(key, left, right)


def pair_seen_with_key(key, left, right):
    return seen_with_key(key, left, right)


def one_seen_with_key(key, frame):
    return seen_with_key(key, frame)


def arrow_one_seen_with_key(key: tuple[pa.Scalar, ...], frame: pa.Table) -> pa.Table:
    return arrow_seen_with_key(key, frame)


def small(rows=300, **options):
    return table(TYPES, rows, **options).withColumn("g", F.col("k") % 7)


def every_way(frame, *keys, **settings):
    """By each kind of function, the same keys."""
    for arrow in (False, True):
        for function in (arrow_seen, arrow_one_seen_with_key) if arrow else (seen, one_seen_with_key):

            def make(arrow=arrow, function=function):
                grouped = frame.groupBy(*keys)
                if arrow:
                    return grouped.applyInArrow(one_argument(function), SEEN)
                return grouped.applyInPandas(one_argument(function), SEEN)

            found = difference(make, **settings)
            if found:
                return f"{function.__name__}: {found}"
    return None


def one_argument(function):
    """Spark looks at how many there are."""
    if function in (seen, arrow_seen):
        return lambda frame: function(frame)
    return function


def every_way_of_two(left, right, keys, other_keys=None, **settings):
    for function in (pair_seen_with_key, arrow_pair_seen_with_key, lambda a, b: seen(a, b), arrow_pair_seen):

        def make(function=function):
            grouped = left.groupBy(*keys).cogroup(right.groupBy(*(other_keys or keys)))
            if function in (arrow_pair_seen_with_key, arrow_pair_seen):
                return grouped.applyInArrow(function, SEEN)
            return grouped.applyInPandas(function, SEEN)

        found = difference(make, **settings)
        if found:
            return f"{function.__name__}: {found}"
    return None


def executed(frame):
    """The nodes that have run: the plan that Spark shows before has only its own where there is a shuffle."""
    frame.collect()

    def walk(node):
        yield node
        if node.nodeName() == "AdaptiveSparkPlan":
            yield from walk(node.executedPlan())
        elif node.nodeName().endswith("QueryStage"):
            yield from walk(node.plan())
        for i in range(node.children().length()):
            yield from walk(node.children().apply(i))

    return list(walk(frame._jdf.queryExecution().executedPlan()))


# Plans


@check(None)
def explained():
    grouped = small().groupBy("g")
    pair = grouped.cogroup(small(10).groupBy("g"))
    frames = {
        "PyJobFlatMapGroupsInPandas": grouped.applyInPandas(lambda frame: seen(frame), SEEN),
        "PyJobFlatMapGroupsInArrow": grouped.applyInArrow(lambda frame: arrow_seen(frame), SEEN),
        "PyJobFlatMapCoGroupsInPandas": pair.applyInPandas(lambda a, b: seen(a, b), SEEN),
        "PyJobFlatMapCoGroupsInArrow": pair.applyInArrow(lambda a, b: arrow_seen(a, b), SEEN),
    }
    for name, frame in frames.items():
        names = [node.nodeName() for node in executed(frame)]
        if name not in names or {"PyJobArrowNotTaken", "RowToColumnar", name.replace("PyJob", "")} & set(names):
            return names
    return None


@check(
    [
        "spark.pyjob.arrow.enabled is false",
        "spark.sql.execution.pyspark.udf.idleTimeoutSeconds is set",
        "spark.sql.execution.arrow.maxRecordsPerOutputBatch is set",
        "spark.sql.execution.arrow.maxBytesPerOutputBatch is set",
    ]
)
def not_taken():
    reasons = []
    for key, value in {
        OURS: "false",
        "spark.sql.execution.pyspark.udf.idleTimeoutSeconds": "30",
        "spark.sql.execution.arrow.maxRecordsPerOutputBatch": "2",
        "spark.sql.execution.arrow.maxBytesPerOutputBatch": "100",
    }.items():
        spark.conf.set(key, value)
        try:
            frame = small(20).groupBy("g").applyInPandas(lambda frame: seen(frame), SEEN)
            reasons += [node.productElement(0) for node in executed(frame) if "NotTaken" in node.nodeName()]
        finally:
            spark.conf.unset(key)
    return reasons


def metrics_of(name):
    nodes = executed(small().groupBy("g").applyInPandas(lambda frame: seen(frame), SEEN))
    names = ("pythonNumRowsReceived", "pythonDataSent", "pythonDataReceived", "pythonTotalTime")
    return {
        metric: node.metrics().apply(metric).value() for node in nodes if node.nodeName() == name for metric in names
    }


@check((7, 7, True, True))
def metrics():
    ours = metrics_of("PyJobFlatMapGroupsInPandas")
    spark.conf.set(OURS, "false")
    try:
        theirs = metrics_of("FlatMapGroupsInPandas")
    finally:
        spark.conf.unset(OURS)
    return (
        ours["pythonNumRowsReceived"],
        theirs["pythonNumRowsReceived"],
        0.5 < ours["pythonDataSent"] / theirs["pythonDataSent"] < 2,
        ours["pythonTotalTime"] > 0,
    )


# What is grouped


@check(None)
def all_types():
    kinds = [*SCALAR, "array<string>", "map<string,int>", "struct<a:int,b:array<double>>"]
    return every_way(table(kinds, 120).withColumn("g", F.col("k") % 5), "g")


@check(None)
def random_types():
    for _ in range(3):
        kinds = [any_kind(2) for _ in range(4)]
        found = every_way(table(kinds, 100).withColumn("g", F.col("k") % 5), "g")
        if found:
            return f"{kinds}: {found}"
    return None


@check(None)
def keys_of_all_types():
    frame = table([*SCALAR, "struct<a:int,b:string>", "array<int>"], 60)
    for name in frame.columns[1:]:
        of_one_type = frame.select("k", name).withColumn("n", F.lit(1))
        found = difference(lambda: of_one_type.groupBy(name).applyInPandas(one_seen_with_key, SEEN)) or difference(
            lambda: of_one_type.groupBy(name).applyInArrow(arrow_one_seen_with_key, SEEN)
        )
        if found:
            return f"{frame.schema[name]}: {found}"
    return None


@check(None)
def keys_that_are_equal_but_not_the_same():
    values = "(double('nan')), (double('-0.0')), (0D), (null), (1D), (double('nan')), (0D), (double('-0.0'))"
    frame = spark.sql(f"select x, monotonically_increasing_id() as k from values {values} as t(x)").repartition(2, "x")
    collated = spark.sql("select collate(s, 'UTF8_LCASE') as s, 1 as k from values ('a'), ('A'), ('b'), (null) as t(s)")
    return every_way(frame, "x") or every_way_of_two(frame, frame, ["x"]) or every_way(collated, "s")


@check(None)
def keys_by_expressions():
    frame = small()
    return (
        every_way(frame, F.col("k") % 3)
        or every_way(frame, (F.col("k") % 3).alias("m"), "g")
        or every_way(frame, "g", "g")
        or every_way(frame, "g", F.col("c4.a"))
        or every_way(frame)
        or every_way(frame.select("g"), "g")
        or every_way(frame.select("k", "g", "c1"), "c1", "g", "k")
    )


@check(None)
def columns_of_one_name():
    same_as_key = small(30).select("k", "c1").groupBy((F.col("k") % 2).alias("k"))
    return difference(lambda: same_as_key.applyInPandas(lambda frame: frame, "k long, c1 string")) or difference(
        lambda: same_as_key.applyInArrow(lambda frame: frame, "k long, c1 string"), fails=True
    )


@check(None)
def sizes_of_groups():
    """Of one row, and of many batches; in partitions of which some have no rows."""
    frame = table(["bigint", "string", "array<int>"], 3000).withColumn("g", F.expr("cast(log2(k + 1) as int)"))
    frame = frame.unionAll(frame.limit(1).withColumn("g", F.lit(-1)))
    return (
        every_way(frame, "g")
        or every_way(frame, "g", **{BATCH_ROWS: "0"})
        or every_way(frame, "g", **{BATCH_ROWS: "1"})
        or every_way(frame, "g", **{BYTES: "1000"})
        or every_way(frame.where("k < 2"), "g")
    )


@check(None)
def many_small_groups():
    frame = table(["bigint", "string"], 5000)
    return difference(
        lambda: frame.groupBy((F.col("k") / 2).cast("int").alias("g")).applyInArrow(
            lambda t: t.append_column("n", pa.array([t.num_rows] * t.num_rows)), "k long, c0 long, c1 string, n long"
        )
    )


@check(([], [], [], []))
def nothing():
    none = small().where("k < 0")
    first = small(1)
    return (
        outcome(lambda: none.groupBy("g").applyInPandas(lambda frame: seen(frame), SEEN)),
        outcome(lambda: none.groupBy().applyInArrow(lambda frame: arrow_seen(frame), SEEN)),
        outcome(lambda: none.groupBy("g").cogroup(none.groupBy("g")).applyInPandas(lambda a, b: seen(a, b), SEEN)),
        outcome(lambda: first.groupBy("g").applyInPandas(lambda frame: frame[:0], first.schema)),
    )


@check(None)
def on_columns_without_a_sort():
    """One partition, and no keys: what is grouped comes as columns, even as our own."""

    @pandas_udf("long")
    def plus(s: pd.Series) -> pd.Series:
        return s + 1

    return every_way(spark.range(0, 300, 1, 1).select("id", plus("id").alias("r"))) or every_way_of_two(
        spark.range(0, 300, 1, 1).select("id", plus("id").alias("r")), spark.range(0, 10, 1, 1), []
    )


# What functions return


@check(None)
def other_rows_and_columns():
    def more(frame):
        return pd.concat([frame, frame])[["c1", "k"]] if frame.g[0] % 2 else frame[["k", "c1"]][:0]

    def arrow_more(t: pa.Table) -> pa.Table:
        return pa.concat_tables([t, t.slice(0, 0), t.slice(3)]).select(["c1", "k"])

    return difference(lambda: small().groupBy("g").applyInPandas(more, "k long, c1 string")) or difference(
        lambda: small().groupBy("g").applyInArrow(arrow_more, "k long, c1 string")
    )


@check(None)
def frames_as_they_are():
    kinds = [*[kind for kind in SCALAR if "decimal" not in kind], "array<int>", "struct<a:int,b:string>"]
    frame = table(kinds, 200).withColumn("g", F.col("k") % 5)
    no_nulls = table(["bigint", "int", "boolean", "decimal(38,10)", "tinyint"], 200, nulls=0).withColumn("g", F.lit(1))
    utc = {"spark.sql.session.timeZone": "UTC"}  # Spark refuses others of what a function of Arrow returns
    return difference(lambda: frame.groupBy("g").applyInArrow(lambda t: t, frame.schema), **utc) or difference(
        lambda: no_nulls.groupBy("g").applyInPandas(lambda f: f, no_nulls.schema)
    )


@check(None)
def iterators_in_pandas():
    def sums(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            yield frame[["k"]].assign(n=len(frame))

    def with_key(key: tuple, frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for frame in frames:
            yield frame[["k"]].assign(n=key[0])
            if len(frame) > 50:
                return

    frame = small(1500)
    return difference(lambda: frame.groupBy("g").applyInPandas(sums, "k long, n long")) or difference(
        lambda: frame.groupBy("g").applyInPandas(with_key, "k long, n long")
    )


@check(None)
def iterators_in_arrow():
    def counted(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"k": batch["k"], "n": [batch.num_rows] * batch.num_rows})

    def first_with_key(key: tuple[pa.Scalar, ...], batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        batch = next(batches)
        yield pa.RecordBatch.from_pydict({"k": batch["k"], "n": [key[0].as_py()] * batch.num_rows})

    def none(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        return iter([])

    frame = small(1500)
    return (
        difference(lambda: frame.groupBy("g").applyInArrow(counted, "k long, n long"))
        or difference(
            lambda: frame.orderBy("k").coalesce(1).groupBy("g").applyInArrow(first_with_key, "k long, n long")
        )
        or outcome(lambda: frame.groupBy("g").applyInArrow(none, "k long, n long"))
        or None
    )


# Cogroups


@check(None)
def cogroups():
    left = small()
    right = table(["string", "double"], 200).withColumn("g", F.col("k") % 11 - 3)
    return every_way_of_two(left, right, ["g"]) or every_way_of_two(left, right, ["g", "k"])


@check(None)
def cogroups_of_keys_on_one_side():
    left = small().where("g < 3")
    right = small(100).where("g > 4")
    return (
        every_way_of_two(left, right, ["g"])
        or every_way_of_two(left, right.where("k < 0"), ["g"])
        or every_way_of_two(right.where("k < 0"), left, ["g"])
        or every_way_of_two(left, right, [])
    )


@check(None)
def cogroups_by_expressions_and_other_names():
    left = small()
    right = table(["string"], 100).withColumn("other", F.col("k") % 5)
    return (
        every_way_of_two(left, right, ["g"], ["other"])
        or every_way_of_two(left, right, [F.col("k") % 3], [F.col("other") + 1])
        or every_way_of_two(left, left, ["g"])
    )


@check(None)
def cogroups_of_all_types():
    frame = table([*SCALAR, "array<string>", "map<string,int>"], 60).withColumn("g", F.col("k") % 5)
    return every_way_of_two(frame, frame.select("k", "g", "c3", "c10"), ["g"], **{BATCH_ROWS: "5"})


# Settings


@check(None)
def settings():
    frame = table(["timestamp", "date", "string", "binary", "bigint"], 100).withColumn("g", F.col("k") % 5)
    for found in (
        every_way(frame, "g", **{"spark.sql.session.timeZone": "Asia/Kolkata"}),
        every_way(frame, "g", **{"spark.sql.execution.arrow.useLargeVarTypes": "true"}),
        every_way_of_two(frame, frame, ["g"], **{"spark.sql.execution.arrow.useLargeVarTypes": "true"}),
        every_way(frame, "g", **{"spark.sql.execution.arrow.compression.codec": "zstd"}),
        every_way_of_two(frame, frame, ["g"], **{"spark.sql.execution.arrow.compression.codec": "lz4"}),
        every_way(frame, "g", **{"spark.sql.execution.pyspark.binaryAsBytes": "false"}),
        every_way(frame, "g", **{"spark.sql.adaptive.enabled": "false"}),
        every_way(frame, "g", **{"spark.sql.codegen.wholeStage": "false"}),
    ):
        if found:
            return found
    by_name = "spark.sql.legacy.execution.pandas.groupedMap.assignColumnsByName"

    def turned(f):
        return f[["g", "k"]]

    for value in ("true", "false"):
        found = difference(lambda: frame.groupBy("g").applyInPandas(turned, "k long, g long"), **{by_name: value})
        if found:
            return found
    return None


# Errors


@check(None)
def errors():
    def breaks(f):
        raise ValueError(f"no such thing as {f.g[0]}")

    def words(f):
        return pd.DataFrame({"k": ["word"]})

    def fewer(f):
        return f[["g"]]

    def no_frame(f):
        return 7

    one = spark.range(0, 200, 1, 1).selectExpr("id as k", "1L as g", "id as h")
    for function in (breaks, words, fewer, no_frame):
        for make in (
            lambda function=function: one.groupBy("g").applyInPandas(function, "k long, h long"),
            lambda function=function: (
                one.groupBy("g").cogroup(one.groupBy("g")).applyInPandas(lambda a, b: function(a), "k long, h long")
            ),
        ):
            found = difference(make, fails=True)
            if found:
                return f"{function.__name__}: {found}"
    return None


@check(None)
def errors_in_arrow():
    def breaks(t):
        raise ValueError("no such thing")

    def words(t):
        return pa.table({"k": ["word"] * 3, "h": [1, 2, 3]})

    def narrow(t):
        return pa.table({"k": pc.cast(t["k"], pa.int32()), "h": t["h"]})

    def fewer(t):
        return t.select(["k"])

    def more(t):
        return t

    def no_table(t):
        return 7

    one = spark.range(0, 200, 1, 1).selectExpr("id as k", "1L as g", "id as h")
    for function in (breaks, words, narrow, fewer, more, no_table):
        for make in (
            lambda function=function: one.groupBy("g").applyInArrow(function, "k long, h long"),
            lambda function=function: (
                one.groupBy("g").cogroup(one.groupBy("g")).applyInArrow(lambda a, b: function(a), "k long, h long")
            ),
        ):
            found = difference(make, fails=True)
            if found:
                return f"{function.__name__}: {found}"
    return None


@check(None)
def input_that_fails():
    broken = spark.range(0, 1000, 1, 1).select(
        F.expr("if(id = 500, raise_error('row 500'), id)").cast("long").alias("k")
    )
    return difference(lambda: broken.groupBy("k").applyInPandas(lambda f: f, "k long"), fails=True) or difference(
        lambda: broken.groupBy().applyInPandas(lambda f: f, "k long"), fails=True
    )


# What stands behind


@check(None)
def behind():
    @pandas_udf("string")
    def as_text(s: pd.Series) -> pd.Series:
        return s.astype(str)

    def applied():
        schema = "k long, g long, c1 string, c4 struct<a:int,b:string>"
        return small(500).groupBy("g").applyInArrow(lambda t: t.select(["k", "g", "c1", "c4"]), schema)

    return (
        difference(lambda: applied().where("k % 2 = 0 and c1 is not null"))
        or difference(lambda: applied().select("*", as_text("k"), as_text("c1")))
        or difference(lambda: applied().groupBy("g").agg(F.max("c1"), F.sum("k"), F.max("c4")))
        or difference(lambda: applied().groupBy("g").applyInPandas(lambda f: seen(f), SEEN))
        or difference(lambda: applied().join(applied().select("k", F.col("c1").alias("d1")), "k"))
        or difference(lambda: applied().mapInPandas(lambda frames: frames, applied().schema).orderBy("k"))
        or difference(lambda: applied().orderBy("k").limit(5))
    )


@check(3)
def limits():
    wide = spark.range(0, 50_000, 1, 1).selectExpr("id as k", "repeat(cast(id as string), 100) as s")
    return len(wide.groupBy("k").applyInArrow(lambda t: t, wide.schema).limit(3).collect())


@check((1, 100_000_000))
def a_group_of_100_mb():
    rows = spark.range(0, 100_000, 1, 2).selectExpr("1 as g", "repeat('x', 1000) as s")

    def length(f):
        return pd.DataFrame({"n": [int(f.s.str.len().sum())]})

    counts = [row[0] for row in rows.groupBy("g").applyInPandas(length, "n long").collect()]
    return len(counts), counts[0]


if __name__ == "__main__":
    run_checks()
