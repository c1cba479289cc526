"""What the benchmark `frames` times: `frames.py ROUNDS [CASE...]` prints a line of JSON with what each case took.

Frames on their way between the script and the JVM: seconds of the clock from a call to its result, and of the
processors that the script and the driver's JVM used meanwhile. The first time of each case does not count, but for the
first of a session, which is a case of its own.
"""

import json
import os
import sys
import time
from collections.abc import Callable

import numpy as np
import pandas as pd
import pyarrow as pa
from pyspark.sql import DataFrame, SparkSession

ROWS = 1_000_000
FEW = 100_000
PARTITIONS = 4
rounds, only = int(sys.argv[1]), tuple(sys.argv[2:])
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext
assert spark.conf.get("spark.sql.execution.arrow.pyspark.enabled") == "true"

# An executor that is not there yet would be part of the first query's time.
deadline = time.monotonic() + 120
while not sc.master.startswith("local[") and sc._jsc.sc().getExecutorMemoryStatus().size() < 2:
    assert time.monotonic() < deadline, "no executor has come"
    time.sleep(0.02)
jvm = spark._jvm.java.lang.ProcessHandle.current().pid()


def numbers(rows: int) -> DataFrame:
    return spark.range(0, rows, 1, PARTITIONS).selectExpr("id", "id / 3 as d", "cast(id % 1000 as int) as k")


def strings(rows: int) -> DataFrame:
    return numbers(rows).selectExpr("id", "concat('name ', cast(id as string)) as s", "cast(k as string) as t")


ids = np.arange(ROWS)
names = [f"name {i}" for i in ids]
pandas_numbers = pd.DataFrame({"id": ids, "d": ids / 3, "k": (ids % 1000).astype("int32")})
pandas_strings = pd.DataFrame({"id": ids, "s": names})
arrow_strings = pa.table({"id": ids, "s": names})


def to_pandas(frame: DataFrame) -> None:
    assert frame.toPandas().id.sum() == ROWS * (ROWS - 1) // 2


def collect(frame: DataFrame) -> None:
    assert len(frame.collect()) == FEW


def create(data: object) -> None:
    assert spark.createDataFrame(data).count() == ROWS


CASES: dict[str, Callable[[], None]] = {
    "toPandas, numbers": lambda: to_pandas(numbers(ROWS)),
    "toPandas, strings": lambda: to_pandas(strings(ROWS)),
    "collect of 100,000 rows": lambda: collect(strings(FEW)),
    "createDataFrame(pandas).count(), numbers": lambda: create(pandas_numbers),
    "createDataFrame(pandas).count(), strings": lambda: create(pandas_strings),
    "createDataFrame(pyarrow).count(), strings": lambda: create(arrow_strings),
}


def driver_cpu() -> float:
    """Seconds that the script and the driver's JVM have used."""
    ticks = 0
    for process in (os.getpid(), jvm):
        with open(f"/proc/{process}/stat") as stat:
            fields = stat.read().rpartition(")")[2].split()
        ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def times(call: Callable[[], None]) -> tuple[float, float]:
    """How long it takes, and the driver's part in it."""
    cpu, start = driver_cpu(), time.perf_counter()
    call()
    return time.perf_counter() - start, driver_cpu() - cpu


taken: dict[str, list[tuple[float, float]]] = {}
for name, call in CASES.items():
    if only and not name.startswith(only):
        continue
    first = times(call)
    if not taken:
        taken["the session's first " + name] = [first]
    taken[name] = [times(call) for _ in range(rounds)]
print(json.dumps(taken))
