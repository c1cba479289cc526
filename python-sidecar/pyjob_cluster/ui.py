"""`pyjob ui`: Spark's own pages of a job, which its driver has, at an address of this machine."""

import re
import socket
import subprocess
import tempfile
import time

from . import pods
from .display import say
from .job import Job
from .kubectl import Kubectl, Refused, refusal
from .logs import pods_of

_PORT = 4040
_FORWARDED = re.compile(r"Forwarding from 127\.0\.0\.1:(\d+) ->")
_FORWARD_S = 20.0
_PAUSE_S = 0.5


def show(kubectl: Kubectl, job: Job, port: int | None, patience: float, browser: bool) -> int:
    """Forward a port to the driver's UI until Ctrl-C, or until the driver has ended."""
    refuse_ended(job)
    wanted = int(job.conf.get("spark.ui.port", _PORT))
    driver = _driver(kubectl, job)
    local = port if port is not None else (wanted if _is_free(wanted) else 0)
    process, address = _connected(kubectl, job, driver, (local, wanted), patience if is_on(job) else 0)
    try:
        print(address, flush=True)
        say("this is the driver's Spark UI, as long as the job runs; Ctrl-C ends the connection, not the job")
        if browser:
            import webbrowser

            webbrowser.open(address)
        while process.poll() is None and not Job.of(kubectl.objects("get", "pyjob", job.name)[0]).is_over:
            _wait(process, 2.0)
        say(f"the connection has ended: {job.name} has, or its driver's UI")
        return 0
    finally:
        _end(process)


def _connected(
    kubectl: Kubectl, job: Job, driver: str, ports: tuple[int, int], patience: float
) -> "tuple[subprocess.Popen[bytes], str]":
    """The process that forwards the port, once somebody answers there; kubectl may end if nobody does."""
    until = time.monotonic() + patience
    while True:
        with tempfile.TemporaryFile() as errors:
            process = kubectl.start(
                *("port-forward", f"pod/{driver}", f"{ports[0]}:{ports[1]}", "--address=127.0.0.1"), stderr=errors
            )
            try:
                local = _forwarded(process)
                if local is None:
                    process.wait()
                    errors.seek(0)
                    raise refusal(errors.read().decode(errors="replace"))
                address = f"http://127.0.0.1:{local}/"
                if _answers(address):
                    return process, address
            except BaseException:
                _end(process)
                raise
        _end(process)
        if time.monotonic() >= until:
            raise Refused(_silent(job, ports[1]))
        time.sleep(_PAUSE_S)


def refuse_ended(job: Job) -> None:
    """Say why a job that has ended has no UI."""
    if job.is_over:
        raise Refused(
            f"{job.name} has ended ({job.phase}), and the Spark UI is a part of its driver. To look at jobs that have "
            "ended, let Spark write event logs (spark.eventLog.enabled, .dir) and start a history server on them"
        )


def is_on(job: Job) -> bool:
    """Whether the manifest turns the UI on; a script may do so itself."""
    return job.conf.get("spark.ui.enabled", "false").lower() == "true"


def _silent(job: Job, port: int) -> str:
    if not is_on(job):
        return (
            f"the Spark UI of {job.name} is off, as PyJob's default is. Write\n"
            '  conf: {spark.ui.enabled: "true"}\n'
            "into the manifest's spec and run it anew: a job that runs does not take it"
        )
    return (
        f"the driver of {job.name} ({job.phase}) does not answer at port {port}. It opens the UI when the script makes "
        "its SparkSession; --timeout says how long to wait for that"
    )


def _driver(kubectl: Kubectl, job: Job) -> str:
    drivers = [pod for pod in pods_of(kubectl, job) if pod.role == pods.DRIVER]
    if not drivers:
        raise Refused(f"{job.name} has no driver yet; `status` says what it waits for")
    pod = drivers[-1]
    jvm = pod.container(pods.JVM)
    if jvm is None or jvm.state != "running":
        state = "has not started" if jvm is None or jvm.state == "waiting" else "has ended"
        raise Refused(f"the driver of {job.name} {state}, so there is no Spark UI")
    return pod.name


def _forwarded(process: "subprocess.Popen[bytes]") -> int | None:
    assert process.stdout is not None
    for line in process.stdout:
        found = _FORWARDED.search(line.decode(errors="replace"))
        if found:
            return int(found.group(1))
    return None


def _answers(address: str) -> bool:
    import http.client

    connection = http.client.HTTPConnection(address.split("/")[2], timeout=_FORWARD_S)
    try:
        connection.request("GET", "/jobs/")
        return connection.getresponse().status < 500
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True


def _end(process: "subprocess.Popen[bytes]") -> None:
    process.terminate()
    process.wait()


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
