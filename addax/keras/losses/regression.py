"""Losses for numbers: how far predictions are from targets."""

from __future__ import annotations

import math as python_math
from typing import Any

from addax.keras import config
from addax.keras.losses.elementwise import pair
from addax.keras.losses.loss import LossFunctionWrapper
from addax.keras.serialization import public
from addax.ops import math, nn, reduce


@public("keras.losses", "keras.metrics.mean_squared_error")
def mean_squared_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of squared differences, over the last axis.

    Args:
        y_true: Targets of shape `(batch, ..., n)`.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape `(batch, ...)`.

    Example:

    >>> from addax import keras
    >>> keras.losses.mean_squared_error([[0.0, 2.0]], [[1.0, 5.0]]).numpy().tolist()
    [5.0]
    """
    y_true, y_pred = pair(y_true, y_pred, "mean_squared_error")
    return reduce.mean(math.square(math.subtract(y_true, y_pred)), axis=-1)


@public("keras.losses", "keras.metrics.mean_absolute_error")
def mean_absolute_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of absolute differences, over the last axis.

    Args:
        y_true: Targets of shape `(batch, ..., n)`.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape `(batch, ...)`.

    Example:

    >>> from addax import keras
    >>> keras.losses.mean_absolute_error([[0.0, 2.0]], [[1.0, 5.0]]).numpy().tolist()
    [2.0]
    """
    y_true, y_pred = pair(y_true, y_pred, "mean_absolute_error")
    return reduce.mean(math.absolute(math.subtract(y_true, y_pred)), axis=-1)


@public("keras.losses", "keras.metrics.mean_absolute_percentage_error")
def mean_absolute_percentage_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of differences in per cent of the targets, over the last axis.

    Args:
        y_true: Targets of shape `(batch, ..., n)`; those near 0 count as `epsilon()`.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape `(batch, ...)`.

    Example:

    >>> from addax import keras
    >>> values = keras.losses.mean_absolute_percentage_error([[2.0, 4.0]], [[1.0, 5.0]])
    >>> values.numpy().tolist()
    [37.5]
    """
    y_true, y_pred = pair(y_true, y_pred, "mean_absolute_percentage_error")
    size = math.maximum(math.absolute(y_true), config.epsilon())
    off = math.absolute(math.divide(math.subtract(y_true, y_pred), size))
    return math.multiply(100.0, reduce.mean(off, axis=-1))


@public("keras.losses", "keras.metrics.mean_squared_logarithmic_error")
def mean_squared_logarithmic_error(y_true: Any, y_pred: Any) -> Any:
    """The mean of squared differences of `log(1 + y)`, over the last axis.

    Args:
        y_true: Targets of shape `(batch, ..., n)`; those below `epsilon()` count as it.
        y_pred: Predictions of the same shape, likewise.

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = pair(y_true, y_pred, "mean_squared_logarithmic_error")
    apart = math.subtract(_log_above(y_pred), _log_above(y_true))
    return reduce.mean(math.square(apart), axis=-1)


def _log_above(y: Any) -> Any:
    return math.log(math.add(math.maximum(y, config.epsilon()), 1.0))


@public("keras.losses", "keras.metrics.huber")
def huber(y_true: Any, y_pred: Any, delta: float = 1.0) -> Any:
    """Half the squared difference up to `delta`, a straight line beyond; the mean.

    Args:
        y_true: Targets of shape `(batch, ..., n)`.
        y_pred: Predictions of the same shape.
        delta: Where the parabola becomes a line.

    Returns:
        Values of shape `(batch, ...)`.

    Example:

    >>> from addax import keras
    >>> keras.losses.huber([[0.0, 0.0]], [[1.0, 3.0]]).numpy().tolist()
    [1.5]
    """
    y_true, y_pred = pair(y_true, y_pred, "huber")
    apart = math.absolute(math.subtract(y_pred, y_true))
    parabola = math.multiply(0.5, math.square(apart))
    line = math.subtract(math.multiply(delta, apart), 0.5 * delta**2)
    inside = math.less_equal(apart, delta)
    return reduce.mean(math.where(inside, parabola, line), axis=-1)


@public("keras.losses", "keras.metrics.log_cosh")
def log_cosh(y_true: Any, y_pred: Any) -> Any:
    """The mean of `log(cosh(difference))`, over the last axis.

    Args:
        y_true: Targets of shape `(batch, ..., n)`.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = pair(y_true, y_pred, "log_cosh")
    apart = math.subtract(y_pred, y_true)
    # log((e^x + e^-x) / 2) = x + log(1 + e^-2x) - log 2 does not overflow
    tail = nn.softplus(math.multiply(apart, -2.0))
    values = math.subtract(math.add(apart, tail), python_math.log(2.0))
    return reduce.mean(values, axis=-1)


@public("keras.losses")
def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """Minus the cosine of the angle between targets and predictions.

    Args:
        y_true: Targets of shape `(batch, ..., n)`.
        y_pred: Predictions of the same shape.
        axis: The axis along which they are vectors.

    Returns:
        Values of shape `(batch, ...)`: -1 where they point the same way, 1 where
        opposite ways.

    Example:

    >>> from addax import keras
    >>> values = keras.losses.cosine_similarity([[0.0, 1.0]], [[1.0, 1.0]])
    >>> round(float(values[0]), 4)
    -0.7071
    """
    y_true, y_pred = pair(y_true, y_pred, "cosine_similarity")
    product = math.multiply(unit_length(y_true, axis), unit_length(y_pred, axis))
    return math.negative(reduce.sum(product, axis=axis))


def unit_length(x: Any, axis: int) -> Any:
    """`x` divided by its length along `axis`; a zero vector stays as it is."""
    squares = reduce.sum(math.square(x), axis=axis, keepdims=True)
    return math.multiply(x, math.rsqrt(math.maximum(squares, 1e-24)))


@public("keras.losses")
class MeanSquaredError(LossFunctionWrapper):
    """The mean of squared differences (see `mean_squared_error`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.

    Example:

    >>> from addax import keras
    >>> float(keras.losses.MeanSquaredError()([0.0, 2.0], [1.0, 5.0]))
    5.0
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_error, reduction, name, dtype)


@public("keras.losses")
class MeanAbsoluteError(LossFunctionWrapper):
    """The mean of absolute differences (see `mean_absolute_error`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_error, reduction, name, dtype)


@public("keras.losses")
class MeanAbsolutePercentageError(LossFunctionWrapper):
    """Differences in per cent (see `mean_absolute_percentage_error`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, reduction, name, dtype)


@public("keras.losses")
class MeanSquaredLogarithmicError(LossFunctionWrapper):
    """Squared differences of logarithms (see `mean_squared_logarithmic_error`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, reduction, name, dtype)


@public("keras.losses")
class Huber(LossFunctionWrapper):
    """Squared near the target, straight beyond (see `huber`).

    Args:
        delta: Where the parabola becomes a line.
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        delta: float = 1.0,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "huber_loss",
        dtype: Any = None,
    ) -> None:
        super().__init__(huber, reduction, name, dtype, delta=delta)


@public("keras.losses")
class LogCosh(LossFunctionWrapper):
    """Like a squared difference near 0, an absolute one beyond (see `log_cosh`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "log_cosh",
        dtype: Any = None,
    ) -> None:
        super().__init__(log_cosh, reduction, name, dtype)


@public("keras.losses")
class CosineSimilarity(LossFunctionWrapper):
    """Minus the cosine of the angle between vectors (see `cosine_similarity`).

    Args:
        axis: The axis along which they are vectors.
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "cosine_similarity",
        dtype: Any = None,
    ) -> None:
        super().__init__(cosine_similarity, reduction, name, dtype, axis=axis)
