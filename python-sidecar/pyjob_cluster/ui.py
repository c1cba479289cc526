"""`pyjob ui`: Spark's own pages of a job, which its driver has, at an address of this machine."""

import socket
import subprocess
import time

from . import forward, pods
from .display import say
from .job import Job
from .kubectl import Kubectl, Refused
from .logs import pods_of

_PORT = 4040
_FORWARD_S = 20.0
_PAUSE_S = 0.5


def show(kubectl: Kubectl, job: Job, port: int | None, patience: float, browser: bool) -> int:
    """Forward a port to the driver's UI until Ctrl-C, or until the driver has ended."""
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
        forward.end(process)


def _connected(
    kubectl: Kubectl, job: Job, driver: str, ports: tuple[int, int], patience: float
) -> "tuple[subprocess.Popen[bytes], str]":
    """The process that forwards the port, once somebody answers there; kubectl may end if nobody does."""
    until = time.monotonic() + patience
    while True:
        process, local = forward.start(kubectl, f"pod/{driver}", ports[1], ports[0])
        try:
            address = f"http://127.0.0.1:{local}/"
            if _answers(address):
                return process, address
        except BaseException:
            forward.end(process)
            raise
        forward.end(process)
        if time.monotonic() >= until:
            raise Refused(_silent(job, ports[1]))
        time.sleep(_PAUSE_S)


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


def _wait(process: "subprocess.Popen[bytes]", seconds: float) -> None:
    try:
        process.wait(seconds)
    except subprocess.TimeoutExpired:
        return
