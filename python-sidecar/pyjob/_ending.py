"""How a process ended. Pure."""

from __future__ import annotations

import os
import signal
from dataclasses import dataclass


@dataclass(frozen=True)
class Ending:
    """Either an exit code or the number of the signal that killed the process."""

    code: int
    killed_by: int | None = None

    @classmethod
    def from_wait_status(cls, status: int) -> Ending:
        """`status` as os.waitpid gives it."""
        code = os.waitstatus_to_exitcode(status)
        return cls(code) if code >= 0 else cls(128 - code, -code)

    def __str__(self) -> str:
        if self.killed_by is None:
            return f"exited with code {self.code}"
        return f"was killed by signal {self.killed_by} ({signal_name(self.killed_by)})"


def signal_name(number: int) -> str:
    """`SIGKILL` for 9; real-time signals have no name of their own."""
    try:
        return signal.Signals(number).name
    except ValueError:
        return f"SIG{number}"
