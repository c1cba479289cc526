from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from pyjob_local.environment import BASE, Index, ensure_environment
from pyjob_local.say import SetupError
from pyjob_local.spark import VERSION

# Stands in for pip: writes down what it is asked for, and fails for a package that there is not.
PIP = """
import os, sys
from importlib.metadata import version
with open(os.environ["PIP_CALLS"] + ".pyspark", "w") as file:
    file.write(version("pyspark"))
with open(sys.argv[-1]) as file:
    wanted = file.read().splitlines()
with open(os.environ["PIP_CALLS"], "a") as calls:
    calls.write(" ".join([*sys.argv[1:-2], *wanted]) + "\\n")
sys.exit(9 if "no-such-package" in wanted else 0)
"""


@pytest.fixture
def calls(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What pip has been asked for, a line each."""
    package = tmp_path / "fake" / "pip"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "__main__.py").write_text(PIP)
    monkeypatch.setenv("PYTHONPATH", str(package.parent))
    monkeypatch.setenv("PIP_CALLS", str(tmp_path / "calls"))
    return tmp_path / "calls"


def test_an_environment_is_made_once_for_its_requirements(tmp_path: Path, calls: Path) -> None:
    cache = tmp_path / "cache"
    folder = ensure_environment(cache, ("tomli==2.0.1",))
    assert ensure_environment(cache, ("tomli==2.0.1",)) == folder
    call = calls.read_text()
    assert call.count("\n") == 1
    assert call.startswith(f"--python {folder}/bin/python ")
    assert call.endswith(f"{' '.join(BASE)} tomli==2.0.1\n")
    version = subprocess.run([folder / "bin" / "python3", "-V"], capture_output=True, text=True, check=True).stdout
    assert version.split()[1] == ".".join(map(str, sys.version_info[:3]))


def test_packages_come_from_where_the_manifest_says(tmp_path: Path, calls: Path) -> None:
    index = Index("http://pypi.example.com/simple", ("https://b/simple",), ("/wheels",), no_index=True)
    folder = ensure_environment(tmp_path / "cache", ("a",), index)
    assert ensure_environment(tmp_path / "cache", ("a",)) != folder
    base, own, _ = calls.read_text().splitlines()
    assert base.endswith(f" install -q --progress-bar off {' '.join(BASE)}")
    assert own.endswith(
        " install -q --progress-bar off --index-url http://pypi.example.com/simple --extra-index-url https://b/simple "
        "--find-links /wheels --trusted-host pypi.example.com --no-index a"
    )


def test_a_hash_is_asked_of_the_requirements_only(tmp_path: Path, calls: Path) -> None:
    ensure_environment(tmp_path / "cache", ("a==1 --hash=sha256:00",))
    base, own = calls.read_text().splitlines()
    assert base.endswith(f" off {' '.join(BASE)}")
    assert own.endswith(" off a==1 --hash=sha256:00")


def test_pip_takes_pyspark_for_installed(tmp_path: Path, calls: Path) -> None:
    ensure_environment(tmp_path / "cache", ("needs-pyspark",))
    assert Path(f"{calls}.pyspark").read_text() == VERSION


def test_other_requirements_or_another_order_are_another_environment(tmp_path: Path, calls: Path) -> None:
    cache = tmp_path / "cache"
    folders = {ensure_environment(cache, wanted) for wanted in [(), ("a",), ("a", "b"), ("b", "a"), ("a b",)]}
    assert len(folders) == 5
    assert calls.read_text().count("\n") == 5


def test_a_part_that_an_interrupted_run_left_is_made_anew(tmp_path: Path, calls: Path) -> None:
    cache = tmp_path / "cache"
    folder = ensure_environment(cache, ())
    (folder / ".pyjob-complete").unlink()
    (folder / "half").touch()
    assert ensure_environment(cache, ()) == folder
    assert not (folder / "half").exists()
    assert calls.read_text().count("\n") == 2


def test_a_package_that_cannot_be_installed_is_told_and_leaves_nothing(tmp_path: Path, calls: Path) -> None:
    with pytest.raises(SetupError, match=r"no-such-package could not be installed; .*spec\.python\.requirements"):
        ensure_environment(tmp_path / "cache", ("no-such-package",))
    assert calls.exists()
    assert all(name.endswith(".lock") for name in os.listdir(tmp_path / "cache" / "env"))
