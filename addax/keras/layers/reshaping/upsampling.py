"""Enlarging by repetition or interpolation."""

from __future__ import annotations

from typing import Any

from addax.keras import config
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import image, shape
from addax.ops.windows import spread


class UpSampling(Layer):
    """The base of layers that repeat each entry along the spatial axes."""

    rank = 1

    def __init__(
        self, size: Any = 2, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        sizes = spread(size, self.rank, "size")
        self.size: Any = sizes[0] if self.rank == 1 else sizes
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def call(self, inputs: Any) -> Any:
        """The enlarged inputs."""
        start = 2 if self.data_format == "channels_first" else 1
        sizes = [self.size] if self.rank == 1 else self.size
        for axis, times in enumerate(sizes, start):
            if times > 1:
                inputs = shape.repeat(inputs, times, axis)
        return inputs


@public("keras.layers")
class UpSampling1D(UpSampling):
    """Repeats each step of a sequence `(batch, steps, features)`.

    Args:
        size: How often.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    config_without = frozenset((*Layer.config_without, "data_format"))

    def __init__(self, size: int = 2, **kwargs: Any) -> None:
        super().__init__(size, "channels_last", **kwargs)


@public("keras.layers")
class UpSampling2D(UpSampling):
    """Enlarges images by whole factors.

    Args:
        size: The factors for height and width, or one for both.
        data_format: `"channels_last"` or `"channels_first"`.
        interpolation: `"nearest"` (repeats), `"bilinear"`, `"bicubic"`, `"lanczos3"` or
            `"lanczos5"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.UpSampling2D(2)(np.ones((1, 4, 4, 3))).shape
    TensorShape([1, 8, 8, 3])
    """

    rank = 2

    def __init__(
        self,
        size: Any = (2, 2),
        data_format: str | None = None,
        interpolation: str = "nearest",
        **kwargs: Any,
    ) -> None:
        super().__init__(size, data_format, **kwargs)
        self.interpolation = image.interpolation(interpolation)

    def call(self, inputs: Any) -> Any:
        """The enlarged images."""
        if self.interpolation == "nearest":
            return super().call(inputs)
        first = self.data_format == "channels_first"
        height, width = inputs.shape[2:] if first else inputs.shape[1:3]
        return image.resize(
            inputs,
            (height * self.size[0], width * self.size[1]),
            self.interpolation,
            data_format=self.data_format,
        )


@public("keras.layers")
class UpSampling3D(UpSampling):
    """Repeats each voxel of volumes along all three axes.

    Args:
        size: The factors for the three axes, or one for all.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    rank = 3
