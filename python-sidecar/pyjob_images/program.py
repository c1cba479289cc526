"""What both commands have in common."""

from collections.abc import Callable
from pathlib import Path

from pyjob_local.say import SetupError, say

_SETUP_FAILED = 69


def run(main: Callable[[Path, list[str]], int], project: Path, argv: list[str]) -> int:
    """Run a command; its exit code, after a message where it could not do its work."""
    try:
        return main(project, argv)
    except SetupError as error:
        say(str(error))
        return _SETUP_FAILED
    except KeyboardInterrupt:
        say("interrupted")
        return 130
