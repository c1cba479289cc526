"""Files that a script adds to its job: the JVM reads them, in a container that may not have them.

So SparkContext is told of a copy in the pod's volume, at the same path below its folder `added`. A path that this
container does not have is passed on as it is, for Spark to judge.
"""

from __future__ import annotations

import errno
import os

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import ModuleType
    from typing import Any

#: Settings that name files to add, separated by commas, which the JVM does as it makes a context.
_SETTINGS = ("spark.jars", "spark.files", "spark.archives", "spark.submit.pyFiles")
#: What Spark does not have executors fetch by itself, but for its own spark-submit.
_PY_FILES = "spark.submit.pyFiles"
#: The source is this container's own business then; that Spark cannot read it is said by Spark.
_NOT_READABLE = (errno.EACCES, errno.EPERM, errno.ENOENT, errno.ELOOP)


#: What Spark says, in several ways, of a file that is not where it looks for it.
_MISSING = ("does not exist", "FileNotFoundException", "NoSuchFileException", "FILE_NOT_EXIST")


def only_here(error: str) -> str | None:
    """What to do about an error of Spark's that misses a file which this container has; None for all other errors."""
    if "file:/" not in error or not any(word in error for word in _MISSING):
        return None
    from urllib.parse import unquote

    for piece in error.split("file:/")[1:]:
        path = unquote("/" + piece.lstrip("/").split(maxsplit=1)[0].rstrip(".,;:'\"`)]}")) if piece.strip("/ ") else "/"
        if path != "/" and os.path.exists(path):
            return (
                f"{path} is in the script's container, but Spark looked for it in another: data has to be where all "
                "pods reach it; sc.addFile gives them a small file"
            )
    return None


def share_added_files(
    context: ModuleType, added: str, volume: str, declared: Mapping[str, Sequence[str]] | None = None
) -> None:
    """Have SparkContext, of the module `pyspark.core.context`, add files of this container by way of `added`.

    Nothing below `volume` is copied: both containers have it. Files that are `declared`, by setting, go with those that
    the settings name.
    """
    cls: Any = context.SparkContext
    shelf = Shelf(added, volume)
    add_file, add_archive, initialize = cls.addFile, cls.addArchive, cls._initialize_context

    def with_shared_files(self: Any, jconf: Any) -> Any:
        for key, files in (declared or {}).items():
            before = [path for path in (jconf.get(key).split(",") if jconf.contains(key) else []) if path.strip()]
            jconf.set(key, ",".join(dict.fromkeys([*before, *files])))
        for key in _SETTINGS:
            if jconf.contains(key):
                paths = [path for named in jconf.get(key).split(",") for path in matching(named.strip())]
                jconf.set(key, ",".join(shelf.share(path, fragment=True) for path in paths))
        if jconf.contains(_PY_FILES):
            before = [jconf.get("spark.files")] if jconf.contains("spark.files") else []
            jconf.set("spark.files", ",".join(dict.fromkeys(",".join([*before, jconf.get(_PY_FILES)]).split(","))))
        return initialize(self, jconf)

    _replace(cls, "addFile", lambda self, path, recursive=False: add_file(self, shelf.share(path), recursive))
    _replace(cls, "addArchive", lambda self, path: add_archive(self, shelf.share(path, fragment=True)))
    _replace(cls, "_initialize_context", with_shared_files)


def _replace(cls: Any, name: str, function: Any) -> None:
    original = getattr(cls, name)
    for attribute in ("__module__", "__name__", "__qualname__", "__doc__"):
        setattr(function, attribute, getattr(original, attribute))
    function.__wrapped__ = original
    setattr(cls, name, function)


class Shelf:
    """The folder of the copies."""

    def __init__(self, added: str, volume: str) -> None:
        self._added = added
        self._volume = os.path.join(os.path.realpath(volume), "")

    def share(self, path: Any, *, fragment: bool = False) -> Any:
        """A path for the JVM of what `path`, a path or a URL, names here; `path` itself where that is nothing.

        With `fragment`, what follows a # is the name that executors shall see.
        """
        if not isinstance(path, str):
            return path  # Spark's words for it will do
        source, mark, name = path.partition("#") if fragment else (path, "", "")
        local = _local(source)
        if local is None or not os.path.exists(local):
            return path
        local = os.path.abspath(local)
        if os.path.realpath(local).startswith(self._volume):
            return path if os.path.isabs(source) or source.startswith("file:") else local + mark + name
        copy = self._added + local
        try:
            if os.path.isdir(local):
                os.makedirs(copy, exist_ok=True)  # empty: Spark takes no folders, in its own words
            else:
                _put(local, copy)
        except OSError as error:
            if error.errno in _NOT_READABLE and not os.access(local, os.R_OK):
                return path
            raise
        return copy + mark + name


def _local(path: str) -> str | None:
    """The file that a path, or a `file:` URL, means; None for what is elsewhere, or nothing."""
    scheme, colon, rest = path.partition(":")
    if not colon or not scheme.isascii() or not scheme.isalnum() or not scheme[0].isalpha():
        return path or None
    if scheme != "file":
        return path if os.path.exists(path) else None  # a colon in the name of a file
    from urllib.parse import unquote

    if rest.startswith("//"):
        host, slash, rest = rest[2:].partition("/")
        if host not in ("", "localhost"):
            return None
        rest = slash + rest
    return unquote(rest) if rest.startswith("/") else None


def matching(pattern: str) -> list[str]:
    """The files here that a path with wildcards means, as spark-submit takes them; else what was given."""
    local = _local(pattern)
    if local is None or not any(mark in local for mark in "*?[") or os.path.exists(local):
        return [pattern]
    import glob

    return sorted(glob.glob(local)) or [pattern]


def _put(source: str, copy: str) -> None:
    """Make `copy` the same as `source`, unless it is: by a hard link, which takes no room, where there can be one."""
    source = os.path.realpath(source)
    wanted = os.stat(source)
    try:
        there = os.stat(copy)
    except FileNotFoundError:
        pass
    else:
        same = (there.st_size, there.st_mtime_ns) == (wanted.st_size, wanted.st_mtime_ns)
        if os.path.samestat(there, wanted) or same:
            return
    os.makedirs(os.path.dirname(copy), exist_ok=True)
    fresh = f"{copy}.{os.getpid()}-{os.urandom(4).hex()}"
    try:
        try:
            os.link(source, fresh)
        except OSError:
            import shutil  # another file system, or not ours to link

            shutil.copy2(source, fresh)
        os.replace(fresh, copy)
    except OSError:
        if os.path.lexists(fresh):
            os.unlink(fresh)
        raise
