"""The way of data through Python functions: PyJob's nodes beside Spark's own, in one session, on the same executor.

Each case runs with PyJob's nodes, with Spark's, and with Spark's and columnar input, which is 4.2.0's default, in turn.
Stock is the better of the two for each case. The floor is the same function in one process with pyarrow and pandas
alone, over the same Parquet files: in batches of 65,536 rows, and of 10,000, which is Spark's `maxRecordsPerBatch`.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

from .side_by_side import machine, result
from .table import table

PROJECT = Path(__file__).resolve().parents[2]
JOB = Path(__file__).resolve().parent / "jobs" / "datapath.py"
OURS = "PyJob"
FLOORS = ("floor 65536", "floor 10000")


def main(arguments: list[str]) -> None:
    """Run it."""
    parser = argparse.ArgumentParser(prog="e2e/bench datapath", description=__doc__)
    parser.add_argument("--rows", type=int, default=20_000_000, help="of the largest case (20 million)")
    parser.add_argument("--runs", type=int, default=5, help="of each case and way (5); one more is not counted")
    parser.add_argument("--cores", type=int, default=1, help="of the executor (1)")
    parser.add_argument("--case", action="append", default=[], help="only cases whose names begin so")
    parser.add_argument(
        "--jfr", type=Path, help="write a flight recording of the executor's JVM there, for `jfr` or JMC"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory(prefix="pyjob-datapath-") as folder:
        taken = _run(Path(folder), options)
    rows: list[tuple[object, ...]] = []
    ratios: dict[str, float] = {}
    for case, seconds in taken.items():
        median = {way: statistics.median(times) for way, times in seconds.items()}
        best = min(time for way, time in median.items() if way not in (OURS, *FLOORS))
        ratios[case] = median[OURS] / best
        floors = [f"{median[way]:.2f}" if way in median else "" for way in FLOORS]
        columnar = next((f"{time:.2f}" for way, time in median.items() if "columnar" in way), "hangs")
        rows.append((case, median["stock"], columnar, median[OURS], ratios[case], best / median[OURS], *floors))
    print(
        f"{machine()}, {options.rows:,} rows, "
        f"one executor with {options.cores} core{'s' if options.cores > 1 else ''}, medians of {options.runs}"
    )
    print()
    heads = (
        "case",
        "stock, s",
        "stock with columnar input, s",
        "PyJob, s",
        "PyJob against stock",
        "times faster",
        "floor, s",
        "floor in batches of 10,000, s",
    )
    print(table(heads, rows))
    print()
    result("datapath" if options.cores == 1 else f"datapath-{options.cores}-cores", ratios)


def _run(folder: Path, options: argparse.Namespace) -> dict[str, dict[str, list[float]]]:
    command = [
        str(PROJECT / "pyjob"),
        "run",
        "-q",
        "-e",
        "1",
        "--executor-cores",
        str(options.cores),
        "--memory",
        "4Gi",
    ]
    if options.jfr:
        recording = f"-XX:StartFlightRecording=filename={options.jfr.resolve()},dumponexit=true,settings=profile"
        command += [f"--conf=spark.executor.extraJavaOptions={recording}"]
    command += [str(JOB), str(folder), str(options.rows), str(options.runs), *options.case]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    taken: dict[str, dict[str, list[float]]] = {}
    with process:
        for line in process.stdout:
            print(f"  {line.strip()}", file=sys.stderr, flush=True)
            one = json.loads(line)
            taken[one["case"]] = one["seconds"]
    if process.returncode != 0:
        sys.exit(f"datapath: the job ended with exit code {process.returncode}")
    return taken
