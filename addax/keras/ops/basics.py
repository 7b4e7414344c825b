"""Conversions, and what is known of a tensor without its values."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import SymbolicTensor, TensorLike, as_dtype, convert
from addax.core import cast as cast_op
from addax.ops import math


def convert_to_tensor(
    x: Any, dtype: Any = None, sparse: Any = None, ragged: Any = None
) -> Any:
    """`x` as a tensor.

    Args:
        x: A number, a list, an array, a tensor or a variable.
        dtype: The type to give it; its own if not given.
        sparse: Kept for Keras's signature: every tensor is dense.
        ragged: Kept for Keras's signature.

    Returns:
        A tensor.

    Example:

    >>> from addax import keras
    >>> keras.ops.convert_to_tensor([1, 2]).dtype
    tf.int32
    """
    if isinstance(x, SymbolicTensor):
        return x if dtype is None else cast(x, dtype)
    return convert(x, dtype)


def convert_to_numpy(x: Any) -> Any:
    """`x` as a NumPy array.

    Args:
        x: A tensor, a variable, a number, a list or an array.

    Returns:
        A NumPy array.
    """
    return np.asarray(x)


def cast(x: Any, dtype: Any) -> Any:
    """`x` converted to another type.

    Args:
        x: A tensor.
        dtype: The type.

    Returns:
        A tensor of that type.
    """
    return cast_op(x, as_dtype(dtype).name)


def saturate_cast(x: Any, dtype: Any) -> Any:
    """`x` converted to another type, limited to that type's range first.

    Args:
        x: A tensor.
        dtype: The type.

    Returns:
        A tensor of that type.

    Example:

    >>> from addax import keras
    >>> keras.ops.saturate_cast([-5, 300], "uint8").numpy().tolist()
    [0, 255]
    """
    x = convert_to_tensor(x)
    target = as_dtype(dtype)
    if target.is_bool or target.is_complex or x.dtype.is_bool:
        return cast(x, target)
    low, high = float(target.min), float(target.max)
    return cast(math.clip(cast(x, "float64"), low, high), target)


def shape(x: Any) -> tuple[Any, ...]:
    """The sizes of the axes; `None` where a symbolic tensor's are unknown.

    Args:
        x: A tensor.

    Returns:
        A tuple.
    """
    return tuple(x.shape if hasattr(x, "shape") else np.shape(x))


def size(x: Any) -> Any:
    """How many elements `x` has; `None` if that is unknown.

    Args:
        x: A tensor.

    Returns:
        A number.
    """
    sizes = shape(x)
    return None if None in sizes else int(np.prod(sizes, dtype=np.int64))


def ndim(x: Any) -> int:
    """How many axes `x` has.

    Args:
        x: A tensor.

    Returns:
        A number.
    """
    return len(shape(x))


def dtype(x: Any) -> str:
    """The name of the type of the elements of `x`.

    Args:
        x: A tensor.

    Returns:
        A string, e.g. `"float32"`.
    """
    return as_dtype(getattr(x, "dtype", None) or convert(x).dtype).name


def is_tensor(x: Any) -> bool:
    """Whether `x` is a tensor, concrete or symbolic; a variable is none.

    Args:
        x: Anything.

    Returns:
        A bool.
    """
    return isinstance(x, TensorLike) and not hasattr(x, "assign")
