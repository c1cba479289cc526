"""The first process of a container of whose output copies are kept: it passes all on, and writes it down beside that.

The program proper is its child. It lives as long as that one does, and ends as it did.
"""

from __future__ import annotations

import os
import select
import signal

from pyjob._ending import Ending
from pyjob._parent import die_with
from pyjob._pieces import Pieces
from pyjob._signals import FORWARDED, SignalQueue, held_back, reaches_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: What a pipe holds.
_READ = 65536
_LAST_READS = 16


def fork_program(folder: str) -> None:
    """Return in the child, whose output goes through pipes; the parent stays in here until the child has ended."""
    scribe = os.getpid()
    readers: dict[int, int] = {}
    writers: dict[int, int] = {}
    for stream in (1, 2):
        readers[stream], writers[stream] = os.pipe()
    with held_back({*FORWARDED, signal.SIGCHLD}) as mask:
        pid = os.fork()
        if pid:
            for writer in writers.values():
                os.close(writer)
            code = _Scribe(pid, readers, Pieces(folder, "python")).run(
                lambda: signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            )
            os._exit(code)
        die_with(scribe)
        for stream, writer in writers.items():
            os.close(readers[stream])
            os.dup2(writer, stream)
            os.close(writer)


class _Scribe:
    def __init__(self, child: int, readers: dict[int, int], pieces: Pieces) -> None:
        self._child = child
        self._streams = {reader: stream for stream, reader in readers.items()}
        self._pieces = pieces
        self._poll = select.poll()
        for reader in self._streams:
            os.set_blocking(reader, False)
            self._poll.register(reader, select.POLLIN)
        self._deaf: set[int] = set()

    def run(self, listen: Callable[[], object]) -> int:
        """Until the child has ended; its exit code."""
        signals = SignalQueue({*FORWARDED, signal.SIGCHLD})
        self._poll.register(signals.fileno(), select.POLLIN)
        listen()
        ending: Ending | None = None
        while ending is None:
            for descriptor, _ in self._poll.poll():
                if descriptor in self._streams:
                    self._take(descriptor)
            for number in signals.take() & FORWARDED:
                if not reaches_all(number):
                    os.kill(self._child, number)
            ending = self._reap()
        # Whatever the child has left behind may have the pipes open, and is not waited for.
        for reader in list(self._streams):
            for _ in range(_LAST_READS):
                if not self._take(reader):
                    break
        self._pieces.end()
        return ending.code

    def _reap(self) -> Ending | None:
        """All that have ended: orphans become children of a container's first process."""
        ending = None
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return ending
            if pid == 0:
                return ending
            if pid == self._child:
                ending = Ending.from_wait_status(status)

    def _take(self, reader: int) -> bool:
        """Pass on what is there; whether there was anything."""
        try:
            data = os.read(reader, _READ)
        except BlockingIOError:
            return False
        stream = self._streams[reader]
        if not data:
            self._poll.unregister(reader)
            del self._streams[reader]
            os.close(reader)
            return False
        self._pieces.put(stream, data)
        self._pass_on(stream, data)
        return True

    def _pass_on(self, stream: int, data: bytes) -> None:
        if stream in self._deaf:
            return
        try:
            while data:
                data = data[os.write(stream, data) :]
        except OSError:
            self._deaf.add(stream)  # nobody reads the log any more; the job goes on
