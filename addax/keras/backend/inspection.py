"""Questions about tensors, types and names: functions of `keras.backend`."""

from __future__ import annotations

from typing import Any

from addax._base.names import auto_name
from addax.keras.utils import standardize_dtype as standardize_dtype
from addax.ops.sparse import make
from addax.ops.sparse.tensor import SparseTensor


def is_float_dtype(dtype: Any) -> bool:
    """Whether a type is one of floating numbers."""
    return standardize_dtype(dtype).startswith(("float", "bfloat"))


def is_int_dtype(dtype: Any) -> bool:
    """Whether a type is one of whole numbers."""
    return standardize_dtype(dtype).startswith(("int", "uint"))


def is_sparse(tensor: Any) -> bool:
    """Whether a tensor keeps only the elements that are not zero."""
    return isinstance(tensor, SparseTensor)


def to_dense(tensor: Any) -> Any:
    """A sparse tensor with all its elements; others as they are."""
    return make.to_dense(tensor) if is_sparse(tensor) else tensor


def get_uid(prefix: str = "") -> int:
    """A number that rises with each call for a prefix, from 1 on.

    Args:
        prefix: The prefix.

    Example:

    >>> from addax.keras import backend as K
    >>> K.get_uid("part"), K.get_uid("part")
    (1, 2)
    """
    key = f"uid of {prefix}"
    return int(auto_name(key)[len(key) + 1 :] or 0) + 1
