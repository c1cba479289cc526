"""Very many short tasks in one session: what they take, and whether anything is left behind by them.

Ours is `./pyjob run` with one executor of two cores, stock `spark-submit --master local-cluster[1,2,1024]`, which is
given fewer tasks and counted by the task. After each part of the tasks, and a pause for idle workers to leave,
processes, descriptors, threads and resident memory of the pool and of the executor's JVM are counted.
"""

import argparse
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import stock
from pyjob_local.cache import cache_root
from pyjob_local.environment import ensure_environment
from pyjob_local.spark import ensure_spark

from .side_by_side import machine, result
from .table import table

PROJECT = Path(__file__).resolve().parents[2]
JOB = Path(__file__).resolve().parent / "jobs" / "soak.py"
_MIB = 1 << 20
_MANIFEST = """\
apiVersion: pyjob.io/v1alpha1
kind: PyJob
metadata: {name: soak}
spec:
  script: {path: %s}
  args: ["%d", "%d"]
  executors: {instances: 1, cores: 2, python: {idleTimeout: 10s}}
"""
_HEADS = (
    "tasks",
    "seconds",
    "workers",
    "pool's descriptors",
    "pool's RSS, MiB",
    "JVM's descriptors",
    "JVM's threads",
    "JVM's RSS, MiB",
)
Sample = dict[str, float]


def main(arguments: list[str]) -> None:
    """Run the benchmark and print its tables."""
    parser = argparse.ArgumentParser(prog="e2e/bench soak", description=__doc__)
    parser.add_argument("--tasks", type=int, default=100_000, help="ours, in thousands (default: 100000)")
    parser.add_argument("--stock-tasks", type=int, default=5_000, help="stock's (default: 5000)")
    parser.add_argument("--samples", type=int, default=5, help="how often to count what there is (default: 5)")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="pyjob-bench-") as folder:
        stock = _stock(Path(folder), options.stock_tasks)
        ours = _ours(Path(folder), options.tasks, options.samples)
    print(f"{machine()}\n")
    print(table(_HEADS, [_row(sample) for sample in ours]))
    last = {"stock": stock[-1], "PyJob": ours[-1]}
    per_task = {way: 1000 * sample["seconds"] / sample["tasks"] for way, sample in last.items()}
    print()
    print(table(("way", "tasks", "ms a task"), [(way, int(last[way]["tasks"]), per_task[way]) for way in last]))
    print()
    result("soak", {"time a task": per_task["PyJob"] / per_task["stock"]})


def _row(sample: Sample) -> tuple[object, ...]:
    return (
        int(sample["tasks"]),
        round(sample["seconds"]),
        int(sample["workers"]),
        int(sample["pool_descriptors"]),
        sample["pool_rss"] / _MIB,
        int(sample["jvm_descriptors"]),
        int(sample["jvm_threads"]),
        sample["jvm_rss"] / _MIB,
    )


def _ours(folder: Path, tasks: int, samples: int) -> list[Sample]:
    manifest = folder / "job.yaml"
    manifest.write_text(_MANIFEST % (JOB, tasks, samples))
    return _run([str(PROJECT / "pyjob"), "run", "-q", str(manifest)], {})


def _stock(folder: Path, tasks: int) -> list[Sample]:
    spark = ensure_spark(cache_root())
    python = ensure_environment(cache_root(), ()) / "bin" / "python3"
    with stock.new_home(spark, folder) as home:
        command, env = stock.submit(home, spark.python, python, "local-cluster[1,2,1024]")
        return _run([*command, str(JOB), str(tasks), "1"], env)


def _run(command: list[str], env: dict[str, str]) -> list[Sample]:
    with tempfile.TemporaryFile("w+") as errors:
        process = subprocess.Popen(command, env={**os.environ, **env}, stdout=subprocess.PIPE, stderr=errors, text=True)
        assert process.stdout is not None
        samples: list[Sample] = []
        for line in process.stdout:
            if line.startswith("{"):
                samples.append(json.loads(line))
                print(f"  {line.strip()}", file=sys.stderr, flush=True)
        if process.wait() != 0 or not samples:
            errors.seek(0)
            sys.exit(f"{command[0]}: exit code {process.returncode}\n{errors.read()[-4000:]}")
    return samples
