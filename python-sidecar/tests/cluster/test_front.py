"""`pyjob ui` by way of the installation's proxy: jobs that have ended, and those that are gone."""

from __future__ import annotations

import http.client
import json
import sys
import urllib.request
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyjob_cluster.front import words
from tests.cluster.world import World, job, kubectls


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    """A cluster whose installation has a proxy."""
    there = World(tmp_path)
    labels = {"app.kubernetes.io/part-of": "pyjob", "app.kubernetes.io/component": "ui"}
    there.has("services", {"metadata": {"name": "pyjob-ui", "namespace": "system", "labels": labels}})
    there.touch("token", "mine")
    user(there, {"token": "mine"})
    yield there
    assert kubectls(there) == []


def user(world: World, how: dict[str, Any]) -> None:
    world.touch("kubeconfig", json.dumps({"users": [{"name": "me", "user": how}]}))


def status_of(address: str, host: str | None = None, method: str = "GET") -> int:
    parts = address.split("/", 3)
    connection = http.client.HTTPConnection(parts[2], timeout=10)
    try:
        connection.request(method, "/" + parts[3], headers={} if host is None else {"Host": host})
        return connection.getresponse().status
    finally:
        connection.close()


def test_a_job_that_has_ended_is_shown_with_the_users_token(world: World) -> None:
    world.has("pyjobs", job(phase="Succeeded"))
    ui = world.start("kubectl-pyjob", "ui", "report", "-n", "team-a")
    address = ui.line().strip()
    assert address.endswith("/team-a/report/")
    with urllib.request.urlopen(address) as answer:
        assert answer.url == f"{address}history/report-1-0/jobs/"
        assert answer.read() == b"page /team-a/report/history/report-1-0/jobs/ of pyjob-ui"
    forwarded = next(call for call in world.calls() if call.startswith("-n system port-forward"))
    assert forwarded.split()[3:] == ["svc/pyjob-ui", "0:80", "--address=127.0.0.1"]
    ui.interrupt()
    assert ui.end().code == 130


def test_its_address_is_for_that_job_and_for_this_machine(world: World) -> None:
    world.has("pyjobs", job(phase="Failed"))
    ui = world.start("pyjob", "ui", "report")
    address = ui.line().strip()
    root = address.removesuffix("team-a/report/")
    assert status_of(address + "jobs/") == 200
    assert status_of(root + "team-a/other/") == 404
    assert status_of(root + "team-a/reports/") == 404
    assert status_of(address + "jobs/", host="evil.example.com") == 403
    assert status_of(address + "jobs/", method="POST") == 501
    ui.interrupt()
    ui.end()


def test_a_job_that_is_gone_is_looked_for_there(world: World) -> None:
    ui = world.start("kubectl-pyjob", "ui", "report")
    assert ui.line().strip().endswith("/team-a/report/")
    ui.interrupt()
    ui.end()


def test_what_the_proxy_says_is_told(world: World) -> None:
    world.has("pyjobs", job("none", phase="Succeeded"))
    assert "No event log of none\nspec.eventLog" in world.run("pyjob", "ui", "none").err
    user(world, {"token": "another"})
    refused = world.run("pyjob", "ui", "none")
    assert refused.code == 1
    assert "Not yours to see\nme & you may not\n  kubectl create x" in refused.err


def test_the_token_comes_from_where_kubectl_has_it(world: World) -> None:
    world.has("pyjobs", job(phase="Succeeded"))
    file = world.work / "token"
    file.write_text("mine\n")
    answer = json.dumps({"kind": "ExecCredential", "status": {"token": "mine"}})
    program = {"command": sys.executable, "args": ["-c", f"print('''{answer}''')"], "apiVersion": "v1"}
    for how in ({"tokenFile": str(file)}, {"exec": program}):
        user(world, how)
        ui = world.start("pyjob", "ui", "report")
        assert ui.line().startswith("http://127.0.0.1:")
        ui.interrupt()
        ui.end()
    user(world, {"client-certificate": "me.crt"})
    assert "this kubeconfig has none" in world.run("pyjob", "ui", "report").err
    world.touch("token", "token-of-viewer")
    ui = world.start("pyjob", "ui", "report", "--service-account", "viewer")
    assert ui.line().startswith("http://127.0.0.1:")
    ui.interrupt()
    ui.end()
    user(world, {"exec": {"command": "/no/such/program"}})
    assert "/no/such/program, has failed" in world.run("pyjob", "ui", "report").err


def test_the_proxy_can_be_named(world: World) -> None:
    world.lacks("services", "pyjob-ui")
    world.has("pyjobs", job(phase="Running"))
    ui = world.start("pyjob", "ui", "report", "--proxy", "platform/front")
    assert ui.line().strip().endswith("/team-a/report/")
    ui.interrupt()
    ui.end()
    assert any(call.startswith("-n platform port-forward svc/front") for call in world.calls())
    assert "as NAMESPACE/NAME" in world.run("pyjob", "ui", "report", "--proxy", "front").err


def test_words_of_a_page() -> None:
    page = "<html><h1>A &lt;job&gt;</h1>\n<p>has ended</p><pre>a\nb</pre><script>x</script></html>"
    assert words(page) == "A <job>\nhas ended\n  a\nb"
