from __future__ import annotations

import re
from datetime import datetime, timezone
from pathlib import Path
from typing import Any

from pyjob_cluster.describe import advice, culprit, headline, text
from pyjob_cluster.job import Job
from pyjob_cluster.pods import Pod
from tests.cluster.world import condition, ended, job, pod, waiting

NOW = datetime(2026, 3, 1, 10, 1, 1, 250_000, tzinfo=timezone.utc)


def failed(reason: str, message: str = "it failed", **status: Any) -> Job:
    completed = "2026-03-01T10:00:18.350Z"
    return Job.of(job(phase="Failed", reason=reason, message=message, completionTime=completed, **status))


def pods(*trees: dict[str, Any]) -> list[Pod]:
    return sorted((Pod.of(tree) for tree in trees), key=lambda p: p.order)


def named(found: Any) -> str:
    return f"{found[0].label} {found[1].name}" if found else "none"


def test_a_failed_script_comes_first_with_its_traceback_and_last_lines() -> None:
    traceback = "ZeroDivisionError: division by zero\n  File report.py, line 8"
    there = pods(pod(python=ended(1, message=traceback), jvm=ended(0)), pod(executor=1, jvm=ended(0), python=ended(0)))
    lines = text(failed("ScriptFailed", traceback, exitCode=1), there, ["of x", "Traceback"], [], NOW)
    assert lines[:10] == [
        "report failed after 17.1 s: ScriptFailed, exit code 1",
        "",
        "    ZeroDivisionError: division by zero",
        "      File report.py, line 8",
        "",
        "container: python of pod report-1-driver ended with 1",
        "what to do: mend the script, then `submit --replace` it: the traceback is the script's own",
        "",
        "last lines of python of driver:",
        "    of x",
    ]
    assert lines.count("    ZeroDivisionError: division by zero") == 1
    assert not any(line.startswith("message") for line in lines)
    assert "report-1-exec-1   1         Running   ended with 0   ended with 0" in lines


def test_the_container_that_is_to_blame_is_found() -> None:
    driver = pod(python=ended(1), jvm=ended(137, "OOMKilled"))
    executor = pod(executor=3, jvm=ended(50), python=ended(143))
    assert named(culprit(failed("ScriptFailed"), pods(driver, executor))) == "driver python"
    assert named(culprit(failed("DriverJvmEnded"), pods(driver, executor))) == "driver jvm"
    assert named(culprit(failed("OutOfMemory"), pods(driver, executor))) == "driver jvm"
    assert named(culprit(failed("ExecutorsFailed"), pods(driver, executor))) == "exec-3 jvm"
    assert named(culprit(failed("SomethingNew"), pods(driver, executor))) == "driver python"
    assert named(culprit(failed("DriverGone"), pods(executor))) == "none"


def test_of_a_job_that_waits_it_is_the_container_that_waits_for_the_same() -> None:
    stalled = job(
        phase="Starting",
        reason="ErrImagePull",
        message="container python cannot start",
        conditions=[condition("Stalled", "ErrImagePull", "container python cannot start")],
    )
    there = pods(pod(python=waiting("ErrImagePull"), jvm=waiting("PodInitializing")))
    assert named(culprit(Job.of(stalled), there)) == "driver python"
    lines = text(Job.of(stalled), there, [], [], NOW)
    assert lines[0] == "report waits: ErrImagePull"
    assert "container: python of pod report-1-driver waits (ErrImagePull)" in lines
    assert any(line.startswith("what to do: the image's name is wrong") for line in lines)


def test_nothing_is_to_blame_where_nothing_is_wrong() -> None:
    there = pods(pod(python=ended(0), jvm=ended(143)))
    assert culprit(Job.of(job(phase="Succeeded", message="the script ended with exit code 0")), there) is None
    assert culprit(Job.of(job(phase="Running")), there) is None


def test_words_for_one_thing_have_one_advice() -> None:
    assert advice(failed("ImagePullBackOff")) == advice(failed("ErrImagePull")) != ""
    assert advice(failed("NobodyKnowsThis")) == ""


def test_the_first_line_says_how_the_job_is() -> None:
    assert headline(Job.of(job(phase="Running")), NOW) == "report is running for 1:00 min"
    over = job(phase="Succeeded", completionTime="2026-03-01T10:00:11.250Z")
    assert headline(Job.of(over), NOW) == "report succeeded after 10.0 s"
    assert "no operator has looked at it" in headline(Job.of(job()), NOW)


def test_conditions_that_are_not_the_message_are_told_above_and_all_in_a_table() -> None:
    told = failed(
        "ScriptFailed",
        conditions=[
            condition("Failed", "ScriptFailed", "it failed"),
            condition("MemoryLimitHit", "PythonWorker", "raise executors.python.workerMemory"),
            condition("PreloadFailed", "AllImported", "all modules were imported", "False"),
        ],
    )
    lines = text(told, [], [], [], NOW)
    assert "MemoryLimitHit: raise executors.python.workerMemory" in lines
    assert "PreloadFailed    False    41s     AllImported    all modules were imported" in lines
    assert not any(line.startswith("PreloadFailed:") for line in lines)


def test_events_are_in_order_and_those_without_a_time_do_no_harm() -> None:
    events = [
        {"type": "Normal", "reason": "Started", "message": "it runs", "lastTimestamp": "2026-03-01T10:00:05Z"},
        {"type": "Warning", "reason": "Odd", "message": "no time\nsecond line"},
        {"type": "Normal", "reason": "Created", "message": "made", "eventTime": "2026-03-01T10:00:02.000000Z"},
    ]
    assert text(Job.of(job(phase="Running")), [], [], events, NOW)[-4:] == [
        "EVENT     AGE         REASON    MESSAGE",
        "Warning   <unknown>   Odd       no time",
        "Normal    59s         Created   made",
        "Normal    56s         Started   it runs",
    ]


def test_executors_that_failed_are_told_of_also_when_their_pods_are_gone() -> None:
    told = {"attempt": 1, "id": 3, "time": "2026-03-01T10:00:41Z", "message": "executor 3 ended with exit code 52\nx"}
    running = job(phase="Running", executors={"desired": 2, "ready": 2, "lastId": 4, "failed": 1, "failures": [told]})
    lines = text(Job.of(running), [], [], [], NOW)
    assert ["exec-3", "1", "20s", "executor", "3", "ended", "with", "exit", "code", "52"] in [x.split() for x in lines]


def test_there_is_advice_for_each_reason_that_the_docs_tell_of() -> None:
    page = Path(__file__).parents[3].joinpath("docs", "operating.md").read_text()
    # A job's own reasons stand in the first columns of these two tables, beside phases and conditions.
    tables = re.findall(r"^### A job (?:does not start|fails)$(.*?)(?=^###)", page, re.DOTALL | re.MULTILINE)
    first_columns = [line.split("|")[1] for table in tables for line in table.splitlines() if line.startswith("|")]
    rows = [re.sub("condition `.*", "", column) for column in first_columns]
    reasons = {name for row in rows for name in re.findall(r"`([A-Z]\w+)`", row)} - {"Failed", "Stalled"}
    assert len(reasons) > 25
    assert [reason for reason in sorted(reasons) if not advice(failed(reason))] == []
