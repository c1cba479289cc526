"""Runs the doctests of a module of PySpark as the module itself does, and writes down how each of their examples ends.

Arguments: the module, and the file for the results: a line of JSON for each example.
"""

import doctest
import importlib
import json
import os
import runpy
import sys
import tempfile
import traceback
from pathlib import Path
from types import TracebackType
from typing import Any, TextIO

_Raised = tuple[type[BaseException], BaseException, TracebackType]
_LONGEST = 20_000


class _Recorder(doctest.DocTestRunner):
    """Writes each example's end at once: who is killed leaves what was done until then."""

    results: TextIO

    def report_success(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self._write(test, example, True, got)
        super().report_success(out, test, example, got)

    def report_failure(self, out: Any, test: doctest.DocTest, example: doctest.Example, got: str) -> None:
        self._write(test, example, False, got)
        super().report_failure(out, test, example, got)

    def report_unexpected_exception(
        self, out: Any, test: doctest.DocTest, example: doctest.Example, exc_info: _Raised
    ) -> None:
        self._write(test, example, False, "".join(traceback.format_exception(*exc_info)))
        super().report_unexpected_exception(out, test, example, exc_info)

    def _write(self, test: doctest.DocTest, example: doctest.Example, passed: bool, got: str) -> None:
        told = {"test": test.name, "line": example.lineno, "passed": passed}
        if not passed:
            told |= {"source": example.source, "want": example.want[-_LONGEST:], "got": got[-_LONGEST:]}
        json.dump(told, self.results)
        self.results.write("\n")
        self.results.flush()


def _run(module: str) -> None:
    imported = importlib.import_module(module)
    if hasattr(imported, "_test"):
        # Not as with `-m`: a second class SparkContext, of `__main__`, means nothing to the rest of PySpark.
        sys.modules["__main__"] = imported
        imported._test()
    else:
        runpy.run_module(module, run_name="__main__", alter_sys=True)


def main(module: str, results: str) -> None:
    """Run it; ends as the module ends."""
    folder = Path.cwd()
    # As in Spark's own source tree, which has `data` there.
    os.environ["SPARK_HOME"] = str(folder)
    # A folder that drivers and executors see, as they would see shared storage.
    tempfile.tempdir = str(folder / "tmp")
    sys.argv[1:] = []
    with open(folder / results, "w") as file:
        _Recorder.results = file
        doctest.DocTestRunner = _Recorder  # type: ignore[misc]
        _run(module)


if __name__ == "__main__":
    main(*sys.argv[1:])
