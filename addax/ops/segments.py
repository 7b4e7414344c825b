"""Scattering, slices at computed places, and sums over segments."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, convert, op
from addax.ops.shape import sizes


@op(name="scatter")
def _scatter(indices: Array, values: Array, shape: tuple[int, ...]) -> Array:
    places = tuple(jnp.moveaxis(indices, -1, 0))
    return jnp.zeros(shape, values.dtype).at[places].add(values)


def scatter(indices: Any, values: Any, shape: Any) -> Any:
    """Zeros of a shape, with `values` added at `indices`.

    Args:
        indices: A tensor `(n, rank)` of places.
        values: A tensor `(n,)` (or with the axes that the places leave).
        shape: The shape of the result.
    """
    return _scatter(indices, values, sizes(shape))


_UPDATES = {None: "set", "add": "add", "max": "max", "min": "min", "mul": "multiply"}


@op(name="scatter_update", promote=("inputs", "updates"))
def _scatter_update(
    inputs: Array, indices: Array, updates: Array, reduction: str | None
) -> Array:
    at = inputs.at[tuple(jnp.moveaxis(indices, -1, 0))]
    return getattr(at, _UPDATES[reduction])(updates)


def scatter_update(
    inputs: Any, indices: Any, updates: Any, reduction: str | None = None
) -> Any:
    """`inputs` with `updates` at `indices`.

    Args:
        inputs: A tensor.
        indices: A tensor `(n, rank)` of places.
        updates: A tensor `(n,)` (or with the axes that the places leave).
        reduction: `None` to replace, or `"add"`, `"max"`, `"min"`, `"mul"`.

    Raises:
        ValueError: For another `reduction`.
    """
    if reduction not in _UPDATES:
        raise ValueError(
            "`reduction` is None, 'add', 'max', 'min' or 'mul'. "
            f"Received: reduction={reduction!r}"
        )
    return _scatter_update(inputs, indices, updates, reduction)


@op(name="slice")
def _slice(inputs: Array, start_indices: Sequence[Array], shape: Any) -> Array:
    return jax.lax.dynamic_slice(inputs, start_indices, shape)


def slice(inputs: Any, start_indices: Any, shape: Any) -> Any:
    """A block of that shape, from a place that may be computed.

    Args:
        inputs: A tensor.
        start_indices: The block's first place, one number for each axis.
        shape: The block's sizes; -1 for all that is left.
    """
    starts = [start_indices[i] for i in range(len(inputs.shape))]
    block = tuple(
        int(n - int(s)) if k == -1 else k
        for k, n, s in zip(sizes(shape), inputs.shape, starts, strict=True)
    )
    return _slice(inputs, _int32(starts), block)


@op(name="slice_update", promote=("inputs", "updates"))
def _slice_update(
    inputs: Array, start_indices: Sequence[Array], updates: Array
) -> Array:
    return jax.lax.dynamic_update_slice(inputs, updates, start_indices)


def slice_update(inputs: Any, start_indices: Any, updates: Any) -> Any:
    """`inputs` with the block `updates` at a place that may be computed.

    Args:
        inputs: A tensor.
        start_indices: The block's first place, one number for each axis.
        updates: The block.
    """
    starts = [start_indices[i] for i in range(len(inputs.shape))]
    return _slice_update(inputs, _int32(starts), updates)


def _int32(starts: list[Any]) -> list[Any]:
    return [np.int32(s) if isinstance(s, (int, np.integer)) else s for s in starts]


def _segments(name: str, doc: str) -> Any:
    reduce = getattr(jax.ops, f"segment_{name}")

    @op(name=f"segment_{name}", differentiable=name in ("sum", "max", "min"))
    def apply(data: Array, segment_ids: Array, count: int, ordered: bool) -> Array:
        return reduce(data, segment_ids, count, indices_are_sorted=ordered)

    def segment(
        data: Any,
        segment_ids: Any,
        num_segments: int | None = None,
        sorted: bool = False,
    ) -> Any:
        if num_segments is None:
            known = np.asarray(segment_ids)
            num_segments = int(known.max()) + 1 if known.size else 0
        return apply(data, segment_ids, num_segments, sorted)

    segment.__name__ = segment.__qualname__ = f"segment_{name}"
    segment.__doc__ = f"""{doc} of the entries of each segment, along the first axis.

    Args:
        data: A tensor.
        segment_ids: The number of the segment that each entry belongs to.
        num_segments: How many there are; found from the numbers if not given, which
            must then be known.
        sorted: Whether the numbers are in ascending order, which saves time.
    """
    return segment


segment_sum = _segments("sum", "The sum")
segment_max = _segments("max", "The greatest")
segment_min = _segments("min", "The smallest")
segment_prod = _segments("prod", "The product")


@op(differentiable=False)
def unravel_index(indices: Array, shape: tuple[int, ...]) -> Any:
    """Places in a flat tensor as one index for each axis."""
    return tuple(x.astype(indices.dtype) for x in jnp.unravel_index(indices, shape))


def nonzero(x: Any) -> Any:
    """The places of the elements that are not 0: one tensor for each axis.

    Their number depends on the values, so this works only where they are known: not
    inside a traced function.
    """
    return tuple(convert(i.astype("int32")) for i in np.nonzero(np.asarray(x)))


@op(promote=("choices",))
def _select(conditions: Sequence[Array], choices: Sequence[Array]) -> Array:
    *values, default = choices
    return jnp.select([c.astype(bool) for c in conditions], values, default)


def select(condlist: Any, choicelist: Any, default: Any = 0) -> Any:
    """Elements of the first choice whose condition is true, else `default`."""
    return _select(list(condlist), [*choicelist, default])


@op(differentiable=False)
def argpartition(x: Array, kth: int, axis: int = -1) -> Array:
    """Indices that put the element of rank `kth` in its sorted place along `axis`."""
    return jnp.argpartition(x, kth, axis).astype("int32")
