"""Typed settings: each declared once, with its environment variable and doc row.

A setting's value is, in this order: what the innermost `override` of this thread or
task says; what `set` said for the whole process; the environment variable; the default.
"""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any, Generic, TypeVar

from addax._base.errors import explain
from addax._base.names import did_you_mean

T = TypeVar("T", bool, int, float, str)

_registry: dict[str, "Setting[Any]"] = {}
_YES, _NO = {"1", "true", "yes", "on"}, {"0", "false", "no", "off", ""}


class Setting(Generic[T]):
    """One typed setting. Declare it at the top of the module that reads it.

    Args:
        name: in snake case; the environment variable is `ADDAX_` and the name in
            capitals.
        default: its value when nobody says otherwise; its type is the setting's type.
        doc: one line for the table of settings.
        choices: the only values allowed, if they are few.

    Raises:
        ValueError: another setting has the name already.

    Example:

    >>> shouting = Setting("doc_shouting", False, "Print in capitals.")
    >>> shouting.get()
    False
    >>> with shouting.override(True):
    ...     shouting.get()
    True
    """

    def __init__(
        self, name: str, default: T, doc: str, *, choices: tuple[T, ...] = ()
    ) -> None:
        if not name.isidentifier() or name != name.lower():
            raise ValueError(
                explain("A setting's name is in snake case.", received={"name": name})
            )
        if name in _registry:
            raise ValueError(
                explain(
                    f"The setting {name!r} is declared twice.",
                    received={"doc": doc},
                    why=f"The first one says: {_registry[name].doc}",
                    fix="Import the first one, or choose another name.",
                )
            )
        self.name = name
        self.type: type[T] = type(default)
        self.default: T = default
        self.doc = doc
        self.choices = choices
        self.env = f"ADDAX_{name.upper()}"
        self._process_value: T | None = None
        self._override: ContextVar[T | None] = ContextVar(self.env, default=None)
        _registry[name] = self

    def get(self) -> T:
        """Read the setting.

        Returns:
            Its value here and now.

        Raises:
            ValueError: the environment variable holds something of another type.
        """
        value = self._override.get()
        if value is not None:
            return value
        if self._process_value is None:
            # Read once: a look into the environment costs more than a small op.
            text = os.environ.get(self.env)
            self._process_value = self.default if text is None else self._parse(text)
        return self._process_value

    def set(self, value: T) -> None:
        """Set it for the whole process.

        Args:
            value: of the setting's type.

        Raises:
            TypeError: it is of another type.
            ValueError: it is not one of the choices.
        """
        self._process_value = self._check(value)

    def reset(self) -> None:
        """Forget what `set` said and what the environment held; read it again."""
        self._process_value = None

    @contextmanager
    def override(self, value: T) -> Iterator[None]:
        """Set it inside a `with` block, for this thread or asyncio task only.

        Args:
            value: of the setting's type.

        Raises:
            TypeError: it is of another type.
            ValueError: it is not one of the choices.
        """
        token = self._override.set(self._check(value))
        try:
            yield
        finally:
            self._override.reset(token)

    def __repr__(self) -> str:
        return f"Setting({self.name}={self.get()!r})"

    def _check(self, value: T, source: str = "value") -> T:
        # `True` is an int to Python, and an int is as good as a float.
        is_number_for_float = self.type is float and type(value) is int
        if type(value) is not self.type and not is_number_for_float:
            raise TypeError(
                explain(
                    f"The setting {self.name!r} takes a value of type "
                    f"{self.type.__name__}.",
                    received={source: value},
                )
            )
        value = self.type(value)
        if self.choices and value not in self.choices:
            guess = did_you_mean(str(value), map(str, self.choices))
            raise ValueError(
                explain(
                    f"The setting {self.name!r} is one of "
                    f"{', '.join(map(repr, self.choices))}.",
                    received={source: value},
                    fix=guess,
                )
            )
        return value

    def _parse(self, text: str) -> T:
        try:
            value: T = _convert(text.strip(), self.type)
        except ValueError:
            raise ValueError(
                explain(
                    f"The environment variable {self.env} holds a value of type "
                    f"{self.type.__name__}.",
                    received={self.env: text},
                    why=self.doc,
                    fix=f"export {self.env}={_as_text(self.default)}",
                )
            ) from None
        return self._check(value, self.env)


def declared_settings() -> list[Setting[Any]]:
    """List the settings that the modules imported so far have declared.

    Returns:
        The settings, by name.
    """
    return [_registry[name] for name in sorted(_registry)]


def settings_table() -> str:
    """Render the settings as the Markdown table of the documentation.

    Returns:
        A row for each declared setting: its environment variable, type, default, doc.

    Example:

    >>> print(settings_table().splitlines()[0])
    | environment variable | type | default | what it does |
    """
    lines = [
        "| environment variable | type | default | what it does |",
        "| --- | --- | --- | --- |",
    ]
    for each in declared_settings():
        kind = " or ".join(map(_as_text, each.choices)) or each.type.__name__
        default = _as_text(each.default)
        lines.append(f"| `{each.env}` | {kind} | `{default}` | {each.doc} |")
    return "\n".join(lines)


def _convert(text: str, kind: type) -> Any:
    if kind is not bool:
        return kind(text)
    word = text.lower()
    if word not in _YES | _NO:
        raise ValueError(text)
    return word in _YES


def _as_text(value: object) -> str:
    return str(int(value)) if isinstance(value, bool) else str(value)
