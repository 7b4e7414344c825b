"""Correlations of targets and predictions."""

from __future__ import annotations

from typing import Any

from addax.keras import config
from addax.keras.losses.elementwise import pair
from addax.keras.metrics.reduction import FunctionMetric
from addax.keras.serialization import public
from addax.ops import math, reduce


@public("keras.metrics")
def pearson_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """The linear correlation along `axis`: 1 on a rising line, -1 on a falling one.

    Args:
        y_true: Targets of shape `(batch, ..., n)`.
        y_pred: Predictions of the same shape.
        axis: The axis of what is correlated.

    Returns:
        Values without that axis.

    Example:

    >>> from addax import keras
    >>> values = keras.metrics.pearson_correlation([[0.0, 1.0, 2.0]], [[1.0, 3.0, 5.0]])
    >>> round(float(values[0]), 4)
    1.0
    """
    y_true, y_pred = pair(y_true, y_pred, "pearson_correlation")
    a, b = _centred(y_true, axis), _centred(y_pred, axis)
    product = reduce.sum(math.multiply(a, b), axis=axis)
    squares = math.multiply(
        reduce.sum(math.square(a), axis=axis), reduce.sum(math.square(b), axis=axis)
    )
    return math.divide(product, math.add(math.sqrt(squares), config.epsilon()))


@public("keras.metrics")
def concordance_correlation(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """How near points are to the line `y_pred = y_true`, along `axis`.

    Source: Lin 1989, https://doi.org/10.2307/2532051.

    Args:
        y_true: Targets of shape `(batch, ..., n)`.
        y_pred: Predictions of the same shape.
        axis: The axis of what is correlated.

    Returns:
        Values without that axis, from -1 to 1.
    """
    y_true, y_pred = pair(y_true, y_pred, "concordance_correlation")
    a, b = _centred(y_true, axis), _centred(y_pred, axis)
    together = reduce.mean(math.multiply(a, b), axis=axis)
    apart = math.subtract(
        reduce.mean(y_true, axis=axis), reduce.mean(y_pred, axis=axis)
    )
    spread = math.add(
        reduce.mean(math.square(a), axis=axis), reduce.mean(math.square(b), axis=axis)
    )
    whole = math.add(math.add(spread, math.square(apart)), config.epsilon())
    return math.divide(math.multiply(2.0, together), whole)


def _centred(y: Any, axis: int) -> Any:
    return math.subtract(y, reduce.mean(y, axis=axis, keepdims=True))


@public("keras.metrics")
class PearsonCorrelation(FunctionMetric):
    """The mean linear correlation of targets and predictions.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        axis: The axis of what is correlated.
    """

    def __init__(
        self,
        name: str | None = "pearson_correlation",
        dtype: Any = None,
        axis: int = -1,
    ) -> None:
        super().__init__(pearson_correlation, name, dtype, axis=axis)


@public("keras.metrics")
class ConcordanceCorrelation(FunctionMetric):
    """The mean nearness of targets and predictions to being equal.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        axis: The axis of what is correlated.
    """

    def __init__(
        self,
        name: str | None = "concordance_correlation",
        dtype: Any = None,
        axis: int = -1,
    ) -> None:
        super().__init__(concordance_correlation, name, dtype, axis=axis)
