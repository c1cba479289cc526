"""PySpark asks of each value that a script hands to the JVM whether it is NumPy's, and imports NumPy and pandas to ask.

That is most of a second of CPU at the start of a script that uses neither. But a value can only be NumPy's once the
script itself has imported NumPy.
"""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from types import ModuleType
    from typing import Any

#: PySpark's converters, and the class of NumPy of which each takes instances.
_CONVERTERS = {"NumpyScalarConverter": "generic", "NumpyArrayConverter": "ndarray"}


def ask_loaded_numpy(types: ModuleType) -> None:
    """Have the converters of the module `pyspark.sql.types` look first whether NumPy is there to have made a value."""
    for converter, instances_of in _CONVERTERS.items():
        cls = getattr(types, converter, None)
        if cls is not None:
            cls.can_convert = _can_convert(cls.can_convert, instances_of)


def _can_convert(original: Any, instances_of: str) -> Any:
    def can_convert(self: Any, obj: Any) -> bool:
        numpy = sys.modules.get("numpy")
        kind = getattr(numpy, instances_of, None)
        return kind is not None and isinstance(obj, kind) and bool(original(self, obj))

    can_convert.__wrapped__ = original  # type: ignore[attr-defined]
    return can_convert
