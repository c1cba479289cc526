"""Stock PySpark beside PyJob: the same Spark and the same Python, started by Spark's own spark-submit."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyjob_local.spark import Spark


def link(spark: Spark, home: Path) -> None:
    """Make a SPARK_HOME of that folder."""
    for part in ("jars", "bin"):
        (home / part).symlink_to(spark.jars.parent / part)


@contextmanager
def new_home(spark: Spark, folder: Path | None = None) -> Iterator[Path]:
    """A SPARK_HOME for one run, below `folder` if there is one: executors leave their logs in it."""
    with tempfile.TemporaryDirectory(prefix="pyjob-stock-", dir=folder) as name:
        link(spark, Path(name))
        yield Path(name)


def submit(home: Path, sources: Path, python: Path, master: str) -> tuple[list[str], dict[str, str]]:
    """The command, to be followed by options and the script, and its environment."""
    return [str(home / "bin" / "spark-submit"), "--master", master], {
        "SPARK_HOME": str(home),
        "PYTHONPATH": str(sources),
        "PYSPARK_PYTHON": str(python),
        "PYSPARK_DRIVER_PYTHON": str(python),
    }
