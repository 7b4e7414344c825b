"""Images turned, mirrored and changed at random: `tf.image.random_*`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import cast
from addax.ops import math, segments
from addax.ops import shape as shapes
from addax.tf import drawing, stateless
from addax.tf._rules import operand
from addax.tf.colours import (
    adjust_brightness,
    adjust_contrast,
    adjust_hue,
    adjust_saturation,
    convert_image_dtype,
)
from addax.tf.io.images import decode_jpeg, encode_jpeg


def flip_left_right(image: Any) -> Any:
    """Mirrors images: left becomes right.

    Example:

    >>> from addax import tf
    >>> tf.image.flip_left_right([[[1.0], [2.0]]]).numpy().ravel().tolist()
    [2.0, 1.0]
    """
    return shapes.flip(operand(image), -2)


def flip_up_down(image: Any) -> Any:
    """Mirrors images: up becomes down."""
    return shapes.flip(operand(image), -3)


def transpose(image: Any, name: str | None = None) -> Any:
    """Mirrors images along their diagonal: rows become columns."""
    return shapes.swapaxes(operand(image), -3, -2)


def rot90(image: Any, k: int = 1, name: str | None = None) -> Any:
    """Turns images by 90 degrees, `k` times, against the clock."""
    return shapes.rot90(operand(image), int(k), (-3, -2))


# Where a random number comes from: a stream of an operation's own seed, or two numbers.


def _streamed(seed: Any) -> Callable[..., Any]:
    return lambda shape, *bounds, **kw: drawing.uniform(shape, *bounds, seed=seed, **kw)


def _fixed(seed: Any) -> Callable[..., Any]:
    return lambda shape, *bounds, **kw: stateless.stateless_uniform(
        shape, seed, *bounds, **kw
    )


def _mirrored(image: Any, axis: int, draw: Callable[..., Any]) -> Any:
    x = operand(image)
    if x.ndim == 3:
        chosen = math.less(draw([], 0.0, 1.0), 0.5)
    else:
        part = draw([x.shape[0]], 0.0, 1.0)
        chosen = math.greater(shapes.reshape(part, (-1, 1, 1, 1)), 0.5)
    return math.where(chosen, shapes.flip(x, axis), x)


def random_flip_left_right(image: Any, seed: int | None = None) -> Any:
    """Mirrors each image from left to right, or leaves it, by chance."""
    return _mirrored(image, -2, _streamed(seed))


def random_flip_up_down(image: Any, seed: int | None = None) -> Any:
    """Mirrors each image from up to down, or leaves it, by chance."""
    return _mirrored(image, -3, _streamed(seed))


def stateless_random_flip_left_right(image: Any, seed: Any) -> Any:
    """`random_flip_left_right`, decided by the two numbers `seed`."""
    return _mirrored(image, -2, _fixed(seed))


def stateless_random_flip_up_down(image: Any, seed: Any) -> Any:
    """`random_flip_up_down`, decided by the two numbers `seed`."""
    return _mirrored(image, -3, _fixed(seed))


def _check(low: Any, high: Any, least: float = 0.0) -> None:
    if not low < high or low < least:
        raise ValueError(
            explain(
                "`upper` must be greater than `lower`, and `lower` not negative.",
                received={"lower": low, "upper": high},
            )
        )


def _check_delta(max_delta: float, most: float = np.inf) -> None:
    if not 0 <= max_delta <= most:
        limit = "" if np.isinf(most) else f" and at most {most}"
        raise ValueError(
            explain(
                f"`max_delta` is not negative{limit}.",
                received={"max_delta": max_delta},
            )
        )


def random_brightness(image: Any, max_delta: float, seed: int | None = None) -> Any:
    """`adjust_brightness` by a number from `-max_delta` to `max_delta`."""
    _check_delta(max_delta)
    return adjust_brightness(image, _streamed(seed)([], -max_delta, max_delta))


def stateless_random_brightness(image: Any, max_delta: float, seed: Any) -> Any:
    """`random_brightness`, decided by the two numbers `seed`."""
    _check_delta(max_delta)
    return adjust_brightness(image, _fixed(seed)([], -max_delta, max_delta))


def random_contrast(
    image: Any, lower: float, upper: float, seed: int | None = None
) -> Any:
    """`adjust_contrast` by a factor from `lower` to `upper`."""
    _check(lower, upper)
    return adjust_contrast(image, _streamed(seed)([], lower, upper))


def stateless_random_contrast(image: Any, lower: float, upper: float, seed: Any) -> Any:
    """`random_contrast`, decided by the two numbers `seed`."""
    _check(lower, upper)
    return adjust_contrast(image, _fixed(seed)([], lower, upper))


def random_hue(image: Any, max_delta: float, seed: int | None = None) -> Any:
    """`adjust_hue` by a number from `-max_delta` to `max_delta`."""
    _check_delta(max_delta, 0.5)
    return adjust_hue(image, _streamed(seed)([], -max_delta, max_delta))


def stateless_random_hue(image: Any, max_delta: float, seed: Any) -> Any:
    """`random_hue`, decided by the two numbers `seed`."""
    _check_delta(max_delta, 0.5)
    return adjust_hue(image, _fixed(seed)([], -max_delta, max_delta))


def random_saturation(
    image: Any, lower: float, upper: float, seed: int | None = None
) -> Any:
    """`adjust_saturation` by a factor from `lower` to `upper`."""
    _check(lower, upper)
    return adjust_saturation(image, _streamed(seed)([], lower, upper))


def stateless_random_saturation(
    image: Any, lower: float, upper: float, seed: Any
) -> Any:
    """`random_saturation`, decided by the two numbers `seed`."""
    _check(lower, upper)
    return adjust_saturation(image, _fixed(seed)([], lower, upper))


def random_crop(
    value: Any, size: Any, seed: int | None = None, name: str | None = None
) -> Any:
    """A part of a tensor of shape `size`, from a random place.

    Args:
        value: A tensor.
        size: The size of the part along each axis; -1 for all of it.
        seed: See `tf.random`.
        name: Kept for TensorFlow's signature.

    Raises:
        ValueError: If it is larger than the tensor.
    """
    return _cropped(value, size, _streamed(seed))


def stateless_random_crop(
    value: Any, size: Any, seed: Any, name: str | None = None
) -> Any:
    """`random_crop`, decided by the two numbers `seed`."""
    return _cropped(value, size, _fixed(seed))


def _cropped(value: Any, size: Any, draw: Callable[..., Any]) -> Any:
    x = operand(value)
    sizes = [
        n if k == -1 else int(k)
        for k, n in zip(np.asarray(size).tolist(), x.shape, strict=True)
    ]
    room = [n - k + 1 for k, n in zip(sizes, x.shape, strict=True)]
    if min(room) < 1:
        raise ValueError(
            explain(
                "The part must not be larger than the tensor.",
                received={"value": x, "size": sizes},
                fix="value = tf.image.resize_with_crop_or_pad(value, height, width)",
            )
        )
    drawn = draw([len(sizes)], 0, 2**31 - 1, dtype="int32")
    starts = math.mod(drawn, cast(room, "int32"))
    return segments.slice(x, shapes.unstack(starts), tuple(sizes))


# What JPEG loses


def adjust_jpeg_quality(
    image: Any, jpeg_quality: Any, dct_method: str = "", name: str | None = None
) -> Any:
    """An image as it looks after JPEG of some quality.

    It runs on the host, so not in a traced function.

    Args:
        image: One image of one or three channels.
        jpeg_quality: From 0 to 100.
        dct_method: Kept for TensorFlow's signature.
        name: Kept for TensorFlow's signature.
    """
    x = operand(image)
    channels = x.shape[-1]
    raw = convert_image_dtype(x, "uint8", saturate=True)
    data = encode_jpeg(raw, quality=int(jpeg_quality))
    return convert_image_dtype(decode_jpeg(data, channels=channels), x.dtype, True)


def random_jpeg_quality(
    image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: int | None = None
) -> Any:
    """`adjust_jpeg_quality` by a quality from one number to another."""
    return _degraded(image, min_jpeg_quality, max_jpeg_quality, _streamed(seed))


def stateless_random_jpeg_quality(
    image: Any, min_jpeg_quality: int, max_jpeg_quality: int, seed: Any
) -> Any:
    """`random_jpeg_quality`, decided by the two numbers `seed`."""
    return _degraded(image, min_jpeg_quality, max_jpeg_quality, _fixed(seed))


def _degraded(image: Any, low: int, high: int, draw: Callable[..., Any]) -> Any:
    if not 0 <= low < high <= 100:
        raise ValueError(
            explain(
                "Qualities lie between 0 and 100, the first below the second.",
                received={"min_jpeg_quality": low, "max_jpeg_quality": high},
            )
        )
    return adjust_jpeg_quality(image, draw([], low, high, dtype="int32"))
