"""Hinge losses: predictions right by a margin cost nothing."""

from __future__ import annotations

from typing import Any

from addax.keras.losses.elementwise import pair
from addax.keras.losses.loss import LossFunctionWrapper
from addax.keras.serialization import public
from addax.ops import math, reduce


@public("keras.losses", "keras.metrics.hinge")
def hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of `max(1 - y_true * y_pred, 0)`, over the last axis.

    Args:
        y_true: Labels, -1 or 1, of shape `(batch, ..., n)`. If all are 0 or 1, 0
            counts as -1.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape `(batch, ...)`.

    Example:

    >>> from addax import keras
    >>> keras.losses.hinge([[-1.0, 1.0]], [[0.5, 3.0]]).numpy().tolist()
    [0.75]
    """
    return reduce.mean(_shortfall(y_true, y_pred, "hinge"), axis=-1)


@public("keras.losses", "keras.metrics.squared_hinge")
def squared_hinge(y_true: Any, y_pred: Any) -> Any:
    """The mean of `max(1 - y_true * y_pred, 0)` squared, over the last axis.

    Args:
        y_true: Labels, as for `hinge`.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape `(batch, ...)`.
    """
    shortfall = _shortfall(y_true, y_pred, "squared_hinge")
    return reduce.mean(math.square(shortfall), axis=-1)


@public("keras.losses", "keras.metrics.categorical_hinge")
def categorical_hinge(y_true: Any, y_pred: Any) -> Any:
    """`max(best wrong - right + 1, 0)` of the predictions for one-hot labels.

    Args:
        y_true: One-hot rows, of shape `(batch, ..., classes)`.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = pair(y_true, y_pred, "categorical_hinge")
    right = reduce.sum(math.multiply(y_true, y_pred), axis=-1)
    wrong = reduce.max(math.multiply(math.subtract(1.0, y_true), y_pred), axis=-1)
    return math.maximum(math.add(math.subtract(wrong, right), 1.0), 0.0)


def _shortfall(y_true: Any, y_pred: Any, name: str) -> Any:
    y_true, y_pred = pair(y_true, y_pred, name)
    zero_or_one = math.logical_or(math.equal(y_true, 0), math.equal(y_true, 1))
    signs = math.subtract(math.multiply(2.0, y_true), 1.0)
    y_true = math.where(reduce.all(zero_or_one), signs, y_true)
    return math.maximum(math.subtract(1.0, math.multiply(y_true, y_pred)), 0.0)


@public("keras.losses")
class Hinge(LossFunctionWrapper):
    """For labels -1 and 1 (see `hinge`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(hinge, reduction, name, dtype)


@public("keras.losses")
class SquaredHinge(LossFunctionWrapper):
    """For labels -1 and 1 (see `squared_hinge`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(squared_hinge, reduction, name, dtype)


@public("keras.losses")
class CategoricalHinge(LossFunctionWrapper):
    """For one-hot labels (see `categorical_hinge`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, reduction, name, dtype)
