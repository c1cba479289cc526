from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from pyjob_local.build import MODULES, VERSION, ensure_built, jar
from pyjob_local.say import SetupError

# Stands in for Maven: makes the jars, and says what Maven says.
MAVEN = f"""#!/bin/sh
echo "$@" >> maven-calls
test ! -e broken || {{ echo '[INFO] Scanning'; echo '[ERROR] Foo.java:[3,1] ; expected'; exit 1; }}
echo '[INFO] Building PyJob: types {VERSION}      [1/2]'
for module in {" ".join(MODULES)}; do
    mkdir -p "$module/target"
    test -e "$module/target/$module-{VERSION}.jar" || : > "$module/target/$module-{VERSION}.jar"
done
mkdir -p operator/target/lib
if test -e slow; then sleep 0.05; touch crds/src/main/java/Source.java; fi
"""


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project's tree with sources and no jars, and a Maven for it."""
    project = tmp_path / "project"
    for module in MODULES:
        write(project / module / "pom.xml")
        write(project / module / "src" / "main" / "java" / "Source.java")
        write(project / module / "src" / "test" / "java" / "SourceTest.java")
    write(project / "pom.xml")
    write(project / "python-sidecar" / "pyjob" / "bootstrap.py")
    maven = write(tmp_path / "bin" / "mvn", MAVEN)
    maven.chmod(0o755)
    monkeypatch.setenv("PATH", f"{maven.parent}:{os.environ['PATH']}")
    return project


def write(file: Path, text: str = "") -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text)
    return file


def builds(project: Path) -> int:
    calls = project / "maven-calls"
    return len(calls.read_text().splitlines()) if calls.exists() else 0


def edit(file: Path) -> None:
    later = time.time() + 5
    os.utime(file, (later, later))


def test_missing_jars_are_built_once(project: Path, capfd: pytest.CaptureFixture[str]) -> None:
    ensure_built(project)
    ensure_built(project)
    assert builds(project) == 1
    assert (
        "-Dmaven.test.skip=true -pl crds,operator,runtime-executor,runtime-driver package"
        in (project / "maven-calls").read_text()
    )
    out, err = capfd.readouterr()
    assert out == ""
    assert err.splitlines() == [
        "pyjob: building PyJob with Maven (once, and after changes)",
        "pyjob:   [1/2] PyJob: types",
    ]


@pytest.mark.parametrize(
    ("source", "built"),
    [
        ("pom.xml", True),
        ("crds/pom.xml", True),
        ("runtime-driver/src/main/java/Source.java", True),
        ("python-sidecar/pyjob/bootstrap.py", True),
        ("runtime-driver/src/test/java/SourceTest.java", False),
    ],
)
def test_what_goes_into_a_jar_makes_it_stale(source: str, built: bool, project: Path) -> None:
    ensure_built(project)
    edit(project / source)
    ensure_built(project)
    assert builds(project) == (2 if built else 1)


def test_a_jar_that_maven_leaves_as_it_is_counts_as_built(project: Path) -> None:
    ensure_built(project)
    past = time.time() - 1000
    for module in MODULES:
        os.utime(jar(project, module), (past, past))
    ensure_built(project)
    ensure_built(project)
    assert builds(project) == 2


def test_a_removed_jar_or_folder_of_libraries_is_built_again(project: Path) -> None:
    ensure_built(project)
    jar(project, "crds").unlink()
    ensure_built(project)
    (project / "operator" / "target" / "lib").rmdir()
    ensure_built(project)
    assert builds(project) == 3


def test_a_source_saved_during_the_build_is_built_next_time(project: Path) -> None:
    write(project / "slow")
    ensure_built(project)
    ensure_built(project)
    assert builds(project) == 2


def test_a_broken_build_is_told_with_its_errors(project: Path) -> None:
    write(project / "broken")
    with pytest.raises(SetupError) as told:
        ensure_built(project)
    first, *errors = str(told.value).splitlines()
    assert first == f"the build failed (mvn exited with 1); the whole log: {project}/target/build.log"
    assert errors == ["[ERROR] Foo.java:[3,1] ; expected"]


def test_no_maven_is_told(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(SetupError, match="no `mvn` on the PATH: apt-get install maven"):
        ensure_built(project)
