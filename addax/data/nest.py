"""Structures of elements: tuples and dictionaries around leaves.

Unlike `addax.core.tree`, a list is a leaf here: datasets make a tensor of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any


def is_container(value: Any) -> bool:
    """Whether `value` holds leaves rather than being one."""
    return isinstance(value, (tuple, dict)) and not hasattr(value, "as_list")


def flatten(structure: Any) -> list[Any]:
    """The leaves, dictionary entries in the order of their sorted keys."""
    return list(_leaves(structure))


def _leaves(structure: Any) -> Iterator[Any]:
    if not is_container(structure):
        yield structure
    else:
        entries = (
            [structure[key] for key in sorted(structure)]
            if isinstance(structure, dict)
            else structure
        )
        for entry in entries:
            yield from _leaves(entry)


def map_leaves(fn: Callable[..., Any], first: Any, *others: Any) -> Any:
    """Applies `fn` to the leaves of structures that all look like the first.

    Raises:
        ValueError: If the structures differ.
    """
    if not is_container(first):
        return fn(first, *others)
    for other in others:
        if not _alike(first, other):
            raise ValueError(
                f"The structures differ. Received: {outline(first)} "
                f"and {outline(other)}"
            )
    if isinstance(first, dict):
        return {
            key: map_leaves(fn, value, *(other[key] for other in others))
            for key, value in first.items()
        }
    made = [map_leaves(fn, *entries) for entries in zip(first, *others, strict=True)]
    return type(first)(*made) if hasattr(first, "_fields") else tuple(made)


def _alike(a: Any, b: Any) -> bool:
    if isinstance(a, dict):
        return isinstance(b, dict) and a.keys() == b.keys()
    return isinstance(b, tuple) and len(a) == len(b)


def pack(structure: Any, leaves: Any) -> Any:
    """Puts a flat list into the places of the leaves of `structure`."""
    flat = list(leaves)
    places = iter(range(len(flat)))
    numbered = _number(structure, places)
    return map_leaves(lambda i: flat[i], numbered)


def _number(structure: Any, places: Iterator[int]) -> Any:
    if not is_container(structure):
        return next(places)
    if isinstance(structure, dict):
        made = {key: _number(structure[key], places) for key in sorted(structure)}
        return {key: made[key] for key in structure}
    entries = [_number(each, places) for each in structure]
    return type(structure)(*entries) if hasattr(structure, "_fields") else (*entries,)


def outline(structure: Any) -> str:
    """A structure with dots for its leaves, for messages."""
    if isinstance(structure, dict) and is_container(structure):
        return f"{{{', '.join(f'{k!r}: {outline(v)}' for k, v in structure.items())}}}"
    if is_container(structure):
        inner = ", ".join(map(outline, structure))
        return f"({inner},)" if len(structure) == 1 else f"({inner})"
    return "·"
