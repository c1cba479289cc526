"""Completion of the command line: scripts for shells, and what they ask.

The answer has the form that kubectl expects of a plugin: candidates, one a line, a description
behind a tab; at the end `:4` (nothing else fits) or `:0` (files do).
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass

from .commands import COMMANDS, LOCAL
from .kubectl import Kubectl, Refused
from .options import CommandLine

NO_FILES = ":4"
FILES = ":0"
_RUNNING_ONLY = {"cancel", "scale", "ui"}

BASH = """\
# bash completion for pyjob: source <(pyjob completion bash)
_pyjob_complete() {
    local line directive=:4
    COMPREPLY=()
    while IFS= read -r line; do
        case $line in
            :[0-9]*) directive=$line ;;
            *) COMPREPLY+=("${line%%$'\\t'*}") ;;
        esac
    done < <("${COMP_WORDS[0]}" __complete "${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
    if [ "$directive" = :0 ]; then
        compopt -o default 2>/dev/null
    fi
}
complete -F _pyjob_complete pyjob kubectl-pyjob
"""

ZSH = """\
#compdef pyjob kubectl-pyjob
# zsh completion for pyjob: source <(pyjob completion zsh)
_pyjob_complete() {
    local line directive=:4
    local -a candidates
    for line in "${(@f)$("${words[1]}" __complete "${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
        case $line in
            :[0-9]*) directive=$line ;;
            ?*) candidates+=("${${line%%$'\\t'*}//:/\\\\:}:${line#*$'\\t'}") ;;
        esac
    done
    (( ${#candidates} )) && _describe pyjob candidates
    [[ $directive == :0 ]] && _files
}
if [[ $zsh_eval_context[-1] == loadautofunc ]]; then
    _pyjob_complete "$@"
else
    compdef _pyjob_complete pyjob kubectl-pyjob
fi
"""
SCRIPTS = {"bash": BASH, "zsh": ZSH}


@dataclass(frozen=True)
class Names:
    """What the cluster knows; each is asked only where it is needed."""

    jobs: Callable[[bool], list[tuple[str, str]]]
    namespaces: Callable[[], list[str]]
    contexts: Callable[[], list[str]]


def names_of(kubectl: Kubectl) -> Names:
    """The names that kubectl gives; none where it fails, as there is nobody to tell."""

    def lines(*args: str) -> list[str]:
        try:
            return kubectl.text(*args).splitlines()
        except Refused:
            return []

    def jobs(running_only: bool) -> list[tuple[str, str]]:
        columns = "custom-columns=NAME:.metadata.name,PHASE:.status.phase"
        found = [line.split() for line in lines("get", "pyjobs", "--no-headers", "--request-timeout=5s", "-o", columns)]
        pairs = [(words[0], words[1] if words[1] != "<none>" else "") for words in found if len(words) == 2]
        return [pair for pair in pairs if not (running_only and pair[1] in {"Succeeded", "Failed", "Cancelled"})]

    return Names(
        jobs,
        lambda: [line.removeprefix("namespace/") for line in lines("get", "namespaces", "-o", "name")],
        lambda: lines("config", "get-contexts", "-o", "name"),
    )


def complete(words: list[str], line: CommandLine, names: Callable[[], Names]) -> list[str]:
    """What can stand for the last of the words, which may be empty or begun."""
    *before, begun = words or [""]
    command, positionals, waiting = _read(before, line)
    parser = line.parser if command is None else line.commands.get(command)
    equals = begun.startswith("--") and "=" in begun
    option, _, part = begun.partition("=") if equals else ("", "", begun)
    if equals and parser is not None:
        waiting = parser._option_string_actions.get(option)
    if waiting is not None:
        values = _values(waiting, names)
        found = [f"{option}={value}" if equals else value for value in values if value.startswith(part)]
        return [*found, NO_FILES if values or not _is_file(waiting) else FILES]
    if parser is None:  # a command of this machine: files
        return [FILES]
    if begun.startswith("-"):
        return [*_options(parser, begun), NO_FILES]
    if command is None:
        known = {**({} if "run" in line.commands else LOCAL), **LOCAL, **COMMANDS}
        if "run" in line.commands:
            known["run"] = COMMANDS["submit"]
        return [*(f"{name}\t{text}" for name, text in known.items() if name.startswith(begun)), NO_FILES]
    if command in {"submit", "run"}:
        return [FILES]
    if command == "completion":
        return [*(shell for shell in SCRIPTS if shell.startswith(begun) and not positionals), NO_FILES]
    if positionals or command == "list":
        return [NO_FILES]
    jobs = names().jobs(command in _RUNNING_ONLY)
    return [*(f"{name}\t{phase}".rstrip("\t") for name, phase in jobs if name.startswith(begun)), NO_FILES]


def _read(words: list[str], line: CommandLine) -> tuple[str | None, int, argparse.Action | None]:
    """The command so far, how many arguments it has, and the option whose value comes next."""
    command: str | None = None
    positionals = 0
    waiting: argparse.Action | None = None
    for word in words:
        parser = line.parser if command is None else line.commands.get(command)
        if waiting is not None:
            _note(line, waiting, word)
            waiting = None
        elif word.startswith("-"):
            option, equals, value = word.partition("=")
            action = None if parser is None else parser._option_string_actions.get(option)
            if action is not None and action.nargs != 0:
                if equals:
                    _note(line, action, value)
                else:
                    waiting = action
        elif command is None:
            command = word
        else:
            positionals += 1
    return command, positionals, waiting


def _note(line: CommandLine, action: argparse.Action, value: str) -> None:
    """Names are asked of the cluster, the context and the namespace that the line says."""
    if action.dest == "passed_on":
        line.kubectl.append(f"{action.option_strings[-1]}={value}")


def _values(action: argparse.Action, names: Callable[[], Names]) -> list[str]:
    if action.choices is not None:
        return [str(choice) for choice in action.choices]
    if "--namespace" in action.option_strings:
        return names().namespaces()
    if "--context" in action.option_strings:
        return names().contexts()
    return []


def _is_file(action: argparse.Action) -> bool:
    return any(name in action.option_strings for name in ("--kubeconfig", "--client-key", "--client-certificate"))


def _options(parser: argparse.ArgumentParser, begun: str) -> list[str]:
    found = []
    for action in parser._actions:
        if action.help == argparse.SUPPRESS:
            continue
        for option in action.option_strings:
            if option.startswith(begun) and (option.startswith("--") or begun == "-"):
                found.append(f"{option}\t{action.help}" if action.help else option)
    return found
