"""Stands in for a Kubernetes API server, so that an operator can start in the build of its image.

It keeps what it is given and tells it back, allows everything, and never has news for a watch.
"""

import base64
import hashlib
import json
import ssl
import uuid
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

Object = dict[str, Any]

_WEB_SOCKET_GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
_GROUP_RESOURCES = {
    "kind": "APIResourceList",
    "apiVersion": "v1",
    "groupVersion": "pyjob.io/v1alpha1",
    "resources": [
        {"name": f"{kind.lower()}s", "singularName": kind.lower(), "namespaced": True, "kind": kind, "verbs": ["list"]}
        for kind in ("PyJob", "PyJobSchedule")
    ],
}


class ApiServer(ThreadingHTTPServer):
    """Listens at a free port of 127.0.0.1 over TLS; ``objects`` are there from the start, by path."""

    daemon_threads = True

    def __init__(self, certificate: Path, key: Path, objects: dict[str, Object]) -> None:
        super().__init__(("127.0.0.1", 0), _Requests)
        self.objects = objects
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate, key)
        self.socket = context.wrap_socket(self.socket, server_side=True)


class _Requests(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: ApiServer

    def do_GET(self) -> None:
        address = urlsplit(self.path)
        if "watch" in parse_qs(address.query):
            self._watch()
        elif address.path.endswith("/v1alpha1"):
            self._answer(_GROUP_RESOURCES)
        elif address.path in self.server.objects:
            self._answer(self.server.objects[address.path])
        elif _is_collection(address.path):
            inside = [item for path, item in self.server.objects.items() if path.startswith(f"{address.path}/")]
            self._answer({"kind": "List", "apiVersion": "v1", "metadata": {"resourceVersion": "1"}, "items": inside})
        else:
            status = {"kind": "Status", "apiVersion": "v1", "status": "Failure", "code": 404, "reason": "NotFound"}
            self._answer(status, HTTPStatus.NOT_FOUND)

    def do_POST(self) -> None:
        given: Object = self._body()
        if given.get("kind") == "SelfSubjectAccessReview":
            self._answer({**given, "status": {"allowed": True}}, HTTPStatus.CREATED)
            return
        name = given["metadata"].get("name", "x")
        self._keep(f"{urlsplit(self.path).path}/{name}", given, HTTPStatus.CREATED)

    def do_PUT(self) -> None:
        self._keep(urlsplit(self.path).path, self._body(), HTTPStatus.OK)

    def do_PATCH(self) -> None:
        path = urlsplit(self.path).path.removesuffix("/status")
        old = self.server.objects.get(path, {})
        patch = self._body()
        # Of a JSON patch, which is a list, it is enough to say that it was applied.
        self._keep(path, _merged(old, patch) if isinstance(patch, dict) else old, HTTPStatus.OK)

    def log_message(self, *_: object) -> None:
        """Say nothing."""

    def _keep(self, path: str, item: Object, status: HTTPStatus) -> None:
        metadata = {"uid": str(uuid.uuid4()), **item.get("metadata", {}), "resourceVersion": "2"}
        item = {**item, "metadata": metadata}
        if item.get("kind") == "Service":
            item["spec"] = {"clusterIP": "10.96.0.17", **item["spec"]}
        self.server.objects[path] = item
        self._answer(item, status)

    def _body(self) -> Any:
        return json.loads(self.rfile.read(int(self.headers["Content-Length"])))

    def _answer(self, item: Object, status: HTTPStatus = HTTPStatus.OK) -> None:
        body = json.dumps(item).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _watch(self) -> None:
        key = self.headers.get("Sec-WebSocket-Key")
        if key is None:
            self.send_response(HTTPStatus.OK)
            self.send_header("Content-Type", "application/json")
        else:
            digest = hashlib.sha1(key.encode() + _WEB_SOCKET_GUID, usedforsecurity=False).digest()
            self.send_response(HTTPStatus.SWITCHING_PROTOCOLS)
            self.send_header("Upgrade", "websocket")
            self.send_header("Connection", "Upgrade")
            self.send_header("Sec-WebSocket-Accept", base64.b64encode(digest).decode())
        self.end_headers()
        self.wfile.flush()
        self.close_connection = True
        self.rfile.read(1)  # until the client leaves


def _is_collection(path: str) -> bool:
    """Whether the path ends with a kind: /api/v1/pods, /apis/pyjob.io/v1alpha1/namespaces/a/pyjobs."""
    parts = path.strip("/").split("/")
    parts = parts[2:] if parts[0] == "api" else parts[3:]
    return len(parts) == 1 or (len(parts) == 3 and parts[0] == "namespaces")


def _merged(old: Object, patch: Object) -> Object:
    """Apply a JSON merge patch."""
    merged = dict(old)
    for name, value in patch.items():
        if value is None:
            merged.pop(name, None)
        elif isinstance(value, dict) and isinstance(merged.get(name), dict):
            merged[name] = _merged(merged[name], value)
        else:
            merged[name] = value
    return merged
