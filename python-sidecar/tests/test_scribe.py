"""Copies of a container's output: its pieces, and the process that writes them."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from pyjob import _pieces
from pyjob._pieces import Pieces

_PROJECT = Path(__file__).resolve().parent.parent


def text_of(folder: Path) -> bytes:
    """All pieces, one after the other."""
    return b"".join(file.read_bytes() for file in sorted(folder.glob("python.[0-9]*")))


def test_lines_are_whole_and_in_order(tmp_path: Path) -> None:
    pieces = Pieces(str(tmp_path / "logs"), "python")
    pieces.put(1, b"first\nsec")
    pieces.put(2, b"an error\n")
    assert text_of(tmp_path / "logs") == b"first\nan error\n"
    pieces.put(1, b"ond\nno end")
    pieces.end()
    assert text_of(tmp_path / "logs") == b"first\nan error\nsecond\nno end\n"
    assert (tmp_path / "logs" / "python.end").exists()


def test_a_line_that_does_not_end_is_written_all_the_same(tmp_path: Path) -> None:
    pieces = Pieces(str(tmp_path), "python")
    for _ in range(5):
        pieces.put(1, b"x" * 8000)
    assert len(text_of(tmp_path)) > 16_000


def test_a_container_that_is_started_again_goes_on_after_the_last_piece(tmp_path: Path) -> None:
    (tmp_path / "python.000007").write_bytes(b"before\n")
    (tmp_path / "pythons.000009").write_bytes(b"of another\n")
    Pieces(str(tmp_path), "python").put(1, b"after\n")
    assert (tmp_path / "python.000008").read_bytes() == b"after\n"
    assert text_of(tmp_path) == b"before\nafter\n"


def test_a_full_piece_is_followed_by_another(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pieces, "PIECE", 10)
    pieces = Pieces(str(tmp_path), "python")
    pieces.put(1, b"0123456789abcdef\n")
    pieces.put(1, b"x\n")
    assert (tmp_path / "python.000001").read_bytes() == b"0123456789"
    assert (tmp_path / "python.000002").read_bytes() == b"abcdef\nx\n"


def test_what_nobody_takes_away_is_left_out_and_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_pieces, "PIECE", 10)
    monkeypatch.setattr(_pieces, "MOST_PIECES", 2)
    pieces = Pieces(str(tmp_path), "python")
    pieces.put(1, b"123456789\n" * 2)
    pieces.put(1, b"lost\n")
    pieces.put(1, b"lost too\n")
    assert text_of(tmp_path) == b"123456789\n" * 2
    (tmp_path / "python.000001").unlink()
    (tmp_path / "python.000002").unlink()
    monkeypatch.setattr(_pieces, "PIECE", 1000)
    pieces.put(1, b"here\n")
    assert text_of(tmp_path) == b"[pyjob] 14 bytes are missing here: they were not copied in time\nhere\n"


def test_a_folder_that_cannot_be_made_costs_no_more_than_the_copies(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    pieces = Pieces(str(tmp_path / "file" / "logs"), "python")
    pieces.put(1, b"x\n")
    pieces.end()


def program(text: str, folder: Path) -> subprocess.Popen[bytes]:
    """That program, with a scribe in front of it."""
    start = f"from pyjob import _scribe\n_scribe.fork_program({str(folder)!r})\n"
    return subprocess.Popen(
        [sys.executable, "-c", start + text], cwd=_PROJECT, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    )


def test_output_goes_on_to_where_it_went_and_is_written_down(tmp_path: Path) -> None:
    run = program("import os, sys\nos.write(1, b'out\\n')\nos.write(2, b'err\\n')\nsys.exit(7)", tmp_path)
    out, err = run.communicate(timeout=30)
    assert (out, err, run.returncode) == (b"out\n", b"err\n", 7)
    assert sorted(text_of(tmp_path).splitlines()) == [b"err", b"out"]
    assert (tmp_path / "python.end").exists()


def test_much_output_is_passed_on_whole(tmp_path: Path) -> None:
    run = program("for i in range(200_000): print('line', i)", tmp_path)
    out, _ = run.communicate(timeout=60)
    assert out == b"".join(b"line %d\n" % i for i in range(200_000))
    assert text_of(tmp_path) == out


def test_signals_are_passed_on_and_the_ending_is_the_programs(tmp_path: Path) -> None:
    text = """
import signal, sys, time
signal.signal(signal.SIGTERM, lambda *_: (print('told', flush=True), sys.exit(3)))
print('ready', flush=True)
time.sleep(60)
"""
    with program(text, tmp_path) as run:
        assert run.stdout is not None
        assert run.stdout.readline() == b"ready\n"
        run.send_signal(signal.SIGTERM)
        assert run.stdout.readline() == b"told\n"
        assert run.wait(timeout=30) == 3


def test_a_program_that_is_killed_ends_as_a_shell_says_it(tmp_path: Path) -> None:
    with program("import os, signal\nos.kill(os.getpid(), signal.SIGKILL)", tmp_path) as run:
        assert run.wait(timeout=30) == 128 + signal.SIGKILL


def test_the_program_does_not_outlive_its_scribe(tmp_path: Path) -> None:
    with program("import os, time\nprint(os.getpid(), flush=True)\ntime.sleep(60)", tmp_path) as run:
        assert run.stdout is not None
        pid = int(run.stdout.readline())
        run.kill()
        run.wait(timeout=30)
        deadline = time.monotonic() + 30
        while Path(f"/proc/{pid}").exists() and time.monotonic() < deadline:
            time.sleep(0.01)
        assert not Path(f"/proc/{pid}").exists()


def test_a_process_that_is_left_behind_is_not_waited_for(tmp_path: Path) -> None:
    text = """
import os, time
left = os.fork()
if left == 0:
    time.sleep(60)
print(left, flush=True)
os._exit(0)
"""
    run = program(text, tmp_path)
    assert run.stdout is not None
    left = int(run.stdout.readline())
    try:
        assert run.wait(timeout=30) == 0
    finally:
        os.kill(left, signal.SIGKILL)
        run.communicate()


def test_nobody_who_reads_the_log_is_no_reason_to_end(tmp_path: Path) -> None:
    text = "import os, time\ntime.sleep(0.3)\nos.write(1, b'unheard\\n')\nos.write(2, b'heard\\n')"
    with program(text, tmp_path) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        assert run.stderr.read() == b"heard\n"
        assert run.wait(timeout=30) == 0
    assert text_of(tmp_path) == b"unheard\nheard\n"
