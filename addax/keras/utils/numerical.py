"""Class labels as vectors, and vectors of length one."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core.tensor import TensorLike
from addax.ops import create, linalg, math


def to_categorical(x: Any, num_classes: int | None = None) -> Any:
    """Turns class numbers into vectors with a single 1 (one-hot).

    Args:
        x: Whole numbers from 0 to `num_classes - 1`. A last axis of size 1 is dropped.
        num_classes: How many classes; the largest number and one if not given.

    Returns:
        An array with one axis more, of size `num_classes`: `float64` as in Keras 3, or
        a `float32` tensor if `x` is a tensor.

    Raises:
        ValueError: If a number is not among the classes.

    Example:

    >>> from addax import keras
    >>> keras.utils.to_categorical([0, 2], num_classes=3)
    array([[1., 0., 0.],
           [0., 0., 1.]])
    """
    labels = np.asarray(x, dtype="int64")
    if labels.ndim > 1 and labels.shape[-1] == 1:
        labels = labels[..., 0]
    if num_classes is None:
        num_classes = int(labels.max()) + 1 if labels.size else 0
    # Keras counts negative numbers from the last class, as NumPy does; that hides
    # mistakes (-1 for "unknown"), so here they are refused.
    wrong = labels[(labels < 0) | (labels >= num_classes)]
    if wrong.size:
        raise ValueError(
            explain(
                f"Class numbers are from 0 to {num_classes - 1}.",
                received={"x": int(wrong[0]), "num_classes": num_classes},
                why="Each is the place of the 1 in a vector.",
                fix=[
                    f"to_categorical(x, num_classes={int(labels.max()) + 1})",
                    "If the labels start at 1: to_categorical(x - 1)",
                ],
            )
        )
    if isinstance(x, TensorLike):
        return create.one_hot(labels, num_classes)
    return np.eye(num_classes)[labels]


def normalize(x: Any, axis: int = -1, order: float = 2) -> Any:
    """Scales vectors to length one.

    Args:
        x: An array, or a tensor.
        axis: The axis along which the vectors lie.
        order: Which length: 2 for Euclid's, 1 for the sum of sizes, `numpy.inf` for
            the largest size.

    Returns:
        Vectors of length one, zeros left alone; a tensor if `x` is one.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.utils.normalize(np.array([3.0, 4.0]))
    array([[0.6, 0.8]])
    """
    if isinstance(x, TensorLike):
        length = linalg.norm(x, ord=order, axis=axis, keepdims=True)
        safe = math.where(math.equal(length, 0), create.ones_like(length), length)
        return math.divide(x, safe)
    x = np.asarray(x)
    length = np.atleast_1d(np.linalg.norm(x, order, axis))
    length[length == 0] = 1
    return x / np.expand_dims(length, axis)
