"""Why a script failed, as the script's process tells it to the supervisor and the supervisor to a person. Pure."""

from __future__ import annotations

from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType

_EMBEDDED = "Traceback (most recent call last):"
_MISSING_PACKAGE = ("ModuleNotFoundError", "PySparkImportError", "PACKAGE_NOT_INSTALLED")
_POOL = "io.pyjob.executor.python.PoolException: "
_PY4J = "py4j.protocol.Py4JJavaError: "
_NO_HEAP = "java.lang.OutOfMemoryError"
_ADVICE = "packages come from spec.python.requirements and the image of spec.python"
_MAX_HEADLINE = 1000
_TAIL_LINES = 20


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
        missing = any(name in sentence for name in _MISSING_PACKAGE)
        return cls(
            f"{sentence} ({_ADVICE})" if missing else sentence,
            tail("".join(format_exception(type(error), error, traceback))),
        )

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
    must know. A worker that was killed could not say anything: our JVMs do. Of a failure of the driver's own JVM Py4J prints
    which call failed before it prints why. A SyntaxError prints where it is before it prints what it is.
    """
    lines = [line for line in message.splitlines() if line.strip()]
    if not lines:
        return type_name
    cause = _last_embedded_error(lines)
    if cause:
        return f"{cause[:_MAX_HEADLINE]} (in a Python worker)"
    of_jvm = _killed_worker(lines) or _failed_call(lines)
    if of_jvm:
        return of_jvm[:_MAX_HEADLINE]
    line = lines[-1] if is_syntax_error else lines[0]
    if not is_syntax_error and line.rstrip().endswith(":") and len(lines) > 1:
        line = f"{line.rstrip()} {lines[1].strip()}"
    return line.strip()[:_MAX_HEADLINE]


def tail(traceback: str, lines: int = _TAIL_LINES) -> str:
    """The last `lines` lines of a traceback. Frames of the JVM are left out: they would push out all that matters."""
    kept = [line for line in traceback.splitlines() if line.strip() and not _is_java_frame(line)]
    return "\n".join(kept[-lines:])


def _is_java_frame(line: str) -> bool:
    text = line.strip()
    return line[:1].isspace() and (text.startswith("at ") or (text.startswith("... ") and text.endswith(" more")))


def _killed_worker(lines: list[str]) -> str:
    return next((line.partition(_POOL)[2].strip() for line in lines if _POOL in line), "")


def _failed_call(lines: list[str]) -> str:
    if len(lines) < 2 or not lines[0].startswith(_PY4J) or not lines[1].startswith(": "):
        return ""
    cause = lines[1][2:].strip()
    return f"{cause} (in the driver's JVM: raise spec.driver.memory)" if cause.startswith(_NO_HEAP) else cause


def _last_embedded_error(lines: list[str]) -> str:
    found, inside = "", False
    for line in lines:
        if _EMBEDDED in line:
            inside = True
        elif inside and not line[:1].isspace():
            found, inside = line.strip(), False
    return found
