"""Gets a script, or a module of its own, from a URL into a folder."""

from __future__ import annotations

import http.client
import os
import ssl
import time
import urllib.error
import urllib.parse
import urllib.request

from pyjob._failure import CannotStart, Failure
from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import BinaryIO

#: As for a script that is no file, in Python itself.
EXIT_CODE = 2
MAX_BYTES = 64 << 20
MAX_ENVIRONMENT_BYTES = 8 << 30
_STEP_TIMEOUT_S = 15.0
_LIMIT_S = 120.0
#: What may pass by itself is tried again after these: a pod's first connections can come before its network is ready.
_RETRY_AFTER_S = (0.5, 2.0)
_MAY_PASS = frozenset({408, 425, 429, 500, 502, 503, 504})
_CHUNK = 1 << 16
_NO_CERTIFICATES = (
    "The certificates that the server is checked against are the image's: install ca-certificates there, or name a "
    "file of them in the variable SSL_CERT_FILE (spec.python.env)."
)


class _Passing(Exception):
    """A failure that another try may not meet; the message is its cause."""


class _Final(Exception):
    """A failure that no other try would mend; the message is its cause."""

    def __init__(self, cause: str, details: str = "") -> None:
        super().__init__(cause)
        self.details = details


def fetch(url: str, folder: str, what: str = "the script", most: int | None = None) -> str:
    """Download `url`; returns the path of the file, which has the name of the URL's last part. Raises CannotStart.

    Messages call it `what`; of more than `most` bytes, or MAX_BYTES, nothing is taken.
    """
    target = os.path.join(folder, file_name(url))
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        for pause in (*_RETRY_AFTER_S, None):
            try:
                _download(url, target, most or MAX_BYTES)
                break
            except _Passing as cause:
                if pause is None:
                    raise _Final(str(cause)) from cause
                log(f"downloading {what} from {shown(url)}: {cause}: trying again")
                time.sleep(pause)
    except OSError as error:  # of our own file: those of the network are told above
        raise _failed(url, what, f"{target} cannot be written: {error.strerror}") from error
    except _Final as cause:
        raise _failed(url, what, str(cause), cause.details) from cause
    return target


def check(path: str, url: str, sha256: str) -> None:
    """Raise CannotStart unless the file that came from `url` has that SHA-256."""
    import hashlib

    with open(path, "rb") as file:
        found = hashlib.sha256(file.read()).hexdigest()
    if found != sha256:
        raise CannotStart(
            Failure(
                f"spec.script.sha256: {shown(url)} is not the script that was meant: its SHA-256 is {found}, "
                f"and the manifest has {sha256}",
                "Nothing of it was run. If it was changed on purpose, write the new hash into the manifest.",
            ),
            EXIT_CODE,
        )


def file_name(url: str) -> str:
    """The last part of the URL's path, as a file's name; `script.py` if that cannot be one."""
    name = urllib.parse.unquote(urllib.parse.urlsplit(url).path).rpartition("/")[2]
    usable = name.isprintable() and name not in ("", ".", "..") and len(os.fsencode(name)) <= 255
    return name if usable else "script.py"


def shown(url: str) -> str:
    """The URL for people: its query may hold a key, and messages are read by many."""
    bare = urllib.parse.urlsplit(url)
    return f"{bare.scheme}://{bare.netloc.rpartition('@')[2]}{bare.path}{'?...' if bare.query else ''}"


def _download(url: str, target: str, most: int) -> None:
    if "@" in urllib.parse.urlsplit(url).netloc:
        raise _Final("a name or password in the URL is not taken")
    with _open(url) as answer, open(target, "wb") as file:
        _copy(answer, file, most)


def _open(url: str) -> http.client.HTTPResponse:
    try:
        answer: http.client.HTTPResponse = _opener().open(_encoded(url), timeout=_STEP_TIMEOUT_S)
        return answer
    except urllib.error.HTTPError as error:
        error.close()
        cause = f"the server answered {error.code} {error.reason}".rstrip()
        if error.code in _MAY_PASS:
            raise _Passing(cause) from error
        raise _Final(cause) from error
    except urllib.error.URLError as error:
        if isinstance(error.reason, ssl.SSLCertVerificationError):
            cause = f"the server's certificate is not trusted ({error.reason.verify_message})"
            raise _Final(cause, _NO_CERTIFICATES) from error
        if isinstance(error.reason, OSError):
            raise _Passing(_words(error.reason)) from error
        raise _Final(str(error.reason)) from error
    except http.client.InvalidURL as error:
        raise _Final(str(error)) from error
    except (OSError, http.client.HTTPException) as error:
        raise _Passing(_words(error)) from error


def _opener() -> urllib.request.OpenerDirector:
    """For http and https only, also after a redirection; proxies as the usual variables name them."""
    opener = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler,
        urllib.request.UnknownHandler,
        urllib.request.HTTPHandler,
        urllib.request.HTTPSHandler,
        urllib.request.HTTPDefaultErrorHandler,
        urllib.request.HTTPRedirectHandler,
        urllib.request.HTTPErrorProcessor,
    ):
        opener.add_handler(handler())
    opener.addheaders = [("User-Agent", "pyjob")]
    return opener


def _copy(answer: http.client.HTTPResponse, file: BinaryIO, most: int) -> None:
    announced = answer.headers.get("Content-Length", "")
    limit = _LIMIT_S * max(1, most // MAX_BYTES)
    deadline = time.monotonic() + limit
    received = 0
    while chunk := _read(answer):
        received += len(chunk)
        if received > most:
            raise _Final(f"it has more than {most >> 20} MiB, the most that is taken")
        if time.monotonic() > deadline:
            raise _Final(f"{received} bytes came in {limit:g} s, and not the end")
        file.write(chunk)
    if announced.isdigit() and received < int(announced):
        raise _Passing(f"the connection ended after {received} of {announced} bytes")


def _read(answer: http.client.HTTPResponse) -> bytes:
    try:
        return answer.read1(_CHUNK)
    except (OSError, http.client.HTTPException) as error:
        raise _Passing(_words(error)) from error


def _encoded(url: str) -> str:
    """What is not ASCII, in the form that HTTP takes; what is encoded already stays."""
    return urllib.parse.quote(url, safe="%/:=&?~#+!$,;'@()*[]-._")


def _words(error: BaseException) -> str:
    if isinstance(error, TimeoutError):
        return f"no answer within {_STEP_TIMEOUT_S:g} s"
    return getattr(error, "strerror", None) or str(error) or type(error).__name__


def _failed(url: str, what: str, cause: str, details: str = "") -> CannotStart:
    return CannotStart(Failure(f"cannot download {what} from {shown(url)}: {cause}", details), EXIT_CODE)
