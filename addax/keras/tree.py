"""`keras.tree`: nested structures."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax.core import tree
from addax.core.tree import assert_same_structure as _assert_same_structure
from addax.core.tree import flatten as flatten
from addax.core.tree import flatten_with_path as flatten_with_path
from addax.core.tree import is_nested as _is_nested
from addax.core.tree import map_structure as _map_structure


class MAP_TO_NONE:  # Keras's name
    """What a function given to `traverse` returns to put `None` in a place."""


def is_nested(structure: Any) -> bool:
    """Whether a value is a container rather than a leaf."""
    return _is_nested(structure)


def assert_same_structure(a: Any, b: Any, check_types: Any = None) -> None:
    """Checks that two structures have the same containers in the same places.

    Args:
        a: A structure.
        b: Another.
        check_types: Kept for Keras's signature.

    Raises:
        ValueError: If they have not.
    """
    _assert_same_structure(a, b)


def assert_same_paths(a: Any, b: Any) -> None:
    """Checks that two structures have leaves in the same places, of any containers.

    Args:
        a: A structure.
        b: Another.

    Raises:
        ValueError: If they have not.

    Example:

    >>> from addax import keras
    >>> keras.tree.assert_same_paths([0, 1], (2, 3))
    """
    first, second = (dict.fromkeys(_paths(x)) for x in (a, b))
    differing = [p for p in first if p not in second]
    differing += [p for p in second if p not in first]
    if differing:
        raise ValueError(
            explain(
                "The structures have leaves in different places.",
                received={"a": a, "b": b},
                why=f"In one of them only: {', '.join(map(str, differing[:5]))}",
            )
        )


def _paths(structure: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    if not is_nested(structure):
        return [path]
    return [
        p for key, value in _entries(structure) for p in _paths(value, (*path, key))
    ]


def _entries(structure: Any) -> list[tuple[Any, Any]]:
    if isinstance(structure, dict):
        return list(structure.items())
    return list(enumerate(structure))


def map_structure(
    func: Callable[..., Any], *structures: Any, none_is_leaf: bool = True
) -> Any:
    """Applies a function to the leaves of structures that look alike.

    Args:
        func: A function of as many arguments as there are structures.
        *structures: The structures.
        none_is_leaf: Whether `func` is called for `None`, too.

    Returns:
        A structure like the first.

    Raises:
        TypeError: If `func` is not callable.
        ValueError: If the structures differ.
    """
    if not callable(func):
        raise TypeError(explain("`func` must be callable.", received={"func": func}))

    def apply(*leaves: Any) -> Any:
        skipped = not none_is_leaf and all(x is None for x in leaves)
        return None if skipped else func(*leaves)

    mapped = _map_structure(apply, *structures)
    return _in_order(structures[0], mapped)


def _in_order(like: Any, made: Any) -> Any:
    """The structure with the keys of its dictionaries in the order of another's."""
    if not is_nested(like):
        return made
    return _like(like, {key: _in_order(v, made[key]) for key, v in _entries(like)})


def map_structure_up_to(
    shallow_structure: Any, func: Callable[..., Any], *structures: Any
) -> Any:
    """Applies a function where a shallower structure has leaves.

    Args:
        shallow_structure: The structure that says how deep to go.
        func: A function of as many arguments as there are structures.
        *structures: Structures that are alike so far.

    Returns:
        A structure like `shallow_structure`.

    Raises:
        ValueError: If the structures differ.

    Example:

    >>> from addax import keras
    >>> keras.tree.map_structure_up_to([0, 0], len, [[1, 1], [2]])
    [2, 1]
    """
    if not is_nested(shallow_structure):
        return func(*structures)
    for each in structures:
        if _keys(shallow_structure) != _keys(each):
            raise ValueError(
                explain(
                    "The structures differ where the shallow one is not at its end.",
                    received={"shallow_structure": shallow_structure, "other": each},
                )
            )
    made = {
        key: map_structure_up_to(value, func, *(s[key] for s in structures))
        for key, value in _entries(shallow_structure)
    }
    return _like(shallow_structure, made)


def _keys(structure: Any) -> Any:
    if not is_nested(structure):
        return None
    keys = [key for key, _ in _entries(structure)]
    return set(keys) if isinstance(structure, dict) else keys


def _like(structure: Any, made: dict[Any, Any]) -> Any:
    """A container of the kind of `structure` with other values."""
    if isinstance(structure, dict):
        return type(structure)(made)
    values = list(made.values())
    if hasattr(structure, "_fields"):
        return type(structure)(*values)
    return type(structure)(values)


def map_shape_structure(func: Callable[..., Any], structure: Any) -> Any:
    """Applies a function to the shapes in a structure.

    Args:
        func: A function of a shape.
        structure: Shapes, tuples of whole numbers and `None`, in containers.

    Returns:
        The structure with the results.

    Example:

    >>> from addax import keras
    >>> keras.tree.map_shape_structure(len, {"a": (None, 3), "b": (2,)})
    {'a': 2, 'b': 1}
    """

    def is_shape(value: Any) -> bool:
        return isinstance(value, (list, tuple)) and all(
            n is None or isinstance(n, int) for n in value
        )

    if is_shape(structure):
        return func(tuple(structure))
    if not is_nested(structure):
        raise ValueError(
            explain("This is no shape.", received={"structure": structure})
        )
    made = {k: map_shape_structure(func, v) for k, v in _entries(structure)}
    return _like(structure, made)


def lists_to_tuples(structure: Any) -> Any:
    """The structure with tuples for lists."""
    if not is_nested(structure):
        return structure
    made = {k: lists_to_tuples(v) for k, v in _entries(structure)}
    return tuple(made.values()) if type(structure) is list else _like(structure, made)


def pack_sequence_as(structure: Any, flat_sequence: Any) -> Any:
    """Puts leaves into a structure, in the order in which `flatten` gives them.

    Args:
        structure: The structure.
        flat_sequence: As many leaves as it has.

    Returns:
        A structure like `structure`.

    Raises:
        ValueError: If there are more or fewer.

    Example:

    >>> from addax import keras
    >>> keras.tree.pack_sequence_as({"b": 0, "a": [0, 0]}, [1, 2, 3])
    {'b': 3, 'a': [1, 2]}
    """
    leaves, treedef = tree.flatten_with_treedef(structure)
    given = list(flat_sequence)
    if len(given) != len(leaves):
        raise ValueError(
            explain(
                f"The structure has {len(leaves)} leaves, not {len(given)}.",
                received={"structure": structure, "flat_sequence": flat_sequence},
            )
        )
    return _in_order(structure, tree.unflatten(treedef, given))


def traverse(func: Callable[[Any], Any], structure: Any, top_down: bool = True) -> Any:
    """Applies a function to a structure and to every part of it.

    Args:
        func: A function of a part. What it returns replaces the part; `None` leaves it
            (`MAP_TO_NONE` puts `None` there). Going down, parts of what was replaced
            are not visited.
        structure: The structure.
        top_down: Whether a container comes before its parts.

    Returns:
        The structure with its replacements.

    Raises:
        TypeError: If `func` is not callable.
    """
    if not callable(func):
        raise TypeError(explain("`func` must be callable.", received={"func": func}))
    if top_down:
        found = func(structure)
        if found is not None:
            return None if found is MAP_TO_NONE else found
    if is_nested(structure):
        keys = sorted(structure) if isinstance(structure, dict) else None
        entries = [(k, structure[k]) for k in keys] if keys else _entries(structure)
        made = {key: traverse(func, value, top_down) for key, value in entries}
        if isinstance(structure, dict):
            made = {key: made[key] for key in structure}
        structure = _like(structure, made)
    if top_down:
        return structure
    found = func(structure)
    if found is None:
        return structure
    return None if found is MAP_TO_NONE else found
