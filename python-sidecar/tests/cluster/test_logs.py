from __future__ import annotations

import json
from io import BytesIO

from pyjob_cluster.feed import Stamp
from pyjob_cluster.kubectl import Refused, documents, items, refusal, stream
from pyjob_cluster.logs import SCRIPT, Choice, Prefixes
from pyjob_cluster.pods import DRIVER, EXECUTOR, Pod
from tests.cluster.world import pod


def test_each_container_has_a_name_and_a_colour_of_its_own() -> None:
    driver, executor = Pod.of(pod()), Pod.of(pod(executor=12))
    prefixes = Prefixes(coloured=True)
    seen = [prefixes.of(p, c) for p in (driver, executor) for c in p.containers]
    assert seen == [
        "\x1b[36mdriver python | \x1b[0m",
        "\x1b[33mdriver jvm    | \x1b[0m",
        "\x1b[32mexec-12 jvm   | \x1b[0m",
        "\x1b[35mexec-12 python | \x1b[0m",
    ]
    assert prefixes.of(driver, driver.containers[0]) == "\x1b[36mdriver python  | \x1b[0m"


def test_a_second_attempt_is_told_from_the_first() -> None:
    tree = pod()
    tree["metadata"]["labels"]["pyjob.io/attempt"] = "2"
    second = Pod.of(tree)
    assert Prefixes(coloured=False).of(second, second.containers[0]) == "driver#2 python | "
    assert sorted([second, Pod.of(pod(executor=3)), Pod.of(pod())], key=lambda p: p.order)[-1] == second


def test_only_what_can_be_one_container_goes_without_a_name() -> None:
    assert SCRIPT.is_of_one
    assert Choice(EXECUTOR, 3, "jvm").is_of_one
    assert not Choice(EXECUTOR, 3).is_of_one
    assert not Choice(container="python").is_of_one
    assert not Choice(role=DRIVER).is_of_one


def test_the_time_before_a_line_orders_lines_in_any_number_of_digits() -> None:
    early, text = Stamp.split(b"2026-03-01T10:00:01.1Z a line\n")
    late, _ = Stamp.split(b"2026-03-01T10:00:01.12Z \n")
    whole, _ = Stamp.split(b"2026-03-01T10:00:01Z x")
    assert text == b"a line\n"
    assert early is not None
    assert late is not None
    assert whole is not None
    assert whole < early < late
    assert Stamp.split(b"no time here\n") == (None, b"no time here\n")
    assert Stamp.split(b"\n") == (None, b"\n")


def test_objects_are_read_however_kubectl_writes_them() -> None:
    one, two = {"a": {"b": "}\n{"}}, {"c": [1]}
    text = json.dumps(one, indent=4) + "\n" + json.dumps(two) + "\n" + json.dumps(one) + "\n"
    assert list(stream(BytesIO(text.encode()))) == [one, two, one]
    assert documents(text) == [one, two, one]
    assert documents("") == []
    assert items({"kind": "PyJobList", "items": [one]}) == [one]
    assert items(one) == [one]


def test_what_kubectl_says_to_everyone_is_no_reason() -> None:
    said = "Warning: old API\nE0301 10:00:00.0 memcache.go:265] noise\n"
    said += 'Error from server (NotFound): pyjobs "x" not found\n'
    assert str(refusal(said)) == 'pyjobs "x" not found'
    assert isinstance(refusal(""), Refused)
    assert "did not say why" in str(refusal(""))
