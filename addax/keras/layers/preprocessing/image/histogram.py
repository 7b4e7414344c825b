"""Contrast by the values that an image has, while training or not."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.preprocessing.image.base import Adjusting, Transformation
from addax.keras.layers.preprocessing.image.factors import value_range
from addax.keras.serialization import public
from addax.ops import image_histogram
from addax.ops.windows import spread

_range = value_range


@public("keras.layers")
class AutoContrast(Adjusting):
    """Stretches each channel of each image over the whole range, in training or not.

    Args:
        value_range: The least and the greatest value of a pixel.
        **kwargs: `data_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> image = np.array([10.0, 20.0, 30.0]).reshape(3, 1, 1)
    >>> keras.layers.AutoContrast()(image).numpy().ravel().tolist()
    [0.0, 127.5, 255.0]
    """

    always = True

    def __init__(self, value_range: Any = (0, 255), **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.value_range = _range(value_range)

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return image_histogram.auto_contrast(images, self._range, self.data_format)


@public("keras.layers")
class Equalization(Adjusting):
    """Spreads the values of each channel so that each is about as frequent.

    It acts while training only, as in Keras.

    Args:
        value_range: The least and the greatest value of a pixel.
        bins: How many values are told apart.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> image = np.array([10.0, 20.0, 30.0]).reshape(3, 1, 1)
    >>> keras.layers.Equalization()(image).numpy().ravel().tolist()
    [0.0, 128.0, 255.0]
    """

    def __init__(
        self,
        value_range: Any = (0, 255),
        bins: int = 256,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        if bins < 2:
            raise ValueError(
                explain(
                    "`bins` is at least 2.", received={"bins": bins}, fix="bins=256"
                )
            )
        self.bins = bins
        self.value_range = _range(value_range)

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return image_histogram.equalize(
            images, self.bins, self._range, self.data_format
        )


@public("keras.layers")
class ContrastLimitedAdaptiveHistogramEqualization(Adjusting):
    """Equalizes parts of each image by themselves, with limited contrast.

    It acts while training or not.

    Args:
        value_range: The least and the greatest value of a pixel.
        clip_limit: How many times as frequent as on average a value may count; 0 for no
            limit.
        tile_grid_size: Into how many parts the height and width are divided.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: Zuiderveld 1994, Contrast Limited Adaptive Histogram Equalization.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.ContrastLimitedAdaptiveHistogramEqualization()
    >>> layer(np.zeros((64, 64, 3), "uint8")).shape
    TensorShape([64, 64, 3])
    """

    always = True
    keeps_dtype = True

    def __init__(
        self,
        value_range: Any = (0, 255),
        clip_limit: float = 4.0,
        tile_grid_size: Any = (8, 8),
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.value_range = tuple(_range(value_range))
        self.clip_limit = clip_limit
        self.tile_grid_size = spread(tile_grid_size, 2, "tile_grid_size")

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return image_histogram.clahe(
            images,
            float(self.clip_limit),
            self.tile_grid_size,
            self._range,
            self.data_format,
        )
