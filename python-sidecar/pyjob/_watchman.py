"""Looks at the memory of the container and its workers, as often as it must, and says who has to go."""

from __future__ import annotations

import os
from dataclasses import dataclass

from pyjob import _guard, _resident
from pyjob._cgroup import ContainerMemory
from pyjob._guard import Holding
from pyjob._log import log
from pyjob._obituary import Cause, Sentence

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyjob._config import PoolConfig
    from pyjob._pool_file import PoolFile

_NOTE_S = 0.2
#: Walking the pages of a large process takes time in which it cannot grow: not more often than that.
_EXACT_S = 0.1
_TOLD_S = 60.0


@dataclass(frozen=True)
class Verdict:
    """Worker `pid` has to go; `at_once` if there is no time to ask for its stack."""

    pid: int
    sentence: Sentence
    at_once: bool


class Watchman:
    """Made when the pool has imported what it will. Sleeps as long as no worker serves.

    Where the kernel's own limit on the container is known, its own account is watched; else, as in a local run, where
    no kernel would end anything, the sum of what pool and workers hold, against the limit that the manifest gives.
    """

    def __init__(self, config: PoolConfig, file: PoolFile, task_of: Callable[[int], str | None]) -> None:
        found = ContainerMemory.find()
        # A limit that is wider than the container's is of something larger, which others fill too.
        ours = found is not None and (config.memory is None or found.limit <= config.memory)
        self._container = found if ours else None
        self.limit = found.limit if found is not None and ours else config.memory
        self._pool = _resident.resident(os.getpid())
        self.worker_limit = _guard.worker_limit(self.limit, config.worker_memory, self._pool, config.slots)
        self._file = file
        self._task_of = task_of
        self._due: float | None = None
        self._noted = 0.0
        self._exact: dict[int, tuple[float, int]] = {}
        self._sum: tuple[float, int] | None = None
        self._told = float("-inf")
        self._kills = found.kernel_kills() if found is not None else None
        self._found = found

    def next_due(self, serving: int, now: float) -> float | None:
        """When to look next; never while no worker serves."""
        if not serving or (self.limit is None and self.worker_limit is None):
            self._due = None
            return None
        if self._due is None:
            self._due = now
        return self._due

    def kernel_killed(self) -> bool:
        """Whether the kernel has killed at the container's limit since this was last asked."""
        now = self._found.kernel_kills() if self._found is not None else None
        before, self._kills = self._kills, now
        return now is not None and before is not None and now > before

    def hopeless(self) -> bool:
        """Whether the kernel is about to act, now."""
        look = self._container.look() if self._container is not None else None
        return look is not None and self.limit is not None and look.held >= _guard.hopeless_at(self.limit)

    def usage(self) -> int | None:
        """Of the container; None where it is not known."""
        look = self._container.look() if self._container is not None else None
        return look.working_set if look is not None else None

    def look(self, serving: Iterable[int], now: float, note: Callable[[int, int], None]) -> list[Verdict]:
        """At all that serve. `note` is told what each holds."""
        holdings = []
        for pid in serving:
            rss = sum(map(_resident.resident, _resident.family(pid)))
            note(pid, rss)
            holdings.append(Holding(pid, rss, self.worker_limit))
        self._exact = {each.pid: self._exact[each.pid] for each in holdings if each.pid in self._exact}
        verdicts = [
            Verdict(each.pid, Sentence(Cause.WORKER_MEMORY, each.bytes, each.limit), at_once=False)
            for each in _guard.over_its_limit([self._exactly(each, now) for each in holdings])
            if each.limit is not None
        ]
        headrooms = [each.limit - each.bytes for each in holdings if each.limit is not None]
        if self.limit is not None:
            held = self._held(holdings, now)
            headrooms.append(_guard.full_at(self.limit) - held)
            if held >= self.limit * _guard.WORTH_NOTING and now - self._noted >= _NOTE_S:
                self._note(holdings, held, now)
            if held >= _guard.full_at(self.limit) and not verdicts:
                verdicts = self._make_room(holdings, held, now)
        self._due = now + _guard.pause(headrooms)
        return verdicts

    def _exactly(self, holding: Holding, now: float) -> Holding:
        """The same without what is shared with the pool, for those that may be over their limit: this is dear."""
        if holding.limit is None or holding.bytes <= holding.limit:
            return holding
        at, own = self._exact.get(holding.pid, (0.0, 0))
        if now - at >= _EXACT_S:
            own = sum(map(_resident.own, _resident.family(holding.pid)))
            self._exact[holding.pid] = (now, own)
        return Holding(holding.pid, own, holding.limit)

    def _held(self, holdings: list[Holding], now: float) -> int:
        if self._container is not None:
            look = self._container.look()
            return look.held if look is not None else 0
        most = self._pool + sum(each.bytes for each in holdings)
        if self.limit is None or most < _guard.full_at(self.limit):
            return most
        if self._sum is None or now - self._sum[0] >= _EXACT_S:
            self._sum = (now, self.total(each.pid for each in holdings))
        return self._sum[1]

    def total(self, workers: Iterable[int]) -> int:
        """Of the pool and its workers with all below them; what they share counts once."""
        total = 0
        shared = _resident.resident(os.getpid())
        for pid in (os.getpid(), *(each for worker in workers for each in _resident.family(worker))):
            part = _resident.proportional(pid)
            total += part if part is not None else _resident.own(pid)
            if part is not None:
                shared = 0
        return total + shared

    def _make_room(self, holdings: list[Holding], held: int, now: float) -> list[Verdict]:
        assert self.limit is not None
        fresh = [Holding(each.pid, max(0, each.bytes - self._pool), each.limit) for each in holdings]
        chosen = _guard.largest(fresh)
        if chosen is None:
            if now - self._told >= _TOLD_S:
                self._told = now
                log(
                    f"{_guard.in_words(held)} of {_guard.in_words(self.limit)} of this container's memory are in use, "
                    "and not by a worker: files in memory-backed volumes, or processes that functions have left"
                )
            return []
        rss = next(each.bytes for each in holdings if each.pid == chosen.pid)
        sentence = Sentence(Cause.CONTAINER_MEMORY, rss, self.limit)
        return [Verdict(chosen.pid, sentence, at_once=held >= _guard.hopeless_at(self.limit))]

    def _note(self, holdings: list[Holding], held: int, now: float) -> None:
        from time import time

        self._noted = now
        largest = sorted(holdings, key=lambda each: -each.bytes)[:20]
        self._file.write(
            look={
                "at": time(),
                "usage": held,
                "limit": self.limit,
                "workers": [
                    {
                        "pid": each.pid,
                        "rss": each.bytes,
                        "state": "busy",
                        "function": None,
                        "task": self._task_of(each.pid),
                    }
                    for each in largest
                ],
            }
        )
