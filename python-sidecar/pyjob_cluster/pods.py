"""The pods of a job and what is in them. Pure."""

from dataclasses import dataclass
from typing import Any

DRIVER = "driver"
EXECUTOR = "executor"
PYTHON = "python"
JVM = "jvm"


@dataclass(frozen=True)
class Container:
    """How a container is."""

    name: str
    state: str  # waiting, running or terminated
    reason: str = ""
    message: str = ""
    exit_code: int | None = None
    restarts: int = 0

    @property
    def has_log(self) -> bool:
        """Whether there is a log of it: also of one that waits to be started again."""
        return self.state != "waiting" or self.restarts > 0


@dataclass(frozen=True)
class Pod:
    """A driver's or an executor's pod."""

    name: str
    uid: str
    owner: str  # the uid of its job: one that was deleted may have left a pod of the same name
    role: str
    attempt: int
    executor: int
    phase: str
    containers: tuple[Container, ...]

    @property
    def label(self) -> str:
        """What people call it."""
        return DRIVER if self.role == DRIVER else f"exec-{self.executor}"

    @property
    def order(self) -> tuple[int, int, int]:
        """Drivers first; then executors, as they came."""
        return self.attempt, 0 if self.role == DRIVER else 1, self.executor

    def container(self, name: str) -> Container | None:
        """The container of that name, if it has been seen."""
        return next((c for c in self.containers if c.name == name), None)

    @staticmethod
    def of(tree: dict[str, Any]) -> "Pod":
        """The pod of a Pod's JSON."""
        metadata, spec, status = (tree.get(part) or {} for part in ("metadata", "spec", "status"))
        labels = metadata.get("labels") or {}
        seen = {
            s.get("name"): s for kind in ("initContainerStatuses", "containerStatuses") for s in status.get(kind) or []
        }
        named = [c.get("name") for kind in ("containers", "initContainers") for c in spec.get(kind) or []]
        role = str(labels.get("pyjob.io/role", ""))
        # The script is what people look for, and in an executor the JVM's log has what Spark says.
        first = PYTHON if role == DRIVER else JVM
        return Pod(
            name=str(metadata.get("name", "")),
            uid=str(metadata.get("uid", "")),
            owner=next((str(o.get("uid", "")) for o in metadata.get("ownerReferences") or []), ""),
            role=role,
            attempt=int(labels.get("pyjob.io/attempt", "1")),
            executor=int(labels.get("pyjob.io/executor-id", "0")),
            phase=str(status.get("phase", "")),
            containers=tuple(
                _container(str(name), seen.get(name) or {}) for name in sorted(named, key=lambda n: (n != first, n))
            ),
        )


def _container(name: str, seen: dict[str, Any]) -> Container:
    states = seen.get("state") or {}
    state = next((s for s in ("running", "terminated", "waiting") if states.get(s) is not None), "waiting")
    told = states.get(state) or {}
    return Container(
        name=name,
        state=state,
        reason=str(told.get("reason") or ""),
        message=str(told.get("message") or ""),
        exit_code=told.get("exitCode"),
        restarts=int(seen.get("restartCount") or 0),
    )
