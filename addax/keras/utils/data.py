"""Batches as tuples, and what kind of thing a value is."""

from __future__ import annotations

from typing import Any

from addax.core import SymbolicTensor, as_dtype
from addax.keras.trainers import data as batches


def pack_x_y_sample_weight(x: Any, y: Any = None, sample_weight: Any = None) -> Any:
    """A batch in the form that `fit` takes.

    Args:
        x: Inputs.
        y: Targets.
        sample_weight: A weight for each sample.

    Returns:
        `x`, `(x, y)` or `(x, y, sample_weight)`.

    Example:

    >>> from addax import keras
    >>> keras.utils.pack_x_y_sample_weight([1], [2])
    ([1], [2])
    """
    return batches.pack(x, y, sample_weight)


def unpack_x_y_sample_weight(data: Any) -> tuple[Any, Any, Any]:
    """The parts of a batch, for a `train_step` of your own.

    Args:
        data: `x`, `(x,)`, `(x, y)` or `(x, y, sample_weight)`.

    Returns:
        `(x, y, sample_weight)`, with `None` for what is missing.

    Raises:
        ValueError: If there are more parts.

    Example:

    >>> from addax import keras
    >>> keras.utils.unpack_x_y_sample_weight(([1], [2]))
    ([1], [2], None)
    """
    return batches.unpack(data)


def is_keras_tensor(x: Any) -> bool:
    """Whether a value is a symbolic tensor, as `keras.Input` returns.

    Args:
        x: Any value.

    Example:

    >>> from addax import keras
    >>> keras.utils.is_keras_tensor(keras.Input((2,)))
    True
    """
    return isinstance(x, SymbolicTensor)


def standardize_dtype(dtype: Any) -> str:
    """The name of a type, however it is given.

    Args:
        dtype: A name, a NumPy or Python type; `None` for `floatx()`.

    Returns:
        The name, such as `"float32"`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.utils.standardize_dtype(np.float64)
    'float64'
    """
    return as_dtype(float if dtype is None else dtype).name


def get_source_inputs(tensor: Any) -> list[Any]:
    """The symbolic inputs that a symbolic tensor is computed from.

    Args:
        tensor: A symbolic tensor.

    Returns:
        The tensors of `keras.Input` behind it.
    """
    found: dict[int, Any] = {}
    queue, seen = [tensor], set()
    while queue:
        each = queue.pop(0)
        if id(each) in seen:
            continue
        seen.add(id(each))
        node = each.node
        if node is None or node.is_input:
            found[id(each)] = each
        else:
            queue += node.inputs
    return list(found.values())
