"""The way of workers' output to the container's: the pool reads their pipes and writes whole, labelled lines.

The pool never waits here. It writes only when poll says that there is room, and no more than PIPE_BUF bytes at once,
for which the kernel then has room for certain (the descriptor cannot be made non-blocking: others share it). When the
container's log is slow, the pool stops reading, the pipes fill up, and the workers that print wait; no others do.
"""

from __future__ import annotations

import os
import selectors
from collections import deque

from pyjob._lines import MAX_LINE, Lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: What a pipe holds: so a read leaves nothing in it.
_READ = 65536
#: More than this waits to be written: workers have to wait.
_ENOUGH = 65536
#: The pool's own words are dropped beyond this.
_TOO_MUCH = 1 << 20


class Outlet:
    """The container's stdout or stderr."""

    def __init__(self, descriptor: int, selector: selectors.BaseSelector) -> None:
        self.descriptor = descriptor
        self._selector = selector
        self._pending: deque[bytes] = deque()
        self._bytes = 0
        self._dead = False
        self._watched = False
        self._paused: list[Source] = []

    @property
    def full(self) -> bool:
        """Whether workers have to wait."""
        return self._bytes > _ENOUGH

    @property
    def empty(self) -> bool:
        """Whether all is written."""
        return not self._pending

    def put(self, line: bytes) -> None:
        """Write `line`, which has its end, as soon as there is room."""
        if self._dead or self._bytes > _TOO_MUCH:
            return
        self._pending.append(line)
        self._bytes += len(line)
        if not self._watched:
            self._watched = True
            self._selector.register(self.descriptor, selectors.EVENT_WRITE, self.write)

    def write(self) -> None:
        """There is room."""
        piece = self._pending.popleft()
        while self._pending and len(piece) + len(self._pending[0]) <= MAX_LINE:
            piece += self._pending.popleft()
        try:
            written = os.write(self.descriptor, piece[:MAX_LINE])
        except (BlockingIOError, InterruptedError):
            written = 0
        except OSError:
            self._die()  # nobody reads the log any more; the job goes on
            return
        self._bytes -= written
        if written < len(piece):
            self._pending.appendleft(piece[written:])
        if not self._pending:
            self._unwatch()
        if not self.full:
            self._resume()

    def pause(self, source: Source) -> None:
        """Go on with `source` when there is room."""
        self._paused.append(source)

    def forget(self, source: Source) -> None:
        """It has ended."""
        if source in self._paused:
            self._paused.remove(source)

    def _resume(self) -> None:
        paused, self._paused = self._paused, []
        for source in paused:
            source.resume()

    def _die(self) -> None:
        self._dead = True
        self._pending.clear()
        self._bytes = 0
        self._unwatch()
        self._resume()

    def _unwatch(self) -> None:
        if self._watched:
            self._watched = False
            self._selector.unregister(self.descriptor)


class Source:
    """The reading end of one of a worker's two pipes. Registers and unregisters itself."""

    def __init__(
        self,
        descriptor: int,
        outlet: Outlet,
        secret: bytes,
        label: Callable[[], str],
        prefix: Callable[[str], bytes],
        selector: selectors.BaseSelector,
    ) -> None:
        os.set_blocking(descriptor, False)
        self.descriptor = descriptor
        self.open = True
        self._outlet = outlet
        self._lines = Lines(secret)
        self._label = label
        self._prefix = prefix
        self._selector = selector
        self._watched = False
        self.resume()

    def resume(self) -> None:
        """Wait for output again."""
        if self.open and not self._watched:
            self._watched = True
            self._selector.register(self.descriptor, selectors.EVENT_READ, self.read)

    def read(self) -> None:
        """Take what is there, or some of it."""
        if self._outlet.full:
            self._unwatch()
            self._outlet.pause(self)
            return
        # Before the read, and after poll has seen something: were the worker to change its task from then on, it would
        # leave a mark, which also says what follows.
        label = self._label()
        try:
            data = os.read(self.descriptor, _READ)
        except BlockingIOError:
            return
        except OSError:
            data = b""
        self._put(self._lines.feed(data, label) if data else self._lines.end())
        if not data:
            self.close()

    def drain(self) -> None:
        """The worker has ended: take all that is left, however slow the log is; a pipe does not hold much."""
        while self.open:
            label = self._label()
            try:
                data = os.read(self.descriptor, _READ)
            except OSError:
                return  # a process that the worker left behind may have more to say
            self._put(self._lines.feed(data, label) if data else self._lines.end())
            if not data:
                self.close()

    def close(self) -> None:
        """Let go."""
        if self.open:
            self._unwatch()
            self._outlet.forget(self)
            self.open = False
            os.close(self.descriptor)

    def _unwatch(self) -> None:
        if self._watched:
            self._watched = False
            self._selector.unregister(self.descriptor)

    def _put(self, lines: list[tuple[str, bytes]]) -> None:
        for label, line in lines:
            self._outlet.put(self._prefix(label) + line + b"\n")
