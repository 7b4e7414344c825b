"""Functions that put values in places, or take a tensor apart by groups."""

from __future__ import annotations

import builtins
from typing import Any, NamedTuple

import numpy as np

from addax._base.errors import explain
from addax.core import as_dtype, cast, convert
from addax.ops import math, partition, segments
from addax.ops import shape as shapes
from addax.ops import sort as order
from addax.tf._rules import alike, operand


def scatter_nd(indices: Any, updates: Any, shape: Any, name: str | None = None) -> Any:
    """Zeros of a shape, with `updates` added at `indices`.

    Args:
        indices: Whole numbers; the last axis spells out places.
        updates: What goes there; entries for the same place are added.
        shape: The shape of the result.
        name: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> tf.scatter_nd([[1], [3]], [5, 7], [5]).numpy().tolist()
    [0, 5, 0, 7, 0]
    """
    return segments.scatter(operand(indices), operand(updates), shape)


def _update(reduction: str | None, public: str, words: str) -> Any:
    def function(
        tensor: Any, indices: Any, updates: Any, name: str | None = None
    ) -> Any:
        x, new = alike(public, tensor, updates)
        return segments.scatter_update(x, operand(indices), new, reduction)

    function.__name__ = function.__qualname__ = public
    function.__module__ = __name__
    function.__doc__ = f"""`tensor` {words} at the places that `indices` spell out.

    Args:
        tensor: A tensor; it stays as it is, the result is another.
        indices: Whole numbers; the last axis spells out places.
        updates: A value or entry for each place.
        name: Kept for TensorFlow's signature.
    """
    return function


tensor_scatter_nd_update = _update(None, "tensor_scatter_nd_update", "with `updates`")
tensor_scatter_nd_add = _update("add", "tensor_scatter_nd_add", "plus `updates`")
tensor_scatter_nd_max = _update(
    "max", "tensor_scatter_nd_max", "or `updates`, whichever is greater,"
)
tensor_scatter_nd_min = _update(
    "min", "tensor_scatter_nd_min", "or `updates`, whichever is smaller,"
)


def tensor_scatter_nd_sub(
    tensor: Any, indices: Any, updates: Any, name: str | None = None
) -> Any:
    """`tensor` minus `updates` at the places that `indices` spell out."""
    x, new = alike("tensor_scatter_nd_sub", tensor, updates)
    return segments.scatter_update(x, operand(indices), math.negative(new), "add")


def dynamic_partition(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> list[Any]:
    """The entries of `data` in `num_partitions` tensors.

    Args:
        data: A tensor.
        partitions: The number of the part that each entry goes to. It must be known,
            for it decides the results' sizes: not inside a traced function.
        num_partitions: How many parts there are.
        name: Kept for TensorFlow's signature.
    """
    return partition.partition(operand(data), partitions, int(num_partitions))


def dynamic_stitch(indices: Any, data: Any, name: str | None = None) -> Any:
    """Joins tensors: `data[i][j]` goes to place `indices[i][j]`; later ones win."""
    return partition.stitch([operand(i) for i in indices], alike("stitch", *data))


parallel_dynamic_stitch = dynamic_stitch


class Unique(NamedTuple):
    """What `tf.unique` returns.

    Attributes:
        y: The distinct elements in the order in which they first occur.
        idx: Which of them each element is.
    """

    y: Any
    idx: Any


class UniqueWithCounts(NamedTuple):
    """What `tf.unique_with_counts` returns.

    Attributes:
        y: The distinct elements in the order in which they first occur.
        idx: Which of them each element is.
        count: How often each occurs.
    """

    y: Any
    idx: Any
    count: Any


def unique(x: Any, out_idx: Any = "int32", name: str | None = None) -> Unique:
    """The distinct elements of a vector, in the order in which they first occur.

    How many there are depends on the values, so this does not work in a traced
    function.

    Args:
        x: A vector.
        out_idx: The type of the indices.
        name: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> tf.unique([7, 3, 7]).y.numpy().tolist()
    [7, 3]
    """
    return Unique(*unique_with_counts(x, out_idx)[:2])


def unique_with_counts(
    x: Any, out_idx: Any = "int32", name: str | None = None
) -> UniqueWithCounts:
    """The distinct elements of a vector, which each element is, and their counts."""
    found = order.unique(operand(x), True, True, True, True)
    values, first, inverse, counts = (np.asarray(v) for v in found)
    by_place = np.argsort(first)
    rank = np.argsort(by_place)
    kind = as_dtype(out_idx).name
    return UniqueWithCounts(
        convert(values[by_place]),
        convert(rank[inverse].astype(kind)),
        convert(counts[by_place].astype(kind)),
    )


def reverse_sequence(
    input: Any,
    seq_lengths: Any,
    seq_axis: int | None = None,
    batch_axis: int | None = None,
    name: str | None = None,
) -> Any:
    """Reverses the first `seq_lengths[i]` elements of each sequence.

    Args:
        input: A tensor.
        seq_lengths: A length for each entry of the batch axis.
        seq_axis: The axis to reverse along.
        batch_axis: The axis of the sequences; the first if not given.
        name: Kept for TensorFlow's signature.
    """
    x, lengths = operand(input), operand(seq_lengths)
    return partition.reverse_sequence(x, lengths, seq_axis or 0, batch_axis or 0)


def unravel_index(indices: Any, dims: Any, name: str | None = None) -> Any:
    """Places in a flat tensor as one index for each axis: a row for each axis."""
    found = segments.unravel_index(operand(indices), shapes.sizes(dims))
    return shapes.stack(list(found))


def bitcast(input: Any, type: Any, name: str | None = None) -> Any:
    """The same bits, read as another type."""
    return partition.bitcast(operand(input), as_dtype(type).name)


def histogram_fixed_width(
    values: Any,
    value_range: Any,
    nbins: int = 100,
    dtype: Any = "int32",
    name: str | None = None,
) -> Any:
    """How many values fall into each of `nbins` equal parts of a range."""
    return _histogram(values, value_range, nbins, dtype)[1]


def histogram_fixed_width_bins(
    values: Any,
    value_range: Any,
    nbins: int = 100,
    dtype: Any = "int32",
    name: str | None = None,
) -> Any:
    """Into which of `nbins` equal parts of a range each value falls."""
    return _histogram(values, value_range, nbins, dtype)[0]


def _histogram(values: Any, value_range: Any, nbins: int, dtype: Any) -> Any:
    x, limits = alike("histogram_fixed_width", values, value_range)
    kind = as_dtype(dtype).name
    return partition.histogram_fixed_width(x, limits[0], limits[1], int(nbins), kind)


def batch_to_space(
    input: Any, block_shape: Any, crops: Any, name: str | None = None
) -> Any:
    """Moves parts of the batch into the axes that follow it, and crops these."""
    x, block = operand(input), np.atleast_1d(np.asarray(block_shape))
    return partition.batch_to_space(x, block.tolist(), np.asarray(crops))


def space_to_batch(
    input: Any, block_shape: Any, paddings: Any, name: str | None = None
) -> Any:
    """Moves blocks of the axes after the batch into the batch."""
    x, block = operand(input), np.atleast_1d(np.asarray(block_shape))
    return partition.space_to_batch(x, block.tolist(), np.asarray(paddings))


space_to_batch_nd = space_to_batch


def strided_slice(
    input_: Any,
    begin: Any,
    end: Any,
    strides: Any = None,
    begin_mask: int = 0,
    end_mask: int = 0,
    ellipsis_mask: int = 0,
    new_axis_mask: int = 0,
    shrink_axis_mask: int = 0,
    var: Any = None,
    name: str | None = None,
) -> Any:
    """`input_[begin:end:strides]`, axis by axis.

    Args:
        input_: A tensor.
        begin: Where to start, for each axis.
        end: Where to stop.
        strides: The steps; 1 if not given.
        begin_mask: Bits of the axes whose start is left open.
        end_mask: Bits of the axes whose end is left open.
        ellipsis_mask: The bit of the entry that stands for `...`.
        new_axis_mask: Bits of the entries that add an axis.
        shrink_axis_mask: Bits of the axes of which one entry is taken.
        var: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.
    """
    starts, ends = np.asarray(begin).tolist(), np.asarray(end).tolist()
    steps = [1] * len(starts) if strides is None else np.asarray(strides).tolist()
    keys: list[Any] = []
    for i, (start, stop, step) in enumerate(zip(starts, ends, steps, strict=True)):
        bit = 1 << i
        if ellipsis_mask & bit:
            keys.append(Ellipsis)
        elif new_axis_mask & bit:
            keys.append(None)
        elif shrink_axis_mask & bit:
            keys.append(start)
        else:
            first = None if begin_mask & bit else start
            keys.append(builtins.slice(first, None if end_mask & bit else stop, step))
    return operand(input_)[tuple(keys)]


def shape_n(input: Any, out_type: Any = "int32", name: str | None = None) -> list[Any]:
    """The shape of each of several tensors."""
    kind = as_dtype(out_type).name
    return [convert(np.array(operand(x).shape, kind)) for x in input]


def broadcast_static_shape(shape_x: Any, shape_y: Any) -> Any:
    """The shape that two shapes broadcast to.

    Raises:
        ValueError: If they do not.
    """
    try:
        return type(shape_x)(np.broadcast_shapes(tuple(shape_x), tuple(shape_y)))
    except ValueError as error:
        raise ValueError(
            explain(
                "These shapes do not broadcast.",
                received={"shape_x": tuple(shape_x), "shape_y": tuple(shape_y)},
            )
        ) from error


def broadcast_dynamic_shape(shape_x: Any, shape_y: Any) -> Any:
    """The shape that two shapes, given as tensors, broadcast to."""
    x, y = tuple(np.asarray(shape_x)), tuple(np.asarray(shape_y))
    return convert(np.array(broadcast_static_shape(x, y), "int32"))


def identity_n(input: Any, name: str | None = None) -> list[Any]:
    """New tensors with the same values."""
    return [cast(operand(x), operand(x).dtype.name) for x in input]


def invert_permutation(x: Any, name: str | None = None) -> Any:
    """For each place, where the permutation `x` has it."""
    x = operand(x, "math.invert_permutation", "whole-number")
    return cast(order.argsort(x), x.dtype.name)
