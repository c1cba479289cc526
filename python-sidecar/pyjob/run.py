"""`run SCRIPT ARG...`: the driver's script, under a supervisor that holds the lifeline to the driver's JVM."""

from __future__ import annotations

import os

from pyjob import _signals
from pyjob._config import ConfigError, RunConfig

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence


def run(argv: Sequence[str], env: Mapping[str, str]) -> None:
    """Fork the script's process first, for it has the most to do, then supervise it.

    Returns only in the script's process, when the script has run to its end. Raises ConfigError.
    """
    config = RunConfig.from_args(argv, env)
    if config.declares:
        config = config.with_files_of(os.getcwd())
    work = config.work
    if work is not None and os.path.realpath(work) != os.getcwd():
        config = config.started_in(os.getcwd())
        _work_in(work)
    for folder in (config.pod.run, config.pod.tmp):
        os.makedirs(folder, mode=0o700, exist_ok=True)
    os.environ.setdefault("TMPDIR", config.pod.tmp)
    supervisor = os.getpid()
    gate, gate_writer = os.pipe()
    report_reader, report = os.pipe()
    with _signals.held_back(_signals.FORWARDED) as mask:
        pid = os.fork()
        if pid:
            os.close(gate)
            os.close(report)
            from pyjob._supervisor import Supervisor

            code = Supervisor(config, pid, gate_writer, report_reader).run(mask)
            os._exit(code)
    os.close(gate_writer)
    os.close(report_reader)
    from pyjob._parent import die_with
    from pyjob._script import run_script

    die_with(supervisor)
    run_script(config, gate, report)


def _work_in(folder: str) -> None:
    try:
        os.makedirs(folder, mode=0o700, exist_ok=True)
        os.chdir(folder)
    except OSError as error:
        raise ConfigError(f"PYJOB_WORK is {folder!r}: no folder to work in ({error.strerror})") from error
