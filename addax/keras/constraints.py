"""Constraints: functions that an optimizer applies to weights after each update."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addax.keras import config
from addax.keras.serialization import (
    Configurable,
    deserialize_keras_object,
    name_table,
    public,
    resolve,
    serialize_keras_object,
)
from addax.ops import math, nn, reduce

Axis = int | list[int] | tuple[int, ...]


@public("keras.constraints")
class Constraint(Configurable):
    """The base of constraints: a function of a weight that returns its new value.

    Example:

    >>> from addax import keras
    >>> class ZeroMean(keras.constraints.Constraint):
    ...     def __call__(self, w):
    ...         return w - keras.ops.mean(w)
    >>> layer = keras.layers.Dense(4, kernel_constraint=ZeroMean())
    """

    def __call__(self, w: Any) -> Any:
        """The value that `w` is to have; subclasses override it."""
        raise NotImplementedError("A constraint defines __call__(self, w).")


@public("keras.constraints", "max_norm")
class MaxNorm(Constraint):
    """Limits the norm of the weights that lead to each unit.

    Args:
        max_value: The greatest norm; 2 by default.
        axis: Over which axes norms are taken: 0 for a `Dense` kernel, `[0, 1, 2]` for
            a `Conv2D` kernel.

    Example:

    >>> from addax import keras
    >>> keras.constraints.MaxNorm(5.0)([[3.0], [4.0]]).numpy().round(3).tolist()
    [[3.0], [4.0]]
    """

    def __init__(self, max_value: float = 2, axis: Axis = 0) -> None:
        self.max_value = max_value
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        norm = _norm(w, self.axis)
        return w * (math.clip(norm, 0, self.max_value) / (norm + config.epsilon()))


@public("keras.constraints", "min_max_norm")
class MinMaxNorm(Constraint):
    """Keeps the norm of the weights that lead to each unit between two values.

    Args:
        min_value: The least norm; 0 by default.
        max_value: The greatest norm; 1 by default.
        rate: How much of the way to go at each update: 1 goes all of it.
        axis: Over which axes norms are taken (see `MaxNorm`).
    """

    def __init__(
        self,
        min_value: float = 0.0,
        max_value: float = 1.0,
        rate: float = 1.0,
        axis: Axis = 0,
    ) -> None:
        self.min_value = min_value
        self.max_value = max_value
        self.rate = rate
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        norm = _norm(w, self.axis)
        inside = math.clip(norm, self.min_value, self.max_value)
        wanted = inside * self.rate + norm * (1 - self.rate)
        return w * (wanted / (norm + config.epsilon()))


@public("keras.constraints", "non_neg")
class NonNeg(Constraint):
    """Sets negative weights to 0."""

    def __call__(self, w: Any) -> Any:
        return nn.relu(w)


@public("keras.constraints", "unit_norm")
class UnitNorm(Constraint):
    """Gives the weights that lead to each unit a norm of 1.

    Args:
        axis: Over which axes norms are taken (see `MaxNorm`).
    """

    def __init__(self, axis: Axis = 0) -> None:
        self.axis = axis

    def __call__(self, w: Any) -> Any:
        return w / (_norm(w, self.axis) + config.epsilon())


def _norm(w: Any, axis: Axis) -> Any:
    return math.sqrt(reduce.sum(math.square(w), axis, keepdims=True))


max_norm, min_max_norm, non_neg, unit_norm = MaxNorm, MinMaxNorm, NonNeg, UnitNorm

_TABLE: dict[str, Any] = name_table(Constraint, MaxNorm, MinMaxNorm, NonNeg, UnitNorm)


def serialize(constraint: Any) -> dict[str, Any]:
    """Describes a constraint by plain values; `deserialize` makes it again."""
    return serialize_keras_object(constraint)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Makes the constraint that `serialize` described."""
    return deserialize_keras_object(config, custom_objects)


def get(identifier: Any) -> Any:
    """Finds a constraint.

    Args:
        identifier: A name, a function, an object, a class, a configuration or `None`.

    Returns:
        The constraint; `None` for `None`.

    Raises:
        ValueError: If there is none of that name.
    """
    return resolve(identifier, _TABLE, "constraint")
