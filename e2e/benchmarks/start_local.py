"""Time from the command to the end: `./pyjob run` against `spark-submit --master local[2]` and `local-cluster`.

Ours runs the whole split (a driver's JVM, a script, and for each executor a JVM and a pool of workers); stock's
local[2] is one JVM that forks its Python, its local-cluster has our shape. All run the same script, Spark and Python
environment. Stock is measured as the pyspark package is, and so is ours without class-data archives, to show what
those do. A cold run is one whose files the machine has to read from its disk again.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import stock

from .side_by_side import PROJECT, PYJOB, Way, alternate, machine, median, result, without_page_cache

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
    options.add_argument("--runs", type=int, default=7, help="counted runs of each way (default: 7)")
    options.add_argument("--cold", type=int, default=3, help="counted cold runs, as root only (default: 3)")
    options.add_argument("--only", action="append", help="this case only; may be repeated")
    parsed = options.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="pyjob-bench-") as folder:
        _bench(Path(folder), parsed.runs, parsed.cold, parsed.only)


def _bench(folder: Path, runs: int, cold: int, only: list[str] | None) -> None:
    sys.path.insert(0, str(PROJECT / "python-sidecar"))
    from pyjob_local.cache import cache_root
    from pyjob_local.environment import ensure_environment
    from pyjob_local.spark import ensure_spark

    # One run that sets everything up, with archives and without.
    trivial = folder / "trivial.py"
    trivial.write_text(TRIVIAL)
    untrained = {"PYJOB_NO_CDS": "1", "PYJOB_CACHE": str(_without_archives(folder, cache_root()))}
    for env in ({}, untrained):
        command = [*PYJOB, "run", "-q", "-e", "1", str(trivial)]
        subprocess.run(command, env={**os.environ, **env}, cwd=folder, check=True, stdout=subprocess.DEVNULL)

    spark = ensure_spark(cache_root())
    python = ensure_environment(cache_root(), ()) / "bin" / "python3"
    home = folder / "spark"
    home.mkdir()
    for part in ("jars", "bin"):
        (home / part).symlink_to(spark.jars.parent / part)
    settings = {"SPARK_LOCAL_DIRS": str(folder / "stock-local"), "SPARK_WORKER_DIR": str(folder / "stock-work")}

    def spark_submit(master: str, script: list[str], cwd: Path) -> Way:
        command, env = stock.submit(home, spark.python, python, master)
        return Way(f"spark-submit --master {master}", [*command, *script], {**env, **settings}, str(cwd))

    wordcount = PROJECT / "examples" / "wordcount"
    expected = (wordcount / "expected.txt").read_text()
    cases = {
        "trivial job": ([str(trivial)], folder, ["-e", "1", str(trivial)], 1, lambda out: out == "5050\n"),
        "wordcount": (
            [str(wordcount / "wordcount.py"), *WORDCOUNT],
            wordcount,
            [str(wordcount / "job.yaml")],
            2,
            lambda out: out == expected,
        ),
    }
    print(f"Medians of {runs} runs in turn, of {cold} cold ones; {machine()}\n")
    print("| case | way | seconds | CPU seconds | time against local[2] | against local-cluster |")
    print("|---|---|---|---|---|---|")
    ratios: dict[str, float] = {}
    for case, (script, cwd, job, executors, check) in cases.items():
        local = spark_submit("local[2]", script, cwd)
        cluster = spark_submit(f"local-cluster[{executors},1,1024]", script, cwd)
        ours = Way("pyjob run", [*PYJOB, "run", "-q", *job], {}, str(cwd))
        without = Way("pyjob run, without archives", ours.command, untrained, str(cwd))
        for name, ways, number, before in (
            (case, [local, cluster, ours, without], runs, None),
            (f"{case}, cold", [local, cluster, ours], cold, without_page_cache),
        ):
            if number == 0 or (only and name not in only):
                continue
            taken = alternate(ways, check, number, before)
            base, base_cluster = median(taken[local.name]).wall, median(taken[cluster.name]).wall
            for way in ways:
                one = median(taken[way.name])
                against = f"{one.wall / base:.2f} | {one.wall / base_cluster:.2f}"
                print(f"| {name} | {way.name} | {one.wall:.2f} | {one.cpu:.2f} | {against} |", flush=True)
            own = median(taken[ours.name]).wall
            ratios[name] = own / base
            ratios[f"{name}, against local-cluster"] = own / base_cluster
            if without.name in taken:
                ratios[f"{name}, without archives"] = median(taken[without.name]).wall / base
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
