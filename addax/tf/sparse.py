"""`tf.sparse`: tensors of which only some elements are kept."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax.ops import create, reduce
from addax.ops.sparse import SparseTensor as SparseTensor
from addax.ops.sparse import compute, counting, make, structure
from addax.tf._advice import absent


def from_dense(tensor: Any, name: str | None = None) -> SparseTensor:
    """A sparse tensor of the elements that are not 0.

    Example:

    >>> from addax import tf
    >>> tf.sparse.from_dense([[0, 3], [4, 0]]).values.numpy().tolist()
    [3, 4]
    """
    return make.from_dense(tensor)


def to_dense(
    sp_input: Any,
    default_value: Any = None,
    validate_indices: bool = True,
    name: str | None = None,
) -> Any:
    """A dense tensor; `default_value` (0 or `""`) where nothing is kept."""
    return make.to_dense(sp_input, default_value)


def concat(
    axis: int,
    sp_inputs: Any,
    expand_nonconcat_dims: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """Joins sparse tensors along an axis."""
    return structure.concat(sp_inputs, axis, expand_nonconcat_dims)


def add(a: Any, b: Any, threshold: Any = 0) -> Any:
    """The sum of two tensors, one of them sparse at least."""
    return compute.add(a, b)


def maximum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The greater element at each place."""
    return structure.combine(sp_a, sp_b, "maximum")


def minimum(sp_a: Any, sp_b: Any, name: str | None = None) -> SparseTensor:
    """The smaller element at each place."""
    return structure.combine(sp_a, sp_b, "minimum")


def slice(
    sp_input: Any, start: Any, size: Any, name: str | None = None
) -> SparseTensor:
    """The part that begins at `start` and has sizes `size`."""
    return structure.cut(sp_input, start, size)


def split(
    sp_input: Any = None,
    num_split: int = 1,
    axis: int = 0,
    name: str | None = None,
) -> list[SparseTensor]:
    """Cuts along an axis in that many parts."""
    return structure.split(sp_input, num_split, axis)


def reorder(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The same elements in the order of their places."""
    return structure.reorder(sp_input)


def reshape(sp_input: Any, shape: Any, name: str | None = None) -> SparseTensor:
    """Gives the elements another shape."""
    return structure.reshape(sp_input, shape)


def transpose(sp_input: Any, perm: Any = None, name: str | None = None) -> SparseTensor:
    """Reorders the axes; without `perm`, reverses them."""
    return structure.transpose(sp_input, perm)


def expand_dims(
    sp_input: Any, axis: Any = None, name: str | None = None
) -> SparseTensor:
    """Inserts an axis of size 1."""
    return structure.expand_dims(sp_input, axis)


def retain(sp_input: Any, to_retain: Any) -> SparseTensor:
    """The elements for which `to_retain` is true."""
    return structure.retain(sp_input, to_retain)


def reset_shape(sp_input: Any, new_shape: Any = None) -> SparseTensor:
    """The same elements in another shape, the smallest if none is given."""
    return structure.reset_shape(sp_input, new_shape)


def fill_empty_rows(
    sp_input: Any, default_value: Any, name: str | None = None
) -> tuple[SparseTensor, Any]:
    """Puts `default_value` into rows without elements; says which those are."""
    return structure.fill_empty_rows(sp_input, default_value)


def mask(a: Any, mask_indices: Any, name: str | None = None) -> Any:
    """The elements whose first index is not among `mask_indices`."""
    return structure.retain(a, ~np.isin(a.indices.numpy()[:, 0], mask_indices))


def map_values(op: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """A function of the values of sparse tensors with the same places."""
    return make.map_values(op, *args, **kwargs)


def _result(x: Any, output_is_sparse: bool) -> Any:
    return make.from_dense(x) if output_is_sparse else x


def reduce_sum(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool = False,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The sum over `axis` (an int, several, or None for all)."""
    found = reduce.sum(make.to_dense(sp_input), axis, bool(keepdims))
    return _result(found, output_is_sparse)


def reduce_max(
    sp_input: Any,
    axis: Any = None,
    keepdims: bool = False,
    output_is_sparse: bool = False,
    name: str | None = None,
) -> Any:
    """The greatest of the elements kept over `axis`; 0 where none is."""
    found = counting.reduce_max(sp_input, axis, bool(keepdims))
    return _result(found, output_is_sparse)


def sparse_dense_matmul(
    sp_a: Any,
    b: Any,
    adjoint_a: bool = False,
    adjoint_b: bool = False,
    name: str | None = None,
) -> Any:
    """The product of a sparse and a dense matrix, either first."""
    return compute.matmul(sp_a, b, adjoint_a, adjoint_b)


def softmax(sp_input: Any, name: str | None = None) -> SparseTensor:
    """The softmax over the elements of each row that are kept."""
    return compute.softmax(sp_input)


def eye(
    num_rows: int,
    num_columns: int | None = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> SparseTensor:
    """A matrix with ones on its diagonal."""
    return make.from_dense(create.eye(num_rows, num_columns, 0, dtype))


def to_indicator(sp_input: Any, vocab_size: int, name: str | None = None) -> Any:
    """Rows of booleans: whether a row of the input has each whole number."""
    return counting.to_indicator(sp_input, vocab_size)


def bincount(
    values: Any,
    weights: Any = None,
    axis: int = 0,
    minlength: int | None = None,
    maxlength: int | None = None,
    binary_output: bool = False,
    name: str | None = None,
) -> SparseTensor:
    """How often each whole number occurs (in each row, for `axis=-1`), sparsely."""
    return counting.bincount(values, weights, axis, minlength, maxlength, binary_output)


__getattr__ = absent(__name__)
