"""The commands, and which of them ask a cluster. Imports next to nothing, as every start of `pyjob` comes by here."""

import os
from collections.abc import Iterable

PLUGIN = "kubectl-pyjob"
PLUGIN_COMPLETION = "kubectl_complete-pyjob"

COMMANDS = {
    "submit": "run a manifest or a script on the cluster, and follow it",
    "list": "the jobs of a namespace, or of all (-A)",
    "status": "how a job is doing; -w stays until its end",
    "logs": "what the script and Spark have written; -f stays until the job's end",
    "describe": "all that is known of a job; why it failed comes first",
    "ui": "the Spark UI of a job that runs, or of one that has ended",
    "scale": "change the number of executors",
    "cancel": "end a job that runs",
    "completion": "a script for bash or zsh that completes commands, options and names",
}
LOCAL = {
    "run": "run a manifest or a script on this machine",
    "validate": "check manifests without running anything",
    "trace": "where the time of a job went",
    "history": "Spark's history server, for a folder of event logs",
}
_HELP = {"-h", "--help", "help"}


def is_for_cluster(called: str, argv: list[str]) -> bool:
    """Whether that command line, of a program called so, asks a cluster: all but the commands of this machine do."""
    command = next((word for word in argv if not word.startswith("-")), "")
    match os.path.basename(called):
        case "kubectl_complete-pyjob":
            return True
        case "kubectl-pyjob":
            return command not in {"validate", "trace", "history"} or argv[0] in _HELP
    if not argv or argv[0] in _HELP:
        return True
    return command not in LOCAL and argv[0] not in {"-V", "--version"}


def similar(command: str, known: Iterable[str]) -> str:
    """What a person who misspells a command is told of the nearest one; empty if there is none."""
    import difflib

    near = difflib.get_close_matches(command, known, 1)
    return f"; did you mean {near[0]}?" if near else ""
