"""A job's status as lines for a person. Pure: what time it is comes from the caller."""

from datetime import datetime

from .job import Job, Progress

_BAR = 20


def live(job: Job, now: datetime, columns: int) -> str:
    """One line for a terminal that is ``columns`` wide."""
    parts = _parts(job, with_tasks=True)
    if job.progress.tasks_total > 0:
        parts.append(bar(job.progress))
    text = "  ".join([job.name, took(job.duration(now) or 0), *parts])
    return text[: max(columns - 1, 1)]


def plain(job: Job) -> str:
    """One line for a log: without times, and without tasks until the end."""
    return f"{job.name}: " + ", ".join(_parts(job, with_tasks=job.is_over))


def before_stages(job: Job) -> str:
    """The part of `plain` that is told at once when it changes."""
    return ", ".join(_of_executors(job))


def bar(progress: Progress) -> str:
    """How many of the tasks are done."""
    full = min(_BAR, _BAR * progress.tasks_done // max(1, progress.tasks_total))
    return "█" * full + "░" * (_BAR - full)


def took(seconds: float) -> str:
    """How long something took, or is taking."""
    whole = int(seconds)
    if whole < 60:
        return f"{seconds:.1f} s"
    if whole < 3600:
        return f"{whole // 60}:{whole % 60:02d} min"
    return f"{whole // 3600}:{whole % 3600 // 60:02d} h"


def age(created: datetime | None, now: datetime) -> str:
    """How old something is, in one or two units, as kubectl has it."""
    if created is None:
        return "<unknown>"
    seconds = max(0, int((now - created).total_seconds()))
    minutes, hours, days = seconds // 60, seconds // 3600, seconds // 86400
    if seconds < 120:
        return f"{seconds}s"
    if minutes < 10:
        return f"{minutes}m{seconds % 60}s"
    if minutes < 180:
        return f"{minutes}m"
    if hours < 8:
        return f"{hours}h{minutes % 60}m"
    return f"{hours}h" if hours < 48 else f"{days}d"


def _parts(job: Job, with_tasks: bool) -> list[str]:
    parts = _of_executors(job)
    progress = job.progress
    if progress.stages_total > 0:
        parts.append(f"stages {progress.stages_done}/{progress.stages_total}")
        if with_tasks:
            parts.append(f"tasks {progress.tasks_done}/{progress.tasks_total}")
    if progress.tasks_failed > 0:
        parts.append(f"{progress.tasks_failed} {'task' if progress.tasks_failed == 1 else 'tasks'} failed")
    return parts


def _of_executors(job: Job) -> list[str]:
    parts = [job.phase or "not seen by an operator yet"]
    stalled = job.condition("Stalled")
    if stalled is not None and not job.is_over:
        parts.append(f"waits: {stalled.reason}")
    if job.desired > 0 and not job.is_over:
        parts.append(f"{job.ready}/{job.desired} executors")
    if job.lost > 0:
        parts.append(f"{job.lost} lost")
    return parts


def table(rows: list[list[str]]) -> list[str]:
    """Rows as lines, columns below each other; what is empty in all rows but the first is left out."""
    kept = [i for i in range(len(rows[0])) if len(rows) == 1 or any(row[i] for row in rows[1:])]
    widths = {i: max(len(row[i]) for row in rows) for i in kept}
    return ["   ".join(row[i].ljust(widths[i]) for i in kept).rstrip() for row in rows]


def listing(jobs: list[Job], now: datetime, with_namespaces: bool) -> list[str]:
    """The table of `list`: the newest job last, as what is last is what a person sees first."""
    head = ["NAMESPACE"] if with_namespaces else []
    rows = [[*head, "NAME", "PHASE", "EXECUTORS", "TASKS", "PROGRESS", "DURATION", "AGE", "REASON"]]
    for job in sorted(jobs, key=lambda j: (j.created.timestamp() if j.created else 0, j.name)):
        progress = job.progress
        seconds = job.duration(now)
        rows.append(
            [
                *([job.namespace] if with_namespaces else []),
                job.name,
                job.phase or "-",
                job.executors,
                f"{progress.tasks_done}/{progress.tasks_total}" if progress.tasks_total else "",
                bar(progress) if progress.tasks_total and not job.is_over else "",
                "" if seconds is None else took(seconds),
                age(job.created, now),
                job.reason,
            ]
        )
    return table(rows)


def status(job: Job, now: datetime, with_reasons: bool = True) -> list[str]:
    """All that `status` tells of a job; without reasons, what is not said elsewhere."""
    phase = job.phase or "not seen by an operator yet"
    seconds = job.duration(now)
    if seconds is not None:
        phase += (" after " if job.is_over else " for ") + took(seconds)
    if job.attempt > 1:
        phase += f", attempt {job.attempt}"
    if job.exit_code is not None:
        phase += f", exit code {job.exit_code}"
    if job.deleting:
        phase += ", is being deleted"
    rows = [("job", f"{job.namespace}/{job.name}" if job.namespace else job.name), ("phase", phase)]
    stalled = job.condition("Stalled")
    if stalled is not None and not job.is_over and with_reasons:
        since = "" if stalled.since is None else f" (for {age(stalled.since, now)})"
        rows.append(("waits for", f"{stalled.reason}{since}: {stalled.message}"))
    rows.append(("executors", _executors(job)))
    progress = job.progress
    if progress.tasks_total > 0:
        percent = 100 * progress.tasks_done // progress.tasks_total
        rows.append(("progress", f"{bar(progress)} {percent} %"))
        rows.append(("stages", _counts(progress.stages_done, progress.stages_total, progress.stages_active, 0)))
        rows.append(
            (
                "tasks",
                _counts(progress.tasks_done, progress.tasks_total, progress.tasks_active, progress.tasks_failed),
            )
        )
    if job.python:
        causes = ", ".join(f"{count} {cause}" for cause, count in sorted(job.python.items()))
        rows.append(("workers", f"Python workers ended that should not have: {causes}"))
    return _named([*rows, *(_reasons(job) if with_reasons else [])])


def _reasons(job: Job) -> list[tuple[str, str]]:
    names = ("MemoryLimitHit", "PythonWorkersFailed", "PreloadFailed")
    told = [(name, condition.message) for name in names if (condition := job.condition(name)) is not None]
    stalled = job.condition("Stalled")
    if job.message and not (stalled is not None and stalled.message == job.message):
        told.append(("message", job.message))
    return told


def _executors(job: Job) -> str:
    wanted = f"{job.ready}/{job.desired} ready" if not job.is_over else f"{job.desired} wanted at the end"
    if job.allocation is not None:
        wanted += f", between {job.allocation[0]} and {job.allocation[1]} by Spark's choice"
    return wanted + (f", {job.lost} lost" if job.lost else "")


def _counts(done: int, total: int, active: int, failed: int) -> str:
    text = f"{done}/{total}"
    return text + (f", {active} running" if active else "") + (f", {failed} failed and tried again" if failed else "")


def _named(rows: list[tuple[str, str]]) -> list[str]:
    width = max(len(name) for name, _ in rows)
    lines = []
    for name, value in rows:
        first, *rest = value.splitlines() or [""]
        lines.append(f"{name.ljust(width)}  {first}")
        lines += [" " * width + "  " + line for line in rest]
    return lines
