"""Python workers: the first task of a session, many small ones, eight at once, and the memory of four.

Ours is `./pyjob run` with one executor; stock is `spark-submit --master local-cluster[1,CORES,1024]`, which has the
same shape (a driver's JVM and an executor's JVM of their own), and forks its Python from `pyspark.daemon`. Both run the
same script with the same Spark and Python environment. "Python's part" is what Spark's own log says of the first task's
worker: from asking for it until it has ended its first task.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import stock
from pyjob_local.cache import cache_root
from pyjob_local.environment import ensure_environment
from pyjob_local.spark import Spark, ensure_spark

from .side_by_side import machine, result
from .table import table

PROJECT = Path(__file__).resolve().parents[2]
JOB = Path(__file__).resolve().parent / "jobs" / "pool.py"
_LOGS = {"spark.log.level": "INFO", "spark.executor.syncLogLevel.enabled": "true"}
_TIMES = re.compile(r"Times: total = (\d+), boot = (-?\d+), init = (-?\d+), finish = \d+ .*\(TID 0\)")
_MIB = 1 << 20

STOCK = "stock"
OURS = "PyJob"


@dataclass(frozen=True)
class Figure:
    """A row of the table: a figure that a run of `case` gives, and its unit."""

    name: str
    case: str
    key: str
    unit: str = "s"


#: How many cores a case's executor has.
CASES = {"rdd": 1, "pandas": 1, "eight": 8, "memory": 4}
FIGURES = (
    Figure("first RDD task, Python's part", "rdd", "python"),
    Figure("first RDD task, whole query", "rdd", "first"),
    Figure("first pandas_udf, Python's part", "pandas", "python"),
    Figure("first pandas_udf, whole query", "pandas", "first"),
    Figure("500 tiny tasks in a row", "rdd", "tiny"),
    Figure("8 tasks at once, the first", "eight", "first"),
    Figure("8 tasks at once, the second", "eight", "second"),
    Figure("PSS of 4 warm workers", "memory", "pss", "MiB"),
)


def main(arguments: list[str]) -> None:
    """Run the benchmark and print its table."""
    parser = argparse.ArgumentParser(prog="e2e/bench pool", description=__doc__)
    parser.add_argument("--runs", type=int, default=5, help="counted runs of each case (default: 5)")
    parser.add_argument("--case", choices=CASES, action="append", help="this case only; may be repeated")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="pyjob-bench-") as folder:
        _bench(Path(folder), options.runs, options.case or list(CASES))


def _bench(folder: Path, runs: int, cases: list[str]) -> None:
    subprocess.run([str(PROJECT / "pyjob"), "run", "-q", "-e", "1", str(JOB), "rdd"], check=True, stdout=sys.stderr)
    spark = ensure_spark(cache_root())
    python = ensure_environment(cache_root(), ()) / "bin" / "python3"
    taken: dict[tuple[str, str], list[dict[str, float]]] = {}
    for case in cases:
        for number in range(runs + 1):
            for way, one in ((STOCK, _stock(folder, spark, python, case)), (OURS, _ours(case))):
                print(f"  {case}, {way}: {one}{'' if number else ' (warm-up)'}", file=sys.stderr, flush=True)
                if number:
                    taken.setdefault((case, way), []).append(one)
    print(f"Medians of {runs} runs in turn; {machine()}\n")
    ratios: dict[str, float] = {}
    rows: list[tuple[object, ...]] = []
    for figure in (each for each in FIGURES if each.case in cases):
        theirs, ours = (_median(taken[figure.case, way], figure) for way in (STOCK, OURS))
        ratios[figure.name] = ours / theirs
        rows.append((f"{figure.name}, {figure.unit}", theirs, ours, ratios[figure.name]))
    print(table(("figure", "stock", "PyJob", "PyJob against stock"), rows))
    print()
    result("pool", ratios)


def _median(runs: list[dict[str, float]], figure: Figure) -> float:
    median = statistics.median(run[figure.key] for run in runs)
    return median / _MIB if figure.unit == "MiB" else median


def _stock(folder: Path, spark: Spark, python: Path, case: str) -> dict[str, float]:
    with stock.new_home(spark, folder) as home:
        command, env = stock.submit(home, spark.python, python, f"local-cluster[1,{CASES[case]},1024]")
        for key, value in _LOGS.items():
            command += ["--conf", f"{key}={value}"]
        printed = _run([*command, str(JOB), case], env)
        return printed | _python_part((home / "work").glob("*/*/stderr"))


def _ours(case: str) -> dict[str, float]:
    with tempfile.TemporaryDirectory(prefix="pjb-") as temporary:
        command = [str(PROJECT / "pyjob"), "run", "-q", "--keep", "-e", "1", "--executor-cores", str(CASES[case])]
        for key, value in _LOGS.items():
            command += ["-c", f"{key}={value}"]
        printed = _run([*command, str(JOB), case], {"TMPDIR": temporary})
        return printed | _python_part(Path(temporary).glob("*/logs/executor-1-jvm.log"))


def _run(command: list[str], env: dict[str, str]) -> dict[str, float]:
    done = subprocess.run(command, env={**os.environ, **env}, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("{")]
    if done.returncode != 0 or len(lines) != 1:
        sys.exit(f"{command[0]}: exit code {done.returncode}\n{done.stdout[-2000:]}\n{done.stderr[-4000:]}")
    figures: dict[str, float] = json.loads(lines[0])
    return figures


def _python_part(logs: Iterable[Path]) -> dict[str, float]:
    """Seconds, of the session's first task."""
    found = [match for log in logs for match in _TIMES.finditer(log.read_text(errors="replace"))]
    if len(found) != 1:
        sys.exit(f"the executor's log has {len(found)} times of its first task, and should have one")
    return {"python": int(found[0][1]) / 1000}
