"""Layers that combine several tensors of one shape, element by element."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import math, shape


class Merge(Layer):
    """The base of layers that take a list of tensors.

    Inputs with fewer axes than others get axes of size 1 behind the batch axis.
    """

    least = 1

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Checks that the inputs can be combined."""
        shapes = input_shape
        listed = isinstance(shapes, (list, tuple)) and all(
            isinstance(s, (list, tuple)) for s in shapes
        )
        if not listed or len(shapes) < self.least:
            raise ValueError(
                explain(
                    f"{type(self).__name__} takes a list of tensors, at least "
                    f"{self.least}.",
                    received={"input_shape": shapes},
                    fix=f"keras.layers.{type(self).__name__}()([a, b])",
                )
            )
        longest = max(len(s) for s in shapes)
        aligned = [(*s[:1], *(1,) * (longest - len(s)), *s[1:]) for s in shapes]
        for axis in range(longest):
            sizes = {s[axis] for s in aligned} - {None, 1}
            if len(sizes) > 1:
                raise ValueError(
                    explain(
                        f"{type(self).__name__} cannot combine inputs of these shapes.",
                        received={"shapes": [tuple(s) for s in shapes]},
                        why="Each axis must have one size, or 1.",
                    )
                )

    def call(self, inputs: Any) -> Any:
        """The inputs, combined."""
        longest = max(len(x.shape) for x in inputs)
        return self.merge(
            [
                x
                if len(x.shape) == longest
                else shape.expand_dims(x, tuple(range(1, 1 + longest - len(x.shape))))
                for x in inputs
            ]
        )

    def merge(self, inputs: list[Any]) -> Any:
        """Combines tensors with the same number of axes."""
        raise NotImplementedError

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """True where an input is not masked; none if one has no mask."""
        masks = list(previous_mask or (None,))
        if any(mask is None for mask in masks):
            return None
        return functools.reduce(math.logical_or, masks)


@public("keras.layers")
class Add(Merge):
    """The sum of a list of tensors.

    Args:
        **kwargs: `name`, `dtype`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Add()([np.ones((1, 2)), np.ones((1, 2))]).numpy().tolist()
    [[2.0, 2.0]]
    """

    def merge(self, inputs: list[Any]) -> Any:
        """The sum."""
        return functools.reduce(math.add, inputs)


@public("keras.layers")
class Subtract(Merge):
    """The first of two tensors minus the second.

    Args:
        **kwargs: `name`, `dtype`.
    """

    least = 2

    def build(self, input_shape: Any) -> None:
        """Checks that there are two inputs."""
        super().build(input_shape)
        if len(input_shape) != 2:
            raise ValueError(
                explain(
                    "Subtract takes two tensors.", received={"input_shape": input_shape}
                )
            )

    def merge(self, inputs: list[Any]) -> Any:
        """The difference."""
        return math.subtract(*inputs)


@public("keras.layers")
class Multiply(Merge):
    """The product of a list of tensors, element by element.

    Args:
        **kwargs: `name`, `dtype`.
    """

    def merge(self, inputs: list[Any]) -> Any:
        """The product."""
        return functools.reduce(math.multiply, inputs)


@public("keras.layers")
class Average(Merge):
    """The mean of a list of tensors, element by element.

    Args:
        **kwargs: `name`, `dtype`.
    """

    def merge(self, inputs: list[Any]) -> Any:
        """The mean."""
        return math.divide(functools.reduce(math.add, inputs), len(inputs))


@public("keras.layers")
class Maximum(Merge):
    """The greatest of a list of tensors, element by element.

    Args:
        **kwargs: `name`, `dtype`.
    """

    def merge(self, inputs: list[Any]) -> Any:
        """The greatest."""
        return functools.reduce(math.maximum, inputs)


@public("keras.layers")
class Minimum(Merge):
    """The smallest of a list of tensors, element by element.

    Args:
        **kwargs: `name`, `dtype`.
    """

    def merge(self, inputs: list[Any]) -> Any:
        """The smallest."""
        return functools.reduce(math.minimum, inputs)


def _function(layer: type[Layer], name: str) -> Callable[..., Any]:
    """The form of a merge layer that is called with its inputs at once."""

    def merge(inputs: Any, **kwargs: Any) -> Any:
        return layer(**kwargs)(inputs)

    merge.__name__ = merge.__qualname__ = name
    merge.__doc__ = f"""{layer.__name__}, called at once.

    Args:
        inputs: A list of tensors.
        **kwargs: Those of `keras.layers.{layer.__name__}`.

    Returns:
        A tensor.
    """
    return public("keras.layers")(merge)


add = _function(Add, "add")
subtract = _function(Subtract, "subtract")
multiply = _function(Multiply, "multiply")
average = _function(Average, "average")
maximum = _function(Maximum, "maximum")
minimum = _function(Minimum, "minimum")
