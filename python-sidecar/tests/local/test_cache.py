from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO

import pytest

from pyjob_local.cache import cache_root, locked, made_whole
from tests.support import PATIENCE_S

PROJECT = Path(__file__).parents[2]
HOLDER = """
import sys
from pathlib import Path
from pyjob_local.cache import locked
with locked(Path(sys.argv[1]), "being tested"):
    print("held", flush=True)
    sys.stdin.read()
"""


def holder(lock: Path) -> subprocess.Popen[str]:
    """Another process that holds, or waits for, the lock; it ends when its standard input does."""
    return subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(lock)],
        cwd=PROJECT,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def line_of(stream: IO[str] | None) -> str:
    assert stream is not None
    return stream.readline()


def test_a_lock_is_held_by_one_process_at_a_time(tmp_path: Path) -> None:
    lock = tmp_path / "made" / "too" / "a.lock"
    with holder(lock) as first:
        assert line_of(first.stdout) == "held\n"
        with holder(lock) as second:
            assert line_of(second.stderr) == "pyjob: waiting: another pyjob is being tested\n"
            assert second.poll() is None
            first.communicate(timeout=PATIENCE_S)
            assert line_of(second.stdout) == "held\n"
            second.communicate(timeout=PATIENCE_S)


def test_a_killed_holder_lets_go(tmp_path: Path) -> None:
    lock = tmp_path / "a.lock"
    with holder(lock) as first:
        assert line_of(first.stdout) == "held\n"
        with holder(lock) as second:
            assert "waiting" in line_of(second.stderr)
            first.send_signal(signal.SIGKILL)
            assert line_of(second.stdout) == "held\n"
            second.communicate(timeout=PATIENCE_S)


def test_a_free_lock_is_silent(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    with locked(tmp_path / "a.lock", "being tested"):
        pass
    assert capfd.readouterr() == ("", "")


def test_a_folder_appears_only_when_it_is_whole(tmp_path: Path) -> None:
    target = tmp_path / "made" / "thing"
    with made_whole(target) as part:
        (part / "content").write_text("all of it")
        assert not target.exists()
    assert (target / "content").read_text() == "all of it"
    assert target.stat().st_mode & 0o777 == 0o755
    assert os.listdir(target.parent) == ["thing"]


def test_an_interrupted_making_leaves_nothing(tmp_path: Path) -> None:
    target = tmp_path / "thing"

    def make() -> None:
        with made_whole(target) as part:
            (part / "content").write_text("half of")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        make()
    assert os.listdir(tmp_path) == []


def test_what_a_killed_making_left_is_removed(tmp_path: Path) -> None:
    target = tmp_path / "thing"
    left = tmp_path / ".thing.part-left"
    (left / "folder").mkdir(parents=True)
    other = tmp_path / ".things.part-other"
    other.mkdir()
    with made_whole(target):
        assert not left.exists()
    assert other.exists()


@pytest.mark.parametrize(
    ("env", "root"),
    [
        ({"PYJOB_CACHE": "/a/cache", "XDG_CACHE_HOME": "/xdg", "HOME": "/home/me"}, "/a/cache"),
        ({"PYJOB_CACHE": "", "XDG_CACHE_HOME": "/xdg", "HOME": "/home/me"}, "/xdg/pyjob"),
        ({"XDG_CACHE_HOME": "", "HOME": "/home/me"}, "/home/me/.cache/pyjob"),
    ],
)
def test_where_the_cache_is(env: dict[str, str], root: str, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PYJOB_CACHE", "XDG_CACHE_HOME", "HOME"):
        monkeypatch.delenv(name, raising=False)
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    assert cache_root() == Path(root)
