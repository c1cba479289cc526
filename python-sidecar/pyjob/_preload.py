"""Imports that a pool does once, so that no worker has to."""

from __future__ import annotations

import faulthandler
import gc
import importlib
import os
import time
from dataclasses import dataclass, field

from pyjob._config import DEFAULT_IMPORT_LIMIT_S
from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

#: What a worker imports late, at its first task or its first Arrow batch, once these modules are there.
_COMPANIONS: dict[tuple[str, ...], tuple[str, ...]] = {
    ("pyarrow", "pandas"): ("pyarrow.pandas_compat",),
}

#: Read by native libraries when they are loaded. One thread each: the pool's parallelism is its processes, and threads
#: do not survive a fork.
_BEFORE_IMPORTS = {
    "OMP_NUM_THREADS": "1",
    "ARROW_DEFAULT_MEMORY_POOL": "system",
    "JE_ARROW_MALLOC_CONF": "background_thread:false",  # Arrow starts jemalloc even where it does not use it
    "SPARK_PYTHON_RUNTIME": "PYTHON_WORKER",
}


@dataclass(frozen=True)
class Preloaded:
    """What was imported, and the wall time it took in seconds."""

    modules: tuple[str, ...]
    seconds: float
    failed: Mapping[str, str] = field(default_factory=dict)


def preload(
    modules: Iterable[str],
    give_up: Callable[[], bool],
    begins: Callable[[str], None] = lambda _: None,
    broken: Mapping[str, str] | None = None,
    limit_s: float = DEFAULT_IMPORT_LIMIT_S,
) -> Preloaded:
    """Import `modules` and what goes with them, until `give_up` says so; one that fails is named in the log and left.

    `begins` is told each module before its import, which may be the last thing that this process does: then the next
    pool names it in `broken`, and it is left out. So does an import that takes longer than `limit_s`: the process ends,
    after it has written its stack to stderr.

    Afterwards all objects are out of the collector's sight, so that workers share their memory.
    """
    for name, value in _BEFORE_IMPORTS.items():
        os.environ.setdefault(name, value)
    start = time.monotonic()
    wanted = tuple(modules)
    done: list[str] = []
    failed: dict[str, str] = {}
    gc.disable()
    for name in wanted + companions(wanted):
        if give_up():
            break
        reason = (broken or {}).get(name)
        if reason is None:
            begins(name)
            # A thread of C's, which must have ended before anybody forks.
            faulthandler.dump_traceback_later(limit_s, exit=True)
            reason = _import(name)
            faulthandler.cancel_dump_traceback_later()
        if reason is None:
            done.append(name)
        else:
            failed[name] = reason
            log(f"cannot preload {name}: {reason}: workers will start without it")
    gc.enable()
    gc.collect()
    gc.freeze()
    return Preloaded(tuple(name for name in done if name in wanted), time.monotonic() - start, failed)


def companions(modules: Iterable[str]) -> tuple[str, ...]:
    """The modules that workers import late when they have `modules`."""
    have = set(modules)
    return tuple(name for needs, names in _COMPANIONS.items() if have.issuperset(needs) for name in names)


def other_threads() -> list[str]:
    """The names of this process's threads but the main one, native ones too; none where the system does not tell."""
    names = []
    try:
        for thread in sorted(set(os.listdir("/proc/self/task")) - {str(os.getpid())}, key=int):
            with open(f"/proc/self/task/{thread}/comm") as file:
                names.append(file.read().strip())
    except OSError:
        return names
    return names


def _import(name: str) -> str | None:
    """None, or why it failed."""
    try:
        importlib.import_module(name)
    except (Exception, SystemExit) as error:
        return f"{type(error).__name__}: {error}"
    return None
