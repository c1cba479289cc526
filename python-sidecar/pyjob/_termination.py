"""A container's termination message: what a person reads who asks why a job failed."""

from __future__ import annotations

from pyjob._ending import Ending
from pyjob._failure import Failure
from pyjob._log import log

MAX_BYTES = 4096
JVM_ENDED = "the driver's JVM ended while the script was running"

_HINTS = {
    9: "usually for too much memory: raise spec.driver.python.memory, or bring less data to the driver",
    11: "a crash in native code: run it with PYTHONFAULTHANDLER=1 to see where",
}


def describe(ending: Ending, failure: Failure | None, *, jvm_ended: bool) -> Failure:
    """Why the job failed, from how the script's process ended and what it said before."""
    if ending.killed_by is not None:
        failure = Failure(f"the script {ending}", _HINTS.get(ending.killed_by, ""))
    elif failure is None:
        failure = Failure(f"the script {ending}")
    if jvm_ended:
        rest = failure.details if failure.headline in failure.details else f"{failure.headline}\n{failure.details}"
        return Failure(JVM_ENDED, rest)
    return failure


def render(failure: Failure) -> bytes:
    """At most MAX_BYTES of UTF-8: the headline, then as much of the end of the details as fits."""
    first = failure.headline.encode("utf-8", "backslashreplace")[: MAX_BYTES - 1]
    first = first.decode("utf-8", "ignore").encode() + b"\n"
    room = MAX_BYTES - len(first) - 1
    details = failure.details.strip("\n").encode("utf-8", "backslashreplace")
    if not details or room < 1:
        return first
    return first + details[-room:].decode("utf-8", "ignore").encode() + b"\n"


def write(path: str | None, failure: Failure | str) -> None:
    """Write the message where Kubernetes looks for it; `path` None means nobody looks."""
    if path is None or not path:
        return
    try:
        with open(path, "wb") as file:
            file.write(render(Failure(failure) if isinstance(failure, str) else failure))
    except OSError as error:
        log(f"cannot write the termination message: {error}")
