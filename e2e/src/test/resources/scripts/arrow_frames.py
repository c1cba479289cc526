"""Frames between the script and the driver's JVM go by Arrow, and are what they are without it."""

from unittest import mock

from arrow_tables import SCALAR, spark, table
from checks import check, run_checks

import pandas as pd
import pyarrow as pa
from pyspark.sql.functions import pandas_udf
from pyspark.sql.pandas.conversion import PandasConversionMixin, SparkConversionMixin

BY_ARROW = "spark.sql.execution.arrow.pyspark.enabled"
# Kinds for which pandas has one form only, with Arrow and without.
KINDS = [kind for kind in SCALAR if kind not in ("binary", "interval day to second")]


def rows(count=3000):
    return table(KINDS, count, nulls=0, partitions=3).orderBy("k")


def counted(of, name, call):
    """What it gives, and how many times that method was called."""
    method = getattr(of, name)
    with mock.patch.object(of, name, autospec=True, side_effect=method) as spy:
        return call(), spy.call_count


def without_arrow(call):
    spark.conf.set(BY_ARROW, "false")
    try:
        return call()
    finally:
        spark.conf.unset(BY_ARROW)


def same(some, others):
    """As text, in which a NaN is like another."""
    return repr(some) == repr(others)


@check(["true", "true", "true"])
def is_on_by_default():
    fallback = "spark.sql.execution.arrow.pyspark.fallback.enabled"
    return [spark.conf.get(key) for key in (BY_ARROW, fallback, "spark.python.unix.domain.socket.enabled")]


@check(1)
def to_pandas():
    frame, calls = counted(PandasConversionMixin, "_collect_as_arrow", rows().toPandas)
    pd.testing.assert_frame_equal(frame, without_arrow(rows().toPandas))
    return calls


@check(0)
def to_pandas_without():
    return without_arrow(lambda: counted(PandasConversionMixin, "_collect_as_arrow", rows(9).toPandas)[1])


@check((0, ["k"], "int64"))
def to_pandas_of_nothing():
    frame = rows().select("k").where("k < 0").toPandas()
    return len(frame), list(frame.columns), str(frame.k.dtype)


@check((200_000, 200_000 * 199_999 // 2, "name 199999"))
def to_pandas_of_more_than_a_message_holds():
    frame = spark.range(0, 200_000, 1, 4).selectExpr("id", "concat('name ', cast(id as string)) as s").toPandas()
    return len(frame), int(frame.id.sum()), frame.s.iloc[-1]


@check(True)
def to_pandas_in_pieces():
    key = "spark.sql.execution.arrow.pyspark.selfDestruct.enabled"
    whole = rows().toPandas()
    spark.conf.set(key, "true")
    try:
        pd.testing.assert_frame_equal(rows().toPandas(), whole)
    finally:
        spark.conf.unset(key)
    return True


@check(True)
def to_pandas_of_what_fails():
    @pandas_udf("long")
    def broken(s: pd.Series) -> pd.Series:
        raise ValueError("broken on purpose")

    try:
        spark.range(0, 100, 1, 2).select(broken("id")).toPandas()
    except Exception as error:
        return "broken on purpose" in str(error) and len(rows(9).toPandas()) == 9
    return False


@check(1)
def create_from_pandas():
    frame = rows().toPandas()
    made, calls = counted(SparkConversionMixin, "_create_from_pandas_with_arrow", lambda: spark.createDataFrame(frame))
    pd.testing.assert_frame_equal(made.orderBy("k").toPandas(), frame)
    plain = frame[["k", "c0", "c4", "c10"]]  # without Arrow Spark takes wider types of others, and keeps a NaN
    other = without_arrow(lambda: spark.createDataFrame(plain))
    assert same(spark.createDataFrame(plain).orderBy("k").collect(), other.orderBy("k").collect())
    return calls


@check((300_000, True))
def create_from_pandas_of_many_rows():
    """Once as rows that the plan has, and once as a file that the JVM reads."""
    frame = pd.DataFrame({"a": range(300_000), "s": [f"name {i}" for i in range(300_000)]})
    key = "spark.sql.execution.arrow.localRelationThreshold"
    small = spark.createDataFrame(frame).selectExpr("count(*)", "sum(a)", "max(s)").first()
    spark.conf.set(key, "1k")
    try:
        large = spark.createDataFrame(frame).selectExpr("count(*)", "sum(a)", "max(s)").first()
    finally:
        spark.conf.unset(key)
    return small[0], small == large


@check(True)
def there_and_back_as_a_table():
    made = rows().drop("c13").toArrow()  # a timestamp_ntz comes back as a timestamp
    assert isinstance(made, pa.Table)
    again = spark.createDataFrame(made).orderBy("k").toArrow()
    assert again.schema.types == made.schema.types
    return same(again.to_pylist(), made.to_pylist())


if __name__ == "__main__":
    run_checks()
