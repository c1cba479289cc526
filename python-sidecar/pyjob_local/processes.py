"""Starts, signals and ends the processes of a job, and only those."""

import contextlib
import os
import signal
import time
from dataclasses import dataclass, field
from pathlib import Path

from . import linux
from .box import Box, enter, first_process

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
    boxed: bool = False
    started: float = field(default_factory=time.time)

    def signal(self, number: int) -> None:
        """Send a signal to the process itself; SIGKILL goes to all of its session."""
        with contextlib.suppress(ProcessLookupError):
            if number == signal.SIGKILL:
                os.killpg(self.pid, number)
            else:
                os.kill(first_process(self.pid) if self.boxed else self.pid, number)


def start(command: Command) -> Process:
    """Fork and exec ``command`` in a session of its own; it is killed when this process ends.

    A command that cannot be executed ends with 127 and says so on its standard error.
    """
    pid = os.fork()
    if pid == 0:
        code = 127
        try:
            _become(command)
        except OSError as error:
            os.write(command.stderr, f"{command.argv[0]} could not be started: {error}\n".encode())
            if command.box is not None:
                code = 126
        finally:
            os._exit(code)
    return Process(pid, command.box is not None)


def _become(command: Command) -> None:
    os.setsid()
    linux.die_with_parent(signal.SIGKILL)
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    # Through copies above the standard three, as either may be one of the other's numbers.
    out, err = os.dup(command.stdout), os.dup(command.stderr)
    os.dup2(out, 1)
    os.dup2(err, 2)
    os.closerange(3, os.sysconf("SC_OPEN_MAX") if os.sysconf("SC_OPEN_MAX") < 1 << 16 else 1 << 16)
    signal.set_wakeup_fd(-1)
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD, signal.SIGWINCH, signal.SIGPIPE):
        signal.signal(number, signal.SIG_DFL)
    if command.box is not None:
        enter(command.box)
    os.chdir(command.cwd)
    os.execvpe(command.argv[0], list(command.argv), command.env)


def end_all_of(run_dir: Path, but: tuple[int, ...] = ()) -> list[int]:
    """Kill every process that carries the mark of this run, and return their PIDs."""
    killed: list[int] = []
    for _ in range(100):  # a process may fork while we look
        found = [pid for pid in _marked(run_dir) if pid not in but and pid != os.getpid()]
        if not found:
            break
        for pid in found:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.kill(pid, signal.SIGKILL)
        killed += found
        time.sleep(0.01)
    return killed


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
