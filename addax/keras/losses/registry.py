"""Losses by name and configuration."""

from __future__ import annotations

from typing import Any

from addax.keras.losses.circle import Circle, circle
from addax.keras.losses.ctc import CTC, ctc
from addax.keras.losses.focal import (
    BinaryFocalCrossentropy,
    CategoricalFocalCrossentropy,
    CategoricalGeneralizedCrossEntropy,
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
)
from addax.keras.losses.hinge import (
    CategoricalHinge,
    Hinge,
    SquaredHinge,
    categorical_hinge,
    hinge,
    squared_hinge,
)
from addax.keras.losses.loss import Loss, LossFunctionWrapper
from addax.keras.losses.overlap import Dice, Tversky, dice, tversky
from addax.keras.losses.probabilistic import (
    BinaryCrossentropy,
    CategoricalCrossentropy,
    KLDivergence,
    Poisson,
    SparseCategoricalCrossentropy,
    binary_crossentropy,
    categorical_crossentropy,
    kl_divergence,
    poisson,
    sparse_categorical_crossentropy,
)
from addax.keras.losses.regression import (
    CosineSimilarity,
    Huber,
    LogCosh,
    MeanAbsoluteError,
    MeanAbsolutePercentageError,
    MeanSquaredError,
    MeanSquaredLogarithmicError,
    cosine_similarity,
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from addax.keras.serialization import (
    deserialize_keras_object,
    resolve,
    serialize_keras_object,
)

_CLASSES = (
    BinaryCrossentropy, BinaryFocalCrossentropy, CTC, CategoricalCrossentropy,
    CategoricalFocalCrossentropy, CategoricalGeneralizedCrossEntropy, CategoricalHinge,
    Circle, CosineSimilarity, Dice, Hinge, Huber, KLDivergence, LogCosh, Loss,
    LossFunctionWrapper, MeanAbsoluteError, MeanAbsolutePercentageError,
    MeanSquaredError, MeanSquaredLogarithmicError, Poisson,
    SparseCategoricalCrossentropy, SquaredHinge, Tversky,
)  # fmt: skip
_FUNCTIONS = (
    binary_crossentropy, binary_focal_crossentropy, categorical_crossentropy,
    categorical_focal_crossentropy, categorical_generalized_cross_entropy,
    categorical_hinge, circle, cosine_similarity, ctc, dice, hinge, huber,
    kl_divergence, log_cosh, mean_absolute_error, mean_absolute_percentage_error,
    mean_squared_error, mean_squared_logarithmic_error, poisson,
    sparse_categorical_crossentropy, squared_hinge, tversky,
)  # fmt: skip
# The short names, as Keras 3 and Keras 2 have them; each in capitals too.
_SHORT = {
    "bce": binary_crossentropy,
    "kld": kl_divergence,
    "mae": mean_absolute_error,
    "mape": mean_absolute_percentage_error,
    "mse": mean_squared_error,
    "msle": mean_squared_logarithmic_error,
}
_TABLE = {
    **{each.__name__: each for each in (*_CLASSES, *_FUNCTIONS)},
    **_SHORT,
    **{name.upper(): each for name, each in _SHORT.items()},
    "kullback_leibler_divergence": kl_divergence,
    "logcosh": log_cosh,
    "huber_loss": huber,
}


def get(identifier: Any) -> Any:
    """The loss that a name, configuration or class stands for.

    Args:
        identifier: A name of a function (`"mse"`, `"categorical_crossentropy"`) or a
            class (`"MeanSquaredError"`), a configuration, a class, a function or loss
            (returned as it is), or `None`.

    Returns:
        A function or a `Loss`; `None` for `None`.

    Raises:
        ValueError: If it stands for none.

    Example:

    >>> from addax import keras
    >>> keras.losses.get("mse").__name__
    'mean_squared_error'
    """
    return resolve(identifier, _TABLE, "loss")


def serialize(loss: Any) -> Any:
    """A loss as plain data.

    Args:
        loss: A `Loss` or a function.

    Returns:
        A dictionary from which `deserialize` makes it again.
    """
    return serialize_keras_object(loss)


def deserialize(name: Any, custom_objects: dict[str, Any] | None = None) -> Any:
    """A loss from plain data.

    Args:
        name: What `serialize` returned, or a name.
        custom_objects: Classes and functions of your own by the names in `name`.

    Returns:
        The function or `Loss`.
    """
    if isinstance(name, str) and name in _TABLE:
        return get(name)
    return deserialize_keras_object(name, custom_objects=custom_objects)
