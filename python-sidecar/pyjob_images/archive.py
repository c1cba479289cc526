"""Makes a class-data archive from lists of the classes that JVMs in training have loaded.

Lists are written as classes are loaded. An archive that a JVM leaves at its exit takes many seconds there, and on a
busy machine its pod does not wait so long.
"""

import subprocess
from collections.abc import Sequence
from pathlib import Path

from pyjob_local.runtime import use_archive

from .layout import JAVA


def class_list(home: Path, role: str) -> Path:
    """Where a JVM in training leaves its list."""
    return home / "training" / f"{role}.classes"


def list_classes(home: Path, role: str) -> str:
    """The option of a JVM in training."""
    return f"-XX:DumpLoadedClassList={class_list(home, role)}"


def make_archive(home: Path, roles: Sequence[str], archive: Path) -> None:
    """Make one archive of all classes that JVMs of these roles have loaded, and have them use it."""
    lines = [line for role in roles for line in class_list(home, role).read_text().splitlines()]
    merged = home / "training" / "all.classes"
    merged.write_text("".join(f"{line}\n" for line in dict.fromkeys(lines) if not line.startswith("#")))
    archive.parent.mkdir(exist_ok=True)
    command = [str(JAVA / "bin" / "java"), f"@{home / roles[0]}.args", "-Xshare:dump"]
    command += [f"-XX:SharedClassListFile={merged}", f"-XX:SharedArchiveFile={archive}"]
    subprocess.run(command, check=True)
    for role in roles:
        arguments = home / f"{role}.args"
        arguments.write_text(arguments.read_text() + use_archive(archive))
