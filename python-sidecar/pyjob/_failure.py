"""Why a script failed, as the script's process tells it to the supervisor and the supervisor to a person. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

_EMBEDDED = "Traceback (most recent call last):"
_MISSING_PACKAGE = ("ModuleNotFoundError", "PySparkImportError", "PACKAGE_NOT_INSTALLED")
_ADVICE = "packages come from spec.python.requirements and the image of spec.python"
_JAVA_CALL = "An error occurred while calling "
_MAX_HEADLINE = 1000
#: What Spark says of a worker that is gone without a word; the kernel's answer to too much memory looks like that.
_WORKER_GONE = "Python worker exited unexpectedly"
#: What the pool or the worker itself has said of the end, which Spark puts there: see _words.
_WORKER_SAID = f"{_WORKER_GONE} (crashed): Python worker "
_WORKER_ADVICE = "it was killed or crashed; if for memory, raise spec.executors.python.memory"
_HEAP_FULL = "java.lang.OutOfMemoryError"
_HEAP_ADVICE = (
    "the memory of a JVM was used up: raise spec.driver.memory, or spec.executors.memory if it was an executor's"
)
_TAIL_LINES = 20
_ADVICES = (
    *((name, _ADVICE) for name in _MISSING_PACKAGE),
    (_WORKER_GONE, _WORKER_ADVICE),
    (_HEAP_FULL, _HEAP_ADVICE),
)


@dataclass(frozen=True)
class Failure:
    """One sentence, and the lines that explain it (may be empty)."""

    headline: str
    details: str = ""

    @classmethod
    def of_exception(cls, error: BaseException, traceback: TracebackType | None) -> Failure:
        """The failure of a script that did not catch `error`, which was raised through `traceback`."""
        from traceback import format_exception, format_exception_only  # costs a start 5 ms that only failures need

        sentence = headline(
            "".join(format_exception_only(type(error), error)),
            type(error).__name__,
            is_syntax_error=isinstance(error, SyntaxError),
        )
        advice = next((advice for name, advice in _ADVICES if name in sentence), None)
        return cls(
            f"{sentence} ({advice})" if advice else sentence,
            tail("".join(format_exception(type(error), error, traceback))),
        )

    def advised(self, advice: str | None) -> Failure:
        """The same, with what to do about it."""
        return self if advice is None else replace(self, headline=f"{self.headline} ({advice})")

    def encode(self) -> bytes:
        """For the pipe to the supervisor; never more than fits into one at once."""
        return f"{self.headline}\n{self.details}".encode("utf-8", "backslashreplace")[:16384]

    @classmethod
    def decode(cls, data: bytes) -> Failure | None:
        """None for no bytes: the script said nothing."""
        if not data:
            return None
        first, _, rest = data.decode("utf-8", "replace").partition("\n")
        return cls(first, rest)


class CannotStart(Exception):
    """What stands between a script and its first line; the container ends with `exit_code`."""

    def __init__(self, failure: Failure, exit_code: int) -> None:
        super().__init__(failure.headline)
        self.failure = failure
        self.exit_code = exit_code


def headline(message: str, type_name: str, *, is_syntax_error: bool = False) -> str:
    """The one line that says most about an exception, from its printed form without the traceback.

    When a Python worker failed, the JVM's message holds the worker's whole traceback; its last line is what the user
    must know. A SyntaxError prints where it is before it prints what it is.
    """
    lines = [line for line in message.splitlines() if line.strip()]
    if not lines:
        return type_name
    cause = _last_embedded_error(lines)
    if cause:
        return f"{cause[:_MAX_HEADLINE]} (in a Python worker)"
    line = lines[-1] if is_syntax_error else lines[0]
    if not is_syntax_error and line.rstrip().endswith(":") and len(lines) > 1:
        line = f"{line.rstrip()} {lines[1].strip()}"
    elif _JAVA_CALL in line and len(lines) > 1 and lines[1].startswith(": "):
        line = lines[1][2:]  # which Java method was called says nothing, what it threw does
    if _WORKER_SAID in line:
        line = line[line.index(_WORKER_SAID) + len(_WORKER_SAID) - len("Python worker ") :]
    return line.strip()[:_MAX_HEADLINE]


def tail(traceback: str, lines: int = _TAIL_LINES) -> str:
    """The last `lines` lines of a traceback. Frames of the JVM are left out: they would push out all that matters."""
    kept = [line for line in traceback.splitlines() if line.strip() and not _is_java_frame(line)]
    return "\n".join(kept[-lines:])


def _is_java_frame(line: str) -> bool:
    text = line.strip()
    return line[:1].isspace() and (text.startswith("at ") or (text.startswith("... ") and text.endswith(" more")))


def _last_embedded_error(lines: list[str]) -> str:
    found, inside = "", False
    for line in lines:
        if _EMBEDDED in line:
            inside = True
        elif inside and not line[:1].isspace():
            found, inside = line.strip(), False
    return found
