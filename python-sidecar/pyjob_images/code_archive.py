"""Packs Python packages, with byte code for this Python, into one archive that Python imports from.

A pod gets a copy: one file is there in a hundredth of the time that a thousand take. The archive is stored, not
compressed, as it is read at every start. Another version of Python passes over the byte code and compiles what it
imports.

Run as a program, with the folder of the packages and the archive to make. The same packages give the same bytes.
"""

import py_compile
import sys
import tempfile
import zipfile
from pathlib import Path

#: Where pods have the archive: tracebacks name files by it.
_IN_PODS = "/pyjob/code"
_TIME = (2026, 1, 1, 0, 0, 0)
_LEFT_OUT = (".pyi", ".pyc", ".md")


def pack(folder: Path, archive: Path) -> None:
    """Make ``archive`` of all packages in ``folder``."""
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_STORED) as packed, tempfile.TemporaryDirectory() as scratch:
        for file in sorted(folder.rglob("*")):
            name = file.relative_to(folder)
            if not file.is_file() or file.suffix in _LEFT_OUT or name.parts[0].startswith("."):
                continue
            if file.suffix == ".py":
                compiled = Path(scratch, "compiled")
                py_compile.compile(
                    str(file),
                    cfile=str(compiled),
                    dfile=f"{_IN_PODS}/{archive.name}/{name}",
                    doraise=True,
                    invalidation_mode=py_compile.PycInvalidationMode.UNCHECKED_HASH,
                )
                _add(packed, f"{name}c", compiled.read_bytes())
            _add(packed, str(name), file.read_bytes())


def _add(packed: zipfile.ZipFile, name: str, content: bytes) -> None:
    entry = zipfile.ZipInfo(name, _TIME)
    entry.external_attr = 0o644 << 16
    packed.writestr(entry, content)


if __name__ == "__main__":
    pack(Path(sys.argv[1]), Path(sys.argv[2]))
