"""Lets one package be imported under other names as well."""

from __future__ import annotations

import importlib.abc
import importlib.machinery
import importlib.util
import sys
from collections.abc import Callable, Mapping
from types import ModuleType
from typing import Any

from addax._base.lazy import import_late


class AliasFinder(importlib.abc.MetaPathFinder):
    """Finds modules where they really are.

    Args:
        names: The name that code imports and the module that it gets, e.g.
            `{"other": "addax.keras"}`. Modules inside follow: `other.layers` is
            `addax.keras.layers`. The longest name wins.
        missing: Makes the message for a module inside that does not exist, from the
            name that was imported; Python's own by default.
    """

    def __init__(
        self, names: Mapping[str, str], missing: Callable[[str], str] | None = None
    ) -> None:
        self.names = dict(names)
        self._missing = missing

    def target(self, name: str) -> str | None:
        """The module that `name` stands for; `None` if it is no name of ours."""
        head, tail = name, ""
        while head:
            if head in self.names:
                return self.names[head] + tail
            head, dot, last = head.rpartition(".")
            tail = dot + last + tail
        return None

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        """What the import system asks: where the module `name` comes from."""
        real = self.target(name)
        if real is None:
            return None
        try:
            found = importlib.util.find_spec(real)
        except ModuleNotFoundError:
            found = None
        if found is None:
            if self._missing is not None:
                raise ModuleNotFoundError(self._missing(name), name=name)
            return None
        is_package = found.submodule_search_locations is not None
        return importlib.machinery.ModuleSpec(name, _Same(real), is_package=is_package)

    def install(self) -> None:
        """Asks this finder first from now on."""
        sys.meta_path.insert(0, self)

    def uninstall(self) -> None:
        """Takes the finder away, and the modules that it found with it."""
        sys.meta_path.remove(self)
        for name in [n for n in sys.modules if self.target(n) is not None]:
            del sys.modules[name]


class _Same(importlib.abc.Loader):
    """Loads a module that is the same object under a second name."""

    def __init__(self, real: str) -> None:
        self._real = real

    def create_module(self, spec: Any) -> ModuleType:
        module = import_late(self._real)
        self._own = module.__spec__, module.__loader__
        return module

    def exec_module(self, module: ModuleType) -> None:
        # The import system gave it the alias's identity; it keeps its own.
        module.__spec__, module.__loader__ = self._own
