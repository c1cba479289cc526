from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from pyjob_images import load
from pyjob_images.engine import find_engine
from pyjob_images.program import run
from pyjob_local.say import SetupError

PROJECT = Path(__file__).parents[3]

# A buildah that writes the archive which it is asked for.
SAVES = '[ "$1" != push ] || { archive=${4#docker-archive:}; : >"${archive%%:*}"; }'


class Programs:
    """Programs on the PATH that note how they were called, and answer as they are told."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.bin = folder / "bin"
        self.calls = folder / "calls"
        self.bin.mkdir()
        monkeypatch.setenv("PATH", f"{self.bin}:{os.environ['PATH']}")
        for name in ("PYJOB_IMAGE_ENGINE", "KIND_CLUSTER_NAME"):
            monkeypatch.delenv(name, raising=False)
        monkeypatch.setattr("shutil.which", lambda name: str(self.bin / name) if (self.bin / name).exists() else None)

    def add(self, name: str, body: str = "") -> None:
        program = self.bin / name
        program.write_text(f'#!/bin/sh\necho {name} "$@" >>{self.calls}\n{body}\n')
        program.chmod(0o755)

    def called(self) -> list[str]:
        return self.calls.read_text().splitlines() if self.calls.exists() else []


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Programs:
    return Programs(tmp_path, monkeypatch)


def test_buildah_is_taken_where_both_are_there(programs: Programs) -> None:
    programs.add("buildah")
    programs.add("docker")
    assert find_engine().name == "buildah"


def test_docker_counts_only_if_its_daemon_answers(programs: Programs) -> None:
    programs.add("docker", "exit 1")
    with pytest.raises(SetupError, match="buildah, or docker with a daemon that answers, is needed"):
        find_engine()
    programs.add("docker")
    assert find_engine().name == "docker"


def test_the_program_can_be_named(programs: Programs, monkeypatch: pytest.MonkeyPatch) -> None:
    programs.add("buildah")
    programs.add("docker")
    monkeypatch.setenv("PYJOB_IMAGE_ENGINE", "docker")
    assert find_engine().name == "docker"
    monkeypatch.setenv("PYJOB_IMAGE_ENGINE", "podman")
    with pytest.raises(SetupError, match="PYJOB_IMAGE_ENGINE=podman: it must be buildah or docker"):
        find_engine()


def test_both_build_over_the_machines_network(programs: Programs) -> None:
    programs.add("docker")
    find_engine().build("localhost/it:dev", Path("/it/Dockerfile"), Path("/context"), {"A": "b"})
    called = "docker build --network host --tag localhost/it:dev --file /it/Dockerfile --build-arg A=b /context"
    assert programs.called()[-1] == called


def test_an_image_that_was_not_built_is_told(programs: Programs, capfd: pytest.CaptureFixture[str]) -> None:
    programs.add("buildah", "exit 1")
    assert run(load.main, PROJECT, ["new", "--only", "python"]) == 69
    assert "no image localhost/pyjob-python:new: build it with images/build new" in capfd.readouterr().err


def test_a_kind_cluster_gets_the_images_as_archives(programs: Programs, capfd: pytest.CaptureFixture[str]) -> None:
    programs.add("buildah", SAVES)
    programs.add("kind", '[ "$1" != get ] || echo mine')
    assert run(load.main, PROJECT, ["v1", "--registry", "registry.example.com/team"]) == 0
    calls = programs.called()
    assert sum(call.startswith("kind load image-archive --name mine ") for call in calls) == 3
    assert any(":registry.example.com/team/pyjob-operator:v1" in call for call in calls)
    options = "--set image.registry=registry.example.com/team --set image.tag=v1 --set image.pullPolicy=IfNotPresent\n"
    assert capfd.readouterr().out == options


def test_one_of_several_kind_clusters_is_to_be_named(
    programs: Programs, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    programs.add("buildah", SAVES)
    programs.add("kind", '[ "$1" != get ] || printf "one\\ntwo\\n"')
    assert run(load.main, PROJECT, ["v1"]) == 69
    assert "say which is meant with KIND_CLUSTER_NAME" in capfd.readouterr().err
    monkeypatch.setenv("KIND_CLUSTER_NAME", "two")
    assert run(load.main, PROJECT, ["v1", "--only", "python"]) == 0
    assert any(call.startswith("kind load image-archive --name two ") for call in programs.called())


def test_where_there_is_no_cluster_it_is_told(
    programs: Programs, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    programs.add("buildah")
    assert run(load.main, tmp_path / "project", ["v1"]) == 69
    assert "there is no cluster to load into" in capfd.readouterr().err


def test_charts_values_are_the_ones_that_load_prints() -> None:
    values = json.loads((PROJECT / "charts" / "pyjob" / "values.schema.json").read_text())
    assert {"registry", "tag", "pullPolicy"} <= set(values["properties"]["image"]["properties"])
