"""Lays out the folders that the images are built from."""

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from pyjob_local.build import find_maven
from pyjob_local.runtime import SPARK_ROLES, lay_out_jvms, lay_out_python
from pyjob_local.say import SetupError
from pyjob_local.spark import Spark

from .archive import list_classes
from .jars import Selection, beside, copy_jar, is_ours
from .layout import HOME, OPERATOR_HOME, SPARK_JARS

# One time for all files: layers with the same files are the same, wherever and whenever they are built.
_TIME = 1767225600
_COPY = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies"
_NO_BYTECODE = shutil.ignore_patterns("__pycache__", "*.pyc")
# Each pod gets a copy of PySpark's sources: without its own tests it is half as large.
_NOT_FOR_JOBS = shutil.ignore_patterns("__pycache__", "*.pyc", "tests")


def stage_runtime(project: Path, spark: Spark, pip: Path, into: Path) -> None:
    """Lay out the runtime image's context; `pip` is a wheel, for jobs whose Python image has none."""
    with _made_anew(into):
        _stage_runtime(project, spark, pip, into)


def stage_s3(project: Path, spark: Spark, into: Path) -> None:
    """Lay out the context of the runtime image that reads and writes s3a://."""
    with _made_anew(into):
        fetched = into / "fetched"
        command = [find_maven(), "-B", "-q", "-f", str(project / "images" / "runtime-s3" / "pom.xml"), _COPY]
        command += [f"-DoutputDirectory={fetched}", "-DincludeScope=runtime"]
        done = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False)
        if done.returncode != 0:
            raise SetupError(f"the jars for s3a:// could not be fetched: mvn exited with {done.returncode} (see above)")
        jars = into / "jars"
        jars.mkdir()
        for file in beside(fetched.glob("*.jar"), spark.jars.glob("*.jar"), Selection.read(_lists(project))):
            copy_jar(file, jars)
        shutil.rmtree(fetched)


def stage_operator(project: Path, into: Path) -> None:
    """Lay out the operator image's context."""
    with _made_anew(into):
        _stage_operator(project, into)


def stage_python(project: Path, into: Path) -> None:
    """Lay out the default Python image's context."""
    with _made_anew(into):
        _stage_python(project, into)


@contextlib.contextmanager
def _made_anew(into: Path) -> Iterator[None]:
    shutil.rmtree(into, ignore_errors=True)
    into.mkdir(parents=True)
    yield
    for folder, _, files in os.walk(into, topdown=False):
        for file in files:
            _settle(Path(folder, file))
        _settle(Path(folder))


def _lists(project: Path) -> Path:
    return project / "images" / "runtime"


def _stage_runtime(project: Path, spark: Spark, pip: Path, into: Path) -> None:
    jars = into / "spark"
    jars.mkdir()
    for file in Selection.read(_lists(project)).of(spark.jars.glob("*.jar")):
        if is_ours(file):
            copy_jar(file, jars)
    for package in ("pyspark", "py4j"):
        shutil.copytree(spark.python / package, into / "python" / package, ignore=_NOT_FOR_JOBS)
    shutil.copyfile(pip, into / "python" / "pip.whl")

    own = into / "own"
    own.mkdir()
    spark_jars = sorted(str(SPARK_JARS / file.name) for file in jars.iterdir())
    lay_out_python(project, own / "python")
    lay_out_jvms(project, own, HOME, spark_jars, SPARK_ROLES, list_classes)
    _stage_examples_data(project, into / "data")

    # Only for the training run: the launcher, and what starts it.
    training = into / "training"
    training.mkdir()
    lay_out_jvms(project, training, HOME, spark_jars, ("launcher",), list_classes)
    for role in SPARK_ROLES:
        (own / f"{role}.train.args").rename(training / f"{role}.train.args")
    _stage_programs(project, training / "train")


def _stage_operator(project: Path, into: Path) -> None:
    own = into / "own"
    own.mkdir()
    lay_out_jvms(project, own, OPERATOR_HOME, [], ("operator",), None)
    # Layers of their own: libraries change with their versions, our jars with each commit.
    libraries = into / "libraries"
    libraries.mkdir()
    for file in sorted((own / "jars").iterdir()):
        if file.name not in ("operator.jar", "crds.jar"):
            file.rename(libraries / file.name)


def _stage_python(project: Path, into: Path) -> None:
    examples = into / "examples"
    examples.mkdir()
    shutil.copyfile(project / "images" / "python" / "requirements.txt", into / "requirements.txt")
    for script in sorted((project / "examples").glob("*/*.py")):
        shutil.copyfile(script, examples / script.name)
    _stage_examples_data(project, examples / "data")


def _stage_programs(project: Path, into: Path) -> None:
    """What carries out a training run, in a stage of the image's build."""
    for package in ("pyjob_local", "pyjob_images"):
        shutil.copytree(project / "python-sidecar" / package, into / package, ignore=_NO_BYTECODE)


def _stage_examples_data(project: Path, into: Path) -> None:
    """All examples' data in one folder, as Spark's own image has them."""
    into.mkdir(parents=True)
    for data in sorted((project / "examples").glob("*/data")):
        shutil.copytree(data, into, dirs_exist_ok=True)


def _settle(path: Path) -> None:
    path.chmod(0o755 if path.is_dir() or os.access(path, os.X_OK) else 0o644)
    os.utime(path, (_TIME, _TIME))
