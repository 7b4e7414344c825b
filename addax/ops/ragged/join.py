"""Joining and reshaping ragged tensors."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import as_dtype, convert
from addax.ops import shape as shapes
from addax.ops.ragged import partition
from addax.ops.ragged.dispatch import handles
from addax.ops.ragged.factories import as_values
from addax.ops.ragged.tensor import RaggedTensor, take


def _alike(values: Sequence[Any]) -> list[Any]:
    """Tensors as ragged ones, of one ragged rank; dense ones if none is ragged."""
    made = [as_values(v) for v in values]
    depth = max((x.ragged_rank for x in made if isinstance(x, RaggedTensor)), default=0)
    return [_deeper(x, depth) for x in made]


def _deeper(x: Any, depth: int) -> Any:
    if not depth:
        return x
    if not isinstance(x, RaggedTensor):
        if len(x.shape) < 2:
            raise ValueError(
                explain(
                    "Tensors of different numbers of axes cannot be joined.",
                    received={"tensor": x},
                )
            )
        return RaggedTensor.from_tensor(x, ragged_rank=min(depth, len(x.shape) - 1))
    return x.with_values(_deeper(x.values, depth - 1))


def concatenate(values: Sequence[Any], axis: int = 0) -> Any:
    """Joins tensors, ragged ones among them, along an axis that they have."""
    made = _alike(values)
    if not isinstance(made[0], RaggedTensor):
        return shapes.concatenate(made, axis)
    axis = axis % len(made[0].shape)
    if axis > 1:
        inner = concatenate([x.values for x in made], axis - 1)
        return made[0].with_values(inner)
    joined = concatenate([x.values for x in made], 0)
    lengths = [np.diff(x._splits) for x in made]
    if axis == 0:
        return RaggedTensor(joined, partition.from_lengths(np.concatenate(lengths)))
    if len({len(n) for n in lengths}) > 1:
        raise ValueError(
            explain(
                "Tensors joined along axis 1 must have as many rows.",
                received={"rows": [len(n) for n in lengths]},
            )
        )
    offsets = np.cumsum([0, *(int(x._splits[-1]) for x in made[:-1])])
    pairs = zip(made, offsets, strict=True)
    starts = np.stack([x._splits[:-1] + n for x, n in pairs], -1)
    sizes = np.stack(lengths, -1)
    rows = take(joined, partition.spans(starts.ravel(), sizes.ravel()))
    return RaggedTensor(rows, partition.from_lengths(sizes.sum(-1)))


@handles("concatenate")
def _concatenate(op: Any, xs: Sequence[Any], axis: int = 0) -> Any:
    return concatenate(xs, axis)


def stack(values: Sequence[Any], axis: int = 0) -> Any:
    """Joins tensors along a new axis; they may differ in their sizes."""
    made = [as_values(v) for v in values]
    if not len(made[0].shape):
        return shapes.stack(made, axis)
    return concatenate([_wrapped(x, axis) for x in made], axis)


def _wrapped(x: Any, axis: int) -> Any:
    """A ragged tensor of a tensor, with a new axis."""
    rank = len(x.shape) + 1
    axis = axis % rank
    if isinstance(x, RaggedTensor) or axis > 1:
        return expand_dims(None, x, axis)
    if axis == 0:
        inner = x if rank == 2 else RaggedTensor.from_tensor(x)
        return RaggedTensor(inner, np.array([0, x.shape[0]]))
    inner = x if rank == 2 else RaggedTensor.from_tensor(x)
    return RaggedTensor(inner, np.arange(x.shape[0] + 1), 1)


@handles("stack")
def _stack(op: Any, x: Sequence[Any], axis: int = 0) -> Any:
    return stack(x, axis)


@handles("expand_dims")
def expand_dims(op: Any, x: Any, axis: Any) -> Any:
    """Inserts an axis of size 1."""
    if not isinstance(x, RaggedTensor):
        return shapes.expand_dims(x, axis)
    axis = axis % (len(x.shape) + 1)
    if axis == 0:
        return RaggedTensor(x, np.array([0, len(x)]), len(x))
    if axis == 1:
        return RaggedTensor(x, np.arange(len(x) + 1), 1)
    return x.with_values(expand_dims(op, x.values, axis - 1))


@handles("squeeze")
def _squeeze(op: Any, x: Any, axis: Any = None) -> Any:
    if not isinstance(x, RaggedTensor):
        return shapes.squeeze(x, axis)
    if isinstance(axis, (tuple, list)):
        (axis,) = axis
    axis = axis % len(x.shape)
    if axis > 1:
        return x.with_values(_squeeze(op, x.values, axis - 1))
    if axis == 0 and len(x) == 1:
        return x.values
    if axis == 1 and np.all(np.diff(x._splits) == 1):
        return x.values
    raise ValueError(
        explain("The axis is not of size 1.", received={"axis": axis, "x": x})
    )


@handles("tile")
def _tile(op: Any, x: Any, repeats: Any) -> Any:
    for axis, times in enumerate(np.atleast_1d(repeats).tolist()):
        if times != 1:
            x = (
                concatenate([x] * times, axis)
                if times
                else x[(slice(0, 0),) * (axis + 1)]
            )
    return x


@handles("flip")
def _flip(op: Any, x: Any, axis: Any = None) -> Any:
    axes = range(len(x.shape)) if axis is None else np.atleast_1d(axis).tolist()
    turned = {a % len(x.shape) for a in axes}
    keys = [slice(None, None, -1 if a in turned else None) for a in range(len(x.shape))]
    return x[tuple(keys)]


@handles("unstack")
def _unstack(op: Any, x: Any, axis: int) -> Any:
    if axis % len(x.shape):
        raise TypeError("Only the first axis of a ragged tensor can be unstacked.")
    return tuple(x)


@handles("split")
def _split(op: Any, x: Any, indices_or_sections: Any, axis: int = 0, *_: Any) -> Any:
    if axis % len(x.shape):
        raise TypeError("Only the first axis of a ragged tensor can be split.")
    if isinstance(indices_or_sections, int):
        size, rest = divmod(len(x), indices_or_sections)
        if rest:
            raise ValueError(
                explain(
                    "The rows do not make pieces of one size.",
                    received={"rows": len(x), "pieces": indices_or_sections},
                )
            )
        ends = range(size, len(x), size)
    else:
        ends = np.asarray(indices_or_sections).tolist()
    bounds = [0, *ends, len(x)]
    return [x[a:b] for a, b in pairwise(bounds)]


@handles("repeat")
def _repeat(op: Any, x: Any, repeats: Any, axis: int | None = None) -> Any:
    counts = np.broadcast_to(np.asarray(repeats), len(x))
    if axis is None or axis % len(x.shape):
        raise TypeError("Only the first axis of a ragged tensor can be repeated.")
    return take(x, np.repeat(np.arange(len(x)), counts))


def constant(
    pylist: Any, dtype: Any = None, ragged_rank: int | None = None, inner: Any = None
) -> Any:
    """A ragged tensor of nested lists of different lengths.

    Args:
        pylist: The lists.
        dtype: The type of the elements.
        ragged_rank: How many axes are ragged; all but the last possible if not given.
        inner: The sizes of the other axes.
    """
    plain = _lists(pylist)
    depth = _depth(plain)
    if not depth:
        return convert(plain, dtype)
    if ragged_rank is None:
        ragged_rank = depth - 1 - (0 if inner is None else len(inner))
    splits = []
    for _ in range(max(ragged_rank, 0)):
        splits.append(partition.from_lengths([len(row) for row in plain]))
        plain = [x for row in plain for x in row]
    if plain:
        flat = convert(plain, dtype)
    else:
        rest = tuple(inner) if inner is not None else (0,) * (depth - len(splits) - 1)
        kind = as_dtype(dtype or "float32").name
        array = np.empty((0, *rest), object if kind == "string" else kind)
        flat = convert(array, dtype)
    return RaggedTensor.from_nested_row_splits(flat, splits)


def _lists(value: Any) -> Any:
    if hasattr(value, "tolist"):
        value = value.tolist()
    return [_lists(v) for v in value] if isinstance(value, (list, tuple)) else value


def _depth(value: Any) -> int:
    if not isinstance(value, list):
        return 0
    return 1 + max(map(_depth, value), default=0)
