"""Requirements as a file for pip has them: lines, of which some are options or comments, or go on in the next. Pure."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable


def entries(lines: Iterable[str]) -> list[str]:
    """What is asked for, one entry each, without comments and options of the entry (`--hash`).

    A line that is an option of its own (`-r more.txt`, `--index-url ...`) stays as it is: only pip knows what it means.
    """
    found = []
    for line in _joined(lines):
        text = _without_comment(line).strip()
        if text and not text.startswith("-"):
            text = text.partition(" --")[0].strip()
        if text:
            found.append(text)
    return found


def is_option(entry: str) -> bool:
    """Whether the entry says something to pip instead of naming a package."""
    return entry.startswith("-")


def _joined(lines: Iterable[str]) -> list[str]:
    whole: list[str] = []
    before = ""
    for line in lines:
        if line.endswith("\\") and not line.lstrip().startswith("#"):
            before += line[:-1]
        else:
            whole.append(before + line)
            before = ""
    return [*whole, before] if before else whole


def _without_comment(line: str) -> str:
    if line.lstrip().startswith("#"):
        return ""
    return line.partition(" #")[0]
