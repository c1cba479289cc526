"""`run SCRIPT` must be `python SCRIPT`: each script here is run both ways, and must do the same."""

from __future__ import annotations

import os
import re
import subprocess
import sys
import zipfile
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.support import PATIENCE_S, Jvm, Pod

SCRIPTS: dict[str, str | bytes] = {
    "empty": "",
    "arguments": "import sys; print(sys.argv)",
    "original_arguments": "import sys; print(sys.orig_argv)",
    "main": 'print(__name__, __file__, __package__, __spec__)\nif __name__ == "__main__": print("main")',
    "globals": "print(sorted(globals()), type(__builtins__), type(__loader__))",
    "main_module": "import sys; print(sys.modules['__main__'].__dict__ is globals(), sys.modules['__main__'])",
    "path": "import os, sys; print(sys.path[0], '' in sys.path)",
    "exit_number": "import sys; sys.exit(3)",
    "exit_text": "import sys; sys.exit('text')",
    "exit_none": "import sys; sys.exit(None)",
    "exit_bool": "import sys; sys.exit(True)",
    "exit_large": "import sys; sys.exit(259)",
    "exit_object": "import sys; sys.exit(('a', 1))",
    "exit_lines": "import sys; sys.exit('several\\nlines\\n')",
    "os_exit": "import os; print('lost'); os._exit(5)",
    "raise": "def f():\n    raise ValueError('no such thing')\nf()",
    "raise_in_chain": "try:\n    1 / 0\nexcept ZeroDivisionError as e:\n    raise KeyError('k') from e",
    "raise_in_context": "try:\n    1 / 0\nexcept ZeroDivisionError:\n    {}['k']",
    "raise_base": "class E(BaseException): pass\nraise E('x')",
    "raise_broken": "class E(Exception):\n    def __str__(self): return 1 / 0\nraise E",
    "raise_again": "try:\n    1 / 0\nexcept Exception as e:\n    kept = e\nraise kept",
    "syntax_error": "def f(:\n    pass",
    "indentation_error": "if 1:\npass",
    "syntax_error_at_runtime": "exec('1 +')",
    "recursion": "import sys\nsys.setrecursionlimit(200)\n"
    "def f(): f()\ntry:\n    f()\nexcept RecursionError: print('deep')",
    "own_excepthook": "import sys\nsys.excepthook = lambda t, v, tb: print('mine', t, v, tb.tb_lineno)\n1 / 0",
    "broken_excepthook": "import sys\ndel sys.excepthook\nraise SystemExit(4)",
    "keyboard_interrupt": "raise KeyboardInterrupt",
    "interrupted": "import os, signal, time\nos.kill(os.getpid(), signal.SIGINT)\ntime.sleep(5)",
    "killed": "import os, signal; os.kill(os.getpid(), signal.SIGKILL)",
    "terminated": "import os, signal; os.kill(os.getpid(), signal.SIGTERM)",
    "atexit": "import atexit; atexit.register(print, 'at exit'); print('end')",
    "atexit_after_raise": "import atexit; atexit.register(print, 'at exit'); 1 / 0",
    "atexit_after_exit": "import atexit, sys; atexit.register(print, 'at exit'); sys.exit(2)",
    "thread": "import threading, time\nthreading.Thread(target=lambda: (time.sleep(.2), print('thread'))).start()",
    "thread_raises": "import threading\nthreading.Thread(target=lambda: 1 / 0, name='t').start()",
    "thread_after_exit": "import threading, time, sys\n"
    "threading.Thread(target=lambda: (time.sleep(.2), print('thread'))).start()\nsys.exit(6)",
    "main_thread": "import threading; print(threading.current_thread().name, threading.active_count())",
    "unraisable": "class A:\n    def __del__(self): 1 / 0\nx = A()\ndel x",
    "finalizer_at_the_end": "class A:\n    def __del__(self): print('gone', __name__)\nx = A()",
    "warnings": "import warnings\nwarnings.warn('old', DeprecationWarning)\nwarnings.warn('careful')",
    "syntax_warning": "x = 1 is 1",
    "signals": "import signal\nfor s in sorted(signal.valid_signals()): print(s, signal.getsignal(s))\n"
    "print(signal.pthread_sigmask(signal.SIG_BLOCK, []), signal.set_wakeup_fd(-1))",
    "stdin": "import sys; print(repr(sys.stdin.read()))",
    "latin_1": b"# -*- coding: latin-1 -*-\nprint(ascii('\xe9'))",
    "byte_order_mark": b"\xef\xbb\xbfprint('bom')",
    "windows_lines": b"print('a')\r\nprint('b')\r\n",
    "no_last_newline": b"if True:\n    print('x')",
    "fork": "import os, sys\npid = os.fork()\nif pid == 0: sys.exit(7)\n"
    "print(os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]))",
    "fork_raises": "import os\nif os.fork() == 0: 1 / 0\nprint(os.wait()[1])",
    "subprocess": "import subprocess, sys\n"
    "print(subprocess.run([sys.executable, '-c', 'print(5)'], capture_output=True, text=True).stdout)",
    "no_children": "import os\ntry:\n    os.wait()\nexcept ChildProcessError: print('none')",
    "multiprocessing_fork": "import multiprocessing as m\ndef f(x): return x * 2\n"
    "if __name__ == '__main__':\n    with m.get_context('fork').Pool(2) as p: print(p.map(f, [1, 2]))",
    "multiprocessing_spawn": "import multiprocessing as m\ndef f(x): return x * 2\n"
    "if __name__ == '__main__':\n    with m.get_context('spawn').Pool(1) as p: print(p.map(f, [1, 2]))",
    "pickle": "import pickle\nclass A: pass\ndef f(): pass\n"
    "print(type(pickle.loads(pickle.dumps(A()))) is A, pickle.loads(pickle.dumps(f)) is f, A.__module__, f.__module__)",
    "dataclass": "from __future__ import annotations\nimport dataclasses, typing\n@dataclasses.dataclass\nclass A:\n"
    "    x: int = 1\nprint(A(), typing.get_type_hints(A))",
    "annotations": "x: int = 3\nprint(__annotations__)",
    "future": "from __future__ import annotations\ndef f(x: nothing): pass\nprint(f.__annotations__)",
    "inspect": "import inspect\ndef f():\n    return 1\nprint(inspect.getsource(f), inspect.getfile(f))",
    "flush": "import sys; sys.stdout.write('no newline')",
    "closed_stdout": "import sys; sys.stdout.close()",
    "run_twice": "import runpy, os\n"
    "print(runpy.run_path(__file__, run_name='again')['x'] if __name__ == '__main__' else 0)\nx = 1",
    "import_main": "import __main__\nx = 5\nprint(__main__.x)",
    "sibling": "import sibling; print(sibling.VALUE)",
    "flags": "import sys; print(sys.flags)",
    "faulthandler": "import faulthandler; print(faulthandler.is_enabled()); faulthandler.enable()",
    "asyncio": "import asyncio\nasync def f(): return 3\nprint(asyncio.run(f()))",
}


@dataclass
class Seen:
    code: int
    out: str
    err: str


def plain_python(pod: Pod, script: str, *args: str) -> Seen:
    """What `python SCRIPT` does, its exit code as a shell sees it."""
    env = {**pod.env, "PYTHONHASHSEED": "0", "PYTHONPATH": pod.env["PYJOB_CODE"]}
    done = subprocess.run(
        [sys.executable, script, *args],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        cwd=pod.root / "work",
        env=env,
        timeout=PATIENCE_S,
    )
    return Seen(
        done.returncode if done.returncode >= 0 else 128 - done.returncode, done.stdout, without_addresses(done.stderr)
    )


def pyjob(pod: Pod, script: str, *args: str) -> Seen:
    with Jvm(pod):
        result = pod.run("run", script, *args)
    mine = [line for line in result.err.splitlines(keepends=True) if not line.startswith("[pyjob] ")]
    return Seen(result.code, result.out, without_addresses("".join(mine)))


def without_addresses(text: str) -> str:
    return re.sub(r"0x[0-9a-f]+", "0x", text)


def same(pod: Pod, script: str, *args: str) -> Seen:
    expected = plain_python(pod, script, *args)
    assert pyjob(pod, script, *args) == expected
    return expected


@pytest.mark.parametrize("name", SCRIPTS)
def test_a_script_does_the_same(pod: Pod, name: str) -> None:
    text = SCRIPTS[name]
    pod.file("sibling.py", "VALUE = 42\n")
    script = pod.root / "work" / f"script_{name}.py"
    script.write_bytes(text if isinstance(text, bytes) else text.encode())

    same(pod, str(script), "--one", "two words")


@pytest.mark.parametrize("given", ["job.py", "./job.py", "../work/job.py", "folder/../job.py"])
def test_a_relative_path_is_as_python_has_it(pod: Pod, given: str) -> None:
    (pod.root / "work" / "folder").mkdir()
    pod.file("job.py", "import sys; print(sys.argv, __file__, sys.path[0]); 1 / 0")

    same(pod, given)


def test_a_link_is_followed_for_the_path_of_imports(pod: Pod) -> None:
    real = pod.root / "elsewhere"
    real.mkdir()
    (real / "neighbour.py").write_text("print('found')")
    (real / "job.py").write_text("import sys, neighbour; print(__file__, sys.path[0], sys.argv)")
    (pod.root / "work" / "link.py").symlink_to(real / "job.py")

    assert "found" in same(pod, "link.py").out


def test_a_script_needs_no_suffix(pod: Pod) -> None:
    pod.file("job", "print(__file__)")

    assert same(pod, "job").code == 0


def test_a_missing_script_is_told_as_python_tells_it(pod: Pod) -> None:
    assert same(pod, "nothing.py").code == 2


def test_a_script_that_may_not_be_read_is_told_as_python_tells_it(pod: Pod) -> None:
    pod.file("job.py", "").chmod(0)
    if os.access(pod.root / "work" / "job.py", os.R_OK):
        pytest.skip("this user may read everything")

    assert same(pod, "job.py").code == 2


def test_a_folder_or_a_zip_file_with_a_main_runs(pod: Pod) -> None:
    text = "import sys, inside; print(inside.X, __name__, __file__, sys.argv, sys.path[0], __spec__.name, __package__)"
    pod.file("inside.py", "X = 1")
    folder = pod.root / "work" / "app"
    folder.mkdir()
    for path in (folder / "__main__.py", folder / "inside.py"):
        path.write_text(text if path.name == "__main__.py" else "X = 1")
    with zipfile.ZipFile(pod.root / "work" / "app.zip", "w") as archive:
        archive.write(folder / "__main__.py", "__main__.py")
        archive.write(folder / "inside.py", "inside.py")
    raw = (pod.root / "work" / "app.zip").read_bytes()
    Path(pod.root / "work" / "app.pyz").write_bytes(b"#!/usr/bin/env python3\n" + raw)

    for name in ("app", "app.zip", "app.pyz"):
        assert same(pod, name, "x").code == 0


def test_compiled_code_runs(pod: Pod) -> None:
    source = pod.file("job.py", "print(__name__, type(__loader__).__name__)")
    subprocess.run(
        [
            sys.executable,
            "-c",
            "import py_compile, sys; py_compile.compile(sys.argv[1], sys.argv[2])",
            str(source),
            str(source.with_suffix(".pyc")),
        ],
        check=True,
    )

    assert same(pod, "job.pyc").code == 0


def test_a_folder_without_a_main_is_told_as_python_tells_it(pod: Pod) -> None:
    (pod.root / "work" / "folder").mkdir()

    assert same(pod, "folder").code == 1


@pytest.mark.skipif(sys.version_info < (3, 11), reason="new in Python 3.11")
def test_the_safe_path_is_respected(pod: Pod) -> None:
    pod.env["PYTHONSAFEPATH"] = "1"
    pod.file("sibling.py", "")
    pod.file("job.py", "import sys; print(sys.path[0])\nimport sibling")

    assert "ModuleNotFoundError" in same(pod, "job.py").err
