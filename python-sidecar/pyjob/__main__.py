"""The command line: `run SCRIPT ARG...` in a driver's pod, `pool OPTION...` in an executor's."""

from __future__ import annotations

import os
import sys

from pyjob._config import ConfigError
from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn

    from pyjob._failure import CannotStart

EXIT_CONFIG = 78
_REQUIREMENTS = ("PYJOB_REQUIREMENTS", "PYJOB_REQUIREMENTS_FILE", "PYJOB_ENVIRONMENT")


def main(argv: list[str]) -> None:
    """Run the part that `argv` names.

    Returns only in the process of a script that has run to its end, so that the interpreter can finish as it always
    does: threads awaited, atexit handlers run. Every other process leaves through an exit of its own.
    """
    command = argv[0] if argv else ""
    pieces = os.environ.get("PYJOB_LOG_PIECES")
    if pieces:
        from pyjob import _scribe

        _scribe.fork_program(pieces)
    try:
        if command in ("run", "pool") and any(os.environ.get(name) for name in _REQUIREMENTS):
            _have_packages(command)
        if os.environ.get("PYJOB_MODULES"):
            _have_modules()
        if command == "run":
            from pyjob.run import run

            run(argv[1:], os.environ)
        elif command == "pool":
            from pyjob.pool import pool

            pool(argv[1:], os.environ)
        else:
            raise ConfigError(f"unknown command {command!r}: use `run SCRIPT ARG...` or `pool OPTION...`")
    except ConfigError as error:
        from pyjob import _termination

        log(str(error))
        _termination.write(os.environ.get("PYJOB_TERMINATION_LOG"), str(error))
        sys.exit(EXIT_CONFIG)


def _have_modules() -> None:
    """Return with the modules of ConfigMaps on the path, or end the container with the reason."""
    from pyjob import _sources
    from pyjob._failure import CannotStart

    try:
        _sources.provide(os.environ)
    except CannotStart as error:
        _cannot_start(error)


def _have_packages(command: str) -> None:
    """Return with what the job requires, or end the container with the reason."""
    from pyjob import _packages
    from pyjob._failure import CannotStart

    try:
        _packages.ensure(os.environ)
    except CannotStart as error:
        _cannot_start(error, tells_jvm=command == "pool")


def _cannot_start(error: CannotStart, *, tells_jvm: bool = False) -> NoReturn:
    """End the container with the reason; a pool first tells its JVM, and stays until it is told to end."""
    from pyjob import _termination

    log(f"{error.failure.headline}\n{error.failure.details}".rstrip("\n"))
    _termination.write(os.environ.get("PYJOB_TERMINATION_LOG"), error.failure)
    if tells_jvm:
        import signal

        from pyjob import _packages

        ends = {signal.SIGTERM, signal.SIGINT}
        signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # who has been told may end the container at once
        _packages.tell_failure(os.environ, error.failure)
        signal.sigwait(ends)
    sys.exit(error.exit_code)


if __name__ == "__main__":
    main(sys.argv[1:])
