"""Metrics by name and configuration, and the one that fits an output."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax._base.names import to_snake_case
from addax.keras.losses.registry import get as get_loss
from addax.keras.metrics.accuracy import (
    Accuracy,
    BinaryAccuracy,
    CategoricalAccuracy,
    SparseCategoricalAccuracy,
    SparseTopKCategoricalAccuracy,
    TopKCategoricalAccuracy,
)
from addax.keras.metrics.confusion import (
    FalseNegatives,
    FalsePositives,
    Precision,
    Recall,
    TrueNegatives,
    TruePositives,
)
from addax.keras.metrics.correlation import ConcordanceCorrelation, PearsonCorrelation
from addax.keras.metrics.curve import (
    AUC,
    PrecisionAtRecall,
    RecallAtPrecision,
    SensitivityAtSpecificity,
    SpecificityAtSensitivity,
)
from addax.keras.metrics.fscore import F1Score, FBetaScore
from addax.keras.metrics.hinge import CategoricalHinge, Hinge, SquaredHinge
from addax.keras.metrics.iou import BinaryIoU, IoU, MeanIoU, OneHotIoU, OneHotMeanIoU
from addax.keras.metrics.metric import Metric
from addax.keras.metrics.probabilistic import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
)
from addax.keras.metrics.reduction import Mean, MeanMetricWrapper, Sum
from addax.keras.metrics.regression import (
    CosineSimilarity,
    LogCoshError,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    R2Score,
    RootMeanSquaredError,
)
from addax.keras.serialization import (
    deserialize_keras_object,
    name_table,
    resolve,
    serialize_keras_object,
)

_CLASSES = (
    AUC, Accuracy, BinaryAccuracy, BinaryCrossentropy, BinaryIoU, CategoricalAccuracy,
    CategoricalCrossentropy, CategoricalHinge, ConcordanceCorrelation,
    CosineSimilarity, F1Score, FBetaScore, FalseNegatives, FalsePositives, Hinge, IoU,
    KLDivergence, LogCoshError, Mean, MeanAbsoluteError, MeanAbsolutePercentageError,
    MeanIoU, MeanMetricWrapper, MeanSquaredError, MeanSquaredLogarithmicError, Metric,
    OneHotIoU, OneHotMeanIoU, PearsonCorrelation, Poisson, Precision,
    PrecisionAtRecall, R2Score, Recall, RecallAtPrecision, RootMeanSquaredError,
    SensitivityAtSpecificity, SparseCategoricalAccuracy, SparseCategoricalCrossentropy,
    SparseTopKCategoricalAccuracy, SpecificityAtSensitivity, SquaredHinge, Sum,
    TopKCategoricalAccuracy, TrueNegatives, TruePositives,
)  # fmt: skip
_SHORT = {
    "bce": BinaryCrossentropy,
    "kld": KLDivergence,
    "mae": MeanAbsoluteError,
    "mape": MeanAbsolutePercentageError,
    "mse": MeanSquaredError,
    "msle": MeanSquaredLogarithmicError,
    "rmse": RootMeanSquaredError,
}
_TABLE = {
    **name_table(*_CLASSES),
    **_SHORT,
    **{name.upper(): each for name, each in _SHORT.items()},
    "acc": Accuracy,
    "fbeta_score": FBetaScore,
    "logcosh": LogCoshError,
}


def get(identifier: Any) -> Any:
    """The metric that a name, configuration or class stands for.

    Args:
        identifier: A name (`"mse"`, `"MeanSquaredError"`, `"auc"`), a configuration,
            a class, a metric or function (returned as it is), or `None`.

    Returns:
        A `Metric` or function; `None` for `None`.

    Raises:
        ValueError: If it stands for none.

    Example:

    >>> from addax import keras
    >>> keras.metrics.get("mse")
    <MeanSquaredError name=mean_squared_error>
    """
    return resolve(identifier, _TABLE, "metric")


def serialize(metric: Any) -> Any:
    """A metric as plain data, without the values of its variables.

    Args:
        metric: A `Metric` or a function.

    Returns:
        A dictionary from which `deserialize` makes it again.
    """
    return serialize_keras_object(metric)


def deserialize(config: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A metric from plain data.

    Args:
        config: What `serialize` returned, or a name.
        custom_objects: Classes and functions of your own by the names in `config`.

    Returns:
        The function or `Metric`.
    """
    if isinstance(config, str) and config in _TABLE:
        return get(config)
    return deserialize_keras_object(config, custom_objects=custom_objects)


# What "accuracy" and "crossentropy" mean for one output, for class numbers, for rows.
_ACCURACIES: tuple[Callable[..., Metric], ...] = (
    BinaryAccuracy, SparseCategoricalAccuracy, CategoricalAccuracy,
)  # fmt: skip
_CROSSENTROPIES: tuple[Callable[..., Metric], ...] = (
    BinaryCrossentropy, SparseCategoricalCrossentropy, CategoricalCrossentropy,
)  # fmt: skip
_BY_OUTPUT = {
    "accuracy": _ACCURACIES,
    "acc": _ACCURACIES,
    "crossentropy": _CROSSENTROPIES,
    "ce": _CROSSENTROPIES,
}


def for_output(identifier: Any, y_true: Any, y_pred: Any) -> Metric:
    """The metric that `compile(metrics=...)` means for an output.

    `"accuracy"` and `"crossentropy"` become the binary, sparse or categorical one, by
    the shapes.

    Args:
        identifier: A name, a configuration, a class, a function or a metric.
        y_true: The targets, for their shape.
        y_pred: The output, for its shape.

    Returns:
        A metric; what was given by name bears that name.

    Example:

    >>> import numpy as np
    >>> from addax.keras.metrics.registry import for_output
    >>> for_output("accuracy", np.zeros(32), np.zeros((32, 10)))
    <SparseCategoricalAccuracy name=accuracy>
    """
    if isinstance(identifier, Metric):
        return identifier
    choice = _BY_OUTPUT.get(str(identifier).lower())
    if choice is not None:
        return choice[_kind(y_true, y_pred)](name=str(identifier))
    found = _find(identifier)
    if isinstance(found, Metric):
        if isinstance(identifier, str):
            found.name = identifier
        return found
    if isinstance(identifier, str):
        return MeanMetricWrapper(found, name=identifier)
    name = getattr(found, "__name__", None) or to_snake_case(type(found).__name__)
    return MeanMetricWrapper(found, name=name)


def _find(identifier: Any) -> Any:
    """A metric; a loss function does too, where no metric has the name."""
    if isinstance(identifier, str) and identifier not in _TABLE:
        try:
            return get_loss(identifier)
        except ValueError:
            pass
    return get(identifier)


def _kind(y_true: Any, y_pred: Any) -> int:
    """0 for one output, 1 for class numbers, 2 for rows like the output's."""
    labels, outputs = tuple(y_true.shape), tuple(y_pred.shape)
    if outputs[-1:] == (1,):
        return 0
    return 1 if len(labels) < len(outputs) or labels[-1:] == (1,) else 2
