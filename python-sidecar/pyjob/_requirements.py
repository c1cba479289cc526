"""Which of the packages that a job requires this Python has. PyJob's own Python tree counts as installed.

A judgement is only made where it is certain. Of a requirement with a condition (`; python_version < "3.12"`) that is
not there, of a file, of an address, and of options, only pip can tell.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable

#: In PyJob's Python tree, in the version of the job's Spark.
OURS = ("pyspark", "py4j")
_WHEEL = re.compile(r"(?:.*/)?(?P<name>[^/-]+)-(?P<version>[^/-]+)(?:-[^/]+)?-[^/-]+-[^/-]+-[^/-]+\.whl(?:#.*)?")
_REQUIREMENT = re.compile(
    r"(?P<name>[A-Za-z0-9](?:[A-Za-z0-9._-]*[A-Za-z0-9])?)\s*(?:\[(?P<extras>[^\]]*)\])?\s*"
    r"(?:(?P<address>@.*)|\(?(?P<clauses>(?:[=~!<>][^@;()]*)?)\)?\s*(?P<condition>;.*)?)"
)
_EXTRA = re.compile(r"extra\s*==\s*['\"]([^'\"]+)")
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


@dataclass(frozen=True)
class Finding:
    """What is known of one requirement: the package's name (empty if only pip can tell), its version here, if any."""

    name: str = ""
    version: str | None = None
    is_met: bool = False

    @property
    def is_ours(self) -> bool:
        """Whether the package comes with PyJob, so that there cannot be another."""
        return self.name.lower() in OURS


def look(requirement: str, version_of: Callable[[str], str | None], needs_of: Callable[[str], list[str]]) -> Finding:
    """See whether a requirement is met; one that only pip can judge counts as not met.

    `needs_of` gives what a package itself requires, as its metadata has it.
    """
    wheel = _WHEEL.fullmatch(requirement.partition(" ")[0])
    if wheel is not None:
        found = version_of(wheel["name"])
        return Finding(wheel["name"], found, found is not None and _holds(f"=={wheel['version']}", found))
    match = _REQUIREMENT.fullmatch(requirement)
    if match is None:
        return Finding()
    found = version_of(match["name"])
    if found is None:
        return Finding(match["name"])
    clauses = [clause.strip() for clause in (match["clauses"] or "").split(",") if clause.strip()]
    needs = _needs_of_extras(match["extras"] or "", needs_of(match["name"])) if match["extras"] else []
    is_met = all(_holds(clause, found) for clause in clauses)
    return Finding(match["name"], found, is_met and all(look(need, version_of, needs_of).is_met for need in needs))


def _needs_of_extras(extras: str, needs: list[str]) -> list[str]:
    """Those of a package's needs that are there for its `extras`, without their conditions."""
    wanted = {normal(extra) for extra in extras.split(",")}
    return [
        need.partition(";")[0].strip()
        for need in needs
        if wanted & {normal(extra) for extra in _EXTRA.findall(need.partition(";")[2])}
    ]


def normal(name: str) -> str:
    """The one way to write a package's name of all that mean it."""
    return re.sub(r"[-_.]+", "-", name.strip()).lower()


def installed(name: str) -> str | None:
    """The version of a distribution, None if there is none of that name."""
    from importlib import import_module, metadata

    if name.lower() in OURS:
        try:
            return str(import_module(f"{name.lower()}.version").__version__)
        except ImportError:
            return None
    try:
        return metadata.version(name)
    except metadata.PackageNotFoundError:
        return None


def needs(name: str) -> list[str]:
    """What a distribution that is installed requires itself."""
    from importlib import metadata

    return metadata.requires(name) or []


def _holds(clause: str, found_text: str) -> bool:
    """Whether a clause such as `>=2` holds for certain."""
    match = _CLAUSE.fullmatch(clause)
    found = Version.parse(found_text)
    if match is None:
        return False
    operator, wanted_text = match.groups()
    if operator == "===":
        return wanted_text.lower() == found_text.lower()
    if found is None:
        return False
    wanted = Version.parse(wanted_text.removesuffix(".*"))
    if wanted is None:
        return False
    if wanted_text.endswith(".*"):
        return found.begins(_numbers(wanted_text.removesuffix(".*"))) == (operator == "==")
    if operator in ("==", "!="):
        return found.is_wanted_by(wanted) == (operator == "==")
    if found.suffix or wanted.suffix:
        return False  # the order of pre-releases and the like is a science that only pip needs
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
