"""Times commands in turn, so that a slow minute of the machine hits all of them alike."""

import json
import os
import platform
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

PROJECT = Path(__file__).resolve().parents[2]
# By the interpreter itself: what a version manager puts in its place takes a tenth of a second to find it, and
# spark-submit is told where its Python is, too.
PYJOB = [sys.executable, str(PROJECT / "pyjob")]


@dataclass(frozen=True)
class Way:
    """One way to do a case: a name for the table, the command, its environment and working directory."""

    name: str
    command: list[str]
    env: dict[str, str]
    cwd: str


@dataclass(frozen=True)
class Taken:
    """Seconds of the clock and of processors that one run took, all its processes counted."""

    wall: float
    cpu: float


def run(way: Way, check: Callable[[str], bool]) -> Taken:
    """Run it once; a run with a wrong result ends the benchmark."""
    before = os.times()
    start = time.monotonic()
    done = subprocess.run(
        way.command, env={**os.environ, **way.env}, cwd=way.cwd, capture_output=True, text=True, check=False
    )
    wall = time.monotonic() - start
    after = os.times()
    if done.returncode != 0 or not check(done.stdout):
        sys.exit(f"{way.name}: exit code {done.returncode}, result {done.stdout[-500:]!r}\n{done.stderr[-3000:]}")
    cpu = (after.children_user - before.children_user) + (after.children_system - before.children_system)
    return Taken(wall, cpu)


def alternate(
    ways: list[Way], check: Callable[[str], bool], runs: int, before: Callable[[], object] | None = None
) -> dict[str, list[Taken]]:
    """Run all ways ``runs`` times in turn, after one round that does not count; call ``before`` before each run."""
    taken: dict[str, list[Taken]] = {way.name: [] for way in ways}
    for round_number in range(runs + 1):
        for way in ways:
            if before is not None:
                before()
            one = run(way, check)
            print(f"  {way.name}: {one.wall:.2f} s{'' if round_number else ' (warm-up)'}", file=sys.stderr, flush=True)
            if round_number:
                taken[way.name].append(one)
    return taken


def without_page_cache() -> None:
    """Have the machine forget what it holds of files; only root may."""
    os.sync()
    try:
        Path("/proc/sys/vm/drop_caches").write_text("3\n")
    except PermissionError:
        sys.exit("cold runs need root, to empty the machine's page cache; --cold 0 leaves them out")


def median(taken: list[Taken]) -> Taken:
    """Of each figure by itself."""
    return Taken(statistics.median(t.wall for t in taken), statistics.median(t.cpu for t in taken))


def machine() -> str:
    """Date and size of the machine, for the heading of a table."""
    with open("/proc/meminfo") as info:
        kibibytes = int(next(line for line in info if line.startswith("MemTotal")).split()[1])
    return (
        f"{date.today().isoformat()}, {os.cpu_count()} cores, {kibibytes / 1048576:.0f} GiB, Linux, "
        f"Python {platform.python_version()}"
    )


def result(name: str, ratios: dict[str, float]) -> None:
    """Print the last line."""
    print(json.dumps({"name": name, "ratios": {case: round(ratio, 3) for case, ratio in ratios.items()}}))
