"""`tf.nest`: nested structures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax.core import tree
from addax.core.tree import flatten as _flatten
from addax.core.tree import is_nested as is_nested
from addax.tf._advice import absent


def flatten(structure: Any, expand_composites: bool = False) -> list[Any]:
    """The leaves; dict entries in the order of their sorted keys."""
    return _flatten(structure)


def map_structure(func: Callable[..., Any], *structure: Any, **kwargs: Any) -> Any:
    """Applies `func` to the leaves of structures that all look alike.

    Example:

    >>> from addax import tf
    >>> tf.nest.map_structure(lambda a, b: a + b, [1, (2,)], [10, (20,)])
    [11, (22,)]
    """
    return tree.map_structure(func, *structure)


def pack_sequence_as(
    structure: Any, flat_sequence: Any, expand_composites: bool = False
) -> Any:
    """Puts a flat list into the places of the leaves of `structure`.

    Raises:
        ValueError: If there is not one entry for each leaf.
    """
    leaves, treedef = tree.flatten_with_treedef(structure)
    if len(leaves) != len(flat_sequence):
        raise ValueError(
            "There must be one entry for each leaf. "
            f"Received: {len(flat_sequence)} entries for {len(leaves)} leaves"
        )
    return tree.unflatten(treedef, flat_sequence)


def assert_same_structure(
    nest1: Any, nest2: Any, check_types: bool = True, expand_composites: bool = False
) -> None:
    """Raises `ValueError` unless both have the same containers in the same places."""
    tree.assert_same_structure(nest1, nest2)


__getattr__ = absent(__name__)
