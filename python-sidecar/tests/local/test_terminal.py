from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from pyjob_local.terminal import Terminal

CLEAR = b"\r\x1b[K"


class Screen:
    """What is drawn on a terminal."""

    def __init__(self) -> None:
        self._shown, self.descriptor = os.openpty()

    def seen(self) -> bytes:
        """What has been drawn since the last call; a terminal turns each \\n into \\r\\n."""
        os.write(self.descriptor, b"\0")
        data = b""
        while not data.endswith(b"\0"):
            data += os.read(self._shown, 65536)
        return data[:-1].replace(b"\r\n", b"\n")

    def close(self) -> None:
        os.close(self.descriptor)
        os.close(self._shown)


@pytest.fixture
def screen() -> Iterator[Screen]:
    screen = Screen()
    yield screen
    screen.close()


def test_a_live_line_replaces_the_one_before(screen: Screen) -> None:
    terminal = Terminal(screen.descriptor)
    terminal.live("1/3")
    assert screen.seen() == b"1/3"
    terminal.live("2/3")
    assert screen.seen() == CLEAR + b"2/3"
    terminal.live("")
    assert screen.seen() == CLEAR
    terminal.live("")
    assert screen.seen() == b""


def test_whole_lines_go_above_the_live_line(screen: Screen) -> None:
    terminal = Terminal(screen.descriptor)
    terminal.live("1/3")
    terminal.write(b"hello\nworld\n")
    assert screen.seen() == b"1/3" + CLEAR + b"hello\nworld\n1/3"


def test_the_live_line_waits_for_the_end_of_a_line(screen: Screen) -> None:
    terminal = Terminal(screen.descriptor)
    terminal.live("1/3")
    terminal.write(b"hel")
    terminal.live("2/3")
    terminal.write(b"lo")
    assert screen.seen() == b"1/3" + CLEAR + b"hello"
    terminal.write(b"\n")
    assert screen.seen() == b"\n2/3"


def test_our_own_words_begin_a_line(screen: Screen) -> None:
    terminal = Terminal(screen.descriptor)
    terminal.live("1/3")
    terminal.write(b"a prompt: ")
    terminal.say("pyjob: cancelling")
    assert screen.seen() == b"1/3" + CLEAR + b"a prompt: \npyjob: cancelling\n1/3"


def test_nothing_written_draws_nothing(screen: Screen) -> None:
    terminal = Terminal(screen.descriptor)
    terminal.live("1/3")
    screen.seen()
    terminal.write(b"")
    assert screen.seen() == b""


def test_what_goes_elsewhere_keeps_the_live_line_below_too(screen: Screen, tmp_path: Path) -> None:
    terminal = Terminal(screen.descriptor)
    other = os.open(tmp_path / "out", os.O_WRONLY | os.O_CREAT)
    terminal.live("1/3")
    terminal.write(b"result\n", other)
    os.close(other)
    assert (tmp_path / "out").read_bytes() == b"result\n"
    assert screen.seen() == b"1/3" + CLEAR + b"1/3"


def test_without_a_terminal_there_is_no_live_line_and_not_a_byte_is_changed(tmp_path: Path) -> None:
    file = os.open(tmp_path / "err", os.O_WRONLY | os.O_CREAT)
    terminal = Terminal(file)
    assert not terminal.is_terminal
    assert terminal.columns() == 80
    terminal.live("1/3")
    terminal.write(b"\xff\x00no end of line")
    terminal.say("pyjob: \udcffdone")
    os.close(file)
    assert (tmp_path / "err").read_bytes() == b"\xff\x00no end of linepyjob: ?done\n"


def test_a_reader_that_has_gone_is_no_failure() -> None:
    reading, writing = os.pipe()
    os.close(reading)
    Terminal(writing).say("nobody hears this")
    os.close(writing)


def test_a_slow_reader_of_a_non_blocking_descriptor_gets_everything() -> None:
    reading, writing = os.pipe()
    os.set_blocking(writing, False)
    read = bytearray()

    def reads() -> None:
        while chunk := os.read(reading, 4096):
            read.extend(chunk)

    reader = threading.Thread(target=reads)
    data = os.urandom(300_000)
    terminal = Terminal(writing)
    reader.start()
    terminal.write(data)
    os.close(writing)
    reader.join()
    os.close(reading)
    assert bytes(read) == data
