"""Makes the Python that the job's containers run: a virtual environment for each set of requirements."""

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from .cache import locked
from .say import SetupError, say
from .spark import VERSION, write_metadata

# What Arrow-based functions need; PySpark 4.2 does not fully support pandas 3.
BASE = ("pyarrow>=18", "pandas>=2.2,<3", "numpy>=1.26")
_WHOLE = ".pyjob-complete"


def ensure_environment(cache: Path, requirements: tuple[str, ...]) -> Path:
    """The folder of an environment that has the base packages and ``requirements``; made if it is not there."""
    wanted = [*BASE, *requirements]
    asked = json.dumps([sys.version, os.path.realpath(sys.executable), wanted, VERSION])
    folder = cache / "env" / hashlib.sha256(asked.encode()).hexdigest()[:16]
    if not (folder / _WHOLE).exists():
        with locked(folder.with_suffix(".lock"), "making the same Python environment"):
            if not (folder / _WHOLE).exists():
                _make(folder, wanted)
    return folder


def _make(folder: Path, wanted: list[str]) -> None:
    say(f"making a Python environment with {', '.join(wanted)} (once; it is kept in {folder})")
    shutil.rmtree(folder, ignore_errors=True)  # an interrupted run may have left a part
    python = folder / "bin" / "python"
    # Without pip of its own: Debian's python3 can do that without further packages, and our pip serves.
    _step([sys.executable, "-m", "venv", "--without-pip", str(folder)], "no virtual environment could be made")
    pip = [sys.executable, "-m", "pip", "--python", str(python), "--disable-pip-version-check", "install", "-q"]
    try:
        # PySpark comes with the job's runtime: what needs it finds it installed.
        with tempfile.TemporaryDirectory(prefix="pyjob-pip-") as pyspark:
            write_metadata(Path(pyspark))
            path = os.pathsep.join(filter(None, [pyspark, os.environ.get("PYTHONPATH")]))
            _step(
                [*pip, "--progress-bar", "off", *wanted],
                f"the packages {', '.join(wanted)} could not be installed; "
                "check spec.python.requirements and that pip (>= 22.3; apt-get install python3-pip) reaches its index",
                {**os.environ, "PYTHONPATH": path},
            )
    except SetupError:
        shutil.rmtree(folder, ignore_errors=True)
        raise
    (folder / _WHOLE).touch()


def _step(command: list[str], failed: str, env: dict[str, str] | None = None) -> None:
    run = subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, env=env, check=False)
    if run.returncode != 0:
        raise SetupError(f"{failed} (`{' '.join(command[1:4])} ...` exited with {run.returncode}, see above)")
