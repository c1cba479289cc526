from __future__ import annotations

import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyjob._protocol import ControlRequest, Operation
from pyjob._roster import STOP_GRACE_S, Roster, State, Verdict


def roster_with(state: State, pid: int = 7) -> Roster:
    roster = Roster()
    roster.add(pid, state)
    return roster


def test_the_oldest_idle_worker_gets_the_connection() -> None:
    roster = Roster()
    for pid in (3, 1, 2):
        roster.add(pid, State.IDLE)

    assert [roster.assign() for _ in range(4)] == [3, 1, 2, None]
    assert roster.count(State.IDLE) == 0
    assert roster.count(State.ASSIGNED) == 3


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("state", [State.IDLE, State.ASSIGNED])
def test_a_worker_that_the_jvm_cannot_know_is_not_touched(state: State, operation: Operation) -> None:
    assert roster_with(state).judge(ControlRequest(operation, 7), 0) == Verdict(False)


@pytest.mark.parametrize("operation", Operation)
@pytest.mark.parametrize("pid", [0, -1, 1, 8])
def test_a_process_of_others_is_not_touched(pid: int, operation: Operation) -> None:
    assert roster_with(State.BUSY).judge(ControlRequest(operation, pid), 0) == Verdict(False)


@pytest.mark.parametrize(
    ("operation", "number"),
    [
        (Operation.KILL, signal.SIGKILL),
        (Operation.TERM, signal.SIGTERM),
        (Operation.STOP, None),
        (Operation.ALIVE, None),
    ],  # WHY and STATS are questions to the pool
)
def test_a_busy_worker_gets_what_was_asked_for(operation: Operation, number: signal.Signals | None) -> None:
    assert roster_with(State.BUSY).judge(ControlRequest(operation, 7), 0) == Verdict(True, number)


def test_a_stopped_worker_is_overdue_after_its_grace_and_only_once() -> None:
    roster = roster_with(State.BUSY)
    roster.judge(ControlRequest(Operation.STOP, 7), 10)
    roster.judge(ControlRequest(Operation.STOP, 7), 10.5)

    assert roster.next_due() == 10 + STOP_GRACE_S
    assert roster.overdue(10.9) == []
    assert roster.overdue(11) == [7]
    assert roster.overdue(12) == []
    assert roster.next_due() is None


def test_the_end_of_a_worker_is_unexpected_unless_it_was_told_to_end() -> None:
    roster = roster_with(State.BUSY)
    assert roster.ended(7)
    assert not roster.ended(7)

    roster = roster_with(State.BUSY)
    roster.judge(ControlRequest(Operation.TERM, 7), 0)
    assert not roster.ended(7)


pids = st.integers(1, 6)
steps = st.lists(
    st.tuples(st.just("add"), pids)
    | st.tuples(st.just("ended"), pids)
    | st.tuples(st.just("taken"), pids)
    | st.tuples(st.just("assign"), st.none())
    | st.tuples(st.sampled_from(Operation), pids),
    max_size=40,
)


@given(steps)
def test_only_workers_that_are_there_are_ever_signalled(history: list[tuple[str | Operation, int | None]]) -> None:
    roster = Roster()
    there: set[int | None] = set()
    for now, (what, pid) in enumerate(history):
        if isinstance(what, Operation):
            assert pid is not None
            verdict = roster.judge(ControlRequest(what, pid), now)
            assert pid in there or verdict == Verdict(False)
        elif what == "assign":
            assert roster.assign() in there | {None}
        elif pid is not None and what == "add" and pid not in there:
            roster.add(pid, State.IDLE)
            there.add(pid)
        elif pid is not None and what == "ended":
            roster.ended(pid)
            there.discard(pid)
        elif pid is not None and what == "taken":
            roster.taken(pid)
        assert set(roster.overdue(now)) <= there
        assert set(roster.pids) == there
        assert sum(roster.count(state) for state in State) == len(roster) == len(there)
