from __future__ import annotations

import marshal
import subprocess
import sys
import zipfile
from pathlib import Path
from types import CodeType

from pyjob_images.code_archive import pack


def test_an_archive_has_sources_and_byte_code_and_is_imported_from(tmp_path: Path) -> None:
    package = tmp_path / "code" / "fruit"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "pear.py").write_text("def pick():\n    raise ValueError('unripe')\n")
    (package / "data.json").write_text("{}")
    (package / "pear.pyi").write_text("")
    (tmp_path / "code" / ".ready").write_text("")
    archive = tmp_path / "fruit.zip"

    pack(tmp_path / "code", archive)

    with zipfile.ZipFile(archive) as packed:
        names = ["__init__.pyc", "__init__.py", "data.json", "pear.pyc", "pear.py"]
        assert packed.namelist() == [f"fruit/{name}" for name in names]
        code = marshal.loads(packed.read("fruit/pear.pyc")[16:])
        assert isinstance(code, CodeType)
        assert code.co_filename == "/pyjob/code/fruit.zip/fruit/pear.py"
    program = """
import fruit.pear, pkgutil, traceback
print(pkgutil.get_data("fruit", "data.json"))
try:
    fruit.pear.pick()
except ValueError:
    traceback.print_exc()
"""
    done = subprocess.run(
        [sys.executable, "-c", program], env={"PYTHONPATH": str(archive)}, capture_output=True, text=True, check=False
    )
    assert done.stdout == "b'{}'\n"
    assert "raise ValueError('unripe')" in done.stderr  # the line of the source, in the traceback


def test_the_same_packages_give_the_same_bytes(tmp_path: Path) -> None:
    (tmp_path / "code").mkdir()
    (tmp_path / "code" / "one.py").write_text("x = 1\n")

    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        pack(tmp_path / "code", tmp_path / name / "one.zip")

    assert (tmp_path / "a" / "one.zip").read_bytes() == (tmp_path / "b" / "one.zip").read_bytes()
