from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from pyjob import _download
from pyjob._failure import CannotStart
from tests.support import Jvm, Pod

Answer = Callable[[BaseHTTPRequestHandler], None]


class Server:
    """A web server on loopback; what it says to a path is told by the test."""

    def __init__(self) -> None:
        answers: dict[str, list[Answer]] = {}
        asked: list[str] = []

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                asked.append(self.path)
                left = answers[self.path]
                (left.pop(0) if len(left) > 1 else left[0])(self)

            def log_message(self, format: str, *args: object) -> None:  # noqa: A002
                pass

        self._answers = answers
        self.asked = asked
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def says(self, path: str, *answers: Answer) -> str:
        """The path's URL, which from now on gives these answers, the last one for ever."""
        self._answers[path] = list(answers)
        return f"http://127.0.0.1:{self._server.server_port}{path}"

    def close(self) -> None:
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def text(body: str) -> Answer:
    return status(200, body)


def status(code: int, body: str = "", length: int | None = None, **headers: str) -> Answer:
    def answer(handler: BaseHTTPRequestHandler) -> None:
        data = body.encode()
        handler.send_response(code)
        handler.send_header("Content-Length", str(len(data) if length is None else length))
        for name, value in headers.items():
            handler.send_header(name, value)
        handler.end_headers()
        handler.wfile.write(data)

    return answer


def hang_up(handler: BaseHTTPRequestHandler) -> None:
    handler.close_connection = True


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setattr(_download, "_RETRY_AFTER_S", (0.01, 0.01))
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    server = Server()
    yield server
    server.close()


def refusal(url: str, folder: Path) -> str:
    with pytest.raises(CannotStart) as raised:
        _download.fetch(url, str(folder))
    assert raised.value.exit_code == 2
    return raised.value.failure.headline


def test_a_script_is_downloaded_and_run(pod: Pod, server: Server) -> None:
    script = "import os, sys; print(__file__, sys.argv, sys.path[0], os.getcwd())"
    url = server.says("/jobs/re%20port.py?key=secret", text(script))
    (pod.root / "elsewhere").mkdir()
    with Jvm(pod):
        result = pod.run("run", url, "--top", "5", PYJOB_WORK=str(pod.root / "elsewhere"), no_proxy="127.0.0.1")

    file = f"{pod.root}/script/re port.py"
    assert result.out == f"{file} {[file, '--top', '5']} {pod.root}/script {pod.root}/elsewhere\n"
    assert (result.code, result.err) == (0, "")


def test_a_script_that_cannot_be_downloaded_ends_the_job_at_once(pod: Pod, server: Server) -> None:
    url = server.says("/no.py?key=secret", status(404))

    result = pod.run("run", url, no_proxy="127.0.0.1")

    assert result.code == 2
    told = f"cannot download the script from {url.replace('key=secret', '...')}: the server answered 404 Not Found\n"
    assert result.message == told
    assert told in result.err
    assert result.seconds < 5


def test_what_may_pass_is_tried_again(server: Server, tmp_path: Path) -> None:
    url = server.says("/a.py", status(503), hang_up, text("pass"))

    assert Path(_download.fetch(url, str(tmp_path / "new"))).read_text() == "pass"
    assert len(server.asked) == 3


def test_and_then_told(server: Server, tmp_path: Path) -> None:
    url = server.says("/a.py", status(503))

    assert refusal(url, tmp_path).endswith("/a.py: the server answered 503 Service Unavailable")
    assert len(server.asked) == 3


def test_half_a_script_is_none(server: Server, tmp_path: Path) -> None:
    url = server.says("/a.py", status(200, "import", length=20))

    assert refusal(url, tmp_path).endswith("the connection ended after 6 of 20 bytes")


def test_a_script_has_a_bound(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_download, "MAX_BYTES", 1 << 20)
    url = server.says("/a.py", text("#" * ((1 << 20) + 1)))

    assert refusal(url, tmp_path).endswith("it has more than 1 MiB, the most that is taken")


def test_a_download_has_a_time(server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_download, "_LIMIT_S", -1.0)
    url = server.says("/a.py", text("pass"))

    assert refusal(url, tmp_path).endswith("4 bytes came in -1 s, and not the end")


def test_a_server_that_does_not_answer_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(_download, "_RETRY_AFTER_S", ())
    monkeypatch.setattr(_download, "_STEP_TIMEOUT_S", 0.05)
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with socket.socket() as silent:
        silent.bind(("127.0.0.1", 0))
        silent.listen()
        port = silent.getsockname()[1]
        assert refusal(f"http://127.0.0.1:{port}/a.py", tmp_path).endswith(": no answer within 0.05 s")
    assert refusal(f"http://127.0.0.1:{port}/a.py", tmp_path).endswith(": Connection refused")


def test_redirections_are_followed_within_http(server: Server, tmp_path: Path) -> None:
    there = server.says("/there.py", text("pass"))
    here = server.says("/here.py", status(302, Location=there))
    local = server.says("/local.py", status(302, Location="file:///etc/hostname"))
    ftp = server.says("/ftp.py", status(302, Location="ftp://127.0.0.1/a.py"))

    assert Path(_download.fetch(here, str(tmp_path))).name == "here.py"
    assert "file:///etc/hostname" in refusal(local, tmp_path)
    assert refusal(ftp, tmp_path).endswith("unknown url type: ftp")


def test_a_name_in_the_url_is_not_taken_and_not_told(tmp_path: Path) -> None:
    told = refusal("https://me:secret@127.0.0.1/a.py", tmp_path)

    assert told == (
        "cannot download the script from https://127.0.0.1/a.py: a name or password in the URL is not taken"
    )


def test_a_folder_that_cannot_be_written_to_is_told(server: Server, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    url = server.says("/a.py", text("pass"))

    assert "cannot be written: Not a directory" in refusal(url, tmp_path / "file" / "x")


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("https://a/b/c.py", "c.py"),
        ("https://a/b/c.py?d=/e.py#f", "c.py"),
        ("https://a/%E2%82%AC.zip", "€.zip"),
        ("https://a/..%2F..%2Fetc%2Fpasswd", "passwd"),
        ("https://a/%2e%2e", "script.py"),
        ("https://a/b/", "script.py"),
        ("https://a", "script.py"),
        ("https://a/%00.py", "script.py"),
        ("https://a/" + "x" * 256, "script.py"),
    ],
)
def test_the_file_is_named_like_the_last_part_of_the_url(url: str, name: str) -> None:
    assert _download.file_name(url) == name


def test_what_is_not_ascii_is_encoded(server: Server, tmp_path: Path) -> None:
    url = server.says("/%C3%A9%20.py", text("pass"))

    assert Path(_download.fetch(url.replace("%C3%A9", "é"), str(tmp_path))).name == "é .py"
