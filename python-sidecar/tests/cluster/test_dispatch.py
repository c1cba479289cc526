from __future__ import annotations

import pytest

from pyjob_cluster.commands import COMMANDS, LOCAL, is_for_cluster
from pyjob_cluster.options import CommandLine
from pyjob_cluster.program import main


@pytest.mark.parametrize(
    "line", ["run job.yaml", "run -e 1 a.py status x", "validate a b", "trace -", "--version", "-V"]
)
def test_commands_of_this_machine_go_to_its_launcher(line: str) -> None:
    assert not is_for_cluster("/home/me/bin/pyjob", line.split())


@pytest.mark.parametrize("line", ["", "--help", "help", "-n team-a list", "__complete ru", *COMMANDS])
def test_all_others_ask_a_cluster(line: str) -> None:
    assert is_for_cluster("./pyjob", line.split())


def test_what_is_no_command_is_told_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    assert is_for_cluster("pyjob", ["rnu", "job.yaml"])
    assert main("pyjob", ["rnu", "job.yaml"]) == 2
    assert main("pyjob", ["xyzzy"]) == 2
    assert capsys.readouterr().err == (
        "pyjob: there is no command rnu; did you mean run?\npyjob: there is no command xyzzy\n"
    )


def test_as_a_plugin_run_is_the_clusters() -> None:
    assert is_for_cluster("/usr/local/bin/kubectl-pyjob", ["run", "job.yaml"])
    assert is_for_cluster("kubectl-pyjob", [])
    assert not is_for_cluster("kubectl-pyjob", ["validate", "job.yaml"])
    assert is_for_cluster("kubectl_complete-pyjob", ["validate", ""])


def test_every_command_has_options_and_no_other_has() -> None:
    assert set(CommandLine("pyjob", is_plugin=False).commands) == set(COMMANDS)
    assert set(CommandLine("kubectl pyjob", is_plugin=True).commands) == {*COMMANDS, "run"}
    assert not set(COMMANDS) & set(LOCAL)


def test_options_of_kubectl_are_passed_on_wherever_they_stand() -> None:
    line = CommandLine("kubectl pyjob", is_plugin=True)
    options = line.read(["-n", "team-a", "logs", "--context=x", "report", "--as", "me", "--insecure-skip-tls-verify"])
    assert (options.command, options.name) == ("logs", "report")
    assert line.kubectl == ["-n", "team-a", "--context=x", "--as=me", "--insecure-skip-tls-verify"]


@pytest.mark.parametrize("before", [[], ["-n", "a"]])
@pytest.mark.parametrize("behind", [[], ["--wait"], ["--context=b", "-e", "2"]])
@pytest.mark.parametrize("own", [[], ["--date"], ["-n", "5", "--", "--wait"]])
def test_behind_a_manifest_the_scripts_arguments_stand_behind_a_dash(
    before: list[str], behind: list[str], own: list[str]
) -> None:
    line = CommandLine("kubectl pyjob", is_plugin=True)
    options = line.read(["run", *before, "job.yaml", *behind, *(["--", *own] if own else [])])
    assert (options.command, options.file, options.args) == ("submit", "job.yaml", own)
    assert line.kubectl == [*before, *[word for word in behind if word.startswith("--context")]]
    assert options.wait == ("--wait" in behind)


def test_behind_a_script_all_is_the_scripts() -> None:
    line = CommandLine("kubectl pyjob", is_plugin=True)
    options = line.read(["run", "-n", "a", "report.py", "-n", "5", "--", "--wait"])
    assert line.kubectl == ["-n", "a"]
    assert options.args == ["-n", "5", "--", "--wait"]
    assert not options.wait
