"""Settings of both programs, read once: from the command line and from `PYJOB_*` variables. Pure."""

from __future__ import annotations

import os
from dataclasses import dataclass, replace

TYPE_CHECKING = False  # as in typing, whose import would cost more than all the rest of the start
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

MAX_SOCKET_PATH_BYTES = 107
DEFAULT_GATEWAY_WAIT_S = 120.0
#: An import of a pool that takes longer hangs.
DEFAULT_IMPORT_LIMIT_S = 120.0
#: A task waits so long for a worker; below the 60 s that its JVM waits, so that it hears a reason.
DEFAULT_QUEUE_LIMIT_S = 40.0

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
    def added(self) -> str:
        """Copies of files that the script adds to its job, each at its own path below this one."""
        return f"{self.root}/added"

    @property
    def environment(self) -> str:
        """The Python environment with the packages that the job requires and the image lacks."""
        return f"{self.root}/env"

    @property
    def unpacked(self) -> str:
        """The Python environment that the job brings along, unpacked."""
        return f"{self.root}/python"

    @property
    def environment_whole(self) -> str:
        """There once all is installed in the environment."""
        return f"{self.environment}/.pyjob-complete"

    @property
    def installing_file(self) -> str:
        """There while packages are installed; a container that finds it has ended in the middle of that."""
        return f"{self.run}/installing"

    @property
    def packages_file(self) -> str:
        """What the job requires and the container has, `name==version` in each line: the JVM waits for it."""
        return f"{self.run}/packages"

    @property
    def no_packages_file(self) -> str:
        """Why the container does not have what the job requires."""
        return f"{self.run}/packages.failed"

    @property
    def modules(self) -> str:
        """Modules of the job's own that are files or addresses, each under its name: on sys.path."""
        return f"{self.root}/modules"

    @property
    def sources(self) -> str:
        """Modules that came from ConfigMaps, as one folder: on sys.path."""
        return f"{self.root}/sources"

    def answer(self, what: str) -> str:
        """Where the driver's JVM says that it has done `what` for the script; with `.failed`, that it cannot."""
        return f"{self.run}/{what}"

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

    @property
    def pool_file(self) -> str:
        """What the pool is at."""
        return f"{self.run}/pool.json"


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
    py_files: tuple[str, ...] = ()
    archives: tuple[str, ...] = ()
    files: tuple[str, ...] = ()
    jars: tuple[str, ...] = ()
    #: What the script's bytes have to come to, if the manifest says it.
    sha256: str | None = None
    #: Whether the driver's JVM fetches the script, from where only Hadoop can read.
    script_by_jvm: bool = False
    #: Whether the driver's JVM resolves packages before the script begins.
    java_packages: bool = False

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
            py_files=_lines(env, "PYJOB_PY_FILES"),
            archives=_lines(env, "PYJOB_ARCHIVES"),
            files=_lines(env, "PYJOB_FILES"),
            jars=_lines(env, "PYJOB_JARS"),
            sha256=env.get("PYJOB_SCRIPT_SHA256") or None,
            script_by_jvm=bool(env.get("PYJOB_SCRIPT_URL")),
            java_packages=bool(env.get("PYJOB_JAVA_PACKAGES")),
        )

    @property
    def declares(self) -> bool:
        """Whether the manifest names files for Spark."""
        return bool(self.py_files or self.archives or self.files or self.jars)

    @property
    def script_url(self) -> str | None:
        """Where the script has to be downloaded from, if it is not a file."""
        return self.script if self.script.startswith(("http://", "https://")) else None

    def with_files_of(self, folder: str) -> RunConfig:
        """The same for a process that may leave `folder`, where relative paths of files begin."""

        def located(file: str) -> str:
            return file if ":/" in file else os.path.normpath(os.path.join(folder, file))

        return replace(
            self,
            py_files=tuple(map(located, self.py_files)),
            archives=tuple(map(located, self.archives)),
            files=tuple(map(located, self.files)),
            jars=tuple(map(located, self.jars)),
        )

    def started_in(self, folder: str) -> RunConfig:
        """The same for a process that leaves `folder`, where the script's relative path begins."""
        return (
            self
            if self.script_url is not None or self.script_by_jvm
            else replace(self, script=os.path.join(folder, self.script))
        )


@dataclass(frozen=True)
class Settings:
    """The fields of the manifest that limit workers' memory: the container's, and each worker's."""

    container: str
    worker: str


EXECUTOR_SETTINGS = Settings("spec.executors.python.memory", "spec.executors.python.workerMemory")
DRIVER_SETTINGS = Settings("spec.driver.python.memory", "spec.driver.python.workerMemory")

#: Tasks that chain Python stages need a worker for each: this many for each slot, and never fewer in all. Chains of
#: more than four are rare, since Spark joins neighbours into one stage, and a task that waits for a worker that never
#: comes is told so; without a bound, a burst of connections would fork until the container is full.
_WORKERS_PER_SLOT = 4
_DRIVER_SLOTS = 4


@dataclass(frozen=True)
class PoolConfig:
    """What `pool` was asked to do. A lazy pool imports nothing and forks nobody before its first connection.

    `memory` is the container's limit, `worker_memory` each worker's, both in bytes if they are known. `executor` is for
    labels.
    """

    pod: PodDirectory
    spare: int
    preload: tuple[str, ...]
    lazy: bool = False
    slots: int = 1
    memory: int | None = None
    worker_memory: int | None = None
    executor: str | None = None
    import_limit_s: float = DEFAULT_IMPORT_LIMIT_S
    queue_limit_s: float = DEFAULT_QUEUE_LIMIT_S

    @property
    def settings(self) -> Settings:
        """The fields of the manifest that messages name."""
        return DRIVER_SETTINGS if self.lazy else EXECUTOR_SETTINGS

    @property
    def most_busy(self) -> int:
        """How many workers may serve at once."""
        return max(4, _WORKERS_PER_SLOT * self.slots)

    @property
    def place(self) -> str:
        """Where workers are, for labels of their output."""
        if self.lazy:
            return "driver"
        return f"executor {self.executor}" if self.executor else "executor"

    @classmethod
    def from_args(cls, argv: Sequence[str], env: Mapping[str, str]) -> PoolConfig:
        """`argv` is `--spare N --slots N --memory BYTES --worker-memory BYTES --preload MODULE,...`, all optional.

        Raises ConfigError.
        """
        options: dict[str, str] = {}
        rest = list(argv)
        while rest:
            name, equals, value = rest.pop(0).partition("=")
            if name not in _POOL_OPTIONS:
                raise ConfigError(f"unknown option {name!r}: the pool has {', '.join(_POOL_OPTIONS)}")
            if not equals:
                if not rest:
                    raise ConfigError(f"{name} needs a value")
                value = rest.pop(0)
            options[name] = value
        spare = options.get("--spare", "1")
        if not _is_number(spare, 9999):
            raise ConfigError(f"--spare is {spare!r}: it must be a number of workers, 0 to 9999")
        slots = options.get("--slots", str(max(1, int(spare))))
        if not _is_number(slots, 9999) or int(slots) < 1:
            raise ConfigError(f"--slots is {slots!r}: it must be a number of tasks, 1 to 9999")
        return cls(
            pod=PodDirectory.from_env(env),
            spare=int(spare),
            preload=tuple(name.strip() for name in options.get("--preload", "").split(",") if name.strip()),
            slots=int(slots),
            memory=_bytes(options, "--memory"),
            worker_memory=_bytes(options, "--worker-memory"),
            executor=env.get("PYJOB_EXECUTOR_ID") or None,
            import_limit_s=_seconds(env, "PYJOB_IMPORT_LIMIT_S", DEFAULT_IMPORT_LIMIT_S),
            queue_limit_s=_seconds(env, "PYJOB_QUEUE_LIMIT_S", DEFAULT_QUEUE_LIMIT_S),
        )

    @classmethod
    def for_driver(cls, pod: PodDirectory, env: Mapping[str, str]) -> PoolConfig:
        """The pool next to a script: most scripts never need it. Raises ConfigError."""
        return cls(
            pod=pod,
            spare=0,
            preload=DRIVER_PRELOAD,
            lazy=True,
            slots=_DRIVER_SLOTS,
            memory=_bytes(env, "PYJOB_PYTHON_MEMORY"),
            worker_memory=_bytes(env, "PYJOB_WORKER_MEMORY"),
            import_limit_s=_seconds(env, "PYJOB_IMPORT_LIMIT_S", DEFAULT_IMPORT_LIMIT_S),
            queue_limit_s=_seconds(env, "PYJOB_QUEUE_LIMIT_S", DEFAULT_QUEUE_LIMIT_S),
        )


_POOL_OPTIONS = ("--spare", "--slots", "--memory", "--worker-memory", "--preload")


def _lines(env: Mapping[str, str], name: str) -> tuple[str, ...]:
    return tuple(filter(None, env.get(name, "").splitlines()))


def _is_number(text: str, most: int) -> bool:
    return text.isascii() and text.isdigit() and len(text) <= 19 and int(text) <= most


def _bytes(values: Mapping[str, str], name: str) -> int | None:
    text = values.get(name, "")
    if not text:
        return None
    if not _is_number(text, 1 << 62) or int(text) < 1:
        raise ConfigError(f"{name} is {text!r}: it must be a number of bytes")
    return int(text)


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
