"""`pyjob logs`: whose logs, in which order, and what stands before their lines."""

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field

from . import pods
from .display import Display, is_coloured, painted, say
from .follow import Follower
from .job import Job
from .kubectl import Kubectl, Refused
from .pods import Container, Pod


@dataclass(frozen=True)
class Choice:
    """Which containers a user wants to read."""

    role: str | None = None
    executor: int | None = None
    container: str | None = None

    def __call__(self, pod: Pod, container: Container) -> bool:
        """Whether that one is chosen."""
        return (
            self.role in {None, pod.role}
            and self.executor in {None, pod.executor}
            and self.container in {None, container.name}
        )

    @property
    def is_of_one(self) -> bool:
        """Whether it can be only one container, whose lines then are as they are."""
        return self.container is not None and (self.role == pods.DRIVER or self.executor is not None)


SCRIPT = Choice(role=pods.DRIVER, container=pods.PYTHON)


@dataclass
class Prefixes:
    """What stands before each line: the container, in a colour of its own, so that columns stay."""

    coloured: bool
    _known: dict[str, int] = field(default_factory=dict)
    _width: int = 0

    def of(self, pod: Pod, container: Container) -> str:
        """For a line of that container."""
        attempt = "" if pod.attempt == 1 else f"#{pod.attempt}"
        name = f"{pod.label}{attempt} {container.name}"
        number = self._known.setdefault(name, len(self._known))
        self._width = max(self._width, len(name), len("exec-1 python"))
        text = f"{name.ljust(self._width)} | "
        return painted(text, number) if self.coloured else text


def show(kubectl: Kubectl, job: Job, choice: Choice, options: tuple[str, ...], follow: bool) -> int:
    """Print the logs, and what comes into them until the job has ended."""
    prefixes = None if choice.is_of_one else Prefixes(is_coloured())
    display = Display(quiet=True)

    def write(pod: Pod, container: Container, line: bytes) -> None:
        display.write((b"" if prefixes is None else prefixes.of(pod, container).encode()) + line)

    if follow and not job.is_over:
        if not job.pods:
            say(f"{job.name} has no pods yet; its logs come when it has")
        followed = Follower(kubectl, job, display, choice, write, options).follow()
        if followed.is_deleted:
            say(f"{job.name} was deleted")
        return 0
    there = pods_of(kubectl, job)
    chosen = [(pod, c) for pod in there for c in pod.containers if choice(pod, c)]
    if not chosen:
        raise Refused(_none(job, choice, there))
    for pod, container in chosen:
        if container.has_log:
            _copy(kubectl, pod, container, options, write)
        else:
            why = f": {container.reason}" if container.reason else ""
            say(f"container {container.name} of {pod.label} has not started{why}")
    return 0


def pods_of(kubectl: Kubectl, job: Job) -> list[Pod]:
    """The job's pods, the driver's first."""
    if not job.pods:
        return []
    there = (Pod.of(tree) for tree in kubectl.objects("get", "pods", "-l", job.pods))
    return sorted((pod for pod in there if pod.owner == job.uid), key=lambda p: p.order)


def _none(job: Job, choice: Choice, there: list[Pod]) -> str:
    failed = [f for f in job.failures if f.executor == choice.executor]
    if failed and all(pod.executor != choice.executor for pod in there):
        return (
            f"the pod of executor {choice.executor} is gone, and its logs with it. The status tells how it ended: "
            f"{failed[-1].message}. spec.ttlAfterFinished.executorPods says how many pods of executors are kept that "
            "ended early; a pod that was evicted by way of the API, or whose node was removed, is never kept. "
            f"{_copies(job, f'/executor-{choice.executor}')}"
        )
    if there:
        names = ", ".join(pod.label for pod in there)
        return f"{job.name} has no such container; its pods are {names}, each with the containers python and jvm"
    if job.is_over:
        return f"{job.name} has ended ({job.phase}) and its pods are gone, and their logs with them. {_copies(job)}"
    return f"{job.name} has no pods yet: `status` says what it waits for, and `logs -f` waits for them"


def _copies(job: Job, pod: str = "") -> str:
    where = "the folders" if not pod else "a folder"
    return f"Copies, if spec.logs or the installation has them made, are in {where} {job.name}-*-{job.uid[:8]}{pod}"


def _copy(
    kubectl: Kubectl,
    pod: Pod,
    container: Container,
    options: tuple[str, ...],
    write: Callable[[Pod, Container, bytes], None],
) -> None:
    process = kubectl.start("logs", pod.name, "-c", container.name, *options)
    with process:
        if process.stdout is not None:
            for line in process.stdout:
                write(pod, container, line)


def tail(kubectl: Kubectl, pod: Pod, container: Container, lines: int) -> list[str]:
    """The last lines of a container; none if they are gone."""
    try:
        text = kubectl.text("logs", pod.name, "-c", container.name, f"--tail={lines}")
    except Refused:
        return []
    columns = max(shutil.get_terminal_size().columns, 120)
    return [line if len(line) <= 4 * columns else line[: 4 * columns] + "..." for line in text.splitlines()]
