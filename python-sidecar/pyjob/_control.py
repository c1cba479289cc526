"""One connection to the pool's control socket: requests come in pieces, and it never makes the pool wait."""

from __future__ import annotations

import socket

from pyjob import _protocol
from pyjob._log import log
from pyjob._protocol import ControlRequest, FrameReader, ProtocolError

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

_FRAME_TIMEOUT_S = 10.0
#: Then the pool looks after others first.
_READS_AT_ONCE = 64


class ControlConnection:
    """Owns `connection`, which must not block. `deadline` is when a request that has begun must have ended."""

    def __init__(self, connection: socket.socket) -> None:
        self.connection = connection
        self.deadline: float | None = None
        self._reader = FrameReader(_protocol.MAX_CONTROL_REQUEST)

    def serve(self, obey: Callable[[ControlRequest], bytes], now: float) -> bool:
        """Answer the requests that are there with what `obey` says. False when the connection is at its end."""
        try:
            for _ in range(_READS_AT_ONCE):
                data = self.connection.recv(self._reader.wanted)
                if not data:
                    return False
                body = self._reader.feed(data)
                if body is not None and not self._answer(obey(ControlRequest.parse(body))):
                    return False
                self._set_deadline(now)
        except BlockingIOError:
            return True
        except ProtocolError as error:
            log(f"a control request is refused: {error}")
            self._answer(_protocol.answer(False))
            return False
        except ConnectionError:
            return False  # whoever asked has gone
        return True

    def _answer(self, answer: bytes) -> bool:
        """False when the other side does not read its answers."""
        try:
            return self.connection.send(answer) == len(answer)
        except OSError:
            return False

    def _set_deadline(self, now: float) -> None:
        if not self._reader.partial:
            self.deadline = None
        elif self.deadline is None:
            self.deadline = now + _FRAME_TIMEOUT_S

    def close(self) -> None:
        """Let go."""
        self.connection.close()
