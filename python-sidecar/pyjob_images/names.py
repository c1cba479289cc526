"""What the images are called."""

import argparse

IMAGES = ("python", "runtime", "operator")
"""In the order in which they are built: the runtime's build has a training run, which needs the Python."""

TEST_IMAGES = ("shell-less",)
"""Built and loaded only when they are asked for."""


def add_names(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that make up names."""
    parser.add_argument("tag", metavar="TAG", nargs="?", default="dev", help="the images' tag (default: dev)")
    parser.add_argument(
        "--registry",
        default="localhost",
        metavar="PREFIX",
        help="what names begin with, such as registry.example.com/team (default: localhost, which none is pulled from)",
    )


def image_name(options: argparse.Namespace, image: str) -> str:
    """The whole name of an image."""
    return f"{options.registry}/pyjob-{image}:{options.tag}"
