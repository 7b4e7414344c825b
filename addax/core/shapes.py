"""Shapes as TensorFlow prints and uses them; plain tuples to everyone else."""

from __future__ import annotations

import math
import operator
from collections.abc import Iterable, Sequence
from typing import Any

from jax.export import is_symbolic_dim


class TensorShape(tuple[Any, ...]):
    """A tensor's shape: a tuple whose unknown sizes are `None`.

    Example:

    >>> from addax.core.shapes import TensorShape
    >>> shape = TensorShape([None, 28, 28])
    >>> shape.rank, shape.as_list()
    (3, [None, 28, 28])
    """

    __slots__ = ()

    def __new__(cls, dims: Iterable[int | None] = ()) -> TensorShape:
        return tuple.__new__(cls, dims)

    def __repr__(self) -> str:
        return f"TensorShape({list(self)})"

    def __str__(self) -> str:
        return tuple.__repr__(self)

    def __eq__(self, other: object) -> bool:
        if isinstance(other, list):
            other = tuple(other)
        return tuple.__eq__(self, other) is True

    def __ne__(self, other: object) -> bool:
        return not self == other

    __hash__ = tuple.__hash__

    def __getitem__(self, key: Any) -> Any:
        item = tuple.__getitem__(self, key)
        return TensorShape(item) if isinstance(key, slice) else item

    def __add__(self, other: Any) -> TensorShape:
        return TensorShape(tuple(self) + tuple(other))

    def __radd__(self, other: Any) -> TensorShape:
        return TensorShape(tuple(other) + tuple(self))

    @property
    def rank(self) -> int:
        """How many axes."""
        return len(self)

    @property
    def ndims(self) -> int:
        """How many axes (the older name)."""
        return len(self)

    @property
    def dims(self) -> list[int | None]:
        """The sizes as a list."""
        return list(self)

    def as_list(self) -> list[int | None]:
        """The sizes as a list."""
        return list(self)

    def num_elements(self) -> int | None:
        """The product of the sizes, or `None` if one is unknown."""
        return None if None in self else math.prod(self)

    def is_fully_defined(self) -> bool:
        """Whether every size is known."""
        return None not in self

    def is_compatible_with(self, other: Sequence[int | None] | None) -> bool:
        """Whether the two could be shapes of one tensor."""
        return other is None or (
            len(self) == len(other)
            and all(
                a is None or b is None or a == b
                for a, b in zip(self, other, strict=True)
            )
        )

    def assert_is_compatible_with(self, other: Sequence[int | None] | None) -> None:
        """Raises `ValueError` unless `is_compatible_with(other)`."""
        if not self.is_compatible_with(other):
            raise ValueError(f"Shapes {self} and {other} are incompatible")

    def with_rank(self, rank: int) -> TensorShape:
        """The shape itself, once it is known to have `rank` axes."""
        if len(self) != rank:
            raise ValueError(f"Shape {self} must have rank {rank}")
        return self

    def concatenate(self, other: Iterable[int | None]) -> TensorShape:
        """This shape followed by `other`."""
        return self + tuple(other)


def standardize_shape(shape: Any, *, allow_unknown: bool = True) -> tuple[Any, ...]:
    """A shape given as an int, list, tuple, tensor or `TensorShape`, as a tuple.

    Raises:
        ValueError: If an entry is no size.
    """
    if shape is None:
        raise ValueError(
            "A shape was expected. Received: shape=None\n"
            "Give a tuple of sizes, e.g. shape=(28, 28); () is a scalar's shape."
        )
    if not hasattr(shape, "__iter__") or getattr(shape, "shape", None) == ():
        shape = (shape,)
    return tuple(
        None if size is None and allow_unknown else _size(size, shape, allow_unknown)
        for size in shape
    )


def _size(size: Any, shape: Any, allow_unknown: bool) -> int:
    try:
        whole = operator.index(size)
    except TypeError:
        if is_symbolic_dim(size):  # of a program exported for any size
            return size  # type: ignore[return-value]
        try:  # a whole float, as arithmetic on sizes often gives
            whole = int(size)
        except (TypeError, ValueError, OverflowError):
            whole = None
        if whole is None or whole != size:
            raise ValueError(
                f"A shape's sizes must be whole numbers"
                f"{' or None' if allow_unknown else ''}. Received: shape={shape!r}"
            ) from None
    if whole < 0:
        raise ValueError(
            f"A shape's sizes cannot be negative. Received: shape={shape!r}"
        )
    return whole
