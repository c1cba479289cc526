"""Each kind of Python function, on each kind of input, and with what may stand behind it."""

import os
from collections.abc import Iterator

from arrow_tables import SCALAR, difference, spark, table
from checks import check, run_checks

import pandas as pd
import pyarrow as pa
import pyarrow.compute as pc
from pyspark.sql import Window
from pyspark.sql import functions as F
from pyspark.sql.functions import arrow_udf, pandas_udf, udf

TYPES = ["bigint", "string", "array<int>", "decimal(7,2)", "struct<a:int,b:string>", "double"]


@pandas_udf("long")
def plus(s: pd.Series) -> pd.Series:
    return s.fillna(0).astype("int64") % 1000 + 1


@pandas_udf("string")
def shout(s: pd.Series) -> pd.Series:
    return s.str.upper() + "!"


@pandas_udf("long")
def recut(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    """One batch of all, and then pieces of it that fit nothing."""
    everything = pd.concat(list(batches)).fillna(0).astype("int64") % 1000
    at = 0
    for size in [1, 0, 7, 100, 3, 5000]:
        yield everything[at : at + size]
        at += size
    yield everything[at:]


@pandas_udf("long")
def batch_by_batch(batches: Iterator[pd.Series]) -> Iterator[pd.Series]:
    for batch in batches:
        yield batch.fillna(0).astype("int64") % 1000


@pandas_udf("string")
def joined(batches: Iterator[tuple[pd.Series, pd.Series]]) -> Iterator[pd.Series]:
    for left, right in batches:
        yield left.astype(str) + "/" + right.astype(str)


@arrow_udf("long")
def arrow_plus(a: pa.Array) -> pa.Array:
    return pc.add(pc.fill_null(a, 0), 1)


@arrow_udf("string")
def arrow_batches(batches: Iterator[pa.Array]) -> Iterator[pa.Array]:
    for batch in batches:
        yield pc.utf8_upper(batch)


@arrow_udf("string")
def arrow_seen(a: pa.Array) -> pa.Array:
    return pa.array([f"{value!r} {a.type}" for value in a.to_pylist()], pa.string())


@udf("string")
def plain(value):
    return None if value is None else f"<{value}>"


@udf("struct<n:int,parts:array<string>>")
def plain_nested(value):
    return None if value is None else (len(value), [value, value[::-1]])


@udf("long")
def nothing():
    return 42


@pandas_udf("struct<twice:long,text:string>")
def several(s: pd.Series) -> pd.DataFrame:
    s = s.fillna(0).astype("int64") % 1000
    return pd.DataFrame({"twice": s * 2, "text": s.astype(str)})


@pandas_udf("string")
def named(a: pd.Series, b: pd.Series) -> pd.Series:
    return a.astype(str) + "-" + b.astype(str)


@pandas_udf("string")
def of_struct(frame: pd.DataFrame) -> pd.Series:
    return frame["a"].astype(str) + frame["b"].astype(str)


def small(rows=300, **options):
    return table(TYPES, rows, **options)


def kinds(frame):
    return frame.select(
        "*",
        plus("c0").alias("plus"),
        shout("c1").alias("shout"),
        plain("c1").alias("plain"),
        plain_nested("c1").alias("plain_nested"),
        arrow_plus("c0").alias("arrow_plus"),
        several("c0").alias("several"),
        of_struct("c4").alias("of_struct"),
    )


SCHEMA = "k long, c0 double, c1 string, c2 array<int>, c3 decimal(7,2), c4 struct<a:int,b:string>, c5 double"


def map_pandas(frames):
    for frame in frames:
        yield frame.assign(c0=frame.c0.fillna(0) % 10, n=len(frame))


def more(frames):
    for frame in frames:
        frame = frame.assign(c0=frame.c0.astype("float64"))
        yield frame
        yield frame[:0]
        yield pd.concat([frame, frame])


def map_arrow(batches):
    for batch in batches:
        yield batch.slice(0, 10)
        yield batch.slice(10)


def place(name):
    return os.path.abspath(name)


def numbered(frame, *images):
    return frame.select("*", *[image.alias(f"r{i}") for i, image in enumerate(images)])


# Kinds


@check(None)
def many_kinds_in_one_select():
    return difference(lambda: kinds(small()))


@check(None)
def chained():
    return difference(lambda: numbered(small(), plus(plus(plus("c0"))), shout(shout("c1")), shout(plain("c1"))))


@check(None)
def expressions_and_constants():
    return difference(
        lambda: numbered(
            small(),
            plus(F.col("c0") % 100 + 1),
            plus("c0"),
            shout(F.concat("c1", F.lit("x"))),
            shout(F.lit("constant")),
            shout(F.col("c4.b")),
            named(F.col("c0") % 7, F.col("k")),
        ).drop("c0", "c4")
    )


@check(None)
def named_arguments():
    return difference(
        lambda: numbered(small(), named(b=F.col("c0"), a=F.col("c1")), named("c0", b=F.col("c1")), named("c0", "c0"))
    )


@check(None)
def no_arguments():
    return difference(lambda: numbered(small(), nothing()))


@check(None)
def no_columns():
    return difference(lambda: spark.range(30).select(nothing()))


@check(None)
def iterators():
    return difference(lambda: numbered(small(), batch_by_batch("c0"), joined("c0", "c1"), arrow_batches("c1")))


@check(None)
def iterator_that_cuts_anew():
    types = [*TYPES, "map<string,int>", "boolean", "array<array<string>>", "binary", "timestamp"]
    return difference(lambda: numbered(table(types, 1000), recut("c0")))


@check(None)
def iterator_that_takes_all_before_it_gives_any():
    return difference(
        lambda: numbered(small(2000), recut("c0")), **{"spark.sql.execution.arrow.maxBytesPerBatch": "4096"}
    )


@check(None)
def plain_functions_are_as_with_pickle():
    columns = ["k", "c0", "c1", "c2", "c3"]
    return difference(lambda: numbered(small(), *[plain(name) for name in columns], plain_nested("c1")), pickled=True)


@check(None)
def map_in_pandas():
    return difference(lambda: small().mapInPandas(map_pandas, f"{SCHEMA}, n long"))


@check(None)
def map_in_pandas_to_more_and_to_other_columns():
    def counted(frames):
        for frame in frames:
            yield pd.DataFrame({"n": [len(frame)]})

    return difference(lambda: small().mapInPandas(more, SCHEMA).mapInPandas(counted, "n long"))


@check(None)
def map_in_pandas_that_does_not_read_all():
    def first(frames):
        yield next(frames)[:3]

    def none(frames):
        return iter([])

    wide = "repeat(cast(id as string), 10000) as s"
    return difference(
        lambda: spark.range(0, 5000, 1, 1).selectExpr("id as k", wide).mapInPandas(first, "k long, s string")
    ) or difference(lambda: spark.range(0, 5000, 1, 1).selectExpr("id as k", wide).mapInPandas(none, "k long"))


@check(None)
def map_in_arrow():
    return difference(lambda: small().mapInArrow(map_arrow, SCHEMA.replace("c0 double", "c0 long")))


@check(None)
def map_in_arrow_of_functions_below_functions():
    return difference(
        lambda: numbered(
            small().select("k", plus("c0").alias("r"), "c2").mapInArrow(map_arrow, "k long, r long, c2 array<int>"),
            plus("r"),
        )
    )


@check(None)
def map_in_arrow_without_columns():
    def count(batches):
        for batch in batches:
            yield pa.RecordBatch.from_pydict({"n": [batch.num_rows]})

    return difference(lambda: small().select().mapInArrow(count, "n long"))


# Inputs


@check(None)
def parquet_with_dictionaries():
    small(3000).write.parquet(place("dictionary"))
    return difference(lambda: kinds(spark.read.parquet(place("dictionary"))))


@check(None)
def parquet_without_dictionaries():
    small(3000).write.option("parquet.enable.dictionary", "false").parquet(place("plain"))
    return difference(lambda: kinds(spark.read.parquet(place("plain"))))


@check(None)
def parquet_in_partitions():
    frame = small(1000).withColumn("part", F.expr("concat('p', k % 3)")).withColumn("day", F.expr("k % 2"))
    frame.write.partitionBy("part", "day").parquet(place("parts"))
    return difference(lambda: numbered(spark.read.parquet(place("parts")), shout("part"), plus("day"), plus("c0")))


@check(None)
def parquet_of_every_scalar_type():
    types = [kind for kind in SCALAR if not kind.startswith("interval")]
    place_of = {"INT96": place("int96"), "TIMESTAMP_MICROS": place("micros")}
    for kind, folder in place_of.items():
        spark.conf.set("spark.sql.parquet.outputTimestampType", kind)
        few = table(types, 10, partitions=1).drop("k").withColumn("j", F.expr("explode(sequence(1, 50))"))
        few.withColumn("k", F.monotonically_increasing_id()).coalesce(1).write.parquet(folder)
    return difference(
        lambda: numbered(
            spark.read.parquet(*place_of.values()), *[arrow_seen(f"c{i}") for i in range(len(types))], plus("k")
        )
    )


@check(None)
def orc():
    small(3000).write.orc(place("orc"))
    return difference(lambda: kinds(spark.read.orc(place("orc"))))


@check(None)
def cached_columns():
    kept = table(["bigint", "int", "double", "boolean", "float", "smallint"], 3000).cache()
    try:
        return difference(lambda: numbered(kept, plus("c0"), arrow_seen("c3")))
    finally:
        kept.unpersist()


@check(None)
def cached_rows():
    kept = small(1000).cache()
    try:
        return difference(lambda: kinds(kept))
    finally:
        kept.unpersist()


@check(None)
def shuffled():
    return difference(lambda: kinds(small(1000).repartition(3, "c0").sortWithinPartitions("c1", "k")))


@check(None)
def rows_of_the_script():
    rows = [(i, None if i % 5 == 0 else f"s{i}") for i in range(50)]
    return difference(lambda: numbered(spark.createDataFrame(rows, "k long, c1 string"), shout("c1"), plus("k")))


@check(None)
def columns_that_no_function_takes():
    rare = spark.range(0, 300, 1, 2).selectExpr(
        "id as k",
        "id % 1000 as c0",
        "null as nothing",
        "make_ym_interval(1, cast(id % 50 as int)) as months",
        "make_interval(1, 2, 3, cast(id % 9 as int), 5, 6, 7.89) as calendar",
        """if(id % 3 = 0, null, parse_json(concat('{"a": [', id, ']}'))) as variant""",
        "array(parse_json(cast(id as string)), null) as variants",
        "collate(cast(id as string), 'UTF8_LCASE') as collated",
        "time'12:34:56.789' as time",
    )
    seen = [
        "cast(months as string)",
        "cast(calendar as string)",
        "to_json(variant)",
        "to_json(variants[0])",
        "upper(collated)",
        "collation(collated)",
        "cast(time as string)",
    ]
    kept = rare.repartition(2)
    return difference(lambda: numbered(kept, plus("c0"), recut("k")).selectExpr("k", "r0", "r1", "nothing", *seen))


@check(None)
def columns_of_one_name():
    same = [F.col("c1").alias("same"), F.col("c0").alias("same"), plus("c0").alias("same")]
    return difference(lambda: small(50).select("k", *same))


@check(None)
def fields_of_one_name():
    twice = F.expr("named_struct('x', k, 'y', c1, 'x', c1)").alias("twice")
    kept = small(50).select("k", "c0", twice).cache()
    try:
        return difference(lambda: numbered(kept, plus("c0"))) or difference(
            lambda: numbered(kept, arrow_seen("twice")), fails=True
        )
    finally:
        kept.unpersist()


# What stands behind


@check(None)
def filters_and_limits():
    return (
        difference(lambda: kinds(small()).where("plus % 2 = 0 and c1 is not null"))
        or difference(lambda: numbered(small().where(plus("c0") % 2 == 0), shout("c1")))
        or difference(lambda: numbered(small(3000, partitions=1), plus("c0")).limit(5))
    )


@check(None)
def aggregates():
    return difference(
        lambda: kinds(small(2000)).agg(
            F.max("shout"),
            F.min("shout"),
            F.max("several"),
            F.first("plain_nested"),
            F.last("c1"),
            F.sum("plus"),
            F.max("c3"),
            F.max_by("c2", "k"),
            F.max_by("c1", "k"),
        )
    )


@check(None)
def groups():
    return difference(
        lambda: (
            kinds(small(2000))
            .groupBy("shout")
            .agg(F.sum("plus"), F.max("plain"), F.sort_array(F.collect_set("c1")), F.max("c3"))
        )
    )


@check(None)
def windows():
    window = Window.partitionBy("plus").orderBy("k")
    return difference(lambda: numbered(kinds(small(500)), F.lag("shout").over(window), F.max("plain").over(window)))


@check(None)
def joins():
    return difference(
        lambda: (
            kinds(small(300))
            .alias("a")
            .join(kinds(small(300)).alias("b"), F.expr("a.k = b.k + 1 and a.shout >= b.shout"))
        )
    )


@check(None)
def sorted_and_exploded():
    return difference(
        lambda: kinds(small()).orderBy("shout", "k").select("k", "shout", F.explode("c2"), "plain_nested.parts")
    )


@check(None)
def cached_results():
    def make():
        kept = kinds(small()).cache()
        try:
            return spark.createDataFrame(kept.collect() + kept.where("plus > 500").collect(), kept.schema)
        finally:
            kept.unpersist(True)

    return difference(make)


@check(None)
def without_generated_code():
    return difference(
        lambda: kinds(small()).where("plus % 2 = 0"),
        **{"spark.sql.codegen.wholeStage": "false", "spark.sql.codegen.factoryMode": "NO_CODEGEN"},
    )


@check(None)
def written_to_parquet():
    def make():
        kinds(small()).write.mode("overwrite").parquet(place("written"))
        return spark.read.parquet(place("written"))

    return difference(make)


@check(None)
def twenty_five_thousand_rows():
    everything = "hash(plus, shout, plain, plain_nested, arrow_plus, several, of_struct, c0, c1, c2, c3, c4, c5)"
    return difference(
        lambda: (
            kinds(small(25_000, partitions=2)).groupBy(F.col("k") % 10).agg(F.sum(F.expr(everything)), F.count("*"))
        ),
        **{"spark.sql.execution.arrow.maxRecordsPerBatch": "10000"},
    )


if __name__ == "__main__":
    run_checks()
