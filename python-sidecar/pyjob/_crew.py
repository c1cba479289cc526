"""The pool's workers: forked, handed connections, listened to, ended, and reaped.

Why a fork is safe here, although the pool has imported large libraries by then:

- The pool has one thread, its own, when it forks; a fork copies only the thread that calls it, and locks that others
  hold would stay locked in the child for ever. Native libraries start threads when they are first used or loaded, so
  the pool only imports and never calls them: OpenMP's and BLAS's pools of threads have size one (OMP_NUM_THREADS) and
  start with the first parallel region, in the worker; Arrow's default memory pool is the system's allocator, which
  glibc makes safe across forks, not jemalloc or mimalloc with threads of their own; Arrow's CPU and IO pools start
  with the first task that is given to them. What runs a thread all the same is named in the log (`other_threads`), and
  pre-import can be turned off with an empty list of modules.
- faulthandler's watchdog of imports is a thread: it has ended before the first fork.
- Signals are held back around the fork, so that no handler of the pool runs in a child.
- The heap is frozen (gc.freeze), so that the collector does not write to pages that are shared.
- The child forgets all descriptors of the pool, seeds its random numbers anew, and never returns into the pool's code.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import traceback
from dataclasses import dataclass, field

from pyjob import _obituary, _protocol, _resident, _worker
from pyjob._ending import Ending
from pyjob._log import divert, log
from pyjob._obituary import Cause, Facts, Obituary, Register, Sentence
from pyjob._output import Outlet, Source
from pyjob._roster import Roster, State
from pyjob._signals import held_back
from pyjob._slots import Slot, Slots
from pyjob._teller import Teller
from pyjob._words import ASK_STACK, HeardWords

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from pyjob._config import PoolConfig
    from pyjob._request import Request

#: A longer request does not go through a worker's leash in one piece: it gets a worker that is forked with it.
_SHORT_REQUEST = 32768
#: How long a worker may take to write down its stack, and how often the pool looks.
_STACK_S, _LOOK_S = 0.1, 0.001


class NoRoom(Exception):
    """The system gives no more processes or descriptors; the message says why."""


@dataclass(eq=False)
class Child:
    """A worker, as its pool knows it."""

    pid: int
    leash: socket.socket
    slot: Slot | None
    request: Request | None
    sources: list[Source] = field(default_factory=list)
    words: HeardWords | None = None
    said_goodbye: bool = False
    sentence: Sentence | None = None
    kill_at: float | None = None
    stack: str = ""
    rss: int | None = None


class Crew:
    """Owns all that belongs to workers. `fork` is os.fork, or what fails like it; `sinks` are stdout and stderr."""

    def __init__(
        self,
        config: PoolConfig,
        selector: selectors.BaseSelector,
        sinks: tuple[Outlet, Outlet],
        fork: Callable[[], int],
        held: frozenset[signal.Signals],
        leave: Callable[[socket.socket | None], None],
    ) -> None:
        """`held` are the pool's signals; `leave` closes, in a child, what is the pool's alone."""
        self.roster = Roster()
        self.register = Register()
        self.forked = 0
        self.given_work = 0
        self._config = config
        self._selector = selector
        self._sinks = sinks
        self._fork = fork
        self._held = held
        self._leave = leave
        self._children: dict[int, Child] = {}
        self._slots = Slots()
        self._secret = b"\0pyjob-" + os.urandom(8).hex().encode() + b"\0"
        self._lingering: set[Source] = set()

    # --- forking ---

    def spawn(self, request: Request | None) -> None:
        """Fork a worker, idle or with a request. Raises NoRoom."""
        opened: list[int] = []
        try:
            ours, theirs = socket.socketpair()
            opened += [ours.detach(), theirs.detach()]
            for _ in range(2):
                opened += os.pipe()
            slot = self._slots.take()
            pool = os.getpid()
            with held_back(self._held) as mask:
                pid = self._fork()
                if pid == 0:
                    self._be_worker(opened, slot, request, pool, mask)
        except OSError as error:
            for descriptor in opened:
                os.close(descriptor)
            raise NoRoom(error.strerror or str(error)) from error
        leash, theirs_number, out, out_writer, err, err_writer = opened
        for descriptor in (theirs_number, out_writer, err_writer):
            os.close(descriptor)
        self._adopt(Child(pid, socket.socket(fileno=leash), slot, request), (out, err))

    def _adopt(self, child: Child, pipes: tuple[int, int]) -> None:
        self.forked += 1
        child.leash.setblocking(False)
        self._children[child.pid] = child
        self.register.forget(child.pid)
        self.roster.add(child.pid, State.IDLE if child.request is None else State.ASSIGNED)
        self._selector.register(child.leash, selectors.EVENT_READ, lambda: self.listen(child))
        slot, pid = child.slot, child.pid
        # Only when something is printed.
        label = (lambda: slot.label) if slot is not None else (lambda: "")
        prefix = lambda task: f"[{self._config.place}, {task or f'worker {pid}'}] ".encode()  # noqa: E731
        for pipe, sink in zip(pipes, self._sinks, strict=True):
            child.sources.append(Source(pipe, sink, self._secret, label, prefix, self._selector))

    def _be_worker(
        self, opened: list[int], slot: Slot | None, request: Request | None, pool: int, mask: frozenset[int]
    ) -> None:
        """In the worker's process: never returns."""
        code = 1
        try:
            divert(None)
            connection = request.connection if request is not None else None
            ours, leash, out, out_writer, err, err_writer = opened
            for descriptor in (ours, out, err):
                os.close(descriptor)
            self._leave(connection)
            self._forget_children(connection)
            os.dup2(out_writer, 1)
            os.dup2(err_writer, 2)
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            body = b""
            if request is not None and request.body is not None:
                request.connection.setblocking(True)
                body = request.body
            teller = Teller(slot, (out_writer, err_writer), self._secret)
            code = _worker.work(socket.socket(fileno=leash), connection, body, pool, teller)
        except BaseException:
            traceback.print_exc()
        finally:
            _worker.leave(code)

    def _forget_children(self, connection: socket.socket | None) -> None:
        for source in self._lingering:
            os.close(source.descriptor)
        for child in self._children.values():
            child.leash.close()
            for source in child.sources:
                if source.open:
                    os.close(source.descriptor)
            if child.words is not None:
                child.words.close()
            if child.request is not None and child.request.connection is not connection:
                child.request.connection.close()

    # --- handing over ---

    def assign(self, request: Request) -> bool:
        """Give the request to an idle worker. False if there is none."""
        if request.body is None or len(request.body) > _SHORT_REQUEST:
            return False
        while (pid := self.roster.assign()) is not None:
            child = self._children.get(pid)
            try:
                assert child is not None
                message = _protocol.frame(request.body)
                socket.send_fds(child.leash, [message], [request.connection.fileno()])
            except OSError:
                continue  # that worker has just died; it will be reaped
            child.request = request
            return True
        return False

    def listen(self, child: Child) -> None:
        """Hear what a worker has said on its leash."""
        try:
            said, descriptors, _, _ = socket.recv_fds(child.leash, 64, 2)
        except BlockingIOError:
            return
        except OSError:
            said, descriptors = b"", []
        for word in (said[index : index + 1] for index in range(len(said))):
            if word == _worker.TAKEN:
                if child.request is not None:
                    child.request.connection.close()
                    child.request = None
                self.roster.taken(child.pid)
                self.given_work += 1
            elif word == _worker.GOODBYE:
                child.said_goodbye = True
        if len(descriptors) == 2 and child.words is None:
            child.words = HeardWords(*descriptors)
        elif descriptors:
            for descriptor in descriptors:
                os.close(descriptor)
        if not said:
            self._unleash(child)

    def hear(self, pid: int) -> None:
        """All that the worker has said so far: the JVM may know that it serves before we have heard so."""
        child = self._children.get(pid)
        if child is not None:
            self._hear_all(child)

    def _hear_all(self, child: Child) -> None:
        try:
            while child.leash.fileno() >= 0 and child.leash.recv(1, socket.MSG_PEEK):
                self.listen(child)
        except BlockingIOError:
            return
        except OSError:
            pass
        self._unleash(child)

    def _unleash(self, child: Child) -> None:
        if child.leash.fileno() >= 0:
            self._selector.unregister(child.leash)
            child.leash.close()

    # --- ending ---

    def end(self, pid: int, sentence: Sentence, now: float, *, at_once: bool) -> None:
        """End a worker for what it takes: with its stack in its last words, unless there is no time for that."""
        child = self._children.get(pid)
        if child is None or child.sentence is not None:
            return
        child.sentence = sentence
        child.rss = sentence.rss
        if at_once or child.words is None:
            self._execute(child)
            return
        child.kill_at = now + _STACK_S
        os.kill(pid, ASK_STACK)

    def condemned(self) -> bool:
        """Whether a worker that takes too much is still there."""
        return any(child.sentence is not None for child in self._children.values())

    def _execute(self, child: Child) -> None:
        assert child.sentence is not None
        child.kill_at = None
        function = _obituary.function_in(child.stack)
        message = _obituary.sentence_message(child.pid, child.sentence, function, self._config.settings)
        if child.words is not None and child.sentence.cause.failure:
            child.words.write(f"{message}\n{child.stack}")
        for pid in reversed(_resident.family(child.pid)):
            _kill(pid, signal.SIGKILL)

    def do_what_is_due(self, now: float, hopeless: Callable[[], bool]) -> None:
        """End those whose time has come, or for whose stack there is no more time."""
        for pid in self.roster.overdue(now):
            log(f"worker {pid} had been told to stop and was still there: killed")
            os.kill(pid, signal.SIGKILL)
        for child in [each for each in self._children.values() if each.kill_at is not None]:
            before, child.stack = child.stack, child.words.stack() if child.words is not None else ""
            written = bool(child.stack) and child.stack == before
            if written or (child.kill_at is not None and child.kill_at <= now) or hopeless():
                self._execute(child)

    def next_due(self, now: float) -> float | None:
        """When `do_what_is_due` has something to do."""
        if any(child.kill_at is not None for child in self._children.values()):
            return now + _LOOK_S
        return self.roster.next_due()

    def longest_parked(self, now: float, at_least: float) -> int | None:
        """The worker that has waited longest for a next task from the JVM, which has it in stock."""
        found: tuple[float, int] | None = None
        for pid in self.roster.serving():
            child = self._children[pid]
            since = child.slot.parked_since() if child.slot is not None and child.sentence is None else None
            if since is not None and now - since >= at_least and (found is None or since < found[0]):
                found = (since, pid)
        return found[1] if found is not None else None

    def note_size(self, pid: int, rss: int) -> None:
        """What it held when it was last looked at."""
        child = self._children.get(pid)
        if child is not None:
            child.rss = rss

    def reap(self, kernel_killed: Callable[[], bool]) -> list[tuple[Obituary, Request | None]]:
        """Bury all who have ended; with each, the request that it was given and had not taken."""
        buried = []
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                break
            if pid == 0:
                break
            child = self._children.pop(pid, None)
            if child is not None:
                buried.append(self._bury(child, Ending.from_wait_status(status), kernel_killed))
        if buried:
            self._end_orphans()
        return buried

    def _bury(self, child: Child, ending: Ending, kernel_killed: Callable[[], bool]) -> tuple[Obituary, Request | None]:
        self._hear_all(child)  # it may have taken its connection, or said goodbye, before it died
        self._unleash(child)  # a process that it has left behind may hold the other end
        unexpected = self.roster.ended(child.pid)
        killed = ending.killed_by == signal.SIGKILL
        facts = Facts(
            pid=child.pid,
            ending=ending,
            said_goodbye=child.said_goodbye,
            told_to_end=not unexpected,
            sentence=child.sentence,
            last_rss=child.rss,
            words=child.words.fatal() if child.words is not None else "",
            stack=child.stack,
            kernel_killed=killed and child.sentence is None and kernel_killed(),
        )
        if child.words is not None:
            child.words.close()
        obituary = _obituary.write(facts, self._config.settings)
        self.register.add(child.pid, obituary)
        for source in child.sources:
            source.drain()
        left = [source for source in child.sources if source.open]
        self._lingering = {source for source in self._lingering if source.open}
        self._lingering.update(left)
        if child.slot is not None and not left:
            self._slots.give(child.slot)
        return obituary, child.request

    def _end_orphans(self) -> None:
        """Processes that a worker has left behind are ours now: `adopt_orphans`.

        They would hold its connection, so that the JVM waits for ever, and its memory. Who has begun a session of its
        own is a daemon, and meant to stay.
        """
        try:
            session = os.getsid(0)
            orphans = set(_resident.children(os.getpid())) - self._children.keys()
            for pid in orphans:
                if os.getsid(pid) == session:
                    _kill(pid, signal.SIGKILL)
        except OSError:
            return  # it has ended meanwhile

    @property
    def pids(self) -> Iterable[int]:
        """All workers."""
        return self._children.keys()

    def signal_all(self, number: signal.Signals) -> None:
        """To workers only."""
        for pid in self._children:
            os.kill(pid, number)

    def task_of(self, pid: int) -> str | None:
        """What it is at."""
        child = self._children.get(pid)
        return (child.slot.label or None) if child is not None and child.slot is not None else None

    def evict(self, pid: int) -> None:
        """End a worker that does nothing, so that another may work."""
        child = self._children[pid]
        child.sentence = Sentence(Cause.ENDED, 0, 0)
        _kill(pid, signal.SIGKILL)


def _kill(pid: int, number: signal.Signals) -> None:
    try:
        os.kill(pid, number)
    except (ProcessLookupError, PermissionError):
        return  # it has ended, or become another user's
