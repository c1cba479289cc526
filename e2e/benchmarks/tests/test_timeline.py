from typing import Any

from benchmarks.cluster import Change
from benchmarks.timeline import Step, all_gone, has_phase, medians, pods_created, steps, told


def pod(name: str, role: str = "driver", **status: Any) -> dict[str, Any]:
    labels = {"pyjob.io/role": role} | ({"pyjob.io/executor-id": "1"} if role == "executor" else {})
    metadata = {"name": name, "uid": f"uid-of-{name}", "labels": labels}
    return {"kind": "Pod", "metadata": metadata, "spec": {}, "status": status}


def test_each_fact_is_a_step_when_it_is_first_seen() -> None:
    running = pod("a", phase="Running", containerStatuses=[{"name": "jvm", "state": {"running": {}}}])
    ended = pod("a", phase="Succeeded", containerStatuses=[{"name": "jvm", "state": {"terminated": {"exitCode": 0}}}])
    found = steps(
        [
            Change(3.0, "MODIFIED", ended),
            Change(1.0, "ADDED", pod("a")),
            Change(2.0, "MODIFIED", running),
            Change(2.5, "MODIFIED", running),
            Change(4.0, "DELETED", ended),
        ]
    )
    assert found == [
        Step(1.0, "driver: created"),
        Step(2.0, "driver: jvm runs"),
        Step(3.0, "driver: jvm ended with 0"),
        Step(3.0, "driver: Succeeded"),
        Step(4.0, "driver: gone"),
    ]


def test_an_executor_is_told_by_its_id_and_its_sidecar_is_seen() -> None:
    one = pod("a", "executor", initContainerStatuses=[{"name": "python", "state": {"running": {}}}])
    one["spec"]["nodeName"] = "n"
    assert [step.what for step in steps([Change(1.0, "ADDED", one)])] == [
        "executor 1: created",
        "executor 1: scheduled",
        "executor 1: python runs",
    ]


def test_a_job_has_phases_and_conditions() -> None:
    status = {"phase": "Running", "conditions": [{"type": "A", "status": "True"}, {"type": "B", "status": "False"}]}
    job = {"kind": "PyJob", "metadata": {"name": "j", "uid": "1"}, "status": status}
    assert [step.what for step in steps([Change(1.0, "ADDED", job)])] == [
        "PyJob: created",
        "PyJob: phase Running",
        "PyJob: condition A",
    ]


def test_medians_are_of_steps_that_all_runs_had() -> None:
    first = [Step(11.0, "b"), Step(10.5, "a"), Step(12.0, "only here")]
    second = [Step(23.0, "b"), Step(20.5, "a")]
    assert medians([first, second], [10.0, 20.0]) == [Step(0.5, "a"), Step(2.0, "b")]


def test_the_end_is_that_of_the_role() -> None:
    executor = Change(1.0, "MODIFIED", pod("e", "executor", phase="Succeeded"))
    driver = Change(2.0, "MODIFIED", pod("d", phase="Succeeded"))
    assert has_phase([executor, driver], ["Succeeded"], "driver") is driver
    assert has_phase([executor, driver], ["Succeeded"]) is executor
    assert has_phase([executor], ["Failed"]) is None


def test_pods_are_created_once_and_gone_when_all_are_deleted() -> None:
    changes = [Change(1.0, "ADDED", pod("a")), Change(2.0, "ADDED", pod("b")), Change(3.0, "MODIFIED", pod("a"))]
    assert pods_created(changes) == {"a": 1.0, "b": 2.0}
    assert not all_gone([*changes, Change(4.0, "DELETED", pod("a"))])
    assert all_gone([*changes, Change(4.0, "DELETED", pod("a")), Change(5.0, "DELETED", pod("b"))])


def test_a_pyjob_tells_of_its_way_itself() -> None:
    early = {"kind": "PyJob", "status": {"timeline": {"planned": "2026-06-01T12:00:00Z"}}}
    timeline = {"planned": "2026-06-01T12:00:00Z", "spark": {"session": "2026-06-01T12:00:01.250Z"}}
    late = {"kind": "PyJob", "status": {"timeline": timeline}}
    changes = [Change(1.0, "ADDED", early), Change(2.0, "MODIFIED", late), Change(2.5, "MODIFIED", pod("a"))]
    assert told(changes) == [
        Step(1780315200.0, "PyJob says: planned"),
        Step(1780315201.25, "PyJob says: spark session"),
    ]
    assert told([Change(1.0, "ADDED", pod("a"))]) == []
