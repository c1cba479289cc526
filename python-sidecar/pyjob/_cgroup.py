"""What the kernel counts against the limit of this container: cgroup v1 and v2."""

from __future__ import annotations

import os
from dataclasses import dataclass

#: v1 says "no limit" with the greatest number of pages that fits.
_NO_LIMIT = 1 << 60


@dataclass(frozen=True)
class Usage:
    """Bytes. `working_set` is what `kubectl top` shows: all that is in use, less file pages not looked at lately.

    `held` leaves all file pages out: before it kills, the kernel drops those too, so only what is held can kill. Files
    in a memory-backed volume are held.
    """

    working_set: int
    held: int


@dataclass(frozen=True)
class Layout:
    """The names of a version's files, and of the counters in its `memory.stat`."""

    limit: str
    usage: str
    inactive_file: str
    active_file: str
    events: str


_V1 = Layout(
    "memory.limit_in_bytes",
    "memory.usage_in_bytes",
    "total_inactive_file",
    "total_active_file",
    "memory.oom_control",
)
_V2 = Layout("memory.max", "memory.current", "inactive_file", "active_file", "memory.events")


class ContainerMemory:
    """One folder of the cgroup file system, and its limit in bytes as it was at the start."""

    def __init__(self, folder: str, layout: Layout, limit: int) -> None:
        self.limit = limit
        self._folder = folder
        self._layout = layout

    @classmethod
    def find(cls, root: str = "/sys/fs/cgroup", own: str = "/proc/self/cgroup") -> ContainerMemory | None:
        """The tightest limit on this process: its own group's or one of those around it. None where there is none."""
        paths = parse_membership(_read(own) or "")
        for controller, base, layout in (("memory", f"{root}/memory", _V1), ("", root, _V2)):
            if controller not in paths or not os.path.isdir(base):
                continue
            found: ContainerMemory | None = None
            for folder in _from_inside_out(base, paths[controller]):
                limit = parse_limit(_read(f"{folder}/{layout.limit}") or "")
                if limit is not None and (found is None or limit < found.limit):
                    found = cls(folder, layout, limit)
            if found is not None:
                return found
        return None

    def look(self) -> Usage | None:
        """Now; None if the files are gone or hold something else."""
        used = parse_limit(_read(f"{self._folder}/{self._layout.usage}") or "")
        if used is None:
            return None
        counters = parse_counters(_read(f"{self._folder}/memory.stat") or "")
        inactive = counters.get(self._layout.inactive_file, 0)
        active = counters.get(self._layout.active_file, 0)
        return Usage(max(0, used - inactive), max(0, used - inactive - active))

    def kernel_kills(self) -> int | None:
        """How many processes the kernel has killed at this limit; None where it does not tell."""
        return parse_counters(_read(f"{self._folder}/{self._layout.events}") or "").get("oom_kill")


def parse_membership(text: str) -> dict[str, str]:
    """`/proc/self/cgroup`: the path of each v1 controller, and of v2 under the empty name."""
    paths = {}
    for line in text.splitlines():
        _, colon, rest = line.partition(":")
        controllers, colon, path = rest.partition(":")
        if colon:
            for controller in controllers.split(","):
                paths[controller] = path
    return paths


def parse_limit(text: str) -> int | None:
    """A file with one number; `max`, and what v1 says instead, is None."""
    text = text.strip()
    if not (text.isascii() and text.isdigit()):
        return None
    value = int(text)
    return value if value < _NO_LIMIT else None


def parse_counters(text: str) -> dict[str, int]:
    """Lines of a name and a number; others are passed over."""
    counters = {}
    for line in text.splitlines():
        name, _, value = line.partition(" ")
        if value.isascii() and value.isdigit():
            counters[name] = int(value)
    return counters


def _from_inside_out(base: str, path: str) -> list[str]:
    """The folders of a group and of those around it.

    In a container the path may be the host's, of which only the container's own group is mounted, at `base`.
    """
    parts = [part for part in path.split("/") if part]
    if ".." in parts:
        parts = []
    return ["/".join((base, *parts[:count])) for count in range(len(parts), -1, -1)]


def _read(path: str) -> str | None:
    try:
        with open(path, encoding="ascii", errors="replace") as file:
            return file.read()
    except OSError:
        return None
