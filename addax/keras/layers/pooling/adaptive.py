"""Pooling to an output of a given size, whatever the input's."""

from __future__ import annotations

from typing import Any

from addax.keras import config
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops.pool import adaptive_average_pool, adaptive_max_pool
from addax.ops.windows import spread


class AdaptivePooling(Layer):
    """The base: how many windows there are."""

    rank = 1

    def __init__(
        self, output_size: Any, data_format: str | None = None, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.output_size = spread(output_size, self.rank, "output_size")
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)


class AdaptiveAveragePooling(AdaptivePooling):
    """The base of layers that keep the mean of each window."""

    def call(self, inputs: Any) -> Any:
        """The mean of each window."""
        return adaptive_average_pool(inputs, self.output_size, self.data_format)


class AdaptiveMaxPooling(AdaptivePooling):
    """The base of layers that keep the greatest element of each window."""

    def call(self, inputs: Any) -> Any:
        """The greatest element of each window."""
        return adaptive_max_pool(inputs, self.output_size, self.data_format)


_ARGS = """
    Args:
        output_size: How many windows, for each axis or one number for all. They are as
            large as that needs, and may share elements.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.
    """


@public("keras.layers")
class AdaptiveAveragePooling1D(AdaptiveAveragePooling):
    __doc__ = f"""The means of parts of a sequence.
{_ARGS}"""


@public("keras.layers")
class AdaptiveAveragePooling2D(AdaptiveAveragePooling):
    __doc__ = f"""The means of parts of images.
{_ARGS}
    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.AdaptiveAveragePooling2D(2)(np.ones((1, 7, 5, 3))).shape
    TensorShape([1, 2, 2, 3])
    """

    rank = 2


@public("keras.layers")
class AdaptiveAveragePooling3D(AdaptiveAveragePooling):
    __doc__ = f"""The means of parts of volumes.
{_ARGS}"""

    rank = 3


@public("keras.layers")
class AdaptiveMaxPooling1D(AdaptiveMaxPooling):
    __doc__ = f"""The greatest elements of parts of a sequence.
{_ARGS}"""


@public("keras.layers")
class AdaptiveMaxPooling2D(AdaptiveMaxPooling):
    __doc__ = f"""The greatest elements of parts of images.
{_ARGS}"""

    rank = 2


@public("keras.layers")
class AdaptiveMaxPooling3D(AdaptiveMaxPooling):
    __doc__ = f"""The greatest elements of parts of volumes.
{_ARGS}"""

    rank = 3
