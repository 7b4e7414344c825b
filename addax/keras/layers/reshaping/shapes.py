"""Layers that give their inputs another shape or order of axes."""

from __future__ import annotations

import math as python_math
from typing import Any

from addax._base.errors import explain
from addax.keras import config
from addax.keras.layers.checks import positive
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import shape


@public("keras.layers")
class Flatten(Layer):
    """Puts all axes but the first into one.

    Args:
        data_format: `"channels_last"` or `"channels_first"`; in the second case the
            channels are moved last before, so that both give one order.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Flatten()(np.ones((2, 28, 28))).shape
    TensorShape([2, 784])
    """

    def __init__(self, data_format: str | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(min_ndim=1)

    def call(self, inputs: Any) -> Any:
        """The flat inputs."""
        rank = len(inputs.shape)
        if self.data_format == "channels_first" and rank > 2:
            inputs = shape.transpose(inputs, (0, *range(2, rank), 1))
        return shape.reshape(
            inputs, (inputs.shape[0], python_math.prod(inputs.shape[1:]))
        )


@public("keras.layers")
class Reshape(Layer):
    """Gives each sample another shape.

    Args:
        target_shape: The shape without the batch axis; one size may be -1.
        **kwargs: `name`, `dtype`, `input_shape`.

    Raises:
        ValueError: At the call, if the sizes do not fit.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Reshape((-1, 4))(np.ones((2, 8))).shape
    TensorShape([2, 2, 4])
    """

    def __init__(self, target_shape: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        single = not hasattr(target_shape, "__iter__")
        self.target_shape = (target_shape,) if single else tuple(target_shape)

    def call(self, inputs: Any) -> Any:
        """The inputs in their new shape."""
        target = shape.sizes(self.target_shape)
        have, want = python_math.prod(inputs.shape[1:]), python_math.prod(target)
        fits = have % want == 0 if -1 in target and want else have == want
        if not fits:
            raise ValueError(
                explain(
                    f"Layer {self.name!r} cannot bring {have} numbers a sample into "
                    f"the shape {self.target_shape}.",
                    received={"inputs.shape": tuple(inputs.shape)},
                    fix="The product of the sizes must stay; -1 stands for what is "
                    "left.",
                )
            )
        return shape.reshape(inputs, (inputs.shape[0], *target))


@public("keras.layers")
class Permute(Layer):
    """Reorders the axes of each sample.

    Args:
        dims: The axes in their new order, counted from 1: `(2, 1)` swaps two.
        **kwargs: `name`, `dtype`, `input_shape`.

    Raises:
        ValueError: If `dims` is no order of the axes 1, 2, ...
    """

    def __init__(self, dims: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.dims = tuple(dims)
        if sorted(self.dims) != list(range(1, len(self.dims) + 1)):
            raise ValueError(
                explain(
                    "`dims` is an order of the axes 1, 2, ..., each once.",
                    received={"dims": dims},
                    why="The batch axis, 0, stays where it is.",
                    fix="Permute((2, 1)) swaps the axes of (batch, steps, features).",
                )
            )
        self.input_spec = InputSpec(ndim=len(self.dims) + 1)

    def call(self, inputs: Any) -> Any:
        """The inputs with their axes reordered."""
        return shape.transpose(inputs, (0, *self.dims))


@public("keras.layers")
class RepeatVector(Layer):
    """Repeats a vector: `(batch, features)` to `(batch, n, features)`.

    Args:
        n: How often.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    def __init__(self, n: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.n = positive("n", n)
        self.input_spec = InputSpec(ndim=2)

    def call(self, inputs: Any) -> Any:
        """The repeated inputs."""
        return shape.repeat(shape.expand_dims(inputs, 1), self.n, axis=1)
