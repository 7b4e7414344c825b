"""Strings in operations that only move or compare elements.

Strings live on the host, where JAX has no array for them. To move or compare them it is
enough to know their order, so such an operation runs on their ranks, whole numbers in
the same order as the strings, and the ranks it returns are read back as strings.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from addax.core import _jax

_OBJECT = np.dtype(object)

# Elements of the result are elements of the operands (or the empty string, rank 0,
# where an operation fills with zeros).
MOVES = frozenset((
    "broadcast_to", "concatenate", "copy", "diag", "diagonal", "dstack", "expand_dims",
    "flip", "full_like", "gather", "gather_nd", "getitem", "hstack", "moveaxis", "pad",
    "ravel", "repeat", "reshape", "reverse_sequence", "roll", "rot90", "scatter",
    "scatter_update", "select",
    "slice", "slice_update", "sort", "split", "squeeze", "stack", "stop_gradient",
    "swapaxes", "take", "take_along_axis", "tile", "transpose", "unstack", "vstack",
    "where",
))  # fmt: skip
# The result says how the operands compare.
COMPARES = frozenset((
    "argsort", "equal", "greater", "greater_equal", "isin", "less", "less_equal",
    "not_equal", "searchsorted",
))  # fmt: skip
_FIRST_MOVES = frozenset(("unique",))  # and the other results are positions, counts
TAKEN = MOVES | COMPARES | _FIRST_MOVES | {"add"}


class StringSpec:
    """A string array to come: what stands for one while shapes are worked out."""

    __slots__ = ("shape",)

    dtype = _OBJECT

    def __init__(self, shape: Sequence[int]) -> None:
        self.shape = tuple(shape)

    @property
    def ndim(self) -> int:
        """How many axes."""
        return len(self.shape)

    @property
    def size(self) -> int:
        """How many elements."""
        return int(np.prod(self.shape, dtype=np.int64))


def is_string(array: Any) -> bool:
    """Whether `array` holds strings (or stands for an array that will)."""
    return getattr(array, "dtype", None) == _OBJECT


def any_string(raw: Sequence[Any]) -> bool:
    """Whether strings are among the arguments of an operation."""
    for x in raw:
        kind = type(x)
        if kind is StringSpec or (kind is np.ndarray and x.dtype == _OBJECT):
            return True
        if kind is list and any_string(x):
            return True
    return False


def run(name: str, fn: Callable[..., Any], raw: Sequence[Any]) -> Any:
    """Runs an operation on string arguments.

    Args:
        name: The operation's name, which says what it does with elements.
        fn: Its function on arrays.
        raw: Its arguments, string arrays or `StringSpec`s among them.

    Returns:
        Its results: string arrays (`StringSpec`s if arguments were) or numbers.

    Raises:
        TypeError: If it is an operation on numbers.
    """
    if name == "add":
        return _add(*raw)
    if name not in TAKEN:
        raise TypeError(
            "It computes with numbers, and strings are among its arguments. Turn them "
            "into numbers first: tf.strings.to_number(x), or "
            "keras.layers.StringLookup for categories."
        )
    abstract = any(isinstance(x, StringSpec) for x in _flat(raw))
    strings = [x for x in _flat(raw) if is_string(x)]
    if abstract:
        table = np.empty(0, object)
        # Staged by the trace that works out shapes: they take no memory.
        ranks = [jnp.zeros(x.shape, np.int32) for x in strings]
    else:
        table, ranks = _rank(strings)
    by_id = {id(x): r for x, r in zip(strings, ranks, strict=True)}
    out = fn(*[_replace(x, by_id) for x in raw])
    if name in COMPARES:
        return out

    def read(ranks: Any) -> Any:
        if abstract:
            return StringSpec(ranks.shape)
        if _jax.is_tracer(ranks):
            raise TypeError(
                "Strings live on the host, and which of them are meant is known only "
                "when the compiled function runs. Choose among their numbers instead "
                "(keras.layers.StringLookup) and look the strings up outside."
            )
        return np.asarray(table[np.asarray(ranks)], object)  # an array of no axes, too

    if not isinstance(out, (tuple, list)):
        return read(out)
    moved = 1 if name in _FIRST_MOVES else len(out)
    return [read(x) if i < moved else x for i, x in enumerate(out)]


def _flat(raw: Sequence[Any]) -> list[Any]:
    return [y for x in raw for y in (x if isinstance(x, list) else [x])]


def _replace(x: Any, by_id: dict[int, Any]) -> Any:
    if isinstance(x, list):
        return [_replace(y, by_id) for y in x]
    return by_id.get(id(x), x)


def _rank(arrays: Sequence[Any]) -> tuple[Any, list[Any]]:
    """The sorted distinct strings, the empty one first, and each array as ranks."""
    flat = [s for a in arrays for s in a.ravel().tolist()]
    distinct = sorted({b"", *flat})
    where = {s: i for i, s in enumerate(distinct)}
    ranks = np.fromiter((where[s] for s in flat), np.int32, len(flat))
    table = np.empty(len(distinct), object)
    table[:] = distinct
    ends = np.cumsum([a.size for a in arrays])[:-1]
    return table, [
        jnp.asarray(part.reshape(a.shape))
        for a, part in zip(arrays, np.split(ranks, ends), strict=True)
    ]


def _add(a: Any, b: Any) -> Any:
    if not (is_string(a) and is_string(b)):
        raise TypeError("A string and a number cannot be added.")
    if isinstance(a, StringSpec) or isinstance(b, StringSpec):
        return StringSpec(np.broadcast_shapes(a.shape, b.shape))
    return np.asarray(a + b, object)
