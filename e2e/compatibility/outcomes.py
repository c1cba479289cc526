"""Pure: how the examples of one module's doctests ended in both ways, and what to say of it."""

import json
import re
from dataclasses import dataclass, field
from typing import NamedTuple

_ADDRESS = re.compile(r"\b0x[0-9a-f]+\b")
_TOKEN = re.compile(r"\w+|\S")
_ERROR = re.compile(r"[\w.]*(Error|Exception|Interrupt|Exit)\b")


#: The reason where an example prints what it should in another order.
ORDER = "the order of rows"


class Key(NamedTuple):
    """One example: the doctest it is of, and its line there."""

    test: str
    line: int


@dataclass(frozen=True)
class End:
    """How an example ended; of one that failed also what it was."""

    passed: bool
    source: str = ""
    want: str = ""
    got: str = ""
    unreached: str | None = None  #: why it was not run at all

    def reason(self) -> str:
        """In one line: the error, or the first line that is not as it should be."""
        if self.unreached is not None:
            return f"not reached: {self.unreached}"
        got = [line.strip() for line in self.got.splitlines() if line.strip()]
        if got and got[0].startswith("Traceback "):
            return _last_error(got)
        if sorted(_TOKEN.findall(self.want)) == sorted(_TOKEN.findall(self.got)):
            return ORDER
        want = [line.strip() for line in self.want.splitlines() if line.strip()]
        for one, other in zip([*want, "nothing"], [*got, "nothing"], strict=False):
            if one != other:
                return f"`{self.source.strip().splitlines()[-1]}`: expected `{one}`, got `{other}`"
        return f"`{self.source.strip()}`: more lines than expected"


Ends = dict[Key, End]


def read(text: str, module: str) -> Ends:
    """What the job has written down. Names of tests are without the module's; a line that is not whole is left out."""
    ends: Ends = {}
    for line in text.splitlines():
        try:
            told = json.loads(line)
        except ValueError:
            continue  # the last one, of a job that was killed
        test = told["test"]
        for own in (f"{module}.", "__main__."):
            test = test.removeprefix(own)
        # Fixtures and inherited docstrings may have the same name twice; then they all have to pass.
        key = Key(test, told["line"])
        end = End(told["passed"], told.get("source", ""), told.get("want", ""), told.get("got", ""))
        if key not in ends or ends[key].passed:
            ends[key] = end
    return ends


@dataclass(frozen=True)
class Comparison:
    """A module's doctests under stock Spark and under PyJob. `stock` and `ours` are None if it was not run there."""

    module: str
    stock: Ends | None
    ours: Ends | None
    stock_ended: str = ""  #: why before its end, if so
    ours_ended: str = ""
    only_ours: dict[Key, End] = field(init=False)  #: that fail on PyJob, and not on stock

    def __post_init__(self) -> None:
        if self.stock is not None and self.ours is not None:
            unreached = End(False, unreached=self.ours_ended or "no reason known")
            ours = {key: self.ours.get(key, unreached) for key in {**self.ours, **self.stock}}
            never = End(False)
            only = {key: end for key, end in ours.items() if not end.passed and self.stock.get(key, never).passed}
            object.__setattr__(self, "ours", ours)
            object.__setattr__(self, "only_ours", only)
        else:
            object.__setattr__(self, "only_ours", {})


def counts(ends: Ends | None) -> tuple[int, int]:
    """How many passed, how many failed."""
    passed = sum(end.passed for end in (ends or {}).values())
    return passed, len(ends or {}) - passed


def reasons(comparison: Comparison) -> dict[str, tuple[int, str]]:
    """For each doctest that fails on PyJob only: how many of its examples, and why the first of them does.

    A reason of another kind comes before the order of rows, which is nobody's promise.
    """
    found: dict[str, tuple[int, str]] = {}
    for key, end in sorted(comparison.only_ours.items()):
        number, why = found.get(key.test, (0, ORDER))
        found[key.test] = (number + 1, end.reason() if why == ORDER else why)
    return found


def table(comparisons: list[Comparison]) -> str:
    """In Markdown, for the docs."""
    rows = [
        "| module | stock: passed | failed | PyJob: passed | failed | fails on PyJob only |",
        "|---|---|---|---|---|---|",
    ]
    for each in comparisons:
        stock = counts(each.stock) if each.stock is not None else ("", "")
        ours = counts(each.ours) if each.ours is not None else ("", "")
        only = "<br>".join(f"`{test}` ({number}): {why}" for test, (number, why) in reasons(each).items())
        if not only and each.stock == {} == each.ours:
            only = "nothing is run: " + (each.stock_ended or "no example")
        cells = [f"`{each.module}`", *stock, *ours, only.replace("|", "\\|")]
        rows.append(f"| {' | '.join(str(cell) for cell in cells)} |")
    sums = [sum(each) for each in zip(*((*counts(one.stock), *counts(one.ours)) for one in comparisons), strict=True)]
    rows.append(f"| all | {' | '.join(map(str, sums))} | {sum(len(each.only_ours) for each in comparisons)} |")
    return "\n".join(rows)


def closing(comparisons: list[Comparison]) -> str:
    """The last two lines."""
    passed, failed = (sum(each) for each in zip(*(counts(one.ours) for one in comparisons), strict=True))
    both = sum(
        not end.passed and key in each.stock and not each.stock[key].passed
        for each in comparisons
        if each.stock is not None
        for key, end in (each.ours or {}).items()
    )
    return f"{both} of the failed fail on stock too\n{passed} passed, {failed} failed"


def _last_error(lines: list[str]) -> str:
    """The last error of Python in a traceback; of one of Java's, with the line after it, which names Java's."""
    told = lines[-1]
    for line, after in zip(lines, [*lines[1:], ""], strict=True):
        if _ERROR.match(line):
            told = line + (after if after.startswith(": ") else "")
    return _ADDRESS.sub("0x#", told)[:300]
