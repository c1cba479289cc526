"""The pool's process: one loop that takes requests, hands them to workers, obeys, reaps, and looks after memory.

It never waits for anybody but in poll.
"""

from __future__ import annotations

import os
import select
import selectors
import signal
import socket
import time

from pyjob import _protocol, _resident
from pyjob._control import ControlConnection
from pyjob._crew import Crew, NoRoom
from pyjob._listener import Listener, Stranger
from pyjob._log import divert, log
from pyjob._output import Outlet
from pyjob._parent import adopt_orphans
from pyjob._pool_file import PoolFile
from pyjob._preload import Preloaded, other_threads, preload
from pyjob._protocol import ControlRequest, Operation, ProtocolError
from pyjob._request import Gone, Queue, Request
from pyjob._roster import STOP_GRACE_S, State
from pyjob._signals import SignalQueue
from pyjob._watchman import Watchman

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

    from pyjob._config import PoolConfig
    from pyjob._obituary import Obituary

_SIGNALS = frozenset({signal.SIGTERM, signal.SIGINT, signal.SIGCHLD})
#: For the last lines of workers, when the container's log is slow.
_LAST_LINES_S = 2.0
_PARENT_CHECK_S = 1.0
#: A burst of connections is served before spare workers are made up for: a fork takes the time of a task's start.
_REPLENISH_DELAY_S = 0.05
_AFTER_FAILED_FORK_S = 1.0
_AFTER_FAILED_ACCEPT_S = 0.2
_MAX_CONTROL_CONNECTIONS = 256
_MAX_SILENT = 256
_MAX_HAND_OVERS = 3
#: A worker that the JVM keeps in stock is taken from it for somebody who waits, but not one that it has just put there:
#: it hands out the latest first.
_PARKED_S = 1.0
_EVICT_S = 0.25
_STRANGERS_TOLD = 10


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
        self._identity = os.urandom(8).hex()
        self._incoming: set[Request] = set()
        self._queue = Queue(config.queue_limit_s)
        self._control: set[ControlConnection] = set()
        # Not epoll: its set would be one with the children's.
        self._selector = selectors.PollSelector()
        self._sinks = (Outlet(1, self._selector), Outlet(2, self._selector))
        self._crew = Crew(config, self._selector, self._sinks, fork, _SIGNALS, self._be_left)
        self._preloaded = Preloaded((), 0.0)
        self._watchman: Watchman | None = None
        self._stopping = False
        self._replenish_at = 0.0
        self._evict_at = 0.0
        self._listen_again_at: float | None = None
        self._strangers = 0

    def serve(self) -> int:
        """Until SIGTERM or the parent's end; returns the exit code. Raises ConfigError."""
        self._signals = SignalQueue(_SIGNALS)
        _no_stdin()
        os.makedirs(self._config.pod.run, mode=0o700, exist_ok=True)
        self._workers_door = Listener(self._config.pod.worker_socket)
        self._control_door = Listener(self._config.pod.control_socket)
        self._file = PoolFile(self._config.pod.pool_file, self._identity)
        self._file.write()
        self._watch(self._signals, self._on_signal)
        self._open_doors()
        if self._leash is not None:
            self._watch(self._leash, self._on_parent_gone)
        if self._file.past.before is not None:
            log(self._file.past.before)
        if not self._config.lazy:
            self._warm_up()
        divert(self._sinks[1].put)
        while not self._stopping:
            now = time.monotonic()
            self._do_what_is_due(now)
            self._poll(self._timeout(now))
        self._shut_down()
        return 0

    def _poll(self, timeout: float | None) -> None:
        for key, _ in self._selector.select(timeout):
            # An action before this one may have closed this source, and its number may be another's.
            if self._selector.get_map().get(key.fd) is key:
                key.data()

    def _watch(self, source: Listener | SignalQueue | socket.socket | int, action: Callable[[], None]) -> None:
        self._selector.register(source, selectors.EVENT_READ, action)

    def _open_doors(self) -> None:
        self._watch(self._workers_door, self._on_worker_wanted)
        self._watch(self._control_door, self._on_control_wanted)

    # --- time ---

    def _timeout(self, now: float) -> float | None:
        dues = [
            self._crew.next_due(now),
            self._listen_again_at,
            min((request.deadline for request in self._incoming), default=None),
            min((each.deadline for each in self._control if each.deadline is not None), default=None),
            self._replenish_at if self._missing_spares() else None,
            self._queue.next_due(),
            self._evict_at if len(self._queue) else None,
            self._watchman.next_due(self._busy, now) if self._watchman is not None else None,
            now + _PARENT_CHECK_S if self._leash is None and self._parent else None,
        ]
        known = [due for due in dues if due is not None]
        return max(0.0, min(known) - now) if known else None

    def _do_what_is_due(self, now: float) -> None:
        self._reap()
        self._crew.do_what_is_due(now, self._hopeless)
        self._look_after_memory(now)
        for request in [each for each in self._incoming if each.deadline <= now]:
            self._forget(request)
            request.refuse(request.overdue())
        self._serve_queue(now)
        for control in [each for each in self._control if each.deadline is not None and each.deadline <= now]:
            self._drop_control(control)
        if self._listen_again_at is not None and self._listen_again_at <= now:
            self._listen_again_at = None
            self._open_doors()
        if self._leash is None and os.getppid() != self._parent:
            log("the pool's parent has ended, and so does the pool")
            self._on_parent_gone()
        while self._missing_spares() and self._replenish_at <= now and not self._stopping:
            try:
                self._crew.spawn(None)
            except NoRoom as error:
                self._no_room(error)

    @property
    def _busy(self) -> int:
        return len(self._crew.roster) - self._crew.roster.count(State.IDLE)

    def _missing_spares(self) -> bool:
        """More than may ever work at once are of no use."""
        useful = min(self._config.spare, self._config.most_busy - self._busy)
        return self._watchman is not None and self._crew.roster.count(State.IDLE) < useful

    def _look_after_memory(self, now: float) -> None:
        due = self._watchman.next_due(self._busy, now) if self._watchman is not None else None
        if self._watchman is None or due is None or due > now:
            return
        verdicts = self._watchman.look(self._crew.roster.serving(), now, self._crew.note_size)
        waits = self._crew.condemned()
        for verdict in verdicts:
            if not waits or verdict.sentence.limit != self._watchman.limit:
                self._crew.end(verdict.pid, verdict.sentence, now, at_once=verdict.at_once)

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
        # Who connects and says nothing, or speaks slowly, costs a descriptor, not a worker.
        request = Request(connection, time.monotonic())
        self._incoming.add(request)
        self._watch(connection, lambda: self._on_request(request))
        if len(self._incoming) > _MAX_SILENT:
            self._drop_most_silent()

    def _drop_most_silent(self) -> None:
        """The one of all that have said nothing that has said it longest; else the slowest."""
        for request in sorted(self._incoming, key=lambda each: (not each.silent, each.deadline)):
            self._on_request(request)  # it may have spoken by now
            if request in self._incoming:
                self._forget(request)
                request.refuse(f"more than {_MAX_SILENT} connections have not finished their request")
                return
            if len(self._incoming) <= _MAX_SILENT:
                return

    def _on_request(self, request: Request) -> None:
        now = time.monotonic()
        try:
            if not request.receive(now):
                return
        except Gone:
            self._forget(request)
            request.connection.close()
            return
        except ProtocolError as error:
            self._forget(request)
            log(f"no worker for a request: {error}")
            request.refuse(str(error))
            return
        self._forget(request)
        if self._watchman is None:
            self._warm_up()
        self._admit(request, now)

    def _admit(self, request: Request, now: float) -> None:
        """Serve it now if it may be, else let it wait its turn."""
        self._replenish_at = now + _REPLENISH_DELAY_S
        if not len(self._queue) and self._busy < self._config.most_busy:
            self._hand_over(request)
        elif self._queue.full:
            request.refuse("too many requests wait for a Python worker of this pod")
        else:
            self._queue.add(request, now)
            self._evict_at = now

    def _serve_queue(self, now: float) -> None:
        while len(self._queue) and not self._stopping:
            request = self._queue.next()
            if self._busy < self._config.most_busy:
                self._queue.remove(request, now)
                if request.has_left():
                    request.connection.close()
                else:
                    self._hand_over(request)
            elif request.deadline <= now:
                self._queue.remove(request, now)
                request.refuse(self._no_turn())
            else:
                break
        if len(self._queue) and self._evict_at <= now:
            self._evict_at = now + _EVICT_S
            for request in [each for each in self._queue if each.has_left()]:
                self._queue.remove(request, now)
                request.connection.close()
            parked = self._crew.longest_parked(now, _PARKED_S)
            if parked is not None and len(self._queue):
                self._crew.evict(parked)

    def _no_turn(self) -> str:
        reason = (
            f"all {self._busy} Python workers that this pod may have at once ({self._config.slots} task slots) "
            f"were busy for {self._config.queue_limit_s:g} s: functions hang, or tasks chain more "
            "Python stages than that"
        )
        log(reason)
        return reason

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

    def _obey(self, request: ControlRequest) -> bytes:
        self._reap()  # so that no pid is signalled that may be another's by now, and `alive` is true
        if request.operation is Operation.STATS:
            return _protocol.told(self._stats())
        self._crew.hear(request.pid)
        if request.operation is Operation.WHY:
            obituary = self._crew.register.get(request.pid)
            return _protocol.told(obituary.fields()) if obituary is not None else _protocol.answer(False)
        verdict = self._crew.roster.judge(request, time.monotonic())
        if verdict.send is not None:
            os.kill(request.pid, verdict.send)
        return _protocol.answer(verdict.done)

    def _stats(self) -> dict[str, object]:
        register, watchman = self._crew.register, self._watchman
        last = register.last_failure
        mine = _resident.resident(os.getpid())
        return {
            "pool": self._identity,
            "starts": self._file.starts,
            "workers": {"idle": self._crew.roster.count(State.IDLE), "busy": self._busy},
            "forked": self._crew.forked,
            "ended": {cause.value: count for cause, count in register.counts.items()},
            "rss": watchman.total(self._crew.pids) if watchman is not None else mine,
            "limit": watchman.limit if watchman is not None else self._config.memory,
            "usage": watchman.usage() if watchman is not None else None,
            "workerLimit": watchman.worker_limit if watchman is not None else None,
            "queue": {
                "waiting": len(self._queue),
                "waited": self._queue.waited,
                "seconds": round(self._queue.seconds, 3),
            },
            "preload": {
                "seconds": round(self._preloaded.seconds, 3),
                "failed": {name[:200]: why[:500] for name, why in list(self._preloaded.failed.items())[:40]},
            },
            "strangers": self._strangers,
            "last": {"cause": last.cause.value, "message": last.message[:2000]} if last is not None else None,
            "before": self._file.past.before,
        }

    def _accept(self, door: Listener) -> socket.socket | None:
        try:
            return door.accept()
        except Stranger as error:
            self._strangers += 1
            if self._strangers <= _STRANGERS_TOLD:
                log(f"{error} has connected to the pool and is refused: only its own user may")
            return None
        except OSError as error:
            log(f"cannot accept connections for {_AFTER_FAILED_ACCEPT_S:g} s: {error}")
            self._selector.unregister(self._workers_door)
            self._selector.unregister(self._control_door)
            self._listen_again_at = time.monotonic() + _AFTER_FAILED_ACCEPT_S
            return None

    # --- workers ---

    def _warm_up(self) -> None:
        adopt_orphans()
        config, file = self._config, self._file
        done = preload(
            config.preload,
            self._stop_asked,
            begins=lambda name: file.write(state="preloading", module=name),
            broken=file.past.broken,
            limit_s=config.import_limit_s,
        )
        self._preloaded = done
        self._watchman = Watchman(config, file, self._crew.task_of)
        file.write(state="serving", module=None)
        names = ", ".join(done.modules) or "nothing"
        log(f"pool ready: preloaded {names} in {done.seconds * 1000:.0f} ms; {config.spare} spare workers")
        threads = other_threads()
        if threads:
            log(
                f"the preloaded modules run {len(threads)} threads ({', '.join(threads)}), "
                "which workers will not have: if workers hang, preload less"
            )

    def _stop_asked(self) -> bool:
        self._on_signal()
        return self._stopping

    def _hand_over(self, request: Request) -> None:
        """Give the request to an idle worker, or to a new one; or refuse it."""
        request.hand_overs += 1
        if request.hand_overs > _MAX_HAND_OVERS:
            request.refuse("the workers that were to serve it died: see the log of the pod's python container")
            return
        # What killed one idle worker may be killing them all: a request that lost one gets a worker of its own.
        if request.hand_overs == 1 and self._crew.assign(request):
            return
        try:
            self._crew.spawn(request)
        except NoRoom as error:
            request.refuse(self._no_room(error))

    def _no_room(self, error: NoRoom) -> str:
        self._replenish_at = time.monotonic() + _AFTER_FAILED_FORK_S
        reason = (
            f"cannot start a Python worker: {error}: the pod's python container is out of memory or processes; "
            f"raise {self._config.settings.container}"
        )
        log(reason)
        return reason

    def _be_left(self, connection: socket.socket | None) -> None:
        """In a worker's process: close all that is the pool's alone."""
        self._signals.leave()
        self._workers_door.close()
        self._control_door.close()
        if self._leash is not None:
            os.close(self._leash)
        for control in self._control:
            control.close()
        for request in (*self._incoming, *self._queue):
            if request.connection is not connection:
                request.connection.close()

    def _reap(self) -> None:
        for obituary, request in self._crew.reap(self._kernel_killed):
            self._on_ended(obituary, request)

    def _hopeless(self) -> bool:
        return self._watchman is not None and self._watchman.hopeless()

    def _kernel_killed(self) -> bool:
        return self._watchman is not None and self._watchman.kernel_killed()

    def _on_ended(self, obituary: Obituary, request: Request | None) -> None:
        if self._stopping:
            return
        if obituary.cause.failure:
            log(obituary.message)
        if request is not None:
            self._hand_over(request)

    def _forget(self, request: Request) -> None:
        self._incoming.discard(request)
        self._selector.unregister(request.connection)

    def _drop_control(self, control: ControlConnection) -> None:
        self._control.discard(control)
        self._selector.unregister(control.connection)
        control.close()

    # --- the end ---

    def _shut_down(self) -> None:
        self._workers_door.remove()
        self._control_door.remove()
        self._stopping = True
        self._crew.signal_all(signal.SIGTERM)
        self._await_workers(STOP_GRACE_S)
        self._crew.signal_all(signal.SIGKILL)
        self._await_workers(None)
        if not self._config.lazy:
            log(f"the pool has ended; workers that were given work: {self._crew.given_work}")
        self._file.write(state="ended", module=None)
        deadline = time.monotonic() + _LAST_LINES_S
        while not all(sink.empty for sink in self._sinks) and time.monotonic() < deadline:
            self._write_out()

    def _await_workers(self, seconds: float | None) -> None:
        deadline = None if seconds is None else time.monotonic() + seconds
        while len(self._crew.roster) and (deadline is None or time.monotonic() < deadline):
            self._reap()
            self._write_out()

    def _write_out(self) -> None:
        """Nothing but output counts any more."""
        ready = [key for key, _ in self._selector.select(0) if key.events & selectors.EVENT_WRITE]
        for key in ready:
            key.data()
        if not ready:
            select.select([], [], [], 0.005)


def _no_stdin() -> None:
    """Workers must not read what is the container's, and descriptor 0 must not become somebody's socket."""
    null = os.open(os.devnull, os.O_RDONLY)
    os.dup2(null, 0)
    if null:
        os.close(null)
