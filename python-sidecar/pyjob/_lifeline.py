"""The connection between supervisor and driver JVM: held as long as both live, so each sees the other's end."""

from __future__ import annotations

import socket


class Lifeline:
    """Our end of the connection, not blocking."""

    def __init__(self, connection: socket.socket) -> None:
        self._connection = connection

    @classmethod
    def connect(cls, path: str) -> Lifeline | None:
        """None as long as no JVM listens at `path`. Raises OSError for any other trouble."""
        connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            connection.connect(path)
        except (FileNotFoundError, ConnectionRefusedError):
            connection.close()
            return None
        except OSError:
            connection.close()
            raise
        connection.setblocking(False)
        return cls(connection)

    def fileno(self) -> int:
        """For poll: readable when the JVM has ended."""
        return self._connection.fileno()

    def cut(self) -> bool:
        """Whether the JVM has ended. What it may say is read and ignored."""
        try:
            while self._connection.recv(4096):
                pass
        except BlockingIOError:
            return False
        except ConnectionError:
            return True
        return True

    def report_exit(self, code: int) -> None:
        """Tell the JVM that the script has ended, with the exit code as a shell sees it."""
        try:
            self._connection.sendall(b"EXIT %d\n" % code)
        except OSError:
            # The JVM ended first: there is nobody to tell.
            return

    def close(self) -> None:
        """Let go."""
        self._connection.close()
