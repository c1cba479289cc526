"""What happens to a job on the cluster, as one queue: its status, its pods, lines of their logs.

Each thing that is watched is a kubectl process and a thread that reads it; whoever asks the queue
has no need for locks. All processes end with `close`.
"""

import queue
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass

from .job import Job
from .kubectl import Json, Kubectl, Refused, refusal
from .pods import Pod

_TRIES = 6
_PAUSE_S = 1.0
_END_S = 5.0
_LASTED_S = 10.0
_LOOK_S = 30.0


@dataclass(frozen=True)
class Source:
    """A container whose log is read."""

    pod: str
    container: str


@dataclass(frozen=True)
class JobSeen:
    """The job, after something has changed in it."""

    job: Job


@dataclass(frozen=True)
class JobGone:
    """The job was deleted."""


@dataclass(frozen=True)
class PodSeen:
    """A pod of the job, after something has changed in it."""

    pod: Pod


@dataclass(frozen=True)
class PodGone:
    """A pod was deleted."""

    pod: Pod


@dataclass(frozen=True)
class Line:
    """A line of a log, with its end."""

    source: Source
    text: bytes


@dataclass(frozen=True)
class LogEnded:
    """A log has ended: its container has, or the connection."""

    source: Source


@dataclass(frozen=True)
class Broken:
    """What was watched cannot be watched any longer."""

    why: Refused


Event = JobSeen | JobGone | PodSeen | PodGone | Line | LogEnded | Broken


class Feed:
    """Watches a job; ask it with `next`."""

    def __init__(self, kubectl: Kubectl) -> None:
        self._kubectl = kubectl
        self._events: queue.Queue[Event] = queue.Queue(maxsize=10_000)  # who prints slowly is not run over
        self._closed = threading.Event()
        self._processes: set[subprocess.Popen[bytes]] = set()
        self._threads: list[threading.Thread] = []
        self._lock = threading.Lock()

    def next(self, timeout: float) -> Event | None:
        """The next event; None if there is none for so many seconds."""
        try:
            return self._events.get(timeout=timeout)
        except queue.Empty:
            return None

    def watch_job(self, name: str) -> None:
        """Tell of that job from now on."""

        def tell(kind: str, tree: Json) -> None:
            self._put(JobGone() if kind == "DELETED" else JobSeen(Job.of(tree)))

        # Not `get pyjob NAME --watch`: that drops the watch's first event, and what has changed since it looked.
        what = ("pyjobs", f"--field-selector=metadata.name={name}")
        self._begin(lambda: self._watch(what, tell, lambda: self._look(name)))
        self._begin(lambda: self._look_again(name))

    def watch_pods(self, selector: str) -> None:
        """Tell of the pods with these labels from now on."""

        def tell(kind: str, tree: Json) -> None:
            pod = Pod.of(tree)
            self._put(PodGone(pod) if kind == "DELETED" else PodSeen(pod))

        self._begin(lambda: self._watch(("pods", "-l", selector), tell, lambda: None))

    def read_log(self, source: Source, options: tuple[str, ...], after: "Stamp | None") -> None:
        """Tell what is in that log and comes into it, until it ends; nothing that is not later than ``after``."""
        self._begin(lambda: self._read(source, options, after))

    def close(self) -> None:
        """End everything that was begun."""
        self._closed.set()
        with self._lock:
            for process in self._processes:
                process.terminate()
        for thread in self._threads:  # one that was just starting a process ends that by itself
            thread.join(_END_S)

    def _begin(self, work: Callable[[], None]) -> None:
        thread = threading.Thread(target=work, daemon=True)
        self._threads.append(thread)
        thread.start()

    def _put(self, event: Event) -> None:
        while not self._closed.is_set():
            try:
                self._events.put(event, timeout=0.5)
                return
            except queue.Full:
                continue

    def _started(self, process: subprocess.Popen[bytes]) -> None:
        with self._lock:
            self._processes = {p for p in self._processes if p.poll() is None} | {process}
            if self._closed.is_set():
                process.terminate()

    def _watch(self, what: tuple[str, ...], tell: Callable[[str, Json], None], look: Callable[[], None]) -> None:
        """A server ends a watch after a while, and a network may: look, begin again, and give up only if that fails."""
        failures = 0
        while not self._closed.is_set():
            began = time.monotonic()
            try:
                for kind, tree in self._kubectl.watch(*what, started=self._started):
                    failures = 0
                    tell(kind, tree)
            except (Refused, ValueError) as why:
                failures = 1 if time.monotonic() - began > _LASTED_S else failures + 1
                if failures == _TRIES or "Forbidden" in str(why):
                    self._put(Broken(why if isinstance(why, Refused) else Refused(f"kubectl told no JSON: {why}")))
                    return
            self._closed.wait(_PAUSE_S * max(1, failures))
            look()

    def _look_again(self, name: str) -> None:
        """Between a look and a watch there is still a moment; nobody is to wait for ever for what happened in it."""
        while not self._closed.wait(_LOOK_S):
            self._look(name)

    def _look(self, name: str) -> None:
        """A watch that begins again does not tell what was deleted meanwhile."""
        try:
            there = self._kubectl.objects("get", "pyjob", name, "--ignore-not-found")
        except Refused:  # the watch says so, if it lasts
            return
        self._put(JobSeen(Job.of(there[0])) if there else JobGone())

    def _read(self, source: Source, options: tuple[str, ...], after: "Stamp | None") -> None:
        since = options if after is None else (f"--since-time={after.text}",)
        with tempfile.TemporaryFile() as errors:
            process = self._kubectl.start(
                *("logs", source.pod, "-c", source.container, "--follow", "--timestamps"), *since, stderr=errors
            )
            self._started(process)
            with process:
                assert process.stdout is not None
                for line in process.stdout:
                    self._put(Line(source, line))
            errors.seek(0)
            said = errors.read().decode(errors="replace")
        if process.returncode > 0 and "(Forbidden)" in said:
            self._put(Broken(refusal(said)))
        else:
            self._put(LogEnded(source))


@dataclass(frozen=True, order=True)
class Stamp:
    """The time before a line of a log, which orders lines of one container."""

    seconds: str
    fraction: str
    text: str = ""

    @staticmethod
    def split(line: bytes) -> "tuple[Stamp | None, bytes]":
        """The time before a line, and the line; None if it does not begin with one."""
        stamp, space, rest = line.partition(b" ")
        text = stamp.decode(errors="replace")
        if not space or len(text) < 20 or text[4:5] != "-" or text[10:11] != "T":
            return None, line
        fraction = text[20:].rstrip("Z").split("+")[0] if text[19:20] == "." else ""
        return Stamp(text[:19], fraction.ljust(9, "0"), text), rest
