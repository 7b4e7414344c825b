"""Cross-entropies and divergences."""

from __future__ import annotations

from typing import Any

from addax.keras.losses.probabilistic import (
    binary_crossentropy,
    categorical_crossentropy,
    kl_divergence,
    poisson,
    sparse_categorical_crossentropy,
)
from addax.keras.metrics.reduction import FunctionMetric
from addax.keras.serialization import public


@public("keras.metrics")
class KLDivergence(FunctionMetric):
    """How much predicted distributions differ: `sum(y * log(y / prediction))`.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        name: str | None = "kl_divergence",
        dtype: Any = None,
    ) -> None:
        super().__init__(kl_divergence, name, dtype)


@public("keras.metrics")
class Poisson(FunctionMetric):
    """The mean of `prediction - y * log(prediction)`, for counts.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        name: str | None = "poisson",
        dtype: Any = None,
    ) -> None:
        super().__init__(poisson, name, dtype)


@public("keras.metrics")
class BinaryCrossentropy(FunctionMetric):
    """Cross-entropy of yes-or-no labels.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: How far labels are moved towards 0.5, from 0 to 1.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.BinaryCrossentropy()([[0.0, 1.0]], [[0.5, 0.5]]))
    0.6931471824645996
    """

    def __init__(
        self,
        name: str | None = "binary_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
    ) -> None:
        super().__init__(
            binary_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
        )


@public("keras.metrics")
class CategoricalCrossentropy(FunctionMetric):
    """Cross-entropy of one-hot labels.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: How far labels are moved towards even ones.
        axis: The axis of classes.
    """

    def __init__(
        self,
        name: str | None = "categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        label_smoothing: float = 0,
        axis: int = -1,
    ) -> None:
        super().__init__(
            categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


@public("keras.metrics")
class SparseCategoricalCrossentropy(FunctionMetric):
    """Cross-entropy of class numbers.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        from_logits: Whether predictions are logits rather than probabilities.
        ignore_class: A class number that does not count.
        axis: The axis of classes.
    """

    def __init__(
        self,
        name: str | None = "sparse_categorical_crossentropy",
        dtype: Any = None,
        from_logits: bool = False,
        ignore_class: int | None = None,
        axis: int = -1,
    ) -> None:
        super().__init__(
            sparse_categorical_crossentropy,
            name,
            dtype,
            from_logits=from_logits,
            ignore_class=ignore_class,
            axis=axis,
        )
