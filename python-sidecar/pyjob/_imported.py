"""Something to do right after a module's first import, whoever imports it: PySpark stays as it is, in its files."""

from __future__ import annotations

import sys

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from importlib.machinery import ModuleSpec
    from types import ModuleType

    Callback = Callable[[ModuleType], object]


def when_imported(module: str, callback: Callback) -> None:
    """Call `callback` with the module of that name when it has been imported; at once if it has been already."""
    loaded = sys.modules.get(module)
    if loaded is not None:
        callback(loaded)
        return
    for finder in sys.meta_path:
        if isinstance(finder, _Finder):
            break
    else:
        finder = _Finder()
        sys.meta_path.insert(0, finder)
    finder.callbacks.setdefault(module, []).append(callback)


class _Finder:
    """Finds nothing by itself: it has those after it find the modules that are waited for, and listens."""

    def __init__(self) -> None:
        self.callbacks: dict[str, list[Callback]] = {}

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """As of every finder on sys.meta_path."""
        if name not in self.callbacks:
            return None
        for finder in sys.meta_path:
            spec = finder.find_spec(name, path, target) if finder is not self else None
            if spec is not None:
                self._listen(spec)
                return spec
        return None

    def _listen(self, spec: ModuleSpec) -> None:
        loader = spec.loader
        execute = getattr(loader, "exec_module", None)
        if loader is None or execute is None:
            return

        def and_tell(module: ModuleType) -> None:
            # A loader may be for many modules, as a zip file's is, and is left as it was found.
            vars(loader).pop("exec_module", None)
            execute(module)
            for callback in self.callbacks.pop(spec.name, ()):
                callback(module)
            if not self.callbacks and self in sys.meta_path:
                sys.meta_path.remove(self)

        vars(loader)["exec_module"] = and_tell
