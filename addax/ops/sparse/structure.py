"""Sparse tensors joined, cut, reordered and reshaped: work on their places alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import convert
from addax.ops import indexing, math, segments, shape
from addax.ops.sparse.tensor import SparseTensor


def _pick(x: SparseTensor, which: Any, places: Any, sizes: Any) -> SparseTensor:
    """Some of the values, at other places."""
    values = indexing.take(x.values, np.asarray(which, np.int32), axis=0)
    return SparseTensor(places, values, sizes)


def reorder(x: SparseTensor) -> SparseTensor:
    """The same elements, in the order of their places."""
    order = np.lexsort(x._places.T[::-1])
    return _pick(x, order, x._places[order], x._sizes)


def concat(values: Sequence[SparseTensor], axis: int, expand: bool = False) -> Any:
    """Joins sparse tensors along an axis.

    Args:
        values: The tensors.
        axis: The axis.
        expand: Whether other sizes may differ; the greatest count then.

    Raises:
        ValueError: If they differ though they may not.
    """
    axis = axis % len(values[0]._sizes)
    table = np.array([x._sizes for x in values])
    sizes = table.max(0)
    others = np.delete(table, axis, 1)
    if not expand and np.any(others != others[0]):
        raise ValueError(
            explain(
                "Sparse tensors to be joined must agree in the other sizes.",
                received={"shapes": table.tolist(), "axis": axis},
                fix="tf.sparse.concat(axis, tensors, expand_nonconcat_dims=True)",
            )
        )
    offsets = np.cumsum([0, *table[:-1, axis]])
    places = [x._places.copy() for x in values]
    for each, offset in zip(places, offsets, strict=True):
        each[:, axis] += offset
    sizes[axis] = table[:, axis].sum()
    joined = shape.concatenate([x.values for x in values])
    return reorder(SparseTensor(np.concatenate(places), joined, sizes))


def cut(x: SparseTensor, start: Any, size: Any) -> SparseTensor:
    """The part that begins at `start` and has sizes `size`, or less at the ends."""
    begin = np.asarray(start, np.int64)
    end = np.minimum(begin + np.asarray(size, np.int64), x._sizes)
    which = np.flatnonzero(np.all((x._places >= begin) & (x._places < end), axis=1))
    sizes = np.maximum(end - begin, 0)
    return _pick(x, which, x._places[which] - begin, sizes)


def split(x: SparseTensor, count: int, axis: int) -> list[SparseTensor]:
    """Cuts along an axis in that many parts; the first ones may be longer by one."""
    axis = axis % len(x._sizes)
    small, more = divmod(x._sizes[axis], count)
    parts, begin = [], 0
    for i in range(count):
        start, size = np.zeros(len(x._sizes), int), np.array(x._sizes)
        start[axis], size[axis] = begin, small + (i < more)
        parts.append(cut(x, start, size))
        begin += int(size[axis])
    return parts


def transpose(x: SparseTensor, perm: Any = None) -> SparseTensor:
    """Reorders the axes; without `perm`, reverses them."""
    rank = len(x._sizes)
    order = list(range(rank))[::-1] if perm is None else np.asarray(perm).tolist()
    sizes = [x._sizes[a] for a in order]
    return reorder(SparseTensor(x._places[:, order], x.values, sizes))


def reshape(x: SparseTensor, sizes: Any) -> SparseTensor:
    """Gives the elements another shape; one size may be -1."""
    wanted = [int(n) for n in np.asarray(sizes)]
    total = int(np.prod(x._sizes, dtype=np.int64))
    if -1 in wanted:
        rest = -int(np.prod(wanted, dtype=np.int64))
        wanted[wanted.index(-1)] = total // max(rest, 1)
    flat = np.ravel_multi_index(tuple(x._places.T), x._sizes)
    return SparseTensor(np.stack(np.unravel_index(flat, wanted), -1), x.values, wanted)


def expand_dims(x: SparseTensor, axis: Any) -> SparseTensor:
    """Inserts an axis of size 1."""
    at = (-1 if axis is None else int(axis)) % (len(x._sizes) + 1)
    sizes = [*x._sizes[:at], 1, *x._sizes[at:]]
    return SparseTensor(np.insert(x._places, at, 0, axis=1), x.values, sizes)


def retain(x: SparseTensor, kept: Any) -> SparseTensor:
    """The elements for which `kept` is true."""
    which = np.flatnonzero(np.asarray(kept))
    return _pick(x, which, x._places[which], x._sizes)


def reset_shape(x: SparseTensor, sizes: Any = None) -> SparseTensor:
    """The same elements in another shape, the smallest one if none is given."""
    if sizes is None:
        sizes = x._places.max(0, initial=-1) + 1
    return SparseTensor(x._places, x.values, sizes)


def fill_empty_rows(x: SparseTensor, default: Any) -> tuple[SparseTensor, Any]:
    """Puts `default` in front of rows without elements; says which those are."""
    empty = np.bincount(x._places[:, 0], minlength=x._sizes[0]) == 0
    rows = np.flatnonzero(empty)
    places = np.zeros((len(rows), len(x._sizes)), np.int64)
    places[:, 0] = rows
    added = shape.broadcast_to(convert(default, x.dtype), (len(rows),))
    joined = SparseTensor(
        np.concatenate([x._places, places]),
        shape.concatenate([x.values, added]),
        x._sizes,
    )
    return reorder(joined), convert(empty)


def combine(a: SparseTensor, b: SparseTensor, how: str) -> SparseTensor:
    """The sum, maximum or minimum of two sparse tensors, element by element."""
    places = np.concatenate([a._places, b._places])
    found, where = np.unique(places, axis=0, return_inverse=True)
    where, count = where.ravel().astype(np.int32), len(found)
    values = shape.concatenate([a.values, b.values])
    if how == "add":
        return SparseTensor(found, segments.segment_sum(values, where, count), a._sizes)
    first = [
        segments.segment_sum(x.values, w, count)
        for x, w in ((a, where[: len(a._places)]), (b, where[len(a._places) :]))
    ]
    return SparseTensor(found, getattr(math, how)(*first), a._sizes)
