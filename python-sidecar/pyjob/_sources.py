"""Modules that are in ConfigMaps (spec.python.modulesFrom): one folder of all of them, on the path of all that runs.

They are copied out of their volumes: an edit of a ConfigMap then does not change a job that runs, and Python may keep
its byte code beside them.
"""

from __future__ import annotations

import os
import shutil
import sys

from pyjob._config import PodDirectory
from pyjob._failure import CannotStart, Failure

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

EXIT_CODE = 78


def provide(env: Mapping[str, str]) -> None:
    """Put the modules on sys.path and PYTHONPATH, behind PyJob's own code. Raises CannotStart, ConfigError."""
    pod = PodDirectory.from_env(env)
    if not os.path.isdir(pod.sources):  # else of the same container, started again
        part = f"{pod.sources}.{os.getpid()}"
        os.makedirs(part, mode=0o700)
        try:
            for line in env["PYJOB_MODULES"].splitlines():
                name, place, folder, *items = line.split("\t")
                _copy(name, place, os.path.join(part, folder), items)
            os.rename(part, pod.sources)
        finally:
            shutil.rmtree(part, ignore_errors=True)
    code = env.get("PYJOB_CODE", "")
    sys.path.insert(sys.path.index(code) + 1 if code in sys.path else 0, pod.sources)
    entries = [entry for entry in env.get("PYTHONPATH", "").split(os.pathsep) if entry]
    entries.insert(entries.index(code) + 1 if code in entries else 0, pod.sources)
    os.environ["PYTHONPATH"] = os.pathsep.join(entries)


def _copy(name: str, place: str, target: str, items: list[str]) -> None:
    """Copy the files of the ConfigMap `name` from its volume: those that `items` name, key=path each, or else all."""
    keys = sorted(key for key in os.listdir(place) if not key.startswith(".."))
    pairs = [item.split("=", 1) for item in items] or [[key, key] for key in keys]
    for key, path in pairs:
        if key not in keys:
            raise CannotStart(
                Failure(
                    f"spec.python.modulesFrom: the ConfigMap {name} has no key {key}, only {', '.join(keys) or 'none'}"
                ),
                EXIT_CODE,
            )
        file = os.path.join(target, path)
        if os.path.exists(file):
            raise CannotStart(
                Failure(
                    f"spec.python.modulesFrom: two of its ConfigMaps, one of them {name}, have a file {path}",
                    "Say folder for one of them, or another path among its items.",
                ),
                EXIT_CODE,
            )
        try:
            os.makedirs(os.path.dirname(file), mode=0o700, exist_ok=True)
            shutil.copyfile(os.path.join(place, key), file)
        except OSError as error:
            what = f"spec.python.modulesFrom: {path} of the ConfigMap {name} cannot be written: {error}"
            raise CannotStart(Failure(what), EXIT_CODE) from error
