"""Builds our own modules with Maven when their jars are missing or older than their sources."""

import os
import re
import shutil
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

from .cache import locked
from .say import SetupError, say

VERSION = "0.1.0-SNAPSHOT"
MODULES = ("crds", "operator", "runtime-executor", "runtime-driver")


def jar(project: Path, module: str) -> Path:
    """The jar that Maven makes of a module."""
    return project / module / "target" / f"{module}-{VERSION}.jar"


def ensure_built(project: Path) -> None:
    """Build the modules unless they are up to date."""
    if _is_fresh(project):
        return
    with locked(project / "target" / "build.lock", "building PyJob"):
        if not _is_fresh(project):
            _build(project)


def _is_fresh(project: Path) -> bool:
    for module in MODULES:
        made = _modified(jar(project, module))
        if made is None or any(
            (changed := _modified(source)) is not None and changed > made for source in _sources(project, module)
        ):
            return False
    return (project / "operator" / "target" / "lib").is_dir()


def _sources(project: Path, module: str) -> Iterator[Path]:
    yield project / "pom.xml"
    yield project / module / "pom.xml"
    if module == "operator":  # its jar carries this file
        yield project / "python-sidecar" / "pyjob" / "bootstrap.py"
    for folder, _, files in os.walk(project / module / "src" / "main"):
        for file in files:
            yield Path(folder, file)


def _modified(path: Path) -> float | None:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return None


def find_maven() -> str:
    """The `mvn` on the PATH."""
    maven = shutil.which("mvn")
    if maven is None:
        raise SetupError("Maven is needed to build PyJob, and there is no `mvn` on the PATH: apt-get install maven")
    return maven


def _build(project: Path) -> None:
    maven = find_maven()
    say("building PyJob with Maven (once, and after changes)")
    start = time.time()
    log = project / "target" / "build.log"
    command = [maven, "-B", "-Dmaven.test.skip=true", "-pl", ",".join(MODULES), "package"]
    with (
        open(log, "w") as out,
        subprocess.Popen(
            command, cwd=project, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        ) as maven_run,
    ):
        assert maven_run.stdout is not None
        for line in maven_run.stdout:
            out.write(line)
            begun = re.search(r"Building (PyJob: .+?) \d\S* +(\[\d+/\d+\])", line)
            if begun:
                say(f"  {begun.group(2)} {begun.group(1)}")
    code = maven_run.returncode
    if code != 0:
        errors = [line for line in log.read_text().splitlines() if line.startswith("[ERROR]")]
        raise SetupError("\n".join([f"the build failed (mvn exited with {code}); the whole log: {log}", *errors[:20]]))
    # An up-to-date jar is not written again: mark it as checked. A source saved during the build is newer than that.
    for module in MODULES:
        os.utime(jar(project, module), (start, start))
