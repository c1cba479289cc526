"""What a container writes, once more, in files of the pod's volume: the JVM beside it copies them and takes them away.

The files are `NAME.000001`, `NAME.000002` and so on. A piece is whole once the next one is there, and is not changed
after that. Whole lines are written, so that lines of the two streams do not mix.
"""

from __future__ import annotations

import os

#: Bytes of a piece; a line that does not end is cut there.
PIECE = 1 << 20
#: Nobody takes them away: then what follows is left out, and counted. With the one above, 64 MiB of the volume.
MOST_PIECES = 64
#: Of a line whose end has not come.
_LONGEST_LINE = 16 * 1024


class Pieces:
    """The writer. Never raises: a full disk costs copies of lines, not the job."""

    def __init__(self, folder: str, name: str) -> None:
        self._prefix = os.path.join(folder, name)
        self._folder = folder
        self._name = name
        self._number = 0
        self._file: int | None = None
        self._size = 0
        self._left_out = 0
        self._lines: dict[int, bytes] = {}
        try:
            os.makedirs(folder, mode=0o700, exist_ok=True)
            self._number = max(self._numbers(), default=0)
        except OSError:
            return  # the first write meets the same, and counts

    def put(self, stream: int, data: bytes) -> None:
        """Write the lines that `data` completes in that stream, and keep what it begins."""
        complete, newline, rest = (self._lines.pop(stream, b"") + data).rpartition(b"\n")
        if len(rest) > _LONGEST_LINE:
            complete, newline, rest = complete + newline + rest, b"", b""
        if rest:
            self._lines[stream] = rest
        if complete or newline:
            self._write(complete + newline)

    def end(self) -> None:
        """Write what is left, and say that there will be no more of this container."""
        for rest in self._lines.values():
            self._write(rest + b"\n")
        self._lines.clear()
        self._close()
        try:
            os.close(os.open(f"{self._prefix}.end", os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600))
        except OSError:
            return  # the JVM waits a second for it, and goes on

    def _write(self, data: bytes) -> None:
        note = b""
        if self._left_out:
            note = b"[pyjob] %d bytes are missing here: they were not copied in time\n" % self._left_out
        rest = note + data
        while rest:
            try:
                file = self._open()
                written = os.write(file, rest[: PIECE - self._size])
            except OSError:
                self._close()
                told = len(rest) <= len(data)
                self._left_out = min(len(rest), len(data)) + (0 if told else self._left_out)
                return
            self._size += written
            rest = rest[written:]
        self._left_out = 0

    def _open(self) -> int:
        if self._file is not None and self._size < PIECE:
            return self._file
        if len(self._numbers()) >= MOST_PIECES:
            raise BlockingIOError
        self._close()
        path = f"{self._prefix}.{self._number + 1:06d}"
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        self._number += 1
        self._size = 0
        return self._file

    def _numbers(self) -> list[int]:
        names = (entry.rpartition(".") for entry in os.listdir(self._folder))
        return [int(number) for name, _, number in names if name == self._name and number.isdecimal()]

    def _close(self) -> None:
        if self._file is not None:
            os.close(self._file)
            self._file = None
