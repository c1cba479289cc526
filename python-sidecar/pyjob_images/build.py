"""`images/build`: the three images, from this checkout."""

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from pyjob_local.build import ensure_built
from pyjob_local.cache import cache_root, locked
from pyjob_local.installer import ensure_pip
from pyjob_local.say import SetupError, say
from pyjob_local.spark import ensure_spark

from .context import stage_operator, stage_python, stage_runtime, stage_s3
from .engine import Engine, find_engine
from .names import add_names, image_name, wanted

_DEBIAN = "docker.io/library/debian:bookworm-slim"


def main(project: Path, argv: list[str]) -> int:
    """Build; the exit code."""
    parser = argparse.ArgumentParser(
        prog="images/build",
        description="Builds PyJob's images from this checkout: python, runtime (Java and Spark), operator.",
        epilog="PYJOB_IMAGE_ENGINE=buildah or docker chooses the program that builds. "
        "What is fetched is kept where ./pyjob keeps it (PYJOB_CACHE).",
    )
    add_names(parser)
    options = parser.parse_args(argv)
    engine = find_engine()
    images = wanted(options)
    if {"runtime", "operator"} & set(images):
        ensure_built(project)
    target = project / "images" / "target"
    with locked(target / "build.lock", "building images"):
        _ensure_debian(project, engine)
        if {"runtime", "operator"} & set(images):
            _build_base(project, engine, options)
        for image in images:
            _build(project, engine, image, options)
    return 0


def _build_base(project: Path, engine: Engine, options: argparse.Namespace) -> None:
    """What the images with a JVM stand on. It is in them: nothing loads or pushes it."""
    with tempfile.TemporaryDirectory() as nothing:
        engine.build(image_name(options, "base"), project / "images" / "base" / "Dockerfile", Path(nothing), {})


def _build(project: Path, engine: Engine, image: str, options: argparse.Namespace) -> None:
    context = project / "images" / "target" / image
    arguments = {}
    if image == "runtime":
        stage_runtime(project, ensure_spark(cache_root()), ensure_pip(cache_root()), context)
        arguments["PYTHON_IMAGE"] = image_name(options, "python")
        arguments["BASE_IMAGE"] = image_name(options, "base")
    elif image == "runtime-s3":
        stage_s3(project, ensure_spark(cache_root()), context)
        arguments["RUNTIME_IMAGE"] = image_name(options, "runtime")
    elif image == "operator":
        stage_operator(project, context)
        arguments["BASE_IMAGE"] = image_name(options, "base")
    elif image == "python":
        stage_python(project, context)
    else:
        context.mkdir(exist_ok=True)
        arguments["PYTHON_IMAGE"] = image_name(options, "python")
    name = image_name(options, image)
    say(f"building {name} with {engine.name}")
    engine.build(name, project / "images" / image / "Dockerfile", context, arguments)
    say(f"built {name}, {engine.size(name)}")


def _ensure_debian(project: Path, engine: Engine) -> None:
    """Where no registry is reached, a test cluster's folder may have a script that makes the base image."""
    script = project.parent / "shared" / "cluster" / "debian-base"
    if engine.name == "buildah" and script.exists() and not engine.has(_DEBIAN):
        say(f"making {_DEBIAN} with {script}")
        if subprocess.run([script], stdout=sys.stderr, check=False).returncode != 0:
            raise SetupError(f"{script} failed (see above)")
