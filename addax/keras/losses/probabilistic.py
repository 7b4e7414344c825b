"""Losses for probabilities: cross-entropies and divergences."""

from __future__ import annotations

from typing import Any

from addax.core import cast, floatx
from addax.keras import config
from addax.keras.losses.elementwise import pair
from addax.keras.losses.loss import LossFunctionWrapper
from addax.keras.losses.shapes import check_binary, check_one_hot, check_sparse
from addax.keras.losses.values import same_rank, tensor
from addax.keras.serialization import public
from addax.ops import crossentropy, math, reduce, shape


@public("keras.losses", "keras.metrics.binary_crossentropy")
def binary_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Cross-entropy of yes-or-no labels, averaged over `axis`.

    Args:
        y_true: Labels, 0 or 1 (or between), of shape `(batch, ..., n)`.
        y_pred: Probabilities, or logits, of the same shape.
        from_logits: Whether `y_pred` is logits.
        label_smoothing: How far labels are moved towards 0.5, from 0 to 1.
        axis: The axis to average over.

    Returns:
        Values of shape `(batch, ...)`.

    Example:

    >>> from addax import keras
    >>> values = keras.losses.binary_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    >>> round(float(values[0]), 4)
    0.6931
    """
    y_true, y_pred = labels(y_true, y_pred)
    check_binary(y_true, y_pred, "binary_crossentropy")
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    values = crossentropy.binary_crossentropy(
        y_true, y_pred, from_logits, config.epsilon()
    )
    return reduce.mean(values, axis=axis)


@public("keras.losses", "keras.metrics.categorical_crossentropy")
def categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Cross-entropy of one-hot labels.

    Args:
        y_true: One-hot rows (or other distributions), of shape `(batch, ..., classes)`.
        y_pred: Probabilities, or logits, of the same shape.
        from_logits: Whether `y_pred` is logits.
        label_smoothing: How far labels are moved towards even ones, from 0 to 1.
        axis: The axis of classes.

    Returns:
        Values of shape `(batch, ...)`.

    Raises:
        ValueError: If the labels look like class numbers, or do not fit otherwise.

    Example:

    >>> from addax import keras
    >>> values = keras.losses.categorical_crossentropy([[0.0, 1.0]], [[0.5, 0.5]])
    >>> round(float(values[0]), 4)
    0.6931
    """
    y_true, y_pred = labels(y_true, y_pred)
    check_one_hot(y_true, y_pred, "categorical_crossentropy")
    return crossentropy.categorical_crossentropy(
        smooth(y_true, label_smoothing, axis),
        y_pred,
        from_logits,
        axis,
        config.epsilon(),
    )


@public("keras.losses", "keras.metrics.sparse_categorical_crossentropy")
def sparse_categorical_crossentropy(
    y_true: Any,
    y_pred: Any,
    from_logits: bool = False,
    ignore_class: int | None = None,
    axis: int = -1,
) -> Any:
    """Cross-entropy of class numbers.

    Args:
        y_true: Class numbers from 0, of shape `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Probabilities, or logits, of shape `(batch, ..., classes)`.
        from_logits: Whether `y_pred` is logits.
        ignore_class: A class number that does not count, for pixels without a label.
        axis: The axis of classes.

    Returns:
        Values of shape `(batch, ...)`.

    Raises:
        ValueError: If the labels look one-hot, or do not fit otherwise.

    Example:

    >>> from addax import keras
    >>> values = keras.losses.sparse_categorical_crossentropy([1], [[0.5, 0.5]])
    >>> round(float(values[0]), 4)
    0.6931
    """
    y_true, y_pred = tensor(y_true), tensor(y_pred)
    check_sparse(y_true, y_pred, "sparse_categorical_crossentropy", axis)
    if len(y_true.shape) == len(y_pred.shape):
        y_true = shape.squeeze(y_true, -1)
    epsilon = config.epsilon()
    if ignore_class is None:
        return crossentropy.sparse_categorical_crossentropy(
            y_true, y_pred, from_logits, axis, epsilon
        )
    counts = math.not_equal(y_true, ignore_class)
    # An ignored label may be no class at all, such as -1 or 255.
    values = crossentropy.sparse_categorical_crossentropy(
        math.where(counts, y_true, 0), y_pred, from_logits, axis, epsilon
    )
    values = math.where(counts, values, 0.0)
    values._keras_mask = counts
    return values


@public("keras.losses", "keras.metrics.kl_divergence")
def kl_divergence(y_true: Any, y_pred: Any) -> Any:
    """`sum(y_true * log(y_true / y_pred))` over the last axis.

    Args:
        y_true: Probabilities of shape `(batch, ..., n)`, kept above `epsilon()`.
        y_pred: Probabilities of the same shape, likewise.

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = pair(y_true, y_pred, "kl_divergence")
    y_true = math.clip(y_true, config.epsilon(), 1.0)
    y_pred = math.clip(y_pred, config.epsilon(), 1.0)
    return reduce.sum(y_true * math.log(y_true / y_pred), axis=-1)


@public("keras.losses", "keras.metrics.poisson")
def poisson(y_true: Any, y_pred: Any) -> Any:
    """The mean of `y_pred - y_true * log(y_pred)`, over the last axis.

    Args:
        y_true: Counts of shape `(batch, ..., n)`.
        y_pred: Rates of the same shape.

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = pair(y_true, y_pred, "poisson")
    logs = math.log(math.add(y_pred, config.epsilon()))
    return reduce.mean(math.subtract(y_pred, math.multiply(y_true, logs)), axis=-1)


def labels(y_true: Any, y_pred: Any) -> tuple[Any, Any]:
    """Labels and predictions, floating and of one type and rank."""
    y_pred = floating(y_pred)
    return same_rank(tensor(y_true, y_pred.dtype), y_pred)


def floating(x: Any) -> Any:
    """`x` as a floating tensor."""
    x = tensor(x)
    return x if x.dtype.is_floating else cast(x, floatx())


def smooth(y_true: Any, label_smoothing: float, axis: int) -> Any:
    """Labels moved towards even ones."""
    if not label_smoothing:
        return y_true
    even = label_smoothing / y_true.shape[axis]
    return y_true * (1.0 - label_smoothing) + even


@public("keras.losses")
class BinaryCrossentropy(LossFunctionWrapper):
    """Cross-entropy of yes-or-no labels (see `binary_crossentropy`).

    Args:
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: How far labels are moved towards 0.5, from 0 to 1.
        axis: The axis to average over.
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.

    Example:

    >>> from addax import keras
    >>> loss = keras.losses.BinaryCrossentropy(from_logits=True)
    >>> round(float(loss([0.0, 1.0], [-2.0, 2.0])), 4)
    0.1269
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


@public("keras.losses")
class CategoricalCrossentropy(LossFunctionWrapper):
    """Cross-entropy of one-hot labels (see `categorical_crossentropy`).

    Args:
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: How far labels are moved towards even ones, from 0 to 1.
        axis: The axis of classes.
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.

    Example:

    >>> from addax import keras
    >>> loss = keras.losses.CategoricalCrossentropy()
    >>> round(float(loss([[0.0, 1.0]], [[0.1, 0.9]])), 4)
    0.1054
    """

    def __init__(
        self,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


@public("keras.losses")
class SparseCategoricalCrossentropy(LossFunctionWrapper):
    """Cross-entropy of class numbers (see `sparse_categorical_crossentropy`).

    Args:
        from_logits: Whether predictions are logits rather than probabilities.
        ignore_class: A class number that does not count.
        reduction: As for `Loss`.
        axis: The axis of classes.
        name: A name.
        dtype: As for `Loss`.

    Example:

    >>> from addax import keras
    >>> loss = keras.losses.SparseCategoricalCrossentropy()
    >>> round(float(loss([1], [[0.1, 0.9]])), 4)
    0.1054
    """

    def __init__(
        self,
        from_logits: bool = False,
        ignore_class: int | None = None,
        reduction: str | None = "sum_over_batch_size",
        axis: int = -1,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            reduction,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )


@public("keras.losses")
class KLDivergence(LossFunctionWrapper):
    """How much a predicted distribution differs (see `kl_divergence`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(kl_divergence, reduction, name, dtype)


@public("keras.losses")
class Poisson(LossFunctionWrapper):
    """For counts: minus the logarithm of their probability (see `poisson`).

    Args:
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "poisson",
        dtype: Any = None,
    ) -> None:
        super().__init__(poisson, reduction, name, dtype)
