"""Very many short tasks in one session: `soak.py TASKS SAMPLES` prints a line of JSON for each sample.

Most tasks add numbers, some are a pandas_udf's. In each round the workers' environment is another, so that there are
new workers and old ones have to go, and two tasks end their worker and are tried again.
"""

import json
import os
import sys
import time
from pathlib import Path

import pandas as pd
from pyspark import TaskContext
from pyspark.sql import SparkSession
from pyspark.sql.functions import pandas_udf
from pyspark.sql.functions import sum as sum_of

ROUND = 1000
ARROW_TASKS = 100

tasks, samples = int(sys.argv[1]), int(sys.argv[2])
spark = SparkSession.builder.getOrCreate()
sc = spark.sparkContext


@pandas_udf("double")  # type: ignore[untyped-decorator]
def half(x: pd.Series) -> pd.Series:
    return x / 2


def two_workers_die(x: int) -> int:
    context = TaskContext.get()
    assert context is not None
    if context.attemptNumber() == 0 and x < 2:
        os._exit(3)
    return x


def one_round(number: int) -> None:
    sc.environment["SOAK_ROUND"] = str(number)
    plain = ROUND - ARROW_TASKS - 10
    assert sc.parallelize(range(plain), plain).map(lambda x: x + 1).sum() == plain * (plain + 1) // 2
    found = spark.range(0, ARROW_TASKS, 1, ARROW_TASKS).select(sum_of(half("id"))).first()
    assert found is not None
    assert found[0] == ARROW_TASKS * (ARROW_TASKS - 1) / 4
    assert sc.parallelize(range(10), 10).map(two_workers_die).sum() == 45


def keeper() -> tuple[int, int]:
    """Pids of what keeps the workers, and of the executor's JVM."""

    def look(_: object) -> list[tuple[int, str]]:
        return [(os.getppid(), os.environ.get("PYJOB_DIR", ""))]

    pool, folder = sc.parallelize([0], 1).mapPartitions(look).first()
    if not folder:  # stock: the executor's JVM is the parent of its daemon
        return pool, int(Path(f"/proc/{pool}/stat").read_text().rpartition(")")[2].split()[1])
    for process in Path("/proc").glob("[0-9]*"):
        try:
            command = (process / "cmdline").read_bytes().split(b"\0")
            environment = (process / "environ").read_bytes().split(b"\0")
        except OSError:
            continue  # it has just ended
        if b"io.pyjob.executor.ExecutorMain" in command and f"PYJOB_DIR={folder}".encode() in environment:
            return pool, int(process.name)
    raise RuntimeError(f"no executor's JVM has PYJOB_DIR={folder}")


def resident(pid: int) -> int:
    """Bytes."""
    return 1024 * next(
        int(line.split()[1])
        for line in Path(f"/proc/{pid}/status").read_text().splitlines()
        if line.startswith("VmRSS:")
    )


def descriptors(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/fd").iterdir()))


pool, jvm = keeper()
start, done = time.monotonic(), 0
for sample in range(samples + 1):
    if sample:
        while done < tasks * sample // samples:
            one_round(done // ROUND)
            done += ROUND
    took = time.monotonic() - start
    time.sleep(12)  # idle workers of rounds that are over have gone by then (idleTimeout is 10 s)
    workers = Path(f"/proc/{pool}/task/{pool}/children").read_text().split()
    print(
        json.dumps(
            {
                "tasks": done,
                "seconds": took,
                "workers": len(workers),
                "pool_descriptors": descriptors(pool),
                "pool_rss": resident(pool),
                "jvm_descriptors": descriptors(jvm),
                "jvm_threads": len(list(Path(f"/proc/{jvm}/task").iterdir())),
                "jvm_rss": resident(jvm),
            }
        ),
        flush=True,
    )
    start += 12
