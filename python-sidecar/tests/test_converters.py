from __future__ import annotations

import sys
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from pyjob._converters import ask_loaded_numpy


class Scalar:
    """What a NumPy has as `generic`."""


class Array:
    """And as `ndarray`."""


class NumpyScalarConverter:
    asked = 0

    def can_convert(self, obj: Any) -> bool:
        type(self).asked += 1
        return isinstance(obj, Scalar)


class NumpyArrayConverter:
    """As PySpark's: not any array will do."""

    def can_convert(self, obj: Any) -> bool:
        return isinstance(obj, Array) and getattr(obj, "ndim", 1) == 1


@pytest.fixture
def converters(monkeypatch: pytest.MonkeyPatch) -> SimpleNamespace:
    for cls in (NumpyScalarConverter, NumpyArrayConverter):
        monkeypatch.setattr(cls, "can_convert", cls.can_convert)
    monkeypatch.setattr(NumpyScalarConverter, "asked", 0)
    types = SimpleNamespace(NumpyScalarConverter=NumpyScalarConverter, NumpyArrayConverter=NumpyArrayConverter)
    ask_loaded_numpy(types)  # type: ignore[arg-type]
    return types


def numpy() -> ModuleType:
    module = ModuleType("numpy")
    vars(module).update(generic=Scalar, ndarray=Array)
    return module


def test_pyspark_is_not_asked_before_numpy_is_there(
    converters: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "numpy", raising=False)

    assert not converters.NumpyScalarConverter().can_convert({"a": 1})
    assert not converters.NumpyArrayConverter().can_convert([1])
    assert NumpyScalarConverter.asked == 0
    assert "numpy" not in sys.modules


def test_numpys_values_are_pysparks_to_judge(converters: SimpleNamespace, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "numpy", numpy())
    flat, deep = Array(), Array()
    vars(deep)["ndim"] = 2

    assert converters.NumpyScalarConverter().can_convert(Scalar())
    assert not converters.NumpyScalarConverter().can_convert(1)
    assert converters.NumpyArrayConverter().can_convert(flat)
    assert not converters.NumpyArrayConverter().can_convert(deep)
    assert NumpyScalarConverter.asked == 1


def test_a_numpy_that_is_only_half_imported_has_made_nothing(
    converters: SimpleNamespace, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "numpy", ModuleType("numpy"))

    assert not converters.NumpyScalarConverter().can_convert(1)


def test_a_pyspark_without_these_converters_is_left_as_it_is() -> None:
    ask_loaded_numpy(ModuleType("pyspark.sql.types"))
