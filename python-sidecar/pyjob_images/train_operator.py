"""The training run in the operator image's build: an operator leads and plans one job; an archive of its classes."""

import contextlib
import os
import random
import socket
import subprocess
import sys
import tempfile
import threading
import time
import urllib.request
from pathlib import Path
from typing import Any

from .api_server import ApiServer
from .archive import class_list, make_archive
from .layout import JAVA, OPERATOR_HOME

_ACCOUNT = Path("/var/run/secrets/kubernetes.io/serviceaccount")
_MAIN = "io.pyjob.operator.Main"
# A build may use the network of its machine: above what programs listen on, below what outgoing connections are given.
_PORTS = range(20_000, 30_000)
_PATIENCE_S = 120.0
_REST_S = 2.0
_JOB: dict[str, Any] = {
    "apiVersion": "pyjob.io/v1alpha1",
    "kind": "PyJob",
    "metadata": {"name": "training", "namespace": "training", "uid": "0", "resourceVersion": "1", "generation": 1},
    "spec": {
        "script": {"inline": "print(1)"},
        "args": [],
        "python": {"requirements": [], "env": []},
        "driver": {"cores": 1, "memory": "1Gi", "python": {"memory": "512Mi"}},
        "executors": {"instances": 1, "cores": 1, "memory": "1Gi", "python": {"memory": "1Gi", "preload": []}},
        "conf": {},
    },
}
# Suspended: a run would be another job of a name that nobody knows before.
_SCHEDULE: dict[str, Any] = {
    "apiVersion": "pyjob.io/v1alpha1",
    "kind": "PyJobSchedule",
    "metadata": {"name": "nightly", "namespace": "training", "uid": "2", "resourceVersion": "1", "generation": 1},
    "spec": {"schedule": "0 3 * * *", "suspend": True, "template": {"spec": _JOB["spec"]}},
}

_JOBS = "/apis/pyjob.io/v1alpha1/namespaces/training/pyjobs"
_SCHEDULES = "/apis/pyjob.io/v1alpha1/namespaces/training/pyjobschedules"
_PODS = "/api/v1/namespaces/training/pods"
_SERVICE = {"apiVersion": "v1", "kind": "Service", "metadata": {"name": "pyjob-report", "uid": "1"}, "spec": {}}


def main() -> int:
    """Train; the exit code."""
    class_list(OPERATOR_HOME, "").parent.mkdir()
    with tempfile.TemporaryDirectory() as folder:
        certificate, key = _certificate(Path(folder))
        objects = {
            f"{_JOBS}/training": _JOB,
            f"{_SCHEDULES}/nightly": _SCHEDULE,
            "/api/v1/namespaces/training/services/pyjob-report": _SERVICE,
        }
        server = ApiServer(certificate, key, objects)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        _ACCOUNT.mkdir(parents=True)
        (_ACCOUNT / "ca.crt").write_bytes(certificate.read_bytes())
        (_ACCOUNT / "token").write_text("a-token")
        management_port, report_port = free_ports(2)
        settings = _settings(server.server_port, management_port, report_port)
        command = [str(JAVA / "bin" / "java"), f"@{OPERATOR_HOME}/operator.train.args", _MAIN]
        with subprocess.Popen(command, env={**os.environ, **settings}) as operator:
            try:
                _work(operator, objects, management_port)
            finally:
                operator.terminate()
    if operator.returncode != 0:
        print(f"the operator ended with {operator.returncode}", file=sys.stderr)
        return 1
    make_archive(OPERATOR_HOME, ("operator",), OPERATOR_HOME / "operator.jsa")
    return 0


def free_ports(count: int) -> list[int]:
    """Ports that nobody listens on now, and that no outgoing connection of this machine takes meanwhile."""
    free: list[int] = []
    for port in random.sample(_PORTS, len(_PORTS)):
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("", port))
            free.append(port)
        if len(free) == count:
            return free
    raise SystemExit(f"the operator's training run finds no {count} free ports in {_PORTS.start} to {_PORTS.stop - 1}")


def _work(operator: subprocess.Popen[bytes], objects: dict[str, Any], management_port: int) -> None:
    """Wait until the operator has made the job's pods, and look at it as Kubernetes and Prometheus do."""
    until = time.monotonic() + _PATIENCE_S
    while not any(path.startswith(_PODS) for path in objects):
        if operator.poll() is not None or time.monotonic() > until:
            raise SystemExit(f"the operator made no pods (exit code {operator.poll()}), only {sorted(objects)}")
        time.sleep(0.1)
    for path in ("healthz", "readyz", "metrics"):
        with urllib.request.urlopen(f"http://127.0.0.1:{management_port}/{path}") as answer:
            answer.read()
    time.sleep(_REST_S)


def _settings(port: int, management_port: int, report_port: int) -> dict[str, str]:
    return {
        "KUBERNETES_SERVICE_HOST": "127.0.0.1",
        "KUBERNETES_SERVICE_PORT": str(port),
        "PYJOB_RUNTIME_IMAGE": "runtime",
        "PYJOB_PYTHON_IMAGE": "python",
        "PYJOB_NAMESPACE": "training",
        "PYJOB_POD_NAME": "operator",
        "PYJOB_POD_IP": "127.0.0.1",
        "PYJOB_REPORT_URL": "http://pyjob-report.training.svc:7070/report",
        "PYJOB_WATCH_NAMESPACES": "training",
        "PYJOB_MANAGEMENT_PORT": str(management_port),
        "PYJOB_REPORT_PORT": str(report_port),
    }


def _certificate(folder: Path) -> tuple[Path, Path]:
    """Make a certificate for this machine, and its key."""
    certificate, key = folder / "certificate.pem", folder / "key.pem"
    command = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=training"]
    command += ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", str(key), "-out", str(certificate)]
    subprocess.run(command, check=True, capture_output=True)
    return certificate, key


if __name__ == "__main__":
    sys.exit(main())
