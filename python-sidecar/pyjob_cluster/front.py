"""The installation's UI proxy at an address of this machine, with the user's own token: for one job alone."""

import html
import http.client
import re
import threading
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

from . import forward, token
from .display import say
from .kubectl import Kubectl, Refused

_LABELS = "app.kubernetes.io/part-of=pyjob,app.kubernetes.io/component=ui"
_HTTP = 80
_ANSWER_S = 150.0
_PART = 64 * 1024
_PASSED_ON = ("Accept", "Accept-Language", "Accept-Encoding", "If-Modified-Since", "If-None-Match")
_NOT_PASSED_BACK = {"connection", "keep-alive", "transfer-encoding", "server", "date"}


@dataclass(frozen=True)
class Wish:
    """What a user wants of `ui`, beside the job."""

    port: int | None
    browser: bool
    proxy: str | None
    account: str | None


def show(kubectl: Kubectl, namespace: str, name: str, wish: Wish) -> int:
    """Show a job's pages until Ctrl-C, whether it runs, has ended or is gone."""
    where, service = _proxy(kubectl, wish.proxy)
    bearer = token.of_user(kubectl, wish.account)
    process, far = forward.start(_in(kubectl, where), f"svc/{service}", _HTTP)
    prefix = f"/{namespace}/{name}"
    try:
        _refuse_unless_shown(far, prefix + "/", bearer)
        server = _server(wish.port, far, prefix, bearer)
        address = f"http://127.0.0.1:{server.server_address[1]}{prefix}/"
        with server:
            threading.Thread(target=server.serve_forever, daemon=True).start()
            print(address, flush=True)
            say("these are the job's pages, with your rights; Ctrl-C ends the connection")
            if wish.browser:
                import webbrowser

                webbrowser.open(address)
            process.wait()
            say("the connection to the UI's proxy has ended")
            return 1
    finally:
        forward.end(process)


def namespace_of(kubectl: Kubectl) -> str:
    """The namespace that kubectl takes."""
    options = list(kubectl.options)
    for before, option in zip(["", *options], options, strict=False):
        if before == "-n":
            return option
        if option.startswith("--namespace="):
            return option.removeprefix("--namespace=")
    return kubectl.text("config", "view", "--minify", "-o", "jsonpath={..namespace}").strip() or "default"


def is_there(kubectl: Kubectl, wished: str | None) -> bool:
    """Whether the installation has a proxy, as far as this user can see."""
    if wished is not None:
        return True
    try:
        return bool(_services(kubectl))
    except Refused:
        return False


def _services(kubectl: Kubectl) -> list[tuple[str, str]]:
    found = kubectl.objects("get", "services", "--all-namespaces", "-l", _LABELS)
    return [(tree["metadata"]["namespace"], tree["metadata"]["name"]) for tree in found]


def _proxy(kubectl: Kubectl, wished: str | None) -> tuple[str, str]:
    """The namespace and name of its Service."""
    if wished is not None:
        namespace, slash, name = wished.partition("/")
        if not (slash and namespace and name):
            raise Refused("--proxy is the proxy's Service, as NAMESPACE/NAME")
        return namespace, name
    try:
        found = _services(kubectl)
    except Refused as refused:
        raise Refused(
            f"you may not look for the UI's proxy ({refused}). --proxy NAMESPACE/NAME says which Service it is"
        ) from None
    if not found:
        raise Refused(
            "this installation has no proxy for jobs' pages. Who installs PyJob turns it on in the chart: "
            "ui.enabled, and for jobs that have ended eventLog and history.enabled"
        )
    return found[0]


def _in(kubectl: Kubectl, namespace: str) -> Kubectl:
    """The same kubectl for the proxy's namespace, whichever the user has named for the job."""
    kept: list[str] = []
    skip = False
    for option in kubectl.options:
        if skip or option.startswith("--namespace="):
            skip = False
        elif option == "-n":
            skip = True
        else:
            kept.append(option)
    return kubectl.with_options((*kept, "-n", namespace))


def _refuse_unless_shown(port: int, path: str, bearer: str) -> None:
    """Look at the first page, and say what it says if it is none of Spark's."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=_ANSWER_S)
    try:
        for _ in range(5):
            connection.request("GET", path, headers={"Authorization": f"Bearer {bearer}"})
            answer = connection.getresponse()
            body = answer.read().decode(errors="replace")
            if answer.status not in (301, 302, 303, 307, 308):
                break
            path = answer.headers["Location"]
        if answer.status >= 400:
            raise Refused(words(body) or f"the UI's proxy answers {answer.status}")
    except (OSError, http.client.HTTPException) as e:
        raise Refused(f"the UI's proxy does not answer: {e}") from None
    finally:
        connection.close()


def words(page: str) -> str:
    """What a page of the proxy says, for a terminal."""
    parts = re.findall(r"<(h1|p|pre)>(.*?)</\1>", page, re.DOTALL)
    return "\n".join(("  " if kind == "pre" else "") + html.unescape(text.strip()) for kind, text in parts)


def _server(wished: int | None, far: int, prefix: str, bearer: str) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            self._pass()

        def do_HEAD(self) -> None:
            self._pass()

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Nothing: the terminal is the user's."""

        def _pass(self) -> None:
            # A page of somebody else's that has made a name of its own lead here must not see the job.
            if self.headers.get("Host", "").rsplit(":", 1)[0] not in ("127.0.0.1", "localhost"):
                self._end(403, "this address is for 127.0.0.1 only")
            elif self.path != prefix and not self.path.startswith((prefix + "/", prefix + "?")):
                self._end(404, f"only {prefix}/ is shown here")
            else:
                try:
                    self._answer()
                except (OSError, http.client.HTTPException):
                    self.close_connection = True

        def _answer(self) -> None:
            connection = http.client.HTTPConnection("127.0.0.1", far, timeout=_ANSWER_S)
            try:
                headers = {name: self.headers[name] for name in _PASSED_ON if name in self.headers}
                connection.request(self.command, self.path, headers={**headers, "Authorization": f"Bearer {bearer}"})
                answer = connection.getresponse()
                self.send_response(answer.status)
                for name, value in answer.getheaders():
                    if name.lower() not in _NOT_PASSED_BACK:
                        self.send_header(name, value)
                self.send_header("Connection", "close")
                self.end_headers()
                self.close_connection = True
                while part := answer.read(_PART):
                    self.wfile.write(part)
            finally:
                connection.close()

        def _end(self, status: int, text: str) -> None:
            body = (text + "\n").encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    try:
        return ThreadingHTTPServer(("127.0.0.1", wished or 0), Handler)
    except OSError as e:
        raise Refused(f"port {wished} of this machine cannot be had ({e.strerror})") from None
