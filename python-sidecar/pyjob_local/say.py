"""What set-up tells a person, on standard error: standard output belongs to the job's script."""

import sys


class SetupError(Exception):
    """Set-up cannot go on; the message names what is missing and what to do."""


def say(text: str) -> None:
    """Print one line of progress."""
    print(f"pyjob: {text}", file=sys.stderr, flush=True)
