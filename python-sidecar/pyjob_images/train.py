"""The training run in the runtime image's build: leaves an archive of the JVMs' classes in PYJOB_HOME.

Runs in a stage that has both the runtime and a Python, which no finished image has.
"""

import sys
from pathlib import Path

from pyjob_local.agent import Agent
from pyjob_local.runtime import SPARK_ROLES, Runtime
from pyjob_local.training import train

from .archive import class_list, make_archive
from .layout import HOME, JAVA


def main() -> int:
    """Train; the exit code."""
    here = Path(sys.prefix)

    def new_agent(_: Runtime) -> Agent:
        return Agent(lambda _, __: here, {})

    class_list(HOME, "").parent.mkdir()
    if train(Runtime(HOME, JAVA), new_agent, quiet=False) != 0:
        return 1
    make_archive(HOME, SPARK_ROLES, HOME / "cds" / "spark.jsa")
    return 0


if __name__ == "__main__":
    sys.exit(main())
