"""A cluster that is a folder, a kubectl for it on the PATH, and `pyjob` as users start it."""

from __future__ import annotations

import json
import os
import select
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

from tests.support import PATIENCE_S, eventually

PROJECT = Path(__file__).parents[3]
FAKE = Path(__file__).parent / "fake_kubectl.py"
CREATED = "2026-03-01T10:00:00Z"


def job(name: str = "report", phase: str = "", **status: Any) -> dict[str, Any]:
    """A PyJob; without a phase no operator has looked at it."""
    tree: dict[str, Any] = {
        "apiVersion": "pyjob.io/v1alpha1",
        "kind": "PyJob",
        "metadata": {"name": name, "namespace": "team-a", "uid": f"uid-of-{name}", "creationTimestamp": CREATED},
        "spec": {"script": {"path": "/app/report.py"}, "executors": {"instances": 2}},
    }
    if phase:
        tree["status"] = {
            "phase": phase,
            "attempt": 1,
            "startTime": "2026-03-01T10:00:01.250Z",
            "selector": f"pyjob.io/job={name},pyjob.io/role=executor",
            "executors": {"desired": 2, "ready": 0, "lastId": 2, "failed": 0},
            "summary": {"executors": "0/2", "tasks": "0/0"},
            "conditions": [],
            **status,
        }
    return tree


def condition(kind: str, reason: str, message: str, status: str = "True") -> dict[str, str]:
    """A condition."""
    since = "2026-03-01T10:00:20Z"
    return {"type": kind, "status": status, "reason": reason, "message": message, "lastTransitionTime": since}


def progress(done: int, total: int, failed: int = 0) -> dict[str, int]:
    """Half of the stages are done."""
    return {
        "stagesDone": 1,
        "stagesActive": 1,
        "stagesTotal": 2,
        "tasksDone": done,
        "tasksActive": min(4, total - done),
        "tasksFailed": failed,
        "tasksTotal": total,
    }


RUNNING: dict[str, Any] = {"running": {"startedAt": CREATED}}


def ended(code: int, reason: str = "", message: str = "") -> dict[str, Any]:
    """The state of a container that has ended."""
    return {
        "terminated": {"exitCode": code, "reason": reason or ("Error" if code else "Completed"), "message": message}
    }


def waiting(reason: str) -> dict[str, Any]:
    """The state of a container that has not started."""
    return {"waiting": {"reason": reason}}


def pod(
    of: str = "report",
    executor: int = 0,
    python: dict[str, Any] = RUNNING,
    jvm: dict[str, Any] = RUNNING,
    owner: str = "",
) -> dict[str, Any]:
    """A driver's pod; an executor's with its number."""
    role = "executor" if executor else "driver"
    labels = {"pyjob.io/job": of, "pyjob.io/role": role, "pyjob.io/attempt": "1"}
    return {
        "metadata": {
            "name": f"{of}-1-exec-{executor}" if executor else f"{of}-1-driver",
            "uid": f"uid-of-{role}-{executor}",
            "ownerReferences": [{"kind": "PyJob", "name": of, "uid": owner or f"uid-of-{of}"}],
            "labels": {**labels, **({"pyjob.io/executor-id": str(executor)} if executor else {})},
        },
        "spec": {"containers": [{"name": "jvm"}, {"name": "python"}]},
        "status": {
            "phase": "Running",
            "containerStatuses": [
                {"name": "jvm", "state": jvm, "restartCount": 0},
                {"name": "python", "state": python, "restartCount": 0},
            ],
        },
    }


class World:
    """The cluster's folder, and what a user does with it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder / "cluster"
        self.folder.mkdir()
        for name in ("pyjobs", "pods", "logs", "services"):
            (self.folder / name).mkdir()
        (self.folder / "events.json").write_text("[]")
        self.bin = folder / "bin"
        self.bin.mkdir()
        kubectl = self.bin / "kubectl"
        kubectl.write_text(f"#!{sys.executable}\n" + FAKE.read_text())
        kubectl.chmod(0o755)
        for name in ("pyjob", "kubectl-pyjob", "kubectl_complete-pyjob"):
            (self.bin / name).symlink_to(PROJECT / name)
        self.work = folder / "work"
        self.work.mkdir()
        self._line = 0

    def has(self, kind: str, tree: dict[str, Any]) -> None:
        """Put an object there, or change it."""
        file = self.folder / kind / f"{tree['metadata']['name']}.json"
        part = file.parent / f".{file.name}"
        part.write_text(json.dumps(tree))
        part.rename(file)

    def lacks(self, kind: str, name: str) -> None:
        """Take an object away."""
        (self.folder / kind / f"{name}.json").unlink()

    def logs(self, name: str, *lines: str) -> None:
        """Add lines to a container's log, each a second after the one before."""
        with open(self.folder / "logs" / name, "a") as log:
            for line in lines:
                self._line += 1
                log.write(f"2026-03-01T10:{self._line // 60:02d}:{self._line % 60:02d}.000000001Z {line}\n")

    def touch(self, name: str, text: str = "") -> None:
        """Steer the fake."""
        (self.folder / name).write_text(text)

    def calls(self) -> list[str]:
        """How kubectl was called."""
        return (self.folder / "calls").read_text().splitlines()

    def env(self) -> dict[str, str]:
        """A user's environment."""
        path = f"{self.bin}{os.pathsep}{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "FAKE_CLUSTER": str(self.folder), "HOME": str(self.work), "LANG": "C.UTF-8"}

    def start(self, program: str, *args: str, stderr: int | None = None) -> Running:
        """Start a command as a user does; standard error goes to a file unless said otherwise."""
        assert shutil.which(program, path=str(self.bin))
        errors = self.work / "stderr"
        with open(errors, "wb") as file:
            process = subprocess.Popen(
                [sys.executable, str(self.bin / program), *args],
                cwd=self.work,
                env=self.env(),
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=file if stderr is None else stderr,
                bufsize=0,  # so that there is nothing to read where select says so
            )
        return Running(process, errors)

    def run(self, program: str, *args: str) -> Ended:
        """Run a command to its end."""
        return self.start(program, *args).end()


class Ended:
    """What a command has printed, and its exit code."""

    def __init__(self, code: int, out: str, err: str) -> None:
        self.code, self.out, self.err = code, out, err

    def ok(self) -> str:
        """Its output; it has to have succeeded."""
        assert self.code == 0, self.err
        return self.out


class Running:
    """A command that runs."""

    def __init__(self, process: subprocess.Popen[bytes], errors: Path) -> None:
        self._process = process
        self._errors = errors
        self._out = b""

    def line(self) -> str:
        """Its next line."""
        assert self._process.stdout is not None
        ready, _, _ = select.select([self._process.stdout], [], [], PATIENCE_S)
        if not ready:
            self._process.kill()
            raise AssertionError(f"it prints no further line; {self._errors.read_text()}")
        line = self._process.stdout.readline()
        self._out += line
        return line.decode()

    def says(self, text: str) -> None:
        """Wait until it has said that to standard error."""
        eventually(f"it says {text}: {self._errors.read_text()}", lambda: text in self._errors.read_text())

    def interrupt(self) -> None:
        """Ctrl-C."""
        self._process.send_signal(signal.SIGINT)

    def end(self) -> Ended:
        """Wait for its end."""
        try:
            out, _ = self._process.communicate(timeout=PATIENCE_S)
        finally:
            self._process.kill()
            self._process.wait()
        return Ended(self._process.returncode, (self._out + out).decode(), self._errors.read_text())


def kubectls(world: World) -> list[str]:
    """The processes of that world's kubectl that there are."""
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            line = (entry / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
        except OSError:  # it has just ended
            continue
        if str(world.bin / "kubectl") in line:
            found.append(line)
    return found
