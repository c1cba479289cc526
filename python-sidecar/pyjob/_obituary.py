"""How workers ended, and the sentence about it that a job's owner reads. Pure."""

from __future__ import annotations

import os
import sys
from collections import deque
from dataclasses import dataclass
from enum import Enum

from pyjob._ending import signal_name
from pyjob._guard import in_words

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyjob._config import Settings
    from pyjob._ending import Ending

_KEPT = 1000
_MAX_STACK = 8192
_MAX_MESSAGE = 2000
_CRASHES = frozenset({4, 6, 7, 8, 11})  # SIGILL, SIGABRT, SIGBUS, SIGFPE, SIGSEGV
_KILL = 9


class Cause(Enum):
    """Why a worker ended."""

    WORKER_MEMORY = "workerMemory"
    CONTAINER_MEMORY = "containerMemory"
    KILLED = "killed"
    CRASHED = "crashed"
    EXITED = "exited"
    SIGNALLED = "signalled"
    STOPPED = "stopped"
    ENDED = "ended"

    @property
    def failure(self) -> bool:
        """Whether somebody has to do something about it."""
        return self not in (Cause.STOPPED, Cause.ENDED)


@dataclass(frozen=True)
class Obituary:
    """What is told of a worker that has ended."""

    cause: Cause
    message: str
    rss: int | None = None
    limit: int | None = None
    function: str | None = None
    stack: str | None = None

    def fields(self) -> dict[str, object]:
        """For JSON."""
        return {
            "cause": self.cause.value,
            "message": self.message[:_MAX_MESSAGE],
            "rss": self.rss,
            "limit": self.limit,
            "function": self.function[:500] if self.function else None,
            "stack": self.stack[:_MAX_STACK] if self.stack else None,
        }


@dataclass(frozen=True)
class Sentence:
    """Why the pool itself ended a worker."""

    cause: Cause
    rss: int
    limit: int


@dataclass(frozen=True)
class Facts:
    """All that is known of a worker that has ended."""

    pid: int
    ending: Ending
    said_goodbye: bool = False
    told_to_end: bool = False
    sentence: Sentence | None = None
    last_rss: int | None = None
    words: str = ""
    stack: str = ""
    kernel_killed: bool = False


def write(facts: Facts, settings: Settings) -> Obituary:
    """The obituary of a worker."""
    cause = _cause(facts)
    stack = facts.stack or (facts.words if "most recent call first" in facts.words else "")
    function = function_in(stack)
    limit = facts.sentence.limit if facts.sentence is not None else None
    rss = facts.sentence.rss if facts.sentence is not None else facts.last_rss
    return Obituary(cause, _message(facts, cause, function, settings), rss, limit, function, stack.strip() or None)


def sentence_message(pid: int, sentence: Sentence, function: str | None, settings: Settings) -> str:
    """Why the pool ends a worker."""
    where = f", in {function}" if function else ""
    held = f"at {in_words(sentence.rss)} resident memory"
    if sentence.cause is Cause.WORKER_MEMORY:
        return (
            f"Python worker {pid} was ended {held}, over its limit of {in_words(sentence.limit)} "
            f"({settings.worker}){where}: raise that field, or {settings.container}, or give each task less "
            "(more partitions)"
        )
    return (
        f"Python worker {pid} was ended {held}, the most of all, because the python container was about to exceed "
        f"its limit of {in_words(sentence.limit)} ({settings.container}){where}: raise that field, "
        "or give each task less (more partitions)"
    )


def exit_message(pid: int, code: object, function: str | None) -> str:
    """What a worker says before it obeys os._exit in a function."""
    where = f" in {function}" if function else ""
    return (
        f"Python worker {pid} was ended by os._exit({code}){where}: a function must return or raise, "
        "not end its process"
    )


def function_in(stack: str) -> str | None:
    """The innermost frame of the user's own in faulthandler's text: `explode (job.py, line 12)`."""
    frames = _frames(stack)
    chosen = next((frame for frame in frames if not _foreign(frame[0])), None)
    chosen = chosen or next((frame for frame in frames if not frame[0].startswith(("<", _PACKAGE))), None)
    if chosen is None:
        return None
    file, line, name = chosen
    if name in _NAMELESS:  # the function around it says more
        around = frames[frames.index(chosen) + 1 :]
        name = next((frame[2] for frame in around if frame[0] == file and frame[2] not in _NAMELESS), name)
    return f"{name} ({os.path.basename(file)}, line {line})"


class Register:
    """The obituaries of the last workers by pid, and how many ended of what. A pid that is used again is another's."""

    def __init__(self) -> None:
        self.counts: dict[Cause, int] = dict.fromkeys(Cause, 0)
        self.last_failure: Obituary | None = None
        self._by_pid: dict[int, Obituary] = {}
        self._order: deque[int] = deque()

    def add(self, pid: int, obituary: Obituary) -> None:
        """A worker has ended."""
        self.counts[obituary.cause] += 1
        if obituary.cause.failure:
            self.last_failure = obituary
        self.forget(pid)
        self._by_pid[pid] = obituary
        self._order.append(pid)
        while len(self._order) > _KEPT:
            del self._by_pid[self._order.popleft()]

    def forget(self, pid: int) -> None:
        """The pid is a new worker's."""
        if self._by_pid.pop(pid, None) is not None:
            self._order.remove(pid)

    def get(self, pid: int) -> Obituary | None:
        """None if it still runs, or was never known."""
        return self._by_pid.get(pid)


def _cause(facts: Facts) -> Cause:
    if facts.sentence is not None:
        return facts.sentence.cause
    if facts.told_to_end:
        return Cause.STOPPED
    number = facts.ending.killed_by
    if number is None:
        return Cause.ENDED if facts.said_goodbye else Cause.EXITED
    if number == _KILL:
        return Cause.KILLED
    return Cause.CRASHED if number in _CRASHES else Cause.SIGNALLED


def _message(facts: Facts, cause: Cause, function: str | None, settings: Settings) -> str:
    who = f"Python worker {facts.pid}"
    where = f" in {function}" if function else ""
    if facts.sentence is not None and cause.failure:
        return sentence_message(facts.pid, facts.sentence, function, settings)
    if cause is Cause.KILLED:
        size = f"; it held {in_words(facts.last_rss)} when last looked at" if facts.last_rss else ""
        by = "by the kernel, at the memory limit of its container" if facts.kernel_killed else ""
        by = by or "by signal 9 (SIGKILL): usually the kernel, for too much memory"
        return f"{who} was killed {by}{size}: raise {settings.container}, or give each task less (more partitions)"
    if cause is Cause.CRASHED:
        name = signal_name(facts.ending.killed_by or 0)
        return (
            f"{who} crashed with {name}{where}: native code of a package failed; its Python stack tells which call, "
            "and another version of that package may help"
        )
    if cause is Cause.EXITED:
        first = facts.words.partition("\n")[0]
        if "os._exit" in first:
            return first
        return (
            f"{who} exited with code {facts.ending.code} in the middle of its work: "
            "a function, or native code that it called, ended its process; it must return or raise"
        )
    if cause is Cause.SIGNALLED:
        return f"{who} {facts.ending}: a function or another process of the container sent that"
    return f"{who} was told to end" if cause is Cause.STOPPED else f"{who} had no more to do"


_CODE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_OURS = os.path.join(_CODE, "")
_PACKAGE = os.path.join(os.path.dirname(os.path.abspath(__file__)), "")
_FOREIGN = tuple(
    os.path.join(folder, "")
    for folder in {_CODE, sys.prefix, sys.base_prefix, sys.exec_prefix}
    if folder not in ("/", "")
)


_NAMELESS = ("<listcomp>", "<genexpr>", "<dictcomp>", "<setcomp>", "<lambda>")


def _foreign(file: str) -> bool:
    """Whether the user has not written it: Python's, PySpark's, ours, a package's."""
    if file.startswith("<") or "/site-packages/" in file or "/dist-packages/" in file:
        return True
    if file.startswith(_OURS):
        return True
    # A script may lie in a folder of the image that is also Python's prefix, as /usr is.
    return any(file.startswith(f"{folder}lib") for folder in _FOREIGN)


def _frames(stack: str) -> list[tuple[str, str, str]]:
    """Innermost first, of the thread that was at work: the one marked as current, else the first that was started."""
    threads: list[list[tuple[str, str, str]]] = []
    current: list[tuple[str, str, str]] | None = None
    for line in stack.splitlines():
        if line.startswith(("Current thread ", "Thread ", "Stack (most recent")):
            threads.append([])
            if line.startswith(("Current thread", "Stack")):
                current = threads[-1]
        elif line.startswith('  File "') and threads:
            file, _, rest = line[8:].partition('", line ')
            number, _, name = rest.partition(" in ")
            if name:
                threads[-1].append((file, number, name))
    if current:
        return current
    return threads[-1] if threads else []
