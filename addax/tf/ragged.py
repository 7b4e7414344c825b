"""`tf.ragged`: tensors whose rows differ in length."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax.ops import ragged
from addax.ops.ragged import RaggedTensor as RaggedTensor
from addax.ops.ragged import functions
from addax.tf._advice import absent


def constant(
    pylist: Any,
    dtype: Any = None,
    ragged_rank: int | None = None,
    inner_shape: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = "int64",
) -> Any:
    """A ragged tensor of nested lists of different lengths.

    Example:

    >>> from addax import tf
    >>> tf.ragged.constant([[1, 2], [3]]).shape
    TensorShape([2, None])
    """
    return ragged.constant(pylist, dtype, ragged_rank, inner_shape)


def stack(values: Any, axis: int = 0, name: str | None = None) -> Any:
    """Joins tensors of different sizes along a new axis."""
    return ragged.stack(values, axis)


def range(
    starts: Any,
    limits: Any = None,
    deltas: Any = 1,
    dtype: Any = None,
    name: str | None = None,
    row_splits_dtype: Any = "int64",
) -> Any:
    """Rows of whole numbers, each with its own start, limit and step."""
    return functions.ranges(starts, limits, deltas, dtype)


def map_flat_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function applied to the innermost values."""
    return functions.map_flat_values(op, *args, **kwargs)


def boolean_mask(data: Any, mask: Any, name: str | None = None) -> Any:
    """The elements for which `mask` is true, in rows."""
    return functions.boolean_mask(data, mask)


def cross(inputs: Any, name: str | None = None) -> Any:
    """For each row all combinations of its features, as strings."""
    return functions.cross(inputs)


def row_splits_to_segment_ids(
    splits: Any, name: str | None = None, out_type: Any = None
) -> Any:
    """The number of the row that each value belongs to."""
    return functions.row_splits_to_segment_ids(splits)


def segment_ids_to_row_splits(
    segment_ids: Any,
    num_segments: Any = None,
    out_type: Any = None,
    name: str | None = None,
) -> Any:
    """Where each row begins, from the row that each value belongs to."""
    return functions.segment_ids_to_row_splits(segment_ids, num_segments)


def stack_dynamic_partitions(
    data: Any, partitions: Any, num_partitions: int, name: str | None = None
) -> Any:
    """Rows of the entries that belong to each partition."""
    return functions.stack_dynamic_partitions(data, partitions, num_partitions)


__getattr__ = absent(__name__)
