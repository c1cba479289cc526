"""Processes that end with their parent, however that ends."""

from __future__ import annotations

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def die_with(parent: int, number: int = signal.SIGKILL) -> None:
    """Let the kernel send `number` to this process when `parent`, its parent, ends; Linux only, elsewhere no effect.

    Must be called in the child. Exits at once if the parent has ended already. Call it only where the parent's main
    thread forked: the kernel looks at the thread, not at the process.
    """
    if sys.platform == "linux":
        try:
            import ctypes
        except ImportError:
            # A Python built without libffi; every user of this also watches a pipe or a socket of its parent.
            return
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, number, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(128 + number)
