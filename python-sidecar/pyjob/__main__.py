"""The command line: `run SCRIPT ARG...` in a driver's pod, `pool OPTION...` in an executor's."""

from __future__ import annotations

import os
import sys

from pyjob._config import ConfigError
from pyjob._log import log

EXIT_CONFIG = 78


def main(argv: list[str]) -> None:
    """Run the part that `argv` names.

    Returns only in the process of a script that has run to its end, so that the interpreter can finish as it always
    does: threads awaited, atexit handlers run. Every other process leaves through an exit of its own.
    """
    command = argv[0] if argv else ""
    try:
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


if __name__ == "__main__":
    main(sys.argv[1:])
