from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import zipfile
from pathlib import Path

import pytest

from pyjob_local.build import MODULES, jar
from pyjob_local.runtime import ROLES, Runtime, _write_arguments, ensure_runtime, in_use
from pyjob_local.spark import Spark


class Machine:
    """A project with jars that hold nothing, a Java and a Spark: all that a runtime is made from."""

    def __init__(self, folder: Path) -> None:
        self.project = folder / "project"
        self.cache = folder / "cache"
        self.java = folder / "jdk"
        self.spark = Spark(folder / "spark" / "jars", folder / "spark" / "python")
        for module in MODULES:
            self.write(jar(self.project, module), f"jar of {module}")
        libraries = self.project / "operator" / "target" / "lib"
        self.write(libraries / "jackson.jar", "jackson")
        self.write(libraries / "crds-0.1.0-SNAPSHOT.jar", "jar of crds")
        self.write(
            self.project / "runtime-executor" / "jvm-options.txt", "--add-opens=java.base/java.lang=ALL\n-Dx=y\n"
        )
        self.write(self.project / "python-sidecar" / "pyjob" / "__main__.py", "print('hello')\n")
        self.write(self.project / "python-sidecar" / "pyjob" / "__pycache__" / "old.pyc", "")
        self.write(self.java / "release", 'JAVA_VERSION="17"')
        self.write_jar(self.spark.jars / "spark-core.jar", "META-INF/MANIFEST.MF", "org/A.class")
        self.write(self.spark.python / "pyspark" / "__init__.py", "")
        self.write(self.spark.python / "py4j" / "__init__.py", "")

    @staticmethod
    def write(file: Path, text: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)

    @staticmethod
    def write_jar(file: Path, *entries: str) -> None:
        file.parent.mkdir(parents=True, exist_ok=True)
        with zipfile.ZipFile(file, "w") as made:
            for entry in entries:
                made.writestr(entry, f"contents of {entry}")

    def runtime(self) -> Runtime:
        return ensure_runtime(self.project, self.cache, self.java, self.spark, None)

    def edit(self, number: int) -> None:
        self.write(self.project / "python-sidecar" / "pyjob" / "__main__.py", f"print({number})\n")


@pytest.fixture
def machine(tmp_path: Path) -> Machine:
    return Machine(tmp_path)


def leaves_archives(runtime: Runtime) -> None:
    for role in ROLES:
        (runtime.home / "cds.part" / f"{role}.jsa").write_text("an archive")


def class_path(runtime: Runtime, role: str) -> list[str]:
    option, paths, *_ = runtime.arguments(role).read_text().splitlines()
    assert option == '"-cp"'
    return paths.strip('"').split(":")


def test_a_runtime_holds_copies_of_our_jars_and_links_to_spark(machine: Machine) -> None:
    home = machine.runtime().home
    names = ["crds.jar", "jackson.jar", "operator.jar", "runtime-driver.jar", "runtime-executor.jar"]
    assert sorted(os.listdir(home / "jars")) == names
    assert sorted(os.listdir(home / "python")) == [".ready", "py4j", "pyjob", "pyspark", "pyspark-4.2.0.dist-info"]
    assert os.listdir(home / "python" / "pyjob") == ["__main__.py"]
    assert (home / "python" / "pyspark").resolve() == machine.spark.python / "pyspark"


def test_each_role_has_its_class_path_which_exists(machine: Machine) -> None:
    runtime = machine.runtime()
    paths = {role: class_path(runtime, role) for role in ROLES}
    names = {role: [os.path.basename(path) for path in paths[role]] for role in ROLES}
    assert names == {
        "driver": ["runtime-driver.jar", "runtime-executor.jar", "spark-core.jar"],
        "executor": ["runtime-driver.jar", "runtime-executor.jar", "spark-core.jar"],
        "launcher": ["operator.jar", "crds.jar", "jackson.jar"],
    }
    assert all(os.path.exists(path) for role in ROLES for path in paths[role])


def test_a_signed_jar_is_copied_without_its_signature(machine: Machine) -> None:
    entries = ["META-INF/MANIFEST.MF", "org/janino/A.class", "META-INF/maven/x.rsa/pom.xml"]
    signature = ["META-INF/KEY.SF", "META-INF/key.rsa", "META-INF/SIG-A"]
    machine.write_jar(machine.spark.jars / "janino-3.1.9.jar", *entries, *signature)
    runtime = machine.runtime()

    first, second = class_path(runtime, "driver")[2:]
    assert first == str(runtime.home / "spark" / "janino-3.1.9.jar")
    assert second == str(machine.spark.jars / "spark-core.jar")
    with zipfile.ZipFile(first) as copied:
        assert copied.namelist() == entries
        assert copied.read("org/janino/A.class") == b"contents of org/janino/A.class"


def test_the_options_of_sparks_jvms_are_not_the_launchers(machine: Machine) -> None:
    runtime = machine.runtime()
    texts = {role: runtime.arguments(role).read_text() for role in ROLES}
    assert '"-Dx=y"\n' in texts["driver"]
    assert '"-Dx=y"\n' in texts["executor"]
    assert '"-Dx=y"\n' not in texts["launcher"]


def test_a_runtime_is_made_once(machine: Machine) -> None:
    first = machine.runtime()
    made = first.arguments("driver").stat().st_mtime_ns
    assert machine.runtime() == first
    assert first.arguments("driver").stat().st_mtime_ns == made


def test_whatever_goes_into_a_runtime_makes_another_one_of_it(machine: Machine) -> None:
    homes = [machine.runtime().home]
    for file in (
        jar(machine.project, "runtime-driver"),
        machine.project / "runtime-executor" / "jvm-options.txt",
        machine.project / "python-sidecar" / "pyjob" / "__main__.py",
        machine.project / "operator" / "target" / "lib" / "jackson.jar",
        machine.java / "release",
    ):
        machine.write(file, file.read_text() + "changed")
        homes.append(machine.runtime().home)
    machine.spark = Spark(machine.spark.jars, machine.spark.jars)
    homes.append(machine.runtime().home)
    assert len(set(homes)) == len(homes)


def test_training_gives_every_role_its_archive(machine: Machine) -> None:
    seen: list[Runtime] = []

    def train(runtime: Runtime) -> None:
        seen.append(runtime)
        for role in ROLES:
            assert "SharedArchiveFile" not in runtime.arguments(role).read_text()
            training = (runtime.home / f"{role}.train.args").read_text()
            assert f'"-XX:ArchiveClassesAtExit={runtime.home}/cds.part/{role}.jsa"\n' in training
        leaves_archives(runtime)

    made = ensure_runtime(machine.project, machine.cache, machine.java, machine.spark, train)
    assert ensure_runtime(machine.project, machine.cache, machine.java, machine.spark, train) == made
    assert seen == [made]
    for role in ROLES:
        archive = made.home / "cds" / f"{role}.jsa"
        assert archive.exists()
        assert (
            made.arguments(role)
            .read_text()
            .endswith(f'"-Dpyjob.startArchive={archive}"\n"-XX:SharedArchiveFile={archive}"\n')
        )


def test_training_that_leaves_nothing_is_told_and_jobs_run_without(
    machine: Machine, capfd: pytest.CaptureFixture[str]
) -> None:
    made = ensure_runtime(machine.project, machine.cache, machine.java, machine.spark, lambda _: None)
    assert "no start-up archive was made for: driver, executor, launcher. Jobs run" in capfd.readouterr().err
    assert "SharedArchiveFile" not in made.arguments("driver").read_text()


def test_interrupted_training_is_done_again(machine: Machine) -> None:
    def interrupted(_: Runtime) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        ensure_runtime(machine.project, machine.cache, machine.java, machine.spark, interrupted)
    made = ensure_runtime(machine.project, machine.cache, machine.java, machine.spark, leaves_archives)
    assert (made.home / "cds" / "driver.jsa").exists()
    assert not (made.home / "cds.part").exists()


def test_old_runtimes_are_removed_but_the_newest_and_those_in_use(machine: Machine) -> None:
    homes: list[Path] = []

    def trained(number: int) -> Path:
        machine.edit(number)
        runtime = ensure_runtime(machine.project, machine.cache, machine.java, machine.spark, leaves_archives)
        for path in runtime.home.rglob("*.args"):
            os.utime(path, (number, number))
        return runtime.home

    homes.append(trained(1))
    with in_use(homes[0]):
        homes += [trained(number) for number in range(2, 6)]
        with in_use(homes[0]):  # any number of runs share it
            pass
        kept = [home.exists() for home in homes]
    assert kept == [True, False, True, True, True]
    with in_use(homes[0], fcntl.LOCK_EX | fcntl.LOCK_NB):
        pass


def test_arguments_are_quoted_as_the_java_launcher_reads_them(tmp_path: Path) -> None:
    java = shutil.which("java")
    if java is None:
        pytest.skip("there is no java to read the file")
    awkward = r'a "quoted" \ back\slash #no comment $x @y'
    source = tmp_path / "Show.java"
    source.write_text(
        'class Show { public static void main(String[] a) { System.out.print(System.getProperty("awkward")); } }'
    )
    _write_arguments(tmp_path / "file.args", [str(tmp_path / "a folder"), "b"], [f"-Dawkward={awkward}"])
    command = [java, "-Xshare:auto", "-XX:TieredStopAtLevel=1", f"@{tmp_path}/file.args", str(source)]
    run = subprocess.run(command, capture_output=True, text=True, check=True)
    assert run.stdout == awkward
