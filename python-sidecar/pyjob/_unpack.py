"""Unpacks a Python environment that the job brings along (spec.python.environment), of conda-pack or venv-pack.

Nothing is written outside of the folder, whatever the archive's names and links say.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import tarfile
import time
import zipfile

from pyjob._failure import CannotStart, Failure
from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from pyjob._config import PodDirectory

EXIT_CODE = 78
_SECONDS = 600


class Unsafe(Exception):
    """A name or a link in an archive leads out of it; the message says which."""


def unpack(source: str, pod: PodDirectory) -> str:
    """The folder of the environment that is in the archive `source`, a path or an address. Raises CannotStart."""
    whole = os.path.join(pod.unpacked, ".pyjob-complete")
    if os.path.exists(whole):
        return pod.unpacked
    began = time.monotonic()
    archive = source
    if source.startswith(("http://", "https://")):
        from pyjob import _download

        archive = _download.fetch(source, pod.tmp, "the environment of spec.python", _download.MAX_ENVIRONMENT_BYTES)
    shutil.rmtree(pod.unpacked, ignore_errors=True)
    try:
        os.makedirs(pod.unpacked, mode=0o700)
        extract(archive, pod.unpacked)
        if archive != source:
            os.unlink(archive)
    except (OSError, EOFError, tarfile.TarError, zipfile.BadZipFile, Unsafe) as error:
        raise _failed(source, f"cannot be unpacked: {error}") from error
    _settle(source, pod.unpacked)
    with open(whole, "w"):
        pass
    log(f"unpacked spec.python.environment in {time.monotonic() - began:.1f} s")
    return pod.unpacked


def extract(archive: str, folder: str) -> None:
    """All of a tar or zip file, into an empty folder."""
    root = os.path.realpath(folder)
    if tarfile.is_tarfile(archive):  # which may end with a zip file of its own
        _extract_tar(archive, root)
        return
    with zipfile.ZipFile(archive) as packed:
        for info in packed.infolist():
            _within(root, info.filename)
            path = packed.extract(info, root)
            mode = info.external_attr >> 16
            if mode and not info.is_dir():
                os.chmod(path, mode & 0o777)


def _extract_tar(archive: str, root: str) -> None:
    with tarfile.open(archive) as tar:
        # Ours is the filter: Python's refuses links that lead out, such as venv-pack's to Python.
        tar.extraction_filter = lambda member, _: member
        for member in tar:
            _within(root, member.name)
            if member.islnk():
                _within(root, member.linkname)
            if not (member.isreg() or member.isdir() or member.issym() or member.islnk()):
                raise Unsafe(f"{member.name} is neither a file nor a folder nor a link")
            member.uid, member.gid, member.uname, member.gname = os.getuid(), os.getgid(), "", ""
            # A folder that must not be written to would not take its own files.
            tar.extract(member, root, set_attrs=member.isreg())


def _within(root: str, name: str) -> None:
    """What is written, or linked to, goes through no link that leads out, though links that do may lie there."""
    if os.path.isabs(name) or ".." in name.split("/"):
        raise Unsafe(f"the name {name} leads out of the archive")
    path = os.path.join(root, name.rstrip("/"))
    parent = os.path.realpath(os.path.dirname(path))
    if parent != root and not parent.startswith(os.path.join(root, "")):
        raise Unsafe(f"{name} would be written through a link that leads out of the archive")
    if os.path.islink(path) and not os.path.realpath(path).startswith(os.path.join(root, "")):
        raise Unsafe(f"{name} is there already, as a link that leads out of the archive")


def _settle(source: str, folder: str) -> None:
    """See that there is a Python which runs, and have conda's own program put the folder into its files."""
    python = os.path.join(folder, "bin", "python3")
    try:
        asked = subprocess.run(
            [python, "-c", "import sys; print(sys.version_info >= (3, 10))"],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            text=True,
            timeout=_SECONDS,
        )
    except OSError as error:
        why = f"its bin/python3 does not run in this image ({error.strerror}); conda-pack takes along what it needs"
        raise _failed(source, why) from error
    if asked.returncode or asked.stdout.strip() != "True":
        raise _failed(source, f"its bin/python3 is not Python 3.10 or newer {asked.stderr.strip()}".rstrip())
    program = os.path.join(folder, "bin", "conda-unpack")
    if os.path.exists(program):
        subprocess.run([python, program], stdin=subprocess.DEVNULL, timeout=_SECONDS)


def _failed(source: str, why: str) -> CannotStart:
    return CannotStart(Failure(f"spec.python.environment: {source} {why}"), EXIT_CODE)
