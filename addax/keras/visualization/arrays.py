"""Batches of images as arrays of bytes that can be drawn on."""

from __future__ import annotations

import colorsys
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import convert
from addax.keras import config

Color = tuple[int, int, int]


def as_bytes(
    images: Any, data_format: str | None = None, value_range: Any = (0, 255)
) -> np.ndarray:
    """A batch of images with the channels last, as a new array of `uint8`.

    Args:
        images: The batch.
        data_format: Where the channels are.
        value_range: The least and the greatest value of a pixel.

    Raises:
        ValueError: If it is no batch of images.
    """
    array = convert(images).numpy()
    if array.ndim != 4:
        raise ValueError(
            explain(
                "`images` is a batch of images, of four axes.",
                received={"images.shape": array.shape},
                fix="images[None] is a batch of one",
            )
        )
    if config.standardize_data_format(data_format) == "channels_first":
        array = array.transpose(0, 2, 3, 1)
    if array.dtype == np.uint8 and tuple(value_range) == (0, 255):
        return array.copy()
    low, high = value_range
    scaled = (array.astype(np.float32) - low) * (255 / (high - low))
    return np.clip(scaled, 0, 255).astype(np.uint8)


def palette(count: int) -> dict[int, Color]:
    """A colour for each class from 1 on, neighbours far apart.

    Hues go round by the golden section, so that more classes leave the first ones'
    colours as they are.
    """
    found = {}
    for i in range(count):
        hue = i * 0.6180339887 % 1
        red, green, blue = colorsys.hsv_to_rgb(hue, 0.85, 0.95 - 0.25 * (i % 2))
        found[i + 1] = round(red * 255), round(green * 255), round(blue * 255)
    return found
