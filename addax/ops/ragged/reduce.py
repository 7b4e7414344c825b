"""Sums, means and other reductions of ragged tensors."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, cast, convert, op
from addax.ops import math
from addax.ops.ragged import partition
from addax.ops.ragged.dispatch import handles
from addax.ops.ragged.join import expand_dims
from addax.ops.ragged.tensor import RaggedTensor

_NAMES = (
    "sum",
    "prod",
    "max",
    "min",
    "mean",
    "amax",
    "amin",
    "any",
    "all",
    "var",
    "std",
)


@op(name="ragged_reduce")
def _segments(data: Array, ids: Array, count: int, how: str) -> Array:
    found = getattr(jax.ops, f"segment_{how}")(data, ids, count).astype(data.dtype)
    if how in ("max", "min") and jnp.issubdtype(data.dtype, jnp.floating):
        # TensorFlow begins with the last finite number, not with infinity
        limit = getattr(jnp.finfo(data.dtype), "min" if how == "max" else "max")
        pick = jnp.maximum if how == "max" else jnp.minimum
        return pick(found, jnp.asarray(limit, data.dtype))
    return found


def _reduced(name: str, data: Any, ids: Any, count: int) -> Any:
    ids = np.asarray(ids, np.int32)
    if name in ("any", "all"):
        how = "max" if name == "any" else "min"
        found = _segments(cast(data, "int32"), ids, count, how)
        return math.greater(found, 0)
    if name not in ("mean", "var", "std"):
        return _segments(data, ids, count, name.removeprefix("a"))
    if not data.dtype.is_floating:
        data = cast(data, "float32")
    sizes = np.bincount(ids, minlength=count).reshape(-1, *[1] * (len(data.shape) - 1))
    mean = math.divide(_segments(data, ids, count, "sum"), convert(sizes, data.dtype))
    if name == "mean":
        return mean
    off = math.square(math.subtract(data, mean[ids]))
    spread = _reduced("mean", off, ids, count)
    return math.sqrt(spread) if name == "std" else spread


@handles(*_NAMES)
def reduce(op: Any, x: Any, axis: Any = None, keepdims: bool = False, *_: Any) -> Any:
    """Reduces one axis or several; rows without elements give the neutral element."""
    if axis is None:
        return op(x.flat_values)
    if isinstance(axis, (tuple, list)):
        for each in sorted((a % len(x.shape) for a in axis), reverse=True):
            x = op(x, each, keepdims)
        return x
    rank, depth = len(x.shape), x.ragged_rank
    axis = axis % rank
    if axis > depth:
        return x.with_flat_values(op(x.flat_values, axis - depth, keepdims))
    if axis == depth:
        splits = x._nested[-1]
        found = _reduced(
            op.name, x.flat_values, partition.rowids(splits), len(splits) - 1
        )
        found = RaggedTensor.from_nested_row_splits(found, x._nested[:-1])
    else:
        nested, ids = _without(x, axis)
        count = int(nested[-1][-1])
        found = _reduced(op.name, x.flat_values, ids, count)
        found = RaggedTensor.from_nested_row_splits(found, nested[1:])
    return expand_dims(None, found, axis) if keepdims else found


def _without(x: RaggedTensor, axis: int) -> tuple[list[Any], Any]:
    """Row splits once an axis is left out, and the new place of each value.

    The first of the splits is one row of everything.
    """
    nested = x._nested
    splits: list[Any] = []
    parents = np.zeros(1, np.int64)[:, None][:, :0]  # one item without coordinates
    inverse: Any = None
    for level in range(1, len(nested) + 1):
        if level <= axis:
            places = (
                [np.arange(len(x))]
                if level == 1
                else partition.coordinates(nested[: level - 1])
            )
        else:
            places = partition.coordinates(nested[:level])
            del places[axis]
        table = np.stack(places, -1)
        items, inverse = np.unique(table, axis=0, return_inverse=True)
        _, parent = np.unique(
            np.concatenate([parents, items[:, :-1]]), axis=0, return_inverse=True
        )
        counts = np.bincount(parent.ravel()[len(parents) :], minlength=len(parents))
        splits.append(partition.from_lengths(counts))
        parents = items
    return splits, inverse.ravel()
