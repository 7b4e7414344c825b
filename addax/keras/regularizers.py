"""Regularizers: penalties on weights or outputs that are added to the loss."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from addax._base.errors import explain
from addax.keras.serialization import (
    Configurable,
    deserialize_keras_object,
    name_table,
    public,
    resolve,
    serialize_keras_object,
)
from addax.ops import create, linalg, math, normalize, reduce, shape


@public("keras.regularizers", "keras.Regularizer")
class Regularizer(Configurable):
    """The base of regularizers: a function of a tensor that returns a scalar.

    Example:

    >>> from addax import keras
    >>> class MeanSquare(keras.regularizers.Regularizer):
    ...     def __call__(self, x):
    ...         return keras.ops.mean(x * x)
    >>> layer = keras.layers.Dense(4, kernel_regularizer=MeanSquare())
    """

    def __call__(self, x: Any) -> Any:
        """The penalty for `x`, a scalar; subclasses override it."""
        return 0.0


@public("keras.regularizers", "l1_l2")
class L1L2(Regularizer):
    """Penalises `l1 * sum(|x|) + l2 * sum(x**2)`.

    Args:
        l1: The factor of the absolute values; 0 by default.
        l2: The factor of the squares; 0 by default.

    Example:

    >>> from addax import keras
    >>> float(keras.regularizers.L1L2(l1=1.0, l2=2.0)([1.0, -2.0]))
    13.0
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0) -> None:
        self.l1 = _factor("l1", l1)
        self.l2 = _factor("l2", l2)

    def __call__(self, x: Any) -> Any:
        return _penalty(x, self.l1, self.l2)


@public("keras.regularizers", "l1")
class L1(Regularizer):
    """Penalises `l1 * sum(|x|)`.

    Args:
        l1: The factor; 0.01 by default.
    """

    def __init__(self, l1: float = 0.01) -> None:
        self.l1 = _factor("l1", l1, 0.01)

    def __call__(self, x: Any) -> Any:
        return _penalty(x, self.l1, 0.0)


@public("keras.regularizers", "l2")
class L2(Regularizer):
    """Penalises `l2 * sum(x**2)`.

    Args:
        l2: The factor; 0.01 by default.
    """

    def __init__(self, l2: float = 0.01) -> None:
        self.l2 = _factor("l2", l2, 0.01)

    def __call__(self, x: Any) -> Any:
        return _penalty(x, 0.0, self.l2)


def _penalty(x: Any, l1: float, l2: float) -> Any:
    total = l1 * reduce.sum(math.absolute(x)) if l1 else None
    if l2:
        squares = l2 * reduce.sum(math.square(x))
        total = squares if total is None else total + squares
    return create.zeros(()) if total is None else total


@public("keras.regularizers", "orthogonal_regularizer")
class OrthogonalRegularizer(Regularizer):
    """Penalises rows (or columns) of a matrix that are not orthogonal to each other.

    The penalty is `factor` times the mean magnitude of the products of two different
    rows, each divided by its length.

    Args:
        factor: The factor; 0.01 by default.
        mode: `"rows"` or `"columns"`.

    Raises:
        ValueError: If `mode` is something else.
    """

    def __init__(self, factor: float = 0.01, mode: str = "rows") -> None:
        if mode not in ("rows", "columns"):
            raise ValueError(
                explain("`mode` is 'rows' or 'columns'.", received={"mode": mode})
            )
        self.factor = _factor("factor", factor)
        self.mode = mode

    def __call__(self, x: Any) -> Any:
        if len(x.shape) != 2:
            raise ValueError(
                explain(
                    "OrthogonalRegularizer needs a matrix.",
                    received={"x": x},
                    why="Orthogonal are the rows or columns of a matrix.",
                )
            )
        rows = x if self.mode == "rows" else shape.transpose(x)
        rows = normalize.normalize(rows, axis=1)
        n = int(rows.shape[0])
        products = linalg.matmul(rows, shape.transpose(rows)) * (1.0 - create.eye(n))
        pairs = max(n * (n - 1) / 2, 1.0)
        return 0.5 * self.factor * reduce.sum(math.absolute(products)) / pairs


def _factor(name: str, value: Any, default: float = 0.0) -> float:
    value = default if value is None else value
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = float("nan")
    if not 0 <= number < float("inf"):
        raise ValueError(
            explain(
                f"`{name}` must be a finite number, at least 0.", received={name: value}
            )
        )
    return number


l1, l2, l1_l2 = L1, L2, L1L2
orthogonal_regularizer = OrthogonalRegularizer

_TABLE: dict[str, Any] = name_table(
    Regularizer, L1, L2, L1L2, OrthogonalRegularizer, l1_l2=L1L2, l1l2=L1L2
)


def serialize(regularizer: Any) -> dict[str, Any]:
    """Describes a regularizer by plain values; `deserialize` makes it again."""
    return serialize_keras_object(regularizer)


def deserialize(config: Any, custom_objects: Mapping[str, Any] | None = None) -> Any:
    """Makes the regularizer that `serialize` described."""
    return deserialize_keras_object(config, custom_objects)


def get(identifier: Any) -> Any:
    """Finds a regularizer.

    Args:
        identifier: A name, a function, an object, a class, a configuration or `None`.

    Returns:
        The regularizer; `None` for `None`.

    Raises:
        ValueError: If there is none of that name.

    Example:

    >>> from addax import keras
    >>> keras.regularizers.get("l2").l2
    0.01
    """
    return resolve(identifier, _TABLE, "regularizer")
