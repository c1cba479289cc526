"""Frames between the script and the driver's JVM: toPandas, collect, createDataFrame of a million rows.

Ours is `./pyjob run` with one executor of two cores; stock is `spark-submit --master local[2]`, where the driver's JVM
is the executor too, and `--master local-cluster[1,2,1024]`, which has the same shape as ours. All have heaps of the
same size, and run the same script with the same Spark and Python environment, in turn.
"""

import argparse
import json
import os
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import stock
from pyjob_local.cache import cache_root
from pyjob_local.environment import ensure_environment
from pyjob_local.spark import Spark, ensure_spark

from .side_by_side import machine, result
from .table import table

PROJECT = Path(__file__).resolve().parents[2]
JOB = Path(__file__).resolve().parent / "jobs" / "frames.py"
LOCAL = "local[2]"
CLUSTER = "local-cluster[1,2,1024]"
OURS = "PyJob"

#: A heap of as much, and what a container has beside it: the default in a pod, 640 MiB, has no room for a million rows.
_DRIVER_HEAP = 2688
_EXECUTOR_HEAP = 1024
_BESIDE = 384


def main(arguments: list[str]) -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="e2e/bench frames", description=__doc__)
    parser.add_argument("--runs", type=int, default=3, help="counted sessions of each way (3)")
    parser.add_argument("--rounds", type=int, default=5, help="of each case in a session (5); one more is not counted")
    parser.add_argument("--case", action="append", default=[], help="only cases whose names begin so")
    options = parser.parse_args(arguments)
    job = [str(JOB), str(options.rounds), *options.case]
    ours = _ours()
    # Everything is built and fetched before the first run that counts.
    subprocess.run([*ours, str(JOB), "1", "collect"], check=True, stdout=sys.stderr)
    taken: dict[tuple[str, str], list[tuple[float, float]]] = {}
    with tempfile.TemporaryDirectory(prefix="pyjob-bench-") as folder:
        for _ in range(options.runs):
            for way in (LOCAL, CLUSTER, OURS):
                one = _run([*ours, *job], {}) if way == OURS else _stock(Path(folder), way, job)
                print(f"  {way}: {one}", file=sys.stderr, flush=True)
                for case, times in one.items():
                    taken.setdefault((case, way), []).extend(times)
    print(f"Medians of {options.runs} sessions in turn, {options.rounds} rounds in each; {machine()}\n")
    ratios: dict[str, float] = {}
    rows: list[tuple[object, ...]] = []
    for case in dict.fromkeys(case for case, _ in taken):
        local, cluster, pyjob = (_median(taken[case, way], 0) for way in (LOCAL, CLUSTER, OURS))
        theirs, mine = (_median(taken[case, way], 1) for way in (CLUSTER, OURS))
        ratios[case] = pyjob / cluster
        ratios[f"{case}, against local"] = pyjob / local
        ratios[f"{case}, CPU of the driver"] = mine / theirs
        rows.append((case, local, cluster, pyjob, pyjob / local, ratios[case], theirs, mine, mine / theirs))
    heads = ("case", "local, s", "local-cluster, s", "PyJob, s", "against local", "against local-cluster")
    print(table((*heads, "driver's CPU, local-cluster, s", "PyJob, s", "against local-cluster"), rows))
    print()
    result("frames", ratios)


def _median(taken: list[tuple[float, float]], figure: int) -> float:
    return statistics.median(times[figure] for times in taken)


def _ours() -> list[str]:
    memory = [f"--driver-memory={_DRIVER_HEAP + _BESIDE}Mi", f"--memory={_EXECUTOR_HEAP + _BESIDE}Mi"]
    return [str(PROJECT / "pyjob"), "run", "-q", "-e", "1", "--executor-cores", "2", *memory]


def _stock(folder: Path, master: str, job: list[str]) -> dict[str, list[tuple[float, float]]]:
    spark: Spark = ensure_spark(cache_root())
    python = ensure_environment(cache_root(), ()) / "bin" / "python3"
    with stock.new_home(spark, folder) as home:
        command, env = stock.submit(home, spark.python, python, master)
        return _run([*command, "--driver-memory", f"{_DRIVER_HEAP}m", *job], env)


def _run(command: list[str], env: dict[str, str]) -> dict[str, list[tuple[float, float]]]:
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or len(lines) != 1:
        sys.exit(f"{command[0]}: exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    figures: dict[str, list[tuple[float, float]]] = json.loads(lines[0])
    return figures
