from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pyjob import _protocol
from pyjob._protocol import ControlRequest, FrameReader, Operation, ProtocolError, WorkerRequest

variable_text = st.text(st.characters(exclude_characters="\0", exclude_categories=["Cs"]))
names = st.text(st.characters(exclude_characters="\0=", exclude_categories=["Cs"]), min_size=1)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=8,
)


def read_all(reader: FrameReader, data: bytes, pieces: list[int]) -> tuple[list[bytes], bytes]:
    """Feed `data` in pieces of at most the given sizes, over and over; returns the frames and what is left."""
    frames, turn = [], 0
    while data:
        size = min(pieces[turn % len(pieces)], reader.wanted)
        body = reader.feed(data[:size])
        data, turn = data[size:], turn + 1
        if body is not None:
            frames.append(body)
            return frames, data
    return frames, data


@given(st.binary(min_size=1, max_size=300), st.binary(max_size=50), st.lists(st.integers(1, 400), min_size=1))
def test_a_frame_is_found_in_whatever_pieces_it_comes_and_what_follows_is_left(
    body: bytes, after: bytes, pieces: list[int]
) -> None:
    reader = FrameReader(1000)

    frames, left = read_all(reader, _protocol.frame(body) + after, pieces)

    assert frames == [body]
    assert left == after
    assert not reader.partial


@given(st.lists(st.binary(min_size=1, max_size=50), max_size=5))
def test_frames_follow_each_other(bodies: list[bytes]) -> None:
    reader, found = FrameReader(50), []
    data = b"".join(map(_protocol.frame, bodies))
    while data:
        frames, data = read_all(reader, data, [7])
        found += frames

    assert found == bodies


@given(st.integers(-(2**31), 2**31 - 1).filter(lambda length: not 1 <= length <= 1000))
def test_a_length_out_of_bounds_is_refused_as_soon_as_it_is_known(length: int) -> None:
    with pytest.raises(ProtocolError, match=f"a request of {length} bytes"):
        FrameReader(1000).feed(length.to_bytes(4, "big", signed=True))


@given(st.binary(max_size=100))
def test_any_bytes_are_a_frame_or_part_of_one_or_refused(data: bytes) -> None:
    reader = FrameReader(64)
    try:
        while data:
            size = min(len(data), reader.wanted)
            assert size > 0
            reader.feed(data[:size])
            data = data[size:]
    except ProtocolError as error:
        reason = str(error)
    else:
        reason = "bytes"
    assert "bytes" in reason


def test_more_than_was_wanted_is_a_mistake_of_the_caller() -> None:
    with pytest.raises(ValueError, match="5 bytes were fed, 4 wanted"):
        FrameReader(10).feed(b"12345")


@given(st.sampled_from(["pyspark.worker", "a", "_b.c1"]), st.dictionaries(names, variable_text))
def test_a_worker_request_survives_the_wire(module: str, env: dict[str, str]) -> None:
    request = WorkerRequest(module, env)

    assert WorkerRequest.parse(request.encode()[4:]) == request


@given(st.sampled_from(Operation), st.integers())
def test_a_control_request_survives_the_wire(operation: Operation, pid: int) -> None:
    request = ControlRequest(operation, 0 if operation is Operation.STATS else pid)

    assert ControlRequest.parse(request.encode()[4:]) == request


@given(st.binary(max_size=200) | json_values.map(lambda value: json.dumps(value).encode()))
def test_no_body_makes_the_parsers_fail_but_with_a_protocol_error(body: bytes) -> None:
    for parse in (WorkerRequest.parse, ControlRequest.parse):
        with pytest.raises(ProtocolError):
            parse(body)


@given(st.fixed_dictionaries({"v": st.just(1)}, optional={"module": json_values, "env": json_values}))
def test_a_parsed_worker_request_can_be_applied(fields: dict[str, object]) -> None:
    try:
        request = WorkerRequest.parse(json.dumps(fields).encode())
    except ProtocolError:
        return
    assert all(part.isidentifier() for part in request.module.split("."))
    for name, value in request.env.items():
        (name + value).encode("utf-8", "surrogateescape")
        assert name
        assert not {"=", "\0"} & set(name)
        assert "\0" not in value


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"\xff", "not JSON in UTF-8"),
        (b"[1]", "not a JSON object"),
        (b"[" * 100_000, "not JSON"),
        (b'{"module": "m"}', "version None and this pool speaks 1"),
        (b'{"v": 2, "module": "m"}', "version 2"),
        (b'{"v": true, "module": "m"}', "version True"),
        (b'{"v": 1}', "module is None"),
        (b'{"v": 1, "module": "a..b"}', "module is 'a..b'"),
        (b'{"v": 1, "module": "os; x"}', "module is"),
        (b'{"v": 1, "module": "m", "env": [1]}', "env must be an object"),
        (b'{"v": 1, "module": "m", "env": {"A": 1}}', "env has 'A'"),
        (b'{"v": 1, "module": "m", "env": {"A=B": "1"}}', "env has 'A=B'"),
        (b'{"v": 1, "module": "m", "env": {"A": "\\u0000"}}', "env has 'A'"),
        (b'{"v": 1, "module": "m", "env": {"A": "\\ud800"}}', "env has 'A'"),
    ],
)
def test_a_bad_worker_request_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        WorkerRequest.parse(body)
    assert reason in str(caught.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b'{"v": 1, "pid": 4}', "op is None"),
        (b'{"v": 1, "op": "hang", "pid": 4}', "one of kill, term, stop, alive"),
        (b'{"v": 1, "op": ["kill"], "pid": 4}', "op is ['kill']"),
        (b'{"v": 1, "op": "kill"}', "pid is None"),
        (b'{"v": 1, "op": "kill", "pid": true}', "pid is True"),
        (b'{"v": 1, "op": "kill", "pid": 4.0}', "pid is 4.0"),
    ],
)
def test_a_bad_control_request_is_refused_with_its_reason(body: bytes, reason: str) -> None:
    with pytest.raises(ProtocolError) as caught:
        ControlRequest.parse(body)
    assert reason in str(caught.value)


@given(st.text(max_size=20_000))
def test_a_refusal_is_zero_and_a_frame_of_utf8(reason: str) -> None:
    data = _protocol.refused(reason)

    assert data[:4] == bytes(4)
    text = data[8:].decode()
    assert int.from_bytes(data[4:8], "big") == len(data) - 8 <= _protocol.MAX_REASON
    assert len(reason.encode("utf-8", "backslashreplace")) > _protocol.MAX_REASON or text.encode() == reason.encode(
        "utf-8", "backslashreplace"
    )


def test_answers_are_integers() -> None:
    assert _protocol.serving(258) == b"\0\0\1\2"
    assert _protocol.answer(True) == b"\0\0\0\1"
    assert _protocol.answer(False) == b"\0\0\0\0"
