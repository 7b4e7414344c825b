"""Colours changed: hue, saturation, more or less grey."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.preprocessing.image.base import (
    Adjusting,
    ImageLayer,
    Transformation,
)
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.factors import bounds, share, value_range
from addax.keras.serialization import public
from addax.ops import image_adjust, math, shape

_range = value_range


class Recolouring(Adjusting):
    """The base of layers with one factor for each image and one operation."""

    signed = False  # whether one number as factor stands for both signs
    adjust: Any  # the operation

    def __init__(
        self,
        factor: Any,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        least = -1.0 if self.signed else 0.0
        self.factor = bounds("factor", factor, least, both=self.signed)
        self.value_range = _range(value_range)
        self._seeded(seed)

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return type(self).adjust(
            images, transformation["factor"], self._range, self.data_format
        )


@public("keras.layers")
class RandomHue(Recolouring):
    """Turns the hue of each image, while training.

    Args:
        factor: By how much, as a part of half the circle of colours: from 0 to
            `factor`, or between two bounds. Either way round.
        value_range: The least and the greatest value of a pixel.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomHue((1.0, 1.0), value_range=(0, 1))
    >>> layer(np.array([[[1.0, 0.0, 0.0]]]), training=True).numpy().tolist()
    [[[0.0, 1.0, 1.0]]]
    """

    adjust = image_adjust.adjust_hue

    def _draw(self, draws: Draws) -> Transformation:
        turn = draws.uniform(*self.factor) * 0.5
        return {"factor": image_adjust.choose_sign(draws.chance(0.5), turn)}


@public("keras.layers")
class RandomSaturation(Recolouring):
    """Makes the colours of each image stronger or weaker, while training.

    Args:
        factor: From 0, which leaves grey, over 1/2, which changes nothing, to 1, the
            strongest colours; a number stands for those up to it, a pair for those
            between.
        value_range: The least and the greatest value of a pixel.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomSaturation((0.0, 0.0), value_range=(0, 1))
    >>> layer(np.array([[[1.0, 0.0, 0.5]]]), training=True).numpy().tolist()
    [[[1.0, 1.0, 1.0]]]
    """

    signed = True
    adjust = image_adjust.adjust_saturation

    def _draw(self, draws: Draws) -> Transformation:
        strength = draws.uniform(*self.factor)
        rest = math.maximum(1.0 - strength, 1e-7)
        return {"factor": strength / rest}


@public("keras.layers")
class RandomColorDegeneration(Recolouring):
    """Mixes each image with its grey version, while training.

    Args:
        factor: How much of grey: from `-factor` to `factor` (colours grow stronger
            below 0), or between two bounds. All is grey at 1.
        value_range: The least and the greatest value of a pixel.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomColorDegeneration((1.0, 1.0))
    >>> layer(np.array([[[255.0, 0.0, 0.0]]]), training=True).numpy().round().tolist()
    [[[76.0, 76.0, 76.0]]]
    """

    signed = True
    adjust = image_adjust.blend_grey

    def _draw(self, draws: Draws) -> Transformation:
        factor = draws.uniform(*self.factor)
        return {"factor": shape.reshape(factor, (-1, 1, 1, 1))}


@public("keras.layers")
class RandomGrayscale(ImageLayer):
    """Takes the colours out of some images, while training.

    Args:
        factor: The part of the images that lose their colours, from 0 to 1.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomGrayscale(1.0)
    >>> layer(np.array([[[100, 0, 0]]], "uint8"), training=True).numpy().tolist()
    [[[29, 29, 29]]]
    """

    keeps_dtype = True
    config_without = frozenset((*ImageLayer.config_without, "seed"))  # as in Keras

    def __init__(
        self,
        factor: float = 0.5,
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = share("factor", factor)
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        return {"grey": draws.chance(self.factor)}

    def _images(self, images: Any, transformation: Transformation) -> Any:
        grey = image_adjust.all_grey(images, self.data_format)
        return image_adjust.choose(transformation["grey"], grey, images)
