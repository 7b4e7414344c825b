"""`RandomBrightness` and `RandomContrast`."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.preprocessing.image.base import Adjusting, Transformation
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.factors import bounds, value_range
from addax.keras.serialization import public
from addax.ops import image_adjust, shape

_range = value_range


@public("keras.layers")
class RandomBrightness(Adjusting):
    """Makes each image brighter or darker, while training.

    Args:
        factor: By how much, as a part of the range of values: from `-factor` to
            `factor`, or the lower and upper bound. At -1 an image is black, at 1 white.
        value_range: The least and the greatest value of a pixel.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomBrightness((0.1, 0.1))
    >>> float(layer(np.full((2, 2, 3), 100.0), training=True).numpy().max())
    125.5
    """

    keeps_dtype = True

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.factor = bounds("factor", factor, -1.0, both=True)
        self.value_range = _range(value_range)
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        low, high = self._range
        delta = draws.uniform(*self.factor) * (high - low)
        return {"rgb_delta": shape.reshape(delta, (-1, 1, 1, 1))}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        delta = transformation["rgb_delta"]
        return image_adjust.adjust_brightness(images, delta, self._range)


@public("keras.layers")
class RandomContrast(Adjusting):
    """Scales how far pixels are from the mean of their channel, while training.

    Args:
        factor: A number, for scales from 1 to `1 + factor`; or a pair, for scales from
            `1 - factor[0]` to `1 + factor[1]`.
        value_range: The least and the greatest value of a pixel.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `data_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomContrast(0.3, seed=0)
    >>> layer(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.factor = bounds("factor", factor)
        self.value_range = _range(value_range)
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        less, more = self.factor
        scale = draws.uniform(1.0 - less, 1.0 + more)
        return {"contrast_factor": shape.reshape(scale, (-1, 1, 1, 1))}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return image_adjust.adjust_contrast(
            images, transformation["contrast_factor"], self._range, self.data_format
        )
