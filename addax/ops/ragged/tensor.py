"""`RaggedTensor`: values, and where each row of them begins."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import CompositeTensor, DType, Tensor, TensorShape, convert
from addax.ops import indexing, segments
from addax.ops import shape as shapes
from addax.ops.ragged import partition
from addax.ops.ragged.factories import Factories
from addax.ops.sparse.tensor import SparseTensor


class RaggedTensor(Factories, CompositeTensor):
    """A tensor whose rows may differ in length.

    Made by `tf.ragged.constant` and the `from_...` class methods. Operations of `tf`
    and Python's operators take it; the elements are in `values` (ragged again if
    several axes are), the ends of the rows in `row_splits`.

    Example:

    >>> from addax import tf
    >>> x = tf.ragged.constant([[3, 1], [], [4]])
    >>> x
    <tf.RaggedTensor [[3, 1], [], [4]]>
    >>> (x * 2).to_tensor().numpy().tolist()
    [[6, 2], [0, 0], [8, 0]]
    """

    __slots__ = (
        "__weakref__", "_keras_mask", "_splits", "_values", "uniform_row_length",
    )  # fmt: skip

    def __init__(
        self, values: Any, row_splits: Any, uniform_row_length: int | None = None
    ) -> None:
        self._values = values
        self._splits = row_splits
        self.uniform_row_length = uniform_row_length

    # What it is made of

    @property
    def values(self) -> Any:
        """The rows, one after the other."""
        return self._values

    @property
    def flat_values(self) -> Tensor:
        """The innermost values, which are not ragged."""
        values = self._values
        return values.flat_values if isinstance(values, RaggedTensor) else values

    @property
    def ragged_rank(self) -> int:
        """How many of the axes row splits describe."""
        return len(self._nested)

    @property
    def _nested(self) -> list[Any]:
        inner = self._values
        return [
            self._splits,
            *(inner._nested if isinstance(inner, RaggedTensor) else []),
        ]

    @property
    def _uniform(self) -> list[int | None]:
        inner = self._values
        return [
            self.uniform_row_length,
            *(inner._uniform if isinstance(inner, RaggedTensor) else []),
        ]

    @property
    def row_splits(self) -> Tensor:
        """Where each row begins among the values, and the last one ends."""
        return convert(self._splits)

    @property
    def nested_row_splits(self) -> tuple[Tensor, ...]:
        """The row splits of all ragged axes, the outermost first."""
        return tuple(map(convert, self._nested))

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self.flat_values.dtype

    @property
    def shape(self) -> TensorShape:
        """The sizes of the axes, `None` for ragged ones."""
        inner = tuple(self.flat_values.shape)[1:]
        return TensorShape((self._count, *self._uniform, *inner))

    @property
    def _count(self) -> int:
        return len(self._splits) - 1

    # Rows

    def nrows(self, out_type: Any = None, name: str | None = None) -> Tensor:
        """How many rows there are."""
        return convert(self._count, out_type or "int64")

    def row_starts(self, name: str | None = None) -> Tensor:
        """Where each row begins among the values."""
        return convert(self._splits[:-1])

    def row_limits(self, name: str | None = None) -> Tensor:
        """Where each row ends among the values."""
        return convert(self._splits[1:])

    def row_lengths(self, axis: int = 1, name: str | None = None) -> Any:
        """How long each row along ragged axis `axis` is."""
        if axis == 1:
            return convert(np.diff(self._splits))
        if axis == 0:
            return convert(self._count, "int64")
        return self.with_values(self._values.row_lengths(axis - 1))

    def nested_row_lengths(self, name: str | None = None) -> tuple[Tensor, ...]:
        """The lengths of the rows of all ragged axes, the outermost first."""
        return tuple(convert(np.diff(s)) for s in self._nested)

    def value_rowids(self, name: str | None = None) -> Tensor:
        """The number of the row that each value belongs to."""
        return convert(partition.rowids(self._splits))

    def nested_value_rowids(self, name: str | None = None) -> tuple[Tensor, ...]:
        """`value_rowids` of all ragged axes, the outermost first."""
        return tuple(convert(partition.rowids(s)) for s in self._nested)

    def bounding_shape(
        self, axis: Any = None, name: str | None = None, out_type: Any = None
    ) -> Tensor:
        """The shape of the smallest dense tensor that holds all rows."""
        longest = [int(np.diff(s).max(initial=0)) for s in self._nested]
        sizes = [self._count, *longest, *self.flat_values.shape[1:]]
        found = np.asarray(sizes, out_type or "int64")
        return convert(found if axis is None else found[np.asarray(axis)])

    # The same rows with other contents

    def with_values(self, new_values: Any) -> RaggedTensor:
        """The same rows of other values."""
        return RaggedTensor(new_values, self._splits, self.uniform_row_length)

    def with_flat_values(self, new_values: Any) -> RaggedTensor:
        """The same structure of other innermost values."""
        inner = self._values
        if isinstance(inner, RaggedTensor):
            new_values = inner.with_flat_values(new_values)
        elif not isinstance(new_values, CompositeTensor):
            new_values = convert(new_values)
        return self.with_values(new_values)

    def with_row_splits_dtype(self, dtype: Any) -> RaggedTensor:
        """The tensor itself: row splits are always int64 here."""
        return self

    def merge_dims(self, outer_axis: int, inner_axis: int) -> Any:
        """Makes one axis of those from `outer_axis` to `inner_axis`."""
        rank = len(self.shape)
        outer, inner = outer_axis % rank, inner_axis % rank
        if outer == inner:
            return self
        if outer > 0:
            return self._merge_inside(outer, inner)
        values = self._values
        if inner == 1:
            return values
        if isinstance(values, RaggedTensor):
            return values.merge_dims(0, inner - 1)
        return _merge(values, inner - 1)

    def _merge_inside(self, outer: int, inner: int) -> Any:
        values = self._values
        if outer > 1:
            merged = (
                values.merge_dims(outer - 1, inner - 1)
                if isinstance(values, RaggedTensor)
                else _merge(values, inner - 1, outer - 1)
            )
            return self.with_values(merged)
        if not isinstance(values, RaggedTensor):
            size = int(np.prod(values.shape[1:inner]))
            return RaggedTensor(_merge(values, inner - 1), self._splits * size)
        once = RaggedTensor(values._values, values._splits[self._splits])
        return once if inner == 2 else once.merge_dims(1, inner - 1)

    def _take(self, places: Any) -> Any:
        return take(self._values, places)

    # Conversion

    def to_tensor(
        self, default_value: Any = None, name: str | None = None, shape: Any = None
    ) -> Tensor:
        """A dense tensor: short rows padded with `default_value`.

        Args:
            default_value: What to pad with; 0 or `""` if not given.
            name: Kept for TensorFlow's signature.
            shape: The shape of the result, `None` where the longest row decides;
                what does not fit is cut off.
        """
        return pad_rows(self, default_value, shape)

    def to_sparse(self, name: str | None = None) -> SparseTensor:
        """A sparse tensor of the elements, whose rows are filled from the left."""
        if len(self.flat_values.shape) > 1:
            return self.with_values(RaggedTensor.from_tensor(self.values)).to_sparse()
        places = np.stack(partition.coordinates(self._nested), -1)
        return SparseTensor(places, self.flat_values, self.bounding_shape())

    def _dense(self) -> Tensor:
        raise TypeError(
            explain(
                "A dense tensor is needed here, and rows of different lengths make "
                "none.",
                received={"tensor": self},
                why="What fills the short rows is for you to say.",
                fix=[
                    "x.to_tensor()  # zeros; Embedding(..., mask_zero=True) skips them",
                    "tf.reduce_mean(x, axis=1)  # or another reduction of the rows",
                ],
            )
        )

    def to_list(self) -> list[Any]:
        """The elements as nested Python lists."""
        items = self._values
        flat = items.to_list() if isinstance(items, RaggedTensor) else items.tolist()
        ends = self._splits.tolist()
        return [flat[a:b] for a, b in pairwise(ends)]

    def numpy(self) -> Any:
        """A NumPy array: of the rows as arrays, if their lengths differ."""
        inner = self._values
        flat = inner.numpy() if isinstance(inner, RaggedTensor) else np.asarray(inner)
        lengths = np.diff(self._splits)
        if len(set(lengths.tolist())) <= 1:
            size = int(lengths[0]) if len(lengths) else 0
            return flat.reshape(self._count, size, *flat.shape[1:])
        out = np.empty(self._count, object)
        for i, (a, b) in enumerate(zip(self._splits, self._splits[1:], strict=False)):
            out[i] = flat[a:b]
        return out

    def __array__(self, dtype: Any = None, copy: bool | None = None) -> Any:
        return np.asarray(self.numpy(), dtype)

    # Python

    def __len__(self) -> int:
        return self._count

    def __iter__(self) -> Iterator[Any]:
        return (self[i] for i in range(self._count))

    __hash__ = None  # type: ignore[assignment]  # `==` compares elements

    def __bool__(self) -> bool:
        raise ValueError(
            explain(
                "The truth of a ragged tensor is ambiguous.",
                received={"tensor": self},
                fix="tf.reduce_any(x) or tf.reduce_all(x)",
            )
        )

    def __repr__(self) -> str:
        return f"<tf.RaggedTensor {_shown(self.numpy())}>"


def _shown(x: Any) -> str:
    """Elements as NumPy writes them, with commas; rows of arrays in their turn."""
    if not isinstance(x, np.ndarray):
        return repr(x) if isinstance(x, bytes) else str(x)
    return np.array2string(x, separator=", ", formatter={"all": _shown})


def pad_rows(ragged: RaggedTensor, default_value: Any, shape: Any) -> Tensor:
    """A dense tensor of a ragged one (see `RaggedTensor.to_tensor`)."""
    flat = ragged.flat_values
    bounds = [int(n) for n in ragged.bounding_shape().numpy()]
    sizes = [
        bound if wanted is None or int(wanted) < 0 else int(wanted)
        for bound, wanted in zip(
            bounds, bounds if shape is None else shape, strict=True
        )
    ]
    axes = ragged.ragged_rank + 1
    places = partition.coordinates(ragged._nested)
    if any(n < bound for n, bound in zip(sizes[:axes], bounds, strict=False)):
        inside = np.all([p < n for p, n in zip(places, sizes, strict=False)], axis=0)
        kept = np.flatnonzero(inside)
        flat, places = take(flat, kept), [p[kept] for p in places]
    if default_value is None:
        default_value = "" if flat.dtype == "string" else 0
    padded = shapes.broadcast_to(convert(default_value, flat.dtype), sizes)
    return segments.scatter_update(padded, np.stack(places, -1), flat)


def _merge(values: Any, inner: int, outer: int = 0) -> Any:
    shape = tuple(values.shape)
    return shapes.reshape(values, (*shape[:outer], -1, *shape[inner + 1 :]))


def take(values: Any, places: Any) -> Any:
    """Rows of `values`, ragged or not, at places on the host."""
    if not isinstance(values, RaggedTensor):
        return indexing.take(values, np.asarray(places, np.int32), axis=0)
    starts, lengths = values._splits[places], np.diff(values._splits)[places]
    inner = take(values._values, partition.spans(starts, lengths))
    return RaggedTensor(
        inner, partition.from_lengths(lengths), values.uniform_row_length
    )
