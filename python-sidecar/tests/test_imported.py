from __future__ import annotations

import importlib
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from pyjob._imported import when_imported


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.syspath_prepend(str(tmp_path))
    finders = list(sys.meta_path)
    modules = set(sys.modules)
    yield tmp_path
    sys.meta_path[:] = finders
    for name in set(sys.modules) - modules:
        del sys.modules[name]


def test_a_callback_gets_the_module_once_it_is_whole(folder: Path) -> None:
    (folder / "late_module.py").write_text("A = 1\nB = 2\n")
    got: list[int] = []
    when_imported("late_module", lambda module: got.append(module.B))
    when_imported("late_module", lambda module: got.append(module.A))

    module = importlib.import_module("late_module")

    assert got == [2, 1]
    assert "exec_module" not in vars(module.__spec__.loader)  # type: ignore[union-attr]
    importlib.reload(module)
    assert got == [2, 1]


def test_nothing_is_left_when_nobody_waits(folder: Path) -> None:
    (folder / "late_once.py").write_text("")
    before = list(sys.meta_path)
    when_imported("late_once", lambda module: None)
    assert sys.meta_path != before
    importlib.import_module("late_once")
    assert sys.meta_path == before


def test_a_module_that_is_there_is_told_at_once() -> None:
    got: list[ModuleType] = []
    when_imported("zipfile", got.append)
    assert got == [zipfile]


def test_a_module_of_a_package_and_of_a_zip_file(folder: Path) -> None:
    with zipfile.ZipFile(folder / "late.zip", "w") as archive:
        archive.writestr("late_package/__init__.py", "")
        archive.writestr("late_package/one.py", "NAME = __name__")
        archive.writestr("late_package/two.py", "NAME = __name__")
    sys.path.insert(0, str(folder / "late.zip"))
    got: list[str] = []
    when_imported("late_package.one", lambda module: got.append(module.NAME))

    importlib.import_module("late_package.one")
    importlib.import_module("late_package.two")

    assert got == ["late_package.one"]


def test_an_import_that_fails_is_waited_for_again(folder: Path) -> None:
    source = folder / "late_failing.py"
    source.write_text("raise ValueError('not yet')")
    got: list[str] = []
    when_imported("late_failing", lambda module: got.append(module.__name__))
    with pytest.raises(ValueError, match="not yet"):
        importlib.import_module("late_failing")
    assert got == []

    source.write_text("RIGHT = True")
    importlib.invalidate_caches()
    importlib.import_module("late_failing")
    assert got == ["late_failing"]


def test_a_module_that_is_not_there_is_missing_as_ever(folder: Path) -> None:
    when_imported("late_missing", lambda module: None)
    with pytest.raises(ModuleNotFoundError, match="No module named 'late_missing'"):
        importlib.import_module("late_missing")
