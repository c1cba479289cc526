"""Gets Apache Spark: its jars and its Python sources, of one and the same version."""

import importlib.util
import os
import subprocess
import sys
import tarfile
import zipfile
from dataclasses import dataclass
from pathlib import Path

from .cache import locked, made_whole
from .say import SetupError, say

VERSION = "4.2.0"
_SHA256 = "5ad689d53570ee1674193fd4f9bda065f0db3be9363a27d2a3406cc457b70b61"
_CORE_JAR = f"spark-core_2.13-{VERSION}.jar"


@dataclass(frozen=True)
class Spark:
    """A Spark of the right version on this machine.

    ``jars`` is Spark's folder of jars; ``python`` a folder with the packages pyspark and py4j.
    """

    jars: Path
    python: Path


@dataclass(frozen=True)
class _Found:
    jars: Path
    archives: Path  # holds pyspark.zip and py4j-*.zip


def ensure_spark(cache: Path) -> Spark:
    """Find Spark in $SPARK_HOME, in an installed pyspark, or in the cache; else fetch it into the cache."""
    found = _in_spark_home() or _installed()
    own = cache / f"spark-{VERSION}"
    # Apart from our own Spark's folder, which is there as a whole or not at all.
    python = cache / f"pyspark-{VERSION}" if found else own / "python"
    made = python if found else own
    if not made.exists():
        with locked(cache / f"{made.name}.lock", f"getting Spark {VERSION}"):
            if not made.exists():
                with made_whole(made) as part:
                    if found:
                        _unpack_python(found.archives, part)
                    else:
                        _fetch(cache, part)
    return Spark(found.jars if found else own / "jars", python)


def write_metadata(folder: Path) -> None:
    """Have Python's own tools know of the PySpark in ``folder``, as after `pip install pyspark`.

    Libraries ask importlib.metadata for its version, and pip does not fetch 450 MB for a package that needs it.
    """
    info = folder / f"pyspark-{VERSION}.dist-info"
    info.mkdir()
    (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: pyspark\nVersion: {VERSION}\n")


def ensure_examples(cache: Path) -> Path:
    """Spark's own Python examples and their data: a folder with `examples` and `data`, as in the source package.

    They come with the Spark of the cache; beside another Spark they are fetched alone.
    """
    fetched = cache / f"spark-{VERSION}"
    if (fetched / "examples").exists():
        return fetched
    made = cache / f"spark-{VERSION}-examples"
    if not made.exists():
        with locked(cache / f"{made.name}.lock", f"getting the examples of Spark {VERSION}"):
            if not made.exists():
                with made_whole(made) as part:
                    _fetch_examples(part)
    return made


def _in_spark_home() -> _Found | None:
    home = os.environ.get("SPARK_HOME")
    if not home:
        return None
    found = _Found(Path(home, "jars"), Path(home, "python", "lib"))
    if _is_whole(found):
        return found
    say(f"SPARK_HOME={home} is not a Spark {VERSION} with Python sources: not used")
    return None


def _installed() -> _Found | None:
    spec = importlib.util.find_spec("pyspark")
    for place in (spec.submodule_search_locations or []) if spec else []:
        found = _Found(Path(place, "jars"), Path(place, "python", "lib"))
        if _is_whole(found):
            return found
    return None


def _is_whole(found: _Found) -> bool:
    return (found.jars / _CORE_JAR).exists() and (found.archives / "pyspark.zip").exists()


def _fetch(cache: Path, into: Path) -> None:
    say(f"getting Apache Spark {VERSION} (450 MB, once; it is kept in {cache})")
    archive = _download(into)
    say("unpacking Spark")
    _unpack(archive, into)
    archive.unlink()


def _fetch_examples(into: Path) -> None:
    say(f"getting the examples of Apache Spark {VERSION} (450 MB, of which 10 are kept)")
    archive = _download(into)
    with tarfile.open(archive, "r|gz") as tar:
        for member in tar:
            _unpack_example(tar, member, into)
    archive.unlink()
    if not (into / "examples" / "pi.py").exists():
        raise SetupError(f"{archive.name} holds no examples: not the source distribution of pyspark {VERSION}")


def _download(into: Path) -> Path:
    """The source distribution of pyspark, checked."""
    # pip knows the user's index, proxy and certificates, checks the hash and shows its own progress.
    pin = into / "requirement.txt"
    pin.write_text(f"pyspark=={VERSION} --hash=sha256:{_SHA256}\n")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "--no-cache-dir"]
    command += ["--no-deps", "--no-binary", "pyspark", "--require-hashes"]
    command += ["-r", str(pin), "-d", str(into)]
    # The archive's own set-up script is of no interest here: pip calls it only for the package's metadata.
    fetched = subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False).returncode
    archive = into / f"pyspark-{VERSION}.tar.gz"
    if fetched != 0 or not archive.exists():
        raise SetupError(
            f"Spark {VERSION} could not be fetched: `{' '.join(command[:4])} ...` exited with {fetched} "
            f"(see above). Mend that and run again, or set SPARK_HOME to a Spark {VERSION}"
        )
    pin.unlink()
    return archive


def _unpack(archive: Path, into: Path) -> None:
    top = f"pyspark-{VERSION}/"
    lib = into / "lib"
    targets = {"deps/jars": into / "jars", "deps/bin": into / "bin", "lib": lib}
    for target in targets.values():
        target.mkdir()
    with tarfile.open(archive, "r|gz") as tar:
        for member in tar:
            folder, _, name = member.name.removeprefix(top).rpartition("/")
            if folder in targets and member.isfile():
                _write(tar, member, targets[folder] / name)
            else:
                _unpack_example(tar, member, into)
    if not (into / "jars" / _CORE_JAR).exists():
        raise SetupError(f"{archive} holds no {_CORE_JAR}: not the source distribution of pyspark {VERSION}")
    _unpack_python(lib, into / "python")


def _unpack_example(tar: tarfile.TarFile, member: tarfile.TarInfo, into: Path) -> None:
    folder, _, name = member.name.partition("/deps/")
    if member.isfile() and "/" not in folder and name.startswith(("examples/", "data/")):
        _write(tar, member, into / name)


def _write(tar: tarfile.TarFile, member: tarfile.TarInfo, target: Path) -> None:
    source = tar.extractfile(member)
    assert source is not None  # it is a regular file
    target.parent.mkdir(parents=True, exist_ok=True)
    with source, open(target, "wb") as out:
        while chunk := source.read(1 << 20):
            out.write(chunk)
    target.chmod(member.mode & 0o755)


def _unpack_python(archives: Path, into: Path) -> None:
    into.mkdir(exist_ok=True)
    for archive in sorted(archives.glob("*.zip")):
        if archive.name == "pyspark.zip" or archive.name.startswith("py4j-"):
            with zipfile.ZipFile(archive) as packed:
                packed.extractall(into)
