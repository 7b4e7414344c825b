"""How often predictions are right."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast, floatx
from addax.keras.losses.elementwise import pair
from addax.keras.losses.shapes import check_one_hot, check_sparse
from addax.keras.losses.values import same_rank, tensor
from addax.keras.metrics.reduction import FunctionMetric
from addax.keras.serialization import public
from addax.ops import math, reduce, shape, sort


def accuracy(y_true: Any, y_pred: Any) -> Any:
    """Whether predictions equal labels, element by element."""
    return _matches(*pair(y_true, y_pred, "accuracy"))


@public("keras.metrics")
def binary_accuracy(y_true: Any, y_pred: Any, threshold: float = 0.5) -> Any:
    """Whether predictions are above a threshold where labels are 1, and only there.

    Args:
        y_true: Labels, 0 or 1, of shape `(batch, ..., n)`.
        y_pred: Predictions of the same shape.
        threshold: Above which a prediction counts as 1.

    Returns:
        Values of the same shape, 1 or 0.

    Example:

    >>> from addax import keras
    >>> labels, predictions = [1.0, 1.0, 0.0, 0.0], [0.98, 1.0, 0.0, 0.6]
    >>> keras.metrics.binary_accuracy(labels, predictions).numpy().tolist()
    [1.0, 1.0, 1.0, 0.0]
    """
    y_true, y_pred = pair(y_true, y_pred, "binary_accuracy")
    return _matches(y_true, cast(math.greater(y_pred, threshold), y_true.dtype.name))


@public("keras.metrics")
def categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Whether the greatest prediction is at the place of the one-hot label.

    Args:
        y_true: One-hot labels of shape `(batch, ..., classes)`.
        y_pred: Predictions of the same shape.

    Returns:
        Values of shape `(batch, ...)`.

    Example:

    >>> from addax import keras
    >>> labels, predictions = [[0, 0, 1], [0, 1, 0]], [[0.1, 0.9, 0.8], [0.05, 0.95, 0]]
    >>> keras.metrics.categorical_accuracy(labels, predictions).numpy().tolist()
    [0.0, 1.0]
    """
    y_true, y_pred = same_rank(tensor(y_true), tensor(y_pred))
    check_one_hot(y_true, y_pred, "categorical_accuracy")
    labels = reduce.argmax(y_true, axis=-1)
    return _matches(labels, reduce.argmax(y_pred, axis=-1))


@public("keras.metrics")
def sparse_categorical_accuracy(y_true: Any, y_pred: Any) -> Any:
    """Whether the greatest prediction is at the place of the class number.

    Args:
        y_true: Class numbers of shape `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Predictions of shape `(batch, ..., classes)`.

    Returns:
        Values of shape `(batch, ...)`.

    Example:

    >>> from addax import keras
    >>> labels, predictions = [2, 1], [[0.1, 0.6, 0.3], [0.05, 0.95, 0.0]]
    >>> keras.metrics.sparse_categorical_accuracy(labels, predictions).numpy().tolist()
    [0.0, 1.0]
    """
    y_true, y_pred = tensor(y_true), tensor(y_pred)
    check_sparse(y_true, y_pred, "sparse_categorical_accuracy")
    if len(y_true.shape) == len(y_pred.shape):
        y_true = shape.squeeze(y_true, -1)
    return _matches(y_true, reduce.argmax(y_pred, axis=-1))


@public("keras.metrics")
def top_k_categorical_accuracy(y_true: Any, y_pred: Any, k: int = 5) -> Any:
    """Whether the place of the one-hot label is among the `k` greatest predictions.

    Args:
        y_true: One-hot labels of shape `(batch, ..., classes)`.
        y_pred: Predictions of the same shape.
        k: How many predictions count.

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = tensor(y_true), tensor(y_pred)
    check_one_hot(y_true, y_pred, "top_k_categorical_accuracy")
    return sparse_top_k_categorical_accuracy(reduce.argmax(y_true, axis=-1), y_pred, k)


@public("keras.metrics")
def sparse_top_k_categorical_accuracy(
    y_true: Any, y_pred: Any, k: int = 5, from_sorted_ids: bool = False
) -> Any:
    """Whether the class number is among those of the `k` greatest predictions.

    Args:
        y_true: Class numbers of shape `(batch, ...)` or `(batch, ..., 1)`.
        y_pred: Predictions of shape `(batch, ..., classes)`; with `from_sorted_ids`
            class numbers, the best first.
        k: How many predictions count.
        from_sorted_ids: Whether `y_pred` holds class numbers.

    Returns:
        Values of the shape of `y_true`.
    """
    y_true, y_pred = tensor(y_true), tensor(y_pred)
    check_sparse(y_true, y_pred, "sparse_top_k_categorical_accuracy")
    labels = y_true
    if len(y_true.shape) == len(y_pred.shape):
        labels = shape.squeeze(y_true, -1)
    if from_sorted_ids:
        best = y_pred[..., :k]
        wanted = shape.expand_dims(cast(labels, best.dtype.name), -1)
        found = reduce.any(math.equal(wanted, best), axis=-1)
    else:
        found = sort.in_top_k(cast(labels, "int32"), y_pred, k)
    if len(y_true.shape) == len(y_pred.shape):
        found = shape.expand_dims(found, -1)
    return cast(found, floatx().name)


def _matches(labels: Any, predictions: Any) -> Any:
    return cast(math.equal(labels, predictions), floatx().name)


@public("keras.metrics")
class Accuracy(FunctionMetric):
    """How often predictions equal labels.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.Accuracy()([[1], [2], [3], [4]], [[0], [2], [3], [4]]))
    0.75
    """

    def __init__(self, name: str | None = "accuracy", dtype: Any = None) -> None:
        super().__init__(accuracy, name, dtype)


@public("keras.metrics")
class BinaryAccuracy(FunctionMetric):
    """How often predictions above a threshold meet labels 1 (`binary_accuracy`).

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        threshold: Above which a prediction counts as 1.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.BinaryAccuracy()([1, 1, 0, 0], [0.98, 1.0, 0.0, 0.6]))
    0.75
    """

    def __init__(
        self,
        name: str | None = "binary_accuracy",
        dtype: Any = None,
        threshold: float = 0.5,
    ) -> None:
        if threshold is not None and not 0 < threshold < 1:
            raise ValueError(
                explain(
                    "`threshold` must lie between 0 and 1, both excluded.",
                    received={"threshold": threshold},
                    why="It is compared with probabilities.",
                    fix="For logits put a sigmoid behind them, or use a metric of your "
                    "own.",
                )
            )
        super().__init__(binary_accuracy, name, dtype, threshold=threshold)


@public("keras.metrics")
class CategoricalAccuracy(FunctionMetric):
    """How often the greatest prediction is right, for one-hot labels.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self, name: str | None = "categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(categorical_accuracy, name, dtype)


@public("keras.metrics")
class SparseCategoricalAccuracy(FunctionMetric):
    """How often the greatest prediction is right, for class numbers.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.SparseCategoricalAccuracy()
    >>> float(metric([2, 1], [[0.1, 0.6, 0.3], [0.05, 0.95, 0.0]]))
    0.5
    """

    def __init__(
        self, name: str | None = "sparse_categorical_accuracy", dtype: Any = None
    ) -> None:
        super().__init__(sparse_categorical_accuracy, name, dtype)


@public("keras.metrics")
class TopKCategoricalAccuracy(FunctionMetric):
    """How often the label is among the `k` greatest predictions, for one-hot labels.

    Args:
        k: How many predictions count.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "top_k_categorical_accuracy",
        dtype: Any = None,
    ) -> None:
        super().__init__(top_k_categorical_accuracy, name, dtype, k=k)


@public("keras.metrics")
class SparseTopKCategoricalAccuracy(FunctionMetric):
    """How often the label is among the `k` greatest predictions, for class numbers.

    Args:
        k: How many predictions count.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        from_sorted_ids: Whether predictions are class numbers, the best first.
    """

    def __init__(
        self,
        k: int = 5,
        name: str | None = "sparse_top_k_categorical_accuracy",
        dtype: Any = None,
        from_sorted_ids: bool = False,
    ) -> None:
        super().__init__(
            sparse_top_k_categorical_accuracy,
            name,
            dtype,
            k=k,
            from_sorted_ids=from_sorted_ids,
        )
