"""Tensors with some of their elements replaced, by the indices of `x[...]`."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import Tensor, convert
from addax.ops import indexing, segments, shape


def setitem(x: Any, key: Any, value: Any, reduction: str | None = None) -> Tensor:
    """`x` after `x[key] = value`.

    Args:
        x: A tensor.
        key: An index, as `x[...]` takes it.
        value: What goes there; it broadcasts.
        reduction: `"add"` for `x[key] += value`; see `segments.scatter_update`.
    """
    count = int(np.prod(x.shape, dtype=np.int64))
    numbers = convert(np.arange(count, dtype=np.int64).reshape(tuple(x.shape)))
    places = indexing.getitem(numbers, key)
    values = shape.broadcast_to(convert(value, x.dtype), tuple(places.shape))
    flat = segments.scatter_update(
        shape.ravel(x),
        shape.expand_dims(shape.ravel(places), -1),
        shape.ravel(values),
        reduction,
    )
    return shape.reshape(flat, tuple(x.shape))
