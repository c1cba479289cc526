from __future__ import annotations

import errno
import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from pyjob._files import Shelf, matching, only_here, share_added_files


@pytest.fixture
def volume(tmp_path: Path) -> Path:
    (tmp_path / "pod").mkdir()
    return tmp_path / "pod"


@pytest.fixture
def shelf(volume: Path) -> Shelf:
    return Shelf(f"{volume}/added", str(volume))


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of the Python container's own, which it works in."""
    (tmp_path / "own").mkdir()
    monkeypatch.chdir(tmp_path / "own")
    return tmp_path / "own"


def test_a_file_is_shared_at_its_own_path_below_the_folder(shelf: Shelf, volume: Path, own: Path) -> None:
    (own / "a.txt").write_text("text")
    copy = shelf.share(str(own / "a.txt"))
    assert copy == f"{volume}/added{own}/a.txt"
    assert Path(copy).read_text() == "text"
    assert os.listdir(os.path.dirname(copy)) == ["a.txt"]


@pytest.mark.parametrize("given", ["a b%41.txt", "./a b%41.txt", "../own/a b%41.txt"])
def test_a_relative_path_is_one_of_this_container(shelf: Shelf, volume: Path, own: Path, given: str) -> None:
    (own / "a b%41.txt").write_text("text")
    assert shelf.share(given) == f"{volume}/added{own}/a b%41.txt"


@pytest.mark.parametrize("head", ["file:", "file://", "file://localhost"])
def test_a_file_url_is_one_too(shelf: Shelf, volume: Path, own: Path, head: str) -> None:
    (own / "a b.txt").write_text("text")
    assert shelf.share(f"{head}{own}/a%20b.txt") == f"{volume}/added{own}/a b.txt"


@pytest.mark.parametrize("given", ["hdfs://host/a.txt", "https://host/a.txt", "local:/a.txt", "file://host/a.txt", ""])
def test_what_is_elsewhere_is_passed_on(shelf: Shelf, own: Path, given: str) -> None:
    (own / "a.txt").write_text("text")
    assert shelf.share(given) == given


@pytest.mark.parametrize("given", ["missing.txt", "/missing/a.txt", "file:/missing/a.txt", "missing.zip#name"])
def test_what_is_not_there_is_passed_on(shelf: Shelf, volume: Path, own: Path, given: str) -> None:
    assert shelf.share(given, fragment=True) == given
    assert not (volume / "added").exists()


def test_what_both_containers_have_is_not_copied(shelf: Shelf, volume: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (volume / "work").mkdir()
    (volume / "work" / "a.txt").write_text("text")
    assert shelf.share(f"{volume}/work/a.txt") == f"{volume}/work/a.txt"
    monkeypatch.chdir(volume / "work")
    assert shelf.share("a.txt") == f"{volume}/work/a.txt"
    assert not (volume / "added").exists()


def test_a_link_keeps_its_name(shelf: Shelf, own: Path) -> None:
    (own / "1.txt").write_text("text")
    (own / "current.txt").symlink_to("1.txt")
    copy = Path(shelf.share("current.txt"))
    assert (copy.name, copy.read_text(), copy.is_symlink()) == ("current.txt", "text", False)


def test_an_archive_may_have_another_name_for_executors(shelf: Shelf, volume: Path, own: Path) -> None:
    (own / "a.zip").write_bytes(b"PK")
    assert shelf.share("a.zip#inside", fragment=True) == f"{volume}/added{own}/a.zip#inside"
    (own / "b#c.txt").write_text("text")
    assert shelf.share("b#c.txt") == f"{volume}/added{own}/b#c.txt"


def test_no_room_is_taken_where_a_hard_link_can_be_made(shelf: Shelf, own: Path) -> None:
    (own / "a.txt").write_text("text")
    assert os.path.samefile(shelf.share("a.txt"), "a.txt")


def test_a_copy_is_made_else_and_again_only_if_the_file_has_changed(
    shelf: Shelf, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(os, "link", refuse)
    (own / "a.txt").write_text("text")
    (own / "a.txt").chmod(0o754)
    copy = Path(shelf.share("a.txt"))
    first = copy.stat()
    assert (copy.read_text(), first.st_mode & 0o777) == ("text", 0o754)

    shelf.share("a.txt")
    assert copy.stat().st_ino == first.st_ino

    (own / "a.txt").write_text("other text")
    shelf.share("a.txt")
    assert copy.read_text() == "other text"


def test_a_folder_is_there_and_empty_for_spark_to_refuse(shelf: Shelf, own: Path) -> None:
    (own / "folder").mkdir()
    (own / "folder" / "a.txt").write_text("text")
    assert os.listdir(shelf.share("folder")) == []


def test_a_full_volume_is_an_error_and_leaves_nothing(
    shelf: Shelf, volume: Path, own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import shutil

    def full(_: str, target: str) -> None:
        Path(target).write_text("te")
        raise OSError(errno.ENOSPC, "No space left on device")

    def refuse(*_: object) -> None:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(os, "link", refuse)
    monkeypatch.setattr(shutil, "copy2", full)
    (own / "a.txt").write_text("text")
    with pytest.raises(OSError, match="No space left"):
        shelf.share("a.txt")
    assert os.listdir(f"{volume}/added{own}") == []


class Conf(dict[str, str]):
    def contains(self, key: str) -> bool:
        return key in self

    def set(self, key: str, value: str) -> None:
        self[key] = value


class Context:
    """As far as it matters, PySpark's."""

    def __init__(self) -> None:
        self.seen: list[tuple[object, ...]] = []

    def addFile(self, path: str, recursive: bool = False) -> None:  # noqa: N802
        """Words of its own."""
        self.seen.append(("file", path, recursive))

    def addPyFile(self, path: str) -> None:  # noqa: N802
        self.addFile(path)

    def addArchive(self, path: str) -> None:  # noqa: N802
        self.seen.append(("archive", path))

    def _initialize_context(self, jconf: Any) -> Any:
        return dict(jconf)


def test_a_context_is_told_of_copies(volume: Path, own: Path) -> None:
    context: Any = type("SparkContext", (Context,), {})
    share_added_files(SimpleNamespace(SparkContext=context), f"{volume}/added", str(volume))  # type: ignore[arg-type]
    for name in ("a.txt", "b.py", "c.zip"):
        (own / name).write_text(name)
    sc = context()

    sc.addFile("a.txt")
    sc.addFile(path="a.txt", recursive=True)
    sc.addPyFile("b.py")
    sc.addArchive("c.zip#c")

    there = f"{volume}/added{own}"
    assert sc.seen == [
        ("file", f"{there}/a.txt", False),
        ("file", f"{there}/a.txt", True),
        ("file", f"{there}/b.py", False),
        ("archive", f"{there}/c.zip#c"),
    ]
    assert (context.addFile.__name__, context.addFile.__doc__) == ("addFile", "Words of its own.")


def test_files_of_the_manifest_are_as_those_of_the_settings(volume: Path, own: Path) -> None:
    context: Any = type("SparkContext", (Context,), {})
    declared = {"spark.submit.pyFiles": (f"{own}/b.py", "s3a://code/c.zip"), "spark.archives": (f"{own}/d.zip#d",)}
    module: Any = SimpleNamespace(SparkContext=context)
    share_added_files(module, f"{volume}/added", str(volume), declared)
    for name in ("a.py", "b.py", "d.zip"):
        (own / name).write_text(name)
    there = f"{volume}/added{own}"

    made = context()._initialize_context(Conf({"spark.submit.pyFiles": f"a.py,{own}/b.py"}))

    assert made == {
        "spark.submit.pyFiles": f"{there}/a.py,{there}/b.py,s3a://code/c.zip",
        "spark.files": f"{there}/a.py,{there}/b.py,s3a://code/c.zip",
        "spark.archives": f"{there}/d.zip#d",
    }


def test_files_of_the_settings_are_shared_too(volume: Path, own: Path) -> None:
    context: Any = type("SparkContext", (Context,), {})
    share_added_files(SimpleNamespace(SparkContext=context), f"{volume}/added", str(volume))  # type: ignore[arg-type]
    for name in ("a.txt", "b.py", "c.zip", "d.jar"):
        (own / name).write_text(name)
    there = f"{volume}/added{own}"

    made = context()._initialize_context(
        Conf(
            {
                "spark.jars": f"{own}/*.jar,other/*.jar",
                "spark.files": "a.txt, s3://bucket/b.txt",
                "spark.submit.pyFiles": "b.py",
                "spark.archives": "c.zip#c",
            }
        )
    )

    assert made == {
        "spark.jars": f"{there}/d.jar,other/*.jar",
        "spark.files": f"{there}/a.txt,s3://bucket/b.txt,{there}/b.py",
        "spark.submit.pyFiles": f"{there}/b.py",
        "spark.archives": f"{there}/c.zip#c",
    }
    assert context()._initialize_context(Conf()) == {}


def test_wildcards_are_of_this_container_if_they_mean_something_here(own: Path) -> None:
    for name in ("a.jar", "b.jar", "c[1].jar"):
        (own / name).write_text(name)
    assert matching("*.jar") == ["a.jar", "b.jar", "c[1].jar"]
    assert matching(f"file://{own}/[ab].jar") == [f"{own}/a.jar", f"{own}/b.jar"]
    assert matching("c[1].jar") == ["c[1].jar"]
    for elsewhere in ("*.zip", "s3://bucket/*.jar", "https://host/a.jar?b", "a.jar", ""):
        assert matching(elsewhere) == [elsewhere]


@pytest.mark.parametrize(
    "text",
    [
        "[PATH_NOT_FOUND] Path does not exist: file:{}. SQLSTATE: 42K03",
        "java.io.FileNotFoundException: File file:{} does not exist",
        "[FAILED_READ_FILE.FILE_NOT_EXIST] Encountered error while reading file file://{}.\nFile does not exist.",
    ],
)
def test_a_file_that_only_this_container_has_is_named(own: Path, text: str) -> None:
    (own / "a.csv").write_text("1")
    advice = only_here(text.format(own / "a.csv"))
    assert advice is not None
    assert advice.startswith(f"{own}/a.csv is in the script's container")
    assert only_here(text.format(own / "b.csv")) is None


@pytest.mark.parametrize("text", ["", "no such offset", "file:/", "does not exist: file:/", "does not exist: file:// "])
def test_other_errors_get_no_advice_about_files(text: str) -> None:
    assert only_here(text) is None
