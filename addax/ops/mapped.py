"""Operations under `vmap`: with more rows, or once for each element."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Protocol

import jax
import jax.numpy as jnp
from jax import ShapeDtypeStruct

from addax.core.primitive import Optional, Rules, bind

Axes = Sequence[int | None]


class InRows(Rules, Protocol):
    """An operation that may consist of rows which know nothing of each other."""

    def rows(self, avals: Sequence[Any]) -> tuple[Axes, Axes] | None:
        """The axis of the rows in each argument, and in each result.

        Args:
            avals: The arguments' shapes and types.

        Returns:
            For each array its axis, `None` for one that all rows share; or `None` if
            there are no such rows.
        """
        ...


def batch(of: InRows, args: Sequence[Any], axes: Axes) -> tuple[Any, Axes]:
    """The results of an operation under `vmap`, as `Rules.batch` returns them."""
    pairs = list(zip(args, axes, strict=True))
    count = next(a.shape[axis] for a, axis in pairs if axis is not None)
    found = of.rows([_within(a, axis) for a, axis in pairs])
    if found is None or axes[0] is None or not _fit(axes, *found):
        moved = [a if axis is None else jnp.moveaxis(a, axis, 0) for a, axis in pairs]
        first = tuple(None if axis is None else 0 for axis in axes)
        made = bind(_Mapped(of, first, count), *moved)
        return made, [0] * len(made)
    more = [
        a if row is None else _together(a, axis, row, count)
        for (a, axis), row in zip(pairs, found[0], strict=True)
    ]
    made = bind(of, *more)
    apart = [_apart(a, row, count) for a, row in zip(made, found[1], strict=True)]
    return apart, found[1]


def _fit(axes: Axes, given: Axes, made: Axes) -> bool:
    """Whether all that is mapped are rows."""
    shared = (axis for axis, row in zip(axes, given, strict=True) if row is None)
    return None not in made and all(axis is None for axis in shared)


def _within(a: Any, axis: int | None) -> ShapeDtypeStruct:
    """What an array is inside of `vmap`."""
    inner = a.shape if axis is None else (*a.shape[:axis], *a.shape[axis + 1 :])
    return ShapeDtypeStruct(inner, a.dtype)


def _together(a: Any, axis: int | None, row: int, count: int) -> Any:
    """An array with the rows of all."""
    if axis is None:
        a, axis = jnp.broadcast_to(a, (count, *a.shape)), 0
    a = jnp.moveaxis(a, axis, row)
    return a.reshape(*a.shape[:row], count * a.shape[row + 1], *a.shape[row + 2 :])


def _apart(a: Any, row: Any, count: int) -> Any:
    """An array whose rows are divided among all."""
    shape = (*a.shape[:row], count, a.shape[row] // count, *a.shape[row + 1 :])
    return a.reshape(shape)


@dataclass(frozen=True)
class _Mapped:
    """An operation once for each element of the first axis of some arguments.

    Attributes:
        of: The operation.
        axes: For each argument 0, or `None` where all have the same.
        count: How many elements there are.
    """

    of: Rules
    axes: tuple[int | None, ...]
    count: int

    def run(self, *args: Any) -> list[Any]:
        return jax.vmap(self.of.run, self.axes)(*args)

    def shapes(self, *avals: Any) -> Sequence[Any]:
        made = self.of.shapes(*map(_within, avals, self.axes))
        return [ShapeDtypeStruct((self.count, *s.shape), s.dtype) for s in made]

    def jvp(self, args: Sequence[Any], tangents: Optional) -> tuple[Any, Any]:
        axes = list(self.axes), self._of_some(tangents)
        run = jax.vmap(self.of.jvp, axes, axis_size=self.count)
        return run(list(args), list(tangents))

    def transpose(self, gradients: Optional, args: Optional) -> Optional:
        axes = [None if g is None else 0 for g in gradients], self._of_some(args)
        run = jax.vmap(self.of.transpose, axes, axis_size=self.count)
        found = run(list(gradients), list(args))
        return [
            jnp.sum(g, 0) if g is not None and axis is None else g
            for g, axis in zip(found, self.axes, strict=True)
        ]

    def _of_some(self, arrays: Optional) -> list[int | None]:
        pairs = zip(arrays, self.axes, strict=True)
        return [None if a is None else axis for a, axis in pairs]

    def batch(self, args: Sequence[Any], axes: Axes) -> tuple[Any, Axes]:
        return batch(self, args, axes)

    def rows(self, avals: Sequence[Any]) -> None:
        return None
