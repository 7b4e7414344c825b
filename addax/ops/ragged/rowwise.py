"""Operations along the rows of ragged tensors, such as sorting each row.

They run on the dense tensor, whose rows are filled up with what leaves the others be.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.ops.ragged import partition
from addax.ops.ragged.dispatch import handles
from addax.ops.ragged.tensor import RaggedTensor

_LEAST = ("softmax", "log_softmax", "argmax")
_GREATEST = ("sort", "argsort", "argmin")


def _fill(name: str, dtype: Any) -> Any:
    if name not in (*_LEAST, *_GREATEST):
        return 1 if name == "cumprod" else 0
    if dtype.is_floating:
        return -np.inf if name in _LEAST else np.inf
    limits = np.iinfo(dtype.name)
    return limits.min if name in _LEAST else limits.max


@handles(*_LEAST, *_GREATEST, "cumsum", "cumprod")
def _along_rows(op: Any, x: Any, axis: Any = -1, *rest: Any) -> Any:
    rank = len(x.shape)
    axis = axis % rank if isinstance(axis, int) else axis
    if isinstance(axis, int) and axis > x.ragged_rank:
        return x.with_flat_values(op(x.flat_values, axis - x.ragged_rank, *rest))
    if axis == 1 == x.ragged_rank:
        dense = x.to_tensor(_fill(op.name, x.dtype))
        found = op(dense, 1, *rest)
        if op.name.startswith("arg") and op.name != "argsort":
            return found
        places = tuple(partition.coordinates(x._nested))
        return x.with_flat_values(found[places])
    if x.ragged_rank > 1 and axis == x.ragged_rank:
        return x.with_values(op(x.values, axis - 1, *rest))
    raise TypeError(
        explain(
            f"`{op.name}` of a ragged tensor works along its rows only.",
            received={"axis": axis, "x": x},
            fix=f"axis={x.ragged_rank}",
        )
    )


@handles("gather_nd")
def _gather_nd(op: Any, x: Any, indices: Any, *rest: Any) -> Any:
    keys = np.asarray(indices)
    rows = keys[..., 0]
    if not isinstance(x, RaggedTensor) or keys.shape[-1] == 1:
        return x[rows]
    inner = x._splits[rows] + keys[..., 1]
    if np.any(keys[..., 1] >= np.diff(x._splits)[rows]):
        raise IndexError("A row has no such element.")
    if keys.shape[-1] == 2:
        return x.values[inner]
    return op(x.values, np.concatenate([inner[..., None], keys[..., 2:]], -1), *rest)
