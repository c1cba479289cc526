"""A cluster as kubectl shows it, and its changes with the moment each was seen."""

import json
import os
import shutil
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from pyjob_local.say import SetupError, say

PROJECT = Path(__file__).resolve().parents[2]
Object = dict[str, Any]


@dataclass(frozen=True)
class Change:
    """What a watch told: when it was seen (`time.time()`); ADDED, MODIFIED or DELETED; the object as it was."""

    at: float
    kind: str
    object: Object


class Watch:
    """The changes of one kind of object in one namespace, from its beginning on. One thread reads them."""

    def __init__(self, environment: dict[str, str], path: str) -> None:
        listed = json.loads(_output(["kubectl", "get", "--raw", path], environment))
        since = listed["metadata"]["resourceVersion"]
        self._process = subprocess.Popen(
            ["kubectl", "get", "--raw", f"{path}?watch=true&resourceVersion={since}"],
            env=environment,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
        )
        self._changes: list[Change] = []
        self._told = threading.Condition()
        self._thread = threading.Thread(target=self._read, daemon=True)
        self._thread.start()

    def _read(self) -> None:
        assert self._process.stdout is not None
        for line in self._process.stdout:
            at = time.time()
            event = json.loads(line)
            with self._told:
                self._changes.append(Change(at, event["type"], event["object"]))
                self._told.notify_all()

    def changes(self) -> list[Change]:
        """All of them until now."""
        with self._told:
            return list(self._changes)

    def wait(self, test: Callable[[list[Change]], bool], seconds: float) -> bool:
        """Wait until the changes pass the test; whether they did in time."""
        with self._told:
            return self._told.wait_for(lambda: test(self._changes), seconds)

    def close(self) -> None:
        """End it; what it has told stays."""
        self._process.terminate()
        self._process.wait()
        self._thread.join()


@dataclass(frozen=True)
class Cluster:
    """The cluster of an environment's KUBECONFIG."""

    environment: dict[str, str] = field(repr=False)

    def kubectl(self, *arguments: str, given: str | None = None) -> str:
        """What a command prints; one that fails ends the benchmark."""
        return _output(["kubectl", *arguments], self.environment, given)

    def apply(self, *objects: Object) -> None:
        """Write objects."""
        self.kubectl("apply", "-f", "-", given=json.dumps({"apiVersion": "v1", "kind": "List", "items": list(objects)}))

    def get(self, *arguments: str) -> Object:
        """An object, or a list."""
        found: Object = json.loads(self.kubectl("get", *arguments, "-o", "json"))
        return found

    @contextmanager
    def watch(self, path: str) -> Iterator[Watch]:
        """Watch what a path of the API lists, such as /api/v1/namespaces/default/pods."""
        watch = Watch(self.environment, path)
        try:
            time.sleep(0.3)  # so that the first change is not seen late
            yield watch
        finally:
            watch.close()

    @contextmanager
    def namespace(self, name: str, pod_security: str) -> Iterator[str]:
        """A namespace, with all that is in it gone in the end."""
        labels = {"pod-security.kubernetes.io/enforce": pod_security, "app.kubernetes.io/part-of": "pyjob-bench"}
        self.apply({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": labels}})
        try:
            yield name
        finally:
            self.kubectl("delete", "namespace", name, "--timeout=180s")


def find_cluster() -> Cluster:
    """The cluster of KUBECONFIG, or that of ../shared/cluster, which is started if it is not up."""
    environment = dict(os.environ)
    if not os.access(environment.get("KUBECONFIG", Path.home() / ".kube" / "config"), os.R_OK):
        own = PROJECT.parent / "shared" / "cluster"
        if not (own / "cluster-up").exists():
            raise SetupError("there is no cluster: let KUBECONFIG name the configuration of one (kind create cluster)")
        for program in ("install", "cluster-up"):
            say(f"starting a cluster: {own / program}")
            subprocess.run([own / program], check=True, stdout=subprocess.DEVNULL)
        environment["KUBECONFIG"] = os.environ.get("KUBERNODE_STATE", "/var/lib/kubernode") + "/kubeconfig"
        environment["PATH"] = os.environ.get("KUBERNODE_BIN", "/opt/kubernode/bin") + ":" + environment["PATH"]
    for program in ("kubectl", "helm"):
        if shutil.which(program, path=environment["PATH"]) is None:
            raise SetupError(f"{program} is needed, and not on the PATH")
    return Cluster(environment)


def _output(command: list[str], environment: dict[str, str], given: str | None = None) -> str:
    silent = subprocess.DEVNULL if given is None else None
    done = subprocess.run(
        command, env=environment, input=given, stdin=silent, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        raise SetupError(f"`{' '.join(command)}` exited with {done.returncode}: {done.stderr.strip()[-3000:]}")
    return done.stdout
