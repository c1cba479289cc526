"""What `pyjob` does when it is asked about a cluster."""

import argparse
import io
import os
import signal
import sys
from pathlib import Path
from types import FrameType

from . import change, completion, describe, front, logs, submit, ui, words
from .commands import LOCAL, PLUGIN, PLUGIN_COMPLETION, similar
from .display import Display, now, say
from .follow import Follower
from .job import Job
from .kubectl import Kubectl, Refused
from .logs import Choice
from .manifest import Overrides
from .options import CommandLine, overview
from .pods import DRIVER, EXECUTOR


def main(called: str, argv: list[str]) -> int:
    """Run one command; the exit code."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")  # a bar is no reason to end where the terminal has no such character
    name = os.path.basename(called)
    is_plugin = name in {PLUGIN, PLUGIN_COMPLETION}
    program = "kubectl pyjob" if is_plugin else "pyjob"
    line = CommandLine(program, is_plugin)
    if name == PLUGIN_COMPLETION:
        argv = ["__complete", *argv]
    if argv[:1] == ["__complete"]:
        answer = completion.complete(argv[1:], line, lambda: completion.names_of(Kubectl(tuple(line.kubectl))))
        print("\n".join(answer))
        return 0
    if not argv or argv[0] in {"-h", "--help", "help"}:
        print(overview(program, is_plugin), file=sys.stdout if argv else sys.stderr)
        return 0 if argv else 2
    if argv[0] in {"-V", "--version"}:
        print("pyjob", version())
        return 0
    if not argv[0].startswith("-") and argv[0] not in line.commands:
        say(f"there is no command {argv[0]}{similar(argv[0], {*line.commands, *LOCAL})}")
        return 2
    options = line.read(argv)
    kubectl = Kubectl(tuple(line.kubectl))
    signal.signal(signal.SIGTERM, _terminated)
    try:
        return _run(kubectl, options, program)
    except Refused as refused:
        say(str(refused))
        return 1
    except KeyboardInterrupt:
        return 130
    except BrokenPipeError:  # nobody reads any more: pyjob list | head
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        return 0


def version() -> str:
    """The project's version, which its chart has."""
    chart = Path(__file__).parents[2] / "charts" / "pyjob" / "Chart.yaml"
    return next(line.split()[1] for line in chart.read_text().splitlines() if line.startswith("version:"))


def _terminated(_number: int, _frame: FrameType | None) -> None:
    raise SystemExit(143)


def _run(kubectl: Kubectl, options: argparse.Namespace, program: str) -> int:
    match options.command:
        case "submit":
            return _submit(kubectl, options, program)
        case "completion":
            sys.stdout.write(completion.SCRIPTS[options.shell])
            return 0
        case "list":
            return _list(kubectl, options)
    if options.command == "ui":
        return _ui(kubectl, options)
    job = _job(kubectl, options.name)
    match options.command:
        case "status":
            return _status(kubectl, job, options.watch)
        case "logs":
            return logs.show(kubectl, job, _choice(options), _of_logs(options), options.follow)
        case "describe":
            return describe.show(kubectl, job)
        case "scale":
            return change.scale(kubectl, job, options.executors, options.wait)
        case "cancel":
            return change.cancel(kubectl, job, not options.no_wait)
    raise AssertionError(options.command)


def _job(kubectl: Kubectl, name: str) -> Job:
    return Job.of(kubectl.objects("get", "pyjob", name)[0])


def _ui(kubectl: Kubectl, options: argparse.Namespace) -> int:
    """A job that runs is shown by its driver; one that has ended or is gone by its event log, through the proxy."""
    wish = front.Wish(options.port, options.open, options.proxy, options.service_account)
    try:
        job = _job(kubectl, options.name)
    except Refused as refused:
        if not (refused.is_missing and front.is_there(kubectl, options.proxy)):
            raise
        return front.show(kubectl, front.namespace_of(kubectl), options.name, wish)
    if job.is_over or options.proxy is not None:
        return front.show(kubectl, job.namespace, job.name, wish)
    return ui.show(kubectl, job, options.port, options.timeout, options.open)


def _submit(kubectl: Kubectl, options: argparse.Namespace, program: str) -> int:
    overrides = Overrides(
        name=options.name,
        executors=options.executors,
        executor_cores=options.executor_cores,
        memory=options.memory,
        driver_memory=options.driver_memory,
        image=options.image,
        conf=tuple(options.conf),
        requirements=tuple(options.requirement),
        env=tuple(options.env),
        args=tuple(options.args),
    )
    how = submit.How(
        program=program,
        follow=not (options.no_follow or options.wait),
        wait=options.wait,
        replace=options.replace,
        quiet=options.quiet,
    )
    return submit.submit(kubectl, options.file, overrides, how)


def _list(kubectl: Kubectl, options: argparse.Namespace) -> int:
    chosen = ["-l", options.selector] if options.selector else []
    every = ["--all-namespaces"] if options.all_namespaces else []
    jobs = [Job.of(tree) for tree in kubectl.objects("get", "pyjobs", *every, *chosen)]
    if not jobs:
        say("there are no jobs" + ("" if every else " in this namespace; -A shows those of all namespaces"))
        return 0
    for line in words.listing(jobs, now(), options.all_namespaces):
        print(line)
    return 0


def _status(kubectl: Kubectl, job: Job, watch: bool) -> int:
    if watch and not job.is_over:
        followed = Follower(kubectl, job, Display(quiet=False)).follow()
        if followed.is_deleted:
            say(f"{job.name} was deleted")
            return 1
        job = followed.job
    for line in words.status(job, now()):
        print(line)
    return 0


def _choice(options: argparse.Namespace) -> Choice:
    if options.script:
        return logs.SCRIPT
    role = DRIVER if options.driver else EXECUTOR if options.executor is not None else None
    return Choice(role, options.executor, options.container)


def _of_logs(options: argparse.Namespace) -> tuple[str, ...]:
    since = () if options.since is None else (f"--since={options.since}",)
    return since if options.tail is None else (*since, f"--tail={options.tail}")
