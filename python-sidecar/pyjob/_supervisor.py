"""The driver container's first process: it starts the script, tells it and the JVM of each other's end, and reaps."""

from __future__ import annotations

import os
import select
import signal
import time
import traceback
from dataclasses import dataclass

from pyjob import _gateway, _termination
from pyjob._config import PoolConfig
from pyjob._ending import Ending
from pyjob._failure import Failure
from pyjob._lifeline import Lifeline
from pyjob._log import log
from pyjob._signals import FORWARDED, SignalQueue, held_back, reaches_all

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from pyjob._config import RunConfig

EXIT_NO_GATEWAY = 70
_GATEWAY_POLL_S = 0.005
_POOL_RESTART_S = 1.0


@dataclass(frozen=True)
class Farewell:
    """What is done, and when, with a script whose JVM ended at the time `since` (seconds, any clock)."""

    since: float
    sent: int = 0

    _STEPS = ((5.0, signal.SIGTERM), (7.0, signal.SIGKILL))

    def due(self) -> float | None:
        """When the next step is due; None after the last."""
        return self.since + self._STEPS[self.sent][0] if self.sent < len(self._STEPS) else None

    def step(self, now: float) -> tuple[Farewell, signal.Signals | None]:
        """The signal that is due at `now`, if any, and what is left to do."""
        due = self.due()
        if due is None or now < due:
            return self, None
        return Farewell(self.since, self.sent + 1), self._STEPS[self.sent][1]


class Supervisor:
    """Owns the script's process and the pool's, the pipes to the script, and the lifeline."""

    def __init__(self, config: RunConfig, script: int, gate: int, report: int) -> None:
        self._config = config
        self._script = script
        self._gate: int | None = gate
        self._report = report
        self._ended: Ending | None = None
        self._lifeline: Lifeline | None = None
        self._farewell: Farewell | None = None
        self._gateway_deadline = time.monotonic() + config.gateway_wait_s
        self._pool: int | None = None
        self._pool_due = 0.0
        self._pool_leash: int | None = None
        self._trouble = Failure("the driver's JVM was not looked for")
        self._signals = SignalQueue({*FORWARDED, signal.SIGCHLD})

    def run(self, mask: AbstractSet[int]) -> int:
        """Supervise until the script has ended; returns the exit code of the container.

        `mask` is the signal mask to restore when we are ready for signals.
        """
        signal.pthread_sigmask(signal.SIG_SETMASK, mask)
        while True:
            self._reap()
            if self._ended is not None:
                return self._finish(self._ended)
            now = time.monotonic()
            if self._gate is not None and not self._open_gate(now):
                return self._give_up()
            if self._farewell is not None:
                self._say_farewell(now)
            if self._pool is None and now >= self._pool_due:
                self._start_pool()
            self._wait(now)

    def _wait(self, now: float) -> None:
        poll = select.poll()
        poll.register(self._signals.fileno(), select.POLLIN)
        lifeline = self._lifeline if self._farewell is None else None
        if lifeline is not None:
            poll.register(lifeline.fileno(), select.POLLIN)
        dues = [now + _GATEWAY_POLL_S] if self._gate is not None else []
        dues += [self._pool_due] if self._pool is None else []
        farewell_due = self._farewell.due() if self._farewell is not None else None
        dues += [farewell_due] if farewell_due is not None else []
        poll.poll(max(0.0, min(dues) - now) * 1000 if dues else None)
        for number in self._signals.take() & FORWARDED:
            self._forward(signal.Signals(number))
        if lifeline is not None and lifeline.cut():
            log(f"{_termination.JVM_ENDED}: it has 5 s to end by itself")
            self._farewell = Farewell(time.monotonic())

    def _reap(self) -> None:
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            ending = Ending.from_wait_status(status)
            if pid == self._script:
                self._ended = ending
            elif pid == self._pool:
                log(f"the pool of the driver's Python workers {ending}: a new one is started")
                self._pool, self._pool_due = None, time.monotonic() + _POOL_RESTART_S

    def _open_gate(self, now: float) -> bool:
        """Pass the gateway on when it is there. False when it did not come in time, or is none."""
        assert self._gate is not None
        try:
            gateway = _gateway.read(self._config.pod.gateway_file)
            # Without somebody at the other end it is the file of a JVM that has ended.
            self._lifeline = Lifeline.connect(self._config.pod.driver_socket) if gateway is not None else None
        except (_gateway.GatewayError, OSError) as error:
            self._trouble = Failure(f"cannot reach the driver's JVM: {error}")
            return False
        if gateway is not None and self._lifeline is not None:
            _write_all(self._gate, gateway.encode())
            os.close(self._gate)
            self._gate = None
            return True
        self._trouble = Failure(
            f"the driver's JVM did not come up within {self._config.gateway_wait_s:g} s",
            f"No gateway in {self._config.pod.gateway_file}: see the log of the pod's jvm container.",
        )
        return now < self._gateway_deadline

    def _give_up(self) -> int:
        log(self._trouble.headline)
        _termination.write(self._config.termination_log, self._trouble)
        os.kill(self._script, signal.SIGKILL)
        self._dismiss_pool()
        return EXIT_NO_GATEWAY

    def _say_farewell(self, now: float) -> None:
        assert self._farewell is not None
        self._farewell, number = self._farewell.step(now)
        if number is not None:
            log(f"the script is still running without a JVM: sending {number.name}")
            os.kill(self._script, number)

    def _finish(self, ending: Ending) -> int:
        code = ending.code
        # A script often fails of its JVM's end before we have looked at the lifeline.
        jvm_ended = self._farewell is not None or (self._lifeline is not None and self._lifeline.cut())
        if code == 0 and self._farewell is not None and self._farewell.sent:
            code = 1  # it ended because we asked it to, not because it was done
        if code:
            failure = Failure.decode(_read_available(self._report))
            message = _termination.describe(ending, failure, jvm_ended=jvm_ended)
            _termination.write(self._config.termination_log, message)
            if failure is None or jvm_ended:
                log(message.headline)
        self._tell_jvm(code)
        self._dismiss_pool()
        return code

    def _tell_jvm(self, code: int) -> None:
        if self._lifeline is None:
            try:
                self._lifeline = Lifeline.connect(self._config.pod.driver_socket)
            except OSError:
                # The script ended before the JVM was up; the operator ends the JVM's container.
                return
        if self._lifeline is not None:
            self._lifeline.report_exit(code)
            self._lifeline.close()

    def _forward(self, number: signal.Signals) -> None:
        if not reaches_all(number):
            os.kill(self._script, number)

    def _start_pool(self) -> None:
        if self._pool_leash is not None:
            os.close(self._pool_leash)
        leash, self._pool_leash = os.pipe()
        with held_back({*FORWARDED, signal.SIGCHLD}) as mask:
            try:
                self._pool = os.fork()
            except OSError as error:
                log(f"cannot start the pool of the driver's Python workers: {error}")
                self._pool_due = time.monotonic() + _POOL_RESTART_S
            if self._pool == 0:
                self._be_pool(leash, mask)
        os.close(leash)

    def _be_pool(self, leash: int, mask: AbstractSet[int]) -> None:
        """In the pool's process: never returns."""
        code = 1
        try:
            self._signals.leave()
            signal.pthread_sigmask(signal.SIG_SETMASK, mask)
            for descriptor in (self._gate, self._report, self._pool_leash):
                if descriptor is not None:
                    os.close(descriptor)
            if self._lifeline is not None:
                self._lifeline.close()
            os.dup2(2, 1)  # what workers print is for the log: the output is the script's own
            from pyjob._pool import Pool

            code = Pool(PoolConfig.for_driver(self._config.pod, os.environ), leash=leash).serve()
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)

    def _dismiss_pool(self) -> None:
        if self._pool is not None:
            os.kill(self._pool, signal.SIGTERM)


def _write_all(descriptor: int, data: bytes) -> None:
    try:
        while data:
            data = data[os.write(descriptor, data) :]
    except BrokenPipeError:
        # The script's process has ended; the next SIGCHLD tells how.
        return


def _read_available(descriptor: int) -> bytes:
    os.set_blocking(descriptor, False)
    try:
        return os.read(descriptor, 65536)
    except BlockingIOError:
        return b""
