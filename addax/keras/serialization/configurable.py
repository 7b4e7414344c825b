"""`Configurable`: classes whose configuration is their constructor's arguments."""

from __future__ import annotations

import functools
import inspect
from typing import Any, ClassVar, NamedTuple, TypeVar

from addax._base.errors import explain
from addax.keras.serialization.decode import deserialize_keras_object, is_serialized
from addax.keras.serialization.encode import serialize_keras_object
from addax.keras.serialization.registry import public_address

C = TypeVar("C", bound="Configurable")
_NAMED = (inspect.Parameter.POSITIONAL_OR_KEYWORD, inspect.Parameter.KEYWORD_ONLY)


class Configurable:
    """Derives `get_config` and `from_config` from the constructor.

    Classes of addax keep each constructor argument in the attribute of its own name;
    the configuration is read from there. Users' classes need not: what their
    constructor was called with is noted.

    `config_without` names arguments that do not belong into a configuration,
    `config_always` those that do even if a user's constructor was not given them, and
    `config_ignores` keys of Keras's configurations that mean nothing here.
    """

    config_always: ClassVar[frozenset[str]] = frozenset()
    config_without: ClassVar[frozenset[str]] = frozenset()
    config_ignores: ClassVar[frozenset[str]] = frozenset()

    def __new__(cls, *args: Any, **kwargs: Any) -> Any:
        self = super().__new__(cls)
        if public_address(cls) is None:
            # Past any `__setattr__` that tracks layers and variables.
            object.__setattr__(self, "_constructor_arguments", (args, kwargs))
        return self

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the object again, as plain values.

        Returns:
            A dictionary of the constructor's arguments, objects among them
            serialised; `from_config` takes it.

        Raises:
            NotImplementedError: If an argument of your own class cannot be serialised.
        """
        given = _arguments(self)
        config: dict[str, Any] = {}
        for names, own, behind in reversed(_levels(type(self))):
            for name in names:
                # A user's constructor may set the arguments of those behind it, and
                # would then be given them twice.
                if behind and name not in given and name not in self.config_always:
                    continue
                if own and name not in self.config_without:
                    config[name] = _plain(self, name, getattr(self, name))
                elif not own and name in given:
                    config[name] = _plain(self, name, given[name])
        return config

    @classmethod
    def from_config(cls: type[C], config: dict[str, Any]) -> C:
        """Makes an object from what `get_config` returned.

        Args:
            config: The constructor's arguments; serialised objects are made first.

        Returns:
            The object.

        Raises:
            TypeError: If the constructor does not take them.
        """
        values = {
            name: deserialize_keras_object(value) if is_serialized(value) else value
            for name, value in config.items()
            if name not in cls.config_ignores
        }
        unknown = _unknown(cls, values)
        for name in unknown[:]:
            # Keras adds arguments with time; one that is off changes nothing. And a
            # user's constructor need not take the name and type of a layer.
            off = public_address(cls) is not None and values[name] in (None, False)
            if off or name in cls.config_without:
                del values[name]
                unknown.remove(name)
        try:
            return cls(**values)
        except TypeError as error:
            if not unknown:
                raise
            raise TypeError(_does_not_take(cls, unknown)) from error


class _Level(NamedTuple):
    """The arguments that one class of the hierarchy adds."""

    names: tuple[str, ...]
    own: bool  # a class of addax, which keeps its arguments as attributes
    behind: bool  # reached through the constructor of a user's class


@functools.cache
def _levels(cls: type) -> list[_Level]:
    """The classes whose constructors see the arguments of `cls`, most derived first."""
    levels: list[_Level] = []
    behind = False
    for each in cls.__mro__:
        if each in (Configurable, object) or "__init__" not in vars(each):
            continue
        own = public_address(each) is not None or each.__module__.startswith("addax.")
        described = not own and "get_config" in vars(each)
        parameters = _parameters(each)
        if not described:
            # A user's `get_config` speaks for its own class; it asks us for the rest.
            names = (p.name for p in parameters if p.kind in _NAMED)
            names = tuple(n for n in names if n[0] != "_")
            levels.append(_Level(names, own, behind))
            behind = behind or not own
        passes_on = any(p.kind is inspect.Parameter.VAR_KEYWORD for p in parameters)
        if not passes_on and not described:
            break
    return levels


def _parameters(cls: type) -> list[inspect.Parameter]:
    constructor = vars(cls)["__init__"]
    return list(inspect.signature(constructor).parameters.values())[1:]


def _arguments(obj: Any) -> dict[str, Any]:
    """What the constructor of a user's class was called with, by name."""
    args, kwargs = getattr(obj, "_constructor_arguments", ((), {}))
    if not args:
        return kwargs
    names = list(inspect.signature(type(obj).__init__).parameters)[1:]
    return dict(zip(names, args, strict=False)) | kwargs


def _unknown(cls: type, values: dict[str, Any]) -> list[str]:
    """Names that no constructor takes, along those that hand `**kwargs` on."""
    known: set[str] = set()
    for each in cls.__mro__[:-1]:
        if "__init__" in vars(each):
            parameters = _parameters(each)
            known |= {p.name for p in parameters}
            if all(p.kind is not inspect.Parameter.VAR_KEYWORD for p in parameters):
                break
    return [name for name in values if name not in known]


def _plain(obj: Any, name: str, value: Any) -> Any:
    address = public_address(value)
    if address is not None and not isinstance(value, type):
        return address[1]  # a function of addax is known by its name: "relu"
    try:
        return serialize_keras_object(value)
    except TypeError as error:
        cls = type(obj).__name__
        raise NotImplementedError(
            explain(
                f"{cls} was made with an argument that cannot be saved.",
                received={name: value},
                why=str(error).splitlines()[0],
                fix=f"Say how to make it again, in class {cls}:\n"
                "def get_config(self):\n"
                f'    return {{**super().get_config(), "{name}": ...}}',
            )
        ) from error


def _does_not_take(cls: type, unknown: list[str]) -> str:
    names = ", ".join(map(repr, unknown))
    return explain(
        f"{cls.__name__} does not take the argument {names}, which the "
        "configuration holds.",
        received={"class": cls},
        why="`from_config(config)` calls the constructor with the configuration.",
        fix=[
            "Add it to the constructor, or **kwargs:\n"
            "def __init__(self, ..., **kwargs):\n    super().__init__(**kwargs)",
            f"Write {cls.__name__}.from_config yourself.",
        ],
    )
