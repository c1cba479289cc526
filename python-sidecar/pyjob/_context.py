"""The moment before a script's SparkContext is made: the driver's JVM sees to the settings that the script has made.

A script may say what a job's manifest decides (`.master("local[*]")`, sizes), and what somebody must act on before
Spark does (`spark.jars.packages`). So `SparkContext._initialize_context` first hands its SparkConf to the gateway's
entry point, and logs what that has to say.
"""

from __future__ import annotations

import sys

from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType
    from typing import Any

_CONTEXT = "pyspark.core.context"
_SESSION = "pyspark.sql.session"

#: Settings of the script's that do not hold.
_dropped: set[str] = set()


def install() -> None:
    """Have each SparkContext settled; at once, or when the script imports PySpark."""
    module = sys.modules.get(_CONTEXT)
    if module is not None:
        _watch_contexts(module)
    else:
        sys.meta_path.insert(0, _Finder())


class _Finder:
    """Waits for one import, among all others."""

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if name != _CONTEXT:
            return None
        sys.meta_path[:] = [finder for finder in sys.meta_path if finder is not self]
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target)
            if spec is not None:
                return _followed(spec)
        return None


def _followed(spec: ModuleSpec) -> ModuleSpec:
    loader: Any = spec.loader
    exec_module = loader.exec_module

    def execute(module: ModuleType) -> None:
        exec_module(module)
        _watch_contexts(module)

    loader.exec_module = execute
    return spec


def _watch_contexts(module: Any) -> None:
    initialize = module.SparkContext._initialize_context

    def initialize_context(self: Any, jconf: Any) -> Any:
        _settle(self, jconf)
        return initialize(self, jconf)

    module.SparkContext._initialize_context = initialize_context


def _settle(context: Any, jconf: Any) -> None:
    entry_point = context._gateway.entry_point
    answer: str = entry_point.settle(jconf)
    if not answer:
        return
    for word, rest in _lines(answer):
        if word == "drop":
            _drop(rest)
        elif word == "say":
            log(rest)
        elif word == "fetch":
            if rest:
                log(f"fetching spark.jars.packages: {rest}")
            _fetch(entry_point, jconf)
    context.master = jconf.get("spark.master")


def _fetch(entry_point: Any, jconf: Any) -> None:
    answer: str = entry_point.fetch(jconf)
    word, _, why = answer.partition("\t")
    if word == "fail":
        from pyspark.errors import PySparkRuntimeError

        raise PySparkRuntimeError(why)
    for _, warning in _lines(answer):
        log(warning)


def _lines(answer: str) -> list[tuple[str, str]]:
    return [(word, rest) for word, _, rest in (line.partition("\t") for line in answer.splitlines())]


def _drop(key: str) -> None:
    """Keep `key` out of sessions too: they have what the builder was given, over what their SparkContext has."""
    if not _dropped:
        session: Any = sys.modules.get(_SESSION)
        if session is None:
            return
        _watch_sessions(session)
    _dropped.add(key)


def _watch_sessions(module: Any) -> None:
    initialize = module.SparkSession.__init__

    def without_dropped(self: Any, *args: Any, **named: Any) -> None:
        if "options" in named:
            named["options"] = {key: value for key, value in named["options"].items() if key not in _dropped}
        initialize(self, *args, **named)

    module.SparkSession.__init__ = without_dropped
