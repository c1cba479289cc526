"""Makes the Python that the job's containers run: a virtual environment for each set of requirements."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import urllib.parse
from dataclasses import dataclass
from pathlib import Path

from .cache import locked
from .say import SetupError, say
from .spark import VERSION, write_metadata

# What Arrow-based functions need; PySpark 4.2 does not fully support pandas 3.
BASE = ("pyarrow>=18", "pandas>=2.2,<3", "numpy>=1.26")
_WHOLE = ".pyjob-complete"


@dataclass(frozen=True)
class Index:
    """Where packages come from, besides what pip's own settings say: spec.python.index."""

    url: str | None = None
    extra: tuple[str, ...] = ()
    find_links: tuple[str, ...] = ()
    no_index: bool = False

    def options(self) -> list[str]:
        """For pip's command line."""
        options = ["--index-url", self.url] if self.url else []
        for url in self.extra:
            options += ["--extra-index-url", url]
        for link in self.find_links:
            options += ["--find-links", link]
        for url in filter(None, (self.url, *self.extra, *self.find_links)):
            if url.startswith("http://"):  # as in a pod: who writes such an address trusts it
                options += ["--trusted-host", urllib.parse.urlsplit(url).netloc]
        return [*options, *(["--no-index"] if self.no_index else [])]


ANYWHERE = Index()


def ensure_environment(cache: Path, requirements: tuple[str, ...], index: Index = ANYWHERE) -> Path:
    """The folder of an environment that has the base packages and ``requirements``; made if it is not there.

    The requirements are the lines of a file for pip.
    """
    asked: list[object] = [sys.version, os.path.realpath(sys.executable), [*BASE, *requirements], VERSION]
    if index != ANYWHERE:
        asked.append(index.options())
    asked += [os.stat(line).st_mtime_ns for line in requirements if line.endswith(".whl") and os.path.exists(line)]
    folder = cache / "env" / hashlib.sha256(json.dumps(asked).encode()).hexdigest()[:16]
    if not (folder / _WHOLE).exists():
        with locked(folder.with_suffix(".lock"), "making the same Python environment"):
            if not (folder / _WHOLE).exists():
                _make(folder, requirements, index)
    return folder


def _make(folder: Path, requirements: tuple[str, ...], index: Index) -> None:
    wanted = [*BASE, *(line for line in requirements if line.strip() and not line.lstrip().startswith("#"))]
    say(f"making a Python environment with {', '.join(wanted)} (once; it is kept in {folder})")
    shutil.rmtree(folder, ignore_errors=True)  # an interrupted run may have left a part
    # Without pip of its own: Debian's python3 can do that without further packages, and our pip serves.
    _step([sys.executable, "-m", "venv", "--without-pip", str(folder)], "no virtual environment could be made")
    try:
        # Where one requirement has a hash, pip wants one for all: the base packages have none. And the manifest's index
        # need not have them.
        if index != ANYWHERE or any("--hash" in line for line in requirements):
            _install(folder, list(BASE), ANYWHERE)
            _install(folder, list(requirements), index)
        else:
            _install(folder, [*BASE, *requirements], index)
    except SetupError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    (folder / _WHOLE).touch()


def _install(folder: Path, lines: list[str], index: Index) -> None:
    pip = [sys.executable, "-m", "pip", "--python", str(folder / "bin" / "python"), "--disable-pip-version-check"]
    pip += ["install", "-q", "--progress-bar", "off", *index.options()]
    # PySpark comes with the job's runtime: what needs it finds it installed.
    with tempfile.TemporaryDirectory(prefix="pyjob-pip-") as own:
        write_metadata(Path(own))
        path = os.pathsep.join(filter(None, [own, os.environ.get("PYTHONPATH")]))
        file = Path(own, "requirements.txt")
        file.write_text("".join(f"{line}\n" for line in lines))
        _step(
            [*pip, "-r", str(file)],
            f"the packages {', '.join(filter(None, lines))} could not be installed; check spec.python.requirements and "
            "spec.python.index, and that pip (>= 22.3; apt-get install python3-pip) reaches its index",
            {**os.environ, "PYTHONPATH": path},
        )


def _step(command: list[str], failed: str, env: dict[str, str] | None = None) -> None:
    run = subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, env=env, check=False)
    if run.returncode != 0:
        raise SetupError(f"{failed} (`{' '.join(command[1:4])} ...` exited with {run.returncode}, see above)")
