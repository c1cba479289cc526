"""Pure but for reading sources: which modules of PySpark have doctests, and what people call them."""

import re
from pathlib import Path

#: Not compared: Spark Connect is not supported, and tests are no documentation.
_LEFT_OUT = {"connect", "tests"}
_MASTER = re.compile(r"""["']local(?:\[(\d+)\])?["']""")

#: For modules that leave the master to who starts them.
USUAL_SLOTS = 4


def find(python: Path) -> list[str]:
    """The modules of the pyspark package in the folder `python` which run their doctests when they are the program."""
    found = []
    for source in (python / "pyspark").rglob("*.py"):
        path = source.relative_to(python).with_suffix("")
        if _LEFT_OUT.isdisjoint(path.parts) and "doctest.testmod(" in source.read_text():
            found.append(".".join(path.parts[:-1] if path.name == "__init__" else path.parts))
    return sorted(found)


def slots(source: str) -> int:
    """How many tasks at a time the module's tests ask for: the N of their master `local[N]`."""
    tests = source[max(source.rfind("\ndef _test("), source.rfind("\nif __name__")) :]
    asked = _MASTER.search(tests) or _MASTER.search(source[source.rfind("\ndef _test(") :])
    return int(asked[1] or 1) if asked else USUAL_SLOTS


def source_of(python: Path, module: str) -> Path:
    """The file of a module."""
    path = python.joinpath(*module.split("."))
    return path / "__init__.py" if path.is_dir() else path.with_suffix(".py")


class Unclear(Exception):
    """No module has such a name, or more than one has."""


def resolve(wanted: str, known: list[str]) -> list[str]:
    """The modules that a name means: its own, the one behind it, or all below it.

    `rdd` and `pyspark.rdd` are `pyspark.core.rdd`, `sql.dataframe` is `pyspark.sql.classic.dataframe`: that is where
    PySpark has moved them. `pyspark.ml` is all of it.
    """
    parts = wanted.removeprefix("pyspark.").split(".")
    moved = ["core", *parts] if len(parts) == 1 else [*parts[:-1], "classic", parts[-1]]
    for name in (".".join(["pyspark", *parts]), ".".join(["pyspark", *moved])):
        if name in known:
            return [name]
    package = ".".join(["pyspark", *parts, ""])
    below = [module for module in known if module.startswith(package)]
    if below or wanted == "pyspark":
        return below or known
    alike = [module for module in known if _ends_like(module.split("."), parts)]
    if len(alike) == 1:
        return alike
    if alike:
        raise Unclear(f"{wanted} may be {', '.join(alike)}")
    raise Unclear(f"no module of PySpark with doctests has the name {wanted}")


def _ends_like(module: list[str], parts: list[str]) -> bool:
    """Whether `parts` are some of the module's, in their order, the last being the last."""
    rest = iter(module)
    return module[-1] == parts[-1] and all(part in rest for part in parts)
