"""`python-sidecar/fuzz [--seconds N] [--seed S]`: garbage for a live pool, while a task runs in it.

Prints what it did and what came of it; exits with 1, and the seed, if anybody was hurt.
"""

from __future__ import annotations

import argparse
import os
import random
import sys
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from pyjob import _protocol
from pyjob._protocol import ControlRequest, Operation, WorkerRequest
from tests.support import Connection, Pod, Refused, new_pod, stats

ECHO = """
def main(infile, outfile):
    line = infile.readline()
    if not line:
        raise EOFError
    outfile.write(line)
"""
_MOST_OPEN = 60


class Hurt(AssertionError):
    """A pool, or a task in it, was hurt by garbage."""


@dataclass
class Victim:
    """A pool with a task at work, and those who disturb it."""

    pod: Pod
    env: dict[str, str]
    task: Connection
    door: dict[str, str]
    open: list[Connection] = field(default_factory=list)
    did: Counter[str] = field(default_factory=Counter)

    @classmethod
    def start(cls, pod: Pod) -> Victim:
        folder = pod.root / "modules"
        folder.mkdir()
        (folder / "echo.py").write_text(ECHO)
        env = {"PYTHONPATH": str(folder)}
        process = pod.pool("--spare", "1", "--slots", "2", "--memory", str(512 << 20))
        # Nobody reads its log here.
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            os.set_blocking(stream.fileno(), False)
        task = Connection(pod.worker_socket)
        task.ask("echo", env | {"SPARK_REUSE_WORKER": "1"})
        return cls(pod, env, task, {"worker": str(pod.worker_socket), "control": str(pod.control_socket)})

    def connect(self, name: str) -> Connection | None:
        """A connection that stays open for a while, as those of slow senders do."""
        try:
            connection = Connection(self.pod.worker_socket if name == "worker" else self.pod.control_socket)
        except OSError:
            return None  # the backlog is full: that is an answer, too
        self.open.append(connection)
        while len(self.open) > _MOST_OPEN:
            self.open.pop(0).close()
        return connection

    def throw(self, name: str, data: bytes, how: str) -> None:
        """Send `data` in one of the ways of people who mean no good."""
        connection = self.connect(name)
        self.did[f"{name} {how}"] += 1
        if connection is None:
            return
        try:
            if how == "slowly":
                for index in range(min(len(data), 16)):
                    connection.send(data[index : index + 1])
            else:
                connection.socket.settimeout(0.2)
                connection.send(data)
        except OSError:
            pass  # refused already
        if how == "and leaves":
            self.open.remove(connection)
            connection.close()

    def check(self) -> None:
        """The task goes on, others are served, and the pool answers."""
        try:
            if self.task.task("still here") != "still here":
                raise Hurt("the running task has lost its worker")
            with Connection(self.pod.worker_socket) as other:
                other.ask("echo", self.env)
                if other.task("me too") != "me too":
                    raise Hurt("another task was not served")
            found = stats(self.pod)
        except (OSError, EOFError, Refused) as error:
            raise Hurt(f"the pool does not do its work: {type(error).__name__}: {error}") from error
        if found["workers"]["busy"] > 8:
            raise Hurt(f"more workers than the pool may have: {found['workers']}")
        if self.pod.processes[0].poll() is not None:
            raise Hurt("the pool has ended")
        self._read_log()

    def _read_log(self) -> None:
        process = self.pod.processes[0]
        for stream in (process.stdout, process.stderr):
            assert stream is not None
            try:
                text = os.read(stream.fileno(), 1 << 20)
            except BlockingIOError:
                continue
            if b"\nTraceback" in b"\n" + text:  # those of workers have a label before them
                raise Hurt(f"the pool has raised: {text.decode(errors='replace')[-2000:]}")

    def descriptors(self) -> int:
        return len(os.listdir(f"/proc/{self.pod.processes[0].pid}/fd"))

    def close(self) -> None:
        for connection in [*self.open, self.task]:
            connection.close()


_BODIES = (
    b"{}",
    b"[]",
    b"null",
    b"1",
    b"\xff\xfe",
    b"[" * 4000,
    b'{"v":1}',
    b'{"v":true}',
    b'{"v":1,"module":"os.path"}',
    b'{"v":1,"module":"absent.module","env":{}}',
    b'{"v":1,"module":"../x"}',
    b'{"v":1,"module":"echo","env":{"A=":"b"}}',
    b'{"v":2,"op":"kill","pid":1}',
    b'{"v":1,"op":["kill"],"pid":1}',
    b'{"v":1,"op":"why","pid":1e9}',
    b'{"v":1,"op":"why","pid":' + b"9" * 3000 + b"}",
    b'{"v":1,"op":"stats","pid":{}}',
)


def _bytes(rng: random.Random) -> bytes:
    return rng.randbytes(rng.choice((0, 1, 3, 4, 5, 64, 5000)))


def _length(rng: random.Random) -> bytes:
    number = rng.choice((-(2**31), -1, 0, 1, 4096, 4097, 2**20, 2**20 + 1, 2**31 - 1))
    return number.to_bytes(4, "big", signed=True) + _bytes(rng)


def _half(rng: random.Random) -> bytes:
    whole = WorkerRequest("echo", {"A": "x" * rng.randrange(3000)}).encode()
    return whole[: rng.randrange(len(whole))]


def _json(rng: random.Random) -> bytes:
    return _protocol.frame(rng.choice(_BODIES))


def _order(rng: random.Random) -> bytes:
    pid = rng.choice((0, -1, 1, os.getpid(), 2**31, 2**63, rng.randrange(1, 1 << 22)))
    return ControlRequest(rng.choice(list(Operation)), pid).encode() * rng.randrange(1, 50)


KINDS: tuple[tuple[str, Callable[[random.Random], bytes]], ...] = (
    ("random bytes", _bytes),
    ("lengths", _length),
    ("half frames", _half),
    ("JSON", _json),
    ("orders", _order),
)
WAYS = ("at once", "slowly", "and leaves")


def run(seconds: float, seed: int) -> int:
    rng = random.Random(seed)
    with new_pod() as pod:
        victim = Victim.start(pod)
        kinds: Counter[str] = Counter()
        checks, most = 0, 0
        end = time.monotonic() + seconds
        try:
            while time.monotonic() < end:
                for _ in range(rng.randrange(1, 40)):
                    kind, make = rng.choice(KINDS)
                    kinds[kind] += 1
                    victim.throw(rng.choice(("worker", "control")), make(rng), rng.choice(WAYS))
                most = max(most, victim.descriptors())
                victim.check()
                checks += 1
        except Hurt as error:
            print(f"FAILED after {sum(kinds.values())} throws, with --seed {seed}: {error}")
            return 1
        finally:
            victim.close()
        print(f"{sum(kinds.values())} throws in {seconds:g} s with --seed {seed}: nobody was hurt in {checks} checks")
        for name, count in sorted((kinds + victim.did).items()):
            print(f"  {count:7} {name}")
        print(f"  {most:7} descriptors of the pool at most")
        return 0


def main() -> None:
    parser = argparse.ArgumentParser(prog="python-sidecar/fuzz", description="Throws garbage at a live pool.")
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--seed", type=int, default=random.randrange(1 << 32))
    options = parser.parse_args()
    sys.exit(run(options.seconds, options.seed))


if __name__ == "__main__":
    main()
