"""Packages that a test makes, and a place to get them from: a folder, or an index of its own."""

from __future__ import annotations

import base64
import hashlib
import io
import tarfile
import threading
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


def wheel(
    folder: Path, name: str, version: str, needs: Sequence[str] = (), extras: Mapping[str, str] | None = None
) -> Path:
    """A wheel of a module `name` that knows its version."""
    info = f"{name}-{version}.dist-info"
    metadata = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    metadata += "".join(f"Requires-Dist: {need}\n" for need in needs)
    for extra, need in (extras or {}).items():
        metadata += f"Provides-Extra: {extra}\nRequires-Dist: {need}; extra == '{extra}'\n"
    files = {
        f"{name}/__init__.py": f"version = {version!r}\n",
        f"{info}/METADATA": metadata,
        f"{info}/WHEEL": "Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
    }
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w") as packed:
        for inside, text in files.items():
            packed.writestr(inside, text)
        packed.writestr(f"{info}/RECORD", "".join(f"{inside},,\n" for inside in [*files, f"{info}/RECORD"]))
    return path


def source(folder: Path, name: str, version: str, setup: str) -> Path:
    """A source distribution with such a setup.py, and no wheel."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}-{version}.tar.gz"
    files = {"PKG-INFO": f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n", "setup.py": setup}
    with tarfile.open(path, "w:gz") as packed:
        for inside, text in files.items():
            member = tarfile.TarInfo(f"{name}-{version}/{inside}")
            member.size = len(text)
            packed.addfile(member, io.BytesIO(text.encode()))
    return path


def sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@contextmanager
def index(folder: Path, login: str = "") -> Iterator[str]:
    """The address of an index (`/simple`) that has the wheels of `folder`, for who has the `login` (name:password)."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            wanted = "Basic " + base64.b64encode(login.encode()).decode()
            parts = self.path.strip("/").split("/")
            if login and self.headers.get("Authorization") != wanted:
                self.send_response(401)
                self.send_header("WWW-Authenticate", "Basic")
                self.end_headers()
            elif parts[0] == "simple" and len(parts) == 2:
                self._page([each.name for each in sorted(folder.glob(f"{parts[1]}-*"))])
            elif parts[0] == "files" and (folder / parts[1]).exists():
                self._answer("application/octet-stream", (folder / parts[1]).read_bytes())
            else:
                self.send_error(404)

        def _page(self, names: list[str]) -> None:
            if not names:
                self.send_error(404)
                return
            links = "".join(f'<a href="/files/{name}">{name}</a>' for name in names)
            self._answer("text/html", f"<!DOCTYPE html><html><body>{links}</body></html>".encode())

        def _answer(self, kind: str, body: bytes) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Tests say what they have to say."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}/simple"
        server.shutdown()
        thread.join()
