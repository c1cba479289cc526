"""The launcher's side of the agent's protocol, for programs that stand in for the launcher's JVM."""

from __future__ import annotations

import json
import os
import sys
import time
from pathlib import Path

RUN_DIR = Path(os.environ["PYJOB_RUN_DIR"])


def send(op: str, **fields: object) -> None:
    """Tell the agent to do something."""
    os.write(1, json.dumps({"op": op, **fields}).encode() + b"\n")


def event(kind: str) -> dict[str, object]:
    """Wait for the next event of that kind; others are passed over."""
    for line in sys.stdin:
        found: dict[str, object] = json.loads(line)
        if found["event"] == kind:
            return found
    raise EOFError("the agent has gone")


def start(name: str, *argv: str, stdout: str = "", stderr: str = "", env: dict[str, str] | None = None) -> None:
    """Start a container; its output goes to a log of its name unless said otherwise."""
    log = str(RUN_DIR / f"{name}.log")
    path = {"PATH": os.environ["PATH"]}
    send(
        "start",
        id=name,
        argv=list(argv),
        env={**path, **(env or {})},
        cwd=str(RUN_DIR),
        stdout=stdout or log,
        stderr=stderr or log,
    )


def log(name: str) -> str:
    """What is in a container's log."""
    return (RUN_DIR / f"{name}.log").read_text()


def ready(name: str) -> None:
    """Wait until a container has said that it is ready."""
    file = RUN_DIR / f"{name}.log"
    while not file.exists() or "ready" not in file.read_text():
        time.sleep(0.005)


def finish(code: int, keep: bool = False) -> None:
    """End the run."""
    send("finish", code=code, keep=keep, lastLines=keep)
    sys.exit(0)


def told(text: str) -> None:
    """Tell the test something, on standard error."""
    send("say", text=text)
