"""Pixel values changed: brightness, contrast, colour, sharpness, patches, mixtures.

Images are single or in batches; a factor is one number, or one for each image. Each
function is one operation, so that an eager call compiles once for a shape.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, convert, op
from addax.ops.image_axes import known_here, like, to_batch, wide
from addax.ops.image_color import grey, hsv, rgb
from addax.ops.image_filter import slide

Range = tuple[float, float]


def each(factor: Array, x: Array, rank: int = 4) -> Array:
    """One number for each image, in the images' type and rank."""
    return factor.astype(x.dtype).reshape(-1, *[1] * (rank - 1))


def _change(images: Array, fn: Callable[[Array], Array], data_format: str) -> Array:
    """Applies `fn` to a floating batch with the channels last, and goes back."""
    x, back = to_batch(images, data_format)
    return back(like(fn(wide(x)), images.dtype))


@op
def adjust_brightness(images: Array, delta: Array, value_range: Range) -> Array:
    """Adds `delta`, within the range."""
    change = "channels_last"
    return _change(images, lambda x: jnp.clip(x + each(delta, x), *value_range), change)


@op
def adjust_contrast(
    images: Array, factor: Array, value_range: Range, data_format: str
) -> Array:
    """Scales the distance of each channel from its mean, within the range."""

    def change(x: Array) -> Array:
        mean = jnp.mean(x, (1, 2), keepdims=True)
        return jnp.clip((x - mean) * each(factor, x) + mean, *value_range)

    return _change(images, change, data_format)


@op
def adjust_hue(
    images: Array, delta: Array, value_range: Range, data_format: str
) -> Array:
    """Turns the hue by `delta` of the circle."""

    def change(x: Array) -> Array:
        hue, saturation, value = hsv(_unit(x, value_range))
        return _scaled(rgb(hue + each(delta, x, 3), saturation, value), value_range)

    return _change(images, change, data_format)


@op
def adjust_saturation(
    images: Array, factor: Array, value_range: Range, data_format: str
) -> Array:
    """Scales the saturation, up to the purest colour of its hue."""

    def change(x: Array) -> Array:
        hue, saturation, value = hsv(_unit(x, value_range))
        saturation = jnp.clip(saturation * each(factor, x, 3), 0, 1)
        return _scaled(rgb(hue, saturation, value), value_range)

    return _change(images, change, data_format)


def _unit(x: Array, value_range: Range) -> Array:
    low, high = value_range
    return (x - low) / (high - low)


def _scaled(x: Array, value_range: Range) -> Array:
    low, high = value_range
    return jnp.clip(x * (high - low) + low, low, high)


def to_bytes(x: Array, value_range: Range) -> Array:
    """Values brought from their range to that from 0 to 255."""
    low, high = value_range
    return (x - low) * (255 / (high - low))


def from_bytes(x: Array, value_range: Range) -> Array:
    """Values brought back from the range from 0 to 255."""
    low, high = value_range
    return x * ((high - low) / 255) + low


@op
def blend_grey(
    images: Array, factor: Array, value_range: Range, data_format: str
) -> Array:
    """Mixes colours with their brightness: all of it where `factor` is 1."""

    def change(x: Array) -> Array:
        return jnp.clip(x + (grey(x) - x) * each(factor, x), *value_range)

    return _change(images, change, data_format)


@op
def all_grey(images: Array, data_format: str) -> Array:
    """Each channel replaced by the brightness of the colour."""

    def change(x: Array) -> Array:
        return jnp.broadcast_to(jnp.trunc(grey(x)) if whole else grey(x), x.shape)

    whole = jnp.issubdtype(images.dtype, jnp.integer)
    return _change(images, change, data_format)


@op
def choose_sign(where: Array, x: Array) -> Array:
    """`x` where a flag is true, else its negative."""
    return jnp.where(where, x, -x)


@op
def shifts(bits: Array) -> Array:
    """How many of eight bits to drop to keep that many, rounded down."""
    return 8 - jnp.floor(bits).astype("int32")


@op
def sharpen(
    images: Array, factor: Array, value_range: Range, data_format: str
) -> Array:
    """Mixes images with their blur: only that where `factor` is 0, none of it at 1/2.

    The blur weights the pixel by 5 and its eight neighbours by 1, zeros around.
    """

    def change(x: Array) -> Array:
        ones = jnp.ones(3, x.dtype)
        around = jnp.pad(x, ((0, 0), (1, 1), (1, 1), (0, 0)))
        blurred = (slide(slide(around, ones, 1), ones, 2) + 4 * x) / 13
        mixed = blurred + (x - blurred) * each(2 * factor, x)
        return jnp.clip(mixed, *value_range)

    return _change(images, change, data_format)


@op
def posterize(images: Array, shift: Array, value_range: Range) -> Array:
    """Drops the last `shift` of eight bits."""

    def change(x: Array) -> Array:
        whole = jnp.clip(to_bytes(x, value_range), 0, 255).astype("int32")
        shifts = shift.astype("int32").reshape(-1, 1, 1, 1)
        kept = jnp.left_shift(jnp.right_shift(whole, shifts), shifts)
        return from_bytes(kept.astype(x.dtype), value_range)

    return _change(images, change, "channels_last")


@op
def solarize(
    images: Array, addition: Array, threshold: Array, value_range: Range
) -> Array:
    """Adds a number, then turns values from the threshold on into their opposites.

    Both numbers are for values from 0 to 255, to which others are brought.
    """

    def change(x: Array) -> Array:
        x = to_bytes(x, value_range)
        x = jnp.clip(x + each(addition, x), 0, 255)
        x = jnp.where(x < each(threshold, x), x, 255 - x)
        return from_bytes(x, value_range)

    return _change(images, change, "channels_last")


@op
def invert(images: Array, where: Array, value_range: Range) -> Array:
    """Turns the values of the images `where` is true for into their opposites."""
    low, high = value_range
    chosen = where.astype(bool).reshape(-1, *[1] * (images.ndim - 1))
    chosen = chosen[0] if images.ndim == 3 else chosen
    return jnp.where(chosen, jnp.asarray(low + high, images.dtype) - images, images)


@op
def choose(where: Array, new: Array, old: Array) -> Array:
    """The images of `new` for which `where` is true, else those of `old`."""
    chosen = where.astype(bool).reshape(-1, *[1] * (new.ndim - 1))
    return jnp.where(chosen if new.ndim == 4 else chosen.reshape(1, 1, 1), new, old)


@op(name="flip_images")
def _flip(
    images: Array, across: Array | None, down: Array | None, axes: tuple[int, int]
) -> Array:
    for flags, axis in ((across, axes[1]), (down, axes[0])):
        if flags is not None:
            chosen = flags.reshape(-1, *[1] * (images.ndim - 1))
            chosen = chosen[0] if images.ndim < 4 else chosen
            images = jnp.where(chosen, jnp.flip(images, axis), images)
    return images


def flip(images: Any, across: Any, down: Any, axes: tuple[int, int]) -> Any:
    """Mirrors those images for which a flag is true.

    Reversed and chosen in one pass, which fuses with what comes before and after.

    Args:
        images: One image or a batch.
        across: A flag for each image, whether left and right change places; or `None`.
        down: Likewise for above and below.
        axes: The places of height and width.
    """
    if not known_here(images):
        return _flip(images, across, down, axes)
    array = images.numpy()
    for flags, axis in ((across, axes[1]), (down, axes[0])):
        if flags is not None and bool(np.asarray(flags).reshape(-1)[0]):
            array = np.flip(array, axis)
    return convert(array)


@op
def rectangles(
    tops: Array, lefts: Array, heights: Array, widths: Array, size: tuple[int, int]
) -> Array:
    """Booleans `(batch, height, width, 1)`, true in one rectangle of each image."""
    rows, columns = (jnp.arange(n, dtype="int32") for n in size)

    def within(places: Array, start: Array, length: Array) -> Array:
        start, length = start.reshape(-1, 1), length.reshape(-1, 1)
        return (places >= start) & (places < start + length)

    down = within(rows, tops, heights)[:, :, None, None]
    return down & within(columns, lefts, widths)[:, None, :, None]


@op
def erase(
    images: Array,
    masks: Array,
    where: Array,
    key: Array,
    fill_value: float | None,
    value_range: Range,
    data_format: str,
) -> Array:
    """Fills the masked parts of some images with a number, or with normal noise."""
    x, back = to_batch(images, data_format)
    low, high = value_range
    if fill_value is None:
        noise = jax.random.normal(key, x.shape, "float32")
        fill = jnp.clip(noise * (high - low) + low, low, high).astype(x.dtype)
    else:
        fill = jnp.full((), fill_value, x.dtype)
    erased = masks & where.astype(bool).reshape(-1, 1, 1, 1)
    return back(jnp.where(erased, fill, x))


@op
def mix(x: Array, order: Array, weight: Array) -> Array:
    """`weight` of each entry of a batch and the rest of another one's."""
    weight = weight.astype(x.dtype).reshape(-1, *[1] * (x.ndim - 1))
    other = jnp.take(x, order, 0, mode="clip")
    return x * weight + other * (1 - weight)


@op
def paste(images: Array, order: Array, masks: Array, data_format: str) -> Array:
    """The masked part of each image of a batch replaced by that of another one."""
    x, back = to_batch(images, data_format)
    return back(jnp.where(masks, jnp.take(x, order, 0, mode="clip"), x))
