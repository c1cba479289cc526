from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from pyjob._unpack import Unsafe, extract
from tests.support import Pod, eventually
from tests.wheels import index


@pytest.fixture
def environment(tmp_path: Path) -> Path:
    """An archive as venv-pack makes it, with a package in it."""
    made = tmp_path / "made"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True)
    site = next(made.glob("lib/python*/site-packages"))
    (site / "packed.py").write_text("name = 'packed'\n")
    archive = tmp_path / "env.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for entry in sorted(os.listdir(made)):
            packed.add(made / entry, entry)
    return archive


SCRIPT = "import packed, sys; print(packed.name, sys.prefix)"


def test_the_environment_that_a_job_brings_runs_its_script(pod: Pod, environment: Path) -> None:
    result = pod.run_script(SCRIPT, PYJOB_ENVIRONMENT=str(environment))

    assert (result.code, result.out) == (0, f"packed {pod.root}/python\n"), result.err
    assert "unpacked spec.python.environment in " in result.err
    assert (pod.root / "run" / "packages").read_text() == ""


def test_it_may_be_an_address(pod: Pod, environment: Path) -> None:
    with index(environment.parent) as url:
        result = pod.run_script(SCRIPT, PYJOB_ENVIRONMENT=url.replace("/simple", "/files/env.tar.gz"))

    assert (result.code, result.out) == (0, f"packed {pod.root}/python\n"), result.err
    assert not (pod.root / "tmp" / "env.tar.gz").exists()


@pytest.mark.parametrize(
    ("content", "why"),
    [
        ({}, "its bin/python3 does not run in this image (No such file or directory)"),
        ({"bin/python3": "#!/bin/sh\necho False\n"}, "its bin/python3 is not Python 3.10 or newer"),
    ],
)
def test_what_is_no_environment_is_told(pod: Pod, tmp_path: Path, content: dict[str, str], why: str) -> None:
    archive = tmp_path / "env.tar.gz"
    with tarfile.open(archive, "w:gz") as packed:
        for name, text in content.items():
            member = tarfile.TarInfo(name)
            member.size, member.mode = len(text), 0o755
            packed.addfile(member, io.BytesIO(text.encode()))

    result = pod.run_script("print('never')", PYJOB_ENVIRONMENT=str(archive))

    assert (result.code, result.out) == (78, "")
    assert result.message.startswith(f"spec.python.environment: {archive} {why}")


def test_what_is_no_archive_is_told_to_an_executors_jvm_too(pod: Pod, tmp_path: Path) -> None:
    failed = pod.root / "run" / "packages.failed"
    process = pod.start("pool", PYJOB_ENVIRONMENT="/nowhere/env.tar.gz")

    eventually("the JVM is told", failed.exists)

    assert failed.read_text().startswith("spec.python.environment: /nowhere/env.tar.gz cannot be unpacked: ")
    assert process.poll() is None


def tar(path: Path, *members: tarfile.TarInfo) -> Path:
    with tarfile.open(path, "w") as packed:
        for member in members:
            packed.addfile(member, io.BytesIO(b"x" * member.size))
    return path


def file(name: str) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.size = 1
    return member


def link(name: str, to: str, kind: bytes = tarfile.SYMTYPE) -> tarfile.TarInfo:
    member = tarfile.TarInfo(name)
    member.type, member.linkname = kind, to
    return member


@pytest.mark.parametrize(
    "members",
    [
        [file("../out")],
        [file("a/../../out")],
        [file("/tmp/out")],
        [link("a", ".."), file("a/out")],
        [link("a", "b"), link("b", ".."), file("a/out")],
        [link("out", "../secret", tarfile.LNKTYPE)],
        [link("a", "../secret"), file("a")],
        [link("a", "../secret"), link("b", "a", tarfile.LNKTYPE)],
        [link("a", ".."), link("b", "a/secret", tarfile.LNKTYPE)],
        [link("fifo", "", tarfile.FIFOTYPE)],
    ],
)
def test_nothing_leads_out_of_a_tar_file(tmp_path: Path, members: list[tarfile.TarInfo]) -> None:
    (tmp_path / "secret").write_text("secret")
    (tmp_path / "folder").mkdir()

    with pytest.raises(Unsafe):
        extract(str(tar(tmp_path / "a.tar", *members)), str(tmp_path / "folder"))

    assert sorted(os.listdir(tmp_path)) == ["a.tar", "folder", "secret"]
    assert (tmp_path / "secret").read_text() == "secret"


def test_a_folder_that_is_not_to_be_written_to_has_its_files(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    closed = tarfile.TarInfo("closed")
    closed.type, closed.mode = tarfile.DIRTYPE, 0o500

    extract(str(tar(tmp_path / "a.tar", closed, file("closed/a"))), str(tmp_path / "folder"))

    assert (tmp_path / "folder/closed/a").read_text() == "x"
    assert os.access(tmp_path / "folder/closed", os.W_OK)
    assert (tmp_path / "folder/closed").stat().st_mode & 0o200


def test_a_tar_file_that_ends_with_a_zip_file_is_a_tar_file(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with zipfile.ZipFile(tmp_path / "inner.zip", "w") as inner:
        inner.writestr("inner", "x")
    with tarfile.open(tmp_path / "a.tar", "w") as packed:
        packed.add(tmp_path / "inner.zip", "last.zip")

    extract(str(tmp_path / "a.tar"), str(tmp_path / "folder"))

    assert os.listdir(tmp_path / "folder") == ["last.zip"]


def test_links_may_lie_there(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    members = [file("bin/python3.11"), link("bin/python3", "python3.11"), link("bin/sh", "/bin/sh")]

    extract(str(tar(tmp_path / "a.tar", *members, link("bin/hard", "bin/python3.11", tarfile.LNKTYPE))), str(folder))

    assert os.readlink(folder / "bin/python3") == "python3.11"
    assert os.readlink(folder / "bin/sh") == "/bin/sh"
    assert (folder / "bin/hard").read_text() == "x"


def test_a_zip_file_keeps_what_can_be_run(tmp_path: Path) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    program = zipfile.ZipInfo("bin/run")
    program.external_attr = 0o100755 << 16
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as packed:
        packed.writestr(program, "x")

    extract(str(tmp_path / "a.zip"), str(folder))

    assert os.access(folder / "bin" / "run", os.X_OK)
    with zipfile.ZipFile(tmp_path / "b.zip", "w") as packed:
        packed.writestr("../out", "x")
    with pytest.raises(Unsafe):
        extract(str(tmp_path / "b.zip"), str(folder))
