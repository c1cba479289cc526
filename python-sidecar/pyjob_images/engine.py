"""The program that builds and keeps images: buildah or docker, whichever is there."""

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from pyjob_local.say import SetupError

_CHOICE = "PYJOB_IMAGE_ENGINE"


@dataclass(frozen=True)
class Engine:
    """One of the two programs, by its name."""

    name: str

    def build(self, image: str, dockerfile: Path, context: Path, arguments: Mapping[str, str]) -> None:
        """Build an image; its name is what it is kept under."""
        # The build installs packages: through the machine's own network, whatever its containers have.
        command = ["buildah", "bud", "--layers"] if self.name == "buildah" else ["docker", "build"]
        command += ["--network", "host", "--tag", image, "--file", str(dockerfile)]
        for name, value in arguments.items():
            command += ["--build-arg", f"{name}={value}"]
        self._run([*command, str(context)], f"{image} could not be built from {dockerfile}")

    def has(self, image: str) -> bool:
        """Whether an image of this name is kept."""
        command = ["buildah", "inspect", "--type", "image", image]
        command = command if self.name == "buildah" else ["docker", "image", "inspect", image]
        return subprocess.run(command, capture_output=True, check=False).returncode == 0

    def size(self, image: str) -> str:
        """How large an image is, unpacked, as the program says it."""
        command = [self.name, "images", "--format", "{{.Size}}", image]
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()

    def save(self, image: str, archive: Path) -> None:
        """Write an image to a file, as `docker load` and containerd read it."""
        command = ["docker", "save", "--output", str(archive), image]
        if self.name == "buildah":
            command = ["buildah", "push", "--quiet", image, f"docker-archive:{archive}:{image}"]
        self._run(command, f"{image} could not be saved")

    @staticmethod
    def _run(command: list[str], failed: str) -> None:
        code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode
        if code != 0:
            raise SetupError(f"{failed}: `{' '.join(command[:2])} ...` exited with {code} (see above)")


def find_engine() -> Engine:
    """The program that $PYJOB_IMAGE_ENGINE names, else buildah, else a docker whose daemon answers."""
    named = os.environ.get(_CHOICE)
    if named not in (None, "buildah", "docker"):
        raise SetupError(f"{_CHOICE}={named}: it must be buildah or docker")
    for name in (named,) if named else ("buildah", "docker"):
        if shutil.which(name) and (name == "buildah" or _answers()):
            return Engine(name)
    wanted = named or "buildah, or docker with a daemon that answers,"
    raise SetupError(f"{wanted} is needed to build images, and is not there: apt-get install {named or 'buildah'}")


def _answers() -> bool:
    return subprocess.run(["docker", "info"], capture_output=True, check=False).returncode == 0
