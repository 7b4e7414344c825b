"""Pixel values by themselves: inverted, solarised, of fewer bits."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.preprocessing.image.base import Adjusting, Transformation
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.factors import bounds, value_range
from addax.keras.serialization import public
from addax.ops import image_adjust, shape

_range = value_range


@public("keras.layers")
class RandomInvert(Adjusting):
    """Turns the values of some images into their opposites, while training.

    Args:
        factor: With which probability: it is drawn for each image, from 0 to `factor`
            or between two bounds; `(1, 1)` for always.
        value_range: The least and the greatest value of a pixel.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomInvert((1, 1))
    >>> float(layer(np.full((2, 2, 3), 55.0), training=True).numpy().max())
    200.0
    """

    def __init__(
        self,
        factor: Any = 1.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds("factor", factor)
        self.value_range = tuple(_range(value_range))
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        return {"apply_inversion": draws.applied(self.factor)}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        where = transformation["apply_inversion"]
        return image_adjust.invert(images, where, self._range)


@public("keras.layers")
class Solarization(Adjusting):
    """Brightens each image, then turns what is bright into its opposite, in training.

    Args:
        addition_factor: How much to add, as a part of the range of values: from 0 to
            that, or between two bounds.
        threshold_factor: From which value on to invert, likewise.
        value_range: The least and the greatest value of a pixel.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.Solarization()
    >>> layer(np.array([[[59, 62, 63]]], "uint8"), training=True).numpy().tolist()
    [[[196.0, 193.0, 192.0]]]
    """

    def __init__(
        self,
        addition_factor: Any = 0.0,
        threshold_factor: Any = 0.0,
        value_range: Any = (0, 255),
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        self.addition_factor = bounds("addition_factor", addition_factor)
        self.threshold_factor = bounds("threshold_factor", threshold_factor)
        self.value_range = _range(value_range)
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        parts = {
            "additions": draws.uniform(*self.addition_factor),
            "thresholds": draws.uniform(*self.threshold_factor),
        }
        return {k: shape.reshape(v * 255.0, (-1, 1, 1, 1)) for k, v in parts.items()}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        numbers = transformation["additions"], transformation["thresholds"]
        return image_adjust.solarize(images, *numbers, self._range)


@public("keras.layers")
class RandomPosterization(Adjusting):
    """Leaves each image a few of the eight bits of its values, while training.

    Args:
        factor: How many bits are left, from 1 to 8: fewer than `factor` at random, or
            from a lower bound to below an upper one; `(4, 4)` for always 4.
        value_range: The least and the greatest value of a pixel.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomPosterization((1, 1))
    >>> layer(np.array([[[100.0, 200.0, 0.0]]]), training=True).numpy().tolist()
    [[[0.0, 128.0, 0.0]]]
    """

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds("factor", factor, 1, 8)
        self.value_range = _range(value_range)
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        return {"shift_factor": image_adjust.shifts(draws.uniform(*self.factor))}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        shift = transformation["shift_factor"]
        return image_adjust.posterize(images, shift, self._range)
