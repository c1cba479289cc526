"""A worker's process: it takes one connection, becomes what the request asks for, and serves task after task on it."""

from __future__ import annotations

import gc
import importlib
import os
import signal
import socket
import sys
import time
import traceback
from contextlib import contextmanager, suppress
from dataclasses import dataclass

from pyjob import _protocol
from pyjob._log import log
from pyjob._parent import die_with
from pyjob._protocol import FrameReader, ProtocolError, WorkerRequest

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO

    Main = Callable[[BinaryIO, BinaryIO], object]

#: What a worker says to its pool when it has its connection.
TAKEN = b"T"
_REQUEST_TIMEOUT_S = 10.0
_DRAIN_TIMEOUT_S = 1.0
_DEFAULT_BUFFER = 65536


class Refusal(Exception):
    """No worker can be what was asked for; the message says why."""


@dataclass(frozen=True)
class Service:
    """What a request came to: the module's `main`, and how to call it."""

    main: Main
    buffer_size: int
    reuse: bool


def work(leash: socket.socket, connection: socket.socket | None, pool: int) -> int:
    """All that a worker does; returns its exit code.

    Without a `connection` it first waits for one on the `leash`, its socket to the process `pool`, its parent.
    """
    _signals_as_in_a_worker()
    die_with(pool)
    with leash:
        if connection is None:
            connection = _receive(leash)
        if connection is None:
            return 0
        try:
            leash.sendall(TAKEN)
        except OSError:
            return 0  # the pool has ended
    with connection:
        return _serve(connection)


def _signals_as_in_a_worker() -> None:
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _receive(leash: socket.socket) -> socket.socket | None:
    try:
        data, descriptors, _, _ = socket.recv_fds(leash, 1, 1)
    except OSError:
        return None
    return socket.socket(fileno=descriptors[0]) if data and descriptors else None


def _serve(connection: socket.socket) -> int:
    request: WorkerRequest | None = None
    try:
        request = _read_request(connection)
        if request is None:
            return 0
        _apply(request.env)
        with _faulthandler(request.module):
            service = _service(request)
            connection.sendall(_protocol.serving(os.getpid()))
            return _serve_tasks(connection, service)
    except (ProtocolError, Refusal) as error:
        log(f"no worker for {request.module if request else 'a request'}: {error}")
        _refuse(connection, str(error))
        return 1
    except ConnectionError:
        return 0  # whoever asked has gone


def _read_request(connection: socket.socket) -> WorkerRequest | None:
    """None if the other side left before it had said anything. Raises ProtocolError, ConnectionError."""
    reader = FrameReader(_protocol.MAX_WORKER_REQUEST)
    deadline = time.monotonic() + _REQUEST_TIMEOUT_S
    body = None
    while body is None:
        connection.settimeout(max(0.001, deadline - time.monotonic()))
        try:
            data = connection.recv(min(reader.wanted, 65536))
        except TimeoutError as error:
            raise ProtocolError(f"the request did not come within {_REQUEST_TIMEOUT_S:g} s") from error
        if not data:
            if reader.partial:
                raise ProtocolError("the request ended in its middle")
            return None
        body = reader.feed(data)
    connection.settimeout(None)
    return WorkerRequest.parse(body)


def _apply(env: Mapping[str, str]) -> None:
    os.environ.update(env)
    if "TZ" in env:
        time.tzset()
    # Right after the first entry, which is PyJob's code in the pod and must stay what pyspark is imported from.
    place = 1
    for entry in env.get("PYTHONPATH", "").split(os.pathsep):
        if entry and entry not in sys.path:
            sys.path.insert(place, entry)
            place += 1
    _reseed()


def _reseed() -> None:
    """Give this process random numbers of its own: numpy, other than random, does not see to that after a fork."""
    numpy_random = sys.modules.get("numpy.random")
    if numpy_random is not None:
        numpy_random.seed()


@contextmanager
def _faulthandler(module: str) -> Iterator[None]:
    """PySpark's own, which writes the stack of a crash where the JVM looks for it."""
    if module.partition(".")[0] != "pyspark":
        yield
        return
    try:
        from pyspark.util import enable_faulthandler
    except Exception as error:
        raise Refusal(_cannot_import("pyspark.util", error)) from error
    context = enable_faulthandler()
    try:
        context.__enter__()
    except OSError as error:
        raise Refusal(f"cannot write PySpark's fault log: {error}: the pod's containers must share it") from error
    yield
    with suppress(FileNotFoundError):  # the JVM may have tidied up before us
        context.__exit__(None, None, None)


def _service(request: WorkerRequest) -> Service:
    try:
        main = importlib.import_module(request.module).main
    except (Exception, SystemExit) as error:
        traceback.print_exc()
        raise Refusal(_cannot_import(request.module, error)) from error
    size = os.environ.get("SPARK_BUFFER_SIZE", "")
    if size and not (size.isascii() and size.isdigit() and 0 < int(size) < 1 << 30):
        raise Refusal(f"SPARK_BUFFER_SIZE is {size!r}: it must be a number of bytes")
    return Service(main, int(size or _DEFAULT_BUFFER), bool(os.environ.get("SPARK_REUSE_WORKER")))


def _cannot_import(module: str, error: BaseException) -> str:
    return (
        f"cannot import {module}: {type(error).__name__}: {error}: "
        "the pod's python container needs an image with what PySpark needs"
    )


def _serve_tasks(connection: socket.socket, service: Service) -> int:
    """Call `main` for each task until the JVM lets go, or the worker is not fit for another.

    The two files live as long as the connection: one per task could read ahead what belongs to the next.
    """
    infile = os.fdopen(os.dup(connection.fileno()), "rb", service.buffer_size)
    outfile = os.fdopen(os.dup(connection.fileno()), "wb", service.buffer_size)
    while _more(infile):
        clean, code = _one_task(service.main, infile, outfile)
        _flush_logs()
        if not (clean and service.reuse):
            _hang_up(connection)
            return code
        gc.collect()
    return 0


def _more(infile: BinaryIO) -> bool:
    """Wait for the next task. False when the JVM has let go."""
    try:
        return bool(infile.peek(1))  # type: ignore[attr-defined]
    except ConnectionError:
        return False


def _one_task(main: Main, infile: BinaryIO, outfile: BinaryIO) -> tuple[bool, int]:
    """Whether the worker is fit for another task, and the exit code if it is not."""
    clean, code = True, 0
    try:
        main(infile, outfile)
    except SystemExit as error:
        clean, code = False, error.code if isinstance(error.code, int) else int(error.code is not None)
    except ConnectionError:
        clean = False  # PySpark reports the user's own; this one is the JVM's, which has let go
    except BaseException:
        traceback.print_exc()
        clean, code = False, 1
    try:
        outfile.flush()
    except ConnectionError:
        # The JVM has had enough, as with a LIMIT, or the task was cancelled.
        clean = False
    except (OSError, ValueError) as error:
        log(f"a worker cannot send the end of its output: {error}")
        clean, code = False, 1
    return clean, code & 0xFF


def _hang_up(connection: socket.socket) -> None:
    """Say that no more will come, so that nobody waits for it, and take what still comes, so that nobody is stuck."""
    try:
        connection.shutdown(socket.SHUT_WR)
        while connection.recv(65536):
            pass
    except OSError:
        return  # gone already


def _refuse(connection: socket.socket, reason: str) -> None:
    """Answer, and read what is left: closing with unread bytes would reset the connection and lose the answer."""
    try:
        connection.settimeout(_DRAIN_TIMEOUT_S)
        connection.sendall(_protocol.refused(reason))
        connection.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + _DRAIN_TIMEOUT_S
        while time.monotonic() < deadline and connection.recv(65536):
            pass
    except OSError:
        return  # whoever asked has gone or does not listen


def _flush_logs() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            if stream is not None:
                stream.flush()
        except (OSError, ValueError):
            # The user's code closed it, or nobody reads the log.
            continue
