"""`Config`: named values that can be frozen."""

from __future__ import annotations

import json
from collections.abc import Iterator, MutableMapping
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean


class Config(MutableMapping[str, Any]):
    """A dictionary whose entries are attributes, too.

    Args:
        **kwargs: The first entries.

    Example:

    >>> from addax import keras
    >>> config = keras.utils.Config(learning_rate=0.1)
    >>> config.momentum = 0.9
    >>> config["momentum"], config.to_json()
    (0.9, '{"learning_rate": 0.1, "momentum": 0.9}')
    """

    def __init__(self, **kwargs: Any) -> None:
        object.__setattr__(self, "_entries", dict(kwargs))
        object.__setattr__(self, "_frozen", False)

    @property
    def frozen(self) -> bool:
        """Whether entries cannot be changed."""
        return self._frozen

    def freeze(self) -> None:
        """From now on entries cannot be changed."""
        object.__setattr__(self, "_frozen", True)

    def unfreeze(self) -> None:
        """From now on entries can be changed again."""
        object.__setattr__(self, "_frozen", False)

    def as_dict(self) -> dict[str, Any]:
        """The entries as a dictionary of their own."""
        return dict(self._entries)

    def to_json(self) -> str:
        """The entries as JSON."""
        return json.dumps(self._entries)

    def __getitem__(self, key: str) -> Any:
        return self._entries[key]

    def __setitem__(self, key: str, value: Any) -> None:
        self._thawed(key)
        self._entries[key] = value

    def __delitem__(self, key: str) -> None:
        self._thawed(key)
        del self._entries[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._entries)

    def __len__(self) -> int:
        return len(self._entries)

    def __getattr__(self, name: str) -> Any:
        if name.startswith("_"):  # asked for before __init__, by copy and pickle
            raise AttributeError(name)
        if name not in self._entries:
            guess = did_you_mean(name, self._entries)
            raise AttributeError(f"The config has no entry {name!r}. {guess}".rstrip())
        return self._entries[name]

    def __setattr__(self, name: str, value: Any) -> None:
        self[name] = value

    def __delattr__(self, name: str) -> None:
        if name not in self._entries:
            raise AttributeError(f"The config has no entry {name!r}.")
        del self[name]

    def __repr__(self) -> str:
        return f"<Config {self._entries}>"

    def _thawed(self, key: str) -> None:
        if self._frozen:
            raise ValueError(
                explain(
                    "The config is frozen.",
                    received={"key": key},
                    fix="config.unfreeze()",
                )
            )
