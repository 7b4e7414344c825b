"""Nested structures: lists, tuples, named tuples and dicts, in a fixed order.

Everything else, `None` and tensors included, is a leaf.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.tree_util as jtu

from addax.core.tensor import TensorLike


def _is_leaf(value: Any) -> bool:
    return value is None or isinstance(value, TensorLike)


def flatten(structure: Any) -> list[Any]:
    """The leaves, dict entries in the order of their sorted keys."""
    return jtu.tree_leaves(structure, is_leaf=_is_leaf)


def flatten_with_treedef(structure: Any) -> tuple[list[Any], Any]:
    """The leaves, and a hashable description of what holds them."""
    return jtu.tree_flatten(structure, is_leaf=_is_leaf)


def unflatten(treedef: Any, leaves: Any) -> Any:
    """Puts `leaves` back into the structure that `treedef` describes."""
    return jtu.tree_unflatten(treedef, leaves)


def flatten_with_path(structure: Any) -> list[tuple[tuple[Any, ...], Any]]:
    """Pairs of (path, leaf); a path holds keys, indices and field names."""
    pairs = jtu.tree_flatten_with_path(structure, is_leaf=_is_leaf)[0]
    return [(tuple(_key(k) for k in path), leaf) for path, leaf in pairs]


def map_structure(fn: Callable[..., Any], *structures: Any) -> Any:
    """Applies `fn` to the leaves of structures that all look alike.

    Raises:
        ValueError: If the structures differ.
    """
    if not structures:
        raise ValueError("map_structure needs at least one structure. Received: none")
    return jtu.tree_map(fn, *structures, is_leaf=_is_leaf)


def is_nested(value: Any) -> bool:
    """Whether `value` is a container rather than a leaf."""
    return isinstance(value, (list, tuple, dict))


def assert_same_structure(a: Any, b: Any) -> None:
    """Raises `ValueError` unless both have the same containers in the same places."""
    tree_a, tree_b = flatten_with_treedef(a)[1], flatten_with_treedef(b)[1]
    if tree_a != tree_b:
        raise ValueError(
            "The two structures differ.\n"
            f"Received: {tree_a}\n     and: {tree_b}".replace("PyTreeDef", "")
        )


def _key(entry: Any) -> Any:
    for field in ("key", "idx", "name"):
        if hasattr(entry, field):
            return getattr(entry, field)
    return entry
