"""`pyjob history DIR`: Spark's history server on this machine, for event logs of runs on this machine."""

import argparse
import os
import signal
import socket
import subprocess
import urllib.error
import urllib.request
from collections.abc import Sequence
from pathlib import Path

from .runtime import Runtime, in_use
from .say import SetupError, say

_PORT = 18080
_MAIN = "org.apache.spark.deploy.history.HistoryServer"
_PAUSE_S = 0.2
_ANSWER_S = 5.0


def read(argv: Sequence[str]) -> argparse.Namespace:
    """The options; a wrong one ends the program with exit code 2."""
    parser = argparse.ArgumentParser(
        prog="pyjob history",
        description="Shows the event logs of a folder, as `pyjob run --event-log DIR` writes them, until Ctrl-C.",
        allow_abbrev=False,
    )
    parser.add_argument("folder", metavar="DIR", type=Path, help="the folder with event logs")
    parser.add_argument("--port", type=int, metavar="N", help=f"the port, 0 for any; {_PORT} if that is free")
    return parser.parse_args(argv)


def command(runtime: Runtime, folder: Path, port: int) -> list[str]:
    """The command line of the history server, which nobody but this machine reaches."""
    settings = {
        # Not as a URI: of this one Hadoop takes a %20 for a part of the name.
        "spark.history.fs.logDirectory": f"file:{folder.resolve()}",
        "spark.history.ui.port": str(port),
        "spark.history.fs.update.interval": "2s",
        "spark.port.maxRetries": "0",
    }
    flags = [f"-D{key}={value}" for key, value in settings.items()]
    return [str(runtime.java / "bin" / "java"), f"@{runtime.arguments('driver')}", "-Xmx1g", *flags, _MAIN]


def show(runtime: Runtime, options: argparse.Namespace) -> int:
    """Run the history server until it ends or Ctrl-C."""
    folder: Path = options.folder
    if not folder.is_dir():
        raise SetupError(f"{folder} is no folder: `pyjob run --event-log {folder} job.yaml` writes event logs into it")
    if not any(folder.iterdir()):
        say(f"{folder} is empty: a log is shown as soon as `pyjob run --event-log {folder} job.yaml` has begun one")
    wished = _PORT if options.port is None and _is_free(_PORT) else options.port
    port = wished or _free()
    # Spark listens there and gives its pages this name; by itself it would be for the whole network.
    env = {**os.environ, "SPARK_LOCAL_IP": "127.0.0.1", "SPARK_LOCAL_HOSTNAME": "127.0.0.1"}
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with in_use(runtime.home):
        server = subprocess.Popen(command(runtime, folder, port), env=env, stdin=subprocess.DEVNULL)
        try:
            address = f"http://127.0.0.1:{port}/"
            while server.poll() is None and not _answers(address):
                _wait(server, _PAUSE_S)
            if server.poll() is None:
                print(address, flush=True)
                say("this is Spark's history server; Ctrl-C ends it")
            code = server.wait()
            raise SetupError(f"Spark's history server has ended with {code}; what it said is above")
        except KeyboardInterrupt:
            return 0
        finally:
            server.terminate()
            server.wait()


def _answers(address: str) -> bool:
    try:
        with urllib.request.urlopen(address + "api/v1/version", timeout=_ANSWER_S):
            return True
    except (OSError, urllib.error.URLError):
        return False


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _free() -> int:
    with socket.create_server(("127.0.0.1", 0)) as server:
        port: int = server.getsockname()[1]
        return port


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
