"""One line to the container's log, which is stderr."""

from __future__ import annotations

import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_elsewhere: Callable[[bytes], None] | None = None


def divert(sink: Callable[[bytes], None] | None) -> None:
    """Give lines to `sink` instead: a process that must never wait cannot write to a log that may be slow."""
    global _elsewhere
    _elsewhere = sink


def log(message: str) -> None:
    """Write `message` with our mark, in one write, so that lines of several processes do not mix."""
    text = f"[pyjob] {message}\n".encode("utf-8", "backslashreplace")
    if _elsewhere is not None:
        _elsewhere(text)
        return
    try:
        os.write(2, text)
    except OSError:
        # Nobody reads the log any more; the job must not end for that, and there is nowhere to say so.
        return
