"""`run/pool.json`: what a pool is at, for the JVM, and for the next pool if this one has no time to say farewell."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field

from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

_VERSION = 1
_MAX_BYTES = 1 << 16


@dataclass(frozen=True)
class Past:
    """What the pools before have left: their number, modules that must not be imported, what the last one was at."""

    starts: int = 0
    broken: Mapping[str, str] = field(default_factory=dict)
    before: str | None = None


def past_of(text: str) -> Past:
    """Pure. What cannot be read is nothing."""
    try:
        fields = json.loads(text)
        if fields["v"] != _VERSION:
            return Past()
        starts, state, module = int(fields["starts"]), fields["state"], fields.get("module")
        broken = {str(name): str(why) for name, why in (fields.get("broken") or {}).items()}
        before = None if state == "ended" else _last_words(state, module, fields.get("look"))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return Past()
    if state == "preloading" and isinstance(module, str):
        broken[module] = "its import ended the pool before this one, or took too long"
    return Past(starts, broken, before)


def _last_words(state: str, module: object, look: object) -> str:
    if state == "preloading" and module:
        return f"the pool before this one ended while it imported {module}"
    if isinstance(look, dict) and isinstance(look.get("usage"), int):
        limit = look.get("limit")
        workers = sorted(look.get("workers") or [], key=lambda each: -int(each.get("rss") or 0))
        largest = f"; its largest worker, {workers[0]['pid']}, held {_mib(workers[0]['rss'])}" if workers else ""
        of = f" of {_mib(limit)}" if isinstance(limit, int) else ""
        return (
            "the pool before this one ended without a farewell, as when the kernel ends a whole container; "
            f"when last looked at, {_mib(look['usage'])}{of} were in use{largest}"
        )
    return "the pool before this one ended without a farewell: it was killed, or crashed"


def _mib(count: int) -> str:
    return f"{count / (1 << 20):.0f} MiB"


class PoolFile:
    """Owns the file. A disk that is full is told once and hurts nobody."""

    def __init__(self, path: str, identity: str) -> None:
        self._path = path
        self._told = False
        try:
            with open(path, "rb") as file:
                self.past = past_of(file.read(_MAX_BYTES).decode("utf-8", "replace"))
        except OSError:
            self.past = Past()
        self._fields: dict[str, object] = {
            "v": _VERSION,
            "pool": identity,
            "starts": self.past.starts + 1,
            "state": "serving",  # or soon; a module that is being imported is named
            "module": None,
            "look": None,
            "broken": dict(self.past.broken),
        }

    @property
    def starts(self) -> int:
        """How many pools this volume has seen, with this one."""
        return self.past.starts + 1

    def write(self, **changed: object) -> None:
        """Change some fields, at once for all who read."""
        self._fields.update(changed)
        new = f"{self._path}.new"
        try:
            descriptor = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
            with open(descriptor, "wb") as file:
                file.write(json.dumps(self._fields).encode())
            os.rename(new, self._path)
        except OSError as error:
            if not self._told:
                log(f"cannot write {self._path}: {error.strerror}")
            self._told = True
