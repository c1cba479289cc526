from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyjob import _gateway
from pyjob._gateway import Gateway, GatewayError

secrets = st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=500)


@given(st.integers(1, 65535), secrets)
def test_a_gateway_survives_the_file(port: int, secret: str) -> None:
    assert Gateway.parse(Gateway(port, secret).encode()) == Gateway(port, secret)


@given(st.binary(max_size=64))
def test_any_other_bytes_are_refused(data: bytes) -> None:
    try:
        gateway = Gateway.parse(data)
    except GatewayError:
        return
    assert gateway.encode() == data


@pytest.mark.parametrize(
    "data",
    [
        b"",
        Gateway(1, "abc").encode()[:-1],
        Gateway(1, "abc").encode() + b"x",
        bytes(4) + Gateway(1, "abc").encode()[4:],
        Gateway(1, "abc").encode()[:8] + b"\xff\xff\xff",
    ],
)
def test_a_broken_file_is_refused(data: bytes) -> None:
    with pytest.raises(GatewayError, match="gateway file"):
        Gateway.parse(data)


def test_no_file_is_no_gateway_yet(tmp_path: Path) -> None:
    assert _gateway.read(str(tmp_path / "gateway")) is None


def test_pyspark_finds_the_gateway_in_its_environment() -> None:
    assert Gateway(5, "s").variables() == {"PYSPARK_GATEWAY_PORT": "5", "PYSPARK_GATEWAY_SECRET": "s"}
