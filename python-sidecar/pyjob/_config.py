"""Settings of both programs, read once: from the command line and from `PYJOB_*` variables. Pure."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

TYPE_CHECKING = False  # as in typing, whose import would cost more than all the rest of the start
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_SOCKET_PATH_BYTES = 107
DEFAULT_GATEWAY_WAIT_S = 120.0

#: What the driver's own workers (table functions' `analyze`, Python data sources) need; imported at their first use.
DRIVER_PRELOAD = ("pyspark.sql.worker.utils", "pyarrow")


class ConfigError(Exception):
    """A setting is missing or wrong; the message names it and says what to do."""


@dataclass(frozen=True)
class PodDirectory:
    """The volume that the containers of a pod share, at the same path in both."""

    root: str

    @classmethod
    def from_env(cls, env: Mapping[str, str]) -> PodDirectory:
        """Raises ConfigError when PYJOB_DIR is missing, relative, or too long for Unix sockets."""
        root = env.get("PYJOB_DIR", "")
        if not os.path.isabs(root):
            raise ConfigError(f"PYJOB_DIR is {root!r}: it must be the absolute path of the pod's shared volume")
        pod = cls(root.rstrip("/"))
        longest = len(os.fsencode(pod.control_socket))
        if longest > MAX_SOCKET_PATH_BYTES:
            raise ConfigError(
                f"PYJOB_DIR is too long: the socket {pod.control_socket} takes {longest} bytes, and a Unix socket's "
                f"path at most {MAX_SOCKET_PATH_BYTES}: use a shorter directory"
            )
        return pod

    @property
    def run(self) -> str:
        """Sockets and the gateway file."""
        return f"{self.root}/run"

    @property
    def tmp(self) -> str:
        """Python's TMPDIR, the JVM's java.io.tmpdir."""
        return os.path.join(self.root, "tmp")

    @property
    def downloads(self) -> str:
        """Where a script that came from a URL lies, alone: its folder is on sys.path."""
        return f"{self.root}/script"

    @property
    def gateway_file(self) -> str:
        """Written by the driver's JVM when Py4J listens."""
        return f"{self.run}/gateway"

    @property
    def driver_socket(self) -> str:
        """Where the driver's JVM waits for the lifeline."""
        return f"{self.run}/driver.sock"

    @property
    def worker_socket(self) -> str:
        """Where the pool gives away workers."""
        return f"{self.run}/worker.sock"

    @property
    def control_socket(self) -> str:
        """Where the pool is told to end workers."""
        return f"{self.run}/control.sock"


@dataclass(frozen=True)
class RunConfig:
    """What `run` was asked to do."""

    pod: PodDirectory
    script: str
    args: tuple[str, ...]
    gateway_wait_s: float
    preimport: bool
    termination_log: str | None
    work: str | None = None
    requirements: tuple[str, ...] = ()

    @classmethod
    def from_args(cls, argv: Sequence[str], env: Mapping[str, str]) -> RunConfig:
        """`argv` is SCRIPT ARG...; raises ConfigError."""
        if not argv or not argv[0]:
            raise ConfigError("no script: use `run SCRIPT ARG...`")
        return cls(
            pod=PodDirectory.from_env(env),
            script=argv[0],
            args=tuple(argv[1:]),
            gateway_wait_s=_seconds(env, "PYJOB_GATEWAY_WAIT_S", DEFAULT_GATEWAY_WAIT_S),
            preimport=env.get("PYJOB_PREIMPORT", "1") != "0",
            termination_log=env.get("PYJOB_TERMINATION_LOG") or None,
            work=env.get("PYJOB_WORK") or None,
            requirements=tuple(line for line in env.get("PYJOB_REQUIREMENTS", "").splitlines() if line.strip()),
        )

    @property
    def script_url(self) -> str | None:
        """Where the script has to be downloaded from, if it is not a file."""
        return self.script if self.script.startswith(("http://", "https://")) else None

    def started_in(self, folder: str) -> RunConfig:
        """The same for a process that leaves `folder`, where the script's relative path begins."""
        return self if self.script_url is not None else replace(self, script=os.path.join(folder, self.script))


@dataclass(frozen=True)
class PoolConfig:
    """What `pool` was asked to do. A lazy pool imports nothing and forks nobody before its first connection."""

    pod: PodDirectory
    spare: int
    preload: tuple[str, ...]
    lazy: bool = False

    @property
    def memory_setting(self) -> str:
        """The name in the manifest of the limit of this pool's container."""
        return "spec.driver.python.memory" if self.lazy else "spec.executors.python.memory"

    @classmethod
    def from_args(cls, argv: Sequence[str], env: Mapping[str, str]) -> PoolConfig:
        """`argv` is `--spare N --preload MODULE,MODULE...`, both optional; raises ConfigError."""
        spare, preload = "1", ""
        rest = list(argv)
        while rest:
            name, equals, value = rest.pop(0).partition("=")
            if name not in ("--spare", "--preload"):
                raise ConfigError(f"unknown option {name!r}: the pool has --spare N and --preload MODULE,MODULE")
            if not equals:
                if not rest:
                    raise ConfigError(f"{name} needs a value")
                value = rest.pop(0)
            if name == "--spare":
                spare = value
            else:
                preload = value
        if not (spare.isascii() and spare.isdigit() and len(spare) <= 4):
            raise ConfigError(f"--spare is {spare!r}: it must be a number of workers, 0 to 9999")
        return cls(
            pod=PodDirectory.from_env(env),
            spare=int(spare),
            preload=tuple(name.strip() for name in preload.split(",") if name.strip()),
        )

    @classmethod
    def for_driver(cls, pod: PodDirectory) -> PoolConfig:
        """The pool next to a script: most scripts never need it."""
        return cls(pod=pod, spare=0, preload=DRIVER_PRELOAD, lazy=True)


def _seconds(env: Mapping[str, str], name: str, default: float) -> float:
    text = env.get(name, "")
    if not text:
        return default
    try:
        value = float(text)
    except ValueError:
        value = -1.0
    if not 0 <= value < 1e9:
        raise ConfigError(f"{name} is {text!r}: it must be a number of seconds")
    return value
