"""What the driver's JVM does for the script before its first line, and tells by files in the pod's volume."""

from __future__ import annotations

import time

from pyjob._failure import CannotStart, Failure
from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyjob._config import PodDirectory

_POLL_S = 0.01
_SAY_AFTER_S = 5.0


def await_jvm(pod: PodDirectory, what: str, exit_code: int) -> str:
    """Return what the JVM says of `what` that it has done. Raises CannotStart, with `exit_code`, if it cannot do it.

    Waits as long as it takes: the JVM has limits of its own, and the supervisor ends this process when the JVM ends.
    """
    answer = pod.answer(what)
    said_at = time.monotonic() + _SAY_AFTER_S
    while True:
        # This one first: of two answers, which there never are, the bad one counts.
        failure = _read(f"{answer}.failed")
        if failure is not None:
            headline, _, details = failure.partition("\n")
            raise CannotStart(Failure(headline, details), exit_code)
        found = _read(answer)
        if found is not None:
            return found
        if time.monotonic() > said_at:
            log(f"the script waits for the driver's JVM, which fetches {_WORDS.get(what, what)}")
            said_at = float("inf")
        time.sleep(_POLL_S)


_WORDS = {"script": "the script", "jars": "what spec.jvm.packages names"}


def _read(path: str) -> str | None:
    """The text of a file that appears whole; None as long as it is not there."""
    try:
        with open(path, encoding="utf-8") as file:
            return file.read()
    except FileNotFoundError:
        return None
