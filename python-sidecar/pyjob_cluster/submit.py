"""`pyjob submit`, which `kubectl pyjob` also calls `run`: gives a job to the cluster and follows it to its end."""

import json
import os
import shlex
from dataclasses import dataclass
from pathlib import Path

from . import manifest, words
from .display import Display, now, say
from .follow import Followed, Follower
from .job import Job
from .kubectl import Json, Kubectl, Refused
from .logs import SCRIPT
from .manifest import Overrides
from .pods import Container, Pod

NOT_THE_SCRIPTS_FAULT = 70
DELETED = 143


@dataclass(frozen=True)
class How:
    """What to do beside giving the job to the cluster. ``program`` is how a user calls this one."""

    program: str
    follow: bool = True
    wait: bool = False
    replace: bool = False
    quiet: bool = False


def submit(kubectl: Kubectl, file: str, overrides: Overrides, how: How) -> int:
    """Create the job, follow it; the exit code is the script's."""
    objects = _objects(kubectl, file)
    tree = manifest.overridden(manifest.the_job(objects, file), overrides, dict(os.environ))
    namespace = str((tree.get("metadata") or {}).get("namespace") or "")
    kubectl = kubectl.within(namespace) if namespace else kubectl
    commands = " ".join([how.program, "{}", *map(shlex.quote, kubectl.options)])
    others = [other for other in objects if other.get("kind") != "PyJob"]
    job = _given(kubectl, others, tree, how, "create" if manifest.is_script(file) else "apply")
    if not how.follow and not how.wait:
        say(f"{job.name} is on the cluster. `{commands.format('logs -f ' + job.name)}` follows it")
        return 0
    display = Display(how.quiet)

    def write(_pod: Pod, _container: Container, line: bytes) -> None:
        display.write(line)

    try:
        followed = Follower(kubectl, job, display, SCRIPT if how.follow else None, write).follow()
    except KeyboardInterrupt:
        say(f"no longer followed; {job.name} goes on")
        say(f"`{commands.format('logs -f ' + job.name)}` follows it again")
        say(f"`{commands.format('cancel ' + job.name)}` ends it")
        return 130
    return _tell(followed, how.quiet, commands.format("describe " + job.name))


def _objects(kubectl: Kubectl, file: str) -> list[Json]:
    if file == "-" or not manifest.is_script(file):
        if file != "-" and not file.startswith(("http://", "https://")) and not Path(file).exists():
            raise Refused(f"there is no file {file}")
        # kubectl reads YAML, and Python's own library does not. A client's dry run sends nothing; what is wrong in the
        # manifest the server says, when it is applied.
        found = kubectl.objects("create", "--dry-run=client", "--validate=false", "-f", file)
        return manifest.without_status(found)
    try:
        return [manifest.of_script(file, Path(file).read_text(encoding="utf-8"))]
    except OSError as error:
        raise Refused(f"{file} cannot be read: {error.strerror}") from error
    except UnicodeDecodeError:
        raise Refused(f"{file} is no text in UTF-8") from None


def _given(kubectl: Kubectl, others: list[Json], tree: Json, how: How, verb: str) -> Job:
    """The job as it is on the cluster. To apply keeps a copy in the object, for which a long script has no room."""
    if others:
        kubectl.text("apply", "-f", "-", given=_list(others))
    name = str((tree.get("metadata") or {}).get("name") or "")
    if not name:  # generateName, which apply does not take
        return Job.of(kubectl.objects("create", "-f", "-", given=json.dumps(tree))[0])
    there = [Job.of(found) for found in kubectl.objects("get", "pyjob", name, "--ignore-not-found") if found]
    if there and how.replace:
        kubectl.text("delete", "pyjob", name, "--wait=true")
    elif there and there[0].is_over:
        raise Refused(
            f"{name} is there already and has ended ({there[0].phase}). --replace deletes it first, with its logs; "
            "--name gives the new one another name"
        )
    elif there:
        say(f"{name} is there already and runs; it is followed, and not started again")
        verb = "apply"  # the server says what differs, if something does
    return Job.of(kubectl.objects(verb, "-f", "-", given=json.dumps(tree))[0])


def _list(objects: list[Json]) -> str:
    return json.dumps({"apiVersion": "v1", "kind": "List", "items": objects})


def _tell(followed: Followed, quiet: bool, describe: str) -> int:
    job = followed.job
    if followed.is_deleted:
        say(f"{job.name} was deleted")
        return DELETED
    after = words.took(job.duration(now()) or 0)
    if job.phase == "Succeeded":
        if not quiet:
            say(f"{job.name} succeeded in {after}")
        return 0
    last = (job.message.strip().splitlines() or [job.reason])[0]
    say(f"{job.name} {'failed' if job.phase == 'Failed' else 'was cancelled'} after {after}: {last}")
    say(f"`{describe}` tells more")
    return job.exit_code or NOT_THE_SCRIPTS_FAULT
