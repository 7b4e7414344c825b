"""`Rescaling`: a factor and an offset."""

from __future__ import annotations

from typing import Any

from addax.core import cast, convert
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import math


@public("keras.layers")
class Rescaling(Layer):
    """`inputs * scale + offset`, in floating numbers.

    Args:
        scale: The factor: a number, or one for each channel.
        offset: The offset, likewise.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Rescaling(1 / 255)(np.array([0, 255], "uint8")).numpy().tolist()
    [0.0, 1.0]
    """

    def __init__(self, scale: Any, offset: Any = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.scale = scale
        self.offset = offset
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The rescaled inputs."""
        dtype = self.compute_dtype
        scale, offset = convert(self.scale, dtype), convert(self.offset, dtype)
        return math.add(math.multiply(cast(inputs, dtype), scale), offset)
