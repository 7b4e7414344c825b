"""Sparse tensors from dense ones, and back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax.core import Tensor, convert
from addax.ops import indexing, segments, shape
from addax.ops.sparse.tensor import SparseTensor


def from_dense(tensor: Any) -> SparseTensor:
    """A sparse tensor of the elements that are not 0 (not `""`)."""
    made = convert(tensor)
    array = np.asarray(made)
    places = np.argwhere(array != (b"" if array.dtype == object else 0))
    flat = np.ravel_multi_index(tuple(places.T), array.shape) if array.ndim else [0]
    values = indexing.take(shape.ravel(made), np.asarray(flat, np.int32), axis=0)
    return SparseTensor(places, values, array.shape)


def to_dense(sparse: SparseTensor, default_value: Any = None) -> Tensor:
    """A dense tensor; `default_value` (0 or `""`) where nothing is kept."""
    if default_value is None:
        default_value = "" if sparse.dtype == "string" else 0
    start = shape.broadcast_to(convert(default_value, sparse.dtype), sparse._sizes)
    return segments.scatter_update(start, sparse._places, sparse._values)


def map_values(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the values of sparse tensors with the same places."""
    found = [x for x in (*args, *kwargs.values()) if isinstance(x, SparseTensor)]

    def values(x: Any) -> Any:
        return x.values if isinstance(x, SparseTensor) else x

    made = fn(*map(values, args), **{k: values(v) for k, v in kwargs.items()})
    return found[0].with_values(made) if found else made
