"""Every example of the pyspark source package, under stock `local[2]` and under PyJob with two executors.

A script is the `same` if it ends with the same exit code and prints the same, but for ids, times, the order of lines,
last digits, and numbers in which two runs of stock differ as well. `not comparable` is what needs a service, runs for
ever, or fails on stock too.
"""

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import stock
from pyjob_local.cache import cache_root
from pyjob_local.environment import ensure_environment
from pyjob_local.say import say
from pyjob_local.spark import VERSION, ensure_examples, ensure_spark

from . import cases, output
from .cases import Case

PROJECT = Path(__file__).resolve().parents[2]
#: Below it is what stands for storage that all pods see, as for a script's temporary files: executors write them, and
#: the driver lists them. Of /tmp each box has its own.
_OUTSIDE_OF_BOXES = "/var/tmp"
_PATIENCE_S = 600


@dataclass(frozen=True)
class Run:
    """How a script ended and what it printed."""

    code: int
    lines: list[str]
    errors: str

    @property
    def said(self) -> str:
        """Where it says why it failed: spark-submit writes the script's standard error to standard output."""
        told = any("Error" in line or "Exception" in line for line in self.lines)
        return "\n".join(self.lines) if told else self.errors


@dataclass(frozen=True)
class Verdict:
    """`same`, `differ` or `not comparable`, and why."""

    case: Case
    word: str
    why: str = ""


class Suite:
    """Runs cases in both ways."""

    def __init__(self, data: Path, isolate: bool) -> None:
        self._data = data
        self._isolate = isolate
        self._spark = ensure_spark(cache_root())
        self._python = ensure_environment(cache_root(), ()) / "bin" / "python3"

    def judge(self, case: Case) -> Verdict:
        """Run it as often as it takes."""
        if case.not_run is not None:
            return Verdict(case, "not comparable", case.not_run)
        theirs = self._stock(case)
        if theirs.code != 0:
            return Verdict(case, "not comparable", f"fails on stock too: {output.last_line(theirs.said)}")
        ours = self._ours(case)
        if ours.code != theirs.code:
            return Verdict(case, "differ", f"exit code {ours.code}: {output.last_line(ours.errors)}")
        if output.same(theirs.lines, ours.lines):
            return Verdict(case, "same")
        if case.name in cases.RANDOM:
            return Verdict(case, "same", cases.RANDOM[case.name])
        again = self._stock(case)
        compared = output.without_chance(theirs.lines, again.lines, ours.lines)
        if output.same(*compared):
            return Verdict(case, "same", "but for numbers that are random on stock too")
        if output.has_all_that_is_sure(theirs.lines, again.lines, ours.lines):
            return Verdict(case, "same", "but for lines that are random on stock too")
        return Verdict(case, "differ", output.difference(*compared))

    def _stock(self, case: Case) -> Run:
        with _folder(self._data) as folder, _shared() as shared, stock.new_home(self._spark) as home:
            command, env = stock.submit(home, self._spark.python, self._python, "local[2]")
            return _run([*command, str(case.script), *case.arguments], {**env, "TMPDIR": str(shared)}, folder)

    def _ours(self, case: Case) -> Run:
        with _folder(self._data) as folder, _shared() as shared:
            command = [str(PROJECT / "pyjob"), "run", "-q", "-e", "2", *(["--isolate"] if self._isolate else [])]
            (folder / "job.yaml").write_text(_manifest(case, shared))
            run = _run([*command, "job.yaml"], {}, folder)
        # Stock's spark-submit writes the script's standard error to standard output.
        told = [line for line in output.normalised(run.errors, str(folder)) if not line.startswith("pyjob:")]
        return Run(run.code, run.lines + told, run.errors)


def _manifest(case: Case, shared: Path) -> str:
    """JSON, which is YAML."""
    spec = {
        "script": {"path": str(case.script)},
        "args": case.arguments,
        "python": {"env": [{"name": "TMPDIR", "value": str(shared)}]},
        "executors": {},
    }
    job = {"apiVersion": "pyjob.io/v1alpha1", "kind": "PyJob", "metadata": {"name": "compat"}, "spec": spec}
    return json.dumps(job)


@contextmanager
def _shared() -> Iterator[Path]:
    with tempfile.TemporaryDirectory(prefix="pyjob-compat-", dir=_OUTSIDE_OF_BOXES) as name:
        yield Path(name)


@contextmanager
def _folder(data: Path) -> Iterator[Path]:
    """A new folder to run in: scripts read `data/...` and leave files behind."""
    with tempfile.TemporaryDirectory(prefix="pyjob-compat-") as name:
        folder = Path(name)
        shutil.copytree(data, folder / "data")
        for made, text in cases.MADE_FILES.items():
            (folder / made).parent.mkdir(parents=True, exist_ok=True)
            (folder / made).write_text(text)
        yield folder


def _run(command: list[str], env: dict[str, str], folder: Path) -> Run:
    try:
        done = subprocess.run(
            command,
            env={**os.environ, **env},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            errors="replace",
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Run(124, [], f"not over after {_PATIENCE_S} s")
    return Run(done.returncode, output.normalised(done.stdout, str(folder)), done.stderr)


def table(verdicts: list[Verdict]) -> str:
    """In Markdown, for the docs."""
    rows = ["| script | result | |", "|---|---|---|"]
    for verdict in verdicts:
        why = verdict.why.splitlines()[0].replace("|", "\\|") if verdict.why else ""
        rows.append(f"| `{verdict.case.name}` | {verdict.word} | {why} |")
    return "\n".join(rows)


def closing(verdicts: list[Verdict]) -> str:
    """The last line."""
    counts = {word: sum(each.word == word for each in verdicts) for word in ("same", "differ", "not comparable")}
    return ", ".join(f"{count} {word}" for word, count in counts.items())


def main(arguments: list[str]) -> int:
    """Run the suite; 0 if nothing differs."""
    parser = argparse.ArgumentParser(prog="e2e/compat", description=__doc__)
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="scripts whose path begins so, as `ml/` or `sql/arrow.py`"
    )
    parser.add_argument("--fast", action="store_true", help="a quick one of each part of PySpark")
    parser.add_argument("--table", metavar="FILE", type=Path, help="also write the table there, in Markdown")
    options = parser.parse_args(arguments)
    package = ensure_examples(cache_root())
    chosen = cases.find(package / "examples", options.names, options.fast)
    if not chosen:
        parser.error(f"no example of Spark {VERSION} has such a name")
    suite = Suite(package / "data", os.geteuid() == 0 and sys.platform == "linux")
    verdicts = []
    for number, case in enumerate(chosen, 1):
        start = time.monotonic()
        verdict = suite.judge(case)
        verdicts.append(verdict)
        took = f"{time.monotonic() - start:.0f} s"
        say(f"[{number}/{len(chosen)}] {case.name}: {verdict.word} ({took}) {verdict.why}".rstrip())
    if options.table is not None:
        options.table.write_text(f"{table(verdicts)}\n\n{closing(verdicts)}\n")
    print(table(verdicts))
    print()
    print(closing(verdicts))
    return int(any(verdict.word == "differ" for verdict in verdicts))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
