from __future__ import annotations

import pytest

from pyjob._config import DRIVER_PRELOAD, ConfigError, PodDirectory, PoolConfig, RunConfig

POD = {"PYJOB_DIR": "/pyjob"}


def test_a_pod_directory_has_all_paths_that_are_shared() -> None:
    pod = PodDirectory.from_env({"PYJOB_DIR": "/pyjob/"})

    assert pod.gateway_file == "/pyjob/run/gateway"
    assert pod.driver_socket == "/pyjob/run/driver.sock"
    assert pod.worker_socket == "/pyjob/run/worker.sock"
    assert pod.control_socket == "/pyjob/run/control.sock"
    assert pod.tmp == "/pyjob/tmp"


@pytest.mark.parametrize("env", [{}, {"PYJOB_DIR": ""}, {"PYJOB_DIR": "here"}])
def test_a_pod_directory_must_be_absolute(env: dict[str, str]) -> None:
    with pytest.raises(ConfigError, match=r"PYJOB_DIR is .*: it must be the absolute path"):
        PodDirectory.from_env(env)


def test_a_socket_path_has_at_most_107_bytes() -> None:
    room = 107 - len("/run/control.sock")
    PodDirectory.from_env({"PYJOB_DIR": "/" + "x" * (room - 1)})
    with pytest.raises(ConfigError, match=r"takes 108 bytes, .* use a shorter directory"):
        PodDirectory.from_env({"PYJOB_DIR": "/" + "x" * room})
    with pytest.raises(ConfigError, match="too long"):
        PodDirectory.from_env({"PYJOB_DIR": "/" + "é" * (room // 2)})


def test_run_takes_everything_after_the_script_as_its_arguments() -> None:
    assert RunConfig.from_args(["job.py", "--spare", "-x"], POD) == RunConfig(
        pod=PodDirectory("/pyjob"),
        script="job.py",
        args=("--spare", "-x"),
        gateway_wait_s=120.0,
        preimport=True,
        termination_log=None,
    )


def test_run_reads_its_variables() -> None:
    env = {"PYJOB_GATEWAY_WAIT_S": "0.5", "PYJOB_PREIMPORT": "0", "PYJOB_TERMINATION_LOG": "/log"}

    config = RunConfig.from_args(["job.py"], POD | env)

    assert (config.gateway_wait_s, config.preimport, config.termination_log) == (0.5, False, "/log")


@pytest.mark.parametrize("argv", [[], [""]])
def test_run_needs_a_script(argv: list[str]) -> None:
    with pytest.raises(ConfigError, match="no script"):
        RunConfig.from_args(argv, POD)


@pytest.mark.parametrize("text", ["soon", "-1", "nan", "inf"])
def test_the_wait_for_the_gateway_is_a_number_of_seconds(text: str) -> None:
    with pytest.raises(ConfigError, match=f"PYJOB_GATEWAY_WAIT_S is '{text}'"):
        RunConfig.from_args(["job.py"], POD | {"PYJOB_GATEWAY_WAIT_S": text})


@pytest.mark.parametrize(
    ("argv", "spare", "preload"),
    [
        ([], 1, ()),
        (["--spare", "4", "--preload", "a, b.c,,"], 4, ("a", "b.c")),
        (["--preload=", "--spare=0"], 0, ()),
        (["--preload", ""], 1, ()),
    ],
)
def test_pool_reads_its_options(argv: list[str], spare: int, preload: tuple[str, ...]) -> None:
    assert PoolConfig.from_args(argv, POD) == PoolConfig(
        PodDirectory("/pyjob"), spare, preload, lazy=False, slots=max(1, spare)
    )


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (["--what"], "unknown option '--what'"),
        (["--spare"], "--spare needs a value"),
        (["--spare", "many"], "--spare is 'many'"),
        (["--spare", "-1"], "--spare is '-1'"),
        (["--spare", "²"], "--spare is '²'"),
    ],
)
def test_pool_refuses_what_it_does_not_know(argv: list[str], reason: str) -> None:
    with pytest.raises(ConfigError, match=reason):
        PoolConfig.from_args(argv, POD)


def test_the_pool_next_to_a_script_does_nothing_until_it_is_needed() -> None:
    config = PoolConfig.for_driver(PodDirectory("/pyjob"), {})

    assert config == PoolConfig(PodDirectory("/pyjob"), 0, DRIVER_PRELOAD, lazy=True, slots=4)
    assert config.settings.container == "spec.driver.python.memory"


def test_a_pool_knows_its_memory_and_its_executor() -> None:
    argv = ["--spare", "2", "--slots=3", "--memory", "1073741824", "--worker-memory", "268435456"]
    config = PoolConfig.from_args(argv, {**POD, "PYJOB_EXECUTOR_ID": "7"})

    assert (config.slots, config.memory, config.worker_memory) == (3, 1 << 30, 1 << 28)
    assert config.most_busy == 12
    assert config.place == "executor 7"


def test_the_drivers_pool_knows_its_memory() -> None:
    env = {"PYJOB_PYTHON_MEMORY": "1073741824", "PYJOB_WORKER_MEMORY": "268435456"}
    config = PoolConfig.for_driver(PodDirectory("/pyjob"), env)

    assert (config.memory, config.worker_memory, config.place) == (1 << 30, 1 << 28, "driver")


@pytest.mark.parametrize("argv", [["--slots", "0"], ["--slots", "x"], ["--memory", "1Gi"], ["--worker-memory=-1"]])
def test_a_wrong_number_is_refused(argv: list[str]) -> None:
    with pytest.raises(ConfigError, match="must be a number"):
        PoolConfig.from_args(argv, POD)
