"""Signals as data: a handler only makes a file descriptor readable, the loop acts."""

from __future__ import annotations

import os
import signal
from contextlib import contextmanager

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from types import FrameType

#: What a process in front of another passes on to it.
FORWARDED = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGQUIT, signal.SIGUSR1, signal.SIGUSR2})
#: A terminal sends these to every process of its foreground group by itself.
_FROM_TERMINAL = frozenset({signal.SIGINT, signal.SIGQUIT, signal.SIGHUP})


@contextmanager
def held_back(signals: Iterable[int]) -> Iterator[frozenset[int]]:
    """Hold `signals` back in this thread, as around a fork: a child must not run its parent's handlers.

    Yields the mask from before, for a child to restore with `signal.pthread_sigmask`.
    """
    before = frozenset(signal.pthread_sigmask(signal.SIG_BLOCK, signals))
    try:
        yield before
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _only_wake_up(_number: int, _frame: FrameType | None) -> None:
    """The wake-up descriptor has the number already."""


def reaches_all(number: int) -> bool:
    """Whether whoever sent `number` to this process has sent it to its children, too: our terminal."""
    return number in _FROM_TERMINAL and _terminal_signals_our_group()


def _terminal_signals_our_group() -> bool:
    try:
        terminal = os.open("/dev/tty", os.O_RDONLY | os.O_NOCTTY)
    except OSError:
        return False
    try:
        return os.tcgetpgrp(terminal) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(terminal)


class SignalQueue:
    """The numbers of the signals that came since the last `take`. One per process, made in its main thread."""

    def __init__(self, signals: Iterable[int]) -> None:
        self._reader, self._writer = os.pipe()
        os.set_blocking(self._reader, False)
        os.set_blocking(self._writer, False)
        self._before = {number: signal.signal(number, _only_wake_up) for number in signals}
        signal.set_wakeup_fd(self._writer, warn_on_full_buffer=False)

    def fileno(self) -> int:
        """For poll: readable when a signal came."""
        return self._reader

    def take(self) -> frozenset[int]:
        """All signals that came, without their order or count."""
        try:
            return frozenset(os.read(self._reader, 4096))
        except BlockingIOError:
            return frozenset()

    def leave(self) -> None:
        """Give the signals back to who had them: for a child after a fork."""
        signal.set_wakeup_fd(-1)
        for number, handler in self._before.items():
            signal.signal(number, handler)
        os.close(self._reader)
        os.close(self._writer)
