"""Copies of jars that leave some of their entries out."""

import re
import zipfile
from collections.abc import Callable
from pathlib import Path

_MADE = (2026, 1, 1, 0, 0, 0)
_SIGNATURE = re.compile(r"META-INF/([^/]+\.(SF|RSA|DSA|EC)|SIG-[^/]*)", re.IGNORECASE)


def is_signature(entry: str) -> bool:
    """Whether an entry of this name is part of a jar's signature.

    A JVM checks each class that it loads from a signed jar, and takes none of them into an archive. What is signed is
    then no longer so, but its classes are the same.
    """
    return _SIGNATURE.fullmatch(entry) is not None


def is_signed(jar: Path) -> bool:
    """Whether a JVM would check the classes of this jar."""
    with zipfile.ZipFile(jar) as source:
        return any(is_signature(name) for name in source.namelist())


def copy_without(jar: Path, unwanted: Callable[[str], bool], target: Path) -> None:
    """Write a copy of ``jar`` without the entries of unwanted names; the same bytes at each time."""
    with zipfile.ZipFile(jar) as source, zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as made:
        for entry in source.infolist():
            if unwanted(entry.filename):
                continue
            copied = zipfile.ZipInfo(entry.filename, _MADE)
            copied.compress_type = zipfile.ZIP_STORED if entry.is_dir() else zipfile.ZIP_DEFLATED
            copied.external_attr = entry.external_attr
            made.writestr(copied, b"" if entry.is_dir() else source.read(entry))
