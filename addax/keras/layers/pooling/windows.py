"""The greatest element or the mean of each window."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras import config
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import pool
from addax.ops.windows import spread


class Pooling(Layer):
    """The base: geometry."""

    rank = 1

    def __init__(
        self,
        pool_size: Any = 2,
        strides: Any = None,
        padding: str = "valid",
        data_format: str | None = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name=name, **kwargs)
        self.pool_size = spread(pool_size, self.rank, "pool_size")
        self.strides = (
            self.pool_size if strides is None else spread(strides, self.rank, "strides")
        )
        if str(padding).lower() not in ("valid", "same"):
            raise ValueError(
                explain(
                    "`padding` is 'valid' or 'same'.", received={"padding": padding}
                )
            )
        self.padding = padding.lower()
        self.data_format = config.standardize_data_format(data_format)
        self.input_spec = InputSpec(ndim=self.rank + 2)

    def _geometry(self) -> tuple[Any, ...]:
        return self.pool_size, self.strides, self.padding, self.data_format


class MaxPooling(Pooling):
    """The base of layers that keep the greatest element."""

    def call(self, inputs: Any) -> Any:
        """The greatest element of each window."""
        return pool.max_pool(inputs, *self._geometry())


class AveragePooling(Pooling):
    """The base of layers that keep the mean."""

    def call(self, inputs: Any) -> Any:
        """The mean of each window."""
        return pool.average_pool(inputs, *self._geometry())


_ARGS = """
    Args:
        pool_size: The window's sizes, or one number for all.
        strides: The window's steps; its sizes if not given.
        padding: `"valid"` or `"same"`.
        data_format: `"channels_last"` or `"channels_first"`.
        name: A name.
        **kwargs: `dtype`, `input_shape`.
    """


@public("keras.layers", "MaxPool1D")
class MaxPooling1D(MaxPooling):
    __doc__ = f"""The greatest element of windows over a sequence.
{_ARGS}"""


@public("keras.layers", "MaxPool2D")
class MaxPooling2D(MaxPooling):
    __doc__ = f"""The greatest element of windows over images.
{_ARGS}
    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.MaxPooling2D()(np.ones((1, 28, 28, 3))).shape
    TensorShape([1, 14, 14, 3])
    """

    rank = 2


@public("keras.layers", "MaxPool3D")
class MaxPooling3D(MaxPooling):
    __doc__ = f"""The greatest element of windows over volumes.
{_ARGS}"""

    rank = 3


@public("keras.layers", "AvgPool1D")
class AveragePooling1D(AveragePooling):
    __doc__ = f"""The mean of windows over a sequence.
{_ARGS}"""


@public("keras.layers", "AvgPool2D")
class AveragePooling2D(AveragePooling):
    __doc__ = f"""The mean of windows over images.
{_ARGS}"""

    rank = 2


@public("keras.layers", "AvgPool3D")
class AveragePooling3D(AveragePooling):
    __doc__ = f"""The mean of windows over volumes.
{_ARGS}"""

    rank = 3
