from __future__ import annotations

import hashlib
import signal
import threading
import time
from pathlib import Path

import pytest

from tests.support import Connection, Jvm, Pod
from tests.test_download import Server, text


def config_map(folder: Path, **files: str) -> Path:
    """As a kubelet mounts it: the files are links into a folder of the present version."""
    version = folder / "..2026_01_01"
    version.mkdir(parents=True)
    (folder / "..data").symlink_to(version.name)
    for name, body in files.items():
        (version / name.replace("_py", ".py")).write_text(body)
        (folder / name.replace("_py", ".py")).symlink_to(f"..data/{name.replace('_py', '.py')}")
    return folder


def answer(pod: Pod, name: str, body: str) -> None:
    part = pod.root / "run" / f"{name}.part"
    part.write_text(body)
    part.rename(pod.root / "run" / name)


def test_modules_of_config_maps_are_there_for_the_script_and_what_it_starts(pod: Pod, tmp_path: Path) -> None:
    lib = config_map(tmp_path / "lib", words_py="NAME = 'words'", init="NAME = 'package'")
    more = config_map(tmp_path / "more", single_py="NAME = 'single'")

    result = pod.run_script(
        """
        import subprocess, sys
        import single, team.report, team.report.deep.words
        print(single.NAME, team.report.NAME, team.report.deep.words.NAME)
        print(subprocess.check_output([sys.executable, "-c", "import single; print(single.NAME)"], text=True).strip())
        """,
        PYJOB_MODULES=(f"lib\t{lib}\tteam/report\twords.py=deep/words.py\tinit=__init__.py\nmore\t{more}\t"),
    )

    assert (result.code, result.out) == (0, "single package words\nsingle\n"), result.err


def test_a_workers_functions_find_them_also_after_a_restart_and_an_edit(pod: Pod, tmp_path: Path) -> None:
    lib = config_map(tmp_path / "lib", words_py="NAME = 'first'")
    pod.file(
        "asks.py", "def main(infile, outfile):\n    import words\n    outfile.write(words.NAME.encode() + b'\\n')\n"
    )
    surroundings = {"PYJOB_MODULES": f"lib\t{lib}\t", "PYTHONPATH": str(pod.root / "work")}

    for _ in range(2):
        process = pod.pool("--preload", "words", **surroundings)
        with Connection(pod.worker_socket) as connection:
            connection.ask("asks")
            assert connection.task("which?") == "first"
        pod.finish_with(process, signal.SIGTERM)
        (lib / "..2026_01_01" / "words.py").write_text("NAME = 'second'")


def test_a_key_that_is_not_there_is_named(pod: Pod, tmp_path: Path) -> None:
    lib = config_map(tmp_path / "lib", words_py="")

    result = pod.run_script("print('never')", PYJOB_MODULES=f"lib\t{lib}\t\tword.py=word.py")

    assert (result.code, result.out) == (78, "")
    assert result.message == "spec.python.modulesFrom: the ConfigMap lib has no key word.py, only words.py\n"
    assert not (pod.root / "sources").exists()


def test_two_files_at_one_place_are_refused(pod: Pod, tmp_path: Path) -> None:
    one = config_map(tmp_path / "one", words_py="")
    two = config_map(tmp_path / "two", words_py="")

    result = pod.run_script("print('never')", PYJOB_MODULES=f"one\t{one}\t\ntwo\t{two}\t")

    assert result.code == 78
    assert result.message.startswith(
        "spec.python.modulesFrom: two of its ConfigMaps, one of them two, have a file words.py\n"
    )


def test_a_script_that_only_the_jvm_can_read_is_waited_for(pod: Pod) -> None:
    script = pod.file("fetched.py", "import sys; print(sys.argv)")
    process = pod.start("run", "s3a://bucket/fetched.py", "x", PYJOB_SCRIPT_URL="s3a://bucket/fetched.py")
    with Jvm(pod):
        time.sleep(0.3)
        assert process.poll() is None
        answer(pod, "script", str(script))
        result = pod.finish(process)

    assert (result.code, result.out) == (0, f"['{script}', 'x']\n"), result.err


def test_a_script_that_the_jvm_cannot_read_is_told_in_its_words(pod: Pod) -> None:
    answer(pod, "script.failed", "cannot download the script from s3a://b/x.py: 403\nCredentials are ...")

    result = pod.run_script("", PYJOB_SCRIPT_URL="s3a://b/x.py")

    assert (result.code, result.message) == (
        2,
        "cannot download the script from s3a://b/x.py: 403\nCredentials are ...\n",
    )


@pytest.mark.parametrize("by_jvm", [False, True])
def test_only_the_script_of_that_hash_is_run(pod: Pod, by_jvm: bool) -> None:
    body = "print('the one')"
    right, wrong = hashlib.sha256(body.encode()).hexdigest(), "0" * 64
    server = Server()
    try:
        url = "hdfs:///main.py" if by_jvm else server.says("/main.py", text(body))
        more = {"PYJOB_SCRIPT_URL": url} if by_jvm else {}
        with Jvm(pod):
            answer(pod, "script", str(pod.file("main.py", body)))
            fine = pod.run("run", url, PYJOB_SCRIPT_SHA256=right, **more)
        with Jvm(pod):
            other = pod.run("run", url, PYJOB_SCRIPT_SHA256=wrong, **more)
    finally:
        server.close()

    assert (fine.code, fine.out) == (0, "the one\n"), fine.err
    assert (other.code, other.out) == (2, "")
    assert other.message.splitlines()[0] == (
        f"spec.script.sha256: {url} is not the script that was meant: its SHA-256 is {right}, "
        f"and the manifest has {wrong}"
    )


def test_the_scripts_first_line_comes_after_javas_packages(pod: Pod) -> None:
    script = pod.file("script.py", "import os; print(os.path.exists(os.environ['PYJOB_DIR'] + '/run/jars'))")
    process = pod.start("run", str(script), PYJOB_JAVA_PACKAGES="1")
    with Jvm(pod):
        later = threading.Timer(0.5, answer, (pod, "jars", ""))
        later.start()
        result = pod.finish(process)
        later.join()

    assert (result.code, result.out) == (0, "True\n"), result.err


def test_packages_that_cannot_be_had_end_the_job_before_the_script_begins(pod: Pod) -> None:
    answer(pod, "jars.failed", "spec.jvm.packages: a:b:1 is in none of the repositories\nAsked: file:/m2")

    result = pod.run_script("print('never')", PYJOB_JAVA_PACKAGES="1")

    assert (result.code, result.out, result.message) == (
        78,
        "",
        "spec.jvm.packages: a:b:1 is in none of the repositories\nAsked: file:/m2\n",
    )


def test_jars_and_files_are_looked_for_before_the_script_begins(pod: Pod, tmp_path: Path) -> None:
    (tmp_path / "a.jar").touch()
    fine = pod.run_script(
        "print('ran')",
        PYJOB_JARS=f"{tmp_path}/*.jar\nlocal:/opt/none.jar\nhttps://example.com/x.jar",
        PYJOB_FILES=f"{tmp_path}/a.*",
    )
    jar = pod.run_script("print('never')", PYJOB_JARS="lib/*.jar")
    file = pod.run_script("print('never')", PYJOB_FILES="none.txt")

    assert (fine.code, fine.out) == (0, "ran\n"), fine.err
    assert (jar.code, file.code) == (78, 78)
    assert jar.message.startswith(
        f"spec.jvm.jars: there is no file {pod.root}/work/lib/*.jar in the script's container\n"
    )
    assert "local:/path" in jar.message
    assert file.message.startswith(f"spec.python.files: there is no file {pod.root}/work/none.txt in")
