"""A Unix socket that listens at a path, for this user only, and takes its path away with it."""

from __future__ import annotations

import os
import socket
import stat
import struct

from pyjob._config import ConfigError

_BACKLOG = 1024
_CREDENTIALS = struct.Struct("3i")


class Stranger(Exception):
    """Somebody connected who is not this process's user."""


class Listener:
    """Not blocking. Raises ConfigError when the path holds something that is no socket."""

    def __init__(self, path: str) -> None:
        self._path = path
        _remove_stale(path)
        self._socket = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        mask = os.umask(0o177)
        try:
            self._socket.bind(path)
        except OSError as error:
            self._socket.close()
            raise ConfigError(f"cannot listen at {path}: {error.strerror}") from error
        finally:
            os.umask(mask)
        self._socket.listen(_BACKLOG)
        self._socket.setblocking(False)
        self._inode = os.stat(path).st_ino

    def fileno(self) -> int:
        """For poll."""
        return self._socket.fileno()

    def accept(self) -> socket.socket | None:
        """The next connection, not blocking; None if nobody waits any more.

        Raises OSError when out of descriptors, and Stranger: the socket's mode keeps others out, but root may pass any.
        """
        try:
            connection, _ = self._socket.accept()
        except (BlockingIOError, ConnectionAbortedError):
            return None
        try:
            credentials = connection.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
            pid, user, _ = _CREDENTIALS.unpack(credentials)
        except BaseException:
            connection.close()
            raise
        if not is_ours(user, os.geteuid()):
            connection.close()
            raise Stranger(f"process {pid} of user {user}")
        connection.setblocking(False)
        return connection

    def close(self) -> None:
        """Only close: for a child after a fork."""
        self._socket.close()

    def remove(self) -> None:
        """Close, and remove the path unless somebody else listens there by now."""
        self.close()
        try:
            if os.stat(self._path).st_ino == self._inode:
                os.unlink(self._path)
        except FileNotFoundError:
            return


def is_ours(peer: int, own: int) -> bool:
    """Whether a connection of user `peer` may be served by user `own`: nobody else's, not even root's."""
    return peer == own


def _remove_stale(path: str) -> None:
    try:
        if not stat.S_ISSOCK(os.lstat(path).st_mode):
            raise ConfigError(f"{path} exists and is no socket: PYJOB_DIR must be PyJob's own")
        os.unlink(path)
    except FileNotFoundError:
        return
