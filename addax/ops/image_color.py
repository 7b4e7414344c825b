"""Colours: grey, hue, saturation."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from addax._base.errors import explain
from addax.core import Array, convert, op
from addax.ops.image_axes import check_images, to_batch

# Rec. 601's shares of red, green and blue in what the eye sees as bright
LUMA = (0.2989, 0.5870, 0.1140)


def grey(x: Array) -> Array:
    """The brightness of colours `(..., 3)`, as `(..., 1)`."""
    red, green, blue = LUMA
    kind = jnp.promote_types(x.dtype, "float16")
    x = x.astype(kind if jnp.issubdtype(x.dtype, jnp.floating) else "float32")
    return (x[..., :1] * red + x[..., 1:2] * green + x[..., 2:] * blue).astype(x.dtype)


@op(name="rgb_to_grayscale")
def _grayscale(images: Array, data_format: str) -> Array:
    x, back = to_batch(images, data_format)
    return back(grey(x).astype(images.dtype))


def rgb_to_grayscale(images: Any, data_format: str = "channels_last") -> Any:
    """Colours as their brightness, 0.2989 red + 0.587 green + 0.114 blue.

    Args:
        images: One image of three channels, or a batch.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' type, of one channel.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image_color import rgb_to_grayscale
    >>> rgb_to_grayscale(np.full((2, 2, 3), 100, "uint8")).shape
    TensorShape([2, 2, 1])
    """
    return _grayscale(_colours(images, data_format), data_format)


def hsv(x: Array) -> tuple[Array, Array, Array]:
    """Hue, saturation and value of colours `(..., 3)` from 0 to 1."""
    red, green, blue = x[..., 0], x[..., 1], x[..., 2]
    value = jnp.maximum(jnp.maximum(red, green), blue)
    spread = value - jnp.minimum(jnp.minimum(red, green), blue)
    safe = jnp.where(spread > 0, spread, jnp.ones_like(spread))
    hue = jnp.where(
        red == value,
        (green - blue) / safe,
        jnp.where(green == value, (blue - red) / safe + 2, (red - green) / safe + 4),
    )
    hue = jnp.where(spread > 0, hue / 6, jnp.zeros_like(hue))
    hue = hue - jnp.floor(hue)
    lit = jnp.where(value > 0, value, jnp.ones_like(value))
    saturation = jnp.where(value > 0, spread / lit, jnp.zeros_like(value))
    return hue, saturation, value


def rgb(hue: Array, saturation: Array, value: Array) -> Array:
    """Colours `(..., 3)` from hue, saturation and value."""
    around = (hue - jnp.floor(hue)) * 6
    strength = value * saturation

    def channel(ramp: Array) -> Array:
        return value - strength * (1 - jnp.clip(ramp, 0, 1))

    parts = [
        channel(jnp.abs(around - 3) - 1),
        channel(2 - jnp.abs(around - 2)),
        channel(2 - jnp.abs(around - 4)),
    ]
    return jnp.stack(parts, -1)


@op(name="rgb_to_hsv")
def _rgb_to_hsv(images: Array, data_format: str) -> Array:
    x, back = to_batch(images, data_format)
    return back(jnp.stack(hsv(x), -1))


@op(name="hsv_to_rgb")
def _hsv_to_rgb(images: Array, data_format: str) -> Array:
    x, back = to_batch(images, data_format)
    return back(rgb(x[..., 0], x[..., 1], x[..., 2]))


def rgb_to_hsv(images: Any, data_format: str = "channels_last") -> Any:
    """Colours as hue (0 is red, 1/3 green, 2/3 blue), saturation and value.

    Args:
        images: One floating image of three channels from 0 to 1, or a batch.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' shape and type.

    Raises:
        ValueError: If the images are whole numbers.
    """
    return _rgb_to_hsv(_floating(images, data_format), data_format)


def hsv_to_rgb(images: Any, data_format: str = "channels_last") -> Any:
    """The colours that `rgb_to_hsv` took apart.

    Args:
        images: One floating image of hue, saturation and value from 0 to 1, or a batch.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' shape and type.

    Raises:
        ValueError: If the images are whole numbers.

    Example:

    >>> from addax.ops.image_color import hsv_to_rgb
    >>> hsv_to_rgb([[[0.0, 1.0, 1.0]]]).numpy().ravel().tolist()
    [1.0, 0.0, 0.0]
    """
    return _hsv_to_rgb(_floating(images, data_format), data_format)


def _colours(images: Any, data_format: str) -> Any:
    images = convert(images)
    check_images(images)
    count = images.shape[-3 if data_format == "channels_first" else -1]
    if count not in (3, None):
        raise ValueError(
            explain(
                "Colours have three channels.",
                received={
                    "images.shape": tuple(images.shape),
                    "data_format": data_format,
                },
            )
        )
    return images


def _floating(images: Any, data_format: str) -> Any:
    images = _colours(images, data_format)
    if not images.dtype.is_floating:
        raise ValueError(
            explain(
                "Hue and saturation are for floating colours from 0 to 1.",
                received={"images": images},
                fix='keras.ops.cast(images, "float32") / 255',
            )
        )
    return images
