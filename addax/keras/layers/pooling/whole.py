"""The greatest element or the mean over all spatial axes."""

from __future__ import annotations

from typing import Any

from addax.core import cast
from addax.keras import config
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import math, reduce, shape


class GlobalPooling(Layer):
    """The base: which axes."""

    rank = 1

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(**kwargs)
        self.data_format = config.standardize_data_format(data_format)
        self.keepdims = keepdims
        self.input_spec = InputSpec(ndim=self.rank + 2)

    @property
    def axes(self) -> tuple[int, ...]:
        """The spatial axes."""
        start = 2 if self.data_format == "channels_first" else 1
        return tuple(range(start, start + self.rank))


class GlobalMaxPooling(GlobalPooling):
    """The base of layers that keep the greatest element."""

    def call(self, inputs: Any) -> Any:
        """The greatest element of each channel."""
        return reduce.max(inputs, self.axes, self.keepdims)


class GlobalAveragePooling(GlobalPooling):
    """The base of layers that keep the mean."""

    def call(self, inputs: Any) -> Any:
        """The mean of each channel."""
        return reduce.mean(inputs, self.axes, self.keepdims)


_ARGS = """
    Args:
        data_format: `"channels_last"` or `"channels_first"`.
        keepdims: Whether the axes stay, with size 1.
        **kwargs: `name`, `dtype`, `input_shape`.
    """


@public("keras.layers", "GlobalMaxPool1D")
class GlobalMaxPooling1D(GlobalMaxPooling):
    __doc__ = f"""The greatest element of each feature of a sequence.
{_ARGS}"""


@public("keras.layers", "GlobalMaxPool2D")
class GlobalMaxPooling2D(GlobalMaxPooling):
    __doc__ = f"""The greatest element of each channel of images.
{_ARGS}"""

    rank = 2


@public("keras.layers", "GlobalMaxPool3D")
class GlobalMaxPooling3D(GlobalMaxPooling):
    __doc__ = f"""The greatest element of each channel of volumes.
{_ARGS}"""

    rank = 3


@public("keras.layers", "GlobalAvgPool1D")
class GlobalAveragePooling1D(GlobalAveragePooling):
    __doc__ = f"""The mean of each feature of a sequence, over the steps not masked.
{_ARGS}
    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.GlobalAveragePooling1D()(np.ones((2, 10, 8))).shape
    TensorShape([2, 8])
    """

    def __init__(
        self, data_format: str | None = None, keepdims: bool = False, **kwargs: Any
    ) -> None:
        super().__init__(data_format, keepdims, **kwargs)
        self.supports_masking = True

    def call(self, inputs: Any, mask: Any = None) -> Any:
        """The mean of each feature.

        Args:
            inputs: A sequence.
            mask: Booleans `(batch, steps)`: the steps that count.
        """
        if mask is None:
            return super().call(inputs)
        axis = self.axes[0]
        features = 1 if self.data_format == "channels_first" else 2
        weights = shape.expand_dims(cast(mask, inputs.dtype), features)
        total = reduce.sum(math.multiply(inputs, weights), axis, self.keepdims)
        return math.divide(total, reduce.sum(weights, axis, self.keepdims))

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """No mask: the steps are gone."""
        return None


@public("keras.layers", "GlobalAvgPool2D")
class GlobalAveragePooling2D(GlobalAveragePooling):
    __doc__ = f"""The mean of each channel of images.
{_ARGS}"""

    rank = 2


@public("keras.layers", "GlobalAvgPool3D")
class GlobalAveragePooling3D(GlobalAveragePooling):
    __doc__ = f"""The mean of each channel of volumes.
{_ARGS}"""

    rank = 3
