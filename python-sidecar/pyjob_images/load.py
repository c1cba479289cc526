"""`images/load`: the three images into a cluster of this machine."""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from pyjob_local.say import SetupError, say

from .engine import Engine, find_engine
from .names import EXTRAS, add_names, image_name, wanted


def main(project: Path, argv: list[str]) -> int:
    """Load; the exit code."""
    parser = argparse.ArgumentParser(
        prog="images/load",
        description="Loads the images that images/build has built into a cluster of this machine: the kind cluster, if "
        "kind is here and runs one, else that of ../shared/cluster. Prints their names as options for `helm install`.",
        epilog="KIND_CLUSTER_NAME names the cluster if kind runs several.",
    )
    add_names(parser)
    parser.add_argument("--docker", action="store_true", help="load into docker instead, where images are tested")
    options = parser.parse_args(argv)
    engine = find_engine()
    names = [image_name(options, image) for image in wanted(options)]
    missing = [name for name in names if not engine.has(name)]
    if missing:
        raise SetupError(f"{engine.name} has no image {', '.join(missing)}: build it with images/build {options.tag}")
    if options.docker:
        _into_docker(engine, names)
        return 0
    load_into_cluster(project, engine, names)
    say(f"loaded {', '.join(names)}")
    # As the chart names them; Kubernetes then pulls nothing that is there.
    extra = [f" --set image.runtime.repository=pyjob-{EXTRAS[each]}" for each in options.extras]
    print(
        f"--set image.registry={options.registry} --set image.tag={options.tag} --set image.pullPolicy=IfNotPresent"
        + "".join(extra)
    )
    return 0


def load_into_cluster(project: Path, engine: Engine, names: list[str]) -> None:
    """Load images into the kind cluster, if kind is here and runs one, else into that of ../shared/cluster."""
    kind = _kind_cluster()
    own = project.parent / "shared" / "cluster" / "load-image"
    if kind is not None:
        say(f"loading into the kind cluster {kind}")
        _into_kind(kind, engine, names)
    elif own.exists():
        say(f"loading with {own}")
        _into_own(own, engine, names)
    else:
        raise SetupError(
            f"there is no cluster to load into: kind runs none (kind create cluster), and {own} is not there"
        )


def _kind_cluster() -> str | None:
    """The name of the kind cluster that runs here."""
    if shutil.which("kind") is None:
        return None
    told = subprocess.run(["kind", "get", "clusters"], capture_output=True, text=True, check=False)
    running = told.stdout.split() if told.returncode == 0 else []
    wanted = os.environ.get("KIND_CLUSTER_NAME")
    if wanted is not None and wanted not in running:
        raise SetupError(f"KIND_CLUSTER_NAME={wanted}, and kind runs {', '.join(running) or 'no cluster'}")
    if wanted is None and len(running) > 1:
        raise SetupError(f"kind runs {', '.join(running)}: say which is meant with KIND_CLUSTER_NAME")
    return wanted or (running[0] if running else None)


def _into_docker(engine: Engine, names: list[str]) -> None:
    if engine.name == "docker":
        return  # they have been built there
    with tempfile.TemporaryDirectory(prefix="pyjob-images-") as folder:
        archive = Path(folder, "image.tar")
        for name in names:
            engine.save(name, archive)
            _run(["docker", "load", "--quiet", "--input", str(archive)], f"{name} could not be loaded into docker")
            archive.unlink()


def _into_kind(cluster: str, engine: Engine, names: list[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="pyjob-images-") as folder:
        for name in names:
            archive = Path(folder, "image.tar")
            engine.save(name, archive)
            _run(["kind", "load", "image-archive", "--name", cluster, str(archive)], f"{name} could not be loaded")
            archive.unlink()


def _into_own(program: Path, engine: Engine, names: list[str]) -> None:
    if engine.name != "buildah":
        raise SetupError(f"{program} takes images from buildah's store: build and load with PYJOB_IMAGE_ENGINE=buildah")
    _run([str(program), *names], "the images could not be loaded")


def _run(command: list[str], failed: str) -> None:
    code = subprocess.run(command, stdin=subprocess.DEVNULL, stdout=sys.stderr, check=False).returncode
    if code != 0:
        raise SetupError(f"{failed}: `{' '.join(command[:2])} ...` exited with {code} (see above)")
