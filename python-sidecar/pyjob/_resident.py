"""What processes hold in memory, from /proc. A process that is gone holds nothing."""

from __future__ import annotations

import os

_PAGE = os.sysconf("SC_PAGE_SIZE")


def resident(pid: int) -> int:
    """Cheap, and never too little: pages shared with others count in full."""
    try:
        with open(f"/proc/{pid}/statm", "rb", buffering=0) as file:
            return int(file.read(256).split()[1]) * _PAGE
    except (OSError, IndexError, ValueError):
        return 0


def own(pid: int) -> int:
    """What would be free if the process ended. Dear: the kernel walks its pages, some ms for each GiB."""
    fields = _rollup(pid)
    if fields is None:
        return _own_by_statm(pid)
    return sum(fields.get(name, 0) for name in ("Private_Clean", "Private_Dirty", "Swap"))


def proportional(pid: int) -> int | None:
    """Its part of all, so that the parts of all processes add up; as dear as `own`. None where it is not told."""
    fields = _rollup(pid)
    return None if fields is None else fields.get("Pss")


def family(pid: int) -> list[int]:
    """The process and all below it, parents first."""
    pids = [pid]
    for each in pids:
        pids.extend(children(each))
    return pids


def children(pid: int) -> list[int]:
    """Of all its threads; none where the kernel does not tell."""
    found: list[int] = []
    try:
        for thread in os.listdir(f"/proc/{pid}/task"):
            with open(f"/proc/{pid}/task/{thread}/children", "rb", buffering=0) as file:
                found.extend(int(child) for child in file.read(1 << 16).split())
    except (OSError, ValueError):
        return found
    return found


def parse_rollup(text: str) -> dict[str, int]:
    """`smaps_rollup`: bytes by name."""
    fields = {}
    for line in text.splitlines():
        name, _, value = line.partition(":")
        number, _, unit = value.strip().partition(" ")
        if unit == "kB" and number.isdigit():
            fields[name] = int(number) * 1024
    return fields


def _rollup(pid: int) -> dict[str, int] | None:
    try:
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii", errors="replace") as file:
            return parse_rollup(file.read()) or None
    except OSError:
        return None


def _own_by_statm(pid: int) -> int:
    try:
        with open(f"/proc/{pid}/statm", "rb", buffering=0) as file:
            _, held, shared = file.read(256).split()[:3]
            return max(0, int(held) - int(shared)) * _PAGE
    except (OSError, ValueError):
        return 0
