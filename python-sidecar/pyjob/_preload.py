"""Imports that a pool does once, so that no worker has to."""

from __future__ import annotations

import gc
import importlib
import os
import time
from dataclasses import dataclass

from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

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


def preload(modules: Iterable[str], give_up: Callable[[], bool]) -> Preloaded:
    """Import `modules` and what goes with them, until `give_up` says so; one that fails is named in the log and left.

    Afterwards all objects are out of the collector's sight, so that workers share their memory.
    """
    for name, value in _BEFORE_IMPORTS.items():
        os.environ.setdefault(name, value)
    start = time.monotonic()
    wanted = tuple(modules)
    done: list[str] = []
    gc.disable()
    for name in wanted + companions(wanted):
        if give_up():
            break
        if _import(name):
            done.append(name)
    gc.enable()
    gc.collect()
    gc.freeze()
    return Preloaded(tuple(name for name in done if name in wanted), time.monotonic() - start)


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


def _import(name: str) -> bool:
    try:
        importlib.import_module(name)
    except (Exception, SystemExit) as error:
        log(f"cannot preload {name}: {type(error).__name__}: {error}: workers will start without it")
        return False
    return True
