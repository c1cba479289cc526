"""Our operator, installed by its chart as a user would, for the benchmark's own namespace."""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from pyjob_local.say import SetupError, say

from .cluster import PROJECT, Cluster, Object

_RESOURCES = ("pyjobs", "pyjobschedules")
_RELEASE = "pyjob"


def build_images(tag: str) -> None:
    """Build our images and load them."""
    for program in ("build", "load"):
        command = [str(PROJECT / "images" / program), tag]
        if subprocess.run(command, stdout=subprocess.DEVNULL, check=False).returncode != 0:
            raise SetupError(f"images/{program} {tag} failed (see above)")


@contextmanager
def operator(cluster: Cluster, namespace: str, watched: str, tag: str) -> Iterator[Object]:
    """The operator's pod, which looks after one namespace."""
    _refuse_another(cluster)
    say(f"installing the operator in namespace {namespace}")
    there = cluster.kubectl("get", "crds", "-o", "name")
    new = [resource for resource in _RESOURCES if f"/{resource}.pyjob.io" not in there]
    for resource in _RESOURCES:
        cluster.kubectl("apply", "--server-side", "--force-conflicts", "-f", _crd(resource))
    values = [
        f"image.tag={tag}",
        "image.pullPolicy=IfNotPresent",
        f"watchNamespaces={{{watched}}}",
        "crds.install=false",
    ]
    settings = [part for value in values for part in ("--set", value)]
    try:
        _helm(cluster, "install", _RELEASE, str(PROJECT / "charts" / "pyjob"), "-n", namespace, "--wait", *settings)
        pods = cluster.get("pods", "-n", namespace)["items"]
        yield pods[0]
    finally:
        _helm(cluster, "uninstall", _RELEASE, "-n", namespace, "--ignore-not-found")
        for resource in new:
            cluster.kubectl("delete", "-f", _crd(resource), "--timeout=60s")


def _crd(resource: str) -> str:
    return str(PROJECT / "crds" / f"{resource}.pyjob.io-v1.yml")


def job(name: str, namespace: str, script: Path, cores: int = 1, executors: int = 1) -> Object:
    """The manifest of a job. Pods ask for as much CPU as stock's do."""
    asks = {} if cores > 1 else {"cpu": "200m"}
    return {
        "apiVersion": "pyjob.io/v1alpha1",
        "kind": "PyJob",
        "metadata": {"name": name, "namespace": namespace},
        "spec": {
            "script": {"inline": script.read_text()},
            "driver": {"cores": cores, **asks},
            "executors": {"instances": executors, "cores": cores, **asks},
        },
    }


def _refuse_another(cluster: Cluster) -> None:
    found = cluster.get("deployments", "-A", "-l", "app.kubernetes.io/name=pyjob-operator")["items"]
    for deployment in found:
        variables = deployment["spec"]["template"]["spec"]["containers"][0].get("env", [])
        if not any(one["name"] == "PYJOB_WATCH_NAMESPACES" and one.get("value") for one in variables):
            where = deployment["metadata"]["namespace"]
            raise SetupError(
                f"the operator in namespace {where} watches all namespaces, this benchmark's too: remove it first"
            )


def _helm(cluster: Cluster, *arguments: str) -> None:
    done = subprocess.run(["helm", *arguments], env=cluster.environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise SetupError(f"`helm {arguments[0]}` exited with {done.returncode}: {done.stderr.strip()}")
