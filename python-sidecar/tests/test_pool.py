from __future__ import annotations

import os
import signal
import socket
import stat
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

import pytest

from pyjob import _protocol
from pyjob._protocol import Operation
from tests.support import PATIENCE_S, Connection, Pod, Refused, control, eventually, is_alive, send_signal

REUSE = {"SPARK_REUSE_WORKER": "1"}

#: A worker module: each task is a line that names a function here, each answer is a line.
FAKE = """
import os, signal, sys, threading, time

tasks = 0

def main(infile, outfile):
    global tasks
    tasks += 1
    line = infile.readline().decode()
    if not line:
        raise EOFError
    name, *args = line.split()
    answer = globals()["do_" + name](*args)
    outfile.write(f"{answer}\\n".encode())

def do_pid():
    return os.getpid()

def do_count():
    return tasks

def do_env(name):
    return os.environ.get(name)

def do_eval(*words):
    return eval(" ".join(words))

def do_exit(code):
    sys.exit(int(code))

def do_exit_text():
    sys.exit("text")

def do_raise():
    raise ValueError("of the task")

def do_print(text):
    print(text)
    return "printed"

def do_sleep():
    time.sleep(60)

def do_die(number):
    os.kill(os.getpid(), int(number))
    time.sleep(60)

def do_ignore_term_and_sleep():
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("ignored", flush=True)
    time.sleep(60)

def do_thread():
    threading.Thread(target=time.sleep, args=(60,)).start()
    return "started"

def do_descriptors():
    found = []
    for name in sorted(os.listdir("/proc/self/fd"), key=int):
        try:
            found.append(os.readlink(f"/proc/self/fd/{name}").split(":")[0])
        except FileNotFoundError:
            pass
    return " ".join(found)
"""


@pytest.fixture
def fake(pod: Pod) -> dict[str, str]:
    """The environment in which a request finds the module `fake`."""
    folder = pod.root / "modules"
    folder.mkdir()
    (folder / "fake.py").write_text(FAKE)
    return {"PYTHONPATH": str(folder)}


def workers_of(pool: subprocess.Popen[str]) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pool.pid}/task/{pool.pid}/children").read_text().split()]


def stop(pod: Pod, pool: subprocess.Popen[str]) -> str:
    """End the pool; returns its log."""
    send_signal(pool, signal.SIGTERM)
    result = pod.finish(pool)
    assert result.code == 0
    return result.err


def ignore_term(pool: subprocess.Popen[str], worker: Connection) -> None:
    """Give the worker a task that sleeps, and that SIGTERM does not end."""
    worker.send(b"ignore_term_and_sleep\n")
    assert pool.stdout is not None
    assert pool.stdout.readline().endswith(" ignored\n")


def ask(pod: Pod, env: dict[str, str], module: str = "fake") -> Connection:
    connection = Connection(pod.worker_socket)
    try:
        connection.ask(module, env)
    except BaseException:
        connection.close()
        raise
    return connection


def test_a_worker_serves_on_the_connection_that_asked_for_it(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool()
    with ask(pod, fake) as worker:
        assert worker.task("pid") == str(worker.pid)
        assert worker.line() == ""  # without reuse one task is all


def test_a_worker_serves_again_where_reuse_is_asked_for(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool()
    with ask(pod, fake | REUSE) as worker:
        assert [worker.task("count") for _ in range(3)] == ["1", "2", "3"]
        assert control(pod, Operation.ALIVE, worker.pid) == 1
    eventually("the worker leaves with its connection", lambda: control(pod, Operation.ALIVE, worker.pid) == 0)


def test_tasks_that_come_in_one_piece_are_not_lost(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool()
    with ask(pod, fake | REUSE) as worker:
        worker.send(b"count\ncount\ncount\n")
        assert [worker.line() for _ in range(3)] == ["1", "2", "3"]


def test_a_request_and_its_first_task_may_come_in_any_pieces(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool()
    data = _protocol.WorkerRequest("fake", fake).encode() + b"pid\n"
    with Connection(pod.worker_socket) as worker:
        for byte in data[:40]:
            worker.send(bytes([byte]))
            time.sleep(0.001)
        worker.send(data[40:])
        assert worker.answer() == int(worker.line())


def test_each_connection_has_a_worker_of_its_own(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "2")
    workers = [ask(pod, fake | REUSE) for _ in range(5)]
    try:
        assert len({worker.pid for worker in workers}) == 5
        assert {int(worker.task("pid")) for worker in workers} == {worker.pid for worker in workers}
        eventually("spare workers are made up for", lambda: len(workers_of(pool)) == 7)
    finally:
        for worker in workers:
            worker.close()
    eventually("the others leave", lambda: len(workers_of(pool)) == 2)


def test_many_connections_at_once_are_all_served(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool("--spare", "2", "--slots", "10")
    connections = [Connection(pod.worker_socket) for _ in range(40)]
    try:
        for connection in connections:
            connection.send(_protocol.WorkerRequest("fake", fake).encode())
        pids = {connection.answer() for connection in connections}
        assert len(pids) == 40
        assert {int(connection.task("pid")) for connection in connections} == pids
    finally:
        for connection in connections:
            connection.close()


def test_spare_workers_are_there_before_they_are_asked_for(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "3")
    eventually("three workers", lambda: len(workers_of(pool)) == 3)
    ready = set(workers_of(pool))
    with ask(pod, fake) as worker:
        assert worker.pid in ready


def test_a_worker_gets_the_environment_of_its_request(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool(TZ="UTC")
    env = fake | REUSE | {"X": "é 1", "TZ": "Asia/Tokyo"}
    with ask(pod, env) as worker:
        assert worker.task("env X") == "é 1"
        assert worker.task("eval time.strftime('%z')") == "+0900"
        assert worker.task("env OMP_NUM_THREADS") == "1"
        assert worker.task("env PYTHONHASHSEED") == "0"
        assert worker.task("eval sys.path[:2]") == str([pod.env["PYJOB_CODE"], fake["PYTHONPATH"]])
        assert worker.task("eval sys.path.count(os.environ['PYTHONPATH'])") == "1"


def test_the_users_number_of_threads_is_kept(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool(OMP_NUM_THREADS="3")
    with ask(pod, fake) as worker:
        assert worker.task("env OMP_NUM_THREADS") == "3"


def test_a_worker_has_fresh_signals_and_no_stdin(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool("--spare", "1")
    for _ in range(2):
        with ask(pod, fake | REUSE) as worker:
            for number in ("SIGTERM", "SIGHUP", "SIGCHLD"):
                assert worker.task(f"eval signal.getsignal(signal.{number}).name") == "SIG_DFL"
            assert worker.task("eval signal.getsignal(signal.SIGINT).__name__") == "default_int_handler"
            # Nothing held back but what was already: a JVM's children begin with SIGQUIT held back.
            inherited = signal.pthread_sigmask(signal.SIG_BLOCK, [])
            assert worker.task("eval signal.pthread_sigmask(signal.SIG_BLOCK,[])") == str(inherited)
            assert worker.task("eval signal.set_wakeup_fd(-1)") == "-1"
            assert worker.task("eval os.readlink('/proc/self/fd/0')") == "/dev/null"


@pytest.mark.parametrize("spare", ["0", "1"])
def test_a_worker_has_no_descriptors_of_the_pool(pod: Pod, fake: dict[str, str], spare: str) -> None:
    pod.pool("--spare", spare)
    others = [ask(pod, fake | REUSE), Connection(pod.control_socket), Connection(pod.worker_socket)]
    try:
        others[1].send(b"\0")
        time.sleep(0.1)
        for _ in range(3):
            with ask(pod, fake) as worker:
                # stdin, stdout, stderr and copies of those two; the leash; the connection and its two files; last
                # words and stack. The folder that is being listed is gone.
                found = sorted(worker.task("descriptors").split())
                assert found == ["/dev/null", "/memfd", "/memfd", *["pipe"] * 4, *["socket"] * 4]
    finally:
        for other in others:
            other.close()


def test_random_numbers_of_workers_differ(pod: Pod, fake: dict[str, str]) -> None:
    (pod.root / "modules" / "numpy").mkdir()
    package = pod.root / "modules" / "numpy"
    (package / "__init__.py").write_text("")
    (package / "random.py").write_text("seeded = 0\ndef seed():\n    global seeded\n    seeded += 1\n")
    pod.pool("--preload", "numpy.random,random", "--spare", "2", PYTHONPATH=fake["PYTHONPATH"])
    drawn = set()
    for _ in range(2):
        with ask(pod, fake | REUSE) as worker:
            drawn.add(worker.task("eval __import__('random').random()"))
            assert worker.task("eval sys.modules['numpy.random'].seeded") == "1"
    assert len(drawn) == 2


@pytest.mark.parametrize("task", ["exit 0", "exit 3", "exit -1", "exit_text", "raise"])
def test_a_task_that_does_not_return_ends_its_worker_and_nobody_hangs(
    pod: Pod, fake: dict[str, str], task: str
) -> None:
    pod.pool()
    with ask(pod, fake | REUSE) as worker:
        worker.send(task.encode() + b"\n")
        assert worker.line() == ""
        worker.send(b"x" * 100_000)  # it still listens, so that no writer gets stuck
    eventually("the worker leaves", lambda: not is_alive(worker.pid))


def test_a_worker_leaves_with_threads_that_go_on(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool()
    with ask(pod, fake) as worker:
        assert worker.task("thread") == "started"
    eventually("the worker leaves", lambda: not is_alive(worker.pid))


def test_an_exception_of_a_worker_module_is_in_the_log(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool()
    with ask(pod, fake) as worker:
        worker.task("raise")
    eventually("the worker leaves", lambda: not is_alive(worker.pid))

    assert "ValueError: of the task" in stop(pod, pool)


def test_a_worker_that_was_left_in_the_middle_says_nothing(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "0")
    with ask(pod, fake | REUSE) as worker:
        worker.task("pid")
    with ask(pod, fake | REUSE) as worker:
        worker.send(b"eval 'x'*1000000\n")
    eventually("the workers leave", lambda: workers_of(pool) == [])

    usual = ("ready", "has ended")
    assert [line for line in stop(pod, pool).splitlines() if not any(word in line for word in usual)] == []


def test_prints_of_workers_are_in_the_containers_log(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool()
    with ask(pod, fake | REUSE) as worker:
        assert worker.task("print hello") == "printed"
        assert pool.stdout is not None
        assert pool.stdout.readline() == f"[executor, worker {worker.pid}] hello\n"


@pytest.mark.parametrize(
    ("module", "text", "reason"),
    [
        ("absent", None, "cannot import absent: ModuleNotFoundError: No module named 'absent'"),
        ("broken", "1 / 0", "cannot import broken: ZeroDivisionError: division by zero"),
        ("leaves", "raise SystemExit(3)", "cannot import leaves: SystemExit: 3"),
        ("mainless", "", "cannot import mainless: AttributeError"),
    ],
)
def test_a_module_that_cannot_serve_is_refused_with_the_reason(
    pod: Pod, fake: dict[str, str], module: str, text: str | None, reason: str
) -> None:
    pod.pool()
    if text is not None:
        (pod.root / "modules" / f"{module}.py").write_text(text)
    with pytest.raises(Refused, match=reason):
        ask(pod, fake, module)


def test_a_wrong_buffer_size_is_refused(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool()
    with pytest.raises(Refused, match="SPARK_BUFFER_SIZE is 'big'"):
        ask(pod, fake | {"SPARK_BUFFER_SIZE": "big"})


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x7f\xff\xff\xff" + b"x" * 1000, "a request of 2147483647 bytes"),
        (b"\xff\xff\xff\xff", "a request of -1 bytes"),
        (bytes(4), "a request of 0 bytes"),
        (b"GET / HTTP/1.1\r\n\r\n", "a request of 1195725856 bytes"),
        (_protocol.frame(b"\xff\xfe"), "not JSON in UTF-8"),
        (_protocol.frame(b"{}"), "version None"),
        (b"\0\0\0\x20part", "ended in its middle"),
    ],
)
def test_garbage_is_refused_and_hurts_nobody(pod: Pod, fake: dict[str, str], data: bytes, reason: str) -> None:
    pod.pool()
    with ask(pod, fake | REUSE) as other, Connection(pod.worker_socket) as connection:
        connection.send(data)
        connection.socket.shutdown(socket.SHUT_WR)
        with pytest.raises(Refused) as refused:
            connection.answer()
        assert reason in str(refused.value)
        assert other.task("pid") == str(other.pid)
        with ask(pod, fake) as another:
            assert another.task("pid") == str(another.pid)


def test_a_connection_that_says_nothing_costs_no_worker(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "1")
    silent = [Connection(pod.worker_socket) for _ in range(20)]
    with ask(pod, fake) as worker:
        worker.task("pid")
    eventually("one spare worker is left", lambda: len(workers_of(pool)) == 1)
    for connection in silent:
        connection.close()


@pytest.mark.parametrize(
    ("operation", "ended_by"), [(Operation.KILL, signal.SIGKILL), (Operation.TERM, signal.SIGTERM)]
)
def test_a_worker_is_ended_by_a_signal(
    pod: Pod, fake: dict[str, str], operation: Operation, ended_by: signal.Signals
) -> None:
    pool = pod.pool()
    with ask(pod, fake) as worker:
        worker.send(b"sleep\n")
        assert control(pod, operation, worker.pid) == 1
        assert worker.line() == ""
        eventually("the pool knows", lambda: control(pod, Operation.ALIVE, worker.pid) == 0)
        assert control(pod, operation, worker.pid) == 0

    assert "was killed" not in stop(pod, pool)


def test_a_worker_that_does_not_stop_is_killed_after_a_second(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool()
    with ask(pod, fake | REUSE) as worker:
        ignore_term(pool, worker)
        started = time.monotonic()
        assert control(pod, Operation.STOP, worker.pid) == 1
        assert control(pod, Operation.ALIVE, worker.pid) == 1
        assert worker.line() == ""
        assert 0.8 < time.monotonic() - started < 3

    assert f"worker {worker.pid} had been told to stop" in stop(pod, pool)


def test_a_worker_that_stops_by_itself_is_not_killed(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool()
    with ask(pod, fake | REUSE) as worker:
        worker.task("pid")
        assert control(pod, Operation.STOP, worker.pid) == 1
    eventually("the worker leaves", lambda: not is_alive(worker.pid))
    time.sleep(1.2)

    assert "told to stop" not in stop(pod, pool)


def test_nobody_but_busy_workers_can_be_signalled(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "1")
    eventually("a spare worker", lambda: len(workers_of(pool)) == 1)
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE, text=True) as stranger:
        for pid in (stranger.pid, pool.pid, os.getpid(), *workers_of(pool), 0, -1, -pool.pid, 2**40):
            for operation in set(Operation) - {Operation.STATS}:
                assert control(pod, operation, pid) == 0
        assert stranger.poll() is None
        assert pool.poll() is None
        stranger.communicate("\n")


@pytest.mark.parametrize("data", [b"\x7f\xff\xff\xff", bytes(4), _protocol.frame(b"[]"), _protocol.frame(b"{" * 100)])
def test_garbage_on_the_control_socket_is_answered_with_0(pod: Pod, fake: dict[str, str], data: bytes) -> None:
    pod.pool()
    with ask(pod, fake) as worker, Connection(pod.control_socket) as half, Connection(pod.control_socket) as garbage:
        half.send(b"\0\0")
        garbage.send(data)
        assert garbage.number() == 0
        with pytest.raises((EOFError, ConnectionResetError)):
            garbage.number()
        assert control(pod, Operation.ALIVE, worker.pid) == 1


def test_one_control_connection_takes_many_requests(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool()
    with ask(pod, fake) as worker, Connection(pod.control_socket) as connection:
        request = _protocol.ControlRequest(Operation.ALIVE, worker.pid).encode()
        connection.send(request * 200)
        assert [connection.number() for _ in range(200)] == [1] * 200


def test_a_worker_killed_from_outside_is_in_the_log_and_made_up_for(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "1")
    with ask(pod, fake) as worker:
        worker.send(b"die 9\n")
        assert worker.line() == ""
        eventually("the pool knows", lambda: control(pod, Operation.ALIVE, worker.pid) == 0)
    eventually("a spare worker", lambda: len(workers_of(pool)) == 1)

    log = stop(pod, pool)
    assert f"Python worker {worker.pid} was killed by signal 9 (SIGKILL): usually the kernel" in log
    assert "spec.executors.python.memory" in log


def test_spare_workers_that_died_do_not_cost_a_request(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "3")
    eventually("spare workers", lambda: len(workers_of(pool)) == 3)
    for _ in range(3):
        for pid in workers_of(pool):
            with suppress(ProcessLookupError):  # the pool was just replacing it
                os.kill(pid, signal.SIGKILL)
        with ask(pod, fake) as worker:
            assert worker.task("pid") == str(worker.pid)


def test_idle_workers_that_die_one_after_another_cost_a_request_only_the_first(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "5")
    eventually("spare workers", lambda: len(workers_of(pool)) == 5)
    frozen = workers_of(pool)
    for pid in frozen:
        os.kill(pid, signal.SIGSTOP)
    with Connection(pod.worker_socket) as worker:
        worker.send(_protocol.WorkerRequest("fake", fake).encode())
        for pid in frozen:
            os.kill(pid, signal.SIGKILL)
            eventually("the worker is reaped", lambda pid=pid: pid not in workers_of(pool))  # type: ignore[misc]
        assert worker.answer() not in frozen
        assert worker.task("pid") == str(worker.pid)


def test_sockets_are_the_users_own(pod: Pod) -> None:
    pod.pool()
    for path in (pod.worker_socket, pod.control_socket):
        mode = path.stat().st_mode
        assert stat.S_ISSOCK(mode)
        assert stat.S_IMODE(mode) == 0o600


def test_sockets_of_a_pool_that_died_are_replaced(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool()
    send_signal(pool, signal.SIGKILL)
    pool.wait()
    assert pod.worker_socket.exists()
    made = pod.control_socket.stat().st_ctime_ns
    pod.start("pool")
    eventually("new sockets", lambda: pod.control_socket.exists() and pod.control_socket.stat().st_ctime_ns != made)
    with ask(pod, fake) as worker:
        assert worker.task("pid") == str(worker.pid)


def test_what_is_no_socket_is_not_removed(pod: Pod) -> None:
    pod.worker_socket.write_text("precious")

    result = pod.run("pool")

    assert result.code == 78
    assert "exists and is no socket" in result.message
    assert pod.worker_socket.read_text() == "precious"


def test_sigterm_ends_pool_and_workers(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "2")
    with ask(pod, fake | REUSE) as busy:
        busy.task("pid")
        pids = workers_of(pool)
        started = time.monotonic()
        stop(pod, pool)

        assert time.monotonic() - started < 1.5
        assert not any(map(is_alive, pids))
        assert not pod.worker_socket.exists()
        assert not pod.control_socket.exists()


def test_sigterm_kills_workers_that_ignore_it(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool()
    with ask(pod, fake | REUSE) as busy:
        ignore_term(pool, busy)
        started = time.monotonic()
        stop(pod, pool)

        assert 0.9 < time.monotonic() - started < 3
        assert not is_alive(busy.pid)


def test_workers_die_with_their_pool(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "2")
    with ask(pod, fake | REUSE) as busy:
        ignore_term(pool, busy)
        eventually("workers", lambda: len(workers_of(pool)) == 3)
        pids = workers_of(pool)
        send_signal(pool, signal.SIGKILL)

        eventually("they have gone", lambda: not any(map(is_alive, pids)))


def test_a_pool_ends_with_its_parent(pod: Pod) -> None:
    code = "import os, subprocess, sys; print(subprocess.Popen(sys.argv[1:]).pid, flush=True); sys.stdin.read()"
    from tests.support import BOOT

    parent = subprocess.Popen(
        [sys.executable, "-c", code, sys.executable, "-c", BOOT, "pool", "--spare", "1"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=pod.env,
    )
    pod.processes.append(parent)
    assert parent.stdout is not None
    pool = int(parent.stdout.readline())
    children = Path(f"/proc/{pool}/task/{pool}/children")
    eventually("the pool is up", lambda: children.read_text() != "")
    worker = int(children.read_text())
    parent.kill()

    eventually("they have gone", lambda: not is_alive(pool) and not is_alive(worker))


def test_modules_are_imported_once_for_all_workers(pod: Pod, fake: dict[str, str]) -> None:
    (pod.root / "modules" / "slow.py").write_text("import os; WHERE = os.getpid()")
    pool = pod.pool("--preload", "slow", "--spare", "1", PYTHONPATH=fake["PYTHONPATH"])
    for _ in range(2):
        with ask(pod, fake) as worker:
            assert worker.task("eval __import__('slow').WHERE") == str(pool.pid)
    assert "pool ready: preloaded slow in" in stop(pod, pool)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("1 / 0", "cannot preload bad: ZeroDivisionError: division by zero"),
        ("raise SystemExit('no')", "cannot preload bad: SystemExit: no"),
        ("import absent", "cannot preload bad: ModuleNotFoundError: No module named 'absent'"),
        ("def", "cannot preload bad: SyntaxError"),
    ],
)
def test_a_module_that_cannot_be_preloaded_is_named_and_left(
    pod: Pod, fake: dict[str, str], text: str, reason: str
) -> None:
    (pod.root / "modules" / "bad.py").write_text(text)
    pool = pod.pool("--preload", "bad,json", PYTHONPATH=fake["PYTHONPATH"])
    with ask(pod, fake) as worker:
        assert worker.task("pid") == str(worker.pid)

    log = stop(pod, pool)
    assert reason in log
    assert "preloaded json in" in log


def test_threads_of_preloaded_modules_are_told(pod: Pod, fake: dict[str, str]) -> None:
    (pod.root / "modules" / "threads.py").write_text(
        "import threading, time; threading.Thread(target=time.sleep, args=(60,), daemon=True).start()"
    )
    pool = pod.pool("--preload", "threads", PYTHONPATH=fake["PYTHONPATH"])
    with ask(pod, fake) as worker:
        worker.task("pid")

    assert "the preloaded modules run 1 threads (" in stop(pod, pool)


def test_a_request_during_the_imports_waits_for_them(pod: Pod, fake: dict[str, str]) -> None:
    (pod.root / "modules" / "slow.py").write_text("import time; time.sleep(0.5)")
    pod.pool("--preload", "slow", PYTHONPATH=fake["PYTHONPATH"])
    with ask(pod, fake) as worker:
        assert worker.task("eval 'slow' in sys.modules") == "True"


def test_sigterm_during_the_imports_ends_the_pool(pod: Pod, fake: dict[str, str]) -> None:
    (pod.root / "modules" / "slow.py").write_text("import time; time.sleep(0.5)")
    pool = pod.pool("--preload", "slow,json", PYTHONPATH=fake["PYTHONPATH"])

    assert "json" not in stop(pod, pool)


FORKLESS = """
import errno, os, sys
from pyjob._config import PoolConfig
from pyjob._pool import Pool

left = int(sys.argv[1])

def fork():
    global left
    left -= 1
    if left < 0:
        raise OSError(errno.EAGAIN, os.strerror(errno.EAGAIN))
    return os.fork()

os._exit(Pool(PoolConfig.from_args(sys.argv[2:], os.environ), fork=fork).serve())
"""


def forkless_pool(pod: Pod, forks: int, *args: str) -> subprocess.Popen[str]:
    """A pool whose system has room for so many forks only."""
    pool = subprocess.Popen(
        [sys.executable, "-c", FORKLESS, str(forks), *args],
        stdin=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        env=pod.env | {"PYTHONPATH": pod.env["PYJOB_CODE"]},
    )
    pod.processes.append(pool)
    eventually("the pool listens", pod.control_socket.exists)
    return pool


def test_a_system_without_room_is_told_to_who_asks(pod: Pod, fake: dict[str, str]) -> None:
    pool = forkless_pool(pod, 1, "--spare", "2")
    with ask(pod, fake) as worker:
        with pytest.raises(Refused, match=r"cannot start a Python worker: Resource temporarily unavailable: .*memory"):
            ask(pod, fake)
        assert worker.task("pid") == str(worker.pid)

    assert "cannot start a Python worker" in stop(pod, pool)


class TestLazy:
    """The pool next to a script, which `run` starts."""

    def test_it_is_there_at_once_and_imports_nothing_before_it_is_needed(self, pod: Pod, fake: dict[str, str]) -> None:
        worker_package = pod.root / "code" / "pyspark" / "sql" / "worker"
        worker_package.mkdir(parents=True)
        (worker_package / "utils.py").write_text("import os; WHERE = os.getpid()")
        pod.file("script.py", "")
        process = pod.start("run", "script.py", PYJOB_PREIMPORT="0")
        eventually("the sockets", pod.control_socket.exists)
        assert len(workers_of(process)) == 2
        assert all(workers_below(pid) == [] for pid in workers_of(process))

        with ask(pod, fake | REUSE) as worker:
            where = int(worker.task("eval __import__('pyspark.sql.worker.utils').sql.worker.utils.WHERE"))
            assert where in workers_of(process)
            assert where != worker.pid
            send_signal(process, signal.SIGTERM)
            assert pod.finish(process).code == 143
        eventually("the pool and its workers leave", lambda: not is_alive(where) and not is_alive(worker.pid))
        eventually("its sockets too", lambda: not pod.control_socket.exists())

    def test_it_ends_with_a_supervisor_that_is_killed(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.file("script.py", "")
        process = pod.start("run", "script.py")
        eventually("the sockets", pod.control_socket.exists)
        pids = workers_of(process)
        with ask(pod, fake | REUSE) as worker:
            send_signal(process, signal.SIGKILL)
            eventually("all leave", lambda: not any(map(is_alive, [*pids, worker.pid])), PATIENCE_S)


def workers_below(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
