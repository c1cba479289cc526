"""What the benchmark `datapath` times: `datapath.py FOLDER ROUNDS CASE...` prints a line of JSON for each case.

Ours and Spark's own nodes take turns in one session, on the same executor and the same files. Times are seconds of the
clock from a query's start to its end.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql import functions as F
from pyspark.sql.functions import pandas_udf, udf

spark = SparkSession.builder.getOrCreate()
folder, rounds, cases = sys.argv[1], int(sys.argv[2]), sys.argv[3:]

COLUMNAR = "spark.sql.execution.arrow.pythonUDF.columnarInput.enabled"
WAYS = {
    "PyJob": {"spark.pyjob.arrow.enabled": "true", COLUMNAR: "false"},
    "stock": {"spark.pyjob.arrow.enabled": "false", COLUMNAR: "false"},
    "stock, columnar input": {"spark.pyjob.arrow.enabled": "false", COLUMNAR: "true"},
}


@pandas_udf("long")
def plus_one(s: pd.Series) -> pd.Series:
    return s + 1


@pandas_udf("double")
def heavy(s: pd.Series) -> pd.Series:
    x = s.to_numpy()
    return pd.Series(np.log1p(np.abs(np.sin(x) * np.cos(x))) + np.sqrt(np.abs(x)))


@pandas_udf("string")
def upper(s: pd.Series) -> pd.Series:
    return s.str.upper()


@pandas_udf("string")
def same_string(s: pd.Series) -> pd.Series:
    return s


@pandas_udf("long")
def size_of(s: pd.Series) -> pd.Series:
    return s.map(len)


@udf("long")
def plain(x: int) -> int:
    return x + 1


def plus_one_frames(frames: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
    for frame in frames:
        yield frame.assign(v=frame.v + 1)


def center(frame: pd.DataFrame) -> pd.DataFrame:
    return frame.assign(v=frame.v - frame.v.mean())


def parquet(columns: int) -> DataFrame:
    return spark.read.parquet(f"{folder}/{columns}")


def narrow() -> DataFrame:
    return parquet(1)


CASES: dict[str, Callable[[], DataFrame]] = {
    "Parquet, 1 column": lambda: narrow().select(plus_one("v")),
    "Parquet, 3 further columns kept": lambda: parquet(4).select("*", plus_one("v")),
    "Parquet, 20 further columns kept": lambda: parquet(21).select("*", plus_one("v")),
    "rows": lambda: spark.range(0, ROWS, 1, PARTITIONS).select(plus_one("id")),
    "rows from a shuffle": lambda: narrow().repartition(PARTITIONS, "v").select("v", plus_one("v")),
    "cached": lambda: CACHED.select(plus_one("v")),
    "numpy-heavy, Parquet": lambda: parquet(4).select(heavy("d")),
    "strings, same": lambda: parquet(4).select(same_string("s")),
    "strings, upper": lambda: parquet(4).select(upper("s")),
    "nested": lambda: parquet(3).select(size_of("a")),
    "plain udf": lambda: narrow().limit(ROWS // 4).select(plain("v")) if False else parquet(2).select(plain("v")),
    "two chained": lambda: narrow().select(plus_one(plus_one("v"))),
    "filter and limit behind": lambda: parquet(4).withColumn("p", plus_one("v")).where("p % 2 = 0").limit(ROWS // 4),
    "mapInPandas": lambda: narrow().mapInPandas(plus_one_frames, "v long"),
    "grouped apply": lambda: parquet(4).select("k", "v").groupBy("k").applyInPandas(center, "k int, v double"),
}


def write(rows: int) -> None:
    """Files of some columns each, in as many parts as there are tasks at a time."""
    base = spark.range(0, rows, 1, PARTITIONS).withColumnRenamed("id", "v")
    files = {
        1: base,
        2: base.limit(rows // 5).repartition(PARTITIONS),
        3: base.limit(rows // 20).selectExpr("v", "array(v, v + 1, v + 2) as a", "struct(v, cast(v as string) as t) as st"),
        4: base.selectExpr(
            "v", "cast(v % 1000 as int) as k", "cast(v as double) / 3 as d", "concat('name ', cast(v as string)) as s"
        ),
        21: base.limit(rows // 4).selectExpr("v", *[f"v + {i} as c{i}" for i in range(20)]),
    }
    for columns, frame in files.items():
        if not os.path.exists(f"{folder}/{columns}"):
            frame.write.option("compression", "snappy").parquet(f"{folder}/{columns}")


def seconds(case: str) -> float:
    """How long the query takes."""
    frame = CASES[case]()
    start = time.perf_counter()
    frame.write.format("noop").mode("overwrite").save()
    return time.perf_counter() - start


def floor() -> float:
    """The same function over the same file in this process, without Spark."""
    start = time.perf_counter()
    for batch in pq.ParquetFile(next(iter(pq.ParquetDataset(f"{folder}/1").files))).iter_batches(65536):
        plus_one.func(batch.column(0).to_pandas())
    return time.perf_counter() - start


ROWS = int(os.environ.get("DATAPATH_ROWS", "20000000"))
PARTITIONS = spark.sparkContext.defaultParallelism
write(ROWS)
CACHED = narrow().cache()

for case in cases:
    if case == "cached":
        CACHED.count()
    taken: dict[str, list[float]] = {way: [] for way in WAYS}
    for number in range(rounds + 1):
        for way, settings in WAYS.items():
            if way == "stock, columnar input" and case == "plain udf":
                continue  # 4.2.0 hangs
            for key, value in settings.items():
                spark.conf.set(key, value)
            took = seconds(case)
            if number:
                taken[way].append(took)
    if case == "Parquet, 1 column":
        taken["floor"] = [floor() for _ in range(rounds)]
    print(json.dumps({"case": case, "seconds": taken}), flush=True)
    if case == "cached":
        CACHED.unpersist()
