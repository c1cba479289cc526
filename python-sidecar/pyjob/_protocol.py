"""The frames on the pool's two sockets. Pure: bytes in, values out, and back.

A request is a length (4 bytes, big endian, signed) and that many bytes of UTF-8 JSON. Answers are 4 byte integers; a
refused request for a worker gets 0 and then a frame with the reason, a question 1 and then a frame with the answer.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import Enum

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 1
MAX_WORKER_REQUEST = 1 << 20
MAX_CONTROL_REQUEST = 1 << 12
MAX_REASON = 1 << 13
MAX_TOLD = 1 << 16
_LENGTH_BYTES = 4


class ProtocolError(ValueError):
    """The other side sent what is no request; the message says what is wrong with it."""


class FrameReader:
    """Puts frames together from pieces. It never asks for a byte beyond the frame: what follows is not ours."""

    def __init__(self, limit: int) -> None:
        self._limit = limit
        self._length: int | None = None
        self._buffer = bytearray()

    @property
    def wanted(self) -> int:
        """The most bytes that `feed` takes next, at least 1."""
        return (_LENGTH_BYTES if self._length is None else self._length) - len(self._buffer)

    @property
    def partial(self) -> bool:
        """Whether a frame has begun and not ended."""
        return self._length is not None or bool(self._buffer)

    def feed(self, data: bytes) -> bytes | None:
        """Take at most `wanted` bytes; returns the frame's body when it is complete. Raises ProtocolError."""
        if len(data) > self.wanted:
            raise ValueError(f"{len(data)} bytes were fed, {self.wanted} wanted")
        self._buffer += data
        if self.wanted > 0:
            return None
        body = bytes(self._buffer)
        self._buffer.clear()
        if self._length is None:
            self._length = self._checked(int.from_bytes(body, "big", signed=True))
            return None
        self._length = None
        return body

    def _checked(self, length: int) -> int:
        if not 1 <= length <= self._limit:
            raise ProtocolError(f"a request of {length} bytes: it must have 1 to {self._limit}")
        return length


@dataclass(frozen=True)
class WorkerRequest:
    """Asks for a worker that runs `module`'s `main` with `env` added to its environment."""

    module: str
    env: dict[str, str]

    @classmethod
    def parse(cls, body: bytes) -> WorkerRequest:
        """Raises ProtocolError."""
        fields = _fields(body)
        module = fields.get("module")
        if not isinstance(module, str) or not all(part.isidentifier() for part in module.split(".")):
            raise ProtocolError(f"module is {module!r:.100}: it must be the dotted name of a Python module")
        env = fields.get("env", {})
        if not isinstance(env, dict):
            raise ProtocolError("env must be an object of strings")
        for name, value in env.items():
            if not _can_be_variable(name, value):
                raise ProtocolError(f"env has {name!r:.100}, which no environment can hold")
        return cls(module, env)

    def encode(self) -> bytes:
        """The request as a frame."""
        return frame(json.dumps({"v": VERSION, "module": self.module, "env": self.env}).encode())


class Operation(Enum):
    """What can be asked about a worker; STATS is about the pool."""

    KILL = "kill"
    TERM = "term"
    STOP = "stop"
    ALIVE = "alive"
    WHY = "why"
    STATS = "stats"


@dataclass(frozen=True)
class ControlRequest:
    """Asks the pool to do `operation` to its worker `pid`."""

    operation: Operation
    pid: int = 0

    @classmethod
    def parse(cls, body: bytes) -> ControlRequest:
        """Raises ProtocolError."""
        fields = _fields(body)
        operation, pid = fields.get("op"), fields.get("pid")
        known = [each.value for each in Operation]
        if not isinstance(operation, str) or operation not in known:
            raise ProtocolError(f"op is {operation!r:.100}: it must be one of {', '.join(known)}")
        if operation == Operation.STATS.value:
            return cls(Operation.STATS)
        if not isinstance(pid, int) or isinstance(pid, bool):
            raise ProtocolError(f"pid is {pid!r:.100}: it must be a number")
        return cls(Operation(operation), pid)

    def encode(self) -> bytes:
        """The request as a frame."""
        return frame(json.dumps({"v": VERSION, "op": self.operation.value, "pid": self.pid}).encode())


def frame(body: bytes) -> bytes:
    """`body` with its length before it."""
    return _int32(len(body)) + body


def serving(pid: int) -> bytes:
    """The answer of a worker that serves."""
    return _int32(pid)


def refused(reason: str) -> bytes:
    """The answer when no worker can serve; a long reason is cut."""
    text = reason.encode("utf-8", "backslashreplace")[:MAX_REASON]
    return _int32(0) + frame(text.decode("utf-8", "ignore").encode())


def answer(done: bool) -> bytes:
    """The answer to a control request."""
    return _int32(1 if done else 0)


def told(fields: Mapping[str, object]) -> bytes:
    """The answer to a question that has more than two answers."""
    body = json.dumps(fields).encode()
    if len(body) > MAX_TOLD:
        raise ValueError(f"an answer of {len(body)} bytes: {MAX_TOLD} at most")
    return _int32(1) + frame(body)


def _int32(value: int) -> bytes:
    return value.to_bytes(_LENGTH_BYTES, "big", signed=True)


def _fields(body: bytes) -> dict[str, object]:
    try:
        fields = json.loads(body.decode("utf-8"))
    except (ValueError, RecursionError) as error:
        raise ProtocolError(f"the request is not JSON in UTF-8: {str(error)[:200]}") from error
    if not isinstance(fields, dict):
        raise ProtocolError("the request is not a JSON object")
    version = fields.get("v")
    if version != VERSION or isinstance(version, bool):
        raise ProtocolError(
            f"the request has version {version!r:.100} and this pool speaks {VERSION}: "
            "the containers of the pod run different versions of PyJob"
        )
    return fields


def _can_be_variable(name: str, value: object) -> bool:
    if not name or "=" in name or "\0" in name or not isinstance(value, str) or "\0" in value:
        return False
    try:
        (name + value).encode("utf-8", "surrogateescape")
    except UnicodeEncodeError:
        return False
    return True
