"""What tasks and those who connect may do to each other by way of the pool: nothing. Real processes."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import time
from pathlib import Path

import pytest

from pyjob import _listener, _protocol
from pyjob._protocol import Operation
from tests.support import PATIENCE_S, Connection, Pod, Refused, control, eventually, is_alive, send_signal, stats

REUSE = {"SPARK_REUSE_WORKER": "1"}

FAKE = """
import asyncio, ctypes, faulthandler, gc, io, os, signal, subprocess, sys, threading, time

def main(infile, outfile):
    name, *args = infile.readline().decode().split()
    outfile.write(f"{globals()['do_' + name](*args)}\\n".encode())

def do_pid():
    return os.getpid()

def do_eval(*words):
    return eval(" ".join(words))

def do_exec(*words):
    exec(" ".join(words), globals())
    return "done"

def do_return_in_a_child():
    if os.fork() == 0:
        return "child"
    os.wait()
    return "parent"

def do_raise_in_a_child():
    if os.fork() == 0:
        raise ValueError("of a child")
    os.wait()
    return "parent"

def do_return_in_a_child_first():
    if os.fork() != 0:
        time.sleep(0.3)
        return "parent"
    return "child"

def do_print_lines(count, text):
    for _ in range(int(count)):
        print(text)
    return "printed"

def do_print_and_die(count):
    for each in range(int(count)):
        os.write(1, b"line %d\\n" % each)
    os.kill(os.getpid(), 9)

def do_printf():
    libc = ctypes.CDLL(None)
    libc.printf(b"of C %d\\n", 7)
    os.system("echo of a shell; echo to stderr >&2")
    return "printed"

def do_thread(daemon):
    threading.Thread(target=time.sleep, args=(60,), daemon=daemon == "daemon").start()
    return "started"
"""

#: A PySpark that knows tasks.
TASKCONTEXT = """
class TaskContext:
    _taskContext = None

    def __init__(self, number):
        self.number = number

    @classmethod
    def _setTaskContext(cls, context):
        cls._taskContext = context

    def partitionId(self):
        return self.number

    def attemptNumber(self):
        return 0

    def stageId(self):
        return 2

    def taskAttemptId(self):
        return 10 + self.number
"""

TASK_WORKER = """
import ctypes, os, sys, time
from pyspark.taskcontext import TaskContext

def main(infile, outfile):
    number, how = infile.readline().split()
    TaskContext._setTaskContext(TaskContext(int(number)))
    text = f"of {number.decode()}"
    if how == b"python":
        print(text, flush=True)
    elif how == b"native":
        os.write(1, text.encode() + b"\\n")
    elif how == b"half":
        os.write(1, text.encode())
    outfile.write(number + b"\\n")
    TaskContext._setTaskContext(None)
"""


@pytest.fixture
def fake(pod: Pod) -> dict[str, str]:
    folder = pod.root / "modules"
    folder.mkdir()
    (folder / "fake.py").write_text(FAKE)
    (folder / "tasks.py").write_text(TASK_WORKER)
    (pod.root / "code" / "pyspark").mkdir()
    (pod.root / "code" / "pyspark" / "taskcontext.py").write_text(TASKCONTEXT)
    return {"PYTHONPATH": str(folder)}


def ask(pod: Pod, env: dict[str, str], module: str = "fake") -> Connection:
    connection = Connection(pod.worker_socket)
    try:
        connection.ask(module, env)
    except Refused:
        connection.close()
        raise
    return connection


def stop(pod: Pod, pool: subprocess.Popen[str]) -> tuple[str, str]:
    send_signal(pool, signal.SIGTERM)
    result = pod.finish(pool)
    assert result.code == 0
    return result.out, result.err


class TestRestore:
    """What a task leaves behind is put back, or the next task has another worker."""

    @pytest.mark.parametrize(
        ("does", "look"),
        [
            ("os.chdir('/')", "os.getcwd()"),
            ("os.environ.update(HOME='x',NEW='y');os.environ.pop('PATH')", "sorted(os.environ.items())"),
            ("os.environ.update(TZ='Asia/Tokyo');time.tzset()", "time.strftime('%z')"),
            ("os.umask(0o777)", "os.umask(0o22)"),
            ("signal.signal(15,signal.SIG_IGN);signal.signal(17,print)", "list(map(signal.getsignal,(15,17)))"),
            ("signal.pthread_sigmask(0,signal.valid_signals())", "signal.pthread_sigmask(0,[])"),
            ("signal.alarm(60)", "signal.getitimer(signal.ITIMER_REAL)[0]>0"),
            ("sys.stdout=io.StringIO()", "sys.stdout.fileno()"),
            ("gc.disable()", "gc.isenabled()"),
            ("faulthandler.disable()", "faulthandler.is_enabled()"),
            ("os._exit=print", "os._exit==print"),
            ("os.close(0);os.close(1);os.close(2)", "list(map(os.readlink,map('/proc/self/fd/{}'.format,(0,1,2))))"),
            ("os.dup2(os.open('/dev/null',1),1)", "os.readlink('/proc/self/fd/1')"),
        ],
    )
    def test_it_is_put_back(self, pod: Pod, fake: dict[str, str], does: str, look: str) -> None:
        pod.pool()
        with ask(pod, fake | REUSE) as worker:
            before = worker.task(f"eval {look}")
            assert worker.task(f"exec {does}") == "done"
            assert worker.task(f"eval {look}") == before
            assert worker.task("pid") == str(worker.pid)

    def test_a_folder_that_was_removed_is_left(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.pool()
        with ask(pod, fake | REUSE) as worker:
            before = worker.task("eval os.getcwd()")
            worker.task("exec os.mkdir('gone');os.chdir('gone');os.rmdir('../gone')")
            assert worker.task("eval os.getcwd()") == before

    def test_closed_streams_are_opened_again(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool()
        with ask(pod, fake | REUSE) as worker:
            assert worker.task("exec sys.stdout.close();sys.stderr.close()") == "done"
            assert worker.task("print_lines 1 again") == "printed"
            assert pool.stdout is not None
            assert pool.stdout.readline().endswith("] again\n")

    def test_a_daemon_thread_may_stay(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.pool()
        with ask(pod, fake | REUSE) as worker:
            assert worker.task("thread daemon") == "started"
            assert worker.task("pid") == str(worker.pid)

    def test_with_another_thread_a_worker_takes_no_other_task(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool()
        with ask(pod, fake | REUSE) as worker:
            assert worker.task("thread user") == "started"
            assert worker.line() == ""
        eventually("it leaves", lambda: not is_alive(worker.pid))
        assert "has left threads behind" in stop(pod, pool)[1]

    def test_the_jvm_is_told_before_it_can_send_another_task(self, pod: Pod, fake: dict[str, str]) -> None:
        (pod.root / "code" / "pyspark" / "util.py").write_text(
            "from contextlib import nullcontext as enable_faulthandler"
        )
        (pod.root / "code" / "pyspark" / "worker.py").write_text(ENDS_LIKE_PYSPARK)
        pod.pool()
        with Connection(pod.worker_socket) as worker:
            worker.ask("pyspark.worker", fake | REUSE)
            worker.send(b"well\n")
            assert worker.number() == -4
            worker.send(b"thread\n")
            assert worker.exactly(100_000) == b"x" * 100_000
            assert worker.number() == -1
            assert worker.line() == ""

    @pytest.mark.parametrize("task", ["return_in_a_child", "return_in_a_child_first", "raise_in_a_child"])
    def test_a_child_that_comes_back_cannot_speak_for_its_parent(
        self, pod: Pod, fake: dict[str, str], task: str
    ) -> None:
        pod.pool()
        with ask(pod, fake | REUSE) as worker:
            assert worker.task(task) == "parent"
            assert worker.task("pid") == str(worker.pid)

    def test_closing_all_descriptors_costs_only_that_worker(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.pool("--spare", "1")
        with ask(pod, fake | REUSE) as worker:
            assert worker.task("exec os.closerange(0,1000)") == ""
        with ask(pod, fake | REUSE) as worker:
            assert worker.task("pid") == str(worker.pid)


ENDS_LIKE_PYSPARK = """
import threading, time

def main(infile, outfile):
    if infile.readline() == b"thread\\n":
        threading.Thread(target=time.sleep, args=(60,)).start()
        outfile.write(b"x" * 100_000)
    outfile.write((-4).to_bytes(4, "big", signed=True))
"""


class TestOutput:
    """What workers print reaches the container's log, line by line, with the name of the task."""

    @pytest.mark.parametrize("how", ["python", "native", "half"])
    def test_each_line_has_its_tasks_name(self, pod: Pod, fake: dict[str, str], how: str) -> None:
        pool = pod.pool(PYJOB_EXECUTOR_ID="3")
        with ask(pod, fake | REUSE, "tasks") as worker:
            worker.send(b"".join(b"%d %s\n" % (number, how.encode()) for number in range(300)))
            assert [worker.line() for _ in range(300)] == [str(number) for number in range(300)]
        out, _ = stop(pod, pool)
        assert out.splitlines() == [
            f"[executor 3, task {number}.0 in stage 2 (TID {10 + number})] of {number}" for number in range(300)
        ]

    def test_a_task_gets_its_own_name_also_when_the_log_is_slow(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool()
        with ask(pod, fake | REUSE, "tasks") as worker:
            assert stats(pod)
            send_signal(pool, signal.SIGSTOP)
            worker.send(b"".join(b"%d native\n" % number for number in range(100)))
            assert [worker.line() for _ in range(100)] == [str(number) for number in range(100)]
            send_signal(pool, signal.SIGCONT)
        out, _ = stop(pod, pool)
        assert out.splitlines() == [
            f"[executor, task {number}.0 in stage 2 (TID {10 + number})] of {number}" for number in range(100)
        ]

    def test_native_code_and_processes_are_heard_too(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool()
        with ask(pod, fake | REUSE) as worker:
            assert worker.task("printf") == "printed"
        out, err = stop(pod, pool)
        label = f"[executor, worker {worker.pid}] "
        assert sorted(out.splitlines()) == [f"{label}of C 7", f"{label}of a shell"]
        assert f"{label}to stderr\n" in err

    def test_the_last_lines_of_a_worker_that_dies_are_not_lost(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool()
        with ask(pod, fake | REUSE) as worker:
            assert worker.task("print_and_die 2000") == ""
        out, _ = stop(pod, pool)
        assert [line.partition("] ")[2] for line in out.splitlines()] == [f"line {each}" for each in range(2000)]

    def test_lines_of_many_workers_do_not_mix(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool("--spare", "3", "--slots", "3")
        workers = [ask(pod, fake | REUSE) for _ in range(3)]
        log = pod.root / "log"
        with log.open("w") as file:
            reader = subprocess.Popen(["cat"], stdin=pool.stdout, stdout=file)
        for number, worker in enumerate(workers):
            worker.send(b"print_lines 3000 %s\n" % (str(number).encode() * 700))
        for worker in workers:
            assert worker.line() == "printed"
            worker.close()
        send_signal(pool, signal.SIGTERM)
        assert reader.wait(PATIENCE_S) == 0
        out = log.read_text()
        lines = [line.partition("] ")[2] for line in out.splitlines()]
        assert sorted(lines) == sorted(str(number) * 700 for number in range(3) for _ in range(3000))

    def test_a_log_that_nobody_reads_stops_who_prints_and_no_other(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.pool("--spare", "1")
        with ask(pod, fake | REUSE) as loud, ask(pod, fake | REUSE) as quiet:
            loud.send(b"print_lines 100000 xxxxxxxxxxxxxxxxxxxxxxxxxxx\n")
            time.sleep(0.5)
            for _ in range(3):
                assert quiet.task("pid") == str(quiet.pid)
            with ask(pod, fake) as another:
                assert another.task("pid") == str(another.pid)
            assert control(pod, Operation.KILL, loud.pid) == 1
            assert loud.line() == ""


class TestFair:
    """A bound on workers that serve, and a queue before it."""

    def test_who_asks_for_too_many_waits_until_one_is_free(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool("--spare", "1", "--slots", "1")
        workers = [ask(pod, fake | REUSE) for _ in range(4)]
        waiting = [Connection(pod.worker_socket) for _ in range(3)]
        try:
            for connection in waiting:
                connection.send(_protocol.WorkerRequest("fake", fake).encode())
                eventually("it waits", lambda: stats(pod)["queue"]["waiting"] > waiting.index(connection))  # noqa: B023
            waiting[1].close()  # who leaves is forgotten
            workers[0].close()
            first = waiting[0].answer()
            assert waiting[0].task("pid") == str(first)
            waiting[0].close()
            assert waiting[2].answer() > 0
            found = stats(pod)
            assert found["queue"]["waited"] == 3
            assert found["queue"]["seconds"] > 0
            children = Path(f"/proc/{pool.pid}/task/{pool.pid}/children").read_text().split()
            assert len(children) <= 4
        finally:
            for connection in workers + waiting:
                connection.close()
        eventually("the spare one is back", lambda: stats(pod)["workers"] == {"idle": 1, "busy": 0})

    def test_who_waits_too_long_is_told_why(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.pool("--slots", "1", PYJOB_QUEUE_LIMIT_S="0.5")
        workers = [ask(pod, fake | REUSE) for _ in range(4)]
        try:
            for worker in workers:
                worker.send(b"eval time.sleep(3)\n")
            with pytest.raises(Refused, match=r"all 4 Python workers .* \(1 task slots\) were busy for 0\.5 s"):
                ask(pod, fake)
            assert [worker.line() for worker in workers] == ["None"] * 4
        finally:
            for worker in workers:
                worker.close()

    def test_a_worker_that_the_jvm_only_keeps_makes_room(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.pool("--slots", "1")
        kept = [ask(pod, fake | REUSE) for _ in range(4)]
        try:
            for worker in kept:
                worker.task("pid")
            kept[1].send(b"eval time.sleep(60)\n")
            with ask(pod, fake) as worker:  # a minute before the JVM would let one go
                assert worker.task("pid") == str(worker.pid)
            assert kept[0].line() == ""
            assert kept[2].task("pid") == str(kept[2].pid)
        finally:
            for worker in kept:
                worker.close()


class TestPrivate:
    """Nobody who connects can hurt those who work."""

    @pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
    def test_another_user_is_turned_away(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.pool()
        for path in (pod.root, pod.root / "run"):
            path.chmod(0o777)
        for door in (pod.worker_socket, pod.control_socket):
            door.chmod(0o777)
            child = os.fork()
            if child == 0:
                os._exit(_connect_as_somebody(str(door)))
            assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
        assert stats(pod)["strangers"] == 2

    @pytest.mark.parametrize(("peer", "own", "may"), [(5, 5, True), (0, 5, False), (5, 0, False)])
    def test_only_the_same_user_is_ours(self, peer: int, own: int, may: bool) -> None:
        assert _listener.is_ours(peer, own) is may

    def test_a_storm_of_silent_connections_is_bounded(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool("--spare", "1")
        with ask(pod, fake | REUSE) as worker:
            storm = [Connection(pod.worker_socket) for _ in range(700)]
            try:
                with ask(pod, fake) as another:
                    assert another.task("pid") == str(another.pid)
                assert worker.task("pid") == str(worker.pid)
                assert len(os.listdir(f"/proc/{pool.pid}/fd")) < 400
            finally:
                for connection in storm:
                    connection.close()

    def test_slow_senders_cost_no_worker(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool("--spare", "1", "--slots", "1")
        slow = [Connection(pod.worker_socket) for _ in range(50)]
        try:
            for connection in slow:
                connection.send(b"\0\0\1\0{")
            with ask(pod, fake) as worker:
                assert worker.task("pid") == str(worker.pid)
            eventually("no more than the spare one", lambda: stats(pod)["workers"] == {"idle": 1, "busy": 0})
            assert pool.poll() is None
        finally:
            for connection in slow:
                connection.close()

    def test_a_long_request_is_served(self, pod: Pod, fake: dict[str, str]) -> None:
        pod.pool("--spare", "1")
        with ask(pod, fake | {f"NAME{number}": "x" * 1000 for number in range(900)}) as worker:
            assert worker.task("eval len(os.environ['NAME899'])") == "1000"


def _connect_as_somebody(path: str) -> int:
    """In a child of the test: 0 if nobody answers us."""
    os.setgid(65534)
    os.setuid(65534)
    with socket.socket(socket.AF_UNIX) as connection:
        connection.settimeout(PATIENCE_S)
        connection.connect(path)
        try:
            connection.send(bytes(4))
            return len(connection.recv(1))
        except (ConnectionError, BrokenPipeError):
            return 0


class TestForkSafety:
    """Argued in _crew."""

    def test_a_pool_forks_with_one_thread_and_so_has_a_worker(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool("--preload", "json,concurrent.futures", "--spare", "1")
        with ask(pod, fake | REUSE) as worker:
            assert len(os.listdir(f"/proc/{pool.pid}/task")) == 1
            assert worker.task("eval len(os.listdir('/proc/self/task'))") == "1"
            assert worker.task("eval os.environ['OMP_NUM_THREADS'],os.environ['ARROW_DEFAULT_MEMORY_POOL']") == str(
                ("1", "system")
            )

    def test_so_it_does_with_the_libraries_that_it_imports(self, pod: Pod, fake: dict[str, str]) -> None:
        pytest.importorskip("pyarrow")
        pytest.importorskip("pandas")
        pool = pod.pool("--preload", "pandas,pyarrow,numpy", "--spare", "1")
        with ask(pod, fake | REUSE) as worker:
            assert len(os.listdir(f"/proc/{pool.pid}/task")) == 1
            assert worker.task("eval sys.modules['pyarrow'].default_memory_pool().backend_name") == "system"
            look = "sys.modules['pyarrow'].compute.sum(sys.modules['pyarrow'].array([1,2])).as_py()"
            assert worker.task("exec import pyarrow.compute") == "done"
            assert worker.task(f"eval {look}") == "3"

    def test_with_nothing_to_import_workers_are_bare(self, pod: Pod, fake: dict[str, str]) -> None:
        pool = pod.pool("--preload", "", "--spare", "1")
        with ask(pod, fake) as worker:
            assert worker.task("eval 'decimal' in sys.modules") == "False"
        assert "preloaded nothing" in stop(pod, pool)[1]
