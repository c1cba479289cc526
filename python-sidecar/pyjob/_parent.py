"""Processes that end with their parent, however that ends."""

from __future__ import annotations

import os
import signal
import sys

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_WORST_OOM_SCORE = 1000


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


def adopt_orphans() -> None:
    """Let processes below this one, when their own parent ends, become this one's children, as in a pod the first's.

    Linux only, elsewhere no effect.
    """
    if sys.platform == "linux":
        try:
            import ctypes
        except ImportError:
            return
        ctypes.CDLL(None).prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)


def be_first_to_go(more: int = 100) -> None:
    """Where the kernel has to kill for memory, let it choose this process rather than its parent."""
    try:
        descriptor = os.open("/proc/self/oom_score_adj", os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return
    try:
        score = min(_WORST_OOM_SCORE, int(os.pread(descriptor, 32, 0)) + more)
        os.pwrite(descriptor, b"%d" % score, 0)
    except (OSError, ValueError):
        return  # some containers may not; the pool looks after memory besides
    finally:
        os.close(descriptor)
