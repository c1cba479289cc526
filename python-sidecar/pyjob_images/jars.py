"""Which of Spark's jars go into the runtime image, and in what form."""

import platform
import re
import shutil
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from pyjob_local.jars import copy_without, is_signature
from pyjob_local.say import SetupError

_T = TypeVar("_T")

# How jars name this machine's kind in the paths of their native libraries.
_NATIVE = re.compile(r"\.(so|dll|dylib|jnilib|a)$")
_OURS = {
    "x86_64": re.compile(
        r"(?i)(^|/)linux[-/](amd64|x86_64)/|linux64\.so$|/linux64/lib[^/]*$|(linux|epoll)_x86_64\.so$"
    ),
    "aarch64": re.compile(
        r"(?i)(^|/)linux[-/]aarch64/|linux-aarch64\.so$|/linux64/aarch64/|(linux|epoll)_aarch_64\.so$"
    ),
}
_OTHERS_JAR = {"x86_64": "-linux-aarch_64.jar", "aarch64": "-linux-x86_64.jar"}


@dataclass(frozen=True)
class Selection:
    """The names of jars that are kept and of those that are dropped; in a name ``*`` stands for a version."""

    kept: tuple[str, ...]
    dropped: tuple[str, ...]

    @staticmethod
    def read(folder: Path) -> "Selection":
        """Read ``kept-jars.txt`` and ``dropped-jars.txt``: a name a line, ``#`` begins a comment or a reason."""
        return Selection(_names(folder / "kept-jars.txt"), _names(folder / "dropped-jars.txt"))

    def of(self, jars: Iterable[Path]) -> list[Path]:
        """The jars that are kept. Each jar must be on exactly one list, and each name on a list must be a jar's."""
        jars = sorted(jars)
        patterns = {name: re.compile(_pattern(name)) for name in (*self.kept, *self.dropped)}
        matches = {jar: [name for name, pattern in patterns.items() if pattern.fullmatch(jar.name)] for jar in jars}
        faults = [f"{jar.name} is on no list" for jar, names in matches.items() if not names]
        faults += [f"{jar.name} is listed as {' and '.join(names)}" for jar, names in matches.items() if len(names) > 1]
        found = {name for names in matches.values() for name in names}
        faults += [f"Spark has no jar {name}" for name in patterns if name not in found]
        faults += [f"{name} is both kept and dropped" for name in set(self.kept) & set(self.dropped)]
        if faults:
            raise SetupError(
                "Spark's jars are not those that images/runtime/kept-jars.txt and dropped-jars.txt tell of. "
                "Decide on each, and give what is dropped a reason:\n  " + "\n  ".join(faults)
            )
        return [jar for jar, names in matches.items() if names[0] in self.kept]


def beside(fetched: Iterable[Path], sparks: Iterable[Path], selection: Selection) -> list[Path]:
    """What gives an image with the kept jars of Spark all of ``fetched``: of what Spark has, its own."""
    sparks = list(sparks)
    kept = {jar.name for jar in selection.of(sparks)}
    of_spark = {_artifact(jar): jar for jar in sparks}
    wanted = {of_spark.get(_artifact(jar), jar) for jar in fetched}
    # A bridge stands in for it.
    return sorted(jar for jar in wanted if jar.name not in kept and _artifact(jar) != "commons-logging")


def _artifact(jar: Path) -> str:
    return re.sub(r"-\d.*", "", jar.name)


def is_ours(jar: Path, machine: str = platform.machine()) -> bool:
    """Whether it is not the native code of another kind of machine alone."""
    return not jar.name.endswith(_known(machine, _OTHERS_JAR))


def _names(file: Path) -> tuple[str, ...]:
    lines = (line.partition("#")[0].strip() for line in file.read_text().splitlines())
    return tuple(line for line in lines if line)


def _pattern(name: str) -> str:
    return re.escape(name).replace(r"\*", r"\d[0-9A-Za-z.]*") + r"\.jar"


def copy_jar(jar: Path, into: Path, machine: str = platform.machine()) -> None:
    """Copy a jar, without the native libraries of other kinds of machine and without its signature."""
    with zipfile.ZipFile(jar) as source:
        names = source.namelist()
    natives = [name for name in names if _NATIVE.search(name)]
    pattern = _known(machine, _OURS)
    others = {name for name in natives if not pattern.search(name)}
    if others and len(others) == len(natives) and any("linux" in name.lower() for name in natives):
        raise SetupError(f"{jar} has native libraries for Linux, but none that is known to be for {machine}")
    target = into / jar.name
    if others or any(is_signature(name) for name in names):
        copy_without(jar, lambda name: name in others or is_signature(name), target)
    else:
        shutil.copyfile(jar, target)


def _known(machine: str, table: dict[str, _T]) -> _T:
    if machine not in table:
        raise SetupError(f"images are built on {' and '.join(table)}, and this machine is {machine}")
    return table[machine]
