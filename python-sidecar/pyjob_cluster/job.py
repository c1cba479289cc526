"""A PyJob as the cluster has it. Pure."""

from dataclasses import dataclass
from datetime import datetime, timezone
from typing import Any

FINAL = frozenset({"Succeeded", "Failed", "Cancelled"})


@dataclass(frozen=True)
class Condition:
    """What the operator says of one side of a job, and since when."""

    type: str
    status: str
    reason: str
    message: str
    since: datetime | None


@dataclass(frozen=True)
class Failure:
    """How an executor ended that nobody had asked to."""

    attempt: int
    executor: int
    at: datetime | None
    message: str


@dataclass(frozen=True)
class Progress:
    """How far Spark is."""

    stages_done: int = 0
    stages_active: int = 0
    stages_total: int = 0
    tasks_done: int = 0
    tasks_active: int = 0
    tasks_failed: int = 0
    tasks_total: int = 0


@dataclass(frozen=True)
class Job:
    """What commands look at of a PyJob."""

    name: str
    namespace: str
    uid: str
    created: datetime | None
    phase: str
    reason: str
    message: str
    exit_code: int | None
    attempt: int
    ready: int
    desired: int
    lost: int
    failures: tuple[Failure, ...]
    executors: str
    progress: Progress
    started: datetime | None
    completed: datetime | None
    conditions: tuple[Condition, ...]
    pods: str
    python: dict[str, int]
    instances: int
    allocation: tuple[int, int] | None
    conf: dict[str, str]
    deleting: bool

    @property
    def is_over(self) -> bool:
        """Whether nothing more happens to it."""
        return self.phase in FINAL

    def condition(self, kind: str) -> Condition | None:
        """The condition of that type, if it is true."""
        return next((c for c in self.conditions if c.type == kind and c.status == "True"), None)

    def duration(self, now: datetime) -> float | None:
        """How many seconds it has run, or ran; None if it has not been looked at yet."""
        began = self.started or (self.created if self.phase else None)
        return None if began is None else max(0.0, ((self.completed or now) - began).total_seconds())

    @staticmethod
    def of(tree: dict[str, Any]) -> "Job":
        """The job of a PyJob's JSON, of which any part that the operator has not yet written may be missing."""
        metadata, spec, status = (tree.get(part) or {} for part in ("metadata", "spec", "status"))
        executors = status.get("executors") or {}
        wanted = spec.get("executors") or {}
        progress = status.get("progress") or {}
        least, most = wanted.get("min"), wanted.get("max")
        return Job(
            name=str(metadata.get("name", "")),
            namespace=str(metadata.get("namespace", "")),
            uid=str(metadata.get("uid", "")),
            created=instant(metadata.get("creationTimestamp")),
            phase=str(status.get("phase") or ""),
            reason=str(status.get("reason") or ""),
            message=str(status.get("message") or ""),
            exit_code=status.get("exitCode"),
            attempt=int(status.get("attempt") or 1),
            ready=int(executors.get("ready") or 0),
            desired=int(executors.get("desired") or 0),
            lost=int(executors.get("failed") or 0),
            failures=tuple(
                Failure(
                    int(f.get("attempt") or 1),
                    int(f.get("id") or 0),
                    instant(f.get("time")),
                    str(f.get("message") or ""),
                )
                for f in executors.get("failures") or []
            ),
            executors=str((status.get("summary") or {}).get("executors") or ""),
            progress=Progress(
                stages_done=int(progress.get("stagesDone") or 0),
                stages_active=int(progress.get("stagesActive") or 0),
                stages_total=int(progress.get("stagesTotal") or 0),
                tasks_done=int(progress.get("tasksDone") or 0),
                tasks_active=int(progress.get("tasksActive") or 0),
                tasks_failed=int(progress.get("tasksFailed") or 0),
                tasks_total=int(progress.get("tasksTotal") or 0),
            ),
            started=instant(status.get("startTime")),
            completed=instant(status.get("completionTime")),
            conditions=tuple(
                Condition(
                    str(c.get("type") or ""),
                    str(c.get("status") or ""),
                    str(c.get("reason") or ""),
                    str(c.get("message") or ""),
                    instant(c.get("lastTransitionTime")),
                )
                for c in status.get("conditions") or []
            ),
            pods=_without_role(str(status.get("selector") or "")),
            python={str(k): int(v) for k, v in ((status.get("python") or {}).get("ended") or {}).items()},
            instances=int(wanted.get("instances", 2)),
            allocation=(int(least), int(most)) if least is not None and most is not None else None,
            conf={str(k): str(v) for k, v in (spec.get("conf") or {}).items()},
            deleting=bool(metadata.get("deletionTimestamp")),
        )


def _without_role(selector: str) -> str:
    """The selector of all of a job's pods, from that of its executors."""
    return ",".join(part for part in selector.split(",") if not part.startswith("pyjob.io/role="))


def instant(text: str | None) -> datetime | None:
    """An RFC 3339 time, as Kubernetes and the operator write it; in any number of digits."""
    if not text:
        return None
    plain = text.removesuffix("Z")
    whole, _, fraction = plain.partition(".")
    micros = int((fraction + "000000")[:6]) if fraction.isdigit() else 0
    return datetime.fromisoformat(whole).replace(microsecond=micros, tzinfo=timezone.utc)
