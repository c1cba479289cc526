"""The command line: `run SCRIPT ARG...` in a driver's pod, `pool OPTION...` in an executor's."""

from __future__ import annotations

import os
import sys

from pyjob._config import ConfigError
from pyjob._log import log

EXIT_CONFIG = 78
_REQUIREMENTS = ("PYJOB_REQUIREMENTS", "PYJOB_REQUIREMENTS_FILE", "PYJOB_ENVIRONMENT")


def main(argv: list[str]) -> None:
    """Run the part that `argv` names.

    Returns only in the process of a script that has run to its end, so that the interpreter can finish as it always
    does: threads awaited, atexit handlers run. Every other process leaves through an exit of its own.
    """
    command = argv[0] if argv else ""
    try:
        if command in ("run", "pool") and any(os.environ.get(name) for name in _REQUIREMENTS):
            _have_packages(command)
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


def _have_packages(command: str) -> None:
    """Return with what the job requires, or end the container with the reason."""
    from pyjob import _packages, _termination
    from pyjob._failure import CannotStart

    try:
        _packages.ensure(os.environ)
    except CannotStart as error:
        log(f"{error.failure.headline}\n{error.failure.details}".rstrip("\n"))
        _termination.write(os.environ.get("PYJOB_TERMINATION_LOG"), error.failure)
        if command == "pool":
            _packages.tell_failure(os.environ, error.failure)
            _await_the_end()
        sys.exit(error.exit_code)


def _await_the_end() -> None:
    """Stay until the pod's JVM, which has the reason, has ended: this container would be restarted for nothing."""
    import signal

    ends = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, ends)  # the first process of a container gets only what it asks for
    signal.sigwait(ends)


if __name__ == "__main__":
    main(sys.argv[1:])
