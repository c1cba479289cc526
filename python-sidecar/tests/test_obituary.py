from __future__ import annotations

import os
import signal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyjob import _obituary
from pyjob._config import DRIVER_SETTINGS, EXECUTOR_SETTINGS
from pyjob._ending import Ending
from pyjob._guard import MIB
from pyjob._obituary import Cause, Facts, Obituary, Register, Sentence

OURS = os.path.dirname(os.path.abspath(_obituary.__file__))
STACK = f"""Fatal Python error: Segmentation fault

Thread 0x00007f0000000001 (most recent call first):
  File "/somewhere/other.py", line 3 in wait

Current thread 0x00007f0000000002 (most recent call first):
  File "{os.path.dirname(os.__file__)}/ctypes/__init__.py", line 519 in string_at
  File "/opt/venv/lib/python3.11/site-packages/numpy/core.py", line 7 in dot
  File "/pyjob/script/job.py", line 12 in explode
  File "{OURS}/_worker.py", line 12 in _one_task
"""


def test_the_users_own_function_is_found_in_a_stack() -> None:
    assert _obituary.function_in(STACK) == "explode (job.py, line 12)"


def test_a_comprehension_is_named_after_its_function() -> None:
    stack = STACK.replace(
        "line 12 in explode", 'line 12 in <listcomp>\n  File "/pyjob/script/job.py", line 9 in explode'
    )
    assert _obituary.function_in(stack) == "explode (job.py, line 12)"


@pytest.mark.parametrize(
    "stack", ["", "what", f'Thread 1 (most recent call first):\n  File "{OURS}/a.py", line 1 in f']
)
def test_there_may_be_no_function(stack: str) -> None:
    assert _obituary.function_in(stack) is None


@given(st.text())
def test_no_stack_is_an_error(stack: str) -> None:
    _obituary.function_in(stack)


@pytest.mark.parametrize(
    ("facts", "cause", "says"),
    [
        (Facts(7, Ending(0), said_goodbye=True), Cause.ENDED, "had no more to do"),
        (Facts(7, Ending(1), said_goodbye=True), Cause.ENDED, "had no more to do"),
        (Facts(7, Ending(137, 9), told_to_end=True), Cause.STOPPED, "told to end"),
        (Facts(7, Ending(3)), Cause.EXITED, "exited with code 3"),
        (
            Facts(7, Ending(3), words="Python worker 7 was ended by os._exit(3): x\nStack"),
            Cause.EXITED,
            "os._exit(3): x",
        ),
        (Facts(7, Ending(139, 11), words=STACK), Cause.CRASHED, "SIGSEGV in explode (job.py, line 12)"),
        (Facts(7, Ending(143, 15)), Cause.SIGNALLED, "SIGTERM"),
        (
            Facts(7, Ending(137, 9), last_rss=700 * MIB),
            Cause.KILLED,
            "held 700 MiB when last looked at: raise spec.exec",
        ),
        (Facts(7, Ending(137, 9), kernel_killed=True), Cause.KILLED, "by the kernel, at the memory limit"),
        (
            Facts(7, Ending(137, 9), sentence=Sentence(Cause.WORKER_MEMORY, 1640 * MIB, 1536 * MIB), stack=STACK),
            Cause.WORKER_MEMORY,
            (
                "Python worker 7 was ended at 1.6 GiB resident memory, over its limit of 1.5 GiB "
                "(spec.executors.python.workerMemory), in explode (job.py, line 12): raise that field, or "
                "spec.executors.python.memory, or give each task less (more partitions)"
            ),
        ),
        (
            Facts(7, Ending(137, 9), sentence=Sentence(Cause.CONTAINER_MEMORY, 900 * MIB, 1024 * MIB)),
            Cause.CONTAINER_MEMORY,
            "about to exceed its limit of 1.0 GiB (spec.executors.python.memory): raise that field",
        ),
    ],
)
def test_an_obituary_says_why_and_what_to_do(facts: Facts, cause: Cause, says: str) -> None:
    obituary = _obituary.write(facts, EXECUTOR_SETTINGS)

    assert obituary.cause is cause
    assert says in obituary.message


def test_the_drivers_fields_are_the_drivers() -> None:
    facts = Facts(7, Ending(137, signal.SIGKILL))
    assert "spec.driver.python.memory" in _obituary.write(facts, DRIVER_SETTINGS).message


def test_the_last_thousand_are_kept_and_a_pid_is_anothers_when_it_comes_again() -> None:
    register = Register()
    for pid in range(1, 1101):
        register.add(pid, Obituary(Cause.CRASHED, str(pid)))
    register.add(200, Obituary(Cause.ENDED, "again"))

    assert register.get(100) is None
    again, later = register.get(200), register.get(1100)
    assert again is not None
    assert later is not None
    assert (again.message, later.message) == ("again", "1100")
    register.forget(1100)
    assert register.get(1100) is None
    assert register.counts[Cause.CRASHED] == 1100
    assert register.last_failure is not None
    assert register.last_failure.message == "1100"
