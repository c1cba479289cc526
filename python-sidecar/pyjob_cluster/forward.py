"""kubectl's port-forward as a process."""

import re
import subprocess
import tempfile

from .kubectl import Kubectl, refusal

_FORWARDED = re.compile(r"Forwarding from 127\.0\.0\.1:(\d+) ->")


def start(kubectl: Kubectl, target: str, port: int, local: int = 0) -> "tuple[subprocess.Popen[bytes], int]":
    """Forward a port of this machine, any for 0, to that of a pod or a Service; the process, and the port here."""
    with tempfile.TemporaryFile() as errors:
        process = kubectl.start("port-forward", target, f"{local}:{port}", "--address=127.0.0.1", stderr=errors)
        try:
            found = _port(process)
            if found is None:
                process.wait()
                errors.seek(0)
                raise refusal(errors.read().decode(errors="replace"))
        except BaseException:
            end(process)
            raise
    return process, found


def end(process: "subprocess.Popen[bytes]") -> None:
    """End it."""
    process.terminate()
    process.wait()


def _port(process: "subprocess.Popen[bytes]") -> int | None:
    assert process.stdout is not None
    for line in process.stdout:
        found = _FORWARDED.search(line.decode(errors="replace"))
        if found:
            return int(found.group(1))
    return None
