"""What the benchmark `pool` times: `pool.py CASE` runs one case in a fresh session and prints a line of JSON.

Times are seconds of the clock from a query's start to its result, once the executor is there; memory is in bytes.
"""

import json
import os
import sys
import time
from collections.abc import Callable, Iterator

import pandas as pd
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.functions import sum as sum_of

spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext

# An executor that is not there yet would be part of the first query's time.
deadline = time.monotonic() + 120
while sc._jsc.sc().getExecutorMemoryStatus().size() < 2:
    assert time.monotonic() < deadline, "no executor has come"
    time.sleep(0.02)


def seconds(query: Callable[[], object]) -> float:
    """How long it takes."""
    start = time.perf_counter()
    query()
    return time.perf_counter() - start


def rdd(tasks: int) -> float:
    """One job of tasks that do next to nothing."""

    def query() -> None:
        assert sc.parallelize(range(tasks), tasks).map(lambda x: x + 1).sum() == tasks * (tasks + 1) // 2

    return seconds(query)


def first_rdd_task() -> dict[str, float]:
    """The first query of a session, and then many tasks, one after another."""
    return {"first": rdd(1), "tiny": rdd(500)}


def first_pandas_udf() -> dict[str, float]:
    """The first query of a session, with Arrow and pandas."""

    @pandas_udf("double")  # type: ignore[untyped-decorator]
    def half(x: pd.Series) -> pd.Series:
        return x / 2

    def query() -> None:
        found = spark.range(0, 1000, numPartitions=1).select(sum_of(half("id"))).first()
        assert found is not None
        assert found[0] == 249_750.0

    return {"first": seconds(query)}


def eight_tasks() -> dict[str, float]:
    """Eight tasks at once, as the first job and as the second."""
    return {"first": rdd(8), "second": rdd(8)}


def memory() -> dict[str, float]:
    """PSS of four workers that have run a pandas_udf, and of what keeps them: the shared is counted once."""

    def stay(batches: Iterator[pd.DataFrame]) -> Iterator[pd.DataFrame]:
        for batch in batches:
            time.sleep(2)  # so that each task has a worker of its own
            yield batch.assign(worker=os.getpid(), keeper=os.getppid())

    rows = spark.range(0, 4, numPartitions=4).mapInPandas(stay, "id long, worker long, keeper long").collect()
    assert len({row.worker for row in rows}) == 4
    (keeper,) = {row.keeper for row in rows}
    time.sleep(2)
    with open(f"/proc/{keeper}/task/{keeper}/children") as file:
        processes = [keeper, *map(int, file.read().split())]
    return {"pss": sum(map(pss, processes)), "processes": len(processes)}


def pss(pid: int) -> int:
    """The process's own memory, and its share of what it shares."""
    with open(f"/proc/{pid}/smaps_rollup") as file:
        return 1024 * next(int(line.split()[1]) for line in file if line.startswith("Pss:"))


CASES = {"rdd": first_rdd_task, "pandas": first_pandas_udf, "eight": eight_tasks, "memory": memory}
print(json.dumps(CASES[sys.argv[1]]()))
