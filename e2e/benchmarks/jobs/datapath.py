"""What the benchmark `datapath` times: `datapath.py FOLDER rows ROUNDS [CASE...]` prints a line of JSON for each case.

Ours and Spark's own nodes take turns in one session, on the same executor and the same files. Times are seconds of the
clock from a query's start to its end.
"""

import json
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import pandas_udf, udf
from pyspark.sql.pandas.group_ops import PandasCogroupedOps

FOUR = "k int, v long, d double, s string"

spark = SparkSession.builder.getOrCreate()
folder, rows, rounds, only = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), tuple(sys.argv[4:])
partitions = spark.sparkContext.defaultParallelism

COLUMNAR = "spark.sql.execution.arrow.pythonUDF.columnarInput.enabled"
WAYS = {
    "PyJob": {"spark.pyjob.arrow.enabled": "true", COLUMNAR: "false"},
    "stock": {"spark.pyjob.arrow.enabled": "false", COLUMNAR: "false"},
    "stock, columnar input": {"spark.pyjob.arrow.enabled": "false", COLUMNAR: "true"},
}


@pandas_udf("long")  # type: ignore[untyped-decorator]
def plus_one(s: pd.Series) -> pd.Series:
    return s + 1


@pandas_udf("double")  # type: ignore[untyped-decorator]
def heavy(s: pd.Series) -> pd.Series:
    x = s.to_numpy()
    return pd.Series(np.log1p(np.abs(np.sin(x) * np.cos(x))) + np.sqrt(np.abs(x)))


@pandas_udf("string")  # type: ignore[untyped-decorator]
def upper(s: pd.Series) -> pd.Series:
    return s.str.upper()


@pandas_udf("string")  # type: ignore[untyped-decorator]
def same_string(s: pd.Series) -> pd.Series:
    return s


@pandas_udf("long")  # type: ignore[untyped-decorator]
def size_of(s: pd.Series) -> pd.Series:
    return s.map(len)


@udf("long")  # type: ignore[untyped-decorator]
def plain(x: int) -> int:
    return x + 1


def plus_one_frames(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for frame in frames:
        yield frame.assign(v=frame.v + 1)


def center(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(v=frame.v - frame.v.mean())


def same_frame(frame: pd.DataFrame) -> pd.DataFrame:
    return frame


def same_table(table: pa.Table) -> pa.Table:
    return table


def center_by(frame: pd.DataFrame, other: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(v=frame.v - other.v.mean())


def first_table(table: pa.Table, other: pa.Table) -> pa.Table:
    return table


def parquet(columns: int) -> DataFrame:
    return spark.read.parquet(f"{folder}/{columns}")


def narrow() -> DataFrame:
    return parquet(1)


def tens() -> DataFrame:
    """A fortieth of the rows in groups of ten."""
    return narrow().where(f"v < {rows // 40}").selectExpr("cast(v / 10 as long) as k", "v")


def pairs() -> PandasCogroupedOps:
    """A thousand groups of all rows with those of a tenth."""
    all_rows = parquet(4).select("k", "v")
    return all_rows.groupBy("k").cogroup(all_rows.where("v % 10 = 0").groupBy("k"))


def write() -> None:
    """Files of so many columns each, in as many parts as there are tasks at a time."""
    base = spark.range(0, rows, 1, partitions).withColumnRenamed("id", "v")
    files = {
        1: base,
        2: spark.range(0, rows // 5, 1, partitions).selectExpr("id as v", "id as w"),
        3: spark.range(0, rows // 20, 1, partitions).selectExpr(
            "id as v", "array(id, id + 1, id + 2) as a", "struct(id, cast(id as string) as t) as st"
        ),
        4: base.selectExpr(
            "v", "cast(v % 1000 as int) as k", "cast(v as double) / 3 as d", "concat('name ', cast(v as string)) as s"
        ),
        21: spark.range(0, rows // 4, 1, partitions).selectExpr("id as v", *[f"id + {i} as c{i}" for i in range(20)]),
    }
    for columns, frame in files.items():
        frame.write.parquet(f"{folder}/{columns}")


write()
cached = narrow().cache()

CASES: dict[str, Callable[[], DataFrame]] = {
    "Parquet, 1 column": lambda: narrow().select(plus_one("v")),
    "Parquet, 3 further columns kept": lambda: parquet(4).select("*", plus_one("v")),
    "Parquet, 20 further columns kept": lambda: parquet(21).select("*", plus_one("v")),
    "rows": lambda: spark.range(0, rows, 1, partitions).select(plus_one("id")),
    "rows from a shuffle": lambda: narrow().repartition(partitions, "v").select("v", plus_one("v")),
    "cached": lambda: cached.select(plus_one("v")),
    "numpy-heavy, Parquet": lambda: parquet(4).select(heavy("d")),
    "strings, same": lambda: parquet(4).select(same_string("s")),
    "strings, upper": lambda: parquet(4).select(upper("s")),
    "nested": lambda: parquet(3).select(size_of("a")),
    "plain udf": lambda: parquet(2).select(plain("v")),
    "two chained": lambda: narrow().select(plus_one(plus_one("v"))),
    "filter and limit behind": lambda: parquet(4).withColumn("p", plus_one("v")).where("p % 2 = 0").limit(rows // 4),
    "mapInPandas": lambda: narrow().mapInPandas(plus_one_frames, "v long"),
    "grouped, pandas": lambda: parquet(4).select("k", "v").groupBy("k").applyInPandas(center, "k int, v double"),
    "grouped, pandas, 4 columns": lambda: parquet(4).groupBy("k").applyInPandas(same_frame, FOUR),
    "grouped, Arrow": lambda: parquet(4).select("k", "v").groupBy("k").applyInArrow(same_table, "k int, v long"),
    "grouped, Arrow, 4 columns": lambda: parquet(4).groupBy("k").applyInArrow(same_table, FOUR),
    "grouped, Arrow, groups of 10": lambda: tens().groupBy("k").applyInArrow(same_table, "k long, v long"),
    "grouped, pandas, groups of 10": lambda: (
        tens().where(f"k < {rows // 2000}").groupBy("k").applyInPandas(center, "k long, v double")
    ),
    "cogrouped, pandas": lambda: pairs().applyInPandas(center_by, "k int, v double"),
    "cogrouped, Arrow": lambda: pairs().applyInArrow(first_table, "k int, v long"),
}


def seconds(case: str) -> float:
    """How long the query takes."""
    frame = CASES[case]()
    start = time.perf_counter()
    frame.write.format("noop").mode("overwrite").save()
    return time.perf_counter() - start


def by_pandas(function: Callable[[pd.Series], pd.Series]) -> Callable[[pa.Array], pa.Array]:
    return lambda column: pa.Array.from_pandas(function(column.to_pandas()))


#: What Python itself has to do in a case: the number of columns in the files, the column, and the function.
FLOORS: dict[str, tuple[int, str, Callable[[pa.Array], pa.Array]]] = {
    "Parquet, 1 column": (1, "v", by_pandas(plus_one.func)),
    "strings, upper": (4, "s", by_pandas(upper.func)),
    "nested": (3, "a", by_pandas(size_of.func)),
    "plain udf": (2, "v", lambda column: pa.array([plain.func(x) for x in column.to_pylist()], pa.int64())),
}


def floor(case: str, batch_rows: int) -> float:
    """The same function over the same files in this process, without Spark."""
    columns, column, function = FLOORS[case]
    start = time.perf_counter()
    for file in pq.ParquetDataset(f"{folder}/{columns}").files:
        for batch in pq.ParquetFile(file).iter_batches(batch_rows, columns=[column]):
            function(batch.column(0))
    return time.perf_counter() - start


for case in CASES:
    if only and not case.startswith(only):
        continue
    if case == "cached":
        cached.count()
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    if case == "plain udf":
        del taken["stock, columnar input"]  # 4.2.0 hangs
    for number in range(rounds + 1):
        for way, times in taken.items():
            for key, value in WAYS[way].items():
                spark.conf.set(key, value)
            took = seconds(case)
            if number:
                times.append(took)
    if case in FLOORS:
        # Large ones, and as Spark cuts them unless it is told otherwise.
        for batch_rows in (65_536, 10_000):
            taken[f"floor {batch_rows}"] = [floor(case, batch_rows) for _ in range(rounds)]
    print(json.dumps({"case": case, "seconds": taken}), flush=True)
    if case == "cached":
        cached.unpersist()
