"""The training run in the runtime image's build: leaves the archives of the JVMs' classes in PYJOB_HOME.

Runs in a stage that has both the runtime and a Python, which no finished image has.
"""

import sys
from functools import partial
from pathlib import Path

from pyjob_local.agent import Agent
from pyjob_local.runtime import Runtime, train_jvms
from pyjob_local.training import train

from .context import HOME, JAVA


def main() -> int:
    """Train; the exit code."""
    runtime = Runtime(HOME, JAVA)
    here = Path(sys.prefix)

    def new_agent(_: Runtime) -> Agent:
        return Agent(lambda _: here, {})

    train_jvms(runtime, partial(train, new_agent=new_agent))
    missing = [role for role in ("driver", "executor") if not (HOME / "cds" / f"{role}.jsa").exists()]
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
