"""A connection of somebody who wants a worker, until a worker has it. Read here: who is slow costs no worker."""

from __future__ import annotations

import socket
from collections import deque

from pyjob import _protocol
from pyjob._protocol import FrameReader, ProtocolError, WorkerRequest

SILENCE_S = 30.0
FRAME_S = 10.0
_MOST_QUEUED = 1024
_READS_AT_ONCE = 32


class Gone(Exception):
    """Whoever asked has left without having said anything."""


class Request:
    """Owns `connection`, which must not block. `deadline` is for what it is waiting for."""

    def __init__(self, connection: socket.socket, now: float) -> None:
        self.connection = connection
        self.deadline = now + SILENCE_S
        self.body: bytes | None = None
        self.hand_overs = 0
        self.queued_at: float | None = None
        self._reader = FrameReader(_protocol.MAX_WORKER_REQUEST)
        self._began = False

    @property
    def silent(self) -> bool:
        """Whether nothing has come."""
        return not self._began

    def receive(self, now: float) -> bool:
        """Take what is there; True when the request is complete. Raises Gone, ProtocolError."""
        for _ in range(_READS_AT_ONCE):
            try:
                data = self.connection.recv(min(self._reader.wanted, 65536))
            except BlockingIOError:
                return False
            except OSError as error:
                raise Gone from error
            if not data:
                if self._began:
                    raise ProtocolError("the request ended in its middle")
                raise Gone
            if not self._began:
                self._began = True
                self.deadline = now + FRAME_S
            self.body = self._reader.feed(data)
            if self.body is not None:
                WorkerRequest.parse(self.body)  # so that garbage costs no worker
                return True
        return False

    def overdue(self) -> str:
        """What to say when the deadline has passed."""
        if self.silent:
            return f"no request came within {SILENCE_S:g} s"
        return f"the request did not come within {FRAME_S:g} s"

    def has_left(self) -> bool:
        """While it waits in the queue. What follows the request is the worker's to read."""
        try:
            return not self.connection.recv(1, socket.MSG_PEEK)
        except BlockingIOError:
            return False
        except OSError:
            return True

    def refuse(self, reason: str) -> None:
        """Answer, and let go."""
        with self.connection as connection:
            try:
                connection.send(_protocol.refused(reason))
                # Closing with unread bytes would reset the connection and lose the answer.
                for _ in range(64):
                    if not connection.recv(65536):
                        break
            except OSError:
                return  # all is read, or whoever asked has gone


class Queue:
    """First come, first served. Counts what it did."""

    def __init__(self, limit_s: float) -> None:
        self.waited = 0
        self.seconds = 0.0
        self._limit_s = limit_s
        self._requests: deque[Request] = deque()

    def __len__(self) -> int:
        return len(self._requests)

    def __iter__(self) -> Iterator[Request]:
        return iter(self._requests)

    @property
    def full(self) -> bool:
        """Whether no more may wait."""
        return len(self._requests) >= _MOST_QUEUED

    def add(self, request: Request, now: float) -> None:
        """Let it wait."""
        request.queued_at = now
        request.deadline = now + self._limit_s
        self.waited += 1
        self._requests.append(request)

    def next(self) -> Request:
        """The one that has waited longest; it is still to be removed."""
        return self._requests[0]

    def remove(self, request: Request, now: float) -> None:
        """It waits no more."""
        self._requests.remove(request)
        if request.queued_at is not None:
            self.seconds += now - request.queued_at

    def next_due(self) -> float | None:
        """When the first of them has waited too long."""
        return self._requests[0].deadline if self._requests else None


TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
