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
_CHANCE = re.compile(r"-?\d+\.?\d*([eE][-+]?\d+)?")
_ROW = re.compile(r"#([ ,]+#)+")
_ARRAY = re.compile(r"\[[-\d\s.,einfa+]*\]")  # of numbers; NumPy breaks its lines where they are full
_CUT_CELL = re.compile(r"#[^|]*\.\.+\s*\|")  # of DataFrame.show; where the cut is depends on how long the numbers are


def normalised(text: str, folder: str) -> list[str]:
    """Lines without addresses, ids, times, and the folder that the script ran in."""
    text = text.replace(folder, "<folder>")
    for pattern, instead in _UNSTABLE:
        text = pattern.sub(instead, text)
    text = _ARRAY.sub(lambda array: " ".join(array[0].split()), text)
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


def without_chance(stock: list[str], again: list[str], ours: list[str]) -> tuple[list[str], list[str]]:
    """The two without the numbers in which two runs of stock differ: of those lines, or of all if they are not as many.

    Random numbers of arrays change the layout too, so a row of numbers counts as one.
    """
    if len(stock) == len(again) == len(ours):
        by_chance = [not close(a, b) for a, b in zip(stock, again, strict=True)]
        pairs = list(zip(by_chance, stock, ours, strict=True))
        return [_shape(s) if chance else s for chance, s, _ in pairs], [
            _shape(o) if chance else o for chance, _, o in pairs
        ]
    if close(_shape(" ".join(stock)), _shape(" ".join(again))) and stock != again:
        return [_shape(" ".join(stock))], [_shape(" ".join(ours))]
    return stock, ours


def has_all_that_is_sure(stock: list[str], again: list[str], ours: list[str]) -> bool:
    """For output whose very lines are random, as of a forest that grows from another sample each time.

    Two runs of stock differ in their lines; those that both have, but for numbers, are in ours too.
    """
    first, second, third = ({_shape(line).strip() for line in lines} for lines in (stock, again, ours))
    return not same(stock, again) and first & second <= third


def _shape(text: str) -> str:
    return _CUT_CELL.sub("#...|", _ROW.sub("#", " ".join(_CHANCE.sub(" # ", text).split())))


def difference(stock: list[str], ours: list[str]) -> str:
    """For people: at most 20 lines."""
    return "\n".join(list(unified_diff(stock, ours, "stock", "PyJob", lineterm="", n=1))[:20])


def last_line(text: str) -> str:
    """Of what a failed run said, the line that tells why."""
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.startswith((" ", "\tat"))]
    lines = [line for line in lines if not line.startswith("pyjob: logs: ")]
    told = [line for line in lines if "Error" in line or "Exception" in line or line.startswith("pyjob:")]
    return ((told or lines or [""])[-1])[:300]
