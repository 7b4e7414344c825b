"""Hinge metrics: predictions right by a margin cost nothing."""

from __future__ import annotations

from typing import Any

from addax.keras.losses.hinge import categorical_hinge, hinge, squared_hinge
from addax.keras.metrics.reduction import FunctionMetric
from addax.keras.serialization import public


@public("keras.metrics")
class Hinge(FunctionMetric):
    """The mean of `max(1 - y * prediction, 0)`, for labels -1 and 1.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        name: str | None = "hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(hinge, name, dtype)


@public("keras.metrics")
class SquaredHinge(FunctionMetric):
    """The mean of `max(1 - y * prediction, 0)` squared, for labels -1 and 1.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        name: str | None = "squared_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(squared_hinge, name, dtype)


@public("keras.metrics")
class CategoricalHinge(FunctionMetric):
    """The mean of `max(best wrong - right + 1, 0)`, for one-hot labels.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        name: str | None = "categorical_hinge",
        dtype: Any = None,
    ) -> None:
        super().__init__(categorical_hinge, name, dtype)
