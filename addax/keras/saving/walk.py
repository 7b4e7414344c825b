"""The parts of a model, under the paths by which Keras 3 files address them.

An object that can be saved has the methods `save_own_variables(store)` and
`load_own_variables(store)` (a store is a mapping of names to arrays). Its parts are
found among its attributes: an attribute's name is the part's; in a list, tuple, set or
dict, parts are named after their classes (`dense`, `dense_1`) and inner lists
`container`. What is reachable twice is stored where it is met first.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from addax._base.names import to_snake_case
from addax.core import SeedGenerator

_CONTAINERS = (list, tuple, set, dict)
# What a model knows of its own graph; its `layers` are walked instead.
_INTERNAL = frozenset(("_layers", "_graph", "_graph_layers", "_constructor_arguments"))


def walk(root: Any) -> Iterator[tuple[str, Any]]:
    """Every part of a model that can be saved, itself first, with its path.

    Args:
        root: A model, layer or optimizer.

    Yields:
        Pairs of a path, such as `"layers/dense_1"` (`""` for the root), and a part.
    """
    yield from _walk("", root, {})


def _walk(path: str, part: Any, seen: dict[int, Any]) -> Iterator[tuple[str, Any]]:
    if id(part) in seen:
        return
    seen[id(part)] = part
    yield path, part
    for name, child in _children(part):
        inner = f"{path}/{name}" if path else name
        if is_saveable(child):
            yield from _walk(inner, child, seen)
        elif isinstance(child, _CONTAINERS):
            yield from _walk_container(inner, child, seen)


def _walk_container(
    path: str, container: Any, seen: dict[int, Any]
) -> Iterator[tuple[str, Any]]:
    if id(container) in seen:
        return
    seen[id(container)] = container  # kept, for `layers` makes a new list each time
    used: dict[str, int] = {}
    items = container.values() if isinstance(container, dict) else container
    for item in items:
        saveable = is_saveable(item)
        if not saveable and not isinstance(item, _CONTAINERS):
            continue
        name = to_snake_case(type(item).__name__) if saveable else "container"
        count = used[name] = used.get(name, -1) + 1
        inner = f"{path}/{name}_{count}" if count else f"{path}/{name}"
        yield from (_walk if saveable else _walk_container)(inner, item, seen)


def is_saveable(value: Any) -> bool:
    """Whether a value is a part with variables of its own."""
    if isinstance(value, type):
        return False
    return hasattr(value, "save_own_variables") or isinstance(value, SeedGenerator)


def _children(part: Any) -> Iterable[tuple[str, Any]]:
    if isinstance(part, SeedGenerator):
        return
    held = vars(part)
    ordered = held.get("_layers") is not None or held.get("_graph") is not None
    if ordered:
        # Of functional and sequential models the layers come first, so that
        # attributes that a subclass adds do not change their paths.
        yield "layers", part.layers
    without = (getattr(part, "_untracked", frozenset()) | _INTERNAL) - {"optimizer"}
    names = {n for n in (*held, *_properties(type(part))) if n not in without}
    if hasattr(type(part), "layers"):
        names.add("layers")  # of other models: where the alphabet has them
    for name in sorted(names, key=lambda n: (n.startswith("_"), n)):
        if name.startswith("__") or (name == "layers" and ordered):
            continue
        try:
            yield name, held[name] if name in held else getattr(part, name)
        except Exception:  # a user's property may want more state
            continue


def _properties(cls: type) -> list[str]:
    """The properties that users' classes define: Keras follows them to parts too."""
    return [
        name
        for each in cls.__mro__
        if not each.__module__.startswith("addax.")
        for name, value in vars(each).items()
        if isinstance(value, property)
    ]
