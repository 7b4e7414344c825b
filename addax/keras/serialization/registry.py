"""Names of classes and functions: addax's own, and those that users register."""

from __future__ import annotations

import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from addax._base.errors import explain

T = TypeVar("T")

# What addax itself defines: the object -> (module, name), and back, aliases included.
_PUBLIC: dict[Any, tuple[str, str]] = {}
_BY_ADDRESS: dict[tuple[str, str], Any] = {}
# What users register, by `"package>name"`, and back.
_CUSTOM: dict[str, Any] = {}
_CUSTOM_NAMES: dict[Any, str] = {}


# Where Keras 2's configurations, which name no modules, have their classes from.
_OLDER_MODULES = (
    "keras",
    "keras.layers",
    "keras.src.models.functional",
    "keras.optimizers",
    "keras.losses",
    "keras.metrics",
    "keras.initializers",
    "keras.regularizers",
    "keras.constraints",
    "keras.optimizers.schedules",
)


# Modules that Keras's versions have written, and that nobody was to import from.
_PRIVATE = ("keras.src.", "keras.engine.", "tf_keras.src.", "tensorflow.python.keras.")


class _Scoped(threading.local):
    objects: Mapping[str, Any] = {}  # replaced, never changed


_scoped = _Scoped()


def public(module: str, *aliases: str, name: str = "") -> Callable[[T], T]:
    """Registers an addax class or function under its public Keras address.

    Saved configurations then say `"module": module`, as those of Keras do, and
    loading finds the class by that address.

    Args:
        module: The Keras module that it is found in, e.g. `"keras.layers"`.
        *aliases: Further names: `"AvgPool2D"` in the same module, or
            `"keras.metrics.MSE"` with a module of its own.
        name: The name there, if it is not the object's own.

    Returns:
        A decorator that returns the object unchanged.
    """

    def register(obj: T) -> T:
        own = name or getattr(obj, "__name__")  # noqa: B009  # functions, classes, ops
        _PUBLIC[obj] = module, own
        _BY_ADDRESS[module, own] = obj
        for alias in aliases:
            place, _, short = alias.rpartition(".")
            _BY_ADDRESS[place or module, short] = obj
        return obj

    return register


def public_address(obj: Any) -> tuple[str, str] | None:
    """The Keras module and name of an addax class or function, else `None`."""
    try:
        return _PUBLIC.get(obj)
    except TypeError:  # not hashable, so never registered
        return None


def public_object(module: str, name: str) -> Any:
    """The addax class or function at a Keras address, or `None`.

    Nothing is imported by a name from a file: the module is looked up among the
    modules that `addax.keras` lists as its own.
    """
    found = _BY_ADDRESS.get((module, name))
    if found is None and module.partition(".")[0] == "keras":
        _load(module, name)
        found = _BY_ADDRESS.get((module, name))
    if found is None and module.startswith(_PRIVATE):
        # Where a class has no public address, Keras writes its file, which moves from
        # version to version: keras.src.engine.functional, keras.src.models.functional.
        named = (o for (_, n), o in _BY_ADDRESS.items() if n == name)
        found = next((o for o in named if isinstance(o, type)), None)
    return found


def public_function(name: str) -> Any:
    """The addax function of that name, from the module that most likely meant it."""
    for module in ("activations", "losses", "metrics", "initializers", "ops"):
        found = public_object(f"keras.{module}", name)
        if found is not None and not isinstance(found, type):
            return found
    return None


def older_class(name: str) -> Any:
    """The addax class that a configuration of Keras 2 means, which names no module."""
    for module in _OLDER_MODULES:
        found = public_object(module, name)
        if isinstance(found, type):
            return found
    return None


def public_names(module: str) -> list[str]:
    """The names registered for a Keras module, sorted."""
    return sorted(name for place, name in _BY_ADDRESS if place == module)


def _load(module: str, name: str) -> None:
    """Has the lazy packages of `addax.keras` import what defines `name`."""
    found: Any = sys.modules.get("addax.keras")
    for part in (*module.split(".")[1:], name):
        found = getattr(found, part, None)


def register_keras_serializable(
    package: str = "Custom", name: str | None = None
) -> Callable[[T], T]:
    """Registers your class or function, so that models that use it can be loaded.

    Args:
        package: A name for the package that it belongs to; the key is
            `"package>name"`.
        name: Its name; that of the class or function if not given.

    Returns:
        A decorator that returns the class or function unchanged.

    Raises:
        ValueError: If a class has no `get_config` method.

    Example:

    >>> from addax.keras import serialization
    >>> @serialization.register_keras_serializable("my_package")
    ... def double(x):
    ...     return 2 * x
    >>> serialization.get_registered_name(double)
    'my_package>double'
    """

    def register(obj: T) -> T:
        own_name = obj.__name__  # type: ignore[attr-defined]
        if isinstance(obj, type) and not hasattr(obj, "get_config"):
            raise ValueError(
                explain(
                    "A class that is registered needs a `get_config()` method.",
                    received={"class": own_name},
                    why="It says which arguments make the object again.",
                    fix=f"class {own_name}(...):\n    def get_config(self):\n"
                    '        return {"units": self.units}',
                )
            )
        key = f"{package}>{name or own_name}"
        _CUSTOM[key] = obj
        _CUSTOM_NAMES[obj] = key
        return obj

    return register


def get_registered_name(obj: Any) -> str:
    """The name that a class or function is registered under.

    Args:
        obj: A class or function.

    Returns:
        `"package>name"`, or its plain name if it is not registered.
    """
    try:
        return _CUSTOM_NAMES.get(obj) or obj.__name__
    except TypeError:
        return obj.__name__


def get_registered_object(
    name: str,
    custom_objects: Mapping[str, Any] | None = None,
    module_objects: Mapping[str, Any] | None = None,
) -> Any:
    """The class or function that is registered under a name.

    Args:
        name: The name, `"package>name"` for what `register_keras_serializable` took.
        custom_objects: Names to look through as well.
        module_objects: Names to look through last.

    Returns:
        The class or function, or `None`.
    """
    for names in (_scoped.objects, _CUSTOM, custom_objects, module_objects):
        if names and name in names:
            return names[name]
    return None


def get_custom_objects() -> dict[str, Any]:
    """The dictionary itself of what is registered for the whole program.

    Returns:
        Names and classes or functions; what is put in counts as registered.

    Example:

    >>> from addax.keras import serialization
    >>> serialization.get_custom_objects()["twice"] = lambda x: 2 * x
    >>> serialization.get_registered_object("twice")(4)
    8
    """
    return _CUSTOM


class CustomObjectScope:
    """Makes classes and functions known inside a `with` block.

    Args:
        custom_objects: Names and classes or functions.

    Example:

    >>> from addax.keras import serialization
    >>> with serialization.CustomObjectScope({"one": lambda: 1}):
    ...     serialization.get_registered_object("one")()
    1
    """

    def __init__(self, custom_objects: Mapping[str, Any] | None) -> None:
        self.custom_objects = dict(custom_objects or {})

    def __enter__(self) -> CustomObjectScope:
        self._before = _scoped.objects
        _scoped.objects = {**self._before, **self.custom_objects}
        return self

    def __exit__(self, *exception: object) -> None:
        _scoped.objects = self._before


custom_object_scope = CustomObjectScope


class _SafeMode(threading.local):
    value: bool | None = None


_safe_mode = _SafeMode()


@contextmanager
def safe_mode_scope(safe_mode: bool | None) -> Iterator[None]:
    """Says whether code from a file may run while it is being loaded."""
    before, _safe_mode.value = _safe_mode.value, safe_mode
    try:
        yield
    finally:
        _safe_mode.value = before


def in_safe_mode() -> bool | None:
    """What the innermost `safe_mode_scope` says; `None` outside of any."""
    return _safe_mode.value
