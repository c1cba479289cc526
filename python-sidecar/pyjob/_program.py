"""A script as `python SCRIPT` would load it: a source file, a .pyc, or a folder or zip file with a `__main__`."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from importlib.machinery import SourceFileLoader, SourcelessFileLoader

TYPE_CHECKING = False
if TYPE_CHECKING:
    from importlib.machinery import ModuleSpec
    from types import CodeType


class NoScript(Exception):
    """The script cannot be read. The message is Python's own; `exit_code` too."""

    def __init__(self, message: str, exit_code: int) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True)
class Program:
    """Compiled, and everything that its `__main__` module and sys.path need."""

    code: CodeType
    file: str
    folder: str
    loader: object
    spec: ModuleSpec | None = None

    @classmethod
    def load(cls, script: str) -> Program:
        """Raises NoScript, SyntaxError, and ValueError for what cannot be compiled at all."""
        path = os.path.join(os.getcwd(), script)
        if os.path.isdir(path) or _is_zip(path):
            return cls._from_container(path)
        folder = os.path.dirname(os.path.realpath(path))
        if path.endswith(".pyc"):
            compiled = SourcelessFileLoader("__main__", path)
            code = compiled.get_code("__main__")
            if code is None:
                raise NoScript(f"can't find code in {path!r}", 1)
            return cls(code, path, folder, compiled)
        try:
            with open(path, "rb") as file:
                source = file.read()
        except OSError as error:
            raise NoScript(f"can't open file {path!r}: [Errno {error.errno}] {error.strerror}", 2) from error
        # Bytes, not text: the compiler then honours the file's own encoding declaration.
        code = compile(source, path, "exec", dont_inherit=True)
        return cls(code, path, folder, SourceFileLoader("__main__", path))

    @classmethod
    def _from_container(cls, path: str) -> Program:
        for hook in sys.path_hooks:
            try:
                finder = hook(path)
            except ImportError:
                continue
            spec = finder.find_spec("__main__")
            get_code = getattr(spec.loader, "get_code", None) if spec is not None else None
            if spec is not None and get_code is not None:
                return cls(get_code("__main__"), spec.origin or path, path, spec.loader, spec)
        raise NoScript(f"can't find '__main__' module in {path!r}", 1)

    def namespace(self) -> dict[str, object]:
        """The attributes that the interpreter gives to a `__main__` of this kind."""
        return {
            "__file__": self.file,
            "__cached__": None if self.spec is None else self.spec.cached,
            "__loader__": self.loader,
            "__spec__": self.spec,
            "__package__": None if self.spec is None else "",
        }


def _is_zip(path: str) -> bool:
    try:
        with open(path, "rb") as file:
            head = file.read(2)
    except OSError:
        return False
    if head == b"PK":
        return True
    if head != b"#!":
        return False
    from zipfile import is_zipfile  # a zip application may begin with a line for the shell

    return is_zipfile(path)
