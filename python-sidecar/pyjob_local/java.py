"""Finds the Java that everything runs on."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from .say import SetupError

OLDEST = 17


def find_java() -> Path:
    """The home of $JAVA_HOME's or the PATH's Java, links resolved.

    Reads the version from the JDK's own ``release`` file, so that no JVM has to start for it.
    """
    named = os.environ.get("JAVA_HOME")
    program = Path(named, "bin", "java") if named else Path(shutil.which("java") or "java")
    if not program.exists():
        where = f"JAVA_HOME={named} has no bin/java" if named else "there is no `jvm` on the PATH"
        raise SetupError(f"Java {OLDEST} or newer is needed: {where}. apt-get install openjdk-17-jdk-headless")
    home = program.resolve().parent.parent
    version = java_version(home)
    if version < OLDEST:
        raise SetupError(f"Java {OLDEST} or newer is needed: {home} is Java {version}. Set JAVA_HOME to a newer one")
    return home


def java_version(home: Path) -> int:
    """The feature version (17, 21, ...) of the Java at ``home``."""
    try:
        text = (home / "release").read_text()
    except OSError:
        text = _said_by(home / "bin" / "java").replace('version "', 'JAVA_VERSION="')
    found = re.search(r'JAVA_VERSION="(\d+)(?:\.(\d+))?', text)
    if found is None:
        raise SetupError(f"{home} does not say which Java it is. Set JAVA_HOME to a JDK {OLDEST} or newer")
    major = int(found.group(1))
    return int(found.group(2) or 0) if major == 1 else major


def _said_by(java: Path) -> str:
    try:
        return subprocess.run([java, "-version"], capture_output=True, text=True, check=False).stderr
    except OSError:  # `jvm` on the PATH is a script that chooses one, and lies in no JDK
        return ""
