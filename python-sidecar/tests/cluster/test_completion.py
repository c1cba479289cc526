from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from pyjob_cluster.completion import BASH, Names, complete
from pyjob_cluster.options import CommandLine
from tests.cluster.world import World, job

JOBS = [("nightly", "Succeeded"), ("report", "Running"), ("rest", "")]


class Asked:
    """Names, and with which options of kubectl they were asked for."""

    def __init__(self, is_plugin: bool = True) -> None:
        self.line = CommandLine("kubectl pyjob", is_plugin)
        self.options: list[str] | None = None

    def __call__(self, *words: str) -> list[str]:
        return [candidate.split("\t")[0] for candidate in complete(list(words), self.line, self._names)]

    def _names(self) -> Names:
        self.options = list(self.line.kubectl)
        return Names(
            lambda running: [j for j in JOBS if not (running and j[1] == "Succeeded")],
            lambda: ["default", "team-a"],
            lambda: ["kind-here", "production"],
        )


def test_commands_complete() -> None:
    assert Asked()("s") == ["submit", "status", "scale", ":4"]
    assert Asked()("ru") == ["run", ":4"]
    assert Asked(is_plugin=False)("ru") == ["run", ":4"]
    assert Asked()("-n", "team-a", "li") == ["list", ":4"]


def test_names_of_jobs_complete() -> None:
    assert Asked()("logs", "") == ["nightly", "report", "rest", ":4"]
    assert Asked()("status", "-w", "re") == ["report", "rest", ":4"]
    assert Asked()("logs", "report", "") == [":4"]


def test_what_is_only_for_jobs_that_run_completes_these() -> None:
    for command in ("cancel", "scale", "ui"):
        assert Asked()(command, "") == ["report", "rest", ":4"]


def test_names_are_those_of_the_namespace_and_context_of_the_line() -> None:
    asked = Asked()
    asked("-n", "team-a", "logs", "--context=production", "")
    assert asked.options == ["--namespace=team-a", "--context=production"]


def test_values_of_options_complete() -> None:
    assert Asked()("logs", "-n", "") == ["default", "team-a", ":4"]
    assert Asked()("logs", "--namespace=te") == ["--namespace=team-a", ":4"]
    assert Asked()("list", "--context", "p") == ["production", ":4"]
    assert Asked()("logs", "-c", "") == ["python", "jvm", ":4"]
    assert Asked()("completion", "z") == ["zsh", ":4"]
    assert Asked()("logs", "--since", "") == [":4"]


def test_options_complete() -> None:
    assert Asked()("logs", "--f") == ["--follow", ":4"]
    assert Asked()("scale", "--w") == ["--wait", ":4"]
    assert {"-f", "--follow", "-n", "--namespace"} <= set(Asked()("logs", "-"))


def test_files_are_left_to_the_shell() -> None:
    assert Asked()("run", "") == [":0"]
    assert Asked()("logs", "--kubeconfig", "") == [":0"]
    assert Asked(is_plugin=False)("validate", "") == [":0"]


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def test_kubectl_gets_candidates_of_its_plugin(world: World) -> None:
    world.has("pyjobs", job("report", "Running"))
    world.has("pyjobs", job("old", "Failed"))
    assert world.run("kubectl_complete-pyjob", "cancel", "").ok() == "report\tRunning\n:4\n"
    assert world.run("kubectl_complete-pyjob", "logs", "o").ok() == "old\tFailed\n:4\n"


def test_a_cluster_that_does_not_answer_completes_nothing(world: World) -> None:
    world.touch("refuse", "The connection to the server was refused")
    assert world.run("kubectl_complete-pyjob", "logs", "").ok() == ":4\n"


def test_bash_completes(world: World) -> None:
    world.has("pyjobs", job("report", "Running"))
    assert bash(world, "pyjob", "sta") == ["status"]
    assert bash(world, "pyjob", "status", "") == ["report"]
    assert bash(world, "kubectl-pyjob", "logs", "--fo") == ["--follow"]


def bash(world: World, *words: str) -> list[str]:
    """What bash offers for the last word."""
    quoted = " ".join(f"'{word}'" for word in words)
    script = f"{BASH}\nCOMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _pyjob_complete\n"
    script += 'printf "%s\\n" "${COMPREPLY[@]}"'
    done = subprocess.run(["bash", "-c", script], env=world.env(), capture_output=True, text=True, check=True)
    return done.stdout.split()


@pytest.mark.skipif(shutil.which("zsh") is None, reason="there is no zsh on the PATH")
def test_zsh_completes(world: World) -> None:
    world.has("pyjobs", job("report", "Running"))
    printed = world.run("pyjob", "completion", "zsh").ok()
    script = "compdef() { :; }; _describe() { print -l -- $candidates; }; _files() { print files; }\n" + printed
    for words, offered in (
        (("pyjob", "sta"), ["status:how a job is doing; -w stays until its end"]),
        (("pyjob", "status", ""), ["report:Running"]),
        (("pyjob", "submit", ""), ["files"]),
    ):
        quoted = " ".join(f"'{word}'" for word in words)
        called = f"{script}\nwords=({quoted}); CURRENT={len(words)}; _pyjob_complete; true"
        done = subprocess.run(["zsh", "-fc", called], env=world.env(), capture_output=True, text=True, check=True)
        assert done.stdout.splitlines() == offered, done.stderr
