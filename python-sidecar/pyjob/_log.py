"""One line to the container's log, which is stderr."""

from __future__ import annotations

import os


def log(message: str) -> None:
    """Write `message` with our mark, in one write, so that lines of several processes do not mix."""
    text = f"[pyjob] {message}\n".encode("utf-8", "backslashreplace")
    try:
        os.write(2, text)
    except OSError:
        # Nobody reads the log any more; the job must not end for that, and there is nowhere to say so.
        return
