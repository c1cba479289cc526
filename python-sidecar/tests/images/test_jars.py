from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from pyjob_images.jars import Selection, beside, copy_jar, is_ours
from pyjob_local.say import SetupError

LISTS = Path(__file__).parents[3] / "images" / "runtime"


def jars(*names: str) -> list[Path]:
    return [Path("/spark/jars", name) for name in names]


SELECTION = Selection(kept=("spark-core_2.13-*", "netty-codec-*", "guava-*-jre"), dropped=("netty-codec-http-*",))
OTHERS = ("netty-codec-4.2.13.Final.jar", "guava-33.6.0-jre.jar", "netty-codec-http-4.2.13.Final.jar")


def test_jars_are_kept_by_name_whatever_their_version() -> None:
    kept = SELECTION.of(jars("spark-core_2.13-4.2.0.jar", *OTHERS))
    assert [jar.name for jar in kept] == [
        "guava-33.6.0-jre.jar",
        "netty-codec-4.2.13.Final.jar",
        "spark-core_2.13-4.2.0.jar",
    ]


def test_a_jar_that_nobody_has_decided_on_fails_the_build() -> None:
    with pytest.raises(SetupError, match="brand-new-1.0.jar is on no list"):
        SELECTION.of(jars("spark-core_2.13-4.2.0.jar", "brand-new-1.0.jar", *OTHERS))


def test_a_name_that_no_jar_has_any_more_fails_the_build() -> None:
    with pytest.raises(SetupError, match=r"Spark has no jar spark-core_2.13-\*"):
        SELECTION.of(jars(*OTHERS))


def test_a_jar_on_both_lists_fails_the_build() -> None:
    both = Selection(kept=("spark-core_2.13-*",), dropped=("spark-core_2.13-*",))
    with pytest.raises(SetupError, match="both kept and dropped"):
        both.of(jars("spark-core_2.13-4.2.0.jar"))


def test_lists_hold_names_and_comments(tmp_path: Path) -> None:
    (tmp_path / "kept-jars.txt").write_text("# all\na-*\n\nb-*  # needed\n")
    (tmp_path / "dropped-jars.txt").write_text("# not needed\nc-*\n")
    assert Selection.read(tmp_path) == Selection(("a-*", "b-*"), ("c-*",))


def test_whatever_is_dropped_has_a_reason_above_it() -> None:
    groups = (LISTS / "dropped-jars.txt").read_text().split("\n\n")[1:]
    assert len(groups) > 3
    assert [group.splitlines()[0] for group in groups if not group.startswith("# ")] == []
    listed = [line for group in groups for line in group.splitlines() if not line.startswith("#")]
    assert sorted(listed) == sorted(Selection.read(LISTS).dropped)


@pytest.mark.parametrize(
    ("jar", "machine", "expected"),
    [
        ("epoll-4.2.13.Final-linux-x86_64.jar", "x86_64", True),
        ("epoll-4.2.13.Final-linux-x86_64.jar", "aarch64", False),
        ("epoll-4.2.13.Final-linux-aarch_64.jar", "x86_64", False),
        ("guava-33.6.0-jre.jar", "aarch64", True),
    ],
)
def test_a_jar_of_native_code_belongs_to_one_kind_of_machine(jar: str, machine: str, expected: bool) -> None:
    assert is_ours(Path(jar), machine) == expected


def made(folder: Path, *entries: str) -> Path:
    jar = folder / "native-1.0.jar"
    with zipfile.ZipFile(jar, "w") as archive:
        for entry in entries:
            archive.writestr(entry, f"contents of {entry}")
    return jar


@pytest.mark.parametrize(
    ("machine", "expected"),
    [
        (
            "x86_64",
            ["librocksdbjni-linux64.so", "linux/amd64/libzstd.so", "native/Linux/x86_64/libsnappy.so"],
        ),
        (
            "aarch64",
            ["librocksdbjni-linux-aarch64.so", "linux/aarch64/libzstd.so", "native/Linux/aarch64/libsnappy.so"],
        ),
    ],
)
def test_native_libraries_of_other_machines_are_left_out(tmp_path: Path, machine: str, expected: list[str]) -> None:
    classes = ["META-INF/MANIFEST.MF", "org/Native.class"]
    natives = ["librocksdbjni-linux64.so", "librocksdbjni-linux64-musl.so", "librocksdbjni-linux-aarch64.so"]
    natives += ["librocksdbjni-linux-aarch64-musl.so", "librocksdbjni-win64.dll", "linux/amd64/libzstd.so"]
    natives += ["linux/aarch64/libzstd.so", "darwin/aarch64/libzstd.dylib", "native/Linux/x86_64/libsnappy.so"]
    natives += ["native/Linux/x86_64-musl/libsnappy.so", "native/Linux/aarch64/libsnappy.so"]
    natives += ["native/Linux/android-aarch64/libsnappy.so", "native/AIX/ppc64/libsnappy.a"]
    (tmp_path / "into").mkdir()
    copy_jar(made(tmp_path, *classes, *natives), tmp_path / "into", machine)
    with zipfile.ZipFile(tmp_path / "into" / "native-1.0.jar") as copied:
        assert copied.namelist() == [*classes, *expected]
        assert copied.read("org/Native.class") == b"contents of org/Native.class"


def test_a_jar_without_native_libraries_is_copied_as_it_is(tmp_path: Path) -> None:
    jar = made(tmp_path, "org/A.class")
    (tmp_path / "into").mkdir()
    copy_jar(jar, tmp_path / "into")
    assert (tmp_path / "into" / jar.name).read_bytes() == jar.read_bytes()


def test_a_signed_jar_is_copied_without_its_signature(tmp_path: Path) -> None:
    jar = made(tmp_path, "META-INF/MANIFEST.MF", "META-INF/KEY.SF", "META-INF/KEY.RSA", "org/A.class")
    (tmp_path / "into").mkdir()
    copy_jar(jar, tmp_path / "into")
    with zipfile.ZipFile(tmp_path / "into" / jar.name) as copied:
        assert copied.namelist() == ["META-INF/MANIFEST.MF", "org/A.class"]


def test_a_jar_whose_native_libraries_are_named_in_a_new_way_fails_the_build(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="none that is known to be for x86_64"):
        copy_jar(made(tmp_path, "linux/amd65/libnew.so", "org/A.class"), tmp_path, "x86_64")


def test_an_unknown_kind_of_machine_is_told(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="built on x86_64 and aarch64, and this machine is riscv64"):
        copy_jar(made(tmp_path, "linux/riscv64/lib.so"), tmp_path, "riscv64")


def test_what_is_added_is_what_the_image_lacks_and_of_what_spark_has_sparks_own() -> None:
    names = ("s3-2.35.4.jar", "netty-codec-4.1.1.jar", "netty-codec-http-4.1.1.jar")
    fetched = [Path("/fetched", name) for name in names]
    added = beside(fetched, jars("spark-core_2.13-4.2.0.jar", *OTHERS), SELECTION)
    assert added == [Path("/fetched/s3-2.35.4.jar"), Path("/spark/jars/netty-codec-http-4.2.13.Final.jar")]
