from __future__ import annotations

import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyjob_local.box import Box
from pyjob_local.processes import Command, Process, start
from tests.support import eventually, is_alive


def _why_not() -> str:
    if sys.platform != "linux":
        return "boxes are made of Linux namespaces"
    if os.geteuid() != 0:
        return "boxes need root"
    process = start(Command(("true",), {"PATH": os.environ["PATH"]}, "/", 1, 2, Box((), "/tmp", ())))
    if os.waitstatus_to_exitcode(os.waitpid(process.pid, 0)[1]) != 0:
        return "this system allows no namespaces (a container without the right?)"
    return ""


WHY_NOT = _why_not()
pytestmark = pytest.mark.skipif(WHY_NOT != "", reason=WHY_NOT)


class Host:
    """A folder outside /tmp with a pod's volume, and boxes that use it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.tmp = folder / "tmp"
        self.log = folder / "log"
        self.tmp.mkdir()

    def start(self, *argv: str, hide: tuple[str, ...] = (), share: tuple[str, ...] = ()) -> Process:
        log = os.open(self.log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        box = Box(hide, str(self.tmp), share)
        process = start(Command(argv, {"PATH": os.environ["PATH"]}, "/", log, log, box))
        os.close(log)
        return process

    def run(self, program: str, hide: tuple[str, ...] = (), share: tuple[str, ...] = ()) -> tuple[int, str]:
        """Run a shell program in a box; its exit code and output."""
        code = ended(self.start("sh", "-c", program, hide=hide, share=share))
        return code, self.log.read_text()


def ended(process: Process) -> int:
    return os.waitstatus_to_exitcode(os.waitpid(process.pid, 0)[1])


@pytest.fixture
def host() -> Iterator[Host]:
    folder = tempfile.mkdtemp(prefix="pyjob-box-test-", dir="/var/tmp")
    yield Host(Path(folder))
    shutil.rmtree(folder)


def test_its_tmp_is_its_own(host: Host, tmp_path: Path) -> None:
    (host.tmp / "before").touch()
    code, out = host.run(f"ls /tmp; touch /tmp/after; ls {tmp_path} 2>&1; exit 0")
    assert (code, out.splitlines()[0]) == (0, "before")
    assert "No such file" in out
    assert (host.tmp / "after").exists()
    assert not Path("/tmp/after").exists()


def test_hidden_folders_are_empty_and_hidden_files_too(host: Host) -> None:
    folder = host.folder / "jdk"
    (folder / "bin").mkdir(parents=True)
    file = host.folder / "java"
    file.write_text("#!/bin/sh\n")
    link = host.folder / "link"
    link.symlink_to(folder)
    hide = (str(link), str(file), str(host.folder / "none"))
    assert host.run(f"ls {folder}; cat {file}; test ! -x {file}", hide) == (0, "")
    assert os.listdir(folder) == ["bin"]


def test_shared_folders_stay_though_their_place_is_covered(host: Host, tmp_path: Path) -> None:
    (host.folder / "envs" / "mine").mkdir(parents=True)
    (host.folder / "envs" / "another").mkdir()
    (tmp_path / "in-tmp").write_text("seen\n")
    hide, share = (str(host.folder / "envs"),), (str(host.folder / "envs" / "mine"), str(tmp_path))
    assert host.run(f"ls {host.folder}/envs; cat {tmp_path}/in-tmp; touch {tmp_path}/made", hide, share) == (
        0,
        "mine\nseen\n",
    )
    assert (tmp_path / "made").exists()


def test_sharing_a_folder_does_not_uncover_what_is_hidden_in_it(host: Host) -> None:
    hidden = host.folder / "usr" / "lib" / "jvm"
    (hidden / "java").mkdir(parents=True)
    assert host.run(f"ls {hidden}", (str(hidden),), (str(host.folder / "usr"),)) == (0, "")


def test_it_is_process_one_and_sees_no_other(host: Host) -> None:
    code, out = host.run("echo $$; ls /proc | grep -c '^[0-9]'")
    pid, count = out.split()
    assert (code, pid) == (0, "1")
    assert int(count) <= 4  # the shell, and the programs of the pipe


def test_exit_codes_pass_and_are_128_and_more_for_a_signal(host: Host) -> None:
    assert host.run("exit 3")[0] == 3
    process = host.start("sleep", "100")
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    eventually("the box's first process is there", lambda: children.read_text() != "")
    os.kill(int(children.read_text()), signal.SIGKILL)
    assert ended(process) == 128 + signal.SIGKILL


def test_a_program_that_is_not_there_ends_with_127_and_says_so(host: Host) -> None:
    assert ended(host.start("/no/such/program")) == 127
    assert "/no/such/program could not be started" in host.log.read_text()


def test_a_box_that_cannot_be_made_ends_with_126_and_says_so(host: Host) -> None:
    shutil.rmtree(host.tmp)
    assert ended(host.start("true")) == 126
    assert f"true could not be started: [Errno 2] mount {host.tmp} on /tmp" in host.log.read_text()


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGUSR1])
def test_signals_reach_the_program(number: signal.Signals, host: Host) -> None:
    name = number.name.removeprefix("SIG")
    process = host.start("sh", "-c", f"trap 'exit 7' {name}; echo ready; while :; do sleep 0.02; done")
    eventually("it is ready", lambda: "ready" in host.log.read_text())
    process.signal(number)
    assert ended(process) == 7


def test_killing_it_ends_everything_inside(host: Host) -> None:
    process = host.start("sh", "-c", "setsid sleep 4321 & echo ready; wait")
    eventually("it is ready", lambda: "ready" in host.log.read_text())
    eventually("its child runs", lambda: len(sleepers("4321")) == 1)
    inside = sleepers("4321")
    process.signal(signal.SIGKILL)
    assert ended(process) == -signal.SIGKILL
    eventually("its child has ended", lambda: not any(is_alive(pid) for pid in inside))


def sleepers(seconds: str) -> list[int]:
    found = []
    for entry in os.listdir("/proc"):
        try:
            if entry.isdigit() and Path("/proc", entry, "cmdline").read_bytes() == b"sleep\0%s\0" % seconds.encode():
                found.append(int(entry))
        except OSError:  # it has ended meanwhile
            continue
    return found
