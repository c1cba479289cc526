"""A worker's output, cut into lines that say where they come from. Pure: bytes in, labelled lines out.

One process may serve task after task, and what it printed for one may still be in its pipe when it begins another. So
that no line gets the other's label, a worker that changes its task while something is left in the pipe writes a mark,
`MARK before TO after NEWLINE`: what came until here was of the task `before`, what follows is of `after`. What has no
mark before it is of the task that the worker was at when the pool saw that there is something, which it knows by other
means. Workers that print nothing write no marks.
"""

from __future__ import annotations

#: Of each line that is written, with its label: as much as a pipe takes in one piece (PIPE_BUF).
MAX_LINE = 4096
_MAX_LABEL = 200
_TO = b"\x1f"
_MAX_MARK = 2 * _MAX_LABEL + len(_TO)


def mark(secret: bytes, before: str, after: str) -> bytes:
    """What a worker writes. `secret` is its pool's, so that no output can look like it by chance."""
    return secret + _coded(before) + _TO + _coded(after) + b"\n"


def _coded(label: str) -> bytes:
    return label.encode("ascii", "replace")[:_MAX_LABEL]


class Lines:
    """Of one pipe. A line that does not end is given out in pieces; nothing is held that is longer than a piece."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._rest = b""
        self._rest_label = ""
        self._piece = MAX_LINE - _MAX_LABEL

    def feed(self, data: bytes, label: str) -> list[tuple[str, bytes]]:
        """The lines that `data` completes, with labels and without ends.

        `label` is that of the worker after it was known that there is something to read, and before it was read.
        """
        out: list[tuple[str, bytes]] = []
        if self._rest and label != self._rest_label and self._secret not in self._rest + data:
            # A task ended with half a line, and all of that had been read by then: so there is no mark.
            out = self.end()
        held, before = len(self._rest), self._rest_label
        data = self._rest + data
        while (found := data.find(self._secret)) >= 0:
            end = data.find(b"\n", found)
            if end < 0:
                if len(data) - found > len(self._secret) + _MAX_MARK:
                    break  # no mark of ours: it would have ended
                self._rest, self._rest_label = data, label
                return out
            of, _, label = data[found + len(self._secret) : end].decode("ascii", "replace").partition(_TO.decode())
            if held and of != before:
                out.extend((before, piece) for piece in self._pieces(data[:held]))
                data, found, end = data[held:], found - held, end - held
            held = 0
            out.extend((of, piece) for piece in self._pieces(data[:found]))
            data = data[end + 1 :]
        # The beginning of a mark may be the end of what has come so far.
        complete, newline, self._rest = data.rpartition(b"\n")
        self._rest_label = label
        if newline:
            out.extend((label, piece) for piece in self._pieces(complete + newline))
        while len(self._rest) > self._piece + len(self._secret) + _MAX_MARK:
            out.append((label, self._rest[: self._piece]))
            self._rest = self._rest[self._piece :]
        return out

    def end(self) -> list[tuple[str, bytes]]:
        """What is left when the pipe is at its end."""
        rest, self._rest = self._rest, b""
        return [(self._rest_label, piece) for piece in self._pieces(rest)]

    def _pieces(self, data: bytes) -> list[bytes]:
        lines = data.split(b"\n")
        if not lines[-1]:
            lines.pop()
        return [
            line[start : start + self._piece] for line in lines for start in range(0, max(1, len(line)), self._piece)
        ]
