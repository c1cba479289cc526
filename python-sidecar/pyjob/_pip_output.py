"""What pip says, in a sentence: which package cannot be had, and why. Pure."""

from __future__ import annotations

import re

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

_TIME = re.compile(r"^\d{4}-\d\d-\d\dT[\d:,]+ ")
_MISSING = re.compile(r"ERROR: Could not find a version that satisfies the requirement (.+?) \(from versions: (.*)\)")
_SOURCE = re.compile(r" \(from .*")
_NOT_FETCHED = re.compile(r"Could not fetch URL (\S+): (.+?)(?: - skipping)?$")
_ERRNO = re.compile(r"\[Errno -?\d+\] ([^'\")]+)")
_REFUSED = re.compile(r"^(40[13]|407) Client Error")
_NOT_THERE = re.compile(r"^4\d\d Client Error")
_UNTRUSTED = re.compile(r"The repository located at (\S+) is not a trusted or secure host")
_HASHED = re.compile(r"^ {4}(\S+)(?: from (\S+))?.*:$")
_GOT = re.compile(r"^\s*Got\s+([0-9a-f]{16})")
_UNPINNED = re.compile(r"ERROR: In --require-hashes mode, all requirements must have their versions pinned.*")
_UNHASHED = re.compile(r"ERROR: Hashes are required in --require-hashes mode, but they are missing.*")
_CONFLICT = re.compile(r"ERROR: Cannot install (.+) because these package versions have conflicting dependencies")
_BUILD = (
    re.compile(r"ERROR: Failed to build '(.+?)' when (.+)"),
    re.compile(r"ERROR: Failed to build installable wheels for some pyproject.toml based projects \((.+)\)()"),
    re.compile(r"ERROR: Failed building wheel for (\S+)()"),
)
_BEGUN = re.compile(r"\s*(?:Processing|Collecting) (\S+)")
_PYTHON = re.compile(r"ERROR: Package '(.+?)' requires a different Python: (.+?) not in (.+)")
_NO_PLATFORM = re.compile(r"ERROR: (\S+) is not a supported wheel on this platform")
_FULL = "No space left on device"
_MOST_VERSIONS = 8


def cause(lines: Sequence[str]) -> str:
    """Why pip failed, from its log (`--log`)."""
    lines = [_TIME.sub("", line) for line in lines]
    for judge in (_hash, _conflict, _build, _python, _disk, _network, _missing):
        sentence = judge(lines)
        if sentence:
            return sentence
    last = next((line for line in reversed(lines) if line.startswith("ERROR: ")), "")
    if last == "ERROR: Exception:":
        last = next(line for line in reversed(lines) if line.strip() and not line.startswith("Removed "))
    return (last or "pip does not say why").removeprefix("ERROR: ").strip()


def _first(pattern: re.Pattern[str], lines: Sequence[str]) -> tuple[int, re.Match[str]] | None:
    for number, line in enumerate(lines):
        match = pattern.search(line)
        if match is not None:
            return number, match
    return None


def _hash(lines: Sequence[str]) -> str:
    for number, line in enumerate(lines):
        if line.startswith("ERROR: THESE PACKAGES DO NOT MATCH THE HASHES"):
            named = _first(_HASHED, lines[number + 1 :])
            got = _first(_GOT, lines[number + 1 :])
            package, source = (named[1][1], named[1][2]) if named is not None else ("a package", None)
            where = f" from {_shown(source)}" if source else ""
            digest = f" (its sha256 begins with {got[1][1]})" if got is not None else ""
            return f"{package}{where} is not what its --hash says{digest}"
    for pattern, lack in ((_UNPINNED, "version pinned with =="), (_UNHASHED, "--hash")):
        begun = _first(pattern, lines)
        if begun is not None:
            names = [line.split()[0] for line in lines[begun[0] + 1 :] if line.startswith("    ")]
            return (
                f"where one requirement has a --hash, all must, with all that they need: no {lack} for "
                f"{', '.join(names) or 'some of them'}"
            )
    return ""


def _conflict(lines: Sequence[str]) -> str:
    found = _first(_CONFLICT, lines)
    if found is None:
        return ""
    details = [line.strip() for line in lines if line.startswith("    ")]
    reasons = [line for line in details if " depends on " in line or line.startswith("The user requested ")]
    return f"these cannot be together: {', '.join(dict.fromkeys(reasons)) or found[1][1]}"


def _build(lines: Sequence[str]) -> str:
    for pattern in _BUILD:
        found = _first(pattern, lines)
        if found is not None:
            return _not_built(found[1][1], found[1][2])
    if any("error: subprocess-exited-with-error" in line for line in lines):
        begun = [match[1] for line in lines if (match := _BEGUN.match(line))]
        return _not_built(begun[-1].rpartition("/")[2] if begun else "a package", "")
    return ""


def _not_built(package: str, step: str) -> str:
    return (
        f"{package} has no wheel for this Python, and building one from its source failed"
        f"{' ' if step else ''}{step}: pip's lines in the log say why"
    )


def _python(lines: Sequence[str]) -> str:
    found = _first(_PYTHON, lines)
    if found is not None:
        return f"{found[1][1]} needs another Python: the image has {found[1][2]}, not {found[1][3]}"
    found = _first(_NO_PLATFORM, lines)
    return f"{found[1][1]} is a wheel for another Python or another kind of machine" if found is not None else ""


def _disk(lines: Sequence[str]) -> str:
    return f"the pod's volume is full ({_FULL})" if any(_FULL in line for line in lines) else ""


def _network(lines: Sequence[str]) -> str:
    """Only if nothing at all was found of the package: pip goes on with the other places that it has."""
    missing = _first(_MISSING, lines)
    if missing is None or missing[1][2] != "none":
        return ""
    package = _bare(missing[1][1])
    for match in filter(None, map(_NOT_FETCHED.search, lines)):
        place, why = _host(match[1]), match[2]
        refused = _REFUSED.search(why)
        if refused is not None:
            return (
                f"{package}: {place} asks for other credentials (HTTP {refused[1]}), see spec.python.index.credentials"
            )
        if _NOT_THERE.search(why) is None:  # that there is no page of a package is how an index says that it has none
            return f"{package}: {place} cannot be reached ({_reason(why)})"
    untrusted = _first(_UNTRUSTED, lines)
    if untrusted is not None:
        return f"{package}: {untrusted[1][1]} is plain http, and not named in spec.python.index: use https"
    return ""


def _reason(error: str) -> str:
    number = _ERRNO.search(error)
    if number is not None:
        return number[1].strip()
    return error.rpartition("Caused by ")[2].rstrip(")") if "Caused by " in error else error


def _host(url: str) -> str:
    return "/".join(_shown(url).split("/")[:3])


def _missing(lines: Sequence[str]) -> str:
    found = _first(_MISSING, lines)
    if found is None:
        return ""
    wanted, versions = _bare(found[1][1]), [each for each in found[1][2].split(", ") if each]
    if versions in ([], ["none"]):
        return f"there is no package for {wanted} where pip looked (or none for this Python and machine)"
    kept = versions[-_MOST_VERSIONS:]
    return f"there is no {wanted}; there is {'..., ' if len(kept) < len(versions) else ''}{', '.join(kept)}"


def _bare(requirement: str) -> str:
    return _SOURCE.sub("", requirement)


def _shown(url: str) -> str:
    """The address without a name and password in it."""
    return re.sub(r"//[^/@]*@", "//", url)


def blotted(line: str, secrets: Sequence[str]) -> str:
    """The line without the `secrets`."""
    for secret in secrets:
        line = line.replace(secret, "****")
    return line
