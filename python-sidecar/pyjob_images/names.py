"""What the images are called."""

import argparse

IMAGES = ("python", "runtime", "operator")
"""In the order in which they are built: the runtime's build has a training run, which needs the Python."""

EXTRAS = {"s3": "runtime-s3"}
"""Images that are built and loaded beside the others only when they are asked for, by what they add."""

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
    parser.add_argument(
        "--only",
        choices=(*IMAGES, *EXTRAS.values(), *TEST_IMAGES),
        action="append",
        help="only this image; may be repeated",
    )
    parser.add_argument(
        "--with",
        dest="extras",
        choices=tuple(EXTRAS),
        action="append",
        default=[],
        help="also the runtime image with this: s3 for s3a:// (runtime-s3)",
    )


def wanted(options: argparse.Namespace) -> list[str]:
    """The images that the options ask for, in the order in which they are built."""
    chosen = [*(options.only or IMAGES), *(EXTRAS[extra] for extra in options.extras)]
    return [image for image in (*IMAGES, *EXTRAS.values(), *TEST_IMAGES) if image in chosen]


def image_name(options: argparse.Namespace, image: str) -> str:
    """The whole name of an image."""
    return f"{options.registry}/pyjob-{image}:{options.tag}"
