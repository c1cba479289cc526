"""The script's process: everything as in `python SCRIPT ARG...`, but for a gateway in the environment.

Whatever the script does at its end (returns, exits, raises) goes on through our frames to the interpreter itself, which
then finishes as it always does. We only look on, to tell the supervisor why.
"""

from __future__ import annotations

import builtins
import os
import select
import sys
import types

from pyjob import _handover, _modules
from pyjob._context import settle_contexts
from pyjob._converters import ask_loaded_numpy
from pyjob._failure import CannotStart, Failure
from pyjob._files import only_here, share_added_files
from pyjob._gateway import Gateway
from pyjob._imported import when_imported
from pyjob._log import log
from pyjob._program import NoScript, Program

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import TracebackType
    from typing import NoReturn

    from pyjob._config import RunConfig

#: The interpreter still holds a borrowed reference to the first `__main__`.
_first_main: list[types.ModuleType] = []


def run_script(config: RunConfig, gate: int, report: int) -> None:
    """Load the script, wait for the gateway on the pipe `gate`, run it. Owns both descriptors.

    Returns when the script's module has run to its end, raises what it raises. Why it failed goes to the pipe `report`.
    """
    witness = _Witness(report)
    try:
        script = _ready(config)
        modules = _modules_of(config)
        program = Program.load(script)
    except CannotStart as error:
        _end(witness, error)
    except NoScript as error:
        witness.report(Failure(str(error)))
        sys.stderr.write(f"{sys.orig_argv[0]}: {error}\n")
        sys.exit(error.exit_code)
    except (SyntaxError, ValueError) as error:
        witness.uncaught(error, None)
        raise
    sys.argv[:] = [script, *config.args]
    sys.orig_argv[:] = [sys.orig_argv[0], *sys.argv]
    if not getattr(sys.flags, "safe_path", False):
        sys.path.insert(0, program.folder)
    sys.path[1:1] = modules
    pod, declared = config.pod, _declared(config)
    when_imported("pyspark.sql.types", ask_loaded_numpy)
    # The later one is called first: settings name shared files by the time they are settled.
    when_imported("pyspark.core.context", settle_contexts)
    when_imported("pyspark.core.context", lambda module: share_added_files(module, pod.added, pod.root, declared))
    if config.preimport and not _readable(gate):
        _import_pyspark()
    os.environ.update(_receive(gate).variables())
    if config.java_packages:
        try:
            _handover.await_jvm(config.pod, "jars", _modules.EXIT_CODE)
        except CannotStart as error:
            _end(witness, error)
    os.environ.setdefault("PYSPARK_PYTHON", sys.executable)
    os.environ.setdefault("PYSPARK_DRIVER_PYTHON", sys.executable)
    main = _fresh_main(program)
    try:
        exec(program.code, main.__dict__)
    except SystemExit as error:
        witness.exited(error)
        raise
    except BaseException as error:
        own_frame = error.__traceback__
        witness.uncaught(error, own_frame.tb_next if own_frame is not None else None)
        raise


def _ready(config: RunConfig) -> str:
    """See to all that the script needs before it can be read; returns its path. Raises CannotStart."""
    if config.script_url is None and not config.script_by_jvm:
        return config.script
    from pyjob import _download

    if config.script_by_jvm:
        script = _handover.await_jvm(config.pod, "script", _download.EXIT_CODE)
    else:
        script = _download.fetch(config.script, config.pod.downloads)
    if config.sha256 is not None:
        _download.check(script, config.script, config.sha256)
    return script


def _end(witness: _Witness, error: CannotStart) -> NoReturn:
    witness.report(error.failure)
    log(f"{error.failure.headline}\n{error.failure.details}".rstrip("\n"))
    sys.exit(error.exit_code)


def _modules_of(config: RunConfig) -> list[str]:
    """What the job's own modules add to sys.path. Raises CannotStart."""
    if not config.declares:
        return []
    entries = _modules.provide(config)
    inherited = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    os.environ["PYTHONPATH"] = os.pathsep.join([*filter(None, inherited), *entries])
    return entries


def _declared(config: RunConfig) -> dict[str, tuple[str, ...]]:
    return _modules.settings(config) if config.declares else {}


def _fresh_main(program: Program) -> types.ModuleType:
    first = sys.modules["__main__"]
    _first_main.append(first)
    main = types.ModuleType("__main__")
    namespace = vars(main)
    if "__annotations__" in vars(first):
        namespace["__annotations__"] = {}
    namespace.update(program.namespace())
    namespace["__builtins__"] = builtins
    sys.modules["__main__"] = main
    return main


def _readable(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], 0)[0])


def _import_pyspark() -> None:
    """Use the time until the JVM is there. A failure is not reported: the script's own import will meet it again."""
    try:
        import pyspark.sql  # noqa: F401
    except Exception:
        return


def _receive(gate: int) -> Gateway:
    with open(gate, "rb") as pipe:
        data = pipe.read()
    if not data:
        os._exit(70)  # the supervisor has ended and said why
    return Gateway.parse(data)


class _Witness:
    """Tells the supervisor how the script ended. Children of the script that unwind through here are no witnesses."""

    def __init__(self, pipe: int) -> None:
        self._pipe = pipe
        self._pid = os.getpid()
        os.set_blocking(pipe, False)

    def report(self, failure: Failure) -> None:
        if os.getpid() == self._pid:
            try:
                os.write(self._pipe, failure.encode())
            except OSError:
                # The supervisor has gone, or the script closed what is not its own: its exit code still tells.
                return

    def exited(self, error: SystemExit) -> None:
        if error.code is not None and not isinstance(error.code, int):
            first, _, rest = str(error.code).strip("\n").partition("\n")
            self.report(Failure(first or "the script exited with code 1", rest))

    def uncaught(self, error: BaseException, traceback: TracebackType | None) -> None:
        """Report `error`, and let the interpreter print it with `traceback`: without the frames of ours."""
        try:
            failure = Failure.of_exception(error, traceback).advised(only_here(str(error)))
        except Exception:
            # An exception whose own methods raise; the interpreter has its ways with it.
            failure = Failure(type(error).__name__)
        self.report(failure)
        hook = sys.excepthook

        def without_our_frames(kind: type[BaseException], value: BaseException, _all: TracebackType | None) -> None:
            sys.excepthook = hook
            if value is error:
                value.__traceback__ = _all = traceback
            hook(kind, value, _all)

        sys.excepthook = without_our_frames
