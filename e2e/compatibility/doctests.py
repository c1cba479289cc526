"""The doctests of PySpark's own modules, under stock `local[N]` and under PyJob.

Counted are examples (`>>>`), not doctests; those that PySpark itself skips are not. Both ways get as many tasks at a
time as the module asks for. The last line has PyJob's counts, the line before it how many of the failed fail on stock
too. The exit code is 0 if nothing that passes on stock fails on PyJob.
"""

import argparse
import os
import shutil
import signal
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

from . import modules, outcomes, output
from .outcomes import Comparison, Ends

PROJECT = Path(__file__).resolve().parents[2]
_JOB = Path(__file__).resolve().parent / "jobs" / "doctests_of.py"
_RESULTS = "doctest-results.jsonl"


@dataclass(frozen=True)
class Options:
    """What the command line says."""

    modules: list[str]
    stock: bool
    ours: bool
    keep: Path | None
    table: Path | None
    patience_s: int
    executors: int


class Suite:
    """Runs modules in both ways."""

    def __init__(self, options: Options) -> None:
        self._options = options
        self._data = ensure_examples(cache_root()) / "data"
        self._spark = ensure_spark(cache_root())
        self._python = ensure_environment(cache_root(), ()) / "bin" / "python3"
        self._isolate = os.geteuid() == 0 and sys.platform == "linux"

    def compare(self, module: str) -> Comparison:
        """One module, where it is to be run."""
        slots = modules.slots(modules.source_of(self._spark.python, module).read_text())
        theirs, theirs_ended = self._way("stock", self._options.stock, module, slots)
        ours, ours_ended = self._way("pyjob", self._options.ours, module, slots)
        return Comparison(module, theirs, ours, theirs_ended, ours_ended)

    def _way(self, way: str, wanted: bool, module: str, slots: int) -> tuple[Ends | None, str]:
        kept = self._options.keep / way / module if self._options.keep else None
        if wanted:
            with self._folder() as folder:
                command, env = (self._stock if way == "stock" else self._ours)(module, slots, folder)
                results, log, ended = self._run(command, env, folder)
            if kept is not None:
                kept.parent.mkdir(parents=True, exist_ok=True)
                kept.with_name(f"{module}.jsonl").write_text(results)
                kept.with_name(f"{module}.ended").write_text(ended)
                kept.with_name(f"{module}.log").write_text(log)
            return outcomes.read(results, module), ended
        if kept is not None and kept.with_name(f"{module}.jsonl").exists():
            results, ended = (kept.with_name(f"{module}.{what}").read_text() for what in ("jsonl", "ended"))
            return outcomes.read(results, module), ended
        return None, ""

    def _stock(self, module: str, slots: int, folder: Path) -> tuple[list[str], dict[str, str]]:
        stock.link(self._spark, folder)
        command, env = stock.submit(folder, self._spark.python, self._python, f"local[{slots}]")
        return [*command, _JOB.name, module, _RESULTS], env

    def _ours(self, module: str, slots: int, folder: Path) -> tuple[list[str], dict[str, str]]:
        executors = self._options.executors
        command = [str(PROJECT / "pyjob"), "run", "-q", "-e", str(executors)]
        command += ["--executor-cores", str(max(1, slots // executors))]
        command += ["-m", "2Gi", "--driver-memory", "2Gi"]  # stock's one JVM has a heap of 1 GiB
        if slots < executors:
            command += ["-c", f"spark.default.parallelism={slots}"]
        if self._isolate:
            command.append("--isolate")
        return [*command, _JOB.name, module, _RESULTS], {}

    @contextmanager
    def _folder(self) -> Iterator[Path]:
        """A new folder to run in, which stands for Spark's source tree and for storage that all see."""
        with tempfile.TemporaryDirectory(prefix="pyjob-doctest-") as name:
            folder = Path(name)
            shutil.copytree(self._data, folder / "data")
            (folder / "tmp").mkdir()
            shutil.copy2(_JOB, folder)  # a box sees its working folder and, of /tmp, nothing else
            yield folder

    def _run(self, command: list[str], env: dict[str, str], folder: Path) -> tuple[str, str, str]:
        """Results, all that was printed, and why it ended before its end."""
        with open(folder / "log", "w+", errors="replace") as log:
            ended = ""
            process = subprocess.Popen(
                command,
                env={**os.environ, **env},
                cwd=folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
            try:
                code = process.wait(self._options.patience_s)
            except subprocess.TimeoutExpired:
                ended = f"not over after {self._options.patience_s} s"
                code = 124
            finally:
                _end(process)
            log.seek(0)
            text = log.read()
        results = folder / _RESULTS
        found = results.read_text() if results.exists() else ""
        if not ended and (code not in (0, 255) or not found):
            ended = f"exit code {code}: {output.last_line(text)}"
        return found, text, ended


def _end(process: subprocess.Popen[bytes]) -> None:
    """End it, and what stock's JVM leaves when it is told to end while a script waits for ever."""
    if process.poll() is None:
        process.terminate()
        try:
            process.wait(30)
        except subprocess.TimeoutExpired:
            say("it does not end: killing it")
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # nobody left
    process.wait()


def main(arguments: list[str]) -> int:
    """Run the suite; 0 if nothing fails on PyJob only."""
    options = _options(arguments)
    suite = Suite(options)
    comparisons = []
    for number, module in enumerate(options.modules, 1):
        start = time.monotonic()
        each = suite.compare(module)
        comparisons.append(each)
        told = "; ".join(
            f"{name} {counts[0]} passed, {counts[1]} failed{f' ({ended})' if ended else ''}"
            for name, ends, ended in (
                ("stock", each.stock, each.stock_ended),
                ("PyJob", each.ours, each.ours_ended),
            )
            if ends is not None
            for counts in [outcomes.counts(ends)]
        )
        say(f"[{number}/{len(options.modules)}] {module}: {told} ({time.monotonic() - start:.0f} s)")
        for test, (examples, why) in outcomes.reasons(each).items():
            say(f"    {test} ({examples}): {why}")
        if options.table is not None:
            options.table.write_text(f"{outcomes.table(comparisons)}\n\n{outcomes.closing(comparisons)}\n")
    print(outcomes.table(comparisons))
    print()
    print(outcomes.closing(comparisons))
    return int(any(each.only_ours for each in comparisons))


def _options(arguments: list[str]) -> Options:
    parser = argparse.ArgumentParser(prog="e2e/doctest", description=__doc__)
    parser.add_argument(
        "names",
        nargs="*",
        metavar="MODULE",
        help="as `pyspark.sql.functions`, `dataframe`, `rdd`; of a package all modules",
    )
    parser.add_argument("--all", action="store_true", help="every module that has doctests of its own; not Connect's")
    parser.add_argument("--list", action="store_true", help="only print the modules")
    parser.add_argument(
        "--skip", metavar="MODULE", action="append", default=[], help="not this one, or not this package"
    )
    only = parser.add_mutually_exclusive_group()
    only.add_argument("--stock-only", action="store_true", help="do not run PyJob")
    only.add_argument("--pyjob-only", action="store_true", help="do not run stock")
    only.add_argument("--kept-only", action="store_true", help="run nothing; compare what --keep has left")
    parser.add_argument(
        "--keep",
        metavar="FOLDER",
        type=Path,
        help="leave results and logs there; results of what is not run come from there",
    )
    parser.add_argument("--table", metavar="FILE", type=Path, help="also write the table there, in Markdown")
    parser.add_argument(
        "--patience", metavar="SECONDS", type=int, default=3600, help="for one module in one way (3600)"
    )
    parser.add_argument("-e", "--executors", metavar="N", type=int, default=2, help="how many PyJob has (2)")
    given = parser.parse_args(arguments)
    known = modules.find(ensure_spark(cache_root()).python)
    if not given.names and not given.all:
        parser.error("name a module, or say --all")
    try:
        chosen = known if given.all else [module for name in given.names for module in modules.resolve(name, known)]
        skipped = {module for name in given.skip for module in modules.resolve(name, known)}
    except modules.Unclear as error:
        parser.error(f"{error} (Spark {VERSION})")
    chosen = [module for module in dict.fromkeys(chosen) if module not in skipped]
    if given.list:
        print("\n".join(chosen))
        parser.exit()
    return Options(
        chosen,
        stock=not (given.pyjob_only or given.kept_only),
        ours=not (given.stock_only or given.kept_only),
        keep=given.keep,
        table=given.table,
        patience_s=given.patience,
        executors=given.executors,
    )
