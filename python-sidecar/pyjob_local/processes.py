"""Starts, signals and ends the processes of a job, and only those."""

import contextlib
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from . import linux
from .box import Box, enter

# Set in the environment of every process of a run, and inherited by whatever those start: by it the
# rest of a run is found even where a process has left its session and lost its parents.
MARK = "PYJOB_RUN_DIR"


@dataclass(frozen=True)
class Command:
    """One process to start: ``stdout`` and ``stderr`` are descriptors to write to."""

    argv: tuple[str, ...]
    env: dict[str, str]
    cwd: str
    stdout: int
    stderr: int
    box: Box | None = None


@dataclass
class Process:
    """A started process, the leader of its own session."""

    pid: int

    def signal(self, number: int) -> None:
        """Send a signal to the process itself; SIGKILL goes to all of its session."""
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                with contextlib.suppress(ProcessLookupError):  # it has no session of its own yet
                    os.killpg(self.pid, number)
            os.kill(self.pid, number)


def start(command: Command) -> Process:
    """Fork and exec ``command`` in a session of its own; it is killed when this process ends.

    A command that cannot be executed ends with 127, one that cannot be put in its box with 126; both say so on
    their standard error.
    """
    parent = os.getpid()
    with signals_held():
        pid = os.fork()
        if pid == 0:
            code = 126
            try:
                _prepare(command, parent)
                code = 127
                os.chdir(command.cwd)
                signals_as_new()
                os.execvpe(command.argv[0], list(command.argv), command.env)
            except OSError as error:
                os.write(2, f"{command.argv[0]} could not be started: {error}\n".encode())
            finally:
                os._exit(code)
    return Process(pid)


@contextlib.contextmanager
def signals_held() -> Iterator[None]:
    """Let signals wait while the block forks: a child must not take one with its parent's handlers."""
    before = signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def signals_as_new() -> None:
    """Take signals, those that waited too, as a program expects that has just been started."""
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGWINCH, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    signal.pthread_sigmask(signal.SIG_SETMASK, ())


def _prepare(command: Command, parent: int) -> None:
    os.setsid()
    linux.die_with_parent(signal.SIGKILL)
    if os.getppid() != parent:  # it ended before we asked
        os._exit(128 + signal.SIGKILL)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    # Through copies above the standard three, as either may be one of the other's numbers.
    out, err = os.dup(command.stdout), os.dup(command.stderr)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 1 << 16 else 1 << 16)
    if command.box is not None:
        enter(command.box)


def end_all_of(run_dir: Path) -> list[int]:
    """Kill every process that carries the mark of this run, and return their PIDs."""
    killed: list[int] = []
    for _ in range(100):  # a process may fork while we look
        found = [pid for pid in _marked(run_dir) if pid != os.getpid()]
        if not found:
            break
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        killed += found
        time.sleep(0.01)
    return killed


def await_children(most: float) -> None:
    """Reap what has ended, for at most so many seconds: who asks how much a run has taken is told of all of it."""
    until = time.monotonic() + most
    while time.monotonic() < until:
        try:
            pid, _ = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return
        if pid == 0:
            time.sleep(0.001)


def _marked(run_dir: Path) -> list[int]:
    mark = f"{MARK}={run_dir}".encode()
    pids = []
    for entry in os.scandir("/proc"):
        if not entry.name.isdigit():
            continue
        try:
            with open(f"/proc/{entry.name}/environ", "rb") as environment:
                marked = mark in environment.read().split(b"\0")
            with open(f"/proc/{entry.name}/stat", "rb") as stat:
                zombie = stat.read().rpartition(b")")[2].split()[0] == b"Z"
        except OSError:  # it ended meanwhile, or is another user's
            continue
        if marked and not zombie:
            pids.append(int(entry.name))
    return pids
