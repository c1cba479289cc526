from __future__ import annotations

from pathlib import Path

import pytest

from pyjob_local import history
from pyjob_local.runtime import Runtime
from pyjob_local.say import SetupError


def test_it_shows_that_folder_at_that_port(tmp_path: Path) -> None:
    runtime = Runtime(tmp_path / "home", tmp_path / "java")
    command = history.command(runtime, tmp_path / "event logs", 18081)
    assert command[:2] == [f"{tmp_path}/java/bin/java", f"@{tmp_path}/home/driver.args"]
    assert f"-Dspark.history.fs.logDirectory=file:{tmp_path}/event logs" in command
    assert "-Dspark.history.ui.port=18081" in command
    assert command[-1] == "org.apache.spark.deploy.history.HistoryServer"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    options = history.read([str(tmp_path / "none")])
    with pytest.raises(SetupError, match="pyjob run --event-log"):
        history.show(Runtime(tmp_path, tmp_path), options)


def test_options() -> None:
    assert history.read(["logs", "--port", "9000"]).port == 9000
    with pytest.raises(SystemExit):
        history.read([])
