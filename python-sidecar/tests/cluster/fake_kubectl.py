#!/usr/bin/env python3
"""A kubectl whose cluster is a folder, for the commands and options that are used of the real one.

``pyjobs/NAME.json`` and ``pods/NAME.json`` are objects, ``logs/POD.CONTAINER`` logs, ``events.json`` a
list. Watches and followed logs look at the files again and again. ``calls`` gets each command line.
Files are changed by renaming, so that none is read half.
"""

from __future__ import annotations

import json
import os
import socket
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NoReturn

CLUSTER = Path(os.environ["FAKE_CLUSTER"])
LOOK_S = 0.01
FINAL = ("Succeeded", "Failed", "Cancelled")
VALUES = {"-n", "--namespace", "--context", "-o", "-l", "-f", "-c"}


def fail(text: str) -> NoReturn:
    """End as kubectl does."""
    sys.stderr.write(text + "\n")
    sys.exit(1)


def write(file: Path, tree: Any) -> None:
    """Replace a file."""
    file.parent.mkdir(exist_ok=True)
    part = file.parent / f".{file.name}.{os.getpid()}.{threading.get_ident()}"
    part.write_text(json.dumps(tree))
    part.rename(file)


def of(kind: str, name: str | None, selector: dict[str, str]) -> dict[str, Any]:
    """The objects that are there, by name."""
    found = {}
    for file in sorted((CLUSTER / kind).glob("[!.]*.json")):
        try:
            tree = json.loads(file.read_text())
        except FileNotFoundError:
            continue
        labels = tree["metadata"].get("labels", {})
        if name in {None, file.stem} and selector.items() <= labels.items():
            found[file.stem] = tree
    return found


def show(tree: Any) -> None:
    """Print as kubectl prints JSON."""
    print(json.dumps(tree, indent=4), flush=True)


def tell(event: Any) -> None:
    """Print an event of a watch, as kubectl does: on one line."""
    print(json.dumps(event), flush=True)


def get(words: list[str], options: dict[str, str]) -> None:
    """``kubectl get``."""
    kind = {"pyjob": "pyjobs", "pod": "pods"}.get(words[0], words[0])
    name = words[1] if len(words) > 1 else None
    if name is not None and "--watch" in options:
        fail("error: a watch of one object loses what changes before it begins: that is not for programs")
    field = options.get("--field-selector", "")
    selector = dict(part.split("=", 1) for part in options.get("-l", "").split(",") if part)
    if kind == "events":
        show({"kind": "List", "items": json.loads((CLUSTER / "events.json").read_text())})
        return
    if kind == "namespaces":
        print("namespace/default\nnamespace/team-a")
        return
    there = of(kind, name, selector)
    if name is not None and not there:
        if "--ignore-not-found" in options:
            return
        fail(f'Error from server (NotFound): {kind}.pyjob.io "{name}" not found')
    if "--watch" in options:
        watch(kind, field.removeprefix("metadata.name=") if field else None, selector)
    elif options["-o"].startswith("custom-columns"):
        for tree in there.values():
            print(tree["metadata"]["name"].ljust(20), tree.get("status", {}).get("phase", "<none>"))
    elif name is not None:
        show(there[name])
    else:
        show({"apiVersion": "v1", "kind": "List", "items": list(there.values())})


def watch(kind: str, name: str | None, selector: dict[str, str]) -> NoReturn:
    """Tell what changes; the file ``break`` ends it once, as servers do, ``deaf`` each time."""
    known: dict[str, Any] = {}
    while True:
        there = of(kind, name, selector)
        for gone in set(known) - set(there):
            tell({"type": "DELETED", "object": known.pop(gone)})
        for key, tree in there.items():
            if known.get(key) != tree:
                tell({"type": "MODIFIED" if key in known else "ADDED", "object": tree})
                known[key] = tree
        if (CLUSTER / "deaf").exists():
            fail("error: unable to decode an event from the watch stream")
        try:
            (CLUSTER / "break").unlink()
            sys.exit(0)
        except FileNotFoundError:
            time.sleep(LOOK_S)


def logs(pod: str, options: dict[str, str]) -> None:
    """``kubectl logs``; each line of the file begins with its time. ``break-log`` ends a followed one once."""
    container = options["-c"]
    file = CLUSTER / "logs" / f"{pod}.{container}"
    since = options.get("--since-time", "")[:19]
    lines = file.read_text().splitlines(keepends=True) if file.exists() else []
    if "--tail" in options:
        lines = lines[-int(options["--tail"]) :]
    shown = 0
    while True:
        lines = lines if shown == 0 else file.read_text().splitlines(keepends=True)
        for line in lines[shown:]:
            stamp, _, text = line.partition(" ")
            if stamp[:19] >= since:
                sys.stdout.write(line if "--timestamps" in options else text)
        sys.stdout.flush()
        shown = len(lines)
        if "--follow" not in options:
            return
        if (CLUSTER / "break-log").exists():
            (CLUSTER / "break-log").unlink()
            return
        tree = of("pods", pod, {}).get(pod)
        states = {s["name"]: s["state"] for s in tree["status"]["containerStatuses"]} if tree else {}
        if "running" not in states.get(container, {}) and len(file.read_text().splitlines()) == shown:
            return
        time.sleep(LOOK_S)


def create(given: str) -> dict[str, Any]:
    """Put an object there; the file ``end-NAME.json`` has what its status shall be then."""
    tree: dict[str, Any] = json.loads(given)
    for item in tree["items"] if tree["kind"] == "List" else [tree]:
        name = item["metadata"].setdefault("name", item["metadata"].get("generateName", "") + "x7k2p")
        file = CLUSTER / f"{item['kind'].lower()}s" / f"{name}.json"
        before = json.loads(file.read_text()) if file.exists() else {}
        item["metadata"] |= {"uid": before.get("metadata", {}).get("uid") or f"uid-of-{name}"}
        item["metadata"].setdefault("namespace", "default")
        write(file, {**item, **({"status": before["status"]} if "status" in before else {})})
    return tree


def forward(pod: str, ports: str) -> NoReturn:
    """``kubectl port-forward`` to whatever listens at the port that the file ``ui`` names; without it nobody does."""
    local, _, remote = ports.partition(":")
    with socket.create_server(("127.0.0.1", int(local))) as server:
        port = server.getsockname()[1]
        print(f"Forwarding from 127.0.0.1:{port} -> {remote}", flush=True)
        while True:
            client, _ = server.accept()
            with client:
                if not (CLUSTER / "ui").exists():
                    sys.exit("error: lost connection to pod")
                client.recv(4096)
                client.sendall(b"HTTP/1.0 200 OK\r\n\r\nSpark of " + pod.encode())


def forward_service(name: str, ports: str) -> NoReturn:
    """``kubectl port-forward`` to the UI's proxy: it lets in who has the token that the file ``token`` has."""
    good = (CLUSTER / "token").read_text()

    class Proxy(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            status, body, location = 200, f"page {self.path} of {name}", ""
            if self.headers.get("Authorization") != f"Bearer {good}":
                status, body = 403, "<h1>Not yours to see</h1><p>me &amp; you may not</p><pre>kubectl create x</pre>"
            elif self.path.endswith("/report/"):
                status, location = 302, f"{self.path}history/report-1-0/jobs/"
            elif self.path.endswith("/none/"):
                status, body = 404, "<h1>No event log of none</h1><p>spec.eventLog</p>"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            if location:
                self.send_header("Location", location)
            self.end_headers()
            self.wfile.write(body.encode())

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing."""

    with ThreadingHTTPServer(("127.0.0.1", int(ports.partition(":")[0])), Proxy) as server:
        print(f"Forwarding from 127.0.0.1:{server.server_address[1]} -> {ports.partition(':')[2]}", flush=True)
        server.serve_forever()
    raise AssertionError("it serves for ever")


def main() -> None:
    """Run one command."""
    with open(CLUSTER / "calls", "a") as calls:
        calls.write(" ".join(sys.argv[1:]) + "\n")
    words: list[str] = []
    options: dict[str, str] = {}
    arguments = iter(sys.argv[1:])
    for word in arguments:
        if word in VALUES:
            options[word] = next(arguments)
        elif word.startswith("--"):
            option, _, value = word.partition("=")
            options[option] = value
        else:
            words.append(word)
    if (CLUSTER / "refuse").exists():
        fail((CLUSTER / "refuse").read_text())
    match words:
        case ["get", *rest]:
            get(rest, options)
        case ["logs", pod]:
            logs(pod, options)
        case ["create", "token", account]:
            print(f"token-of-{account}")
        case ["create" | "apply"] if "--dry-run" in options:
            for part in Path(options["-f"]).read_text().split("---\n"):
                tree = json.loads(part)
                tree["metadata"] = {"namespace": "default", **tree["metadata"], "creationTimestamp": None}
                show({**tree, "status": {}})
        case ["create" | "apply"]:
            created = create(sys.stdin.read())
            if options.get("-o") == "json":
                show(created)
        case ["delete", "pyjob", name]:
            (CLUSTER / "pyjobs" / f"{name}.json").unlink()
        case ["scale", target]:
            file = CLUSTER / "pyjobs" / f"{target.removeprefix('pyjob/')}.json"
            tree = json.loads(file.read_text())
            tree["spec"].setdefault("executors", {})["instances"] = int(options["--replicas"])
            write(file, tree)
        case ["port-forward", service, ports] if service.startswith("svc/"):
            forward_service(service.removeprefix("svc/"), ports)
        case ["config", "view"] if options["-o"] == "json":
            print((CLUSTER / "kubeconfig").read_text())
        case ["config", "view"]:
            print("team-a", end="")
        case ["port-forward", pod, ports]:
            forward(pod.removeprefix("pod/"), ports)
        case ["config", "get-contexts"]:
            print("kind-here\nproduction")
        case _:
            fail(f"error: unknown command {words}")


if __name__ == "__main__":
    main()
