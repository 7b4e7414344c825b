"""Images and sequences cut into pieces, and put together again."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, op
from addax.ops.windows import Sizes, spread, to_first, to_last


@op
def depth_to_space(
    x: Array, block_size: int, data_format: str = "channels_last"
) -> Array:
    """Moves blocks of channels to height and width, which grow by `block_size`."""
    first = data_format == "channels_first"
    x = to_last(x) if first else x
    n, h, w, c = x.shape
    b = block_size
    x = x.reshape(n, h, w, b, b, c // b**2).transpose(0, 1, 3, 2, 4, 5)
    x = x.reshape(n, h * b, w * b, c // b**2)
    return to_first(x) if first else x


@op
def space_to_depth(
    x: Array, block_size: int, data_format: str = "channels_last"
) -> Array:
    """Moves blocks of height and width to the channels; undoes `depth_to_space`."""
    first = data_format == "channels_first"
    x = to_last(x) if first else x
    n, h, w, c = x.shape
    b = block_size
    x = x.reshape(n, h // b, b, w // b, b, c).transpose(0, 1, 3, 2, 4, 5)
    x = x.reshape(n, h // b, w // b, b * b * c)
    return to_first(x) if first else x


def _places(size: Sizes, kernel: Sizes, dilation: Sizes, stride: Sizes) -> list[Any]:
    """For each place in the window, the slices of height and width that it meets."""
    counts = [
        (n - (k - 1) * d - 1) // s + 1
        for n, k, d, s in zip(size, kernel, dilation, stride, strict=True)
    ]
    return [
        tuple(
            slice(p * d, p * d + (n - 1) * s + 1, s)
            for p, d, n, s in zip(place, dilation, counts, stride, strict=True)
        )
        for place in np.ndindex(*kernel)
    ]


@op(name="unfold")
def _unfold(
    x: Array, kernel: Sizes, dilation: Sizes, padding: Sizes, stride: Sizes
) -> Array:
    x = jnp.pad(x, ((0, 0), (0, 0), *((p, p) for p in padding)))
    places = _places(x.shape[2:], kernel, dilation, stride)
    found = jnp.stack([x[:, :, rows, columns] for rows, columns in places], axis=2)
    n, c, k = found.shape[:3]
    return found.reshape(n, c * k, -1)


def unfold(
    x: Any, kernel_size: Any, dilation: Any = 1, padding: Any = 0, stride: Any = 1
) -> Any:
    """The patches of images `(batch, channels, height, width)`, as columns.

    Args:
        x: The images.
        kernel_size: The patches' height and width.
        dilation: How far their elements are apart.
        padding: Zeros to add around first.
        stride: How far the patches are apart.

    Returns:
        A tensor `(batch, channels * height * width of a patch, patches)`.
    """
    return _unfold(x, *_arguments(kernel_size, dilation, padding, stride))


@op(name="fold")
def _fold(
    x: Array,
    size: Sizes,
    kernel: Sizes,
    dilation: Sizes,
    padding: Sizes,
    stride: Sizes,
) -> Array:
    def patches(image: Array) -> Array:
        return _unfold.fn(image, kernel, dilation, padding, stride)

    channels = x.shape[1] // int(np.prod(kernel))
    image = jax.ShapeDtypeStruct((x.shape[0], channels, *size), x.dtype)
    (out,) = jax.linear_transpose(patches, image)(x)
    return out


def fold(
    x: Any,
    output_size: Any,
    kernel_size: Any,
    dilation: Any = 1,
    padding: Any = 0,
    stride: Any = 1,
) -> Any:
    """Adds patches together to images: the transpose of `unfold`.

    Args:
        x: A tensor `(batch, channels * height * width of a patch, patches)`.
        output_size: The images' height and width.
        kernel_size: The patches' height and width.
        dilation: How far their elements are apart.
        padding: Zeros that had been added around.
        stride: How far the patches are apart.

    Returns:
        A tensor `(batch, channels, height, width)`.
    """
    rest = _arguments(kernel_size, dilation, padding, stride)
    return _fold(x, spread(output_size, 2, "output_size"), *rest)


def _arguments(
    kernel: Any, dilation: Any, padding: Any, stride: Any
) -> tuple[Any, ...]:
    around = (padding,) * 2 if isinstance(padding, int) else tuple(padding)
    return (
        spread(kernel, 2, "kernel_size"),
        spread(dilation, 2, "dilation"),
        around,
        spread(stride, 2, "stride"),
    )


@op
def extract_sequences(x: Array, sequence_length: int, sequence_stride: int) -> Array:
    """Overlapping windows over the last axis, as a new last axis but one."""
    count = (x.shape[-1] - sequence_length) // sequence_stride + 1
    starts = np.arange(count)[:, None] * sequence_stride
    return x[..., starts + np.arange(sequence_length)]
