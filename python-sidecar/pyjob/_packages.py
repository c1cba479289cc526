"""Sees to it that a Python container has the packages that its job requires, before anything of the job is imported.

What the image has is taken. What it lacks is installed into an environment in the pod's volume, which has the image's
packages too, and the container goes on in that environment's Python: so a container whose image has all pays for one
look. What the two containers of a pod, and the pods of a job, need to know of it is in docs/protocol.md.
"""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass

from pyjob import _requirements
from pyjob._config import PodDirectory
from pyjob._failure import CannotStart, Failure
from pyjob._log import log
from pyjob._requirements_text import entries, is_option

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

EXIT_CODE = 78
#: Set for the script, which tells the executors' JVMs by way of Spark's settings.
LOCK_VARIABLE = "PYJOB_PACKAGES"
CREDENTIALS = ("PYJOB_INDEX_USERNAME", "PYJOB_INDEX_PASSWORD")
_MEMORY = "raise spec.driver.python.memory or spec.executors.python.memory"


@dataclass(frozen=True)
class Index:
    """Where packages come from: pip's options, from the fields of spec.python.index."""

    url: str = ""
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False
    username: str = ""
    password: str = ""

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> Index:
        """From the variables that the pod has."""
        return cls(
            url=env.get("PYJOB_INDEX_URL", ""),
            extra=_lines(env, "PYJOB_INDEX_EXTRA"),
            find_links=(*_lines(env, "PYJOB_WHEELS"), *_lines(env, "PYJOB_FIND_LINKS")),
            no_index=env.get("PYJOB_NO_INDEX") == "1",
            username=env.get("PYJOB_INDEX_USERNAME", ""),
            password=env.get("PYJOB_INDEX_PASSWORD", ""),
        )


def ensure(env: Mapping[str, str]) -> None:
    """Return with all that the job requires, here or by starting this program anew in the Python that has it.

    Raises CannotStart, ConfigError.
    """
    pod = PodDirectory.from_env(env)
    brought = env.get("PYJOB_ENVIRONMENT", "")
    if brought and os.path.realpath(sys.prefix) not in map(os.path.realpath, (pod.unpacked, pod.environment)):
        from pyjob import _unpack

        _go_on_in(_unpack.unpack(brought, pod))
    inline, named = env.get("PYJOB_REQUIREMENTS", "").splitlines(), env.get("PYJOB_REQUIREMENTS_FILE", "")
    requirements = [*inline, *_read(named)]
    wanted = entries(requirements)
    if os.path.realpath(sys.prefix) == os.path.realpath(pod.environment):
        _announce(pod, _lock(wanted, pod.environment))
        return
    if os.path.exists(pod.environment_whole):
        _go_on_in(pod.environment)  # a container that was restarted
    findings = [_look(requirement) for requirement in wanted]
    _refuse_ours(wanted, findings)
    if all(finding.is_met for finding in findings):
        _announce(pod, _lock(wanted, None))
        return
    _refuse_second_try(pod)
    from pyjob import _install  # only where there is something to install

    log(f"this image lacks {_several(wanted, findings)}: installing into the pod's volume")
    _install.install(requirements, Index.from_env(env), pod)
    _go_on_in(pod.environment)


def tell_failure(env: Mapping[str, str], failure: Failure) -> None:
    """For an executor's JVM, which waits for the packages: they will not come."""
    pod = PodDirectory.from_env(env)
    os.makedirs(pod.run, mode=0o700, exist_ok=True)
    _write_whole(pod.no_packages_file, f"{failure.headline}\n{failure.details}".rstrip("\n") + "\n")


def _look(requirement: str) -> _requirements.Finding:
    if is_option(requirement):
        return _requirements.Finding()
    return _requirements.look(requirement, _requirements.installed, _requirements.needs)


def _refuse_ours(wanted: list[str], findings: list[_requirements.Finding]) -> None:
    for requirement, finding in zip(wanted, findings, strict=True):
        if finding.is_ours and not finding.is_met:
            raise CannotStart(
                Failure(
                    f"spec.python.requirements asks for {requirement}, and there is {finding.version or 'none'}: "
                    f"{finding.name} comes with PyJob, in the version of its Spark",
                    "Leave it out, or ask for that version.",
                ),
                EXIT_CODE,
            )


def _refuse_second_try(pod: PodDirectory) -> None:
    """A container that ended while it installed would do so again, for ever."""
    if os.path.exists(pod.installing_file):
        raise CannotStart(
            Failure(
                "the container ended while spec.python.requirements were being installed, "
                f"probably for too much memory: {_MEMORY}"
            ),
            EXIT_CODE,
        )


def _several(wanted: Iterable[str], findings: Iterable[_requirements.Finding]) -> str:
    lacking = [
        f"{requirement} (it has {finding.version})" if finding.version else requirement
        for requirement, finding in zip(wanted, findings, strict=True)
        if not finding.is_met
    ]
    return ", ".join(lacking[:5]) + (f" and {len(lacking) - 5} more" if len(lacking) > 5 else "")


def _lock(wanted: Iterable[str], environment: str | None) -> list[str]:
    """The versions of what is required and of all that was installed for it, sorted."""
    versions = {
        _requirements.normal(finding.name): finding.version
        for finding in map(_look, wanted)
        if finding.version is not None
    }
    required = [f"{name}=={version}" for name, version in versions.items()]
    return sorted({*required, *(installed_in(environment) if environment is not None else ())})


def installed_in(environment: str) -> list[str]:
    """The packages that an environment has itself, `name==version`, sorted."""
    from importlib import metadata

    found = metadata.distributions(path=[site_of(environment)])
    named = ((each.metadata["Name"], each.version) for each in found)
    return sorted(f"{_requirements.normal(name)}=={version}" for name, version in named if name)


def _announce(pod: PodDirectory, lock: list[str]) -> None:
    _forget_credentials()
    os.environ[LOCK_VARIABLE] = ",".join(lock)
    os.makedirs(pod.run, mode=0o700, exist_ok=True)
    _write_whole(pod.packages_file, "".join(f"{line}\n" for line in lock))


def _go_on_in(environment: str) -> None:
    """Replace this process by the same program in the environment's Python."""
    _forget_credentials()
    python = os.path.join(environment, "bin", "python3")
    os.environ["VIRTUAL_ENV"] = environment
    os.environ["PATH"] = os.pathsep.join([os.path.join(environment, "bin"), os.environ.get("PATH", os.defpath)])
    os.execv(python, [python, *sys.orig_argv[1:]])


def _forget_credentials() -> None:
    """The script and its functions have no use for them."""
    for name in CREDENTIALS:
        os.environ.pop(name, None)


def site_of(environment: str) -> str:
    """The folder of an environment's own packages."""
    version = f"python{sys.version_info.major}.{sys.version_info.minor}"
    return os.path.join(environment, "lib", version, "site-packages")


def _read(path: str) -> list[str]:
    if not path:
        return []
    try:
        with open(path, encoding="utf-8-sig") as file:
            return file.read().splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise CannotStart(
            Failure(f"spec.python.requirementsFrom: {path} cannot be read: {error}"), EXIT_CODE
        ) from error


def _lines(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(line for line in env.get(name, "").splitlines() if line)


def _write_whole(path: str, text: str) -> None:
    """Whoever waits for the file never sees a part of it."""
    part = f"{path}.part"
    with open(part, "w", encoding="utf-8") as file:
        file.write(text)
    os.replace(part, path)
