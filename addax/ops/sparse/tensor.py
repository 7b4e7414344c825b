"""`SparseTensor`: the places of the elements that are kept, and their values."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import CompositeTensor, DType, Tensor, TensorShape, convert


class SparseTensor(CompositeTensor):
    """A tensor given by the places and values of some elements; the others are 0.

    Args:
        indices: The places, one a row: `(n, rank)` whole numbers.
        values: The `n` values there.
        dense_shape: The sizes of the axes.

    Raises:
        ValueError: If the three do not go together.

    Example:

    >>> from addax import tf
    >>> x = tf.SparseTensor([[0, 1], [1, 2]], [10, 20], [2, 3])
    >>> tf.sparse.to_dense(x).numpy().tolist()
    [[0, 10, 0], [0, 0, 20]]
    """

    __slots__ = ("__weakref__", "_places", "_sizes", "_values")

    def __init__(self, indices: Any, values: Any, dense_shape: Any) -> None:
        sizes = tuple(int(n) for n in np.asarray(dense_shape))
        places = np.asarray(indices, np.int64)
        if not places.size:
            places = places.reshape(-1, len(sizes))
        made = convert(values)
        fits = places.ndim == 2 and places.shape[1] == len(sizes)
        if not fits or len(made.shape) != 1 or made.shape[0] != len(places):
            raise ValueError(
                explain(
                    "A sparse tensor needs a place and a value for each element.",
                    received={
                        "indices": places,
                        "values": made,
                        "dense_shape": sizes,
                    },
                    why="`indices` is (n, rank), `values` (n,), `dense_shape` (rank,).",
                    fix="tf.SparseTensor(indices=[[0, 1]], values=[5], "
                    "dense_shape=[2, 3])",
                )
            )
        self._places, self._values, self._sizes = places, made, sizes

    @property
    def indices(self) -> Tensor:
        """The places, one a row."""
        return convert(self._places)

    @property
    def values(self) -> Tensor:
        """The values at the places."""
        return self._values

    @property
    def dense_shape(self) -> Tensor:
        """The sizes of the axes, as a tensor."""
        return convert(np.asarray(self._sizes, np.int64))

    @property
    def shape(self) -> TensorShape:
        """The sizes of the axes."""
        return TensorShape(self._sizes)

    @property
    def dtype(self) -> DType:
        """The type of the elements."""
        return self._values.dtype

    def with_values(self, new_values: Any) -> SparseTensor:
        """Other values at the same places."""
        return SparseTensor(self._places, new_values, self._sizes)

    __hash__ = None  # type: ignore[assignment]  # `==` compares elements

    def __repr__(self) -> str:
        return (
            f"SparseTensor(indices={self.indices}, values={self.values}, "
            f"dense_shape={self.dense_shape})"
        )
