"""Time from the command to the result: `./pyjob run` against `spark-submit --master local[2]`.

Ours runs the whole split (a driver's JVM, a script, and for each executor a JVM and a pool of workers);
stock is one JVM that forks its Python. Both run the same script, Spark and Python environment. Stock is
measured as the pyspark package is, and so is ours without class-data archives, to show what those do.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import stock

from .side_by_side import Way, alternate, machine, median, result

PROJECT = Path(__file__).resolve().parents[2]
TRIVIAL = """\
from pyspark.sql import SparkSession
spark = SparkSession.builder.getOrCreate()
print(spark.sparkContext.parallelize(range(100), 2).map(lambda x: x + 1).sum())
"""


# As the example's manifest has them.
WORDCOUNT = ["--input", "data/opticks.txt", "--top", "20", "--min-length", "5"]


def main(arguments: list[str]) -> None:
    """Run the benchmark and print its table."""
    options = argparse.ArgumentParser(prog="e2e/bench start-local", description=__doc__)
    options.add_argument("--runs", type=int, default=5, help="counted runs of each way (default: 5)")
    runs = options.parse_args(arguments).runs
    with tempfile.TemporaryDirectory(prefix="pyjob-bench-") as folder:
        _bench(Path(folder), runs)


def _bench(folder: Path, runs: int) -> None:
    sys.path.insert(0, str(PROJECT / "python-sidecar"))
    from pyjob_local.cache import cache_root
    from pyjob_local.environment import ensure_environment
    from pyjob_local.spark import ensure_spark

    # One run that sets everything up, with archives and without.
    trivial = folder / "trivial.py"
    trivial.write_text(TRIVIAL)
    untrained = {"PYJOB_NO_CDS": "1", "PYJOB_CACHE": str(_without_archives(folder, cache_root()))}
    for env in ({}, untrained):
        warm_up = Way("set-up", [str(PROJECT / "pyjob"), "run", "-q", "-e", "1", str(trivial)], env, str(folder))
        subprocess.run(warm_up.command, env={**os.environ, **env}, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    spark = ensure_spark(cache_root())
    python = ensure_environment(cache_root(), ()) / "bin" / "python3"
    home = folder / "spark"
    home.mkdir()
    for part in ("jars", "bin"):
        (home / part).symlink_to(spark.jars.parent / part)
    submit = _spark_submit(folder, spark.python, home, python)

    wordcount = PROJECT / "examples" / "wordcount"
    expected = (wordcount / "expected.txt").read_text()
    cases = {
        "trivial job": ([str(trivial)], folder, ["-e", "1", str(trivial)], lambda out: out == "5050\n"),
        "wordcount": (
            [str(wordcount / "wordcount.py"), *WORDCOUNT],
            wordcount,
            [str(wordcount / "job.yaml")],
            lambda out: out == expected,
        ),
    }
    print(f"Medians of {runs} runs in turn; {machine()}\n")
    print("| case | way | seconds | CPU seconds | time against stock |")
    print("|---|---|---|---|---|")
    ratios: dict[str, float] = {}
    for case, (script, cwd, job, check) in cases.items():
        stock = Way("spark-submit --master local[2]", [*submit[0], *script], submit[1], str(cwd))
        ours = Way("pyjob run", [str(PROJECT / "pyjob"), "run", "-q", *job], {}, str(cwd))
        without = Way("pyjob run, without archives", ours.command, untrained, str(cwd))
        taken = alternate([stock, ours, without], check, runs)
        base = median(taken[stock.name])
        for way in (stock, ours, without):
            one = median(taken[way.name])
            print(f"| {case} | {way.name} | {one.wall:.2f} | {one.cpu:.2f} | {one.wall / base.wall:.2f} |", flush=True)
        ratios[case] = median(taken[ours.name]).wall / base.wall
        ratios[f"{case}, without archives"] = median(taken[without.name]).wall / base.wall
    print()
    result("start-local", ratios)


def _without_archives(folder: Path, cache: Path) -> Path:
    """A cache that shares what was fetched, and has runtimes of its own."""
    other = folder / "cache"
    other.mkdir()
    for name in ("env", "spark-4.2.0"):
        (cache / name).mkdir(parents=True, exist_ok=True)
        (other / name).symlink_to(cache / name)
    return other


def _spark_submit(folder: Path, sources: Path, home: Path, python: Path) -> tuple[list[str], dict[str, str]]:
    """Spark's own spark-submit, and its environment."""
    command, env = stock.submit(home, sources, python, "local[2]")
    return command, {**env, "SPARK_LOCAL_DIRS": str(folder / "stock-local")}
