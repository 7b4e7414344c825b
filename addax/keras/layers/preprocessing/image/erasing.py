"""`RandomErasing`: parts of images filled with noise."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.preprocessing.image.base import Adjusting, Transformation
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.layers.preprocessing.image.factors import bounds, value_range
from addax.keras.serialization import public
from addax.ops import image_adjust, math

_range = value_range


def patches(draws: Draws, tall: Any, broad: Any, size: tuple[int, int]) -> Any:
    """A mask `(batch, height, width, 1)` of one rectangle in each image.

    Args:
        draws: Where the places come from.
        tall: The rectangles' heights, as parts of the images'.
        broad: Their widths.
        size: The images' height and width.
    """
    sides = []
    for part, whole in zip((tall, broad), size, strict=True):
        length = math.floor(part * float(whole) + 0.5)
        start = math.floor(draws.uniform(0.0, 1.0) * (whole - length + 1.0))
        sides.append((start, length))
    (top, height), (left, width) = sides
    return image_adjust.rectangles(top, left, height, width, size)


@public("keras.layers")
class RandomErasing(Adjusting):
    """Fills a rectangle in some images with noise or one value, while training.

    Args:
        factor: With which probability: it is drawn for each image, from 0 to `factor`
            or between two bounds; `(1, 1)` for always.
        scale: Bounds of two numbers whose roots are the rectangle's height and width,
            as parts of the image's.
        fill_value: What to fill with; normal noise if not given.
        value_range: The least and the greatest value of a pixel.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `name`, `dtype`, `input_shape`.

    Source: Zhong et al. 2017, https://arxiv.org/abs/1708.04896.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RandomErasing((1, 1), scale=(0.25, 0.25), fill_value=9)
    >>> int((layer(np.zeros((8, 8, 1)), training=True).numpy() == 9).sum())
    16
    """

    def __init__(
        self,
        factor: Any = 1.0,
        scale: Any = (0.02, 0.33),
        fill_value: float | None = None,
        value_range: Any = (0, 255),
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.factor = bounds("factor", factor)
        self.scale = bounds("scale", scale)
        self.fill_value = fill_value
        self.value_range = tuple(_range(value_range))
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        size = self._space({"input_shape": draws.shape})
        tall, broad = (math.sqrt(draws.uniform(*self.scale)) for _ in size)
        return {
            "apply_erasing": draws.applied(self.factor),
            "batch_masks": patches(draws, tall, broad, size),
            "seed": draws.seed(),
        }

    def _images(self, images: Any, transformation: Transformation) -> Any:
        return image_adjust.erase(
            images,
            transformation["batch_masks"],
            transformation["apply_erasing"],
            transformation["seed"],
            None if self.fill_value is None else float(self.fill_value),
            self._range,
            self.data_format,
        )
