"""Beside a script that prints `ok NAME` or `FAIL NAME why` for each of its checks."""

import traceback

_CHECKS = []


def check(expected):
    """Register a function whose result must be ``expected``."""

    def register(function):
        _CHECKS.append((function, expected))
        return function

    return register


def run_checks():
    for function, expected in _CHECKS:
        name = function.__name__
        try:
            result = function()
            print(f"ok {name}" if result == expected else f"FAIL {name} gave {result!r}, not {expected!r}", flush=True)
        except Exception:
            print(f"FAIL {name} {traceback.format_exc()}", flush=True)
