"""Lays out PYJOB_HOME on this machine, as the runtime image has it: class paths, Python tree, start-up archives."""

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from .build import jar
from .cache import locked, made_whole
from .jars import copy_without, is_signature, is_signed
from .say import say
from .spark import Spark, write_metadata

_KEPT = 3
_LAYOUT = 2
"""Counts the ways in which this module has laid a runtime out."""
SPARK_ROLES = ("driver", "executor")
ROLES = (*SPARK_ROLES, "launcher")
"""The JVMs of a local run; a fourth, ``operator``, is only in an image."""

_LOCAL_ONLY = "picocli-"
_RUNTIME_MODULES = ("runtime-driver", "runtime-executor")
_LAUNCHER_MODULES = ("operator", "crds")


@dataclass(frozen=True)
class Runtime:
    """One PYJOB_HOME: ``<role>.args`` for ``java @file``, and ``python/``, ready to be a pod's code folder."""

    home: Path
    java: Path

    def arguments(self, role: str) -> Path:
        """The argument file of a JVM's role."""
        return self.home / f"{role}.args"


def ensure_runtime(
    project: Path, cache: Path, java: Path, spark: Spark, train: Callable[[Runtime], None] | None
) -> Runtime:
    """The runtime of exactly these jars, this Java and this Spark; laid out, and its JVMs trained, if it is new.

    ``train`` runs a job with the runtime so that its JVMs leave archives of their classes; without
    those the JVMs only start slower.
    """
    runtime = Runtime(cache / "runtime" / _key(project, java, spark), java)
    trained = runtime.home / "cds"
    if not trained.exists():
        with locked(runtime.home.with_suffix(".lock"), "laying out the same runtime"):
            if not runtime.home.exists():
                with made_whole(runtime.home) as part:
                    _lay_out(project, spark, part, runtime)
            if train is not None and not trained.exists():
                train_jvms(runtime, train)
                _forget_old(runtime)
    return runtime


def _key(project: Path, java: Path, spark: Spark) -> str:
    """Differs when anything differs that goes into a runtime; costs a few milliseconds."""
    digest = hashlib.sha256(f"{_LAYOUT}\n{java}\n{spark}\n".encode())
    release = java / "release"
    digest.update(release.read_bytes() if release.exists() else b"")
    contents = [jar(project, module) for module in (*_RUNTIME_MODULES, *_LAUNCHER_MODULES)]
    contents += sorted((project / "python-sidecar" / "pyjob").glob("*.py"))
    contents.append(_options(project))
    for file in contents:
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    for library in _libraries(project):
        digest.update(f"{library.name} {library.stat().st_size}\n".encode())
    return digest.hexdigest()[:16]


def _options(project: Path) -> Path:
    return project / "runtime-executor" / "jvm-options.txt"


def _libraries(project: Path) -> list[Path]:
    return sorted((project / "operator" / "target" / "lib").glob("*.jar"))


def _lay_out(project: Path, spark: Spark, part: Path, runtime: Runtime) -> None:
    lay_out_python(project, part / "python")
    for package in ("pyspark", "py4j"):
        os.symlink(spark.python / package, part / "python" / package)
    lay_out_jvms(project, part, runtime.home, _spark_jars(spark, part, runtime.home), ROLES)


def _spark_jars(spark: Spark, into: Path, home: Path) -> list[str]:
    """Spark's jars where they are, but for copies without signatures: only so their classes get into an archive."""
    unsigned = into / "spark"
    unsigned.mkdir()
    class_path = []
    for jar_file in sorted(spark.jars.glob("*.jar")):
        if is_signed(jar_file):
            copy_without(jar_file, is_signature, unsigned / jar_file.name)
            class_path.append(str(home / "spark" / jar_file.name))
        else:
            class_path.append(str(jar_file))
    return class_path


def lay_out_python(project: Path, code: Path) -> None:
    """Make ``code`` a pod's code folder, but for PySpark and Py4J."""
    code.mkdir()
    shutil.copytree(project / "python-sidecar" / "pyjob", code / "pyjob", ignore=shutil.ignore_patterns("__pycache__"))
    write_metadata(code)
    (code / ".ready").touch()


def archive_at_exit(home: Path, role: str) -> str:
    """The option of a JVM in training."""
    return f"-XX:ArchiveClassesAtExit={home}/cds.part/{role}.jsa"


def use_archive(archive: Path | str) -> str:
    """The lines of a ``java @file`` for a JVM that starts from an archive; it says so itself if it cannot."""
    return f'"-Dpyjob.startArchive={archive}"\n"-XX:SharedArchiveFile={archive}"\n'


def lay_out_jvms(
    project: Path,
    into: Path,
    home: Path,
    spark_jars: Sequence[str],
    roles: Sequence[str],
    training: Callable[[Path, str], str] | None = archive_at_exit,
) -> None:
    """Copy our jars of these roles, and write the roles' arguments, for a PYJOB_HOME that will lie at ``home``.

    ``training`` gives the option of a JVM in training; None if there will be none.
    """
    # Class-data archives hold only for the very same jars: so they are copied out of the build's way.
    libraries = {file.name: file for file in _libraries(project) if not file.name.startswith("crds-")}
    own = {f"{module}.jar": jar(project, module) for module in (*_RUNTIME_MODULES, *_LAUNCHER_MODULES)} | libraries
    names = {
        "driver": ["runtime-driver.jar", "runtime-executor.jar"],
        "executor": ["runtime-driver.jar", "runtime-executor.jar"],  # the same, so that one archive can serve both
        "launcher": ["operator.jar", "crds.jar", *libraries],
        "operator": ["operator.jar", "crds.jar", *(name for name in libraries if not name.startswith(_LOCAL_ONLY))],
    }
    (into / "jars").mkdir()
    for name in sorted({name for role in roles for name in names[role]}):
        shutil.copy2(own[name], into / "jars" / name)
    for role in roles:
        class_path = [str(home / "jars" / name) for name in names[role]]
        flags = _flags(role)
        if role in SPARK_ROLES:
            class_path += spark_jars
            flags = [*_options(project).read_text().split(), *flags]
        elif role == "operator":
            flags = [*(project / "operator" / "jvm-options.txt").read_text().split(), *flags]
        _write_arguments(into / f"{role}.args", class_path, flags)
        if training is not None:
            _write_arguments(into / f"{role}.train.args", class_path, [*flags, training(home, role)])


def _flags(role: str) -> list[str]:
    # A JVM that cannot use an archive starts all the same. -Xlog:disable would end what users log into files, too.
    quiet = ["-Xlog:all=error"]
    if role != "launcher":
        return quiet
    # It lives for one job and computes little.
    return [*quiet, "-Dslf4j.internal.verbosity=ERROR", "-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC", "-Xmx256m"]


def _write_arguments(file: Path, class_path: list[str], flags: list[str]) -> None:
    """Write a ``java @file``; in it a backslash or quote inside quotes is escaped."""
    escaped = (flag.replace("\\", "\\\\").replace('"', '\\"') for flag in ["-cp", ":".join(class_path), *flags])
    file.write_text("".join(f'"{flag}"\n' for flag in escaped))


def train_jvms(runtime: Runtime, train: Callable[[Runtime], None]) -> None:
    """Let ``train`` run a job, and have the JVMs use the archives that it leaves."""
    say("making start-up archives for the JVMs (once, and after changes of the code)")
    part = runtime.home / "cds.part"
    shutil.rmtree(part, ignore_errors=True)
    part.mkdir()
    train(runtime)
    missing = [role for role in ROLES if not (part / f"{role}.jsa").exists()]
    if missing:
        say(f"no start-up archive was made for: {', '.join(missing)}. Jobs run, and start slower")
    for role in set(ROLES) - set(missing):
        arguments = runtime.arguments(role)
        archive = f"{runtime.home}/cds/{role}.jsa"
        lines = [line for line in arguments.read_text().splitlines(keepends=True) if archive not in line]
        replaced = arguments.with_suffix(".args.new")
        replaced.write_text("".join(lines) + use_archive(archive))
        os.replace(replaced, arguments)
    os.rename(part, runtime.home / "cds")


def _forget_old(runtime: Runtime) -> None:
    """Remove runtimes of earlier code, but the newest few, and none that a run is using."""
    homes = sorted(runtime.home.parent.glob("*/driver.args"), key=lambda file: file.stat().st_mtime, reverse=True)
    for arguments in homes[_KEPT:]:
        with contextlib.suppress(BlockingIOError), in_use(arguments.parent, fcntl.LOCK_EX | fcntl.LOCK_NB):
            shutil.rmtree(arguments.parent, ignore_errors=True)
            arguments.parent.with_suffix(".lock").unlink(missing_ok=True)


@contextlib.contextmanager
def in_use(home: Path, how: int = fcntl.LOCK_SH) -> Iterator[None]:
    """Hold a runtime's folder: shared by runs that use it, alone by who removes it."""
    with open(home / "in-use", "a") as lock:
        fcntl.flock(lock, how)
        yield
