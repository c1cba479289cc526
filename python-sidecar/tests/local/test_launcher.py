from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest

from pyjob_local.launcher import _input_as_file


class Input:
    buffer = io.BytesIO(b'{"kind": "PyJob"}')


def test_a_trace_of_standard_input_is_one_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdin", Input())
    with _input_as_file(["trace", "-", "-o", "a.svg"]) as argv:
        assert argv[:1] + argv[2:] == ["trace", "-o", "a.svg"]
        file = Path(argv[1])
        assert file.suffix == ".json"
        assert file.read_bytes() == b'{"kind": "PyJob"}'
    assert not file.exists()


def test_a_dash_elsewhere_is_the_scripts() -> None:
    with _input_as_file(["run", "job.py", "-"]) as argv:
        assert argv == ["run", "job.py", "-"]
