"""The pool's process: one loop that accepts connections and hands them to workers, forks, obeys, and reaps."""

from __future__ import annotations

import os
import select
import selectors
import signal
import socket
import time
import traceback

from pyjob import _protocol, _worker
from pyjob._control import ControlConnection
from pyjob._ending import Ending
from pyjob._listener import Listener
from pyjob._log import log
from pyjob._preload import other_threads, preload
from pyjob._protocol import ControlRequest
from pyjob._roster import Roster, State
from pyjob._signals import SignalQueue, held_back

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pyjob._config import PoolConfig

_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGCHLD})
_GRACE_S = 2.0
_PARENT_CHECK_S = 1.0
#: A burst of connections is served before spare workers are made up for: a fork takes the time of a task's start.
_REPLENISH_DELAY_S = 0.05
_AFTER_FAILED_FORK_S = 1.0
_AFTER_FAILED_ACCEPT_S = 0.2
_SILENCE_S = 30.0
_MAX_CONTROL_CONNECTIONS = 256
_MAX_HAND_OVERS = 3


class _Waiting:
    """A connection on its way to a worker."""

    def __init__(self, connection: socket.socket, deadline: float) -> None:
        self.connection = connection
        self.deadline = deadline
        self.hand_overs = 0


class Pool:
    """Serves both sockets. Single-threaded; make and run it in the main thread of its process.

    `leash` is a pipe that reads end-of-file when the parent has ended; without one the parent is looked after by its
    pid. `fork` is os.fork, or what fails like it.
    """

    def __init__(self, config: PoolConfig, leash: int | None = None, fork: Callable[[], int] = os.fork) -> None:
        self._config = config
        self._leash = leash
        self._fork = fork
        self._parent = os.getppid()
        self._roster = Roster()
        self._leashes: dict[int, socket.socket] = {}
        self._handed: dict[int, _Waiting] = {}
        self._given_work = 0
        self._silent: set[_Waiting] = set()
        self._control: set[ControlConnection] = set()
        # Not epoll: its set would be one with the children's.
        self._selector = selectors.PollSelector()
        self._stopping = False
        self._warm = False
        self._replenish_at = 0.0
        self._listen_again_at: float | None = None

    def serve(self) -> int:
        """Until SIGTERM or the parent's end; returns the exit code. Raises ConfigError."""
        self._signals = SignalQueue(_SIGNALS)
        _no_stdin()
        os.makedirs(self._config.pod.run, mode=0o700, exist_ok=True)
        self._workers_door = Listener(self._config.pod.worker_socket)
        self._control_door = Listener(self._config.pod.control_socket)
        self._watch(self._signals, self._on_signal)
        self._watch(self._workers_door, self._on_worker_wanted)
        self._watch(self._control_door, self._on_control_wanted)
        if self._leash is not None:
            self._watch(self._leash, self._on_parent_gone)
        if not self._config.lazy:
            self._warm_up()
        while not self._stopping:
            now = time.monotonic()
            self._do_what_is_due(now)
            for key, _ in self._selector.select(self._timeout(now)):
                # An action before this one may have closed this source, and its number may be another's.
                if self._selector.get_map().get(key.fd) is key:
                    key.data()
        self._shut_down()
        return 0

    def _watch(self, source: Listener | SignalQueue | socket.socket | int, action: Callable[[], None]) -> None:
        self._selector.register(source, selectors.EVENT_READ, action)

    # --- time ---

    def _timeout(self, now: float) -> float | None:
        dues = [
            self._roster.next_due(),
            self._listen_again_at,
            min((waiting.deadline for waiting in self._silent), default=None),
            min((each.deadline for each in self._control if each.deadline is not None), default=None),
            self._replenish_at if self._missing_spares() else None,
            now + _PARENT_CHECK_S if self._leash is None and self._parent else None,
        ]
        known = [due for due in dues if due is not None]
        return max(0.0, min(known) - now) if known else None

    def _do_what_is_due(self, now: float) -> None:
        self._reap()
        for pid in self._roster.overdue(now):
            log(f"worker {pid} had been told to stop and was still there: killed")
            os.kill(pid, signal.SIGKILL)
        for waiting in [each for each in self._silent if each.deadline <= now]:
            self._forget_silent(waiting)
            self._refuse(waiting, f"no request came within {_SILENCE_S:g} s")
        for control in [each for each in self._control if each.deadline is not None and each.deadline <= now]:
            self._drop_control(control)
        if self._listen_again_at is not None and self._listen_again_at <= now:
            self._listen_again_at = None
            self._watch(self._workers_door, self._on_worker_wanted)
            self._watch(self._control_door, self._on_control_wanted)
        if self._leash is None and os.getppid() != self._parent:
            log("the pool's parent has ended, and so does the pool")
            self._on_parent_gone()
        while self._missing_spares() and self._replenish_at <= now and not self._stopping:
            if not self._spawn(None):
                break

    def _missing_spares(self) -> bool:
        return self._warm and self._roster.count(State.IDLE) < self._config.spare

    # --- what comes in ---

    def _on_signal(self) -> None:
        if self._signals.take() & {signal.SIGTERM, signal.SIGINT}:
            self._stopping = True

    def _on_parent_gone(self) -> None:
        self._stopping = True

    def _on_worker_wanted(self) -> None:
        connection = self._accept(self._workers_door)
        if connection is None:
            return
        # Who connects and says nothing costs a descriptor, not a worker.
        waiting = _Waiting(connection, time.monotonic() + _SILENCE_S)
        self._silent.add(waiting)
        self._watch(connection, lambda: self._on_request(waiting))

    def _on_request(self, waiting: _Waiting) -> None:
        self._forget_silent(waiting)
        try:
            gone = not waiting.connection.recv(1, socket.MSG_PEEK)
        except OSError:
            gone = True
        if gone:
            waiting.connection.close()
            return
        if not self._warm:
            self._warm_up()
        self._hand_over(waiting)

    def _on_control_wanted(self) -> None:
        connection = self._accept(self._control_door)
        if connection is None:
            return
        if len(self._control) >= _MAX_CONTROL_CONNECTIONS:
            log(f"more than {_MAX_CONTROL_CONNECTIONS} control connections at once: one is refused")
            connection.close()
            return
        control = ControlConnection(connection)
        self._control.add(control)
        self._watch(connection, lambda: self._on_control(control))

    def _on_control(self, control: ControlConnection) -> None:
        if not control.serve(self._obey, time.monotonic()):
            self._drop_control(control)

    def _obey(self, request: ControlRequest) -> bool:
        self._reap()  # so that no pid is signalled that may be another's by now, and `alive` is true
        leash = self._leashes.get(request.pid)
        if leash is not None:
            self._on_leash(request.pid, leash)  # the JVM may know that it serves before we have heard so
        verdict = self._roster.judge(request, time.monotonic())
        if verdict.send is not None:
            os.kill(request.pid, verdict.send)
        return verdict.done

    def _on_leash(self, pid: int, leash: socket.socket) -> None:
        try:
            said = leash.recv(1)
        except BlockingIOError:
            return
        except OSError:
            said = b""
        self._selector.unregister(leash)
        leash.close()
        self._leashes.pop(pid, None)
        if said == _worker.TAKEN:
            waiting = self._handed.pop(pid, None)
            if waiting is not None:
                waiting.connection.close()
            self._roster.taken(pid)
            self._given_work += 1

    def _accept(self, door: Listener) -> socket.socket | None:
        try:
            return door.accept()
        except OSError as error:
            log(f"cannot accept connections for {_AFTER_FAILED_ACCEPT_S:g} s: {error}")
            self._selector.unregister(self._workers_door)
            self._selector.unregister(self._control_door)
            self._listen_again_at = time.monotonic() + _AFTER_FAILED_ACCEPT_S
            return None

    # --- workers ---

    def _warm_up(self) -> None:
        done = preload(self._config.preload, self._stop_asked)
        self._warm = True
        names = ", ".join(done.modules) or "nothing"
        log(f"pool ready: preloaded {names} in {done.seconds * 1000:.0f} ms; {self._config.spare} spare workers")
        threads = other_threads()
        if threads:
            log(
                f"the preloaded modules run {len(threads)} threads ({', '.join(threads)}), "
                "which workers will not have: if workers hang, preload less"
            )

    def _stop_asked(self) -> bool:
        self._on_signal()
        return self._stopping

    def _hand_over(self, waiting: _Waiting) -> None:
        """Give the connection to an idle worker, or to a new one; or refuse it."""
        self._replenish_at = time.monotonic() + _REPLENISH_DELAY_S
        waiting.hand_overs += 1
        if waiting.hand_overs > _MAX_HAND_OVERS:
            self._refuse(waiting, "the workers that were to serve it died: see the log of the pod's python container")
            return
        # What killed one idle worker may be killing them all: a connection that lost one gets a worker of its own.
        pid = self._roster.assign() if waiting.hand_overs == 1 else None
        while pid is not None:
            try:
                socket.send_fds(self._leashes[pid], [b"C"], [waiting.connection.fileno()])
            except (OSError, KeyError):
                pid = self._roster.assign()  # that worker has just died; it will be reaped
            else:
                self._handed[pid] = waiting
                return
        self._spawn(waiting)

    def _spawn(self, waiting: _Waiting | None) -> bool:
        """Fork a worker, idle or with a connection. False, and the connection refused, if there is no room."""
        try:
            ours, theirs = socket.socketpair()
        except OSError as error:
            return self._no_room(waiting, error)
        pool = os.getpid()
        try:
            with held_back(_SIGNALS) as mask:
                pid = self._fork()
                if pid == 0:
                    ours.close()
                    self._be_worker(theirs, waiting.connection if waiting else None, pool, mask)
        except OSError as error:
            ours.close()
            theirs.close()
            return self._no_room(waiting, error)
        theirs.close()
        ours.setblocking(False)
        self._leashes[pid] = ours
        self._roster.add(pid, State.IDLE if waiting is None else State.ASSIGNED)
        if waiting is not None:
            self._handed[pid] = waiting
        self._watch(ours, lambda: self._on_leash(pid, ours))
        return True

    def _no_room(self, waiting: _Waiting | None, error: OSError) -> bool:
        self._replenish_at = time.monotonic() + _AFTER_FAILED_FORK_S
        reason = (
            f"cannot start a Python worker: {error.strerror}: "
            f"the pod's python container is out of memory or processes; raise {self._config.memory_setting}"
        )
        log(reason)
        if waiting is not None:
            self._refuse(waiting, reason)
        return False

    def _be_worker(
        self, leash: socket.socket, connection: socket.socket | None, pool: int, mask: frozenset[int]
    ) -> None:
        """In the worker's process: never returns."""
        code = 1
        try:
            self._signals.leave()
            self._leave(connection)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            if connection is not None:
                connection.setblocking(True)
            code = _worker.work(leash, connection, pool)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def _leave(self, connection: socket.socket | None) -> None:
        """Close all that is the pool's alone."""
        self._workers_door.close()
        self._control_door.close()
        if self._leash is not None:
            os.close(self._leash)
        for leash in self._leashes.values():
            leash.close()
        for control in self._control:
            control.close()
        for waiting in [*self._silent, *self._handed.values()]:
            if waiting.connection is not connection:
                waiting.connection.close()

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            self._on_ended(pid, Ending.from_wait_status(status))

    def _on_ended(self, pid: int, ending: Ending) -> None:
        leash = self._leashes.get(pid)
        if leash is not None:
            self._on_leash(pid, leash)  # it may have taken its connection before it died
        unexpected = self._roster.ended(pid)
        if unexpected and ending.killed_by is not None and not self._stopping:
            too_big = ending.killed_by == signal.SIGKILL
            hint = f": usually for too much memory; raise {self._config.memory_setting}" if too_big else ""
            log(f"worker {pid} {ending}{hint}")
        waiting = self._handed.pop(pid, None)
        if waiting is not None and not self._stopping:
            self._hand_over(waiting)

    def _refuse(self, waiting: _Waiting, reason: str) -> None:
        connection = waiting.connection
        with connection:
            try:
                connection.send(_protocol.refused(reason))
                # Closing with unread bytes would reset the connection and lose the answer.
                for _ in range(64):
                    if not connection.recv(65536):
                        break
            except OSError:
                return  # all is read, or whoever asked has gone

    def _forget_silent(self, waiting: _Waiting) -> None:
        self._silent.discard(waiting)
        self._selector.unregister(waiting.connection)

    def _drop_control(self, control: ControlConnection) -> None:
        self._control.discard(control)
        self._selector.unregister(control.connection)
        control.close()

    # --- the end ---

    def _shut_down(self) -> None:
        self._workers_door.remove()
        self._control_door.remove()
        self._signal_all(signal.SIGTERM)
        deadline = time.monotonic() + _GRACE_S
        while len(self._roster) and time.monotonic() < deadline:
            self._reap()
            select.select([], [], [], 0.01)
        self._signal_all(signal.SIGKILL)
        while len(self._roster):
            pid, _ = os.waitpid(-1, 0)
            self._roster.ended(pid)
        if not self._config.lazy:
            log(f"the pool has ended; workers that were given work: {self._given_work}")

    def _signal_all(self, number: signal.Signals) -> None:
        for pid in self._roster.pids:
            os.kill(pid, number)


def _no_stdin() -> None:
    """Workers must not read what is the container's, and descriptor 0 must not become somebody's socket."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    if null:
        os.close(null)
