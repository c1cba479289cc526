from __future__ import annotations

import io
import os
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

from pyjob_local.say import SetupError
from pyjob_local.spark import VERSION, Spark, _unpack, ensure_examples, ensure_spark

CORE = f"spark-core_2.13-{VERSION}.jar"
PACKAGES = {"pyspark.zip": "pyspark/__init__.py", "py4j-0.10.9.9-src.zip": "py4j/__init__.py"}


def zipped(name: str) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr(name, f"# {name}\n")
    return packed.getvalue()


def sdist(file: Path, core: str = CORE) -> Path:
    """A small archive as pyspark's source distribution is."""
    contents = {
        "PKG-INFO": b"Name: pyspark",
        f"deps/jars/{core}": b"core",
        "deps/jars/jackson.jar": b"jackson",
        "deps/examples/pi.py": b"",
        "deps/examples/sql/basic.py": b"",
        "deps/data/mllib/points.txt": b"1 2",
        "pyspark/__init__.py": b"",
        "lib/other.zip": b"not even a zip",
        **{f"lib/{name}": zipped(member) for name, member in PACKAGES.items()},
    }
    with tarfile.open(file, "w:gz") as tar:
        for name, data in contents.items():
            member = tarfile.TarInfo(f"pyspark-{VERSION}/{name}")
            member.size = len(data)
            tar.addfile(member, io.BytesIO(data))
        link = tarfile.TarInfo(f"pyspark-{VERSION}/deps/jars/link.jar")
        link.type, link.linkname = tarfile.SYMTYPE, "/etc/passwd"
        tar.addfile(link)
    return file


def distribution(home: Path, lib: str = "python/lib", version: str = VERSION) -> Path:
    """A Spark as people install it."""
    (home / "jars").mkdir(parents=True)
    (home / "jars" / f"spark-core_2.13-{version}.jar").touch()
    (home / lib).mkdir(parents=True)
    for name, member in PACKAGES.items():
        (home / lib / name).write_bytes(zipped(member))
    return home


@pytest.fixture(autouse=True)
def no_spark_of_this_machine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SPARK_HOME", raising=False)
    monkeypatch.setattr(sys, "path", [entry for entry in sys.path if not (Path(entry) / "pyspark").exists()])


def test_the_source_distribution_is_unpacked_to_its_jars_and_packages(tmp_path: Path) -> None:
    into = tmp_path / "spark"
    into.mkdir()
    _unpack(sdist(tmp_path / "pyspark.tar.gz"), into)
    assert sorted(os.listdir(into / "jars")) == ["jackson.jar", CORE]
    assert sorted(os.listdir(into / "python")) == ["py4j", "pyspark"]
    assert (into / "python" / "pyspark" / "__init__.py").read_text() == "# pyspark/__init__.py\n"


def test_an_archive_without_the_right_core_is_refused(tmp_path: Path) -> None:
    into = tmp_path / "spark"
    into.mkdir()
    archive = sdist(tmp_path / "pyspark.tar.gz", "spark-core_2.13-3.5.0.jar")
    with pytest.raises(SetupError, match=f"holds no {CORE}: not the source distribution of pyspark {VERSION}"):
        _unpack(archive, into)


def test_the_spark_of_spark_home_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = distribution(tmp_path / "home")
    cache = tmp_path / "cache"
    monkeypatch.setenv("SPARK_HOME", str(home))
    spark = ensure_spark(cache)
    assert spark.jars == home / "jars"
    assert sorted(os.listdir(spark.python)) == ["py4j", "pyspark"]
    assert ensure_spark(cache) == spark


def test_an_installed_pyspark_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = distribution(tmp_path / "site" / "pyspark")
    (package / "__init__.py").write_text("raise AssertionError('nobody needs to import it')\n")
    monkeypatch.syspath_prepend(str(package.parent))
    assert ensure_spark(tmp_path / "cache").jars == package / "jars"


def test_the_cache_is_used_when_spark_home_is_of_another_version(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("SPARK_HOME", str(distribution(tmp_path / "home", version="3.5.0")))
    own = tmp_path / "cache" / f"spark-{VERSION}"
    (own / "jars").mkdir(parents=True)
    (own / "python").mkdir()
    assert ensure_spark(tmp_path / "cache") == Spark(own / "jars", own / "python")
    assert (
        f"SPARK_HOME={tmp_path}/home is not a Spark {VERSION} with Python sources: not used" in capfd.readouterr().err
    )


# Stands in for `python -m pip download`: brings the archive that a test made.
PIP = """
import shutil, sys
arguments = sys.argv[1:]
requirement = open(arguments[arguments.index("-r") + 1]).read()
assert requirement.startswith("pyspark=={version} --hash=sha256:"), requirement
assert "--require-hashes" in arguments
shutil.copy({archive!r}, arguments[arguments.index("-d") + 1])
"""


def pip(folder: Path, program: str) -> str:
    """A folder from which `-m pip` runs this program."""
    (folder / "pip").mkdir(parents=True)
    (folder / "pip" / "__init__.py").touch()
    (folder / "pip" / "__main__.py").write_text(program)
    return str(folder)


def test_spark_is_fetched_also_where_another_one_was_used_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    cache = tmp_path / "cache"
    monkeypatch.setenv("SPARK_HOME", str(distribution(tmp_path / "home")))
    ensure_spark(cache)
    monkeypatch.delenv("SPARK_HOME")
    archive = sdist(tmp_path / f"pyspark-{VERSION}.tar.gz")
    monkeypatch.setenv("PYTHONPATH", pip(tmp_path / "pip", PIP.format(version=VERSION, archive=str(archive))))
    spark = ensure_spark(cache)
    assert spark == Spark(cache / f"spark-{VERSION}" / "jars", cache / f"spark-{VERSION}" / "python")
    assert sorted(os.listdir(cache / f"spark-{VERSION}")) == ["bin", "data", "examples", "jars", "lib", "python"]
    assert sorted(os.listdir(spark.python)) == ["py4j", "pyspark"]


def test_examples_come_with_a_spark_that_was_fetched(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    archive = sdist(tmp_path / f"pyspark-{VERSION}.tar.gz")
    monkeypatch.setenv("PYTHONPATH", pip(tmp_path / "pip", PIP.format(version=VERSION, archive=str(archive))))
    ensure_spark(cache)
    archive.unlink()
    package = ensure_examples(cache)
    assert (package / "examples" / "sql" / "basic.py").exists()
    assert (package / "data" / "mllib" / "points.txt").read_text() == "1 2"


def test_examples_are_fetched_beside_another_spark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    cache = tmp_path / "cache"
    archive = sdist(tmp_path / f"pyspark-{VERSION}.tar.gz")
    monkeypatch.setenv("PYTHONPATH", pip(tmp_path / "pip", PIP.format(version=VERSION, archive=str(archive))))
    package = ensure_examples(cache)
    assert sorted(os.listdir(package)) == ["data", "examples"]
    assert sorted(os.listdir(package / "examples")) == ["pi.py", "sql"]


def test_a_failed_fetch_is_told_and_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYTHONPATH", pip(tmp_path / "pip", "raise SystemExit(9)"))
    with pytest.raises(SetupError, match=r"could not be fetched: .* exited with 9 .* or set SPARK_HOME"):
        ensure_spark(tmp_path / "cache")
    assert os.listdir(tmp_path / "cache") == [f"spark-{VERSION}.lock"]
