"""Files of the job's own (spec.python.pyFiles, archives and files, spec.jvm.jars) as the script's container has them.

Modules are on the script's path before its first line, as under spark-submit. Executors get both from Spark, with the
settings that spark-submit has for them; see _files.
"""

from __future__ import annotations

import os

from pyjob._failure import CannotStart, Failure
from pyjob._files import matching

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyjob._config import RunConfig

EXIT_CODE = 78


def provide(config: RunConfig) -> list[str]:
    """The entries for sys.path. Raises CannotStart for a file that is not there."""
    entries = []
    for file in config.py_files:
        path = _fetched(file, config.pod.modules)
        if path is None:
            continue  # where only Spark can read: there once a SparkContext is
        _need(path, "python.pyFiles")
        entries.append(_importable(path, config.pod.modules))
    for archive in config.archives:
        if "://" not in archive:
            _need(archive.partition("#")[0], "python.archives")
    for field, files in (("python.files", config.files), ("jvm.jars", config.jars)):
        for file in files:
            if ":/" not in file:
                for path in matching(file):
                    _need(path, field)
    return list(dict.fromkeys(entries))


def settings(config: RunConfig) -> dict[str, tuple[str, ...]]:
    """What Spark is told."""
    told = {
        "spark.submit.pyFiles": config.py_files,
        "spark.archives": config.archives,
        "spark.files": config.files,
        "spark.jars": config.jars,
    }
    return {key: files for key, files in told.items() if files}


def _fetched(file: str, folder: str) -> str | None:
    if file.startswith(("http://", "https://")):
        from pyjob import _download

        return _download.fetch(file, folder, "a module of spec.python.pyFiles")
    return None if "://" in file else file


def _need(path: str, field: str) -> None:
    if not os.path.isfile(path):
        raise CannotStart(
            Failure(
                f"spec.{field}: there is no file {path} in the script's container",
                "Relative paths begin where the image of spec.python.image works (WORKDIR), in a local run where the "
                "manifest is." + (" A jar of the runtime image is local:/path." if field == "jvm.jars" else ""),
            ),
            EXIT_CODE,
        )


def _importable(path: str, folder: str) -> str:
    """A zip file is a folder to Python; a module needs one that has nothing else in it."""
    if not path.endswith(".py"):
        return path
    os.makedirs(folder, mode=0o700, exist_ok=True)
    link = os.path.join(folder, os.path.basename(path))
    if os.path.realpath(link) != os.path.realpath(path):
        if os.path.lexists(link):
            os.unlink(link)
        os.symlink(path, link)
    return folder
