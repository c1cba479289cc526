"""Installs packages with pip, which PyJob brings along, into an environment in the pod's volume.

pip runs in the environment's own Python, so that what the image has counts as installed: only what is missing, or of
another version, is fetched.
"""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import threading
import time
import urllib.parse
import venv
import zipfile
from contextlib import contextmanager

from pyjob import _pip_output
from pyjob._failure import CannotStart, Failure
from pyjob._log import log
from pyjob._packages import CREDENTIALS, EXIT_CODE, installed_in, site_of

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from types import FrameType

    from pyjob._config import PodDirectory
    from pyjob._packages import Index

LIMIT_S = 1800.0
_TOLD_LINES = 15
_KILLED = "pip was killed, usually for too much memory: raise spec.driver.python.memory or spec.executors.python.memory"
_ADVICE = (
    "PyJob installs what the image lacks. spec.python.index says where packages come from; an image that has them "
    "needs no network."
)
#: What the user's own variables (spec.python.env) may say otherwise. A pod should soon say that there is no network.
_PIP_DEFAULTS = {"PIP_RETRIES": "2", "PIP_DEFAULT_TIMEOUT": "15"}


def install(requirements: Sequence[str], index: Index, pod: PodDirectory) -> None:
    """Make the pod's environment, with the lines of a requirements file installed in it. Raises CannotStart."""
    began = time.monotonic()
    os.makedirs(pod.run, mode=0o700, exist_ok=True)
    os.makedirs(pod.tmp, mode=0o700, exist_ok=True)
    with open(pod.installing_file, "w"):
        pass
    try:
        _make_environment(pod.environment)
        pip = _unpack_pip(pod)
        file = os.path.join(pod.tmp, "pyjob-requirements.txt")
        with open(file, "w", encoding="utf-8") as out:
            out.writelines(f"{line}\n" for line in requirements)
        _run_pip(pip, file, index, pod)
        shutil.rmtree(pip, ignore_errors=True)
    except OSError as error:
        raise _failed(f"the environment in {pod.environment} cannot be written: {error}", "") from error
    finally:
        os.unlink(pod.installing_file)
    with open(pod.environment_whole, "w"):
        pass
    new = installed_in(pod.environment)
    log(f"installed {len(new)} packages in {time.monotonic() - began:.1f} s: {' '.join(new)}")


def _make_environment(folder: str) -> None:
    """A virtual environment over this Python, also where this one is of a virtual environment itself."""
    shutil.rmtree(folder, ignore_errors=True)
    venv.EnvBuilder(system_site_packages=True, symlinks=True, with_pip=False).create(folder)
    if sys.prefix != sys.base_prefix:
        ours = [entry for entry in sys.path if entry.startswith(os.path.join(sys.prefix, ""))]
        with open(os.path.join(site_of(folder), "pyjob-image.pth"), "w", encoding="utf-8") as out:
            out.writelines(f"{entry}\n" for entry in ours)


def _unpack_pip(pod: PodDirectory) -> str:
    """A folder with pip. Not the zip file itself: pip would compile each module at each of its starts."""
    wheel = os.path.join(os.environ["PYJOB_CODE"], "pip.whl")
    folder = os.path.join(pod.tmp, "pyjob-pip")
    try:
        with zipfile.ZipFile(wheel) as packed:
            packed.extractall(folder)
    except FileNotFoundError as error:
        raise _failed("this runtime of PyJob was built without pip", "") from error
    return folder


def _run_pip(pip: str, file: str, index: Index, pod: PodDirectory) -> None:
    command = [os.path.join(pod.environment, "bin", "python3"), os.path.join(pip, "pip"), *_options(index), "-r", file]
    log_file = os.path.join(pod.tmp, "pyjob-pip.log")
    command[2:2] = ["--log", log_file]  # what is there is added to
    if os.path.exists(log_file):
        os.unlink(log_file)
    secrets = [secret for secret in _secrets(index) if secret]
    lines: list[str] = []
    with subprocess.Popen(
        command,
        env=_environment(index),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        errors="replace",
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        with _ended_with_us(process), _limited(process) as late:
            for line in process.stdout:
                text = _pip_output.blotted(line.rstrip(), secrets)
                lines.append(text)
                del lines[:-_TOLD_LINES]
                if text.strip() and not text.startswith("Requirement already satisfied"):
                    log(f"pip: {text}")
    last = "\n".join(line for line in lines if line.strip())
    if late.is_set():
        raise _failed(f"pip was not done after {LIMIT_S:g} s", last)
    if process.returncode == -signal.SIGKILL:
        raise _failed(_KILLED, last)
    if process.returncode:
        raise _failed(_pip_output.blotted(_pip_output.cause(_read(log_file)), secrets), last)
    os.unlink(log_file)


def _read(log_file: str) -> list[str]:
    """All that pip did; its output leaves out why an index gave nothing."""
    with open(log_file, encoding="utf-8", errors="replace") as file:
        return file.read().splitlines()


def _options(index: Index) -> list[str]:
    options = ["--no-input", "--disable-pip-version-check", "--no-color", "install", "--progress-bar", "off"]
    options += ["--no-cache-dir", "--no-warn-script-location", "--root-user-action", "ignore"]
    options += ["--no-index"] if index.no_index else []
    for link in index.find_links:
        options += ["--find-links", link]
    for url in (index.url, *index.extra, *index.find_links):
        # pip takes nothing by plain http unless it is told to; who writes such an address has told it.
        parts = urllib.parse.urlsplit(url)
        options += ["--trusted-host", parts.netloc.rpartition("@")[2]] if parts.scheme == "http" else []
    return options


def _environment(index: Index) -> dict[str, str]:
    """Addresses by variables: command lines of processes are seen by many, and one may hold a password."""
    env = {**_PIP_DEFAULTS, **os.environ, "PYTHONUNBUFFERED": "1"}
    for name in (*CREDENTIALS, "PIP_TARGET", "PIP_PREFIX", "PIP_USER"):
        env.pop(name, None)
    if index.url:
        env["PIP_INDEX_URL"] = _with_credentials(index)
    if index.extra:
        env["PIP_EXTRA_INDEX_URL"] = " ".join(index.extra)
    return env


def _with_credentials(index: Index) -> str:
    if not index.username and not index.password:
        return index.url
    parts = urllib.parse.urlsplit(index.url)
    name, password = (urllib.parse.quote(text, safe="") for text in (index.username, index.password))
    return parts._replace(netloc=f"{name}:{password}@{parts.netloc.rpartition('@')[2]}").geturl()


def _secrets(index: Index) -> list[str]:
    return [index.password, urllib.parse.quote(index.password, safe="")]


@contextmanager
def _limited(process: subprocess.Popen[str]) -> Iterator[threading.Event]:
    late = threading.Event()

    def end() -> None:
        late.set()
        _kill(process)

    timer = threading.Timer(LIMIT_S, end)
    timer.daemon = True
    timer.start()
    try:
        yield late
    finally:
        timer.cancel()


@contextmanager
def _ended_with_us(process: subprocess.Popen[str]) -> Iterator[None]:
    """The first process of a container gets no signal that it has not asked for: its pod would be slow to go."""

    def leave(number: int, _frame: FrameType | None) -> None:
        _kill(process)
        os._exit(128 + number)

    before = {number: signal.signal(number, leave) for number in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


def _kill(process: subprocess.Popen[str]) -> None:
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        return  # it has just ended


def _failed(why: str, details: str) -> CannotStart:
    return CannotStart(
        Failure(f"spec.python.requirements cannot be installed: {why}", f"{_ADVICE}\n{details}".rstrip("\n")), EXIT_CODE
    )
