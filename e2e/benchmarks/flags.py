"""What the JVMs' flags and the web UI cost or save, for a trivial job and for one of about 20 s.

Each way is `./pyjob run` with one executor, as it is or with one thing changed, for driver and executor alike. The
trivial job has containers as a manifest without numbers has them; the other's executor has two cores and 3 GiB.
There is no stock way: ours as it is is measured against each change, so a ratio below 1 says that the change is worse.
"""

import argparse
import subprocess
import tempfile
from pathlib import Path

from .side_by_side import PROJECT, PYJOB, Way, alternate, machine, median, result

JOBS = PROJECT / "e2e" / "benchmarks" / "jobs"
AS_IT_IS = "as it is"
#: Name to what is changed: options of the JVMs, or a setting.
CHANGES = {
    "UI on": ["spark.ui.enabled=true"],
    "SerialGC": ["-XX:+UseSerialGC"],
    "G1": ["-XX:+UseG1GC"],
    "ParallelGC": ["-XX:+UseParallelGC"],
    "heap touched at the start": ["-XX:+AlwaysPreTouch"],
    "C1 only": ["-XX:TieredStopAtLevel=1"],
    "C2 as early as Java has it": [
        "-XX:Tier4InvocationThreshold=5000",
        "-XX:Tier4MinInvocationThreshold=600",
        "-XX:Tier4CompileThreshold=15000",
        "-XX:Tier4BackEdgeThreshold=40000",
    ],
}


def main(arguments: list[str]) -> None:
    """Run the benchmark and print its table."""
    options = argparse.ArgumentParser(prog="e2e/bench flags", description=__doc__)
    options.add_argument("--runs", type=int, default=5, help="counted runs of each way (default: 5)")
    parsed = options.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="pyjob-bench-") as folder:
        _bench(Path(folder), parsed.runs)


def _bench(folder: Path, runs: int) -> None:
    ratios: dict[str, float] = {}
    print(f"Medians of {runs} runs in turn; {machine()}\n")
    print("| job | JVMs | seconds | CPU seconds | time against as it is | CPU against as it is |")
    print("|---|---|---|---|---|---|", flush=True)
    jobs = {
        "trivial": (JOBS / "trivial.py", []),
        "20 s": (JOBS / "long.py", ["--executor-cores", "2", "--memory", "3Gi"]),
    }
    for job, (script, size) in jobs.items():
        command = [*PYJOB, "run", "-q", "-e", "1", *size]
        ways = [Way(AS_IT_IS, [*command, str(script)], {}, str(folder))]
        ways += [
            Way(name, [*command, *_options(changes), str(script)], {}, str(folder)) for name, changes in CHANGES.items()
        ]
        # What has to be set up once is, and an archive is made.
        subprocess.run(ways[0].command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
        taken = alternate(ways, lambda out: out != "", runs, None)
        base = median(taken[AS_IT_IS])
        for way in ways:
            one = median(taken[way.name])
            against = f"{one.wall / base.wall:.2f} | {one.cpu / base.cpu:.2f}"
            print(f"| {job} | {way.name} | {one.wall:.2f} | {one.cpu:.2f} | {against} |", flush=True)
            if way.name != AS_IT_IS:
                ratios[f"{job}, {way.name}"] = base.wall / one.wall
    print()
    result("flags", ratios)


def _options(changes: list[str]) -> list[str]:
    settings = [change for change in changes if not change.startswith("-")]
    flags = " ".join(change for change in changes if change.startswith("-"))
    if flags:
        settings += [f"spark.{role}.extraJavaOptions={flags}" for role in ("driver", "executor")]
    return [f"--conf={setting}" for setting in settings]
