"""What `./pyjob` does: set-up where it is needed, then the launcher's JVM."""

import contextlib
import os
import shutil
import sys
import sysconfig
import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from .agent import Agent, Image
from .build import ensure_built
from .cache import cache_root
from .environment import ensure_environment
from .java import find_java
from .runtime import Runtime, ensure_runtime
from .say import SetupError, say
from .spark import Spark, ensure_spark
from .training import run_launcher, train

_SETUP_FAILED = 69


def main(project: str, argv: list[str]) -> int:
    """Run `pyjob` with these arguments; the exit code."""
    began = time.time()
    try:
        with _input_as_file(argv) as argv:
            return _main(Path(project), argv, began)
    except SetupError as error:
        say(str(error))
        return _SETUP_FAILED
    except KeyboardInterrupt:
        say("interrupted")
        return 130
    except PermissionError as error:
        say(f"{error.filename} cannot be written to ({error.strerror}). Set PYJOB_CACHE to a folder that can")
        return _SETUP_FAILED


def _main(project: Path, argv: list[str], began: float) -> int:
    if argv[:1] == ["history"]:
        from . import history

        wanted = history.read(argv[1:])
    else:
        wanted = None
    cache = cache_root()
    java = find_java()
    ensure_built(project)
    spark = ensure_spark(cache)

    def new_agent(runtime: Runtime) -> Agent:
        code = (str(runtime.home / "python"), str(spark.python))
        jvm = Image(_pythons(cache), (str(java), str(runtime.home), str(spark.jars), *code))
        python = Image(_javas(java, spark, runtime), code)
        return Agent(partial(ensure_environment, cache), {"jvm": jvm, "python": python})

    def train_quietly(runtime: Runtime) -> None:
        train(runtime, new_agent, quiet=True)

    ensure_environment(cache, ())
    runtime = ensure_runtime(project, cache, java, spark, None if os.environ.get("PYJOB_NO_CDS") else train_quietly)
    if wanted is not None:
        return history.show(runtime, wanted)
    return run_launcher(new_agent(runtime), runtime, argv, began)


@contextlib.contextmanager
def _input_as_file(argv: list[str]) -> Iterator[list[str]]:
    """`pyjob trace -` with a file for the ``-``: the launcher's JVM hears the agent at its standard input."""
    if argv[:1] != ["trace"] or "-" not in argv:
        yield argv
        return
    given = sys.stdin.buffer.read()
    suffix = ".json" if given.lstrip().startswith(b"{") else ".yaml"
    with tempfile.NamedTemporaryFile(prefix="pyjob-trace-", suffix=suffix) as file:
        file.write(given)
        file.flush()
        yield [file.name if argument == "-" else argument for argument in argv]


def _pythons(cache: Path) -> tuple[str, ...]:
    """All of this machine's Pythons that can be found: what a JVM box must not have."""
    found = {str(cache / "env"), sys.prefix, sys.base_prefix, sysconfig.get_path("stdlib")}
    for folder in ("/usr/bin", "/usr/local/bin", "/bin"):
        found |= {str(path) for path in Path(folder).glob("python*")}
    for folder in ("/usr/lib", "/usr/local/lib"):
        found |= {str(path) for path in Path(folder).glob("python*")}
    found |= {str(Path(sys.base_prefix).parent)} if "/.pyenv/" in sys.base_prefix else set()
    return tuple(sorted(found - {"/usr", "/usr/local", "/"}))


def _javas(java: Path, spark: Spark, runtime: Runtime) -> tuple[str, ...]:
    """All of this machine's Javas that can be found, and Spark's jars: what a Python box must not have."""
    found = {str(java), str(spark.jars), str(runtime.home / "jars"), "/usr/lib/jvm"}
    on_path = shutil.which("java")
    if on_path is not None:
        found.add(on_path)
    return tuple(sorted(found))
