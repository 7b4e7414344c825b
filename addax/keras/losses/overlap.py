"""Losses for segmentation: how much of two regions is shared."""

from __future__ import annotations

from typing import Any

from addax.keras import config
from addax.keras.losses.elementwise import pair
from addax.keras.losses.loss import LossFunctionWrapper
from addax.keras.serialization import public
from addax.ops import math, reduce

Axis = int | tuple[int, ...] | None


@public("keras.losses")
def dice(y_true: Any, y_pred: Any, axis: Axis = None) -> Any:
    """`1 - 2 * shared / (true + predicted)`.

    Args:
        y_true: Labels, 0 or 1, one-hot if there are classes.
        y_pred: Probabilities of the same shape.
        axis: The axes that make up a region; all if `None`, which gives a scalar.

    Returns:
        Values of the remaining axes.

    Example:

    >>> from addax import keras
    >>> round(float(keras.losses.dice([[1.0, 0.0]], [[1.0, 1.0]])), 4)
    0.3333
    """
    y_true, y_pred = pair(y_true, y_pred, "dice")
    shared = reduce.sum(math.multiply(y_true, y_pred), axis=axis)
    both = math.add(reduce.sum(y_true, axis=axis), reduce.sum(y_pred, axis=axis))
    overlap = math.divide(math.multiply(2.0, shared), math.add(both, config.epsilon()))
    return math.subtract(1.0, overlap)


@public("keras.losses")
def tversky(
    y_true: Any,
    y_pred: Any,
    alpha: float = 0.5,
    beta: float = 0.5,
    axis: Axis = None,
) -> Any:
    """`1 - shared / (shared + alpha * missed + beta * too much)`.

    The paper has the two weights the other way round; Keras computes it so.

    Source: Salehi et al. 2017, https://arxiv.org/abs/1706.05721.

    Args:
        y_true: Labels, 0 or 1, one-hot if there are classes.
        y_pred: Probabilities of the same shape.
        alpha: The weight of what is true but not predicted.
        beta: The weight of what is predicted but not true.
        axis: The axes that make up a region; all if `None`, which gives a scalar.

    Returns:
        Values of the remaining axes.
    """
    y_true, y_pred = pair(y_true, y_pred, "tversky")
    shared = reduce.sum(math.multiply(y_true, y_pred), axis=axis)
    wrong = math.multiply(math.subtract(1.0, y_true), y_pred)
    missed = math.multiply(y_true, math.subtract(1.0, y_pred))
    rest = math.add(
        math.multiply(alpha, reduce.sum(missed, axis=axis)),
        math.multiply(beta, reduce.sum(wrong, axis=axis)),
    )
    whole = math.add(math.add(shared, rest), config.epsilon())
    return math.subtract(1.0, math.divide(shared, whole))


@public("keras.losses")
class Dice(LossFunctionWrapper):
    """For segmentation (see `dice`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        axis: The axes that make up a region; all if `None`.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "dice",
        axis: Axis = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dice, reduction, name, dtype, axis=axis)


@public("keras.losses")
class Tversky(LossFunctionWrapper):
    """For segmentation (see `tversky`).

    Args:
        alpha: The weight of what is true but not predicted.
        beta: The weight of what is predicted but not true.
        reduction: As for `Loss`.
        name: A name.
        axis: The axes that make up a region; all if `None`.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        alpha: float = 0.5,
        beta: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "tversky",
        axis: Axis = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(
            tversky, reduction, name, dtype, alpha=alpha, beta=beta, axis=axis
        )
