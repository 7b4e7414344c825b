"""Ragged tensors from values and rows: `RaggedTensor.from_...`."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import CompositeTensor, convert
from addax.ops import shape as shapes
from addax.ops.ragged import partition


def as_values(values: Any) -> Any:
    """What may be the values of a ragged tensor: a tensor, ragged or not."""
    return values if isinstance(values, CompositeTensor) else convert(values)


class Factories:
    """The class methods that make a ragged tensor."""

    __slots__ = ()

    @classmethod
    def from_row_splits(
        cls, values: Any, row_splits: Any, name: Any = None, validate: bool = True
    ) -> Any:
        """From where each row begins, and the last one ends.

        Args:
            values: The rows, one after the other.
            row_splits: Whole numbers: 0, the end of each row.
            name: Kept for TensorFlow's signature.
            validate: Kept for TensorFlow's signature.

        Raises:
            ValueError: If the splits do not divide the values.
        """
        values, splits = as_values(values), partition.host(row_splits)
        partition.check(splits, values.shape[0], row_splits=splits, values=values)
        return cls(values, splits)  # type: ignore[call-arg]

    @classmethod
    def from_row_lengths(
        cls, values: Any, row_lengths: Any, name: Any = None, validate: bool = True
    ) -> Any:
        """From the length of each row."""
        return cls.from_row_splits(values, partition.from_lengths(row_lengths))

    @classmethod
    def from_row_starts(
        cls, values: Any, row_starts: Any, name: Any = None, validate: bool = True
    ) -> Any:
        """From where each row begins."""
        values = as_values(values)
        splits = np.append(partition.host(row_starts), values.shape[0])
        return cls.from_row_splits(values, splits)

    @classmethod
    def from_row_limits(
        cls, values: Any, row_limits: Any, name: Any = None, validate: bool = True
    ) -> Any:
        """From where each row ends."""
        return cls.from_row_splits(values, np.insert(partition.host(row_limits), 0, 0))

    @classmethod
    def from_value_rowids(
        cls,
        values: Any,
        value_rowids: Any,
        nrows: Any = None,
        name: Any = None,
        validate: bool = True,
    ) -> Any:
        """From the number of the row that each value belongs to, in order."""
        ids = partition.host(value_rowids)
        count = int(nrows) if nrows is not None else int(ids.max(initial=-1)) + 1
        if np.any(np.diff(ids) < 0) or (len(ids) and ids[-1] >= count):
            raise ValueError(
                explain(
                    "`value_rowids` must not fall, and be less than `nrows`.",
                    received={"value_rowids": ids.tolist(), "nrows": count},
                )
            )
        return cls.from_row_lengths(values, np.bincount(ids, minlength=count))

    @classmethod
    def from_uniform_row_length(
        cls,
        values: Any,
        uniform_row_length: Any,
        nrows: Any = None,
        validate: bool = True,
        name: Any = None,
    ) -> Any:
        """From the one length that all rows have."""
        values, length = as_values(values), int(uniform_row_length)
        count = int(nrows) if nrows is not None else values.shape[0] // max(length, 1)
        splits = np.arange(count + 1, dtype=np.int64) * length
        partition.check(
            splits, values.shape[0], uniform_row_length=length, values=values
        )
        return cls(values, splits, length)  # type: ignore[call-arg]

    @classmethod
    def from_nested_row_splits(
        cls,
        flat_values: Any,
        nested_row_splits: Sequence[Any],
        name: Any = None,
        validate: bool = True,
    ) -> Any:
        """From the row splits of several axes, the outermost first."""
        for splits in reversed(list(nested_row_splits)):
            flat_values = cls.from_row_splits(flat_values, splits)
        return flat_values

    @classmethod
    def from_nested_row_lengths(
        cls,
        flat_values: Any,
        nested_row_lengths: Sequence[Any],
        name: Any = None,
        validate: bool = True,
    ) -> Any:
        """From the row lengths of several axes, the outermost first."""
        for lengths in reversed(list(nested_row_lengths)):
            flat_values = cls.from_row_lengths(flat_values, lengths)
        return flat_values

    @classmethod
    def from_nested_value_rowids(
        cls,
        flat_values: Any,
        nested_value_rowids: Sequence[Any],
        nested_nrows: Sequence[Any] | None = None,
        name: Any = None,
        validate: bool = True,
    ) -> Any:
        """From the value row ids of several axes, the outermost first."""
        counts = nested_nrows or [None] * len(nested_value_rowids)
        pairs = zip(nested_value_rowids, counts, strict=True)
        for ids, count in reversed(list(pairs)):
            flat_values = cls.from_value_rowids(flat_values, ids, count)
        return flat_values

    @classmethod
    def from_tensor(
        cls,
        tensor: Any,
        lengths: Any = None,
        padding: Any = None,
        ragged_rank: int = 1,
        name: Any = None,
        row_splits_dtype: Any = None,
    ) -> Any:
        """From a dense tensor.

        Args:
            tensor: A tensor of two axes at least.
            lengths: How much of each row counts (a list of such, for several axes).
            padding: Elements of this value at the ends of rows do not count.
            ragged_rank: How many axes become ragged.
            name: Kept for TensorFlow's signature.
            row_splits_dtype: Kept for TensorFlow's signature.
        """
        dense = convert(tensor)
        if isinstance(lengths, (list, tuple)) and len(lengths) and np.ndim(lengths[0]):
            made = cls.from_tensor(dense, ragged_rank=len(lengths))
            for axis, each in enumerate(lengths):
                made = _cut(made, axis, partition.host(each))
            return made
        sizes = tuple(dense.shape)
        if ragged_rank > 1:
            joined = shapes.reshape(dense, (sizes[0] * sizes[1], *sizes[2:]))
            inner = cls.from_tensor(joined, None, padding, ragged_rank - 1)
            return cls.from_uniform_row_length(inner, sizes[1], sizes[0])
        if padding is not None:
            full = np.asarray(dense) != np.asarray(convert(padding, dense.dtype))
            kept = full.reshape(*sizes[:2], -1).any(-1)
            ends = np.where(kept, np.arange(1, sizes[1] + 1), 0)
            lengths = ends.max(1, initial=0)
        flat = shapes.reshape(dense, (sizes[0] * sizes[1], *sizes[2:]))
        made = cls.from_row_lengths(flat, np.full(sizes[0], sizes[1]))
        return made if lengths is None else _cut(made, 0, partition.host(lengths))

    @classmethod
    def from_sparse(
        cls, st_input: Any, name: Any = None, row_splits_dtype: Any = None
    ) -> Any:
        """From a sparse matrix whose rows are filled from the left.

        Raises:
            ValueError: If they are not.
        """
        places = st_input._places
        rows = places[:, 0]
        made = cls.from_value_rowids(st_input.values, rows, st_input.shape[0])
        if not np.array_equal(partition.columns(made._splits), places[:, 1]):
            raise ValueError(
                explain(
                    "The rows of the sparse tensor are not filled from the left.",
                    received={"indices": places.tolist()},
                    fix="tf.RaggedTensor.from_tensor(tf.sparse.to_dense(x))",
                )
            )
        return made


def _cut(x: Any, axis: int, lengths: Any) -> Any:
    """Rows along an axis cut to the given lengths."""
    if axis:
        return x.with_values(_cut(x.values, axis - 1, lengths))
    kept = np.minimum(lengths, np.diff(x._splits))
    places = partition.spans(x._splits[:-1], kept)
    return type(x)(x._take(places), partition.from_lengths(kept))
