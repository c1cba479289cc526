"""Carries out what the launcher's JVM plans: the node agent of local mode.

The JVM plans a job as the operator does and tells this process, in JSON lines over a pipe, which
containers to start and to signal; this process tells how they ended. It owns the job's folder and
its processes: whichever way the JVM or this process ends, neither is left behind.

To the agent: ``start`` (id, argv, env, cwd, stdout, stderr, box), ``signal`` (id, signal),
``environment`` (requirements, index), ``live``, ``say``, ``print`` (text), ``finish`` (code, keep, lastLines).
From the agent: ``started`` and ``exited`` (id, code as a shell counts it), ``environment`` (bin or
error), ``cancel`` (signal).
"""

import contextlib
import fcntl
import json
import os
import selectors
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from . import linux
from .box import Box
from .environment import ANYWHERE, Index
from .processes import MARK, Command, Process, await_children, end_all_of, signals_as_new, signals_held, start
from .say import SetupError
from .terminal import Terminal

_CANCEL_GRACE_S = 20.0
_LAST_LINES_S = 2.0
#: What was killed is gone within milliseconds, but for what is not ours.
_BURIAL_S = 0.5
_INTERNAL_ERROR = 70
_PREFIX = "pyjob-"
_LOCK = "lock"
_KEEP = "keep"


@dataclass(frozen=True)
class Image:
    """What stands for an image in a box: what it must not have of this machine, and what it must."""

    hide: tuple[str, ...]
    show: tuple[str, ...]


class Agent:
    """One run: a folder, the launcher's JVM, and the containers that it asks for.

    ``environment`` gives the folder of a Python that has the requirements it is called with.
    """

    def __init__(self, environment: Callable[[tuple[str, ...], Index], Path], images: dict[str, Image]) -> None:
        self._ensure_environment = environment
        self._images = images
        self._terminal = Terminal(2)
        self._selector = selectors.DefaultSelector()
        self._containers: dict[str, Process] = {}
        self._to_jvm = -1
        self._jvm: Process | None = None
        self._jvm_code: int | None = None
        self._code: int | None = None
        self._keep = False
        self._last_lines = False
        self._cancelled_at: float | None = None
        self._cancelled_by = 0

    def run(self, argv: list[str], env: dict[str, str]) -> int:
        """Run the launcher's JVM until it has finished; the exit code of the whole run."""
        linux.adopt_orphans()
        _remove_abandoned()
        run_dir = _new_folder()
        with _claimed(run_dir):
            try:
                return self._run(argv, env, run_dir)
            finally:
                end_all_of(run_dir)
                await_children(_BURIAL_S)
                self._terminal.live("")
                if self._keep:
                    (run_dir / _KEEP).touch()
                    self._terminal.say(f"pyjob: kept {run_dir}")
                else:
                    shutil.rmtree(run_dir, ignore_errors=True)

    def _run(self, argv: list[str], env: dict[str, str], run_dir: Path) -> int:
        self._env = {MARK: str(run_dir)}
        commands_in, commands_out = os.pipe()
        events_in, self._to_jvm = os.pipe()
        self._watch_signals()
        on_terminal = self._terminal.is_terminal
        env = {
            **env,
            **self._env,
            "PYJOB_TERMINAL": "1" if on_terminal else "0",
            "PYJOB_COLUMNS": str(self._terminal.columns()),
        }
        self._jvm = _start_jvm(argv, env, events_in, commands_out)
        os.close(commands_out)
        os.close(events_in)
        self._selector.register(commands_in, selectors.EVENT_READ, _Lines(commands_in, self._obey))
        while self._jvm_code is None or self._has_commands(commands_in):
            self._turn(0.5)
        self._end_containers()
        if self._code is None:
            if self._cancelled_at is None:
                self._terminal.say(f"pyjob: the launcher's JVM ended with {self._jvm_code} before the job did")
                return _INTERNAL_ERROR
            return 128 + self._cancelled_by
        return self._code

    def _has_commands(self, descriptor: int) -> bool:
        return descriptor in self._selector.get_map() and self._code is None

    def _turn(self, timeout: float) -> None:
        for key, _ in self._selector.select(timeout):
            if not key.data():
                self._selector.unregister(key.fileobj)
                os.close(key.fd)
        if self._cancelled_at is not None and time.monotonic() - self._cancelled_at > _CANCEL_GRACE_S:
            self._kill_everything()

    # Signals: their handlers only write to a pipe, which the loop reads.

    def _watch_signals(self) -> None:
        reading, writing = os.pipe()
        os.set_blocking(reading, False)
        os.set_blocking(writing, False)
        signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
        numbers = [signal.SIGINT, signal.SIGTERM, signal.SIGCHLD]
        if signal.getsignal(signal.SIGHUP) != signal.SIG_IGN:  # nohup: the job is to outlive its terminal
            numbers.append(signal.SIGHUP)
        for number in numbers:
            signal.signal(number, lambda *_: None)

        def woken() -> bool:
            for number in set(os.read(reading, 4096)):
                if number == signal.SIGCHLD:
                    self._reap()
                else:
                    self._cancel(number)
            return True

        self._selector.register(reading, selectors.EVENT_READ, woken)

    def _cancel(self, number: int) -> None:
        if self._cancelled_at is not None:
            if time.monotonic() - self._cancelled_at > 0.5:  # a second Ctrl-C, not the same one told twice
                self._kill_everything()
            return
        self._cancelled_at = time.monotonic()
        self._cancelled_by = number
        self._tell({"event": "cancel", "signal": int(number)})

    def _kill_everything(self) -> None:
        for process in [*self._containers.values(), *([self._jvm] if self._jvm else [])]:
            process.signal(signal.SIGKILL)

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            code = os.waitstatus_to_exitcode(status)
            code = code if code >= 0 else 128 - code
            if self._jvm is not None and pid == self._jvm.pid:
                self._jvm_code = code
                continue
            for name, process in list(self._containers.items()):
                if process.pid == pid:
                    with contextlib.suppress(ProcessLookupError):
                        os.killpg(pid, signal.SIGKILL)  # a container takes all its processes with it
                    del self._containers[name]
                    self._drain()
                    self._tell({"event": "exited", "id": name, "code": code})

    def _drain(self) -> None:
        """Pass on what an ended container still has in its pipes, before its end is told."""
        for key in list(self._selector.get_map().values()):
            pump = getattr(key.data, "__self__", None)
            if isinstance(pump, _Pump):
                pump.drain()

    def _end_containers(self) -> None:
        """Those of executors may be left; where logs are read they have the time for their last lines."""
        if self._last_lines:
            for process in self._containers.values():
                process.signal(signal.SIGTERM)
            last = time.monotonic() + _LAST_LINES_S
            while self._containers and time.monotonic() < last:
                self._turn(0.1)
        for process in self._containers.values():
            process.signal(signal.SIGKILL)

    # The JVM's commands.

    def _tell(self, event: dict[str, object]) -> None:
        if self._code is not None:  # it has finished, and listens no more
            return
        with contextlib.suppress(BrokenPipeError):  # the JVM has ended; the loop sees that by itself
            os.write(self._to_jvm, json.dumps(event).encode() + b"\n")

    def _obey(self, line: bytes) -> None:
        if not line.startswith(b"{"):  # a JVM writes warnings of its own to standard output
            self._terminal.write(line + b"\n")
            return
        command = json.loads(line)
        match command["op"]:
            case "start":
                self._start(command)
            case "signal":
                process = self._containers.get(command["id"])
                if process is not None:
                    process.signal(signal.Signals[f"SIG{command['signal']}"])
            case "environment":
                self._environment(tuple(command["requirements"]), _index(command.get("index")))
            case "live":
                self._terminal.live(command["text"])
            case "say":
                self._terminal.say(command["text"])
            case "print":
                self._terminal.write(command["text"].encode(errors="replace"), 1)
            case "finish":
                self._code = command["code"]
                self._keep = command["keep"]
                self._last_lines = command["lastLines"]
                # A JVM waits 300 ms at its exit for a thread that reads; this ends that one's reading.
                os.close(self._to_jvm)
            case other:
                raise ValueError(f"the launcher's JVM sent an unknown command: {other}")

    def _start(self, command: dict[str, Any]) -> None:
        name = command["id"]
        stdout, stderr = self._output(command["stdout"], 1), self._output(command["stderr"], 2)
        kind = command.get("box")
        process = start(
            Command(
                argv=tuple(command["argv"]),
                env={**command["env"], **self._env},
                cwd=command["cwd"],
                stdout=stdout,
                stderr=stderr,
                box=self._box(kind) if kind else None,
            )
        )
        for descriptor in {stdout, stderr} - {1, 2}:
            os.close(descriptor)
        self._containers[name] = process
        self._tell({"event": "started", "id": name})

    def _box(self, kind: dict[str, Any]) -> Box:
        # The rest of the run's folder is other pods' and, with the job's secrets, the other kind of container's.
        image = self._images[kind["hide"]]
        return Box((*image.hide, self._env[MARK]), kind["tmp"], (*image.show, *kind["share"]))

    def _output(self, where: str, standard: int) -> int:
        """A descriptor for a container's output: a log file's, or the user's own (``-`` and a file to copy to)."""
        if not where.startswith("-"):
            return os.open(where, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        if standard == 1 and not (os.isatty(1) and self._terminal.is_terminal):
            return 1  # untouched, and no pipe between
        reading, writing = os.pipe()
        pump = _Pump(reading, self._terminal, standard, where[1:])
        self._selector.register(reading, selectors.EVENT_READ, pump.pump)
        return writing

    def _environment(self, requirements: tuple[str, ...], index: Index) -> None:
        try:
            folder = self._ensure_environment(requirements, index)
            self._tell({"event": "environment", "bin": str(folder / "bin")})
        except SetupError as error:
            self._tell({"event": "environment", "error": str(error)})


def _index(told: dict[str, Any] | None) -> Index:
    if told is None:
        return ANYWHERE
    return Index(told["url"], tuple(told["extra"]), tuple(told["findLinks"]), told["noIndex"])


class _Pump:
    """Copies a container's pipe to the user, below it the live line, and to a log."""

    def __init__(self, reading: int, terminal: Terminal, to: int, log: str) -> None:
        self._reading = reading
        self._terminal = terminal
        self._to = to
        self._log = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600) if log else -1
        os.set_blocking(reading, False)

    def pump(self) -> bool:
        """Copy what is there; False at the end."""
        try:
            data = os.read(self._reading, 65536)
        except BlockingIOError:
            return True
        if not data:
            self._close()
            return False
        self._copy(data)
        return True

    def drain(self) -> None:
        """Copy all that is there."""
        while True:
            try:
                data = os.read(self._reading, 65536)
            except OSError:
                return
            if not data:
                return
            self._copy(data)

    def _copy(self, data: bytes) -> None:
        if self._log >= 0:
            os.write(self._log, data)
        self._terminal.write(data, self._to)

    def _close(self) -> None:
        if self._log >= 0:
            os.close(self._log)


class _Lines:
    """Cuts what a pipe brings into lines."""

    def __init__(self, descriptor: int, each: Callable[[bytes], None]) -> None:
        self._descriptor = descriptor
        self._each = each
        self._rest = b""

    def __call__(self) -> bool:
        data = os.read(self._descriptor, 65536)
        *lines, self._rest = (self._rest + data).split(b"\n")
        for line in lines:
            if line:
                self._each(line)
        return bool(data)


def _start_jvm(argv: list[str], env: dict[str, str], events: int, commands: int) -> Process:
    """Start the launcher's JVM: its standard input brings events, its standard output takes commands.

    It has a session of its own so that Ctrl-C reaches only the agent, and unlike the containers it
    outlives a killed agent: for as long as it takes to remove the run's folder.
    """
    with signals_held():
        pid = os.fork()
        if pid == 0:
            try:
                os.setsid()
                os.dup2(events, 0)
                os.dup2(commands, 1)
                os.closerange(3, 1024)
                signals_as_new()
                os.execve(argv[0], argv, env)
            finally:
                os._exit(127)
    return Process(pid)


def _new_folder() -> Path:
    # tempfile passes over a TMPDIR that it cannot write to and takes another folder, perhaps on a full disk.
    named = os.environ.get("TMPDIR")
    try:
        return Path(tempfile.mkdtemp(prefix=_PREFIX, dir=named or None))
    except OSError as error:
        where = f"TMPDIR={named}" if named else tempfile.gettempdir()
        raise SetupError(
            f"no folder for the job's files can be made in {where} ({error.strerror}). "
            "Set TMPDIR to a folder on a disk with room that you may write to"
        ) from error


@contextlib.contextmanager
def _claimed(run_dir: Path) -> Iterator[None]:
    """Hold the folder's lock, by which a later run knows that it is not abandoned."""
    coming = run_dir / "lock.part"
    with open(coming, "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        coming.rename(run_dir / _LOCK)  # seen only once it is held
        yield


def _remove_abandoned() -> None:
    """Remove folders of runs that were killed in a way that left nobody to do it."""
    for folder in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        try:
            with open(folder / _LOCK) as lock:
                fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
                if not (folder / _KEEP).exists():
                    end_all_of(folder)
                    shutil.rmtree(folder, ignore_errors=True)
        except OSError:  # in use, or another user's
            continue
