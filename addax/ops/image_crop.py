"""Images cut, padded and taken apart into patches."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from addax._base.errors import explain
from addax.core import Array, convert, op
from addax.ops import shape
from addax.ops.image_axes import check_images, known_here, space_axes, to_batch
from addax.ops.windows import Sizes, pads, spread


def _two_of(what: str, ends: tuple[str, str, str], values: Any, size: int) -> Any:
    """The first of three lengths of an axis, and the third, from any two.

    Args:
        what: The sign of a length in the sum: `-1` where lengths are cut off.
    """
    given = dict(zip(ends, values, strict=True))
    if sum(v is None for v in values) != 1:
        raise ValueError(
            explain(
                f"Give exactly two of {', '.join(ends)}.",
                received=given,
                why="The third follows from them and from the images.",
            )
        )
    if size is None:
        raise ValueError(
            explain(
                "The sizes of the images must be known.",
                received={"size": None},
                fix="keras.Input((180, 180, 3))",
            )
        )
    sign = -1 if what == "cropping" else 1
    before, after, target = values
    if before is None:
        before = sign * (target - size) - after
    elif after is None:
        after = sign * (target - size) - before
    else:
        target = size + sign * (before + after)
    if before < 0 or after < 0 or target < 1:
        raise ValueError(
            explain(
                f"These lengths do not fit images of size {size}.",
                received=given,
                why=f"That makes {ends[0]}={before}, {ends[1]}={after}, "
                f"{ends[2]}={target}.",
            )
        )
    return before, after, target


def _ends(side: str, what: str) -> tuple[str, str, str]:
    first, second = ("top", "bottom") if side == "height" else ("left", "right")
    return f"{first}_{what}", f"{second}_{what}", f"target_{side}"


def crop_images(
    images: Any,
    top_cropping: int | None = None,
    left_cropping: int | None = None,
    bottom_cropping: int | None = None,
    right_cropping: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str = "channels_last",
) -> Any:
    """Cuts rows and columns off; of the three lengths of an axis two are given.

    Args:
        images: One image of three axes, or a batch.
        top_cropping: How many rows to cut off above.
        left_cropping: How many columns to cut off on the left.
        bottom_cropping: How many rows to cut off below.
        right_cropping: How many columns to cut off on the right.
        target_height: How many rows to leave.
        target_width: How many columns to leave.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' type.

    Raises:
        ValueError: If not two are given, or they do not fit.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image_crop import crop_images
    >>> crop_images(np.zeros((5, 6, 3)), 1, 1, target_height=3, target_width=4).shape
    TensorShape([3, 4, 3])
    """
    images = convert(images)
    check_images(images)
    rows, columns = space_axes(len(images.shape), data_format)
    down = (top_cropping, bottom_cropping, target_height)
    across = (left_cropping, right_cropping, target_width)
    top, _, height = _two_of(
        "cropping", _ends("height", "cropping"), down, images.shape[rows]
    )
    left, _, width = _two_of(
        "cropping", _ends("width", "cropping"), across, images.shape[columns]
    )
    return cut(images, top, left, height, width, data_format)


@op(name="cut_images")
def _cut(
    images: Array, top: Array, left: Array, height: int, width: int, data_format: str
) -> Array:
    rows, columns = space_axes(images.ndim, data_format)
    part = lax.dynamic_slice_in_dim(images, top, height, rows)
    return lax.dynamic_slice_in_dim(part, left, width, columns)


def cut(
    images: Any, top: Any, left: Any, height: int, width: int, data_format: str
) -> Any:
    """A window of images whose corner may be a tensor.

    Args:
        images: One image of three axes, or a batch.
        top: Its first row.
        left: Its first column.
        height: How many rows it has.
        width: How many columns it has.
        data_format: `"channels_last"` or `"channels_first"`.
    """
    if not known_here(images):
        return _cut(images, top, left, height, width, data_format)
    places = [slice(None)] * 3
    rows, columns = space_axes(3, data_format)
    places[rows] = slice(int(top), int(top) + height)
    places[columns] = slice(int(left), int(left) + width)
    return convert(images.numpy()[tuple(places)])


def pad_images(
    images: Any,
    top_padding: int | None = None,
    left_padding: int | None = None,
    bottom_padding: int | None = None,
    right_padding: int | None = None,
    target_height: int | None = None,
    target_width: int | None = None,
    data_format: str = "channels_last",
) -> Any:
    """Adds rows and columns of zeros; of the three lengths of an axis two are given.

    Args:
        images: One image of three axes, or a batch.
        top_padding: How many rows to add above.
        left_padding: How many columns to add on the left.
        bottom_padding: How many rows to add below.
        right_padding: How many columns to add on the right.
        target_height: How many rows there are then.
        target_width: How many columns there are then.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' type.

    Raises:
        ValueError: If not two are given, or they do not fit.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image_crop import pad_images
    >>> pad_images(np.zeros((5, 6, 3)), 1, 1, target_height=9, target_width=9).shape
    TensorShape([9, 9, 3])
    """
    images = convert(images)
    check_images(images)
    rows, columns = space_axes(len(images.shape), data_format)
    down = (top_padding, bottom_padding, target_height)
    across = (left_padding, right_padding, target_width)
    top, bottom, _ = _two_of(
        "padding", _ends("height", "padding"), down, images.shape[rows]
    )
    left, right, _ = _two_of(
        "padding", _ends("width", "padding"), across, images.shape[columns]
    )
    around = [(0, 0)] * len(images.shape)
    around[rows], around[columns] = (top, bottom), (left, right)
    return shape.pad(images, around)


@op(name="extract_patches")
def _extract(
    images: Array,
    size: Sizes,
    strides: Sizes,
    dilation: Sizes,
    padding: str,
    data_format: str,
) -> Array:
    x, back = to_batch(images, data_format, len(size))
    space = x.shape[1:-1]
    around = pads(padding, space, size, strides, dilation)
    x = jnp.pad(x, ((0, 0), *around, (0, 0)))
    counts = [
        (n - (k - 1) * d - 1) // s + 1
        for n, k, d, s in zip(x.shape[1:-1], size, dilation, strides, strict=True)
    ]
    found = []
    for place in np.ndindex(*size):
        cuts = tuple(
            slice(p * d, p * d + (n - 1) * s + 1, s)
            for p, d, n, s in zip(place, dilation, counts, strides, strict=True)
        )
        found.append(x[(slice(None), *cuts)])
    return back(jnp.concatenate(found, -1))


def extract_patches(
    images: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
) -> Any:
    """The patches of images or volumes, each as one vector of channels.

    Args:
        images: One image or a batch; with three sizes one volume or a batch.
        size: The patches' height and width, or depth, height and width.
        strides: How far they are apart; `size` if not given.
        dilation_rate: How far the elements of a patch are apart.
        padding: `"valid"` or `"same"`.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor whose channels are the elements of a patch, row by row.

    Raises:
        ValueError: If both strides and dilation are greater than 1, or nothing fits.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image_crop import extract_patches
    >>> extract_patches(np.zeros((2, 20, 20, 3)), 5).shape
    TensorShape([2, 4, 4, 75])
    """
    rank = 2 if isinstance(size, int) or len(size) == 2 else 3
    return _patches(images, rank, size, strides, dilation_rate, padding, data_format)


def extract_patches_3d(
    volumes: Any,
    size: Any,
    strides: Any = None,
    dilation_rate: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
) -> Any:
    """The patches of volumes, each as one vector of channels.

    Args:
        volumes: One volume of four axes, or a batch.
        size: The patches' depth, height and width, or one number for all.
        strides: How far they are apart; `size` if not given.
        dilation_rate: How far the elements of a patch are apart.
        padding: `"valid"` or `"same"`.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor whose channels are the elements of a patch.
    """
    return _patches(volumes, 3, size, strides, dilation_rate, padding, data_format)


def _patches(
    images: Any,
    rank: int,
    size: Any,
    strides: Any,
    dilation: Any,
    padding: str,
    data_format: str,
) -> Any:
    images = convert(images)
    check_images(images, "images" if rank == 2 else "volumes", rank)
    sizes = spread(size, rank, "size")
    steps = spread(size if strides is None else strides, rank, "strides")
    gaps = spread(dilation, rank, "dilation_rate")
    if max(gaps) > 1 and strides is not None and max(steps) > 1:
        raise ValueError(
            explain(
                "Patches are either spread out or apart, not both.",
                received={"strides": strides, "dilation_rate": dilation},
                fix="extract_patches(images, size, strides=1, dilation_rate=2)",
            )
        )
    return _extract(images, sizes, steps, gaps, padding, data_format)
