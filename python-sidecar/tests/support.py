"""What the process tests share: a pod's directory, a JVM's side of it, and processes that never outlive their test."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import textwrap
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyjob._gateway import Gateway
from pyjob._protocol import ControlRequest, Operation, WorkerRequest

SOURCES = Path(__file__).parent.parent / "pyjob"
BOOT = (SOURCES / "bootstrap.py").read_text()
GATEWAY = Gateway(25333, "a secret")
PATIENCE_S = 20.0


def eventually(what: str, condition: Callable[[], bool], seconds: float = PATIENCE_S) -> None:
    """Wait for `condition`, which `what` describes."""
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, f"not within {seconds} s: {what}"
        time.sleep(0.005)


def is_alive(pid: int) -> bool:
    """Whether the process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


@dataclass
class Result:
    """How a process ended."""

    code: int
    out: str
    err: str
    message: str
    seconds: float


@dataclass
class Pod:
    """The directory that both containers of a pod share, and the processes of its python container."""

    root: Path
    env: dict[str, str] = field(default_factory=dict)
    processes: list[subprocess.Popen[str]] = field(default_factory=list)

    @property
    def termination_log(self) -> Path:
        return self.root / "termination-log"

    @property
    def worker_socket(self) -> Path:
        return self.root / "run" / "worker.sock"

    @property
    def control_socket(self) -> Path:
        return self.root / "run" / "control.sock"

    def file(self, name: str, text: str) -> Path:
        """A file in the pod's work directory."""
        path = self.root / "work" / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(textwrap.dedent(text))
        return path

    def start(self, *args: str, **more: str) -> subprocess.Popen[str]:
        """Start the python container with the command line `args`."""
        return self.start_with([], *args, **more)

    def start_with(self, before: list[str], *args: str, **more: str) -> subprocess.Popen[str]:
        """The same by way of the command `before`."""
        return self._start([*before, sys.executable, "-c", BOOT, *args], more)

    def start_python(self, python: Path, *args: str, **more: str) -> subprocess.Popen[str]:
        """The same in an image with another Python."""
        return self._start([str(python), "-c", BOOT, *args], more)

    def _start(self, command: list[str], more: dict[str, str]) -> subprocess.Popen[str]:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
            cwd=self.root / "work",
            env={**self.env, **more},
        )
        self.processes.append(process)
        return process

    def finish_with(self, process: subprocess.Popen[str], number: signal.Signals) -> Result:
        """Send a signal, and wait for the end."""
        send_signal(process, number)
        return self.finish(process)

    def finish(self, process: subprocess.Popen[str], started: float | None = None) -> Result:
        """Wait for the container's end."""
        out, err = process.communicate(timeout=PATIENCE_S)
        message = self.termination_log.read_text() if self.termination_log.exists() else ""
        return Result(process.returncode, out, err, message, time.monotonic() - (started or time.monotonic()))

    def run(self, *args: str, **more: str) -> Result:
        """Run the python container to its end."""
        started = time.monotonic()
        return self.finish(self.start(*args, **more), started)

    def run_script(self, text: str, *args: str, **more: str) -> Result:
        """Run a script next to a JVM that is ready."""
        script = self.file("script.py", text)
        with Jvm(self):
            return self.run("run", str(script), *args, **more)

    def pool(self, *args: str, **more: str) -> subprocess.Popen[str]:
        """Start a pool and wait for its sockets."""
        process = self.start("pool", *args, **more)
        eventually("the pool listens", lambda: self._listens(process))
        return process

    def _listens(self, process: subprocess.Popen[str]) -> bool:
        assert process.poll() is None, f"the pool ended: {process.stderr and process.stderr.read()}"
        return self.control_socket.exists()

    def close(self) -> None:
        for process in self.processes:
            if process.poll() is None:
                process.kill()
            with process:
                process.communicate(timeout=PATIENCE_S)
        shutil.rmtree(self.root, ignore_errors=True)


@contextmanager
def new_pod() -> Iterator[Pod]:
    """A pod of its own, in a short path; its processes are killed at the end."""
    root = Path(tempfile.mkdtemp(prefix="pj", dir="/tmp"))
    for name in ("run", "work", "code"):
        (root / name).mkdir()
    (root / "code" / "pyjob").symlink_to(SOURCES)
    (root / "code" / ".ready").touch()
    keep = ("PATH", "HOME", "LANG", "LC_ALL")
    env = {name: os.environ[name] for name in keep if name in os.environ}
    env |= {
        "PYJOB_DIR": str(root),
        "PYJOB_CODE": str(root / "code"),
        "PYJOB_TERMINATION_LOG": str(root / "termination-log"),
        "PYJOB_GATEWAY_WAIT_S": "15",
        "PYTHONPYCACHEPREFIX": str(SOURCES.parent / "target" / "pycache"),
    }
    pod = Pod(root, env)
    try:
        yield pod
    finally:
        pod.close()


class Jvm:
    """The driver JVM's side of the gateway file and of the lifeline."""

    def __init__(self, pod: Pod) -> None:
        self._run = pod.root / "run"
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.settimeout(PATIENCE_S)
        self._listener.bind(str(self._run / "driver.sock"))
        self._listener.listen()
        new = self._run / "gateway.new"
        new.write_bytes(GATEWAY.encode())
        new.rename(self._run / "gateway")
        self.lifeline: socket.socket | None = None
        self.heard = b""
        self._thread = threading.Thread(target=self._listen, daemon=True)
        self._thread.start()

    def _listen(self) -> None:
        try:
            self.lifeline, _ = self._listener.accept()
        except OSError:
            return
        while data := self.lifeline.recv(4096):
            self.heard += data

    def die(self) -> None:
        """End as a killed process does."""
        eventually("the lifeline is held", lambda: self.lifeline is not None)
        assert self.lifeline is not None
        self.lifeline.shutdown(socket.SHUT_RDWR)

    def all_heard(self) -> bytes:
        """What came over the lifeline until its end."""
        self._thread.join(PATIENCE_S)
        return self.heard

    def __enter__(self) -> Jvm:  # noqa: PYI034 (Self is new in Python 3.11)
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)  # wakes up accept
        self._listener.close()
        self._thread.join(PATIENCE_S)
        if self.lifeline is not None:
            self.lifeline.close()
        for name in ("driver.sock", "gateway"):
            (self._run / name).unlink()


class Refused(Exception):
    """The pool answered 0, with this reason."""


class Connection:
    """The executor JVM's side of a worker."""

    def __init__(self, path: Path) -> None:
        self.socket = socket.socket(socket.AF_UNIX)
        self.socket.settimeout(PATIENCE_S)
        self.socket.connect(str(path))
        self.pid = 0

    def ask(self, module: str, env: Mapping[str, str] | None = None) -> int:
        """Ask for a worker; returns its pid. Raises Refused."""
        self.send(WorkerRequest(module, dict(env or {})).encode())
        return self.answer()

    def answer(self) -> int:
        self.pid = self.number()
        if self.pid == 0:
            raise Refused(self.exactly(self.number()).decode())
        return self.pid

    def send(self, data: bytes) -> None:
        self.socket.sendall(data)

    def number(self) -> int:
        return int.from_bytes(self.exactly(4), "big", signed=True)

    def exactly(self, count: int) -> bytes:
        data = b""
        while len(data) < count:
            piece = self.socket.recv(count - len(data))
            if not piece:
                raise EOFError(f"the connection ended after {data!r}")
            data += piece
        return data

    def line(self) -> str:
        """The next line that the worker writes; empty at its end."""
        data = b""
        while not data.endswith(b"\n"):
            try:
                piece = self.socket.recv(1)
            except ConnectionResetError:
                break  # it died before it had read all
            if not piece:
                break
            data += piece
        return data.decode().rstrip("\n")

    def task(self, text: str) -> str:
        """One task of the fake workers: a line there, a line back."""
        self.send(text.encode() + b"\n")
        return self.line()

    def close(self) -> None:
        self.socket.close()

    def __enter__(self) -> Connection:  # noqa: PYI034
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def control(pod: Pod, operation: Operation, pid: int) -> int:
    """Send one control request; returns the answer."""
    with Connection(pod.control_socket) as connection:
        connection.send(ControlRequest(operation, pid).encode())
        return connection.number()


def told(pod: Pod, operation: Operation, pid: int = 0) -> Any:
    """Ask a question; None for the answer 0."""
    with Connection(pod.control_socket) as connection:
        connection.send(ControlRequest(operation, pid).encode())
        if connection.number() == 0:
            return None
        return json.loads(connection.exactly(connection.number()))


def stats(pod: Pod) -> Any:
    """What the pool says of itself."""
    return told(pod, Operation.STATS)


def why(pod: Pod, pid: int) -> dict[str, object] | None:
    """Why the worker ended; None while it runs."""
    found: dict[str, object] | None = told(pod, Operation.WHY, pid)
    return found


def send_signal(process: subprocess.Popen[str], number: signal.Signals) -> None:
    """To a process that is known to be ours and alive."""
    assert process.poll() is None
    process.send_signal(number)
