from __future__ import annotations

import signal
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyjob import _termination
from pyjob._ending import Ending, signal_name
from pyjob._failure import Failure, headline, tail
from pyjob._supervisor import Farewell

WORKER_TRACEBACK = """\
Py4JJavaError: An error occurred while calling o40.collectToPython.
: org.apache.spark.SparkException: Job aborted: Lost task 0.3: org.apache.spark.api.python.PythonException: \
Traceback (most recent call last):
  File "/pyjob/code/pyspark/worker.py", line 1, in main
    process()
  File "job.py", line 3, in f
    return 1 / x
ZeroDivisionError: division by zero

\tat org.apache.spark.api.python.BasePythonRunner.handle(PythonRunner.scala:1)
\tat java.base/java.lang.Thread.run(Thread.java:840)
Caused by: something
\t... 12 more
"""


def caught(code: str) -> Failure:
    try:
        exec(compile(code, "job.py", "exec"), {})
    except BaseException as error:  # noqa: BLE001
        return Failure.of_exception(error, error.__traceback__.tb_next if error.__traceback__ else None)
    raise AssertionError("nothing was raised")


def test_the_headline_of_an_exception_is_its_type_and_message() -> None:
    failure = caught("raise ValueError('no such thing')")

    assert failure.headline == "ValueError: no such thing"
    assert failure.details.splitlines()[-1] == "ValueError: no such thing"
    assert failure.details.splitlines()[0] == "Traceback (most recent call last):"


def test_the_headline_of_a_long_message_is_its_first_line() -> None:
    assert caught("raise ValueError('first\\nsecond')").headline == "ValueError: first"
    assert caught("raise ValueError('\\nsecond\\nthird')").headline == "ValueError: second"


def test_the_headline_of_a_syntax_error_says_what_it_is_not_where() -> None:
    assert caught("exec('1 +')").headline == "SyntaxError: invalid syntax"


def test_the_details_have_the_chain_of_exceptions() -> None:
    details = caught("try:\n  1/0\nexcept ZeroDivisionError:\n  raise KeyError('k')").details

    assert "ZeroDivisionError: division by zero" in details
    assert "During handling of the above exception" in details


def test_the_headline_of_a_failed_job_is_the_error_of_its_python_worker() -> None:
    assert headline(WORKER_TRACEBACK, "Py4JJavaError") == "ZeroDivisionError: division by zero (in a Python worker)"


def test_the_headline_of_an_error_of_the_jvm_is_what_was_thrown_there() -> None:
    said = "py4j.protocol.Py4JJavaError: An error occurred while calling o53.collectToPython.\n"
    said += ": java.lang.OutOfMemoryError: Java heap space\n\tat java.base/java.util.Arrays.copyOf(Arrays.java:3745)\n"
    assert headline(said, "Py4JJavaError") == "java.lang.OutOfMemoryError: Java heap space"


@pytest.mark.parametrize(
    ("thrown", "field"),
    [
        ("java.lang.OutOfMemoryError: Java heap space", "spec.driver.memory"),
        (
            "org.apache.spark.SparkException: Python worker exited unexpectedly (crashed)",
            "spec.executors.python.memory",
        ),
        ("ModuleNotFoundError: No module named 'sklearn'", "spec.python.requirements"),
    ],
)
def test_the_headline_names_the_field_to_change(thrown: str, field: str) -> None:
    assert field in Failure.of_exception(RuntimeError(thrown), None).headline
    assert "spec." not in Failure.of_exception(RuntimeError("something else"), None).headline


def test_the_details_leave_out_the_frames_of_the_jvm() -> None:
    lines = tail(WORKER_TRACEBACK).splitlines()

    assert lines[-2:] == ["ZeroDivisionError: division by zero", "Caused by: something"]


def test_the_details_are_the_last_lines() -> None:
    assert tail("\n".join(map(str, range(100))), 3) == "97\n98\n99"


@given(st.text(), st.text())
def test_any_message_has_a_headline_of_one_line(message: str, name: str) -> None:
    assert len(headline(message, name, is_syntax_error=False).splitlines()) <= 1 or not message.strip()


@given(st.text(st.characters(exclude_characters="\n", exclude_categories=["Cs"]), min_size=1), st.text())
def test_a_failure_survives_the_pipe(first: str, details: str) -> None:
    failure = Failure.decode(Failure(first, details).encode())

    assert failure is not None
    assert failure.headline == first
    assert failure.details == details.encode("utf-8", "backslashreplace").decode()


def test_no_bytes_are_no_failure() -> None:
    assert Failure.decode(b"") is None


@given(st.text(min_size=1, max_size=3000), st.text(max_size=6000))
def test_a_termination_message_is_utf8_of_at_most_4096_bytes(first: str, details: str) -> None:
    message = _termination.render(Failure(first, details))

    assert len(message) <= 4096
    assert message.decode().endswith("\n")


def test_a_termination_message_keeps_the_headline_and_the_end_of_the_details() -> None:
    message = _termination.render(Failure("what", "x" * 5000 + "\nend")).decode()

    assert message.startswith("what\nxxx")
    assert message.endswith("x\nend\n")


@pytest.mark.parametrize(
    ("ending", "said", "jvm_ended", "expected"),
    [
        (Ending(3), None, False, Failure("the script exited with code 3")),
        (Ending(1), Failure("E: x", "tb\nE: x"), False, Failure("E: x", "tb\nE: x")),
        (Ending(143, 15), None, False, Failure("the script was killed by signal 15 (SIGTERM)")),
        (Ending(1), Failure("E: x", "tb\nE: x"), True, Failure(_termination.JVM_ENDED, "tb\nE: x")),
        (Ending(3), None, True, Failure(_termination.JVM_ENDED, "the script exited with code 3\n")),
    ],
)
def test_a_job_fails_for_a_reason(ending: Ending, said: Failure | None, jvm_ended: bool, expected: Failure) -> None:
    assert _termination.describe(ending, said, jvm_ended=jvm_ended) == expected


def test_a_killed_script_gets_a_hint_about_memory() -> None:
    failure = _termination.describe(Ending(137, 9), Failure("said before"), jvm_ended=False)

    assert failure.headline == "the script was killed by signal 9 (SIGKILL)"
    assert "spec.driver.python.memory" in failure.details


def test_an_unwritable_termination_log_is_said_and_no_more(capfd: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    _termination.write(str(tmp_path / "no" / "log"), "message")
    _termination.write(None, "message")

    assert "cannot write the termination message" in capfd.readouterr().err


def test_endings_are_as_a_shell_sees_them() -> None:
    assert Ending.from_wait_status(3 << 8) == Ending(3)
    assert Ending.from_wait_status(9) == Ending(137, 9)
    assert signal_name(9) == "SIGKILL"
    assert signal_name(signal.SIGRTMIN + 2 if sys.platform == "linux" else 99).startswith("SIG")


def test_a_script_without_a_jvm_is_asked_then_forced_to_end() -> None:
    farewell = Farewell(since=100)

    assert farewell.step(104.9) == (farewell, None)
    farewell, sent = farewell.step(105)
    assert (sent, farewell.due()) == (signal.SIGTERM, 107)
    assert farewell.step(106) == (farewell, None)
    farewell, sent = farewell.step(107)
    assert (sent, farewell.due()) == (signal.SIGKILL, None)
    assert farewell.step(1000) == (farewell, None)


def test_what_the_pool_says_of_a_workers_end_is_the_headline() -> None:
    said = (
        "Python worker 802 was ended at 489 MiB resident memory, over its limit of 400 MiB "
        "(spec.executors.python.workerMemory), in eat (job.py, line 13): raise that field"
    )
    message = (
        "py4j.protocol.Py4JJavaError: An error occurred while calling z:PythonRDD.collectAndServe.\n"
        ": org.apache.spark.SparkException: Job aborted due to stage failure: Task 0 in stage 1.0 failed 2 times, most "
        "recent failure: Lost task 0.1 in stage 1.0 (TID 5) (host executor 1): org.apache.spark.SparkException: "
        f"Python worker exited unexpectedly (crashed): {said}\n"
        "Current thread 0x00007f7b25893b80 (most recent call first):\n"
    )
    assert headline(message, "Py4JJavaError") == said
