from __future__ import annotations

import importlib
import sys
import types
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from pyjob import _context
from pyjob._imported import when_imported

PYSPARK = {
    "pyspark/__init__.py": "",
    "pyspark/core/__init__.py": "",
    "pyspark/errors.py": "class PySparkRuntimeError(RuntimeError): pass\n",
    "pyspark/core/context.py": """
class SparkContext:
    def __init__(self, gateway, conf):
        self._gateway = gateway
        self.master = conf.settings["spark.master"]
        self._jsc = self._initialize_context(conf)

    def _initialize_context(self, jconf):
        return ("made of", dict(jconf.settings))
""",
    "pyspark/sql/__init__.py": "",
    "pyspark/sql/session.py": """
class SparkSession:
    def __init__(self, sparkContext, jsparkSession=None, options={}):
        self.seen = (sparkContext, jsparkSession, dict(options))
""",
}


class Conf:
    def __init__(self, **settings: str) -> None:
        self.settings = {"spark.master": "local[*]", **settings}

    def get(self, key: str) -> str:
        return self.settings[key]

    def contains(self, key: str) -> bool:
        return key in self.settings

    def set(self, key: str, value: str) -> None:
        self.settings[key] = value

    def remove(self, key: str) -> None:
        del self.settings[key]


class EntryPoint:
    """Answers as the driver's JVM does."""

    def __init__(self, settle: str = "", fetch: str = "") -> None:
        self._answers = {"settle": settle, "fetch": fetch}
        self.calls: list[str] = []

    def settle(self, conf: Conf) -> str:
        self.calls.append("settle")
        conf.settings["spark.master"] = "pyjob://job"
        return self._answers["settle"]

    def fetch(self, conf: Conf) -> str:
        self.calls.append("fetch")
        conf.settings["spark.jars"] = "file:/a.jar"
        return self._answers["fetch"]


@pytest.fixture(autouse=True)
def fake_pyspark(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, text in PYSPARK.items():
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).write_text(text)
    before = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "pyspark"}
    finders = list(sys.meta_path)
    for name in before:
        del sys.modules[name]
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(_context, "_dropped", set())
    yield
    sys.meta_path[:] = finders
    for name in [name for name in sys.modules if name.partition(".")[0] == "pyspark"]:
        del sys.modules[name]
    sys.modules.update(before)


@pytest.fixture
def logged(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    lines: list[str] = []
    monkeypatch.setattr(_context, "log", lines.append)
    return lines


def make_context(entry_point: EntryPoint) -> Any:
    module: Any = importlib.import_module("pyspark.core.context")
    return module.SparkContext(types.SimpleNamespace(entry_point=entry_point), Conf())


def test_executors_are_told_of_the_drivers_packages(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PYJOB_PACKAGES", "tiny==1.0,user==2.0")
    when_imported("pyspark.core.context", _context.settle_contexts)
    seen: list[bool] = []

    class Looks(EntryPoint):
        def settle(self, conf: Conf) -> str:
            seen.append("spark.pyjob.python.packages" in conf.settings)
            return super().settle(conf)

    first = make_context(Looks())
    module: Any = importlib.import_module("pyspark.core.context")
    second = module.SparkContext(types.SimpleNamespace(entry_point=Looks()), Conf(**first._jsc[1]))

    for context in (first, second):
        assert context._jsc[1]["spark.pyjob.python.packages"] == "tiny==1.0,user==2.0"
    assert seen == [False, False]


@pytest.mark.parametrize("preimported", [True, False])
def test_a_conf_is_settled_before_the_context_is_made(preimported: bool, logged: list[str]) -> None:
    if preimported:
        importlib.import_module("pyspark.core.context")
    finders = len(sys.meta_path)
    when_imported("pyspark.core.context", _context.settle_contexts)
    entry_point = EntryPoint("drop\tspark.master\nsay\tspark.master=local[*] is ignored\n")

    context = make_context(entry_point)

    assert context._jsc == ("made of", {"spark.master": "pyjob://job"})
    assert context.master == "pyjob://job"
    assert logged == ["spark.master=local[*] is ignored"]
    assert entry_point.calls == ["settle"]
    assert len(sys.meta_path) == finders


def test_each_context_is_settled_and_the_usual_one_costs_one_call(logged: list[str]) -> None:
    when_imported("pyspark.core.context", _context.settle_contexts)
    entry_point = EntryPoint()
    make_context(entry_point)
    make_context(entry_point)

    assert entry_point.calls == ["settle", "settle"]
    assert logged == []


def test_packages_are_fetched_and_told(logged: list[str]) -> None:
    when_imported("pyspark.core.context", _context.settle_contexts)
    context = make_context(EntryPoint("fetch\tcom.acme:tool:1.0\n", "say\tspark.jars names /no.jar\n"))

    assert context._jsc[1]["spark.jars"] == "file:/a.jar"
    assert logged == ["fetching spark.jars.packages: com.acme:tool:1.0", "spark.jars names /no.jar"]


def test_jars_without_packages_are_no_news(logged: list[str]) -> None:
    when_imported("pyspark.core.context", _context.settle_contexts)
    assert make_context(EntryPoint("fetch\t\n"))._jsc[1]["spark.jars"] == "file:/a.jar"
    assert logged == []


def test_what_cannot_be_fetched_is_an_exception_of_pysparks_in_plain_words(logged: list[str]) -> None:
    when_imported("pyspark.core.context", _context.settle_contexts)
    with pytest.raises(RuntimeError, match="^cannot be resolved\nIs it published[?]$") as raised:
        make_context(EntryPoint("fetch\tcom.acme:tool:1.0\n", "fail\tcannot be resolved\nIs it published?"))
    assert type(raised.value).__name__ == "PySparkRuntimeError"


def test_sessions_do_not_see_what_was_dropped(logged: list[str]) -> None:
    session: Any = importlib.import_module("pyspark.sql.session")
    when_imported("pyspark.core.context", _context.settle_contexts)
    make_context(EntryPoint("drop\tspark.master\ndrop\tspark.executor.memory\n"))

    options = {"spark.master": "local", "spark.sql.shuffle.partitions": "3"}
    assert session.SparkSession("context", options=options).seen == (
        "context",
        None,
        {"spark.sql.shuffle.partitions": "3"},
    )
    assert options == {"spark.master": "local", "spark.sql.shuffle.partitions": "3"}
    assert session.SparkSession("context", "java").seen == ("context", "java", {})


def test_sessions_are_left_alone_when_nothing_is_dropped(logged: list[str]) -> None:
    session: Any = importlib.import_module("pyspark.sql.session")
    before = session.SparkSession.__init__
    when_imported("pyspark.core.context", _context.settle_contexts)
    make_context(EntryPoint())

    assert session.SparkSession.__init__ is before


def test_other_imports_are_not_touched(tmp_path: Path) -> None:
    finders = len(sys.meta_path)
    when_imported("pyspark.core.context", _context.settle_contexts)
    (tmp_path / "some_module.py").write_text("VALUE = 1")

    assert importlib.import_module("some_module").VALUE == 1
    assert len(sys.meta_path) == finders + 1
