"""Ragged and sparse tensors as parts of elements."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import convert
from addax.data.elements import Composite, register_composite
from addax.ops.ragged import RaggedTensor
from addax.ops.ragged import stack as stack_ragged
from addax.ops.ragged.spec import RaggedTensorSpec, SparseTensorSpec
from addax.ops.sparse import SparseTensor, structure


def ragged_rows(leaves: list[Any], splits_dtype: Any = "int64") -> Any:
    """Arrays of different lengths as the rows of a ragged tensor.

    Args:
        leaves: The arrays, or ragged tensors.
        splits_dtype: The type of the row splits.
    """
    if isinstance(leaves[0], RaggedTensor):
        return stack_ragged(leaves)
    if len({leaf.shape[1:] for leaf in leaves}) > 1:
        return stack_ragged([RaggedTensor.from_tensor(leaf) for leaf in leaves])
    splits = np.cumsum([0, *map(len, leaves)], dtype=splits_dtype)
    return RaggedTensor(convert(np.concatenate(leaves)), splits)


def _ragged_row(x: RaggedTensor, i: int) -> Any:
    row = x[i]
    return row if isinstance(row, RaggedTensor) else np.asarray(row)


def _stack_sparse(leaves: list[Any]) -> SparseTensor:
    return structure.concat([structure.expand_dims(x, 0) for x in leaves], 0, True)


def _sparse_row(x: SparseTensor, i: int) -> SparseTensor:
    sizes = np.array(x._sizes)
    start = np.zeros(len(sizes), int)
    start[0], sizes[0] = i, 1
    return structure.reshape(structure.cut(x, start, sizes), x._sizes[1:])


register_composite(
    RaggedTensor,
    Composite(stack_ragged, len, _ragged_row, RaggedTensorSpec.from_value),
)
register_composite(
    SparseTensor,
    Composite(
        _stack_sparse,
        lambda x: x._sizes[0],
        _sparse_row,
        SparseTensorSpec.from_value,
    ),
)
