"""The parsers and decisions of the guard: values in, values out."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyjob import _cgroup, _guard, _resident
from pyjob._cgroup import ContainerMemory, Usage
from pyjob._guard import GIB, MIB, Holding


def tree(root: Path, files: dict[str, str]) -> str:
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return str(root)


V2 = {
    "memory.max": "1073741824\n",
    "memory.current": "900000000\n",
    "memory.stat": "anon 500\ninactive_file 100000000\nactive_file 50000000\nshmem 7\n",
    "memory.events": "low 0\nhigh 0\nmax 3\noom 1\noom_kill 2\n",
}
V1 = {
    "memory/memory.limit_in_bytes": "1073741824\n",
    "memory/memory.usage_in_bytes": "900000000\n",
    "memory/memory.stat": "inactive_file 1\nactive_file 1\ntotal_inactive_file 100000000\ntotal_active_file 50000000\n",
    "memory/memory.oom_control": "oom_kill_disable 0\nunder_oom 0\noom_kill 2\n",
}


@pytest.mark.parametrize(
    ("files", "membership"), [(V2, "0::/\n"), (V1, "12:cpu,cpuacct:/\n9:memory:/kubepods/pod1/abc\n0::/\n")]
)
def test_a_containers_memory_is_read_on_both_versions(tmp_path: Path, files: dict[str, str], membership: str) -> None:
    (tmp_path / "own").write_text(membership)
    found = ContainerMemory.find(tree(tmp_path / "cgroup", files), str(tmp_path / "own"))

    assert found is not None
    assert found.limit == 1 << 30
    assert found.look() == Usage(working_set=800000000, held=750000000)
    assert found.kernel_kills() == 2


def test_the_tightest_limit_around_a_process_counts(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("0::/a/b\n")
    files = {
        "memory.max": "max\n",
        "a/memory.max": "1000\n",
        "a/memory.current": "10\n",
        "a/b/memory.max": "max\n",
        "a/b/memory.current": "7\n",
    }
    found = ContainerMemory.find(tree(tmp_path / "cgroup", files), str(tmp_path / "own"))

    assert found is not None
    assert found.limit == 1000
    assert found.look() == Usage(10, 10)


@pytest.mark.parametrize(
    ("files", "membership"),
    [
        ({}, ""),
        ({"memory.max": "max\n"}, "0::/\n"),
        ({"memory/memory.limit_in_bytes": "9223372036854771712\n"}, "9:memory:/\n"),
        (V2, "no such lines\n"),
        ({"memory.max": "what\n"}, "0::/../..\n"),
    ],
)
def test_without_a_limit_there_is_none(tmp_path: Path, files: dict[str, str], membership: str) -> None:
    (tmp_path / "own").write_text(membership)
    assert ContainerMemory.find(tree(tmp_path / "cgroup", files), str(tmp_path / "own")) is None


def test_files_that_go_away_are_no_error(tmp_path: Path) -> None:
    (tmp_path / "own").write_text("0::/\n")
    found = ContainerMemory.find(tree(tmp_path / "cgroup", {"memory.max": "1000"}), str(tmp_path / "own"))

    assert found is not None
    assert found.look() is None
    assert found.kernel_kills() is None


@given(st.text())
def test_no_text_makes_the_parsers_fail(text: str) -> None:
    _cgroup.parse_membership(text)
    _cgroup.parse_limit(text)
    _cgroup.parse_counters(text)
    _resident.parse_rollup(text)


def test_rollup_is_in_bytes() -> None:
    text = "00400000-7fff rollup\nRss:  1000 kB\nPss:  600 kB\nPrivate_Clean: 4 kB\nPrivate_Dirty: 500 kB\nSwap: 1 kB\n"
    assert _resident.parse_rollup(text) == {
        "Rss": 1024000,
        "Pss": 614400,
        "Private_Clean": 4096,
        "Private_Dirty": 512000,
        "Swap": 1024,
    }


@pytest.mark.parametrize(
    ("container", "wanted", "slots", "limit"),
    [
        (None, None, 2, None),
        (GIB, None, 1, 924 * MIB),
        (GIB, None, 2, 924 * MIB),
        (GIB, None, 4, 462 * MIB),
        (128 * MIB, None, 8, 64 * MIB),
        (GIB, 300 * MIB, 4, 300 * MIB),
        (None, MIB, 4, 64 * MIB),
    ],
)
def test_a_worker_may_use_twice_its_share_while_there_is_room(
    container: int | None, wanted: int | None, slots: int, limit: int | None
) -> None:
    assert _guard.worker_limit(container, wanted, 100 * MIB, slots) == limit


@given(st.integers(64 * MIB, 1 << 40))
def test_a_container_is_full_before_it_is_hopeless_and_that_before_the_kernel_acts(limit: int) -> None:
    assert limit // 2 < _guard.full_at(limit) < _guard.hopeless_at(limit) < limit


def test_the_less_room_is_left_the_sooner_is_the_next_look() -> None:
    assert _guard.pause([]) == _guard.pause([8 * GIB]) == 0.5
    assert _guard.pause([8 * GIB, 800 * MIB]) == pytest.approx(0.0977, abs=0.001)
    assert _guard.pause([-5]) == 0.01


def test_the_largest_has_to_go_unless_it_is_next_to_nothing() -> None:
    small, large = Holding(1, 20 * MIB, None), Holding(2, 30 * MIB, None)
    assert _guard.largest([small, large]) == large
    assert _guard.largest([Holding(3, MIB, None)]) is None
    assert _guard.largest([]) is None
    assert _guard.over_its_limit([Holding(1, 5, 4), Holding(2, 4, 4), Holding(3, 9, None)]) == [Holding(1, 5, 4)]


def test_sizes_are_told_in_words() -> None:
    assert [_guard.in_words(size) for size in (1536 * MIB, 700 * MIB)] == ["1.5 GiB", "700 MiB"]
