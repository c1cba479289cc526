from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyjob_local.processes import MARK, Command, Process, await_children, end_all_of, start
from tests.support import PATIENCE_S, eventually, is_alive

PROJECT = Path(__file__).parents[2]


class Started:
    """Starts processes with their output in a file, and ends them all."""

    def __init__(self, folder: Path) -> None:
        self.log = folder / "log"
        self._folder = folder
        self._running: list[Process] = []

    def start(self, *argv: str, cwd: str | None = None, env: dict[str, str] | None = None) -> Process:
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        process = start(Command(argv, env or {"PATH": os.environ["PATH"]}, cwd or str(self._folder), log, log))
        os.close(log)
        self._running.append(process)
        return process

    def code(self, process: Process) -> int:
        """Wait for the end; minus n for signal n."""
        _, status = os.waitpid(process.pid, 0)
        self._running.remove(process)
        return os.waitstatus_to_exitcode(status)

    def says(self, text: str) -> None:
        eventually(f"the log has {text}", lambda: self.log.exists() and text in self.log.read_text())

    def end(self) -> None:
        for process in list(self._running):
            process.signal(signal.SIGKILL)
            self.code(process)


@pytest.fixture
def started(tmp_path: Path) -> Iterator[Started]:
    running = Started(tmp_path)
    yield running
    running.end()


def test_a_process_gets_exactly_what_it_was_given(started: Started, tmp_path: Path) -> None:
    (tmp_path / "work").mkdir()
    program = 'pwd; env | sort; ls /proc/self/fd | tr "\\n" " "; cat; echo end >&2; exit 3'
    env = {"PATH": os.environ["PATH"], "GIVEN": "a b"}
    process = started.start("sh", "-c", program, cwd=str(tmp_path / "work"), env=env)
    assert started.code(process) == 3
    lines = started.log.read_text().splitlines()
    assert lines[0] == str(tmp_path / "work")
    assert "GIVEN=a b" in lines
    assert not any(line.startswith("HOME=") for line in lines)
    assert lines[-1] == "0 1 2 3 end"  # 3 is the folder that ls reads; standard input is empty


def test_a_missing_program_ends_with_127_and_says_so(started: Started) -> None:
    assert started.code(started.start("/no/such/program")) == 127
    assert started.log.read_text().startswith("/no/such/program could not be started: [Errno 2] No such file")


def test_a_missing_working_directory_ends_with_127_and_says_so(started: Started) -> None:
    assert started.code(started.start("true", cwd="/no/such/folder")) == 127
    assert (
        "true could not be started: [Errno 2] No such file or directory: '/no/such/folder'" in started.log.read_text()
    )


def test_output_may_go_to_either_standard_descriptor(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    process = start(Command(("sh", "-c", "echo out; echo err >&2"), dict(os.environ), str(tmp_path), 2, 1))
    os.waitpid(process.pid, 0)
    assert capfd.readouterr() == ("err\n", "out\n")


def test_it_leads_a_session_of_its_own_which_sigkill_ends(started: Started) -> None:
    process = started.start("sh", "-c", "sleep 100 & echo child $!; wait")
    started.says("child")
    child = int(started.log.read_text().split()[1])
    assert os.getsid(process.pid) == process.pid
    process.signal(signal.SIGKILL)
    assert started.code(process) == -signal.SIGKILL
    eventually("its child has ended", lambda: not is_alive(child))


def test_other_signals_go_to_the_process_alone(started: Started) -> None:
    child = "trap 'echo child got it' TERM; echo ready; sleep 0.2"
    process = started.start("sh", "-c", f'sh -c "{child}" & trap "exit 7" TERM; wait')
    started.says("ready")
    process.signal(signal.SIGTERM)
    assert started.code(process) == 7
    assert "child got it" not in started.log.read_text()
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)


def test_a_signal_to_one_that_has_gone_is_no_failure(started: Started) -> None:
    process = started.start("true")
    started.code(process)
    process.signal(signal.SIGTERM)
    process.signal(signal.SIGKILL)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_a_signal_sent_at_once_is_not_lost(number: signal.Signals, started: Started) -> None:
    """Nor is it taken with the handlers of the process that starts it."""
    taken: list[int] = []
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    before_fd = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    before = signal.signal(number, lambda *_: taken.append(1)) if number != signal.SIGKILL else None
    try:
        for _ in range(20):
            process = started.start("sleep", "100")
            process.signal(number)
            assert started.code(process) == -number
        with pytest.raises(BlockingIOError):
            os.read(reading, 100)
        assert taken == []
    finally:
        signal.set_wakeup_fd(before_fd)
        if before is not None:
            signal.signal(number, before)
        os.close(reading)
        os.close(writing)


PARENT = """
import os, sys, time
from pyjob_local.processes import Command, start
process = start(Command(("sleep", "100"), {"PATH": os.environ["PATH"]}, "/", 1, 2))
print(process.pid, flush=True)
time.sleep(100)
"""


def test_it_is_killed_when_the_process_that_started_it_is() -> None:
    with subprocess.Popen([sys.executable, "-c", PARENT], cwd=PROJECT, stdout=subprocess.PIPE, text=True) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        assert is_alive(child)
        parent.kill()
        eventually("the child has ended", lambda: not is_alive(child))


DAEMON = textwrap.dedent("""
    import os, sys, time
    if os.fork():
        os._exit(0)
    os.setsid()
    if os.fork():
        os._exit(0)
    os.chdir("/")
    print("daemon", os.getpid(), flush=True)
    time.sleep(100)
""")


def test_whatever_carries_the_mark_of_a_run_is_found_and_ended(started: Started, tmp_path: Path) -> None:
    marked = {"PATH": os.environ["PATH"], MARK: str(tmp_path)}
    other = started.start("sleep", "100", env={**marked, MARK: f"{tmp_path}-other"})
    assert started.code(started.start(sys.executable, "-c", DAEMON, env=marked)) == 0
    started.says("daemon")
    daemon = int(started.log.read_text().split()[1])
    assert is_alive(daemon)
    assert end_all_of(tmp_path) == [daemon]
    eventually("the daemon has ended", lambda: not is_alive(daemon), PATIENCE_S)
    assert is_alive(other.pid)
    assert end_all_of(tmp_path) == []


def test_what_has_ended_is_reaped_and_what_goes_on_is_not_waited_for() -> None:
    ended = os.fork()
    if ended == 0:
        os._exit(0)
    going = os.fork()
    if going == 0:
        time.sleep(60)
        os._exit(0)
    try:
        await_children(0.2)
        with pytest.raises(ChildProcessError):
            os.waitpid(ended, 0)
    finally:
        os.kill(going, signal.SIGKILL)
        await_children(30)
    with pytest.raises(ChildProcessError):
        os.waitpid(going, 0)
