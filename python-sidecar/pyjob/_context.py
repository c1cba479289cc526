"""The moment before a script's SparkContext is made: the driver's JVM sees to the settings that the script has made.

A script may say what a job's manifest decides (`.master("local[*]")`, sizes), and what somebody must act on before
Spark does (`spark.jars.packages`). So `SparkContext._initialize_context` first hands its SparkConf to the gateway's
entry point, and logs what that has to say.
"""

from __future__ import annotations

import os
import sys

from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

_PACKAGES = "spark.pyjob.python.packages"
_SESSION = "pyspark.sql.session"

#: Settings of the script's that do not hold.
_dropped: set[str] = set()


def settle_contexts(module: Any) -> None:
    """Have each SparkContext of the module `pyspark.core.context` settled before it is made."""
    initialize = module.SparkContext._initialize_context

    def initialize_context(self: Any, jconf: Any) -> Any:
        _settle(self, jconf)
        return initialize(self, jconf)

    module.SparkContext._initialize_context = initialize_context


def _settle(context: Any, jconf: Any) -> None:
    entry_point = context._gateway.entry_point
    packages = os.environ.get("PYJOB_PACKAGES")
    if packages is not None and jconf.contains(_PACKAGES):
        jconf.remove(_PACKAGES)  # of the conf of an earlier context: it is no setting of the script's
    answer: str = entry_point.settle(jconf)
    if packages is not None:  # executors compare it with what they have
        jconf.set(_PACKAGES, packages)
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
