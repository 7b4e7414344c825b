"""Makes `addax.tf.keras.layers` and the like importable as modules of their own."""

from __future__ import annotations

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import sys
from types import ModuleType
from typing import Any

_FROM, _TO = "addax.tf.keras", "addax.keras"


class _Loader(importlib.abc.Loader):
    def __init__(self, target: str) -> None:
        self._target = target

    def create_module(self, spec: Any) -> ModuleType:
        module = importlib.import_module(self._target)
        # The module keeps its own spec: it is the same object under a second name.
        self._own = module.__spec__, module.__loader__
        return module

    def exec_module(self, module: ModuleType) -> None:
        module.__spec__, module.__loader__ = self._own


class AliasFinder(importlib.abc.MetaPathFinder):
    """Finds `addax.tf.keras...` where `addax.keras...` is."""

    def find_spec(self, name: str, path: Any = None, target: Any = None) -> Any:
        if name != _FROM and not name.startswith(_FROM + "."):
            return None
        real = _TO + name[len(_FROM) :]
        found = importlib.util.find_spec(real)
        if found is None:
            return None
        return importlib.machinery.ModuleSpec(
            name, _Loader(real), is_package=found.submodule_search_locations is not None
        )


def install() -> None:
    """Adds the finder, once."""
    if not any(isinstance(f, AliasFinder) for f in sys.meta_path):
        sys.meta_path.insert(0, AliasFinder())
