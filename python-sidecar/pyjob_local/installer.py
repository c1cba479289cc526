"""Gets pip, which the runtime image carries for Python images that have none."""

import subprocess
import sys
from pathlib import Path

from .cache import locked, made_whole
from .say import SetupError, say

VERSION = "25.3"
_SHA256 = "9655943313a94722b7774661c21049070f6bbb0a1516bf02f7c8d5d9201514cd"
_WHEEL = f"pip-{VERSION}-py3-none-any.whl"


def ensure_pip(cache: Path) -> Path:
    """The wheel of pip, fetched if it is not in the cache."""
    folder = cache / f"pip-{VERSION}"
    if not folder.exists():
        with locked(cache / f"{folder.name}.lock", f"getting pip {VERSION}"):
            if not folder.exists():
                with made_whole(folder) as part:
                    _fetch(part)
    return folder / _WHEEL


def _fetch(into: Path) -> None:
    say(f"getting pip {VERSION}")
    pin = into / "requirement.txt"
    pin.write_text(f"pip=={VERSION} --hash=sha256:{_SHA256}\n")
    command = [sys.executable, "-m", "pip", "--disable-pip-version-check", "download", "-q", "--no-cache-dir"]
    command += ["--no-deps", "--only-binary", ":all:", "--require-hashes", "-r", str(pin), "-d", str(into)]
    fetched = subprocess.run(command, stdout=sys.stderr, stdin=subprocess.DEVNULL, check=False).returncode
    if fetched != 0 or not (into / _WHEEL).exists():
        raise SetupError(
            f"pip {VERSION} could not be fetched: `{' '.join(command[:5])} ...` exited with {fetched} (see above)"
        )
    pin.unlink()
