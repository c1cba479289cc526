"""The command line: commands, their options, and those of kubectl that are passed on."""

import argparse
from collections.abc import Sequence
from typing import Any

from .commands import COMMANDS, LOCAL
from .manifest import is_script

# kubectl's own; those with False are switches.
_KUBECTL: tuple[tuple[tuple[str, ...], bool], ...] = (
    (("-n", "--namespace"), True),
    (("--context",), True),
    (("--kubeconfig",), True),
    (("--cluster",), True),
    (("--user",), True),
    (("--as",), True),
    (("--as-group",), True),
    (("--as-uid",), True),
    (("--token",), True),
    (("-s", "--server"), True),
    (("--request-timeout",), True),
    (("--certificate-authority",), True),
    (("--client-certificate",), True),
    (("--client-key",), True),
    (("--tls-server-name",), True),
    (("--cache-dir",), True),
    (("--insecure-skip-tls-verify",), False),
)


class CommandLine:
    """Reads a command line; ``kubectl`` is what of it is kubectl's. As a plugin, `run` is `submit`."""

    def __init__(self, program: str, is_plugin: bool) -> None:
        self.kubectl: list[str] = []
        self.commands: dict[str, argparse.ArgumentParser] = {}
        self.parser = argparse.ArgumentParser(
            prog=program, usage=f"{program} COMMAND [OPTION...]", add_help=False, allow_abbrev=False
        )
        self._passed_on(self.parser)
        self._subparsers = self.parser.add_subparsers(dest="command", required=True)
        self._program = program
        self._aliases = {"submit": ["run"]} if is_plugin else {}
        self._add_commands()

    def read(self, argv: Sequence[str]) -> argparse.Namespace:
        """The options; a wrong one ends the program with exit code 2."""
        found = self.parser.parse_args(argv)
        if found.command not in ("submit", "run"):
            return found
        # argparse leaves a dash out or in, as it stands; and not all versions alike.
        dash = list(argv).index("--") if "--" in argv else len(argv)
        before, behind = list(argv[:dash]), list(argv[dash:])
        found = self._read_submit(before)
        if is_script(found.file):
            found.args += behind
        else:
            if found.args:
                found = self._behind_manifest(before, found.file, found.args)
            found.args = behind[1:]
        return found

    def _read_submit(self, argv: Sequence[str]) -> argparse.Namespace:
        self.kubectl.clear()
        found = self.parser.parse_args(argv)
        found.command = "submit"
        return found

    def _behind_manifest(self, argv: list[str], file: str, args: list[str]) -> argparse.Namespace:
        """Behind a script all is the script's. Behind a manifest people write options, as with kubectl."""
        found = self._read_submit([*argv[: len(argv) - len(args) - 1], *args, file])
        if found.args:
            self.commands["submit"].error(
                f"behind a manifest the script's arguments stand behind --: {file} -- {args[0]}"
            )
        return found

    def _passed_on(self, parser: argparse.ArgumentParser) -> None:
        group = parser.add_argument_group("options of kubectl, passed on to it")
        given = self.kubectl

        class PassOn(argparse.Action):
            def __call__(self, _parser: Any, _namespace: Any, values: Any, option_string: str | None = None) -> None:
                assert option_string is not None
                given.extend(
                    [f"{option_string}={values}"] if option_string.startswith("--") else [option_string, values]
                )

        class Switch(argparse.Action):
            def __call__(self, _parser: Any, _namespace: Any, _values: Any, option_string: str | None = None) -> None:
                assert option_string is not None
                given.append(option_string)

        for names, has_value in _KUBECTL:
            is_usual = names[-1] in {"--namespace", "--context", "--kubeconfig"}
            group.add_argument(
                *names,
                action=PassOn if has_value else Switch,
                nargs=None if has_value else 0,
                default=argparse.SUPPRESS,
                dest="passed_on",
                metavar=names[-1].strip("-").upper().replace("-", "_") if has_value else None,
                help=None if is_usual else argparse.SUPPRESS,
            )

    def _command(self, name: str, *, takes_job: bool = True) -> argparse.ArgumentParser:
        text = COMMANDS[name]
        parser = self._subparsers.add_parser(
            name,
            aliases=self._aliases.get(name, []),
            prog=f"{self._program} {name}",
            description=text[0].upper() + text[1:] + ".",
            allow_abbrev=False,
        )
        if takes_job:
            parser.add_argument("name", metavar="NAME", type=_job_name, help="the job's name")
        self._passed_on(parser)
        for called in (name, *self._aliases.get(name, [])):
            self.commands[called] = parser
        return parser

    def _add_commands(self) -> None:
        self._submit(self._command("submit", takes_job=False))
        listing = self._command("list", takes_job=False)
        listing.add_argument("-A", "--all-namespaces", action="store_true", help="jobs of all namespaces")
        listing.add_argument("-l", "--selector", metavar="LABELS", help="only jobs with these labels")
        status = self._command("status")
        status.add_argument("-w", "--watch", action="store_true", help="stay until the job's end")
        self._logs(self._command("logs"))
        self._command("describe")
        ui = self._command("ui")
        ui.add_argument("--port", type=_count, metavar="N", help="this machine's port; the UI's own if that is free")
        ui.add_argument("--open", action="store_true", help="open a browser there")
        ui.add_argument(
            "--timeout", type=_count, default=60, metavar="SECONDS", help="how long to wait for the UI (default: 60)"
        )
        ui.add_argument(
            "--proxy",
            metavar="NAMESPACE/SERVICE",
            help="the installation's UI proxy, also for a job that runs; it is looked for if there is none here",
        )
        ui.add_argument(
            "--service-account", metavar="NAME", help="ask the proxy as that service account of the job's namespace"
        )
        scale = self._command("scale")
        scale.add_argument("executors", metavar="N", type=_count, help="how many executors the job is to have")
        scale.add_argument("--wait", action="store_true", help="until it has them")
        cancel = self._command("cancel")
        cancel.add_argument("--no-wait", action="store_true", help="do not wait until the job is gone")
        completion = self._command("completion", takes_job=False)
        completion.add_argument("shell", choices=["bash", "zsh"])

    @staticmethod
    def _submit(parser: argparse.ArgumentParser) -> None:
        parser.usage = f"{parser.prog} [OPTION...] FILE [ARG...]"
        parser.add_argument(
            "file", metavar="FILE", help="a manifest (job.yaml, - for standard input) or a script (.py)"
        )
        parser.add_argument(
            "args",
            metavar="ARG",
            nargs=argparse.REMAINDER,
            help="the script's arguments; behind a manifest write -- before",
        )
        parser.add_argument("--no-follow", action="store_true", help="end when the cluster has the job")
        parser.add_argument("--wait", action="store_true", help="until the job's end, without its output")
        parser.add_argument("--replace", action="store_true", help="delete the job of that name first")
        parser.add_argument("-q", "--quiet", action="store_true", help="no progress, only failures")
        fields = parser.add_argument_group("fields of the manifest, over which these win")
        fields.add_argument("--name", metavar="NAME", help="the job's name")
        fields.add_argument("-e", "--executors", metavar="N", type=_count, help="executors.instances")
        fields.add_argument("--executor-cores", metavar="N", type=_count, help="executors.cores")
        fields.add_argument("-m", "--memory", metavar="SIZE", help="executors.memory, such as 2Gi")
        fields.add_argument("--driver-memory", metavar="SIZE", help="driver.memory")
        fields.add_argument("--image", metavar="IMAGE", help="python.image")
        fields.add_argument("-c", "--conf", metavar="KEY=VALUE", action="append", default=[], help="a setting of Spark")
        fields.add_argument("-r", "--requirement", metavar="REQ", action="append", default=[], help="a Python package")
        fields.add_argument(
            "--env",
            metavar="NAME[=VALUE]",
            action="append",
            default=[],
            help="a variable; without a value, this shell's",
        )

    @staticmethod
    def _logs(parser: argparse.ArgumentParser) -> None:
        parser.add_argument("-f", "--follow", action="store_true", help="what comes, too, until the job's end")
        which = parser.add_mutually_exclusive_group()
        which.add_argument("--script", action="store_true", help="the script's output alone, as it is")
        which.add_argument("-d", "--driver", action="store_true", help="the driver's containers")
        which.add_argument("-e", "--executor", metavar="N", type=_count, help="those of that executor")
        parser.add_argument("-c", "--container", choices=["python", "jvm"], help="containers of that name")
        parser.add_argument("--since", metavar="DURATION", help="not what is older, such as 90s or 1h")
        parser.add_argument("--tail", metavar="LINES", type=_count, help="of what is there the last lines of each")


def _count(text: str) -> int:
    if not text.isdigit():
        raise argparse.ArgumentTypeError(f"has to be a whole number of at least 0, not {text!r}")
    return int(text)


def _job_name(text: str) -> str:
    name = text.removeprefix("pyjob/").removeprefix("pj/").removeprefix("pyjob.pyjob.io/")
    if not name or name.startswith("-"):
        raise argparse.ArgumentTypeError("has to be a job's name")
    return name


def overview(program: str, is_plugin: bool) -> str:
    """What `--help` says."""
    rows = [*COMMANDS.items()]
    if is_plugin:
        rows[0] = ("run", rows[0][1])
    lines = [f"usage: {program} COMMAND [OPTION...]", "", "Runs PySpark jobs on Kubernetes, and on one machine."]
    lines += ["", "On a cluster, by way of kubectl:"]
    lines += [f"  {name.ljust(12)}{text}" for name, text in rows]
    lines += ["", "On this machine:"]
    lines += [f"  {name.ljust(12)}{text}" for name, text in LOCAL.items() if not (is_plugin and name == "run")]
    lines += [
        "",
        f"`{program} COMMAND --help` tells of each. kubectl's options (-n, --context, --kubeconfig) are passed on.",
    ]
    return "\n".join(lines)
