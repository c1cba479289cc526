"""Pure: from the changes of a run to what happened when."""

import statistics
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from .cluster import Change, Object

_ROLES = ("pyjob.io/role", "spark-role")
_EXECUTOR_IDS = ("pyjob.io/executor-id", "spark-exec-id")


@dataclass(frozen=True)
class Step:
    """Something that happened, and when it was seen."""

    at: float
    what: str


def steps(changes: Iterable[Change]) -> list[Step]:
    """Each fact about each object, at the change that first shows it."""
    seen: dict[str, Step] = {}
    for change in sorted(changes, key=lambda change: change.at):
        name = _name(change.object)
        facts = ["gone"] if change.kind == "DELETED" else _facts(change.object)
        for fact in facts:
            what = f"{name}: {fact}"
            seen.setdefault(what, Step(change.at, what))
    return list(seen.values())


def told(changes: Iterable[Change]) -> list[Step]:
    """What a PyJob says itself of its way: no object shows from outside when there was a session, or a task."""
    jobs = [change.object for change in changes if change.object["kind"] == "PyJob"]
    timelines = [job["status"]["timeline"] for job in jobs if "timeline" in job.get("status", {})]
    return [Step(at, f"PyJob says: {what}") for what, at in _times("", timelines[-1])] if timelines else []


def _times(prefix: str, timeline: Object) -> Iterator[tuple[str, float]]:
    for name, value in timeline.items():
        if isinstance(value, str):
            yield prefix + name, datetime.fromisoformat(value.replace("Z", "+00:00")).timestamp()
        else:
            yield from _times(f"{prefix}{name} ", value)


def medians(runs: Sequence[Sequence[Step]], starts: Sequence[float]) -> list[Step]:
    """Median seconds from the start, of the steps that all runs had, in their order."""
    after: dict[str, list[float]] = {}
    for run, start in zip(runs, starts, strict=True):
        for step in run:
            after.setdefault(step.what, []).append(step.at - start)
    whole = [Step(statistics.median(times), what) for what, times in after.items() if len(times) == len(runs)]
    return sorted(whole, key=lambda step: step.at)


def has_phase(changes: Iterable[Change], phases: Iterable[str], role: str = "") -> Change | None:
    """The first change that shows an object (a pod of that role) in one of the phases."""
    wanted = tuple(phases)
    for change in changes:
        status = change.object.get("status", {})
        if status.get("phase") in wanted and (not role or _label(change.object, _ROLES) == role):
            return change
    return None


def pods_created(changes: Iterable[Change]) -> dict[str, float]:
    """When each pod was first seen, by its name."""
    created: dict[str, float] = {}
    for change in changes:
        created.setdefault(change.object["metadata"]["name"], change.at)
    return created


def containers(changes: Iterable[Change]) -> dict[str, str]:
    """What each container is called, by its id; one that was started again has several."""
    found: dict[str, str] = {}
    for change in changes:
        status = change.object.get("status", {})
        for one in [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]:
            if one.get("containerID"):
                found[one["containerID"]] = f"{_name(change.object)}: {one['name']}"
    return found


def uids(changes: Iterable[Change]) -> set[str]:
    """Of all objects that were seen."""
    return {change.object["metadata"]["uid"] for change in changes}


def all_gone(changes: Sequence[Change]) -> bool:
    """Whether all objects that were seen have been deleted."""
    return uids(changes) == uids(change for change in changes if change.kind == "DELETED")


def _label(found: Object, names: Sequence[str]) -> str:
    labels = found["metadata"].get("labels", {})
    return next((labels[name] for name in names if name in labels), "")


def _name(found: Object) -> str:
    if found["kind"] != "Pod":
        return str(found["kind"])
    role = _label(found, _ROLES) or "pod"
    return " ".join(part for part in (role, _label(found, _EXECUTOR_IDS)) if part)


def _facts(found: Object) -> list[str]:
    return _pod_facts(found) if found["kind"] == "Pod" else _job_facts(found)


def _pod_facts(pod: Object) -> list[str]:
    status = pod.get("status", {})
    facts = ["created"]
    facts += ["scheduled"] if "nodeName" in pod["spec"] else []
    for container in [*status.get("initContainerStatuses", []), *status.get("containerStatuses", [])]:
        state = container.get("state", {})
        if "running" in state:
            facts.append(f"{container['name']} runs")
        if "terminated" in state:
            facts.append(f"{container['name']} ended with {state['terminated']['exitCode']}")
    facts += [status["phase"]] if status.get("phase") in ("Succeeded", "Failed") else []
    return facts


def _job_facts(job: Object) -> list[str]:
    status = job.get("status", {})
    facts = ["created"]
    facts += [f"phase {status['phase']}"] if "phase" in status else []
    facts += [f"condition {one['type']}" for one in status.get("conditions", []) if one["status"] == "True"]
    return facts
