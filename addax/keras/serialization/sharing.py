"""Objects that a saved model holds more than once are made once when it is loaded."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


class _State(threading.local):
    saved: dict[int, tuple[Any, dict[str, Any]]] | None = None
    loaded: dict[int, Any] | None = None


_state = _State()


@contextmanager
def sharing() -> Iterator[None]:
    """Within the block, one object in two places is written, and read, as one."""
    before = _state.saved, _state.loaded
    _state.saved, _state.loaded = {}, {}
    try:
        yield
    finally:
        _state.saved, _state.loaded = before


def mark_shared(obj: Any, config: dict[str, Any]) -> None:
    """Notes that `config` describes `obj`; numbers both ends when it is not the first.

    Args:
        obj: What was serialised.
        config: Its configuration; may receive a `"shared_object_id"`.
    """
    if _state.saved is None:
        return
    # The object is kept, for Python gives the id of a dead one to the next.
    first = _state.saved.setdefault(id(obj), (obj, config))[1]
    if first is not config:
        first["shared_object_id"] = config["shared_object_id"] = id(obj)


def shared_object(config: dict[str, Any]) -> Any:
    """The object already made for this configuration's id, or `None`."""
    number = config.get("shared_object_id")
    return (
        None if _state.loaded is None or number is None else _state.loaded.get(number)
    )


def keep_shared(obj: Any, config: dict[str, Any]) -> None:
    """Notes the object made for a configuration that has an id."""
    number = config.get("shared_object_id")
    if _state.loaded is not None and number is not None:
        _state.loaded[number] = obj
