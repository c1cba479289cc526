"""A worker's side of its output: it tells the pool which task it is at, so that lines can be labelled."""

from __future__ import annotations

import fcntl
import os
import sys
import termios

from pyjob import _lines

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from pyjob._slots import Slot

_NOTHING = bytes(4)


class Teller:
    """`pipes` are copies of the writing ends that are this worker's stdout and stderr: functions may close those."""

    def __init__(self, slot: Slot | None, pipes: tuple[int, ...], secret: bytes) -> None:
        self.pipes = pipes
        self._slot = slot
        self._secret = secret
        self._label = ""
        self._fflush = _c_fflush()

    def change(self, label: str, *, at_work: bool = True) -> None:
        """From now on this worker is at `label`. A mark goes into a pipe only where something is left: see _lines."""
        if self._slot is None:
            return
        for pipe in self.pipes:
            try:
                if fcntl.ioctl(pipe, termios.FIONREAD, _NOTHING) != _NOTHING:
                    os.write(pipe, _lines.mark(self._secret, self._label, label))
            except OSError:
                continue  # the user's function closed it, or the pool has ended
        self._label = label
        self._slot.tell(label, at_work=at_work)

    def park(self) -> None:
        """The task is over, its output flushed, and nothing is being done."""
        self.change("", at_work=False)

    def wake(self) -> None:
        """Something has come; PySpark will soon know for which task."""
        if self._slot is not None:
            self._slot.tell("", at_work=True)

    def flush(self) -> None:
        """Python's own buffers, and those of C, which keeps 4 KiB back from a pipe."""
        for stream in (sys.stdout, sys.stderr):
            try:
                if stream is not None:
                    stream.flush()
            except (OSError, ValueError):
                # The user's code closed it, or nobody reads the log.
                continue
        if self._fflush is not None:
            self._fflush(None)

    def follow_tasks(self) -> None:
        """Learn of each task from PySpark, which makes its context known before it calls the function."""
        module = sys.modules.get("pyspark.taskcontext")
        before = getattr(module, "TaskContext", object).__dict__.get("_setTaskContext")
        if module is None or not isinstance(before, classmethod):
            return
        original = before.__func__

        def follow(cls: Any, context: Any) -> None:
            original(cls, context)
            if context is not None:
                self.change(_label(context))

        module.TaskContext._setTaskContext = classmethod(follow)


def _label(context: Any) -> str:
    return (
        f"task {context.partitionId()}.{context.attemptNumber()} in stage {context.stageId()} "
        f"(TID {context.taskAttemptId()})"
    )


def _c_fflush() -> Any:
    ctypes = sys.modules.get("ctypes")  # the pool has it, where it is to be had
    if ctypes is None:
        return None
    return ctypes.CDLL(None).fflush
