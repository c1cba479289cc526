from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pyjob._lines import MAX_LINE, Lines, mark

SECRET = b"\0pyjob-secret\0"


def test_lines_have_the_label_of_now_and_those_before_a_mark_its_own() -> None:
    lines = Lines(SECRET)
    assert lines.feed(b"a\nb", "x") == [("x", b"a")]
    assert lines.feed(b"\n" + mark(SECRET, "x", "y") + b"c\n", "y") == [("x", b"b"), ("y", b"c")]


def test_a_mark_ends_a_line_that_its_task_has_not_ended() -> None:
    lines = Lines(SECRET)
    assert lines.feed(b"half" + mark(SECRET, "x", "y") + b"whole\n", "y") == [("x", b"half"), ("y", b"whole")]


def test_what_is_left_at_the_end_is_a_line() -> None:
    lines = Lines(SECRET)
    assert lines.feed(b"no end", "x") == []
    assert lines.end() == [("x", b"no end")]
    assert lines.end() == []


def test_a_line_without_end_comes_in_pieces() -> None:
    lines = Lines(SECRET)
    out = lines.feed(b"x" * 100_000, "t") + lines.end()
    assert b"".join(piece for _, piece in out) == b"x" * 100_000
    assert max(len(piece) for _, piece in out) < MAX_LINE
    assert len(out) > 20


said = st.lists(st.tuples(st.sampled_from("abc"), st.binary(max_size=300).filter(lambda data: b"\0" not in data)))


@given(
    st.lists(
        st.binary(min_size=1, max_size=50).filter(lambda data: b"\0" not in data)
        | st.sampled_from(["look", "read", "next"])
    )
)
def test_no_byte_is_lost_or_gets_anothers_label_whenever_it_is_read(steps: list[bytes | str]) -> None:
    lines, pipe, task, seen = Lines(SECRET), b"", 0, 0
    looked = False
    wanted: dict[str, bytes] = {}
    found: dict[str, bytes] = {}

    def take(out: list[tuple[str, bytes]]) -> None:
        for label, line in out:
            found[label] = found.get(label, b"") + line

    for step in steps:
        if isinstance(step, bytes):
            pipe += step
            wanted[str(task)] = wanted.get(str(task), b"") + step
        elif step == "look" and pipe:  # poll says so only when there is something
            seen, looked = task, True
        elif step == "read" and looked:
            take(lines.feed(pipe, str(seen)))
            pipe, looked = b"", False
        elif step == "next":
            pipe += mark(SECRET, str(task), str(task + 1)) if pipe else b""
            task += 1
    if pipe:
        take(lines.feed(pipe, str(seen if looked else task)))
    take(lines.end())
    without_ends = {label: data.replace(b"\n", b"") for label, data in wanted.items()}
    assert {label: data for label, data in found.items() if data} == {
        label: data for label, data in without_ends.items() if data
    }


@given(said)
def test_in_one_piece_each_line_has_its_tasks_label(tasks: list[tuple[str, bytes]]) -> None:
    stream = b"".join(data + b"\n" + mark(SECRET, label, "?") for label, data in tasks)
    assert Lines(SECRET).feed(stream, "?") == [(label, line) for label, data in tasks for line in data.split(b"\n")]
