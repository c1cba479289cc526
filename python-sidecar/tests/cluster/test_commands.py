"""Commands as users type them, on a cluster that is a folder; kubectl is a process with a protocol, as the real one."""

from __future__ import annotations

import json
import os
import pty
import re
import select
import socket
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cluster.world import RUNNING, World, condition, ended, job, kubectls, pod, progress, waiting
from tests.support import PATIENCE_S, eventually


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    world = World(tmp_path)
    yield world
    assert kubectls(world) == []


def manifest(world: World, *trees: dict[str, object]) -> str:
    (world.work / "job.yaml").write_text("---\n".join(json.dumps(tree) for tree in trees))
    return "job.yaml"


def plain(name: str = "report") -> dict[str, object]:
    return {"kind": "PyJob", "metadata": {"name": name}, "spec": {"script": {"path": "/app/report.py"}}}


def submitted(world: World, name: str = "report") -> dict[str, object]:
    eventually("the job is on the cluster", (world.folder / "pyjobs" / f"{name}.json").exists)
    tree: dict[str, object] = json.loads((world.folder / "pyjobs" / f"{name}.json").read_text())
    return tree


def goes(world: World, tree: dict[str, object], to: dict[str, object]) -> None:
    """Give a job the status of another one."""
    world.has("pyjobs", {**tree, "status": to["status"]})


def test_run_follows_the_script_and_ends_with_its_exit_code(world: World) -> None:
    run = world.start("kubectl-pyjob", "run", manifest(world, plain()))
    tree = submitted(world)
    goes(world, tree, job(phase="Pending"))
    run.says("pyjob: report: Pending")
    world.logs("report-1-driver.python", "of x")
    world.has("pods", pod())
    goes(world, tree, job(phase="Running", executors={"desired": 2, "ready": 2}, progress=progress(1, 4)))
    assert run.line() == "of x\n"
    run.says("report: Running, 2/2 executors, stages 1/2")
    world.logs("report-1-driver.python", "Traceback", "ValueError: no")
    world.has("pods", pod(python=ended(3)))
    goes(world, tree, job(phase="Failed", exitCode=3, reason="ScriptFailed", message="ValueError: no\nline 7"))
    over = run.end()
    assert over.code == 3
    assert over.out == "of x\nTraceback\nValueError: no\n"
    assert re.search(r"pyjob: report failed after .*: ValueError: no\n", over.err)
    assert over.err.endswith("pyjob: `kubectl pyjob describe report -n default` tells more\n")


def test_a_job_that_succeeds_gives_zero(world: World) -> None:
    run = world.start("pyjob", "submit", "-q", manifest(world, plain()))
    tree = submitted(world)
    world.logs("report-1-driver.python", "42")
    world.has("pods", pod(python=ended(0), jvm=ended(0)))
    goes(world, tree, job(phase="Succeeded", exitCode=0, message="the script ended with exit code 0"))
    over = run.end()
    assert (over.code, over.out, over.err) == (0, "42\n", "")


def test_a_job_that_never_ran_gives_seventy(world: World) -> None:
    run = world.start("pyjob", "submit", manifest(world, plain()))
    goes(world, submitted(world), job(phase="Failed", reason="Unschedulable", message="no node has room"))
    over = run.end()
    assert over.code == 70
    assert "no node has room" in over.err


def test_a_job_that_somebody_deletes_gives_143(world: World) -> None:
    run = world.start("pyjob", "submit", manifest(world, plain()))
    goes(world, submitted(world), job(phase="Pending"))
    run.says("Pending")
    world.lacks("pyjobs", "report")
    assert run.end().code == 143


def test_a_job_that_is_deleted_after_its_end_has_ended(world: World) -> None:
    run = world.start("pyjob", "submit", manifest(world, plain()))
    tree = submitted(world)
    world.logs("report-1-driver.python", "42")
    world.has("pods", pod())
    goes(world, tree, job(phase="Succeeded", exitCode=0))
    assert run.line() == "42\n"
    goes(world, tree, job(phase="Running"))  # an old answer that comes late
    world.lacks("pyjobs", "report")
    assert run.end().code == 0


def test_a_deletion_that_no_watch_has_seen_is_noticed(world: World) -> None:
    run = world.start("pyjob", "submit", manifest(world, plain()))
    goes(world, submitted(world), job(phase="Running"))
    run.says("Running")
    world.touch("deaf")
    eventually("the watch of the job has ended", lambda: not any("metadata.name" in line for line in kubectls(world)))
    world.lacks("pyjobs", "report")
    over = run.end()
    assert (over.code, over.err.splitlines()[-1]) == (143, "pyjob: report was deleted")


def test_control_c_leaves_the_job_alone_and_says_how_to_end_it(world: World) -> None:
    run = world.start("kubectl-pyjob", "-n", "team-a", "run", manifest(world, plain()))
    goes(world, submitted(world), job(phase="Running"))
    run.says("Running")
    run.interrupt()
    over = run.end()
    assert over.code == 130
    assert "report goes on" in over.err
    assert "`kubectl pyjob cancel report -n team-a` ends it" in over.err
    assert (world.folder / "pyjobs" / "report.json").exists()


def test_what_a_watch_or_a_log_misses_when_it_breaks_is_caught_up_with(world: World) -> None:
    run = world.start("pyjob", "submit", manifest(world, plain()))
    tree = submitted(world)
    world.has("pods", pod())
    world.logs("report-1-driver.python", "one", "two")
    goes(world, tree, job(phase="Running"))
    assert [run.line(), run.line()] == ["one\n", "two\n"]
    world.touch("break-log")
    eventually("the log has broken", lambda: not (world.folder / "break-log").exists())
    world.logs("report-1-driver.python", "three")
    assert run.line() == "three\n"
    world.touch("break")
    eventually("a watch has broken", lambda: not (world.folder / "break").exists())
    world.logs("report-1-driver.python", "four")
    world.has("pods", pod(python=ended(0)))
    goes(world, tree, job(phase="Succeeded", exitCode=0))
    over = run.end()
    assert (over.code, over.out) == (0, "one\ntwo\nthree\nfour\n")


def test_pods_that_a_deleted_job_of_that_name_has_left_are_not_its_own(world: World) -> None:
    world.has("pods", pod(python=ended(0), owner="uid-of-the-one-before"))
    world.logs("report-1-driver.python", "old")
    run = world.start("pyjob", "submit", manifest(world, plain()))
    tree = submitted(world)
    goes(world, tree, job(phase="Pending"))
    run.says("Pending")
    world.lacks("pods", "report-1-driver")
    (world.folder / "logs" / "report-1-driver.python").unlink()
    world.logs("report-1-driver.python", "new")
    world.has("pods", pod(python=ended(0)))
    goes(world, tree, job(phase="Succeeded", exitCode=0))
    assert run.end().ok() == "new\n"


def test_many_logs_are_read_a_part_at_a_time(world: World) -> None:
    world.has("pyjobs", job(phase="Running"))
    for executor in range(1, 31):
        world.has("pods", pod(executor=executor))
        world.logs(f"report-1-exec-{executor}.jvm", f"of {executor}")
        world.logs(f"report-1-exec-{executor}.python")
    logs = world.start("pyjob", "logs", "-f", "report")
    logs.says("only 40 logs are followed at a time")
    eventually("they are read", lambda: sum(" logs " in line for line in kubectls(world)) == 40)
    for executor in range(1, 31):
        world.has("pods", pod(executor=executor, python=ended(0), jvm=ended(0)))
    world.has("pyjobs", job(phase="Succeeded"))
    assert sorted(logs.end().ok().splitlines()) == sorted(
        f"exec-{i} jvm".ljust(13) + f" | of {i}" for i in range(1, 31)
    )


def test_a_script_needs_no_manifest(world: World) -> None:
    (world.work / "My_Report.py").write_text("print(1)\n")
    done = world.run(
        *(
            "pyjob",
            "submit",
            "--no-follow",
            "-e",
            "3",
            "-c",
            "a=b",
            "--env",
            "LANG",
            "My_Report.py",
            "--date",
            "x",
            "-n",
        )
    )
    done.ok()
    tree = submitted(world, "my-report")
    assert tree["spec"] == {
        "script": {"inline": "print(1)\n"},
        "executors": {"instances": 3},
        "conf": {"a": "b"},
        "python": {"env": [{"name": "LANG", "value": "C.UTF-8"}]},
        "args": ["--date", "x", "-n"],
    }
    assert done.err == "pyjob: my-report is on the cluster. `pyjob logs -f my-report` follows it\n"


def test_options_may_stand_behind_a_manifest_and_the_scripts_arguments_behind_a_dash(world: World) -> None:
    file = manifest(world, plain())
    world.run("kubectl-pyjob", "run", file, "--no-follow", "-n", "team-a", "--", "--date", "x", "-n").ok()
    assert submitted(world)["spec"]["args"] == ["--date", "x", "-n"]  # type: ignore[index]
    assert world.calls()[0].startswith("-n team-a create --dry-run=client")
    wrong = world.run("kubectl-pyjob", "run", file, "2026-03-01")
    assert wrong.code == 2
    assert "the script's arguments stand behind --" in wrong.err


def test_other_objects_of_the_manifest_go_first(world: World) -> None:
    script: dict[str, object] = {"kind": "ConfigMap", "metadata": {"name": "code"}, "data": {"main.py": "print(1)"}}
    world.run("pyjob", "submit", "--no-follow", manifest(world, plain(), script)).ok()
    assert (world.folder / "configmaps" / "code.json").exists()
    applied = [call for call in world.calls() if call.startswith("-n default apply")]
    assert len(applied) == 2


def test_a_job_that_has_ended_is_not_taken_for_the_new_one(world: World) -> None:
    world.has("pyjobs", job(phase="Succeeded"))
    refused = world.run("pyjob", "submit", manifest(world, plain()))
    assert refused.code == 1
    assert "report is there already and has ended (Succeeded). --replace deletes it first" in refused.err
    world.run("pyjob", "submit", "--replace", "--no-follow", manifest(world, plain())).ok()
    assert "status" not in submitted(world)


def test_a_job_that_runs_is_followed_and_not_started_again(world: World) -> None:
    world.has("pyjobs", job(phase="Running"))
    run = world.start("pyjob", "submit", "--wait", manifest(world, plain()))
    run.says("report is there already and runs")
    goes(world, submitted(world), job(phase="Succeeded"))
    assert run.end().code == 0


def test_names_may_be_the_clusters_to_make(world: World) -> None:
    tree = {**plain(), "metadata": {"generateName": "nightly-"}}
    assert "nightly-x7k2p is on the cluster" in world.run("pyjob", "submit", "--no-follow", manifest(world, tree)).err
    assert "-n default create -f - -o json" in world.calls()


def test_a_file_that_is_not_there(world: World) -> None:
    refused = world.run("pyjob", "submit", "none.yaml")
    assert (refused.code, refused.err) == (1, "pyjob: there is no file none.yaml\n")
    refused = world.run("pyjob", "submit", "none.py")
    assert (refused.code, refused.err) == (1, "pyjob: none.py cannot be read: No such file or directory\n")


def test_logs_name_each_container_the_script_first(world: World) -> None:
    world.has("pyjobs", job(phase="Running"))
    world.has("pods", pod(executor=1, python=waiting("PodInitializing")))
    world.has("pods", pod())
    world.logs("report-1-driver.python", "the script")
    world.logs("report-1-driver.jvm", "Spark")
    world.logs("report-1-exec-1.jvm", "a task", "another")
    done = world.run("pyjob", "logs", "report")
    assert done.ok() == (
        "driver python | the script\ndriver jvm    | Spark\nexec-1 jvm    | a task\nexec-1 jvm    | another\n"
    )
    assert done.err == "pyjob: container python of exec-1 has not started: PodInitializing\n"


def test_one_container_alone_is_as_it_is(world: World) -> None:
    world.has("pyjobs", job(phase="Succeeded"))
    world.has("pods", pod(python=ended(0)))
    world.has("pods", pod(executor=2))
    world.logs("report-1-driver.python", "1", "2", "3")
    world.logs("report-1-exec-2.jvm", "of executor 2")
    assert world.run("pyjob", "logs", "report", "--script").ok() == "1\n2\n3\n"
    assert world.run("pyjob", "logs", "report", "-d", "-c", "python", "--tail", "1").ok() == "3\n"
    assert world.run("pyjob", "logs", "pyjob/report", "-e", "2", "-c", "jvm").ok() == "of executor 2\n"
    assert world.run("pyjob", "logs", "report", "-c", "jvm", "-e", "2", "--since", "1h").ok() == "of executor 2\n"
    assert world.calls()[-1] == "logs report-1-exec-2 -c jvm --since=1h"


def test_logs_that_there_are_none_of(world: World) -> None:
    world.has("pyjobs", job(phase="Failed"))
    gone = world.run("pyjob", "logs", "report").err
    assert "its pods are gone, and their logs with them" in gone
    assert "are in the folders report-*-" in gone
    world.has("pods", pod())
    refused = world.run("pyjob", "logs", "report", "-e", "9")
    assert refused.code == 1
    assert "its pods are driver, each with the containers python and jvm" in refused.err
    world.has("pyjobs", job("new"))
    assert "new has no pods yet" in world.run("pyjob", "logs", "new").err


def test_followed_logs_take_in_pods_that_come_later_and_end_with_the_job(world: World) -> None:
    world.has("pyjobs", job(phase="Running"))
    world.has("pods", pod())
    world.logs("report-1-driver.python", "begins")
    world.logs("report-1-driver.jvm")
    logs = world.start("pyjob", "logs", "-f", "report")
    assert logs.line() == "driver python | begins\n"
    world.logs("report-1-exec-7.jvm", "has come")
    world.has("pods", pod(executor=7, python=waiting("x")))
    assert logs.line() == "exec-7 jvm    | has come\n"
    for tree in (pod(python=ended(0), jvm=ended(0)), pod(executor=7, python=ended(0), jvm=ended(0))):
        world.has("pods", tree)
    world.logs("report-1-driver.python", "ends")
    world.has("pyjobs", job(phase="Succeeded"))
    over = logs.end()
    assert over.code == 0
    assert "driver python | ends\n" in over.out


def test_status_tells_and_watches(world: World) -> None:
    world.has("pyjobs", job(phase="Running", progress=progress(1, 4)))
    assert "progress   █████░░░░░░░░░░░░░░░ 25 %" in world.run("pyjob", "status", "report").ok()
    watching = world.start("kubectl-pyjob", "status", "-w", "report")
    watching.says("report: Running")
    world.has("pyjobs", job(phase="Failed", exitCode=4, message="no"))
    over = watching.end()
    assert over.code == 0
    assert "exit code 4" in over.out


def test_a_terminal_has_one_live_line(world: World) -> None:
    world.has("pyjobs", job(phase="Running", progress=progress(1, 4)))
    screen, terminal = pty.openpty()
    shown = b""
    try:
        watching = world.start("pyjob", "status", "-w", "report", stderr=terminal)
        while b"\xe2\x96\x88" not in shown:
            assert select.select([screen], [], [], PATIENCE_S)[0], shown
            shown += os.read(screen, 4096)
        world.has("pyjobs", job(phase="Succeeded"))
        assert "phase      Succeeded" in watching.end().out
    finally:
        os.close(terminal)
        while select.select([screen], [], [], 0)[0]:
            try:
                shown += os.read(screen, 4096)
            except OSError:  # so a terminal ends
                break
        os.close(screen)
    assert b"report  " in shown
    assert b"Running  stages 1/2  tasks 1/4" in shown.replace(b"  0/2 executors", b"")
    assert b"\n" not in shown
    assert shown.endswith(b"\r\x1b[K")


def test_list_shows_all_jobs(world: World) -> None:
    assert "there are no jobs in this namespace" in world.run("pyjob", "list").err
    world.has("pyjobs", job("one", "Running"))
    world.has("pyjobs", job("two"))
    lines = world.run("pyjob", "list", "-A", "--context", "production").ok().splitlines()
    assert [line.split()[1] for line in lines] == ["NAME", "one", "two"]
    assert world.calls()[-1] == "--context=production get pyjobs --all-namespaces -o json"


def test_describe_has_the_failure_first_with_the_last_lines(world: World) -> None:
    world.has("pyjobs", job(phase="Failed", exitCode=1, reason="ScriptFailed", message="ValueError: no"))
    world.has("pods", pod(python=ended(1, message="ValueError: no"), jvm=ended(0)))
    world.logs("report-1-driver.python", *(f"line {i}" for i in range(40)))
    world.touch("events.json", json.dumps([{"type": "Warning", "reason": "ScriptFailed", "message": "no"}]))
    told = world.run("pyjob", "describe", "report").ok()
    assert re.match(r"report failed after .*: ScriptFailed, exit code 1\n\n    ValueError: no\n", told)
    assert "    line 39\n" in told
    assert "    line 24\n" not in told
    assert "Warning   <unknown>   ScriptFailed   no" in told


def test_scale_changes_what_runs_and_nothing_else(world: World) -> None:
    world.has("pyjobs", job(phase="Running"))
    assert world.run("pyjob", "scale", "report", "5").ok() == "report: from 2 to 5 executors\n"
    assert submitted(world)["spec"]["executors"] == {"instances": 5}  # type: ignore[index]
    world.has("pyjobs", job("old", phase="Failed"))
    assert "old has ended (Failed)" in world.run("pyjob", "scale", "old", "5").err
    dynamic = job("dynamic", phase="Running")
    dynamic["spec"]["executors"] |= {"min": 1, "max": 4}
    world.has("pyjobs", dynamic)
    assert "between them Spark chooses" in world.run("pyjob", "scale", "dynamic", "3").err


def test_scale_waits_until_the_executors_are_there(world: World) -> None:
    world.has("pyjobs", job(phase="Running", executors={"desired": 2, "ready": 2}))
    scaling = world.start("pyjob", "scale", "report", "3", "--wait")
    assert scaling.line() == "report: from 2 to 3 executors\n"
    goes(world, submitted(world), job(phase="Running", executors={"desired": 3, "ready": 2}))
    scaling.says("2/3 executors")
    goes(world, submitted(world), job(phase="Running", executors={"desired": 3, "ready": 3}))
    assert scaling.end().code == 0


def test_logs_of_an_executor_whose_pod_is_gone_say_how_it_ended(world: World) -> None:
    told = {"attempt": 1, "id": 3, "time": "2026-03-01T10:00:41Z", "message": "executor 3 ended with exit code 52"}
    world.has("pyjobs", job(phase="Running", executors={"failed": 1, "failures": [told]}))
    world.has("pods", pod())
    gone = world.run("pyjob", "logs", "report", "--executor", "3")
    assert gone.code == 1
    assert "executor 3 ended with exit code 52. spec.ttlAfterFinished.executorPods" in gone.err
    assert "has no such container" in world.run("pyjob", "logs", "report", "--executor", "4").err


def test_cancel_deletes_what_runs_and_keeps_what_has_ended(world: World) -> None:
    world.has("pyjobs", job(phase="Running"))
    assert "report is cancelled after" in world.run("pyjob", "cancel", "report", "--no-wait").ok()
    assert world.calls()[-1] == "delete pyjob report --wait=false"
    world.has("pyjobs", job("old", phase="Succeeded"))
    assert "old has ended already (Succeeded); nothing is cancelled" in world.run("pyjob", "cancel", "old").err
    assert (world.folder / "pyjobs" / "old.json").exists()


def shown(tree: dict[str, object], **conf: str) -> dict[str, object]:
    spec: dict[str, object] = tree["spec"]  # type: ignore[assignment]
    return {**tree, "spec": {**spec, "conf": {key.replace("_", "."): value for key, value in conf.items()}}}


def test_ui_prints_an_address_that_answers_and_ends_with_the_job(world: World) -> None:
    on = {"spark_ui_enabled": "true", "spark_ui_port": str(free_port())}
    world.has("pyjobs", shown(job(phase="Running"), **on))
    world.has("pods", pod(python=RUNNING))
    ui = world.start("pyjob", "ui", "report")
    world.touch("ui")  # the driver's UI comes later than its JVM
    address = ui.line().strip()
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+/", address)
    with urllib.request.urlopen(address) as answer:
        assert answer.read() == b"Spark of report-1-driver"
    world.has("pyjobs", shown(job(phase="Succeeded"), **on))
    assert ui.end().code == 0


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def test_ui_that_is_not_there_says_why(world: World) -> None:
    port = str(free_port())
    world.has("pyjobs", shown(job(phase="Running"), spark_ui_port=port))
    assert "has no driver yet" in world.run("pyjob", "ui", "report").err
    world.has("pods", pod())
    assert 'conf: {spark.ui.enabled: "true"}' in world.run("pyjob", "ui", "report").err
    world.has("pods", pod(jvm=ended(1)))
    assert "the driver of report has ended, so there is no Spark UI" in world.run("pyjob", "ui", "report").err
    world.has("pods", pod())
    world.has("pyjobs", shown(job(phase="Running"), spark_ui_enabled="true", spark_ui_port=port))
    assert f"does not answer at port {port}" in world.run("pyjob", "ui", "report", "--timeout", "0").err
    world.has("pyjobs", job(phase="Succeeded"))
    refused = world.run("pyjob", "ui", "report")
    assert refused.code == 1
    assert "this installation has no proxy for jobs' pages" in refused.err
    assert 'pyjobs.pyjob.io "gone" not found' in world.run("pyjob", "ui", "gone").err


def test_what_kubectl_refuses_is_told_in_its_words(world: World) -> None:
    refused = world.run("pyjob", "status", "none")
    assert (refused.code, refused.err) == (1, 'pyjob: pyjobs.pyjob.io "none" not found\n')
    world.touch("refuse", 'Error from server (Forbidden): pyjobs is forbidden: User "me" cannot list')
    assert "(Forbidden): pyjobs is forbidden" in world.run("pyjob", "list").err
    world.touch("refuse", 'error: the server doesn\'t have a resource type "pyjobs"')
    assert "this cluster has no PyJobs: is PyJob installed there?" in world.run("pyjob", "list").err


def test_without_kubectl_it_says_so(world: World) -> None:
    (world.bin / "kubectl").unlink()
    path = {**world.env(), "PATH": str(world.bin)}
    world.env = lambda: path  # type: ignore[method-assign]
    assert "kubectl is needed, and is not on the PATH" in world.run("pyjob", "list").err


def test_help_needs_no_cluster_and_wrong_options_are_two(world: World) -> None:
    assert "submit" in world.run("pyjob", "--help").ok()
    assert "run         run a manifest or a script on the cluster" in world.run("kubectl-pyjob", "--help").ok()
    assert re.fullmatch(r"pyjob \d+\.\d+\.\d+\n", world.run("kubectl-pyjob", "--version").ok())
    assert world.run("kubectl-pyjob").code == 2
    assert world.run("pyjob", "scale", "report", "many").code == 2
    assert world.run("pyjob", "logs", "report", "--script", "-d").code == 2
    assert not (world.folder / "calls").exists()


def test_a_quota_that_is_used_up_is_told_while_the_job_waits(world: World) -> None:
    run = world.start("pyjob", "submit", manifest(world, plain()))
    goes(
        world,
        submitted(world),
        job(phase="Pending", conditions=[condition("Stalled", "QuotaExceeded", "no room")]),
    )
    run.says("report: Pending, waits: QuotaExceeded")
    run.interrupt()
    assert run.end().code == 130
