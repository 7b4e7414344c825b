"""`RandomSharpness` and `RandomGaussianBlur`."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.preprocessing.image.base import ImageLayer, Transformation
from addax.keras.layers.preprocessing.image.color import Recolouring
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.factors import bounds, value_range
from addax.keras.serialization import public
from addax.ops import image_adjust, image_filter
from addax.ops.windows import spread

_range = value_range


@public("keras.layers")
class RandomSharpness(Recolouring):
    """Makes each image sharper or softer, while training.

    Args:
        factor: From 0, which is blurred, over 1/2, which changes nothing, to 1, where
            edges stand out; a number stands for those up to it, a pair for those
            between.
        value_range: The least and the greatest value of a pixel.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomSharpness(0.5, seed=0)
    >>> layer(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    adjust = image_adjust.sharpen

    def _draw(self, draws: Draws) -> Transformation:
        return {"factor": draws.uniform(*self.factor)}


@public("keras.layers")
class RandomGaussianBlur(ImageLayer):
    """Blurs some images, while training.

    Args:
        factor: With which probability: it is drawn for each image, from 0 to `factor`
            or between two bounds; `(1, 1)` for always.
        kernel_size: The height and width of the blur in pixels, odd.
        sigma: Its standard deviation: drawn for each image from 0 to `sigma`, or
            between two bounds.
        value_range: The least and the greatest value of a pixel.
        data_format: `"channels_last"` or `"channels_first"`.
        seed: A whole number that makes the draws reproducible.
        **kwargs: `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomGaussianBlur(kernel_size=5, sigma=(0.5, 2.0))
    >>> layer(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(
        self,
        factor: Any = 1.0,
        kernel_size: Any = 3,
        sigma: Any = 1.0,
        value_range: Any = (0, 255),
        data_format: str | None = None,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds("factor", factor)
        self.kernel_size = spread(kernel_size, 2, "kernel_size")
        if any(n % 2 == 0 for n in self.kernel_size):
            raise ValueError(
                explain(
                    "`kernel_size` is odd, so that the blur has a middle.",
                    received={"kernel_size": kernel_size},
                    fix="RandomGaussianBlur(kernel_size=3)",
                )
            )
        self.sigma = bounds("sigma", sigma, 0.0, float("inf"))
        self.value_range = tuple(_range(value_range))
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        where = draws.applied(self.factor)
        return {
            "should_apply_blur": where,
            "blur_factor": draws.uniform(*self.sigma, 2),
        }

    def _images(self, images: Any, transformation: Transformation) -> Any:
        blurred = image_filter.gaussian_blur(
            images, self.kernel_size, transformation["blur_factor"], self.data_format
        )
        return image_adjust.choose(transformation["should_apply_blur"], blurred, images)
