"""What a pool says of workers that end, and what it does about those that take too much memory. Real processes."""

from __future__ import annotations

import json
import os
import signal
import sys
import time
from pathlib import Path

import pytest

from pyjob._guard import MIB
from pyjob._protocol import Operation
from tests.support import Connection, Pod, control, eventually, is_alive, send_signal, stats, why

REUSE = {"SPARK_REUSE_WORKER": "1"}

#: Each task is a line that names a function here, each answer is a line.
FAKE = """
import ctypes, os, signal, subprocess, sys, threading, time

held = []

def main(infile, outfile):
    name, *args = infile.readline().decode().split()
    outfile.write(f"{globals()['do_' + name](*args)}\\n".encode())

def do_pid():
    return os.getpid()

def do_eval(*words):
    return eval(" ".join(words))

def do_segfault():
    ctypes.string_at(0)

def do_abort():
    os.abort()

def do_leave(code):
    os._exit(int(code))

def do_leave_natively(code):
    ctypes.CDLL(None)._exit(int(code))

def do_kill(number):
    os.kill(os.getpid(), int(number))
    time.sleep(60)

def do_sleep():
    time.sleep(60)

def do_take(mib):
    for _ in range(int(mib)):
        held.append(bytearray(b"x" * (1 << 20)))
        time.sleep(0.001)
    return len(held)

def do_take_and_stay(mib):
    do_take(mib)
    time.sleep(60)

def do_take_in_a_child(mib):
    if os.fork() == 0:
        do_take_and_stay(mib)
    time.sleep(60)

def do_take_without_a_signal(mib):
    signal.pthread_sigmask(signal.SIG_BLOCK, signal.valid_signals())
    do_take_and_stay(mib)

def do_child_that_exits():
    pid = os.fork()
    if pid == 0:
        os._exit(7)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
"""


@pytest.fixture
def fake(pod: Pod) -> dict[str, str]:
    folder = pod.root / "modules"
    folder.mkdir()
    (folder / "fake.py").write_text(FAKE)
    return {"PYTHONPATH": str(folder)}


def ask(pod: Pod, env: dict[str, str]) -> Connection:
    connection = Connection(pod.worker_socket)
    connection.ask("fake", env)
    return connection


def last_of(pod: Pod, worker: Connection) -> dict[str, object]:
    eventually("the pool knows why", lambda: why(pod, worker.pid) is not None)
    found = why(pod, worker.pid)
    assert found is not None
    return found


@pytest.mark.parametrize(
    ("task", "cause", "says", "function"),
    [
        ("segfault", "crashed", "crashed with SIGSEGV in do_segfault (fake.py, line ", "do_segfault"),
        ("abort", "crashed", "crashed with SIGABRT in do_abort", "do_abort"),
        ("leave 3", "exited", "was ended by os._exit(3) in do_leave (fake.py, line ", "do_leave"),
        ("leave 0", "exited", "was ended by os._exit(0) in do_leave (fake.py, line ", "do_leave"),
        ("leave_natively 0", "exited", "exited with code 0 in the middle of its work", None),
        ("kill 9", "killed", "raise spec.executors.python.memory", None),
        ("kill 15", "signalled", "was killed by signal 15 (SIGTERM)", None),
    ],
)
def test_the_pool_knows_why_a_worker_ended(
    pod: Pod, fake: dict[str, str], task: str, cause: str, says: str, function: str | None
) -> None:
    pool = pod.pool()
    with ask(pod, fake | REUSE) as worker:
        assert why(pod, worker.pid) is None
        assert worker.task(task) == ""
        told = last_of(pod, worker)
    assert told["cause"] == cause
    assert says in str(told["message"])
    assert str(told["function"]).startswith(function or "None")
    assert ("most recent call first" in str(told["stack"])) == (function is not None)
    found = stats(pod)
    assert found["ended"][cause] == 1
    assert found["last"]["message"] == told["message"]
    send_signal(pool, signal.SIGTERM)
    assert str(told["message"]) in pod.finish(pool).err


def test_pysparks_fault_log_has_the_reason_before_the_worker_is_gone(pod: Pod, fake: dict[str, str]) -> None:
    """The JVM puts that file into the task's error."""
    (pod.root / "code" / "pyspark").mkdir()
    (pod.root / "code" / "pyspark" / "util.py").write_text(FAULTHANDLER)
    (pod.root / "code" / "pyspark" / "worker.py").write_text(FAKE)
    faults = pod.root / "faults"
    faults.mkdir()
    env = fake | REUSE | {"PYTHON_FAULTHANDLER_DIR": str(faults)}
    pod.pool("--worker-memory", str(64 * MIB))
    for task, says in [
        ("segfault", "Fatal Python error: Segmentation fault"),
        ("leave 3", "was ended by os._exit(3) in do_leave (worker.py"),
        ("take_and_stay 300", "over its limit of 64 MiB (spec.executors.python.workerMemory), in do_take"),
    ]:
        with Connection(pod.worker_socket) as worker:
            worker.ask("pyspark.worker", env)
            assert worker.task(task) == ""
            text = (faults / str(worker.pid)).read_text()
            assert says in text.splitlines()[0]
            assert "in do_" in text.partition("\n")[2]


FAULTHANDLER = """
import faulthandler, os
from contextlib import contextmanager

class _Helper:
    _log_file = None

_faulthandler_helper = _Helper()

@contextmanager
def enable_faulthandler():
    path = os.path.join(os.environ["PYTHON_FAULTHANDLER_DIR"], str(os.getpid()))
    _faulthandler_helper._log_file = open(path, "w")
    faulthandler.enable(file=_faulthandler_helper._log_file)
    yield
"""


def test_workers_that_end_well_are_no_failures(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool("--spare", "1")
    with ask(pod, fake | REUSE) as worker:
        worker.task("pid")
    assert last_of(pod, worker)["cause"] == "ended"
    with ask(pod, fake | REUSE) as worker:
        worker.send(b"sleep\n")
        assert control(pod, Operation.KILL, worker.pid) == 1
        assert worker.line() == ""
    assert last_of(pod, worker)["cause"] == "stopped"
    found = stats(pod)
    assert (found["ended"]["ended"], found["ended"]["stopped"], found["last"]) == (1, 1, None)


def test_a_child_of_a_function_may_end_as_it_likes(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool()
    with ask(pod, fake | REUSE) as worker:
        assert worker.task("child_that_exits") == "7"
        assert worker.task("pid") == str(worker.pid)


def test_stats_tell_what_a_pool_is_at(pod: Pod, fake: dict[str, str]) -> None:
    pod.pool("--spare", "2", "--memory", str(512 * MIB), "--worker-memory", str(100 * MIB))
    with ask(pod, fake | REUSE) as worker:
        worker.task("pid")
        eventually("the spare ones", lambda: stats(pod)["workers"] == {"idle": 2, "busy": 1})
        found = stats(pod)
        assert found["forked"] == 3
        assert found["starts"] == 1
        assert found["limit"] <= 512 * MIB
        assert found["workerLimit"] == 100 * MIB
        assert found["rss"] > MIB
        assert found["queue"] == {"waiting": 0, "waited": 0, "seconds": 0}
        assert found["preload"]["failed"] == {}
        assert found["before"] is None


@pytest.mark.parametrize("task", ["take_and_stay 400", "take_in_a_child 400", "take_without_a_signal 400"])
def test_a_worker_over_its_limit_is_ended_and_no_other(pod: Pod, fake: dict[str, str], task: str) -> None:
    pod.pool("--spare", "1", "--worker-memory", str(80 * MIB))
    with ask(pod, fake | REUSE) as other, ask(pod, fake | REUSE) as worker:
        assert worker.task(task) == ""
        told = last_of(pod, worker)
        assert told["cause"] == "workerMemory"
        assert "over its limit of 80 MiB (spec.executors.python.workerMemory)" in str(told["message"])
        assert told["limit"] == 80 * MIB
        assert isinstance(told["rss"], int)
        assert 80 * MIB < told["rss"] < 400 * MIB
        if "take_and_stay" in task:
            assert str(told["function"]).startswith("do_take")
        assert other.task("pid") == str(other.pid)


def test_memory_that_is_shared_with_the_pool_is_not_a_workers(pod: Pod, fake: dict[str, str]) -> None:
    (pod.root / "modules" / "large.py").write_text("HELD = b'x' * (150 << 20)")
    pod.pool("--preload", "large", "--worker-memory", str(80 * MIB), PYTHONPATH=fake["PYTHONPATH"])
    with ask(pod, fake | REUSE) as worker:
        assert worker.task("eval sum(sys.modules['large'].HELD[::4096]) > 0") == "True"
        assert worker.task("eval time.sleep(0.8)") == "None"
        assert worker.task("pid") == str(worker.pid)


def test_a_full_container_ends_the_largest_worker_and_no_other(pod: Pod, fake: dict[str, str]) -> None:
    """Without a limit of the kernel's, as in a local run: what pool and workers hold together counts."""
    pod.pool("--spare", "1", "--slots", "1", "--memory", str(256 * MIB), "--worker-memory", str(250 * MIB))
    with ask(pod, fake | REUSE) as small, ask(pod, fake | REUSE) as large:
        assert small.task("take 40") == "40"
        assert large.task("take_and_stay 400") == ""
        told = last_of(pod, large)
        assert told["cause"] == "containerMemory"
        assert "limit of 256 MiB (spec.executors.python.memory)" in str(told["message"])
        assert small.task("pid") == str(small.pid)


def test_a_pool_without_work_sleeps(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--spare", "1", "--memory", str(256 * MIB))
    with ask(pod, fake | REUSE) as worker:
        worker.task("pid")
    eventually("it is idle", lambda: stats(pod)["workers"] == {"idle": 1, "busy": 0})

    def switches() -> int:
        text = Path(f"/proc/{pool.pid}/status").read_text()
        return int(text.partition("\nvoluntary_ctxt_switches:")[2].split()[0])

    time.sleep(0.2)
    before = switches()
    time.sleep(2)
    assert switches() - before <= 6  # it looks after its parent once a second


def read_pool_file(pod: Pod) -> dict[str, object]:
    fields = json.loads((pod.root / "run" / "pool.json").read_text())
    assert isinstance(fields, dict)
    return fields


def test_the_pools_file_tells_its_state_and_its_end(pod: Pod) -> None:
    pool = pod.pool("--preload", "json")
    eventually("it serves", lambda: read_pool_file(pod)["state"] == "serving")
    assert (pod.root / "run" / "pool.json").stat().st_mode & 0o777 == 0o600
    send_signal(pool, signal.SIGTERM)
    pod.finish(pool)
    assert read_pool_file(pod)["state"] == "ended"

    pod.pool()
    eventually("it serves", lambda: read_pool_file(pod)["starts"] == 2)
    assert stats(pod)["before"] is None


def test_what_filled_the_container_is_noted_for_the_next_pool(pod: Pod, fake: dict[str, str]) -> None:
    pool = pod.pool("--memory", str(256 * MIB), "--worker-memory", str(500 * MIB))
    with ask(pod, fake | REUSE) as worker:
        worker.send(b"take_and_stay 190\n")
        eventually("it is noted", lambda: read_pool_file(pod)["look"] is not None)
        look = read_pool_file(pod)["look"]
        assert isinstance(look, dict)
        assert look["workers"][0]["pid"] == worker.pid
        send_signal(pool, signal.SIGKILL)
        pool.wait()
    pod.control_socket.unlink()
    pod.pool()
    assert f"its largest worker, {worker.pid}, held" in stats(pod)["before"]


@pytest.mark.parametrize("text", ["import os; os._exit(3)", "import os; os.abort()", "import time; time.sleep(60)"])
def test_a_module_whose_import_ends_the_pool_is_left_out_by_the_next(pod: Pod, fake: dict[str, str], text: str) -> None:
    (pod.root / "modules" / "bad.py").write_text(text)
    options = ("pool", "--preload", "json,bad")
    first = pod.run(*options, PYTHONPATH=fake["PYTHONPATH"], PYJOB_IMPORT_LIMIT_S="1")
    assert first.code != 0
    assert read_pool_file(pod)["module"] == "bad"

    for starts in (2, 3):
        pod.control_socket.unlink(missing_ok=True)
        pool = pod.pool("--preload", "json,bad", PYTHONPATH=fake["PYTHONPATH"])
        found = stats(pod)
        assert found["starts"] == starts
        assert "its import ended the pool before" in found["preload"]["failed"]["bad"]
        if starts == 2:
            assert found["before"] == "the pool before this one ended while it imported bad"
        with ask(pod, fake) as worker:
            assert worker.task("pid") == str(worker.pid)
        send_signal(pool, signal.SIGTERM)
        assert "cannot preload bad" in pod.finish(pool).err


def test_nothing_is_left_of_a_worker_that_had_children(pod: Pod, fake: dict[str, str]) -> None:
    """They would hold its connection, and the JVM would wait for ever."""
    pod.pool()
    with ask(pod, fake | REUSE) as worker:
        child = int(worker.task("eval subprocess.Popen(['sleep','60']).pid"))
        daemon = int(worker.task("eval subprocess.Popen(['sleep','60'],start_new_session=True).pid"))
        worker.task("leave 1")
    eventually("its child has gone", lambda: not is_alive(child))
    assert is_alive(daemon)
    os.kill(daemon, signal.SIGKILL)


def test_the_drivers_pool_guards_its_workers_and_names_the_drivers_fields(pod: Pod, fake: dict[str, str]) -> None:
    pod.file("script.py", "")
    process = pod.start("run", "script.py", PYJOB_WORKER_MEMORY=str(80 * MIB), PYJOB_PYTHON_MEMORY=str(1024 * MIB))
    eventually("the sockets", pod.control_socket.exists)
    with ask(pod, fake | REUSE) as worker:
        assert worker.task("take_and_stay 400") == ""
        told = last_of(pod, worker)
    assert told["cause"] == "workerMemory"
    assert "spec.driver.python.workerMemory" in str(told["message"])
    assert process.poll() is None


_CGROUPS = Path("/sys/fs/cgroup/memory")  # v1: v2 gives no memory limits to children of a group with processes


@pytest.mark.skipif(not os.access(_CGROUPS / "cgroup.procs", os.W_OK), reason="no memory cgroups to make here")
def test_the_kernel_is_forestalled_in_a_real_cgroup(pod: Pod, fake: dict[str, str]) -> None:
    group = _CGROUPS / pod.root.name
    group.mkdir()
    try:
        (group / "memory.limit_in_bytes").write_text(str(256 * MIB))
        code = "import os, sys; open(sys.argv[1], 'w').write('0'); os.execv(sys.argv[2], sys.argv[2:])"
        pool = pod.start_with([sys.executable, "-c", code, str(group / "cgroup.procs")], "pool", "--slots", "1")
        eventually("it listens", pod.control_socket.exists)
        assert stats(pod)["limit"] == 256 * MIB
        with ask(pod, fake | REUSE) as small, ask(pod, fake | REUSE) as large:
            assert small.task("take 20") == "20"
            assert large.task("take_and_stay 1000") == ""
            assert last_of(pod, large)["cause"] in ("containerMemory", "workerMemory")
            assert small.task("pid") == str(small.pid)
            assert "oom_kill 0" in (group / "memory.oom_control").read_text()
        pool.kill()
        pool.wait()
    finally:
        eventually("the group is empty", lambda: (group / "cgroup.procs").read_text() == "")
        group.rmdir()
