"""Standard error as the person sees it: whole lines, and on a terminal one live line below them."""

import os
import select


class Terminal:
    """Draws the live line under whatever the script writes, so that neither spoils the other."""

    def __init__(self, descriptor: int) -> None:
        self._out = descriptor
        self.is_terminal = os.isatty(descriptor)
        self._line = b""
        self._drawn = False
        self._at_start = True  # whether the script's own output left the cursor at the start of a line

    def columns(self) -> int:
        """Width in characters; 80 where there is no terminal."""
        try:
            return os.get_terminal_size(self._out).columns or 80
        except OSError:
            return 80

    def live(self, text: str) -> None:
        """Replace the live line; an empty text takes it away. Nothing without a terminal."""
        if self.is_terminal:
            self._line = text.encode()
            self._clear()
            self._draw()

    def write(self, data: bytes, descriptor: int | None = None) -> None:
        """Pass on what the script wrote, to standard error or to ``descriptor``, the live line kept below."""
        if not data:
            return
        self._clear()
        _write_all(self._out if descriptor is None else descriptor, data)
        self._at_start = data.endswith(b"\n")
        self._draw()

    def say(self, text: str) -> None:
        """Write one line of our own."""
        self._clear()
        if not self._at_start and self.is_terminal:
            _write_all(self._out, b"\n")
        _write_all(self._out, text.encode(errors="replace") + b"\n")
        self._at_start = True
        self._draw()

    def _clear(self) -> None:
        if self._drawn:
            _write_all(self._out, b"\r\x1b[K")
            self._drawn = False

    def _draw(self) -> None:
        if self._line and self._at_start:
            _write_all(self._out, self._line)
            self._drawn = True


def _write_all(descriptor: int, data: bytes) -> None:
    view = memoryview(data)
    while view:
        try:
            view = view[os.write(descriptor, view) :]
        except BrokenPipeError:  # nobody reads any more (`pyjob run job.yaml | head`): the job goes on
            return
        except BlockingIOError:  # whoever shares the descriptor with us has made it non-blocking
            select.select([], [descriptor], [])
