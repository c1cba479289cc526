"""Pure: what two runs of a script printed, compared without what no two runs have in common."""

import re
from difflib import unified_diff

_UNSTABLE = (
    (re.compile(r"\S+/pyspark/"), "pyspark/"),  # of warnings; stock and PyJob have their copies
    (re.compile(r"\b0x[0-9a-f]+\b"), "0x#"),
    (re.compile(r"\b([A-Z][A-Za-z]+)_[0-9a-f]{12,}\b"), r"\1_#"),  # uids of estimators and models
    (re.compile(r"\b[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}\b"), "#"),
    (re.compile(r"\b(app|local|application)-[0-9-]+\b"), "app-#"),
    (re.compile(r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d:\d\d(\.\d+)?"), "<time>"),
    (re.compile(r"\b\d+(\.\d+)? ?(ms|seconds|secs|s)\b"), "<duration>"),
)
_NUMBER = re.compile(r"-?\d+(\.\d+)?([eE][-+]?\d+)?")


def normalised(text: str, folder: str) -> list[str]:
    """Lines without addresses, ids, times, and the folder that the script ran in."""
    text = text.replace(folder, "<folder>")
    for pattern, instead in _UNSTABLE:
        text = pattern.sub(instead, text)
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def close(one: str, other: str) -> bool:
    """Whether two lines are alike but for the last digits of their numbers: sums in another order round otherwise."""
    if one == other:
        return True
    if _NUMBER.sub("#", one) != _NUMBER.sub("#", other):
        return False
    pairs = zip(_NUMBER.finditer(one), _NUMBER.finditer(other), strict=True)
    return all(abs(float(a[0]) - float(b[0])) <= 1e-6 * max(1.0, abs(float(a[0]))) for a, b in pairs)


def same(stock: list[str], ours: list[str]) -> bool:
    """Line by line; or, where the order is nobody's promise, after sorting."""
    if len(stock) != len(ours):
        return False
    return any(
        all(close(a, b) for a, b in zip(*pair, strict=True)) for pair in ((stock, ours), (sorted(stock), sorted(ours)))
    )


def without_chance(stock: list[str], again: list[str], ours: list[str]) -> tuple[list[str], list[str]] | None:
    """The two without the numbers of lines in which two runs of stock differ; None if those have other lines at all."""
    if not len(stock) == len(again) == len(ours):
        return None
    by_chance = [not close(a, b) for a, b in zip(stock, again, strict=True)]

    def masked(lines: list[str]) -> list[str]:
        return [_NUMBER.sub("#", line) if chance else line for line, chance in zip(lines, by_chance, strict=True)]

    return masked(stock), masked(ours)


def difference(stock: list[str], ours: list[str]) -> str:
    """For people: at most 20 lines."""
    return "\n".join(list(unified_diff(stock, ours, "stock", "PyJob", lineterm="", n=1))[:20])
