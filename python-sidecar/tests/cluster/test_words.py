from __future__ import annotations

from datetime import datetime, timedelta, timezone
from typing import Any

from pyjob_cluster import words
from pyjob_cluster.job import Job, instant
from tests.cluster.world import condition, job, progress

STARTED = datetime(2026, 3, 1, 10, 0, 1, 250_000, tzinfo=timezone.utc)
NOW = STARTED + timedelta(seconds=42)


def running(**status: Any) -> Job:
    return Job.of(job(phase="Running", executors={"desired": 2, "ready": 1, "failed": 0}, **status))


def test_the_live_line_has_phase_executors_and_progress() -> None:
    line = words.live(running(progress=progress(6, 8)), NOW, 200)
    assert line == "report  42.0 s  Running  1/2 executors  stages 1/2  tasks 6/8  ███████████████░░░░░"


def test_the_live_line_fits_the_terminal() -> None:
    assert words.live(running(progress=progress(6, 8)), NOW, 30) == "report  42.0 s  Running  1/2 "


def test_the_line_of_a_log_has_no_times_and_tasks_only_at_the_end() -> None:
    assert words.plain(running(progress=progress(6, 8, failed=1))) == (
        "report: Running, 1/2 executors, stages 1/2, 1 task failed"
    )
    over = Job.of(job(phase="Failed", progress=progress(6, 8, failed=4), executors={"desired": 2, "failed": 1}))
    assert words.plain(over) == "report: Failed, 1 lost, stages 1/2, tasks 6/8, 4 tasks failed"


def test_what_a_job_waits_for_is_told() -> None:
    stalled = running(conditions=[condition("Stalled", "QuotaExceeded", "the quota jobs is used up")])
    assert words.plain(stalled) == "report: Running, waits: QuotaExceeded, 1/2 executors"
    assert "waits for  QuotaExceeded (for 23s): the quota jobs is used up" in words.status(stalled, NOW)


def test_times_are_short() -> None:
    assert [words.took(s) for s in (0, 59.94, 60, 3599, 3600, 100_000)] == [
        *("0.0 s", "59.9 s", "1:00 min", "59:59 min", "1:00 h", "27:46 h")
    ]
    ages = [words.age(NOW - timedelta(seconds=s), NOW) for s in (0, 119, 125, 700, 3 * 3600, 9 * 3600, 49 * 3600)]
    assert ages == ["0s", "119s", "2m5s", "11m", "3h0m", "9h", "2d"]
    assert words.age(None, NOW) == "<unknown>"


def test_times_of_kubernetes_are_read_in_any_number_of_digits() -> None:
    whole = datetime(2026, 3, 1, 10, 0, 1, tzinfo=timezone.utc)
    assert instant("2026-03-01T10:00:01Z") == whole
    assert instant("2026-03-01T10:00:01.5Z") == whole.replace(microsecond=500_000)
    assert instant("2026-03-01T10:00:01.123456789Z") == whole.replace(microsecond=123_456)
    assert instant(None) is None


def test_status_says_how_a_job_is() -> None:
    told = words.status(running(progress=progress(6, 8)), NOW)
    assert told == [
        "job        team-a/report",
        "phase      Running for 42.0 s",
        "executors  1/2 ready",
        "progress   ███████████████░░░░░ 75 %",
        "stages     1/2, 1 running",
        "tasks      6/8, 2 running",
    ]


def test_status_of_a_job_that_nobody_has_looked_at() -> None:
    assert words.status(Job.of(job()), NOW) == [
        "job        team-a/report",
        "phase      not seen by an operator yet",
        "executors  0/0 ready",
    ]


def test_status_of_a_failed_job_has_its_message_and_what_went_wrong_on_the_way() -> None:
    limit = "executor 1's Python container reached 1Gi"
    failed = job(
        phase="Failed",
        exitCode=1,
        reason="ScriptFailed",
        message="ValueError: no\nin line 3",
        completionTime="2026-03-01T10:01:01.250Z",
        python={"ended": {"workerMemory": 2, "crashed": 1}},
        conditions=[condition("MemoryLimitHit", "PythonWorker", limit), condition("Failed", "ScriptFailed", "no")],
    )
    failed["metadata"]["deletionTimestamp"] = "2026-03-01T10:02:00Z"
    failed["status"]["attempt"] = 2
    told = words.status(Job.of(failed), NOW)
    assert told == [
        "job             team-a/report",
        "phase           Failed after 1:00 min, attempt 2, exit code 1, is being deleted",
        "executors       2 wanted at the end",
        "workers         Python workers ended that should not have: 1 crashed, 2 workerMemory",
        f"MemoryLimitHit  {limit}",
        "message         ValueError: no",
        "                in line 3",
    ]


def test_status_says_that_spark_chooses_the_number_of_executors() -> None:
    tree = job(phase="Running", executors={"desired": 3, "ready": 3})
    tree["spec"]["executors"] = {"instances": 1, "min": 1, "max": 6}
    assert "executors  3/3 ready, between 1 and 6 by Spark's choice" in words.status(Job.of(tree), NOW)


def test_the_list_has_the_newest_job_last_and_no_empty_columns() -> None:
    newer = job("newer", "Running", progress=progress(1, 4), summary={"executors": "2/2"})
    newer["metadata"]["creationTimestamp"] = "2026-03-01T10:00:30Z"
    newer["status"]["startTime"] = "2026-03-01T10:00:31Z"
    new = job("brand-new")
    new["metadata"]["creationTimestamp"] = "2026-03-01T10:00:43Z"
    lines = words.listing([Job.of(tree) for tree in (new, newer, job("older", "Pending"))], NOW, False)
    assert lines == [
        "NAME        PHASE     EXECUTORS   TASKS   PROGRESS               DURATION   AGE",
        "older       Pending   0/2                                        42.0 s     43s",
        "newer       Running   2/2         1/4     █████░░░░░░░░░░░░░░░   12.2 s     13s",
        "brand-new   -                                                               0s",
    ]
    assert words.listing([Job.of(new)], NOW, True)[0].startswith("NAMESPACE   NAME")
