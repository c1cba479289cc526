from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyjob_local.cache import cache_root
from pyjob_local.installer import ensure_pip
from tests.support import Connection, Jvm, Pod, eventually, new_pod
from tests.wheels import index, sha256, source, wheel

VERSIONS = "import tiny, user; print(tiny.version, user.version)"


@pytest.fixture
def pod() -> Iterator[Pod]:
    """A pod whose runtime has pip, and whose user has no settings of pip's."""
    with new_pod() as pod:
        (pod.root / "code" / "pip.whl").symlink_to(ensure_pip(cache_root()))
        info = pod.root / "code" / "pyspark-4.2.0.dist-info"
        info.mkdir()
        (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pyspark\nVersion: 4.2.0\n")
        (pod.root / "code" / "pyspark").mkdir()
        (pod.root / "code" / "pyspark" / "__init__.py").touch()
        (pod.root / "code" / "pyspark" / "version.py").write_text("__version__ = '4.2.0'")
        pod.env |= {"PIP_CONFIG_FILE": os.devnull, "PYJOB_PREIMPORT": "0"}
        yield pod


@pytest.fixture
def links(tmp_path: Path) -> Path:
    """A folder of packages."""
    folder = tmp_path / "wheels"
    wheel(folder, "tiny", "1.0")
    wheel(folder, "tiny", "1.1")
    wheel(folder, "user", "2.0", ["tiny>=1.1", "pyspark>=4"])
    wheel(folder, "old", "1.0", ["tiny<1.1"])
    wheel(folder, "rich_one", "1.0", extras={"more": "tiny>=1.0"})
    return folder


def from_links(links: Path, *requirements: str) -> dict[str, str]:
    return {"PYJOB_REQUIREMENTS": "\n".join(requirements), "PYJOB_FIND_LINKS": str(links), "PYJOB_NO_INDEX": "1"}


def test_what_the_image_lacks_is_there_when_the_script_begins(pod: Pod, links: Path) -> None:
    result = pod.run_script(
        """
        import subprocess, sys, os
        import tiny, user, pyspark
        print(tiny.version, user.version, sys.argv[1:])
        print(subprocess.check_output([sys.executable, "-c", "import user; print(user.version)"], text=True).strip())
        print(os.environ["PYJOB_PACKAGES"])
        """,
        "an argument",
        **from_links(links, "user==2.0"),
    )

    assert (result.code, result.message) == (0, ""), result.err
    assert result.out.splitlines() == ["1.1 2.0 ['an argument']", "2.0", "tiny==1.1,user==2.0"]
    assert "this image lacks user==2.0: installing into the pod's volume" in result.err
    assert "s: tiny==1.1 user==2.0\n" in result.err
    assert (pod.root / "run" / "packages").read_text() == "tiny==1.1\nuser==2.0\n"


def test_what_the_image_has_stays_its_own(pod: Pod, links: Path) -> None:
    result = pod.run_script(
        "import pytest, tiny; print(pytest.__file__)",
        **from_links(links, f"pytest=={pytest.__version__}", "tiny==1.0"),
    )

    assert result.out.strip() == pytest.__file__, result.err
    assert sorted(path.name for path in (pod.root / "env").glob("lib/*/site-packages/*.dist-info")) == [
        "tiny-1.0.dist-info"
    ]


def test_an_image_that_has_all_gets_no_environment(pod: Pod) -> None:
    result = pod.run_script(
        "import os, sys; print(sys.prefix, os.environ['PYJOB_PACKAGES'])",
        PYJOB_REQUIREMENTS=f"pytest=={pytest.__version__}\npyspark==4.2.0",
        PYJOB_INDEX_URL="http://127.0.0.1:9/simple",
    )

    assert result.out.strip() == f"{sys.prefix} pyspark==4.2.0,pytest=={pytest.__version__}"
    assert (result.code, result.err) == (0, "")
    assert not (pod.root / "env").exists()


def test_a_file_of_requirements_is_pips_own(pod: Pod, links: Path, tmp_path: Path) -> None:
    file = tmp_path / "requirements.txt"
    file.write_text(f"# what we need\n--no-index\n--find-links {links}\nuser == \\\n  2.0  # with tiny\n")

    result = pod.run_script(VERSIONS, PYJOB_REQUIREMENTS_FILE=str(file))

    assert (result.code, result.out) == (0, "1.1 2.0\n"), result.err


def test_a_file_that_is_not_there_is_named(pod: Pod) -> None:
    result = pod.run_script(VERSIONS, PYJOB_REQUIREMENTS_FILE="/nowhere/requirements.txt")

    assert result.code == 78
    assert result.message.startswith("spec.python.requirementsFrom: /nowhere/requirements.txt cannot be read: ")


def test_an_extra_that_is_not_met_is_installed(pod: Pod, links: Path) -> None:
    result = pod.run_script("import rich_one, tiny; print(tiny.version)", **from_links(links, "rich_one[more]"))

    assert (result.code, result.out) == (0, "1.1\n"), result.err


def test_packages_come_from_an_index_with_a_password_that_nobody_sees(pod: Pod, links: Path) -> None:
    with index(links, "reader:se/cr@et") as url:
        result = pod.run_script(
            "import os, user; print(user.version, 'PYJOB_INDEX_PASSWORD' in os.environ)",
            PYJOB_REQUIREMENTS="user",
            PYJOB_INDEX_URL=url,
            PYJOB_INDEX_USERNAME="reader",
            PYJOB_INDEX_PASSWORD="se/cr@et",
        )
        wrong = pod_result_with_wrong_password(links, url)

    assert (result.code, result.out) == (0, "2.0 False\n"), result.err
    assert "se/cr@et" not in result.err
    assert "se%2Fcr%40et" not in result.err
    assert wrong.startswith("spec.python.requirements cannot be installed: user: http://127.0.0.1:")
    assert wrong.endswith("asks for other credentials (HTTP 401), see spec.python.index.credentials")


def pod_result_with_wrong_password(links: Path, url: str) -> str:
    with new_pod() as pod:
        (pod.root / "code" / "pip.whl").symlink_to(ensure_pip(cache_root()))
        pod.file("script.py", "print('never')")
        pod.env |= {"PIP_CONFIG_FILE": os.devnull}
        result = pod.run(
            "run",
            "script.py",
            PYJOB_REQUIREMENTS="user",
            PYJOB_INDEX_URL=url,
            PYJOB_INDEX_USERNAME="reader",
            PYJOB_INDEX_PASSWORD="no-longer-valid",
        )
    assert (result.code, result.out) == (78, "")
    return result.message.splitlines()[0]


def closed_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def refused(pod: Pod, **env: str) -> str:
    """The first line of the message of a script that does not start."""
    pod.file("script.py", "print('never')")
    result = pod.run("run", "script.py", **env)
    assert (result.code, result.out) == (78, ""), result.err
    headline = result.message.splitlines()[0]
    assert headline in result.err
    assert headline.startswith("spec.python.requirements cannot be installed: ")
    return headline.removeprefix("spec.python.requirements cannot be installed: ")


def test_a_package_that_is_not_there_is_named(pod: Pod, links: Path) -> None:
    assert refused(pod, **from_links(links, "nope")) == (
        "there is no package for nope where pip looked (or none for this Python and machine)"
    )


def test_a_version_that_is_not_there_is_named_with_those_that_are(pod: Pod, links: Path) -> None:
    assert refused(pod, **from_links(links, "tiny==9")) == "there is no tiny==9; there is 1.0, 1.1"


def test_an_index_that_cannot_be_reached_is_told(pod: Pod) -> None:
    url = f"http://127.0.0.1:{closed_port()}/simple"

    assert refused(pod, PYJOB_REQUIREMENTS="tiny==1.0", PYJOB_INDEX_URL=url, PIP_RETRIES="0") == (
        f"tiny==1.0: {url.removesuffix('/simple')} cannot be reached (Connection refused)"
    )


def test_packages_that_cannot_be_together_are_told(pod: Pod, links: Path) -> None:
    assert refused(pod, **from_links(links, "user==2.0", "old==1.0")) == (
        "these cannot be together: user 2.0 depends on tiny>=1.1, old 1.0 depends on tiny<1.1"
    )


def test_a_package_that_cannot_be_built_is_told(pod: Pod, links: Path) -> None:
    source(links, "broken", "1.0", "raise SystemExit('no compiler here')")

    assert refused(pod, **from_links(links, "broken")).startswith(
        "broken has no wheel for this Python, and building one from its source failed"
    )


def test_hashes_hold(pod: Pod, links: Path) -> None:
    good = f"tiny==1.1 --hash=sha256:{sha256(links / 'tiny-1.1-py3-none-any.whl')}"
    user = f"user==2.0 --hash=sha256:{sha256(links / 'user-2.0-py3-none-any.whl')}"
    bad = f"tiny==1.0 --hash=sha256:{'0' * 64}"

    assert refused(pod, **from_links(links, bad)).startswith(
        f"tiny==1.0 from file://{links}/tiny-1.0-py3-none-any.whl is"
    )
    assert "all must, with all that they need: no version pinned with == for tiny>=1.1" in refused(
        pod, **from_links(links, user)
    )
    result = pod.run_script(VERSIONS, **from_links(links, good, user, "pyspark==4.2.0 --hash=sha256:" + "0" * 64))
    assert (result.code, result.out) == (0, "1.1 2.0\n"), result.err


def test_pyspark_is_the_jobs_own(pod: Pod) -> None:
    pod.file("script.py", "print('never')")

    result = pod.run("run", "script.py", PYJOB_REQUIREMENTS="pyspark[sql]==4.1.0")

    assert result.code == 78
    assert result.message.startswith(
        "spec.python.requirements asks for pyspark[sql]==4.1.0, and there is 4.2.0: pyspark comes with PyJob"
    )


def test_an_executors_workers_have_the_packages(pod: Pod, links: Path) -> None:
    pod.file(
        "asks.py", "def main(infile, outfile):\n    import user\n    outfile.write(user.version.encode() + b'\\n')\n"
    )

    process = pod.pool("--preload", "user", PYTHONPATH=str(pod.root / "work"), **from_links(links, "user"))
    with Connection(pod.worker_socket) as connection:
        connection.ask("asks")
        assert connection.task("which version?") == "2.0"
    assert (pod.root / "run" / "packages").read_text() == "tiny==1.1\nuser==2.0\n"
    process.terminate()


def test_a_restarted_pool_does_not_install_again(pod: Pod, links: Path) -> None:
    first = pod.pool(**from_links(links, "user"))
    pod.finish_with(first, signal.SIGTERM)

    second = pod.pool(PYJOB_REQUIREMENTS="user", PYJOB_NO_INDEX="1")
    result = pod.finish_with(second, signal.SIGTERM)

    assert "installing" not in result.err


def test_a_pool_without_its_packages_tells_the_jvm_and_stays(pod: Pod, links: Path) -> None:
    failed = pod.root / "run" / "packages.failed"
    process = pod.start("pool", **from_links(links, "nope"))

    eventually("the JVM is told", failed.exists)

    assert failed.read_text().startswith("spec.python.requirements cannot be installed: there is no package for nope")
    assert process.poll() is None
    assert not pod.control_socket.exists()
    result = pod.finish_with(process, signal.SIGTERM)
    assert result.code == 78


def test_a_container_that_ended_in_the_middle_does_not_try_for_ever(pod: Pod, links: Path) -> None:
    (pod.root / "run" / "installing").touch()
    pod.file("script.py", "print('never')")

    result = pod.run("run", "script.py", **from_links(links, "tiny"))

    assert result.code == 78
    assert result.message.startswith("the container ended while spec.python.requirements were being installed")


def test_a_virtual_environment_as_image_keeps_its_packages(pod: Pod, links: Path, tmp_path: Path) -> None:
    image = tmp_path / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(image)], check=True)
    site = next(image.glob("lib/python*/site-packages"))
    (site / "of_the_image.py").write_text("here = True\n")
    script = pod.file("script.py", "import of_the_image, tiny; print(of_the_image.here, tiny.version)")

    process = pod.start_python(image / "bin" / "python3", "run", str(script), **from_links(links, "tiny==1.0"))
    eventually("the script waits for its JVM", (pod.root / "run" / "packages").exists)
    with Jvm(pod):
        result = pod.finish(process)

    assert (result.code, result.out) == (0, "True 1.0\n"), result.err
