"""kubectl, as the user has it."""

import json
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from typing import IO, Any

Json = dict[str, Any]


class Refused(Exception):
    """What was asked for cannot be had; the message is for the user. ``is_missing`` if there is no such object."""

    is_missing = False


class Kubectl:
    """Runs kubectl with the user's options, such as a context or a namespace, for every command."""

    def __init__(self, options: tuple[str, ...] = (), program: str = "kubectl") -> None:
        self.options = options
        self._program = program

    def within(self, namespace: str) -> "Kubectl":
        """The same, in that namespace; where the user names one, kubectl sees to it that the two are one."""
        if any(option == "-n" or option.startswith("--namespace") for option in self.options):
            return self
        return Kubectl((*self.options, "-n", namespace), self._program)

    def with_options(self, options: tuple[str, ...]) -> "Kubectl":
        """The same program with other options."""
        return Kubectl(options, self._program)

    def command(self, *args: str) -> list[str]:
        """The whole command line."""
        return [self._program, *self.options, *args]

    def text(self, *args: str, given: str | None = None) -> str:
        """What that command prints."""
        command = self.command(*args)
        # Without anything to give it keeps the terminal: a login of the user's may ask something.
        try:
            ended = subprocess.run(command, input=given, capture_output=True, encoding="utf-8", errors="replace")
        except FileNotFoundError:
            raise _missing() from None
        if ended.returncode != 0:
            raise refusal(ended.stderr)
        return ended.stdout

    def objects(self, *args: str, given: str | None = None) -> list[Json]:
        """The objects that that command prints as JSON; those of a List one by one."""
        return [item for document in documents(self.text(*args, "-o", "json", given=given)) for item in items(document)]

    def start(self, *args: str, stderr: IO[bytes] | int | None = None) -> subprocess.Popen[bytes]:
        """Start that command; its standard output is a pipe."""
        try:
            return subprocess.Popen(
                self.command(*args), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=stderr
            )
        except FileNotFoundError:
            raise _missing() from None

    def watch(self, *args: str, started: Callable[[subprocess.Popen[bytes]], None]) -> Iterator[tuple[str, Json]]:
        """What happens to objects (``ADDED``, ``MODIFIED``, ``DELETED``), with the object, until the server ends it.

        ``started`` gets the process, so that somebody else can end it.
        """
        with tempfile.TemporaryFile() as errors:
            process = self.start("get", *args, "--watch", "--output-watch-events", "-o", "json", stderr=errors)
            started(process)
            with process:
                assert process.stdout is not None
                for event in stream(process.stdout):
                    if event.get("type") in {"ADDED", "MODIFIED", "DELETED"}:
                        yield event["type"], event["object"]
            if process.returncode > 0:
                errors.seek(0)
                raise refusal(errors.read().decode(errors="replace"))


def _missing() -> Refused:
    return Refused("kubectl is needed, and is not on the PATH. See https://kubernetes.io/docs/tasks/tools/")


def refusal(stderr: str) -> Refused:
    """What kubectl said, without what it says to everyone."""
    lines = [line for line in stderr.strip().splitlines() if not line.startswith(("Warning:", "I0", "W0", "E0"))]
    text = "\n".join(lines).removeprefix("Error from server (NotFound): ").removeprefix("error: ")
    if "the server doesn't have a resource type" in text:
        return Refused("this cluster has no PyJobs: is PyJob installed there? (kubectl: " + text + ")")
    refused = Refused(text or stderr.strip() or "kubectl has failed and did not say why")
    refused.is_missing = "(NotFound)" in stderr
    return refused


def documents(text: str) -> list[Json]:
    """JSON objects that follow each other."""
    decoder = json.JSONDecoder()
    found: list[Json] = []
    rest = text.lstrip()
    while rest:
        document, end = decoder.raw_decode(rest)
        found.append(document)
        rest = rest[end:].lstrip()
    return found


def items(document: Json) -> list[Json]:
    """The objects of a List; an object itself otherwise."""
    kind = str(document.get("kind", ""))
    return list(document.get("items") or []) if kind.endswith("List") and "items" in document else [document]


def stream(lines: IO[bytes]) -> Iterator[Json]:
    """JSON objects as they come, each on one line or on several of which only the last one is a lone brace."""
    pending = b""
    for line in lines:
        pending += line
        if line.rstrip() == b"}" or (pending is line and line.rstrip().endswith(b"}")):
            yield from documents(pending.decode(errors="replace"))
            pending = b""
