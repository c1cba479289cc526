"""What a person sees while a job is followed: its progress on standard error, its output on standard output."""

import os
import sys
from datetime import datetime, timezone

from pyjob_local.terminal import Terminal

from . import words
from .job import Job

_SELDOM_S = 5.0
_COLOURS = (36, 33, 32, 35, 34, 31, 96, 93, 92, 95, 94, 91)


def now() -> datetime:
    """The time, for what is shown of it."""
    return datetime.now(timezone.utc)


def say(text: str) -> None:
    """Tell a person something beside what was asked for."""
    print(f"pyjob: {text}", file=sys.stderr, flush=True)


def is_coloured() -> bool:
    """Whether standard output takes colours: https://no-color.org."""
    return os.isatty(1) and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def painted(text: str, number: int) -> str:
    """The text in the colour of that number."""
    return f"\x1b[{_COLOURS[number % len(_COLOURS)]}m{text}\x1b[0m"


class Display:
    """Shows a job's status: a live line on a terminal, else a line at each change."""

    def __init__(self, quiet: bool) -> None:
        self._terminal = Terminal(2)
        self._quiet = quiet
        self._job: Job | None = None
        self._last = ""
        self._last_before_stages = ""
        self._last_at: datetime | None = None

    def show(self, job: Job) -> None:
        """Show what is new of the job."""
        self._job = job
        if self._quiet:
            return
        if self._terminal.is_terminal:
            self.redraw()
            return
        at = now()
        text, before_stages = words.plain(job), words.before_stages(job)
        elapsed = None if self._last_at is None else (at - self._last_at).total_seconds()
        is_due = before_stages != self._last_before_stages or elapsed is None or elapsed >= _SELDOM_S or job.is_over
        if is_due and text != self._last:
            self._last, self._last_before_stages, self._last_at = text, before_stages, at
            self._terminal.say("pyjob: " + text)

    def redraw(self) -> None:
        """Draw the live line anew: the time in it has gone on."""
        if self._job is not None and self._terminal.is_terminal and not self._quiet:
            text = "" if self._job.is_over else words.live(self._job, now(), self._terminal.columns())
            self._terminal.live(text)

    def write(self, data: bytes) -> None:
        """Pass on output of the job."""
        self._terminal.write(data, 1)

    def say(self, text: str) -> None:
        """Tell something beside it."""
        self._terminal.say("pyjob: " + text)

    def close(self) -> None:
        """Take the live line away."""
        self._terminal.live("")
