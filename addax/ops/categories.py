"""Categories, given as whole numbers, as rows of zeros, ones and counts."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from addax.core import Array, cast, op
from addax.ops import create, shape

MODES = ("one_hot", "multi_hot", "count")


@op(name="tally")
def _tally(
    ids: Array, weights: Array | None, depth: int, counts: bool, dtype: str
) -> Array:
    rows = ids.reshape(-1, ids.shape[-1]).astype("int32")
    outside = (rows < 0) | (rows >= depth)
    places = jnp.arange(len(rows))[:, None], jnp.where(outside, depth, rows)
    start = jnp.zeros((len(rows), depth), np.dtype(dtype))
    if not counts:
        filled = start.at[places].set(1, mode="drop")
    else:
        each = 1 if weights is None else weights.reshape(rows.shape)
        filled = start.at[places].add(jnp.asarray(each, dtype), mode="drop")
    return filled.reshape(*ids.shape[:-1], depth)


def encode(
    ids: Any, depth: int, mode: str, weights: Any = None, dtype: Any = "float32"
) -> Any:
    """Whole numbers from 0 to `depth - 1` as rows of `depth` numbers.

    Args:
        ids: A tensor; along its last axis lie the categories of one sample. Numbers
            outside the range count for nothing.
        depth: How many categories there are.
        mode: `"one_hot"`, a row for each number (a last axis of size 1 is dropped
            first); `"multi_hot"`, a row for each sample with 1 for each category that
            it has; `"count"`, how often it has each.
        weights: What each number counts in mode `"count"`, instead of 1.
        dtype: The type of the result.

    Example:

    >>> encode([[0, 1, 1], [2, 2, 2]], 3, "count").numpy().tolist()
    [[1.0, 2.0, 0.0], [0.0, 0.0, 3.0]]
    """
    sizes = ids.shape if hasattr(ids, "shape") else np.shape(ids)
    if mode == "one_hot":
        if len(sizes) > 1 and sizes[-1] == 1:
            ids = shape.squeeze(ids, -1)
        return create.one_hot(ids, depth, dtype=dtype)
    if not len(sizes):
        ids = shape.expand_dims(ids, -1)
    weights = None if weights is None else cast(weights, dtype)
    return _tally(ids, weights, depth, mode == "count", dtype)
