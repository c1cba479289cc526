"""The last words of a worker: files in which its stack stands when it can say nothing any more.

There are two. `fatal` is PySpark's fault log, which the JVM puts into the task's error, or a file of ours where PySpark
keeps none: it gets the stack of a crash from faulthandler, the worker's own sentence before os._exit, and the pool's
before it ends a worker. `dump` is ours alone: faulthandler writes the stack there when the pool asks for it with a
signal, also while native code holds the interpreter's lock. The worker passes both to its pool, which so can read them
when the worker, or the path, is gone.
"""

from __future__ import annotations

import faulthandler
import fcntl
import os
import signal
import socket
import sys

from pyjob import _obituary

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

#: Asks a worker for its stack. A real-time signal that no library is known to use.
ASK_STACK = signal.SIGRTMAX - 2
#: What a worker says to its pool with the two descriptors.
WORDS = b"W"
_MAX_READ = 1 << 16

_exit = os._exit


class LastWords:
    """A worker's own. Made after PySpark has opened its fault log."""

    def __init__(self) -> None:
        self._pid = os.getpid()
        log = _pyspark_log()
        self._fatal = os.memfd_create("fatal") if log is None else log
        # The pool writes to it too: nobody may write over the other.
        fcntl.fcntl(self._fatal, fcntl.F_SETFL, fcntl.fcntl(self._fatal, fcntl.F_GETFL) | os.O_APPEND)
        self._dump = os.memfd_create("stack")
        self._handlers()
        os._exit = self._on_exit

    def share(self, leash: socket.socket) -> None:
        """Let the pool have them too."""
        try:
            socket.send_fds(leash, [WORDS], [self._fatal, self._dump])
        except OSError:
            return  # the pool has ended, and so will we

    def restore(self) -> None:
        """After a task, which may have used faulthandler, or os, for purposes of its own."""
        self._handlers()
        os._exit = self._on_exit

    def _handlers(self) -> None:
        try:
            faulthandler.enable(file=self._fatal)
            faulthandler.register(ASK_STACK, file=self._dump, all_threads=True)
        except (OSError, ValueError, RuntimeError):
            return  # the user's function closed them: this worker is not used again, see _restore

    def _on_exit(self, status: int = 0) -> NoReturn:
        """In place of os._exit: a process that a function forks may end like that, the worker itself may not."""
        if os.getpid() == self._pid:
            try:
                faulthandler.dump_traceback(file=self._dump)
                stack = _read(self._dump)
                message = _obituary.exit_message(self._pid, status, _obituary.function_in(stack))
                os.write(self._fatal, f"{message}\n{stack}".encode("utf-8", "backslashreplace"))
            except BaseException:
                _exit(status)
        _exit(status)

    @property
    def descriptors(self) -> tuple[int, int]:
        """Both, to see whether they are still what they were."""
        return self._fatal, self._dump


class HeardWords:
    """The pool's end of a worker's last words. Closes what it is given."""

    def __init__(self, fatal: int, dump: int) -> None:
        self._fatal = fatal
        self._dump = dump

    def stack(self) -> str:
        """What the worker wrote when it was asked to, so far."""
        return _read(self._dump)

    def fatal(self) -> str:
        """What is in the fault log."""
        return _read(self._fatal)

    def write(self, text: str) -> None:
        """Into the fault log, before the worker is ended: the JVM reads it when the connection closes."""
        try:
            os.write(self._fatal, text.encode("utf-8", "backslashreplace"))
        except OSError:
            return  # the pod's disk is full: the JVM can still ask

    def close(self) -> None:
        """Let go."""
        os.close(self._fatal)
        os.close(self._dump)


def _pyspark_log() -> int | None:
    helper = getattr(sys.modules.get("pyspark.util"), "_faulthandler_helper", None)
    file = getattr(helper, "_log_file", None)
    return None if file is None else int(file.fileno())


def _read(descriptor: int) -> str:
    try:
        return os.pread(descriptor, _MAX_READ, 0).decode("utf-8", "replace")
    except OSError:
        return ""
