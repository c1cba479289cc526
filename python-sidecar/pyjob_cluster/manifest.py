"""What `submit` gives to the cluster: a manifest's objects, or those of a script that has none. Pure."""

import copy
import os
import re
from collections.abc import Sequence
from dataclasses import dataclass

from .kubectl import Json, Refused

LONGEST_SCRIPT = 250_000
_API_VERSION = "pyjob.io/v1alpha1"


@dataclass(frozen=True)
class Overrides:
    """Options that name a field of the manifest, and win over it."""

    name: str | None = None
    executors: int | None = None
    executor_cores: int | None = None
    memory: str | None = None
    driver_memory: str | None = None
    image: str | None = None
    conf: tuple[str, ...] = ()
    requirements: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    args: tuple[str, ...] = ()


def is_script(file: str) -> bool:
    """Whether that is a script, and not a manifest."""
    return file.endswith(".py")


def of_script(file: str, text: str) -> Json:
    """The PyJob of a script that has no manifest: the script is in it, and everything has its default."""
    if len(text) > LONGEST_SCRIPT:
        raise Refused(
            f"{file} has {len(text)} characters, and a manifest takes {LONGEST_SCRIPT}. Let script.path of a manifest "
            "name a file of your image, or script.url an address"
        )
    return {
        "apiVersion": _API_VERSION,
        "kind": "PyJob",
        "metadata": {"name": job_name(file)},
        "spec": {"script": {"inline": text}},
    }


def job_name(script: str) -> str:
    """A valid name that reminds of the script's."""
    file = os.path.basename(script).removesuffix(".py")
    return re.sub(r"[^a-z0-9]", "-", file.lower()).strip("-")[:253].strip("-") or "script"


def the_job(objects: list[Json], file: str) -> Json:
    """The one PyJob among the manifest's objects."""
    jobs = [tree for tree in objects if tree.get("kind") == "PyJob"]
    if len(jobs) != 1:
        raise Refused(f"{file} has {len(jobs)} PyJobs, and only one can be followed; kubectl apply takes any number")
    return jobs[0]


def overridden(job: Json, overrides: Overrides, environment: dict[str, str]) -> Json:
    """The job with what the options say."""
    result = copy.deepcopy(job)
    spec = result.setdefault("spec", {})

    def part(*path: str) -> Json:
        at: Json = spec
        for name in path:
            at[name] = at.get(name) or {}
            at = at[name]
        return at

    if overrides.name is not None:
        result.setdefault("metadata", {})["name"] = overrides.name
        result["metadata"].pop("generateName", None)
    for value, path, field in (
        (overrides.executors, ("executors",), "instances"),
        (overrides.executor_cores, ("executors",), "cores"),
        (overrides.memory, ("executors",), "memory"),
        (overrides.driver_memory, ("driver",), "memory"),
        (overrides.image, ("python",), "image"),
    ):
        if value is not None:
            part(*path)[field] = value
    if overrides.conf:
        part("conf").update(_pair(setting, "--conf") for setting in overrides.conf)
    if overrides.requirements:
        python = part("python")
        python["requirements"] = [*(python.get("requirements") or []), *overrides.requirements]
    if overrides.env:
        python = part("python")
        given = dict(_variable(text, environment) for text in overrides.env)
        kept = [variable for variable in python.get("env") or [] if variable.get("name") not in given]
        python["env"] = [*kept, *({"name": name, "value": value} for name, value in given.items())]
    if overrides.args:
        spec["args"] = list(overrides.args)
    return result


def _pair(text: str, option: str) -> tuple[str, str]:
    key, equals, value = text.partition("=")
    if not equals or not key:
        raise Refused(f"{option} {text}: it has to be KEY=VALUE")
    return key, value


def _variable(text: str, environment: dict[str, str]) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if equals:
        return name, value
    if name not in environment:
        raise Refused(f"--env {name}: this shell has no such variable; say --env {name}=VALUE")
    return name, environment[name]


def without_status(objects: Sequence[Json]) -> list[Json]:
    """What can be applied: without what a client's dry run adds."""
    kept = []
    for tree in objects:
        plain = {key: value for key, value in tree.items() if key != "status"}
        metadata = dict(plain.get("metadata") or {})
        metadata.pop("creationTimestamp", None)
        kept.append({**plain, "metadata": metadata})
    return kept
