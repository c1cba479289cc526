"""What a task may leave behind in its worker, and what becomes of it before the next task.

Put back, since it is the process's and the next task's code must not meet it:
- the folder (os.chdir), os.umask, os.environ with TZ. Variables that a library sets while it is imported go too: native
  code reads them when it is loaded, and so they have done their work;
- signal handlers and timers, which must not go off in another task, and blocked signals: a worker that holds SIGTERM
  back could not be told to end;
- sys.stdout, sys.stderr and descriptors 0, 1, 2, where a function closed or replaced them, from copies;
- faulthandler and os._exit (`LastWords`), the recursion limit, and the garbage collector, where it was turned off.

The worker is not used again:
- if other descriptors of ours are closed. If the connection is among them, the task fails and is retried elsewhere;
- if threads go on that are no daemons: somebody's work goes on in them, under the next task's name. Daemon threads are
  what libraries keep for themselves; they stay.

Processes that a function forks:
- a child that ends with os._exit or exec needs nothing. What is left of them when their worker ends, the pool ends;
- a child that returns into the worker's code has no connection: `forget_in_children` puts /dev/null in its place, so
  that it cannot speak for its parent, and it ends when its task does;
- where native code calls fork behind Python's back, the child must exec or _exit, as POSIX says.

Kept, as in PySpark's own workers, because libraries rely on it (a module that is imported once sets itself up once):
sys.path, modules, caches, random numbers, warnings, the locale.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # what `signal` wraps in enumerations; this is done for every task
import _thread
import gc
import os
import signal
import sys
import time

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TextIO

_TIMERS = (_signal.ITIMER_REAL, _signal.ITIMER_VIRTUAL, _signal.ITIMER_PROF)
_Identity = tuple[int, int]


class Baseline:
    """How a worker is before its first task."""

    def __init__(self, essential: Iterable[int], copies: Iterable[int]) -> None:
        """`essential` are descriptors without which the worker is no use, `copies` those of 0, 1 and 2."""
        self._pid = os.getpid()
        self._folder = os.getcwd()
        self._mask = os.umask(0o077)
        os.umask(self._mask)
        self._environ = dict(_raw_environ())
        handlers = ((number, _signal.getsignal(number)) for number in _usual_signals())
        self._handlers = tuple((number, handler) for number, handler in handlers if handler is not None)
        self._blocked = _signal.pthread_sigmask(_signal.SIG_BLOCK, ())
        self._threads = _thread._count()
        self._recursion_limit = sys.getrecursionlimit()
        self._streams: tuple[tuple[str, TextIO | None], ...] = (("stdout", sys.stdout), ("stderr", sys.stderr))
        self._copies = tuple(copies)
        self._essential = tuple((each, _identity(each)) for each in (*essential, *self._copies))
        self._standard = tuple((number, _identity(number)) for number in (0, 1, 2))

    def unfit(self) -> str | None:
        """Why this worker cannot serve another task; cheap, and to be known before the JVM is told it can."""
        for descriptor, before in self._essential:
            if _identity(descriptor) != before:
                return "its task has closed the worker's own descriptors"
        if _thread._count() > self._threads and _threads_at_work():
            return "its task has left threads behind that go on (make them daemons, or wait for them)"
        return None

    def restore(self) -> str | None:
        """Put back what can be. Returns why the worker cannot serve another task, if something could not."""
        try:
            self._restore_process()
            self._restore_signals()
            self._restore_streams()
        except (OSError, ValueError) as error:
            return f"its task has left what cannot be undone: {error}"
        if sys.getrecursionlimit() != self._recursion_limit:
            sys.setrecursionlimit(self._recursion_limit)
        gc.enable()
        return None

    def _restore_process(self) -> None:
        os.umask(self._mask)
        try:
            moved = os.getcwd() != self._folder
        except FileNotFoundError:
            moved = True  # it went into a folder and removed it
        if moved:
            os.chdir(self._folder)
        now = _raw_environ()
        if now != self._environ:
            for name in now.keys() - self._environ.keys():
                del os.environb[name]
            os.environb.update(self._environ)
            time.tzset()

    def _restore_signals(self) -> None:
        for timer in _TIMERS:
            _signal.setitimer(timer, 0)
        for number, before in self._handlers:
            if _signal.getsignal(number) != before:
                _signal.signal(number, before)
        _signal.set_wakeup_fd(-1)
        # Last: what came while it was held back then meets our handlers.
        _signal.pthread_sigmask(_signal.SIG_SETMASK, self._blocked)

    def _restore_streams(self) -> None:
        for number, before in self._standard:
            if _identity(number) != before and number <= len(self._copies):
                self._put_back(number)
        if any(stream is not None and stream.closed for _, stream in self._streams):
            self._streams = tuple((name, _reopened(name, stream)) for name, stream in self._streams)
        for name, stream in self._streams:
            if getattr(sys, name) is not stream:
                setattr(sys, name, stream)

    def _put_back(self, number: int) -> None:
        if number:
            os.dup2(self._copies[number - 1], number)
            return
        null = os.open(os.devnull, os.O_RDONLY)
        if null != number:
            os.dup2(null, number)
            os.close(null)


def forget_in_children(descriptors: Iterable[int]) -> None:
    """Let no process that this one forks from now on have `descriptors`: /dev/null is there instead."""
    ours = tuple((number, _identity(number)) for number in descriptors)

    def forget() -> None:
        null = os.open(os.devnull, os.O_RDWR)
        for number, before in ours:
            if _identity(number) == before:  # else it is closed, or something of the user's by now
                os.dup2(null, number, inheritable=False)
        os.close(null)

    os.register_at_fork(after_in_child=forget)


def _reopened(name: str, stream: TextIO | None) -> TextIO | None:
    if stream is None or not stream.closed:
        return stream
    number = 1 if name == "stdout" else 2
    return open(number, "w", buffering=1, errors="backslashreplace", closefd=False)


def _identity(descriptor: int) -> _Identity | None:
    try:
        found = os.fstat(descriptor)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _threads_at_work() -> bool:
    threading = sys.modules.get("threading")
    if threading is None:
        return False
    return any(not each.daemon and each is not threading.main_thread() for each in threading.enumerate())


def _raw_environ() -> dict[bytes, bytes]:
    """Without a copy: os.environ decodes every name and value to compare them."""
    return os.environ._data  # type: ignore[attr-defined, no-any-return]


def _usual_signals() -> list[int]:
    """Those that a program may handle, but for the many real-time ones."""
    never = (signal.SIGKILL, signal.SIGSTOP)
    return [int(number) for number in signal.valid_signals() if number < signal.SIGRTMIN and number not in never]
