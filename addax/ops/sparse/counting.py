"""Counts and extremes of sparse tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import convert
from addax.ops import math, reduce
from addax.ops.ragged import RaggedTensor
from addax.ops.sparse.make import from_dense, to_dense
from addax.ops.sparse.tensor import SparseTensor


def to_indicator(x: SparseTensor, depth: int) -> Any:
    """Rows of booleans: whether a row of the input has each whole number."""
    table = np.zeros((*x._sizes[:-1], depth), bool)
    table[(*x._places.T[:-1], np.asarray(x.values))] = True
    return convert(table)


def reduce_max(x: SparseTensor, axis: Any, keepdims: bool) -> Any:
    """The greatest of the elements kept over `axis`; 0 where none is."""
    least = np.asarray(x.values).min(initial=0) - 1
    found = reduce.max(to_dense(x, least), axis, keepdims)
    nothing = math.equal(found, convert(least, found.dtype))
    return math.where(nothing, convert(0, found.dtype), found)


def _rows(values: Any) -> tuple[Any, Any, int]:
    """Elements, the row that each is in, and how many rows there are."""
    if isinstance(values, RaggedTensor):
        rows = np.asarray(values.value_rowids())
        return np.asarray(values.flat_values), rows, len(values)
    if isinstance(values, SparseTensor):
        return np.asarray(values.values), values._places[:, 0], values._sizes[0]
    array = np.atleast_2d(np.asarray(convert(values)))
    return array.ravel(), np.repeat(np.arange(len(array)), array.shape[1]), len(array)


def bincount(
    values: Any,
    weights: Any = None,
    axis: int = 0,
    minlength: int | None = None,
    maxlength: int | None = None,
    binary: bool = False,
) -> SparseTensor:
    """How often each whole number occurs, or the sum of its weights.

    Args:
        values: Whole numbers: dense, ragged or sparse.
        weights: What each occurrence counts, instead of 1.
        axis: 0 to count all together, -1 to count each row by itself.
        minlength: The least number of columns.
        maxlength: The greatest; larger numbers do not count.
        binary: Whether to say only if a number occurs.
    """
    numbers, rows, count = _rows(values)
    length = max(int(minlength or 0), int(numbers.max(initial=-1)) + 1)
    length = length if maxlength is None else min(length, int(maxlength))
    each = np.ones(len(numbers), numbers.dtype)
    if weights is not None:
        inner = getattr(weights, "flat_values", getattr(weights, "values", weights))
        each = np.asarray(inner).ravel()
    single = axis == 0 or (not hasattr(values, "dtype") and np.ndim(values) == 1)
    rows, count = (np.zeros_like(rows), 1) if axis == 0 else (rows, count)
    table = np.zeros((count, length), each.dtype)
    inside = numbers < length
    np.add.at(table, (rows[inside], numbers[inside]), each[inside])
    table = np.minimum(table, 1) if binary else table
    return from_dense(table[0] if single else table)
