"""Follows a job until its end: status, pods as they come, logs of the containers that were chosen."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from .display import Display
from .feed import Broken, Event, Feed, JobGone, JobSeen, Line, LogEnded, PodGone, PodSeen, Source, Stamp
from .job import Job
from .kubectl import Kubectl
from .pods import Container, Pod

_REDRAW_S = 0.2
_LAST_WORDS_S = 10.0
_AGAIN_S = 1.0
_MOST = 40


@dataclass
class _Reading:
    """A log that is being read, or will be again."""

    options: tuple[str, ...]
    last: Stamp | None = None
    resumed_after: Stamp | None = None
    is_open: bool = False
    is_whole: bool = False
    container_had_ended: bool = False
    again_at: float = 0.0


@dataclass
class Followed:
    """How it went: the job as it was last, and whether somebody deleted it before its end."""

    job: Job
    is_deleted: bool = False


@dataclass
class Follower:
    """One command's look at a job.

    ``chosen`` says whose logs are read, None for no logs at all; ``write`` gets their lines, without times. It ends
    when the job has, or sooner if ``until`` holds.
    """

    kubectl: Kubectl
    job: Job
    display: Display
    chosen: Callable[[Pod, Container], bool] | None = None
    write: Callable[[Pod, Container, bytes], None] = lambda _pod, _container, _line: None
    options: tuple[str, ...] = ()
    until: Callable[[Job], bool] = lambda _job: False
    _pods: dict[str, Pod] = field(default_factory=dict)
    _logs: dict[Source, _Reading] = field(default_factory=dict)
    _watches_pods: bool = False
    _is_crowded: bool = False
    _is_deleted: bool = False
    _over_at: float | None = None

    def follow(self) -> Followed:
        """Follow the job until it has ended and its logs have been read, or somebody has deleted it."""
        feed = Feed(self.kubectl)
        try:
            feed.watch_job(self.job.name)
            self._see_job(feed, self.job)
            while not self._is_done():
                event = feed.next(_REDRAW_S)
                if event is None:
                    self.display.redraw()
                else:
                    self._take(feed, event)
                self._read_again(feed)
            return Followed(self.job, self._is_deleted and not self.job.is_over)
        finally:
            feed.close()
            self.display.close()

    def _take(self, feed: Feed, event: Event) -> None:
        if isinstance(event, JobSeen):
            if event.job.uid != self.job.uid:  # deleted, and another one of that name made
                self._is_deleted = True
            else:
                self._see_job(feed, event.job)
        elif isinstance(event, JobGone):
            self._is_deleted = True
        elif isinstance(event, PodSeen):
            self._see_pod(feed, event.pod)
        elif isinstance(event, PodGone):
            self._see_no_pod(event.pod)
        elif isinstance(event, Line):
            self._see_line(event)
        elif isinstance(event, LogEnded):
            self._see_end_of_log(event.source)
        elif isinstance(event, Broken):
            raise event.why

    def _see_job(self, feed: Feed, job: Job) -> None:
        if self.job.is_over and not job.is_over:
            return  # a look that was on its way while a watch was faster
        self.job = job
        self.display.show(job)
        if self.chosen is None:
            self._over_at = 0.0 if job.is_over else None
            return
        if job.pods and not self._watches_pods:
            self._watches_pods = True
            feed.watch_pods(job.pods)
        if job.is_over and self._over_at is None:
            self._over_at = time.monotonic()
            if job.pods:  # a watch may be behind; what is there now is all that will be
                for tree in self.kubectl.objects("get", "pods", "-l", job.pods):
                    self._see_pod(feed, Pod.of(tree))

    def _see_pod(self, feed: Feed, pod: Pod) -> None:
        if pod.owner != self.job.uid:
            return
        self._pods[pod.name] = pod
        for container in pod.containers:
            source = Source(pod.name, container.name)
            is_chosen = self.chosen is not None and self.chosen(pod, container)
            if container.has_log and source not in self._logs and is_chosen:
                self._logs[source] = _Reading(self.options)
            reading = self._logs.get(source)
            if reading is not None and container.state == "terminated":
                reading.again_at = 0.0
        self._read_again(feed)

    def _see_no_pod(self, pod: Pod) -> None:
        if pod.owner == self.job.uid:
            self._pods.pop(pod.name, None)
            for source, reading in self._logs.items():
                reading.is_whole |= source.pod == pod.name and not reading.is_open

    def _open(self, feed: Feed, source: Source) -> None:
        reading = self._logs[source]
        reading.is_open = True
        reading.container_had_ended = self._has_ended(source)
        reading.resumed_after = reading.last
        feed.read_log(source, reading.options, reading.last)

    def _has_ended(self, source: Source) -> bool:
        pod = self._pods.get(source.pod)
        container = None if pod is None else pod.container(source.container)
        return container is None or container.state == "terminated"

    def _see_line(self, line: Line) -> None:
        stamp, text = Stamp.split(line.text)
        reading = self._logs[line.source]
        if stamp is not None:
            if reading.resumed_after is not None and stamp <= reading.resumed_after:
                return  # read before the connection broke: kubectl counts in whole seconds
            reading.last = stamp
        pod = self._pods.get(line.source.pod)
        container = None if pod is None else pod.container(line.source.container)
        if pod is not None and container is not None:
            self.write(pod, container, text)

    def _see_end_of_log(self, source: Source) -> None:
        """Ended it has only if its container has: a connection may break, and a watch may be behind."""
        reading = self._logs[source]
        reading.is_open = False
        if reading.container_had_ended or (self._has_ended(source) and reading.last is not None):
            reading.is_whole = True
        else:
            reading.again_at = time.monotonic() + _AGAIN_S

    def _read_again(self, feed: Feed) -> None:
        """Read what is to be read, a part of it later: each log is a process."""
        room = _MOST - sum(reading.is_open for reading in self._logs.values())
        for source, reading in self._logs.items():
            if reading.is_open or reading.is_whole or time.monotonic() < reading.again_at:
                continue
            if room <= 0:
                if not self._is_crowded:
                    self._is_crowded = True
                    self.display.say(f"only {_MOST} logs are followed at a time; others come when these end")
                return
            room -= 1
            self._open(feed, source)

    def _is_done(self) -> bool:
        if self._is_deleted or self.until(self.job):
            return True
        if self._over_at is None:
            return False
        is_read = all(reading.is_whole for reading in self._logs.values())
        return is_read or time.monotonic() - self._over_at >= _LAST_WORDS_S
