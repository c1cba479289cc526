from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import textwrap
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.support import PATIENCE_S, eventually, is_alive

PROJECT = Path(__file__).parents[2]

# A process of its own, as an agent changes its process for good.
AGENT = """
import os, sys
from functools import partial
from pathlib import Path
from pyjob_local.agent import Agent
from pyjob_local.environment import ensure_environment
agent = Agent(partial(ensure_environment, Path(sys.argv[1])), {})
sys.exit(agent.run([sys.executable, sys.argv[2]], dict(os.environ)))
"""

DAEMON = """
import os, subprocess, sys
child = subprocess.Popen(["sleep", "100"], start_new_session=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print("ready", child.pid, flush=True)
"""


class Run:
    """One run of an agent with a program in place of the launcher's JVM."""

    def __init__(self, process: subprocess.Popen[bytes], tmp: Path) -> None:
        self.process = process
        self._tmp = tmp

    def folder(self) -> Path:
        """The run's folder, once it is there."""
        eventually("the run has a folder", lambda: len(self.folders()) == 1)
        return self.folders()[0]

    def folders(self) -> list[Path]:
        return sorted(self._tmp.glob("pyjob-*"))

    def log(self, name: str) -> str:
        file = self.folder() / f"{name}.log"
        return file.read_text() if file.exists() else ""

    def pid_in(self, name: str) -> int:
        """The PID that a container has said after "ready"."""
        eventually("it is ready", lambda: self.log(name).endswith("\n"))
        return int(self.log(name).split()[1])

    def end(self) -> tuple[int, str, str]:
        """Exit code, standard output and standard error."""
        out, err = self.process.communicate(timeout=PATIENCE_S)
        return self.process.returncode, (out or b"").decode(), (err or b"").decode()


@pytest.fixture
def run(tmp_path: Path) -> Iterator[Callable[..., Run]]:
    tmp = tmp_path / "tmp"
    tmp.mkdir()
    runs: list[Run] = []

    def begin(program: str, *before: str, stderr: int = subprocess.PIPE) -> Run:
        script = tmp_path / "launcher.py"
        script.write_text("from fake_launcher import *\n" + textwrap.dedent(program))
        env = {"PATH": os.environ["PATH"], "TMPDIR": str(tmp), "PYTHONPATH": f"{PROJECT}:{Path(__file__).parent}"}
        command = [*before, sys.executable, "-c", AGENT, str(tmp_path / "cache"), str(script)]
        # Output goes to pipes, and the agent is no leader of a terminal's session.
        process = subprocess.Popen(
            command, env=env, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr, start_new_session=True
        )
        runs.append(Run(process, tmp))
        return runs[-1]

    yield begin
    for each in runs:
        if each.process.poll() is None:
            each.process.kill()
        each.process.communicate()


def test_a_container_runs_and_its_end_is_told(run: Callable[..., Run]) -> None:
    one = run("""
        start("driver/python", "sh", "-c", "exit 0", stdout="/dev/null", stderr="/dev/null")
        told(str(event("started")))
        told(str(event("exited")))
        start("e1", "sh", "-c", "echo out; echo err >&2; pwd; echo $PYJOB_RUN_DIR; exit 3")
        told(str(event("exited")))
        assert log("e1") == f"out\\nerr\\n{RUN_DIR}\\n{RUN_DIR}\\n", log("e1")
        start("e2", "sh", "-c", "kill -9 $$")
        told(str(event("exited")))
        start("e3", "/no/such/program")
        told(str(event("exited")))
        assert "could not be started" in log("e3")
        finish(42)
    """)
    code, out, err = one.end()
    assert err.splitlines() == [
        "{'event': 'started', 'id': 'driver/python'}",
        "{'event': 'exited', 'id': 'driver/python', 'code': 0}",
        "{'event': 'exited', 'id': 'e1', 'code': 3}",
        "{'event': 'exited', 'id': 'e2', 'code': 137}",
        "{'event': 'exited', 'id': 'e3', 'code': 127}",
    ]
    assert (code, out) == (42, "")
    assert one.folders() == []


def test_the_scripts_output_is_the_users_own_and_its_errors_are_copied_to_a_log(run: Callable[..., Run]) -> None:
    code, out, err = run("""
        start("script", "sh", "-c", "echo out; echo err >&2; exit 5", stdout="-", stderr=f"-{RUN_DIR}/script.log")
        ended = event("exited")
        assert log("script") == "err\\n"
        finish(ended["code"])
    """).end()
    assert (code, out, err) == (5, "out\n", "err\n")


def test_all_that_a_script_has_written_comes_before_the_news_of_its_end(run: Callable[..., Run]) -> None:
    code, _, err = run("""
        start("script", "sh", "-c", "head -c 300000 /dev/zero | tr '\\\\0' x >&2", stdout="-", stderr="-")
        event("exited")
        told("ended")
        finish(0)
    """).end()
    assert code == 0
    assert err == "x" * 300_000 + "ended\n"


def test_texts_for_the_user(run: Callable[..., Run]) -> None:
    code, out, err = run("""
        send("print", text="usage: ü\\n")
        send("live", text="not on a terminal")
        print("[warning][cds] a JVM's own", flush=True)
        send("say", text="pyjob: done")
        finish(0)
    """).end()
    assert (code, out, err) == (0, "usage: ü\n", "[warning][cds] a JVM's own\npyjob: done\n")


def test_nobody_reading_the_output_is_no_failure(run: Callable[..., Run]) -> None:
    one = run("""
        time.sleep(0.1)
        send("print", text="usage\\n")
        finish(3)
    """)
    assert one.process.stdout is not None
    one.process.stdout.close()
    one.process.stdout = None
    assert one.end()[0] == 3


def test_a_signal_goes_to_the_named_container(run: Callable[..., Run]) -> None:
    code, _, err = run("""
        start("a", "sh", "-c", "trap 'exit 7' TERM; echo ready; while :; do sleep 0.02; done")
        start("b", "sleep", "100")
        ready("a")
        send("signal", id="a", signal="TERM")
        told(str(event("exited")))
        send("signal", id="a", signal="TERM")  # it has gone
        send("signal", id="b", signal="KILL")
        told(str(event("exited")))
        start("c", "sleep", "100")
        send("signal", id="c", signal="TERM")  # at once
        told(str(event("exited")))
        finish(0)
    """).end()
    assert (code, err.splitlines()) == (
        0,
        [
            "{'event': 'exited', 'id': 'a', 'code': 7}",
            "{'event': 'exited', 'id': 'b', 'code': 137}",
            "{'event': 'exited', 'id': 'c', 'code': 143}",
        ],
    )


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_cancelling_is_left_to_the_launcher(number: signal.Signals, run: Callable[..., Run]) -> None:
    one = run("""
        start("a", "sh", "-c", "echo ready; exec sleep 100")
        cancelled = event("cancel")
        send("signal", id="a", signal="TERM")
        event("exited")
        finish(128 + cancelled["signal"])
    """)
    eventually("it is ready", lambda: "ready" in one.log("a"))
    one.process.send_signal(number)
    assert one.end()[0] == 128 + number
    assert one.folders() == []


def test_a_hang_up_does_not_end_what_nohup_started(run: Callable[..., Run]) -> None:
    one = run(
        """
        start("a", "sh", "-c", "echo ready; read line < fifo; exit 4")
        finish(event("exited")["code"])
        """,
        "nohup",
    )
    os.mkfifo(one.folder() / "fifo")
    eventually("it is ready", lambda: "ready" in one.log("a"))
    one.process.send_signal(signal.SIGHUP)
    with open(one.folder() / "fifo", "w") as fifo:
        fifo.write("go on\n")
    assert one.end()[0] == 4


def test_a_second_signal_ends_everything_at_once(run: Callable[..., Run]) -> None:
    one = run("""
        start("a", "sh", "-c", "trap '' TERM; echo ready $$; while :; do sleep 0.02; done")
        event("cancel")
        told("cancelling")
        time.sleep(100)
    """)
    container = one.pid_in("a")
    one.process.send_signal(signal.SIGTERM)
    assert one.process.stderr is not None
    assert one.process.stderr.readline() == b"cancelling\n"
    time.sleep(0.6)  # what comes within half a second counts as the same signal
    one.process.send_signal(signal.SIGTERM)
    assert one.end()[0] == 128 + signal.SIGTERM
    assert not is_alive(container)
    assert one.folders() == []


def test_a_launcher_that_dies_early_is_told_and_leaves_nothing(run: Callable[..., Run]) -> None:
    one = run("""
        start("a", "sh", "-c", "echo ready $$; exec sleep 100")
        ready("a")
        os._exit(9)
    """)
    code, _, err = one.end()
    assert (code, err) == (70, "pyjob: the launcher's JVM ended with 9 before the job did\n")
    assert one.folders() == []


def test_a_killed_agent_takes_its_containers_with_it(run: Callable[..., Run]) -> None:
    one = run("""
        start("a", "sh", "-c", "echo ready $$; exec sleep 100")
        event("exited")
    """)
    container = one.pid_in("a")
    one.process.kill()
    one.process.wait()
    eventually("the container has ended", lambda: not is_alive(container))


def test_a_daemon_that_a_container_left_is_ended(run: Callable[..., Run]) -> None:
    one = run(f"""
        start("a", sys.executable, "-c", {DAEMON!r})
        event("exited")
        told(log("a").split()[1])
        finish(0)
    """)
    code, _, err = one.end()
    assert code == 0
    assert not is_alive(int(err))


def test_containers_that_still_run_at_the_end_are_ended(run: Callable[..., Run]) -> None:
    one = run("""
        start("a", "sh", "-c", "trap '' TERM; echo ready $$; while :; do sleep 0.02; done")
        ready("a")
        told(log("a").split()[1])
        finish(0)
    """)
    code, _, err = one.end()
    assert code == 0
    assert not is_alive(int(err))
    assert one.folders() == []


def test_a_kept_folder_outlives_later_runs_and_an_abandoned_one_does_not(run: Callable[..., Run]) -> None:
    one = run('start("a", "echo", "kept"); event("exited"); finish(1, keep=True)')
    code, _, err = one.end()
    (kept,) = one.folders()
    assert (code, err) == (1, f"pyjob: kept {kept}\n")
    assert (kept / "a.log").read_text() == "kept\n"
    abandoned = kept.parent / "pyjob-abandoned"
    in_use = kept.parent / "pyjob-in-use"
    foreign = kept.parent / "pyjob-without-a-lock"
    for folder in (abandoned, in_use, foreign):
        folder.mkdir()
    (abandoned / "lock").touch()
    with open(in_use / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        assert run("finish(0)").end()[0] == 0
    assert set(one.folders()) == {in_use, kept, foreign}


def test_what_an_abandoned_run_left_running_is_ended(run: Callable[..., Run], tmp_path: Path) -> None:
    abandoned = tmp_path / "tmp" / "pyjob-abandoned"
    abandoned.mkdir()
    (abandoned / "lock").touch()
    with subprocess.Popen(["sleep", "100"], env={**os.environ, "PYJOB_RUN_DIR": str(abandoned)}) as left:
        assert run("finish(0)").end()[0] == 0
        assert left.wait(PATIENCE_S) == -signal.SIGKILL


def test_an_environment_is_asked_for_and_answered(run: Callable[..., Run], tmp_path: Path) -> None:
    fake = tmp_path / "fake" / "pip"
    fake.mkdir(parents=True)
    (fake / "__init__.py").touch()
    (fake / "__main__.py").write_text("import sys; sys.exit('no-such-package' in open(sys.argv[-1]).read())")
    before = ("env", f"PYTHONPATH={fake.parent}:{PROJECT}:{Path(__file__).parent}")
    code, _, err = run(
        """
        send("environment", requirements=[])
        assert os.path.exists(str(event("environment")["bin"]) + "/python3")
        index = {"url": None, "extra": [], "findLinks": [], "noIndex": False}
        send("environment", requirements=["no-such-package"], index=index)
        assert "could not be installed" in str(event("environment")["error"])
        finish(0)
        """,
        *before,
    ).end()
    assert (code, err.count("pyjob: making a Python environment")) == (0, 2)


def test_on_a_terminal_the_live_line_stays_below_the_scripts_output(run: Callable[..., Run]) -> None:
    shown, drawn = os.openpty()
    one = run(
        """
        assert os.environ["PYJOB_TERMINAL"] == "1"
        send("live", text="job  1/3")
        start("script", "sh", "-c", "echo hello >&2", stdout="-", stderr="-")
        event("exited")
        send("live", text="")
        finish(0)
        """,
        stderr=drawn,
    )
    os.close(drawn)
    seen = b""
    while True:
        try:
            seen += os.read(shown, 4096)
        except OSError:  # the last writer has gone
            break
    os.close(shown)
    clear = b"\r\x1b[K"
    assert one.end()[:2] == (0, "")
    assert seen == b"job  1/3" + clear + b"hello\r\njob  1/3" + clear


def test_a_temporary_folder_that_cannot_be_used_is_named(tmp_path: Path) -> None:
    missing = tmp_path / "missing"
    env = {**os.environ, "TMPDIR": str(missing), "PYTHONPATH": str(PROJECT)}
    ended = subprocess.run([sys.executable, "-c", AGENT, ".", "none"], env=env, capture_output=True, text=True)
    assert ended.returncode == 1
    assert f"no folder for the job's files can be made in TMPDIR={missing}" in ended.stderr
