"""What each worker is at, in memory that it shares with its pool: telling costs no system call, and wakes up nobody."""

from __future__ import annotations

import mmap
import struct
import time

_COUNT = 1024
_BYTES = 128
_HEAD = struct.Struct("=dB")
_MAX_LABEL = _BYTES - _HEAD.size - 1


class Slots:
    """Made once, by the pool, before it forks."""

    def __init__(self) -> None:
        # A page is only there once it is written to.
        self._memory = mmap.mmap(-1, _COUNT * _BYTES)
        self._free = list(range(_COUNT - 1, -1, -1))

    def take(self) -> Slot | None:
        """For a new worker; None if there are too many for them all to have one."""
        if not self._free:
            return None
        slot = Slot(self._memory, self._free.pop())
        slot.tell("", at_work=True)
        return slot

    def give(self, slot: Slot) -> None:
        """Nobody writes to it any more."""
        self._free.append(slot.index)


class Slot:
    """One worker's. The worker writes, the pool reads."""

    def __init__(self, memory: mmap.mmap, index: int) -> None:
        self.index = index
        self._memory = memory
        self._start = index * _BYTES

    def tell(self, label: str, *, at_work: bool) -> None:
        """What the worker is at from now on; an empty label is no task in particular."""
        text = label.encode("ascii", "replace")[:_MAX_LABEL]
        start = self._start
        _HEAD.pack_into(self._memory, start, 0.0 if at_work else time.monotonic(), len(text))
        self._memory[start + _HEAD.size : start + _HEAD.size + len(text)] = text

    @property
    def label(self) -> str:
        """What the worker is at."""
        start = self._start
        _, length = _HEAD.unpack_from(self._memory, start)
        return self._memory[start + _HEAD.size : start + _HEAD.size + min(length, _MAX_LABEL)].decode(
            "ascii", "replace"
        )

    def parked_since(self) -> float | None:
        """When it began to wait for its next task, as time.monotonic() has it; None while it is at work."""
        since: float = _HEAD.unpack_from(self._memory, self._start)[0]
        return since if since > 0 else None
