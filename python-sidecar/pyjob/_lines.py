"""A worker's output, cut into lines that say where they come from. Pure: bytes in, labelled lines out.

One process may serve task after task, and what it printed for one may still be in its pipe when it begins another. So
that no line gets the other's label, a worker that changes its task while something is left in the pipe writes a mark,
`MARK label NEWLINE`: all before it was of the task `label`. What comes after the last mark is of the task that the
worker is at now, which the pool knows by other means. Workers that print nothing write no marks.
"""

from __future__ import annotations

#: Of each line that is written, with its label: as much as a pipe takes in one piece (PIPE_BUF).
MAX_LINE = 4096
_MAX_LABEL = 200


def mark(secret: bytes, label: str) -> bytes:
    """What a worker writes. `secret` is its pool's, so that no output can look like it by chance."""
    return secret + label.encode("ascii", "replace")[:_MAX_LABEL] + b"\n"


class Lines:
    """Of one pipe. A line that does not end is given out in pieces; nothing is held that is longer than a piece."""

    def __init__(self, secret: bytes) -> None:
        self._secret = secret
        self._rest = b""
        self._rest_label = ""
        self._piece = MAX_LINE - _MAX_LABEL

    def feed(self, data: bytes, label: str) -> list[tuple[str, bytes]]:
        """The lines that `data` completes, with labels and without ends; `label` is for what has no mark."""
        out: list[tuple[str, bytes]] = []
        if self._rest and label != self._rest_label and self._secret not in self._rest + data:
            # A task ended with half a line, and all of that had been read by then: so there is no mark.
            out = self.end()
        held, before = len(self._rest), self._rest_label
        data = self._rest + data
        self._rest_label = label
        while (found := data.find(self._secret)) >= 0:
            end = data.find(b"\n", found)
            if end < 0:
                if len(data) - found > len(self._secret) + _MAX_LABEL:
                    break  # no mark of ours: it would have ended
                self._rest = data
                return out
            of = data[found + len(self._secret) : end].decode("ascii", "replace")
            if held and of != before:
                out.extend((before, piece) for piece in self._pieces(data[:held]))
                data, found, end = data[held:], found - held, end - held
            held = 0
            out.extend((of, piece) for piece in self._pieces(data[:found]))
            data = data[end + 1 :]
        # The beginning of a mark may be the end of what has come so far.
        complete, newline, self._rest = data.rpartition(b"\n")
        if newline:
            out.extend((label, piece) for piece in self._pieces(complete + newline))
        while len(self._rest) > self._piece + len(self._secret) + _MAX_LABEL:
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
