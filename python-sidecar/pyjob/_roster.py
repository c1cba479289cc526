"""Which workers a pool has and what is to be done with them. Pure: pids and times in, decisions out."""

from __future__ import annotations

import signal
from dataclasses import dataclass
from enum import Enum

from pyjob._protocol import ControlRequest, Operation

STOP_GRACE_S = 1.0


class State(Enum):
    """IDLE waits for a connection, ASSIGNED was given one, BUSY has taken it and is known to the JVM by its pid."""

    IDLE = "idle"
    ASSIGNED = "assigned"
    BUSY = "busy"


@dataclass(frozen=True)
class Verdict:
    """The answer to a control request, and the signal to send to its worker before, if any."""

    done: bool
    send: signal.Signals | None = None


@dataclass
class _Worker:
    state: State
    kill_at: float | None = None
    told_to_end: bool = False


class Roster:
    """The workers that have been forked and not yet reaped. Times are seconds of one clock."""

    def __init__(self) -> None:
        self._workers: dict[int, _Worker] = {}

    def __len__(self) -> int:
        return len(self._workers)

    @property
    def pids(self) -> list[int]:
        """All workers, oldest first."""
        return list(self._workers)

    def count(self, state: State) -> int:
        """How many workers are in `state`."""
        return sum(worker.state is state for worker in self._workers.values())

    def add(self, pid: int, state: State) -> None:
        """A worker was forked."""
        self._workers[pid] = _Worker(state)

    def assign(self) -> int | None:
        """Choose an idle worker for a connection: the oldest, which has had most time to get ready."""
        for pid, worker in self._workers.items():
            if worker.state is State.IDLE:
                worker.state = State.ASSIGNED
                return pid
        return None

    def taken(self, pid: int) -> None:
        """The worker has its connection."""
        if pid in self._workers:
            self._workers[pid].state = State.BUSY

    def state(self, pid: int) -> State | None:
        """None if it is not one of ours."""
        worker = self._workers.get(pid)
        return worker.state if worker is not None else None

    def serving(self) -> list[int]:
        """The workers that have a connection, oldest first."""
        return [pid for pid, worker in self._workers.items() if worker.state is not State.IDLE]

    def ended(self, pid: int) -> bool:
        """The process was reaped. True if it was one of ours and nobody had told it to end."""
        worker = self._workers.pop(pid, None)
        return worker is not None and not worker.told_to_end

    def judge(self, request: ControlRequest, now: float) -> Verdict:
        """What a control request comes to. Only workers that the JVM can know of are ever touched."""
        worker = self._workers.get(request.pid)
        if worker is None or worker.state is not State.BUSY:
            return Verdict(False)
        if request.operation is Operation.ALIVE:
            return Verdict(True)
        if request.operation in (Operation.WHY, Operation.STATS):
            return Verdict(False)  # questions, not orders
        worker.told_to_end = True
        if request.operation is Operation.KILL:
            return Verdict(True, signal.SIGKILL)
        if request.operation is Operation.TERM:
            return Verdict(True, signal.SIGTERM)
        if worker.kill_at is None:
            worker.kill_at = now + STOP_GRACE_S
        return Verdict(True)

    def overdue(self, now: float) -> list[int]:
        """The workers that were told to stop and have had their time; each is named once."""
        late = [pid for pid, worker in self._workers.items() if worker.kill_at is not None and worker.kill_at <= now]
        for pid in late:
            self._workers[pid].kill_at = None
        return late

    def next_due(self) -> float | None:
        """When `overdue` will next name a worker."""
        return min((worker.kill_at for worker in self._workers.values() if worker.kill_at is not None), default=None)
