"""Properties of a live pool under whatever comes on its sockets: who works goes on, who asks properly is served."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from pyjob import _protocol
from tests import fuzz
from tests.fuzz import WAYS, Victim
from tests.support import new_pod


@pytest.fixture(scope="module")
def victim() -> Iterator[Victim]:
    with new_pod() as pod:
        found = Victim.start(pod)
        yield found
        found.close()


lengths = st.integers(-(2**31), 2**31 - 1).map(lambda number: number.to_bytes(4, "big", signed=True))
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
requests = st.fixed_dictionaries(
    {"v": st.sampled_from([1, 1, 1, 2, True, None])},
    optional={
        "op": st.sampled_from(["kill", "term", "stop", "alive", "why", "stats"]) | json_values,
        "pid": st.integers(-(2**70), 2**70) | json_values,
        "module": st.sampled_from(["absent", "os.path", "", "a..b"]) | json_values,
        "env": json_values,
    },
)
frames = (requests | json_values).map(lambda value: _protocol.frame(__import__("json").dumps(value).encode()))
garbage = st.one_of(
    st.binary(max_size=300),
    st.tuples(lengths, st.binary(max_size=300)).map(b"".join),
    frames,
    frames.flatmap(lambda frame: st.integers(0, len(frame)).map(lambda cut: frame[:cut])),
)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(st.sampled_from(["worker", "control"]), garbage, st.sampled_from(WAYS)), max_size=12))
def test_nothing_that_comes_hurts_a_running_task(victim: Victim, throws: list[tuple[str, bytes, str]]) -> None:
    for door, data, how in throws:
        victim.throw(door, data, how)
    victim.check()


def test_the_fuzz_command_runs(capsys: pytest.CaptureFixture[str]) -> None:
    assert fuzz.run(1, 7) == 0
    assert "nobody was hurt" in capsys.readouterr().out
