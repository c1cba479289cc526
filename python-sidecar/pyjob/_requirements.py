"""Whether the packages of this Python are those that the job requires. PyJob's own Python tree counts as installed.

A judgement is only made where it is certain: a requirement with a condition (`; python_version < "3.12"`), or one that
is a file or an address, is left to the script's own imports, and the log says so.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from pyjob._failure import CannotStart, Failure
from pyjob._log import log

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

EXIT_CODE = 78
_ADVICE = (
    "On a cluster PyJob installs nothing: build an image with these packages (RUN pip install ...) and name it in "
    "spec.python.image, or take what the image has into spec.python.requirements."
)
_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[[^\]]*\])?\s*"
    r"(?:(?P<address>@.*)|\(?(?P<clauses>(?:[=~!<>][^@;()]*)?)\)?\s*(?P<condition>;.*)?)"
)
_CLAUSE = re.compile(r"(===|==|~=|!=|<=|>=|<|>)\s*(\S+)")
_VERSION = re.compile(
    r"v?(?P<release>\d+(?:\.\d+)*)"
    r"(?:[-_.]?(?P<pre>alpha|beta|preview|pre|rc|a|b|c)[-_.]?(?P<pre_number>\d*))?"
    r"(?P<post>-\d+|[-_.]?(?:post|rev|r)[-_.]?\d*)?"
    r"(?P<dev>[-_.]?dev[-_.]?\d*)?"
    r"(?:\+(?P<local>[a-z0-9]+(?:[-_.][a-z0-9]+)*))?"
)
_PRE = {"alpha": "a", "beta": "b", "c": "rc", "pre": "rc", "preview": "rc"}


@dataclass(frozen=True)
class Version:
    """A version of a package, in its normal form: 1.0 and 1.0.0 are the same."""

    release: tuple[int, ...]
    suffix: tuple[str, ...] = ()
    local: str = ""

    @classmethod
    def parse(cls, text: str) -> Version | None:
        """None for what is no version by the rules of Python's packaging, and for the rare one with an epoch."""
        match = _VERSION.fullmatch(text.strip().lower())
        if match is None:
            return None
        part = match.groupdict(default="")
        numbers = [int(number) for number in part["release"].split(".")]
        while len(numbers) > 1 and numbers[-1] == 0:
            numbers.pop()
        suffix = []
        if part["pre"]:
            suffix.append(f"{_PRE.get(part['pre'], part['pre'])}{int(part['pre_number'] or 0)}")
        for name in ("post", "dev"):
            if part[name]:
                suffix.append(f"{name}{int(re.sub(r'[^0-9]', '', part[name]) or 0)}")
        return cls(tuple(numbers), tuple(suffix), re.sub(r"[-_]", ".", part["local"]))

    def is_wanted_by(self, other: Version) -> bool:
        """Whether `== other` holds: a local part (`+cpu`) counts only if `other` has one."""
        return (self.release, self.suffix) == (other.release, other.suffix) and other.local in ("", self.local)

    def begins(self, release: tuple[int, ...]) -> bool:
        """Whether `== release.*` holds."""
        padded = self.release + (0,) * max(0, len(release) - len(self.release))
        return padded[: len(release)] == release


def check(requirements: Iterable[str]) -> None:
    """Raises CannotStart if this Python is known not to have what the job requires."""
    faults = [fault for each in requirements if (fault := fault_of(each.strip(), installed))]
    if faults:
        raise CannotStart(
            Failure(f"the image does not have what spec.python.requirements asks for: {', '.join(faults)}", _ADVICE),
            EXIT_CODE,
        )


def installed(name: str) -> str | None:
    """The version of a distribution, None if there is none of that name."""
    from importlib import import_module, metadata

    if name.lower() in ("pyspark", "py4j"):
        try:  # they are in PyJob's Python tree, which decides
            return str(import_module(f"{name.lower()}.version").__version__)
        except ImportError:
            return None
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def fault_of(requirement: str, version_of: Callable[[str], str | None]) -> str:
    """What is missing, in words; empty if nothing is, or if that cannot be told."""
    match = _REQUIREMENT.fullmatch(requirement)
    if match is None or match["condition"]:
        log(f"the requirement {requirement} is not checked: see whether the image has it")
        return ""
    found = version_of(match["name"])
    if found is None:
        return f"{requirement} (it has none)"
    clauses = [clause.strip() for clause in (match["clauses"] or "").split(",") if clause.strip()]
    return "" if all(_holds(clause, found) for clause in clauses) else f"{requirement} (it has {found})"


def _holds(clause: str, found_text: str) -> bool:
    match = _CLAUSE.fullmatch(clause)
    found = Version.parse(found_text)
    if match is None or found is None:
        return True
    operator, wanted_text = match.groups()
    if operator == "===":
        return wanted_text.lower() == found_text.lower()
    wanted = Version.parse(wanted_text.removesuffix(".*"))
    if wanted is None:
        return True
    if wanted_text.endswith(".*"):
        return found.begins(_numbers(wanted_text.removesuffix(".*"))) == (operator == "==")
    if operator in ("==", "!="):
        return found.is_wanted_by(wanted) == (operator == "==")
    if found.suffix or wanted.suffix:
        return True  # the order of pre-releases and the like is a science that only pip needs
    return {
        "<": found.release < wanted.release,
        "<=": found.release <= wanted.release,
        ">": found.release > wanted.release,
        ">=": found.release >= wanted.release,
        "~=": found.release >= wanted.release and found.begins(_numbers(wanted_text)[:-1]),
    }[operator]


def _numbers(version: str) -> tuple[int, ...]:
    """The numbers as they are written: 2.0 is a longer series than 2."""
    return tuple(int(number) for number in re.findall(r"\d+", version))
