from __future__ import annotations

import pytest

from pyjob_cluster.kubectl import Refused
from pyjob_cluster.manifest import LONGEST_SCRIPT, Overrides, job_name, of_script, overridden, the_job, without_status
from tests.cluster.world import job


def test_a_script_becomes_a_job_of_its_name() -> None:
    tree = of_script("jobs/My_Report.py", "print(1)\n")
    assert tree["metadata"] == {"name": "my-report"}
    assert tree["spec"] == {"script": {"inline": "print(1)\n"}}
    assert [job_name(file) for file in ("a.b.py", "_.py", "x" * 300 + ".py", "Ünï.py")] == [
        *("a-b", "script", "x" * 253, "n")
    ]


def test_a_script_that_no_manifest_takes_is_refused() -> None:
    with pytest.raises(Refused, match=r"big\.py has 250001 characters"):
        of_script("big.py", "#" * (LONGEST_SCRIPT + 1))


def test_options_win_over_the_manifest() -> None:
    tree = job()
    tree["spec"] |= {
        "args": ["old"],
        "conf": {"a": "1", "b": "2"},
        "python": {"env": [{"name": "COLOUR", "value": "red"}, {"name": "KEPT", "value": "1"}], "requirements": ["x"]},
        "driver": None,
    }
    new = overridden(
        tree,
        Overrides(
            name="tinted",
            executors=0,
            executor_cores=2,
            memory="2Gi",
            driver_memory="3Gi",
            image="mine",
            conf=("b=3", "c=x=y"),
            requirements=("y",),
            env=("COLOUR", "EMPTY="),
            args=("--date", "today"),
        ),
        {"COLOUR": "blue"},
    )
    assert new["metadata"]["name"] == "tinted"
    assert new["spec"] == {
        "script": {"path": "/app/report.py"},
        "args": ["--date", "today"],
        "conf": {"a": "1", "b": "3", "c": "x=y"},
        "python": {
            "image": "mine",
            "requirements": ["x", "y"],
            "env": [
                {"name": "KEPT", "value": "1"},
                {"name": "COLOUR", "value": "blue"},
                {"name": "EMPTY", "value": ""},
            ],
        },
        "driver": {"memory": "3Gi"},
        "executors": {"instances": 0, "cores": 2, "memory": "2Gi"},
    }
    assert tree["spec"]["args"] == ["old"]


def test_no_option_changes_nothing() -> None:
    assert overridden(job(), Overrides(), {}) == job()


def test_a_name_takes_the_place_of_one_that_the_cluster_would_make() -> None:
    tree = job()
    tree["metadata"] = {"generateName": "nightly-"}
    assert overridden(tree, Overrides(name="tonight"), {})["metadata"] == {"name": "tonight"}


@pytest.mark.parametrize(
    ("overrides", "told"),
    [
        (Overrides(conf=("novalue",)), "--conf novalue: it has to be KEY=VALUE"),
        (Overrides(env=("MISSING",)), "--env MISSING: this shell has no such variable"),
    ],
)
def test_options_that_say_nothing_are_refused(overrides: Overrides, told: str) -> None:
    with pytest.raises(Refused, match=told):
        overridden(job(), overrides, {})


def test_a_manifest_has_one_job_and_anything_else() -> None:
    assert the_job([{"kind": "ConfigMap"}, job("one")], "f")["metadata"]["name"] == "one"
    with pytest.raises(Refused, match="f has 2 PyJobs"):
        the_job([job("one"), job("two")], "f")
    with pytest.raises(Refused, match="f has 0 PyJobs"):
        the_job([{"kind": "Pod"}], "f")


def test_what_a_dry_run_adds_is_taken_away() -> None:
    dry = {"kind": "ConfigMap", "metadata": {"name": "x", "creationTimestamp": None}, "status": {}}
    assert without_status([dry]) == [{"kind": "ConfigMap", "metadata": {"name": "x"}}]
