"""What functions see of each type, and what comes back of what they return."""

from arrow_tables import SCALAR, any_kind, difference, table
from checks import check, run_checks

import pandas as pd
import pyarrow as pa
from pyspark.sql.functions import arrow_udf, pandas_udf


def same_pandas(kind):
    @pandas_udf(kind)
    def same(s: pd.Series) -> pd.Series:
        return s

    @pandas_udf(kind)
    def same_struct(frame: pd.DataFrame) -> pd.DataFrame:
        return frame

    return same_struct if kind.startswith("struct") else same


def same_arrow(kind):
    @arrow_udf(kind)
    def same(a: pa.Array) -> pa.Array:
        return a

    return same


def seen_by_pandas(kind):
    @pandas_udf("string")
    def seen(s: pd.Series) -> pd.Series:
        return s.map(repr).astype(object) + f" {s.dtype}"

    @pandas_udf("string")
    def seen_struct(frame: pd.DataFrame) -> pd.Series:
        return pd.Series([repr(row) for row in frame.itertuples()], dtype=object)

    return seen_struct if kind.startswith("struct") else seen


def seen_by_arrow(kind):
    @arrow_udf("string")
    def seen(a: pa.Array) -> pa.Array:
        return pa.array([f"{value!r} {a.type}" for value in a.to_pylist()], pa.string())

    return seen


def through(kinds, functions, **options):
    """Each column of a table with what each of the functions makes of it."""

    def make():
        frame = table(kinds, **options)
        images = [
            function(kind)(f"c{i}").alias(f"{function.__name__}{i}")
            for i, kind in enumerate(kinds)
            for function in functions
        ]
        return frame.select("*", *images)

    return make


PANDAS = [same_pandas, seen_by_pandas]
ARROW = [same_arrow, seen_by_arrow]


@check(None)
def scalars_in_pandas():
    return difference(through(SCALAR, PANDAS, rows=300))


@check(None)
def scalars_in_arrow():
    return difference(through(SCALAR, ARROW, rows=300))


@check(None)
def scalars_without_nulls():
    return difference(through(SCALAR, [same_pandas, same_arrow], rows=100, nulls=0))


@check(None)
def nothing_but_nulls():
    return difference(through(SCALAR, [same_pandas, same_arrow], rows=20, nulls=1))


@check(None)
def one_row_in_two_partitions():
    return difference(through(SCALAR, [same_pandas, same_arrow], rows=1))


@check(None)
def no_row():
    return difference(through(SCALAR, [same_pandas, same_arrow], rows=0))


@check(None)
def large_types():
    kinds = ["string", "binary", "array<string>"]
    return difference(
        through(kinds, [*PANDAS, *ARROW], rows=200), **{"spark.sql.execution.arrow.useLargeVarTypes": "true"}
    )


def nested(kinds):
    @check(None)
    def nested():
        found = difference(through(kinds, ARROW, rows=150))
        return found and f"{kinds}: {found}"


for _ in range(4):
    nested([any_kind(3) for _ in range(3)])


@check(None)
def nested_in_pandas():
    kinds = ["array<int>", "array<array<string>>", "map<string,double>", "struct<a:int,b:array<timestamp>>"]
    return difference(through(kinds, PANDAS, rows=150))


if __name__ == "__main__":
    run_checks()
