from __future__ import annotations

from pathlib import Path

import pytest

from pyjob_local.java import find_java, java_version
from pyjob_local.say import SetupError


def jdk(folder: Path, release: str | None, java: str = "#!/bin/sh\nexit 1\n") -> Path:
    """A folder as a JDK is: a program and, usually, a file that says which version it is."""
    program = folder / "bin" / "java"
    program.parent.mkdir(parents=True)
    program.write_text(java)
    program.chmod(0o755)
    if release is not None:
        (folder / "release").write_text(release)
    return folder


@pytest.mark.parametrize(
    ("version", "feature"),
    [("17.0.15", 17), ("21", 21), ("1.8.0_402", 8), ("26-ea", 26), ("11.0.22+7", 11)],
)
def test_the_version_is_read_from_the_release_file(version: str, feature: int, tmp_path: Path) -> None:
    text = f'IMPLEMENTOR="Debian"\nJAVA_RUNTIME_VERSION="{version}+9"\nJAVA_VERSION="{version}"\nOS_ARCH="x86_64"\n'
    assert java_version(jdk(tmp_path / "jdk", text)) == feature


def test_a_java_without_a_release_file_is_asked(tmp_path: Path) -> None:
    home = jdk(tmp_path / "jdk", None, "#!/bin/sh\necho 'openjdk version \"17.0.9\" 2023-10-17' >&2\n")
    assert java_version(home) == 17


def test_a_java_that_says_nothing_is_refused(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match="does not say which Java it is. Set JAVA_HOME"):
        java_version(jdk(tmp_path / "jdk", None))


def test_java_home_goes_before_the_path(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(jdk(tmp_path / "on-path", 'JAVA_VERSION="21"') / "bin"))
    monkeypatch.setenv("JAVA_HOME", str(jdk(tmp_path / "named", 'JAVA_VERSION="17"')))
    assert find_java() == tmp_path / "named"


def test_links_to_the_java_on_the_path_are_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = jdk(tmp_path / "jvm" / "jdk", 'JAVA_VERSION="17"')
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "java").symlink_to(home / "bin" / "java")
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    assert find_java() == home


def test_an_old_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("JAVA_HOME", str(jdk(tmp_path / "jdk", 'JAVA_VERSION="11.0.2"')))
    with pytest.raises(SetupError, match="17 or newer is needed: .*/jdk is Java 11"):
        find_java()


def test_no_java_is_said_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("JAVA_HOME", raising=False)
    with pytest.raises(SetupError, match="no `jvm` on the PATH. apt-get install openjdk-17"):
        find_java()
    monkeypatch.setenv("JAVA_HOME", str(tmp_path))
    with pytest.raises(SetupError, match="JAVA_HOME=.* has no bin/java"):
        find_java()


def test_a_script_that_stands_in_for_java_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    # A version manager puts such a script on the PATH; what it runs lies elsewhere.
    shim = tmp_path / "shims" / "java"
    shim.parent.mkdir()
    shim.write_text("#!/bin/sh\nexit 0\n")
    shim.chmod(0o755)
    monkeypatch.delenv("JAVA_HOME", raising=False)
    monkeypatch.setenv("PATH", str(shim.parent))
    with pytest.raises(SetupError, match="Set JAVA_HOME to a JDK 17 or newer"):
        find_java()
