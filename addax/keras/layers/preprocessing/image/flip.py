"""`RandomFlip`: mirrored images."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.preprocessing.image.base import (
    GeometricLayer,
    Transformation,
)
from addax.keras.layers.preprocessing.image.draws import Draws
from addax.keras.serialization import public
from addax.ops import boxes as _boxes
from addax.ops import image_adjust, shape
from addax.ops.image_axes import one_of, space_axes

MODES = ("horizontal", "vertical", "horizontal_and_vertical")


@public("keras.layers")
class RandomFlip(GeometricLayer):
    """Mirrors each image, or does not, while training.

    With both directions each is drawn by itself. (Keras 3.15 turns an image by half a
    circle or leaves it alone.)

    Args:
        mode: `"horizontal"` (left and right change places), `"vertical"` or
            `"horizontal_and_vertical"`.
        seed: A whole number that makes the draws reproducible.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: `bounding_box_format`, `name`, `dtype`, `input_shape`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> flip = keras.layers.RandomFlip("horizontal", seed=0)
    >>> images = np.arange(8.0).reshape(4, 1, 2, 1)
    >>> flip(images, training=True).numpy()[..., 0].tolist()
    [[[0.0, 1.0]], [[2.0, 3.0]], [[5.0, 4.0]], [[7.0, 6.0]]]
    >>> flip(images, training=False).numpy()[0, 0, :, 0].tolist()
    [0.0, 1.0]
    """

    def __init__(
        self,
        mode: str = "horizontal_and_vertical",
        seed: int | None = None,
        data_format: str | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(data_format=data_format, **kwargs)
        self.mode = one_of("mode", mode, MODES)
        self._seeded(seed)

    def _draw(self, draws: Draws) -> Transformation:
        ways = 2 if self.mode == MODES[2] else 1
        flags = draws.uniform(0.0, 1.0, ways) < 0.5
        return {"flips": shape.reshape(flags, (draws.count, 1, 1, ways))}

    def _flags(self, transformation: Transformation) -> tuple[Any, Any]:
        """Which images change left and right, and which above and below."""
        flips = transformation["flips"]
        across = flips[..., 0] if "horizontal" in self.mode else None
        return across, flips[..., -1] if "vertical" in self.mode else None

    def _images(
        self, images: Any, transformation: Transformation, nearest: bool = False
    ) -> Any:
        axes = space_axes(len(images.shape), self.data_format)
        return image_adjust.flip(images, *self._flags(transformation), axes)

    def _boxes(self, boxes: Any, transformation: Transformation) -> Any:
        size = self._space(transformation)
        return _boxes.flip_boxes(boxes, *self._flags(transformation), *size)
