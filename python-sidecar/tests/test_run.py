from __future__ import annotations

import os
import signal
import sys
import time
from pathlib import Path

import pytest

from tests.support import BOOT, GATEWAY, Jvm, Pod, eventually, is_alive, send_signal


def last_line(text: str) -> str:
    return text.rstrip("\n").rpartition("\n")[2]


def test_a_script_gets_the_gateway_and_its_surroundings(pod: Pod) -> None:
    result = pod.run_script(
        """
        import os, sys, tempfile
        for name in ("PYSPARK_GATEWAY_PORT", "PYSPARK_GATEWAY_SECRET", "PYTHONHASHSEED", "PYTHONPATH"):
            print(os.environ[name])
        print(os.environ["PYSPARK_PYTHON"] == os.environ["PYSPARK_DRIVER_PYTHON"] == sys.executable)
        print(tempfile.gettempdir(), hash("x"))
        """
    )

    code = pod.env["PYJOB_CODE"]
    expected = [str(GATEWAY.port), GATEWAY.secret, "0", code, "True", f"{pod.root / 'tmp'} {seeded_hash('x')}"]
    assert result.out.splitlines() == expected
    assert (result.code, result.err, result.message) == (0, "", "")


def seeded_hash(text: str) -> str:
    import subprocess

    env = {**os.environ, "PYTHONHASHSEED": "0"}
    command = [sys.executable, "-c", "import sys; print(hash(sys.argv[1]))", text]
    return subprocess.run(command, env=env, capture_output=True, text=True, check=True).stdout.strip()


def test_a_seed_of_the_users_own_is_kept(pod: Pod) -> None:
    assert pod.run_script("import os; print(os.environ['PYTHONHASHSEED'])", PYTHONHASHSEED="7").out == "7\n"


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [
        ("import sys; sys.exit(3)", 3, "the script exited with code 3\n"),
        ("import os; os._exit(4)", 4, "the script exited with code 4\n"),
        ("import sys; sys.exit('text')", 1, "text\n"),
        ("import sys; sys.exit('first\\nsecond')", 1, "first\nsecond\n"),
        ("import sys; sys.exit('')", 1, "the script exited with code 1\n"),
        ("import sys; sys.exit(0)", 0, ""),
    ],
)
def test_an_exit_is_told_to_jvm_and_people(pod: Pod, text: str, code: int, message: str) -> None:
    script = pod.file("script.py", text)
    with Jvm(pod) as jvm:
        result = pod.run("run", str(script))

        assert jvm.all_heard() == b"EXIT %d\n" % code
    assert (result.code, result.message) == (code, message)


def test_an_exception_is_told_with_its_traceback(pod: Pod) -> None:
    result = pod.run_script("def f():\n    raise ValueError('no such thing')\nf()\n")

    lines = result.message.splitlines()
    assert result.code == 1
    assert lines[0] == "ValueError: no such thing"
    assert lines[1] == "Traceback (most recent call last):"
    assert lines[-1] == "ValueError: no such thing"
    assert "pyjob" not in result.message.replace(str(pod.root), "")
    assert result.err.splitlines() == lines[1:]


def test_a_long_traceback_is_cut_to_what_kubernetes_takes(pod: Pod) -> None:
    result = pod.run_script("raise ValueError('x' * 10000)")

    assert result.message.startswith("ValueError: xxx")
    assert len(result.message.encode()) <= 4096


@pytest.mark.parametrize(
    ("number", "hint"), [(signal.SIGKILL, "spec.driver.python.memory"), (signal.SIGABRT, ""), (signal.SIGSEGV, "crash")]
)
def test_a_killed_script_is_told_by_its_signal(pod: Pod, number: signal.Signals, hint: str) -> None:
    script = pod.file("script.py", f"import os; os.kill(os.getpid(), {int(number)})")
    with Jvm(pod) as jvm:
        result = pod.run("run", str(script))

        assert jvm.all_heard() == b"EXIT %d\n" % (128 + number)
    assert result.code == 128 + number
    assert result.message.startswith(f"the script was killed by signal {number:d} ({number.name})\n")
    assert hint in result.message


@pytest.mark.parametrize(
    ("text", "code", "message"),
    [(None, 2, "can't open file"), ("def f(:\n", 1, "SyntaxError: invalid syntax\n")],
)
def test_a_script_that_cannot_start_fails_at_once_without_any_jvm(
    pod: Pod, text: str | None, code: int, message: str
) -> None:
    if text is not None:
        pod.file("script.py", text)

    result = pod.run("run", "script.py")

    assert result.code == code
    assert result.message.startswith(message)
    assert result.seconds < 5


def test_a_gateway_that_never_comes_is_waited_for_and_then_told(pod: Pod) -> None:
    pod.file("script.py", "print('never')")

    result = pod.run("run", "script.py", PYJOB_GATEWAY_WAIT_S="0.3")

    assert (result.code, result.out) == (70, "")
    assert result.message.startswith("the driver's JVM did not come up within 0.3 s\n")
    assert "jvm container" in result.message


def test_a_gateway_file_without_a_jvm_is_one_that_never_comes(pod: Pod) -> None:
    pod.file("script.py", "print('never')")
    (pod.root / "run" / "gateway").write_bytes(GATEWAY.encode())

    result = pod.run("run", "script.py", PYJOB_GATEWAY_WAIT_S="0.3")

    assert (result.code, result.out) == (70, "")


def test_a_broken_gateway_file_is_told(pod: Pod) -> None:
    pod.file("script.py", "print('never')")
    (pod.root / "run" / "gateway").write_bytes(b"nonsense")

    result = pod.run("run", "script.py")

    assert (result.code, result.out) == (70, "")
    assert "different versions of PyJob" in result.message


def test_a_script_waits_for_a_jvm_that_comes_late(pod: Pod) -> None:
    pod.file("script.py", "print('ran')")
    process = pod.start("run", "script.py")
    time.sleep(0.3)
    with Jvm(pod):
        assert pod.finish(process).out == "ran\n"


@pytest.mark.parametrize("preimport", [True, False])
def test_pyspark_is_imported_while_the_jvm_starts(pod: Pod, preimport: bool) -> None:
    package = pod.root / "code" / "pyspark"
    package.mkdir()
    (package / "__init__.py").write_text("")
    imported = pod.root / "imported"
    (package / "sql.py").write_text(f"open({str(imported)!r}, 'w').close()")
    pod.file("script.py", "import sys; print('pyspark.sql' in sys.modules)")
    process = pod.start("run", "script.py", PYJOB_PREIMPORT=f"{preimport:d}")
    if preimport:
        eventually("pyspark is imported", imported.exists)
    else:
        time.sleep(0.3)
    with Jvm(pod):
        assert pod.finish(process).out == f"{preimport}\n"


def test_a_pyspark_that_cannot_be_imported_is_the_scripts_own_affair(pod: Pod) -> None:
    package = pod.root / "code" / "pyspark"
    package.mkdir()
    (package / "__init__.py").write_text("raise RuntimeError('broken')")
    pod.file("script.py", "print('fine')")
    process = pod.start("run", "script.py")
    time.sleep(0.3)
    with Jvm(pod):
        result = pod.finish(process)

    assert (result.code, result.out, result.err) == (0, "fine\n", "")


ENDLESS = """
import os, signal, sys, time
{setup}
print(os.getpid(), flush=True)
while True:
    time.sleep(0.01)
"""


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT, signal.SIGHUP, signal.SIGUSR1])
def test_signals_are_forwarded_to_the_script(pod: Pod, number: signal.Signals) -> None:
    script = pod.file("script.py", ENDLESS.format(setup=f"signal.signal({number:d}, lambda *_: sys.exit(9))"))
    with Jvm(pod) as jvm:
        process = pod.start("run", str(script))
        assert process.stdout is not None
        process.stdout.readline()
        send_signal(process, number)

        assert pod.finish(process).code == 9
        assert jvm.all_heard() == b"EXIT 9\n"


def test_a_terminated_script_ends_the_container(pod: Pod) -> None:
    script = pod.file("script.py", ENDLESS.format(setup=""))
    with Jvm(pod):
        process = pod.start("run", str(script))
        assert process.stdout is not None
        process.stdout.readline()
        send_signal(process, signal.SIGTERM)
        result = pod.finish(process)

    assert result.code == 143
    assert result.message == "the script was killed by signal 15 (SIGTERM)\n"


def test_a_script_dies_with_its_supervisor(pod: Pod) -> None:
    script = pod.file("script.py", ENDLESS.format(setup=""))
    with Jvm(pod) as jvm:
        process = pod.start("run", str(script))
        assert process.stdout is not None
        pid = int(process.stdout.readline())
        send_signal(process, signal.SIGKILL)

        eventually("the script has died", lambda: not is_alive(pid))
        assert jvm.all_heard() == b""


@pytest.mark.parametrize("waiting", [True, False])
def test_a_script_without_supervisor_does_not_wait_for_a_jvm(pod: Pod, waiting: bool) -> None:
    pod.file("script.py", "")
    process = pod.start("run", "script.py")
    eventually("there are children", lambda: len(children(process.pid)) == 2)
    pids = children(process.pid)
    send_signal(process, signal.SIGKILL if waiting else signal.SIGTERM)

    eventually("all have gone", lambda: not any(map(is_alive, pids)))


def children(pid: int) -> list[int]:
    return [int(each) for each in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]


def test_a_script_that_ends_by_itself_after_its_jvm_keeps_its_exit_code(pod: Pod) -> None:
    script = pod.file("script.py", "import time; print('up', flush=True); time.sleep(0.5)")
    with Jvm(pod) as jvm:
        process = pod.start("run", str(script))
        assert process.stdout is not None
        process.stdout.readline()
        jvm.die()
        result = pod.finish(process)

    assert (result.code, result.message) == (0, "")


def test_a_script_that_fails_of_its_jvms_end_says_so(pod: Pod) -> None:
    script = pod.file("script.py", "import time; print('up', flush=True); time.sleep(0.5); raise OSError('no answer')")
    with Jvm(pod) as jvm:
        process = pod.start("run", str(script))
        assert process.stdout is not None
        process.stdout.readline()
        jvm.die()
        result = pod.finish(process)

    assert result.code == 1
    assert result.message.splitlines()[0] == "the driver's JVM ended while the script was running"
    assert last_line(result.message) == "OSError: no answer"


@pytest.mark.parametrize(
    ("setup", "code", "seconds"),
    [
        ("", 143, 5),
        ("signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))", 1, 5),
        ("signal.signal(signal.SIGTERM, signal.SIG_IGN)", 137, 7),
    ],
)
def test_a_script_that_goes_on_without_its_jvm_is_ended(pod: Pod, setup: str, code: int, seconds: float) -> None:
    script = pod.file("script.py", ENDLESS.format(setup=setup))
    with Jvm(pod) as jvm:
        process = pod.start("run", str(script))
        assert process.stdout is not None
        process.stdout.readline()
        started = time.monotonic()
        jvm.die()
        result = pod.finish(process, started)

    assert result.code == code
    assert result.message.splitlines()[0] == "the driver's JVM ended while the script was running"
    assert seconds - 0.2 < result.seconds < seconds + 2


def test_the_output_is_not_held_back_by_processes_that_the_supervisor_left(pod: Pod) -> None:
    started = time.monotonic()
    result = pod.run_script("print('x')")

    assert result.out == "x\n"
    assert time.monotonic() - started < 5


def test_the_script_shares_no_descriptor_but_its_report(pod: Pod) -> None:
    result = pod.run_script(
        """
        import os
        for name in sorted(os.listdir("/proc/self/fd"), key=int):
            try:
                print(os.readlink(f"/proc/self/fd/{name}").split(":")[0])
            except FileNotFoundError:
                pass
        """
    )

    assert result.out.splitlines() == ["/dev/null", "pipe", "pipe", "pipe"]


def test_a_dead_pool_is_started_again(pod: Pod) -> None:
    script = pod.file("script.py", ENDLESS.format(setup=""))
    with Jvm(pod):
        process = pod.start("run", str(script))
        assert process.stdout is not None
        script_pid = int(process.stdout.readline())
        eventually("there is a pool", lambda: len(children(process.pid)) == 2)
        (pool,) = set(children(process.pid)) - {script_pid}
        os.kill(pool, signal.SIGKILL)

        eventually("there is another", lambda: len(set(children(process.pid)) - {script_pid, pool}) == 1)
        send_signal(process, signal.SIGTERM)
        assert "a new one is started" in pod.finish(process).err


@pytest.mark.parametrize(
    ("args", "env", "message"),
    [
        ((), {}, "unknown command ''"),
        (("dance",), {}, "unknown command 'dance'"),
        (("run",), {}, "no script"),
        (("run", "x.py"), {"PYJOB_DIR": "/" + "x" * 200}, "PYJOB_DIR is too long"),
        (("pool", "--spare", "x"), {}, "--spare is 'x'"),
        (("pool",), {"PYJOB_DIR": ""}, "PYJOB_DIR is ''"),
    ],
)
def test_wrong_settings_are_told(pod: Pod, args: tuple[str, ...], env: dict[str, str], message: str) -> None:
    result = pod.run(*args, **env)

    assert result.code == 78
    assert message in result.err
    assert result.message.startswith(message)


def test_the_boot_program_waits_for_the_code(pod: Pod) -> None:
    ready = pod.root / "code" / ".ready"
    ready.unlink()
    pod.file("script.py", "print('ran')")
    with Jvm(pod):
        process = pod.start("run", "script.py")
        time.sleep(0.3)
        ready.touch()
        assert pod.finish(process).out == "ran\n"


def test_code_that_never_comes_is_told(pod: Pod) -> None:
    (pod.root / "code" / ".ready").unlink()

    result = pod.run("run", "script.py", PYJOB_CODE_WAIT_S="0.1")

    assert result.code == 70
    assert result.message.startswith(f"no Python code in {pod.root}/code after 0.1 s")


def test_a_missing_code_path_is_told(pod: Pod) -> None:
    result = pod.run("run", "script.py", PYJOB_CODE="")

    assert result.code == 78
    assert result.message.startswith("PYJOB_CODE is not set")


def test_files_in_the_working_directory_do_not_replace_what_we_import(pod: Pod) -> None:
    for name in ("signal", "socket", "dataclasses", "json", "select", "pyjob"):
        pod.file(f"{name}.py", "raise RuntimeError('not this one')")
    (pod.root / "elsewhere").mkdir()
    (pod.root / "elsewhere" / "script.py").write_text("import signal; print('ran')")
    with Jvm(pod):
        result = pod.run("run", str(pod.root / "elsewhere" / "script.py"))

    assert (result.code, result.out, result.err) == (0, "ran\n", "")


@pytest.mark.parametrize("version", ["2.7", "3.6", "3.7", "3.8", "3.9"])
def test_an_old_python_is_told_what_is_wrong(tmp_path: Path, version: str) -> None:
    import subprocess

    python = f"python{version}"
    try:
        subprocess.run([python, "-c", ""], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError):
        pytest.skip(f"no {python} here")
    log = tmp_path / "log"
    env = {**os.environ, "PYJOB_TERMINATION_LOG": str(log)}

    done = subprocess.run([python, "-c", BOOT, "run", "x.py"], env=env, capture_output=True, text=True)

    assert done.returncode == 78
    assert f"this image has Python {version}: PyJob needs an image with Python 3.10 or newer" in done.stderr
    assert log.read_text() in done.stderr


def test_a_relative_path_begins_where_the_container_starts_and_the_script_works_elsewhere(pod: Pod) -> None:
    pod.file("script.py", "import os, sys; print(os.getcwd(), __file__, sys.argv, sys.path[0])")
    work = pod.root / "else" / "where"
    with Jvm(pod):
        result = pod.run("run", "script.py", "x", PYJOB_WORK=str(work))

    start = pod.root / "work"
    assert result.out == f"{work} {start}/script.py {[f'{start}/script.py', 'x']} {start}\n"
    assert (result.code, result.err) == (0, "")


def test_a_script_that_starts_where_it_works_is_named_as_it_was(pod: Pod) -> None:
    pod.file("script.py", "import os, sys; print(os.getcwd(), sys.argv)")
    (pod.root / "link").symlink_to(pod.root / "work")
    with Jvm(pod):
        result = pod.run("run", "script.py", PYJOB_WORK=str(pod.root / "link"))

    assert result.out == f"{pod.root}/work ['script.py']\n"


def test_a_missing_script_is_named_where_it_was_looked_for(pod: Pod) -> None:
    result = pod.run("run", "script.py", PYJOB_WORK=str(pod.root))

    assert result.code == 2
    assert result.message == f"can't open file '{pod.root}/work/script.py': [Errno 2] No such file or directory\n"


def test_a_work_folder_that_cannot_be_is_told(pod: Pod) -> None:
    pod.file("script.py", "")

    result = pod.run("run", "script.py", PYJOB_WORK=str(pod.root / "work" / "script.py"))

    assert result.code == 78
    assert result.message.startswith(f"PYJOB_WORK is '{pod.root}/work/script.py': no folder to work in")
