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
from pyjob._parent import be_first_to_go, die_with
from pyjob._protocol import FrameReader, ProtocolError, WorkerRequest
from pyjob._restore import Baseline, forget_in_children
from pyjob._words import LastWords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping
    from typing import BinaryIO, NoReturn

    from pyjob._teller import Teller

    Main = Callable[[BinaryIO, BinaryIO], object]

#: What a worker says to its pool when it has its connection, and when it ends as it should.
TAKEN = b"T"
GOODBYE = b"B"
_DRAIN_TIMEOUT_S = 1.0
_DEFAULT_BUFFER = 65536
#: PySpark's SpecialLengths: the worker takes another task; it does not.
_END_OF_STREAM = (-4).to_bytes(4, "big", signed=True)
_END_OF_DATA_SECTION = (-1).to_bytes(4, "big", signed=True)

_exit = os._exit


class Refusal(Exception):
    """No worker can be what was asked for; the message says why."""


@dataclass(frozen=True)
class Service:
    """What a request came to: the module's `main`, and how to call it."""

    module: str
    main: Main
    buffer_size: int
    reuse: bool


@dataclass(frozen=True)
class _Belongings:
    """What a worker has besides its connection."""

    leash: socket.socket
    words: LastWords
    teller: Teller


def work(leash: socket.socket, connection: socket.socket | None, body: bytes, pool: int, teller: Teller) -> int:
    """All that a worker does; returns its exit code.

    Without a `connection`, and the request that came on it, it first waits for both on the `leash`, its socket to the
    process `pool`, its parent.
    """
    _signals_as_in_a_worker()
    die_with(pool)
    be_first_to_go()
    code = 0
    if connection is None:
        connection, body = _receive(leash)
    if connection is not None and _say(leash, TAKEN):
        with connection:
            code = _serve(connection, body, leash, teller)
    _say(leash, GOODBYE)
    return code


def leave(code: int) -> NoReturn:
    """End this process, whatever a function has made of os._exit."""
    _exit(code)


def _say(leash: socket.socket, word: bytes) -> bool:
    try:
        leash.sendall(word)
    except OSError:
        return False  # the pool has ended, or a function has closed the leash
    return True


def _signals_as_in_a_worker() -> None:
    for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGCHLD):
        signal.signal(number, signal.SIG_DFL)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _receive(leash: socket.socket) -> tuple[socket.socket | None, bytes]:
    """A connection, and the request that came on it; None when the pool has ended."""
    reader = FrameReader(_protocol.MAX_WORKER_REQUEST)
    connection: socket.socket | None = None
    try:
        while True:
            data, descriptors, _, _ = socket.recv_fds(leash, reader.wanted, 1)
            if descriptors:
                connection = socket.socket(fileno=descriptors[0])
                connection.setblocking(True)
            if not data:
                return None, b""
            body = reader.feed(data)
            if body is not None:
                return connection, body
    except (OSError, ProtocolError):
        return None, b""


def _serve(connection: socket.socket, body: bytes, leash: socket.socket, teller: Teller) -> int:
    request: WorkerRequest | None = None
    try:
        request = WorkerRequest.parse(body)
        _apply(request.env)
        with _faulthandler(request.module):
            service = _service(request)
            words = LastWords()
            words.share(leash)
            teller.follow_tasks()
            connection.sendall(_protocol.serving(os.getpid()))
            return _serve_tasks(connection, service, _Belongings(leash, words, teller))
    except (ProtocolError, Refusal) as error:
        log(f"no worker for {request.module if request else 'a request'}: {error}")
        _refuse(connection, str(error))
        return 1
    except ConnectionError:
        return 0  # whoever asked has gone


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
    return Service(request.module, main, int(size or _DEFAULT_BUFFER), bool(os.environ.get("SPARK_REUSE_WORKER")))


def _cannot_import(module: str, error: BaseException) -> str:
    return (
        f"cannot import {module}: {type(error).__name__}: {error}: "
        "the pod's python container needs an image with what PySpark needs"
    )


def _serve_tasks(connection: socket.socket, service: Service, ours: _Belongings) -> int:
    """Call `main` for each task until the JVM lets go, or the worker is not fit for another.

    The two files live as long as the connection: one per task could read ahead what belongs to the next.
    """
    infile = os.fdopen(os.dup(connection.fileno()), "rb", service.buffer_size)
    outfile = os.fdopen(os.dup(connection.fileno()), "wb", service.buffer_size)
    lines = (connection.fileno(), infile.fileno(), outfile.fileno(), ours.leash.fileno())
    forget_in_children(lines)
    baseline = Baseline((*lines, *ours.words.descriptors), ours.teller.pipes)
    pid = os.getpid()
    while _more(infile):
        ours.teller.wake()
        clean, code = _one_task(service.main, infile, outfile)
        if os.getpid() != pid:
            # A function has forked, and its child has come back here: it has no connection, and is not the worker.
            ours.teller.flush()
            _exit(code)
        unfit = baseline.unfit() if clean and service.reuse else None
        if unfit is not None:
            log(f"worker {pid} serves no other task: {unfit}")
            _withdraw(outfile, service.module)
        ours.teller.flush()  # a task is not done before its lines are on their way: the worker may be ended now
        clean, code = _finish(outfile, clean, code)
        ours.teller.park()
        if not (clean and service.reuse) or unfit is not None:
            _hang_up(connection)
            return code
        unfit = baseline.restore()
        if unfit is not None:
            log(f"worker {pid} serves no other task: {unfit}")
            return code
        ours.words.restore()
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
    return clean, code & 0xFF


def _finish(outfile: BinaryIO, clean: bool, code: int) -> tuple[bool, int]:
    """Send what is left of the answer. Returns as _one_task does."""
    try:
        outfile.flush()
    except ConnectionError:
        # The JVM has had enough, as with a LIMIT, or the task was cancelled.
        clean = False
    except (OSError, ValueError) as error:
        log(f"a worker cannot send the end of its output: {error}")
        clean, code = False, 1
    return clean, code


def _withdraw(outfile: BinaryIO, module: str) -> None:
    """Change what is not sent yet of the answer of a task that went well: this worker takes no other.

    PySpark's last four bytes say that it does, and the JVM would at once send the next task, which would be lost. They
    are still in the buffer, for a buffer is only emptied to make room for what comes next.
    """
    if module.partition(".")[0] != "pyspark":
        return
    number = outfile.fileno()
    kept = os.dup(number)
    rest = os.memfd_create("answer")
    try:
        os.dup2(rest, number, inheritable=False)
        outfile.flush()
        answer = os.pread(rest, os.fstat(rest).st_size, 0)
        os.dup2(kept, number, inheritable=False)
        if answer.endswith(_END_OF_STREAM):
            answer = answer[: -len(_END_OF_STREAM)] + _END_OF_DATA_SECTION
        outfile.write(answer)
    except OSError as error:
        log(f"a worker cannot take back that it serves another task: {error}")
    finally:
        os.close(rest)
        os.close(kept)


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
