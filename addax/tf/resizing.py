"""Images of other sizes: `tf.image.resize`, crops and borders."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.ops import image as images_ops
from addax.ops import shape as shapes
from addax.ops import suppression, windowed
from addax.tf._rules import operand


class ResizeMethod:
    """How `tf.image.resize` interpolates."""

    BILINEAR = "bilinear"
    NEAREST_NEIGHBOR = "nearest"
    BICUBIC = "bicubic"
    AREA = "area"
    LANCZOS3 = "lanczos3"
    LANCZOS5 = "lanczos5"
    GAUSSIAN = "gaussian"
    MITCHELLCUBIC = "mitchellcubic"


_METHODS = tuple(v for k, v in vars(ResizeMethod).items() if k.isupper())


def resize(
    images: Any,
    size: Any,
    method: str = ResizeMethod.BILINEAR,
    preserve_aspect_ratio: bool = False,
    antialias: bool = False,
    name: str | None = None,
) -> Any:
    """Brings images to another height and width.

    Args:
        images: One image `(height, width, channels)`, or a batch.
        size: The height and width.
        method: A `tf.image.ResizeMethod`.
        preserve_aspect_ratio: Whether to keep the proportions: the result is as large
            as fits `size`.
        antialias: Whether to smooth when making images smaller.
        name: Kept for TensorFlow's signature.

    Returns:
        A float32 tensor; of the images' type by `"nearest"`.

    Raises:
        ValueError: If there is no such method, or `images` are no images.

    Example:

    >>> from addax import tf
    >>> tf.image.resize(tf.zeros([2, 40, 30, 3]), [20, 20]).shape
    TensorShape([2, 20, 20, 3])
    """
    if method not in _METHODS:
        raise ValueError(
            explain(
                f"`method` is one of {', '.join(map(repr, _METHODS))}.",
                received={"method": method},
                fix=did_you_mean(str(method), _METHODS),
            )
        )
    x = _images(images, "resize")
    height, width = x.shape[-3:-1]
    down, across = (int(n) for n in _pair(size))
    if preserve_aspect_ratio:
        # In float32, as TensorFlow rounds
        scale = min(np.float32(down) / height, np.float32(across) / width)
        down, across = (int(np.round(np.float32(scale * n))) for n in (height, width))
    return images_ops.resample(x, (down, across), method, bool(antialias))


def _pair(size: Any) -> list[Any]:
    pair = list(np.asarray(size).ravel())
    if len(pair) != 2:
        raise ValueError(
            explain(
                "`size` is a height and a width.",
                received={"size": size},
                fix="tf.image.resize(images, [224, 224])",
            )
        )
    return pair


def _images(images: Any, function: str) -> Any:
    x = operand(images)
    if x.ndim not in (3, 4):
        raise ValueError(
            explain(
                f"tf.image.{function} takes one image of three axes, or a batch.",
                received={"images": x},
                why="The axes are height, width and channels, after the batch.",
                fix="images[..., tf.newaxis] adds a channel axis.",
            )
        )
    return x


def resize_with_pad(
    image: Any,
    target_height: Any,
    target_width: Any,
    method: str = ResizeMethod.BILINEAR,
    antialias: bool = False,
) -> Any:
    """Resizes without changing the proportions, and adds zeros around.

    Args:
        image: One image or a batch.
        target_height: The height.
        target_width: The width.
        method: As for `resize`.
        antialias: As for `resize`.
    """
    x = _images(image, "resize_with_pad")
    height, width = x.shape[-3:-1]
    down, across = int(target_height), int(target_width)
    ratio = max(width / across, height / down)
    exact = [height / ratio, width / ratio]
    top, left = (int((n - m) // 2) for n, m in zip((down, across), exact, strict=True))
    new = [int(n) for n in exact]
    found = resize(x, new, method, False, antialias)
    return pad_to_bounding_box(found, top, left, down, across)


def resize_with_crop_or_pad(image: Any, target_height: Any, target_width: Any) -> Any:
    """Cuts off, or adds zeros, evenly at both sides.

    Args:
        image: One image or a batch.
        target_height: The height.
        target_width: The width.
    """
    x = _images(image, "resize_with_crop_or_pad")
    sizes = int(target_height), int(target_width)
    more = [m - n for m, n in zip(sizes, x.shape[-3:-1], strict=True)]
    cuts = [max(-m // 2, 0) for m in more]
    kept = [min(m, n) for m, n in zip(sizes, x.shape[-3:-1], strict=True)]
    pads = [max(m // 2, 0) for m in more]
    x = crop_to_bounding_box(x, cuts[0], cuts[1], kept[0], kept[1])
    return pad_to_bounding_box(x, pads[0], pads[1], sizes[0], sizes[1])


def central_crop(image: Any, central_fraction: float) -> Any:
    """The middle of images.

    Args:
        image: One image or a batch.
        central_fraction: Which part of the height and of the width to keep.

    Raises:
        ValueError: If it is not above 0 and at most 1.
    """
    fraction = float(central_fraction)
    if not 0 < fraction <= 1:
        raise ValueError(
            explain(
                "`central_fraction` is above 0 and at most 1.",
                received={"central_fraction": central_fraction},
            )
        )
    x = _images(image, "central_crop")
    starts = [int((n - n * fraction) / 2) for n in x.shape[-3:-1]]
    sizes = [n - 2 * s for n, s in zip(x.shape[-3:-1], starts, strict=True)]
    return crop_to_bounding_box(x, starts[0], starts[1], sizes[0], sizes[1])


def crop_to_bounding_box(
    image: Any,
    offset_height: Any,
    offset_width: Any,
    target_height: Any,
    target_width: Any,
) -> Any:
    """A window of images.

    Args:
        image: One image or a batch.
        offset_height: Its first row.
        offset_width: Its first column.
        target_height: How many rows it has.
        target_width: How many columns it has.

    Raises:
        ValueError: If it does not lie within the images.
    """
    x = _images(image, "crop_to_bounding_box")
    top, left, height, width = (
        int(n) for n in (offset_height, offset_width, target_height, target_width)
    )
    whole = tuple(x.shape[-3:-1])
    inside = top + height <= whole[0] and left + width <= whole[1]
    if min(top, left) < 0 or min(height, width) <= 0 or not inside:
        raise ValueError(
            explain(
                "The window must lie within the image.",
                received={
                    "image": x,
                    "offset_height": top,
                    "offset_width": left,
                    "target_height": height,
                    "target_width": width,
                },
            )
        )
    return x[..., top : top + height, left : left + width, :]


def pad_to_bounding_box(
    image: Any,
    offset_height: Any,
    offset_width: Any,
    target_height: Any,
    target_width: Any,
) -> Any:
    """Images with zeros around.

    Args:
        image: One image or a batch.
        offset_height: How many rows to add above.
        offset_width: How many columns to add on the left.
        target_height: The height of the result.
        target_width: The width of the result.

    Raises:
        ValueError: If the images do not fit.
    """
    x = _images(image, "pad_to_bounding_box")
    starts = int(offset_height), int(offset_width)
    sizes = int(target_height), int(target_width)
    ends = [n - s - m for n, s, m in zip(sizes, starts, x.shape[-3:-1], strict=True)]
    if min(*starts, *ends) < 0:
        raise ValueError(
            explain(
                "The image must fit into the result.",
                received={
                    "image": x,
                    "offset_height": starts[0],
                    "offset_width": starts[1],
                    "target_height": sizes[0],
                    "target_width": sizes[1],
                },
            )
        )
    around = [(0, 0)] * (x.ndim - 3) + [*zip(starts, ends, strict=True), (0, 0)]
    return shapes.pad(x, around)


def crop_and_resize(
    image: Any,
    boxes: Any,
    box_indices: Any,
    crop_size: Any,
    method: str = "bilinear",
    extrapolation_value: float = 0.0,
    name: str | None = None,
) -> Any:
    """Pieces of images, each brought to one size.

    Args:
        image: A batch of images.
        boxes: `y1, x1, y2, x2` in parts of the height and width, one a row.
        box_indices: Which image each box is of.
        crop_size: The height and width.
        method: `"bilinear"` or `"nearest"`.
        extrapolation_value: What stands outside of the images.
        name: Kept for TensorFlow's signature.

    Returns:
        A float32 tensor `(boxes, height, width, channels)`.
    """
    size = tuple(int(n) for n in _pair(crop_size))
    return suppression.crop_and_resize(
        operand(image), operand(boxes), operand(box_indices), size,
        method == "nearest", float(extrapolation_value),
    )  # fmt: skip


def extract_patches(
    images: Any,
    sizes: Any,
    strides: Any,
    rates: Any,
    padding: str,
    name: str | None = None,
) -> Any:
    """The patches of images, each as one vector of channels.

    Args:
        images: A batch of images.
        sizes: `[1, height, width, 1]` of a patch.
        strides: `[1, rows, columns, 1]` from one to the next.
        rates: `[1, rows, columns, 1]` between the elements of one.
        padding: `"VALID"` or `"SAME"`.
        name: Kept for TensorFlow's signature.
    """
    middle = [tuple(int(n) for n in list(v)[1:3]) for v in (sizes, strides, rates)]
    return windowed.extract_patches(
        operand(images), middle[0], middle[1], padding.lower(), middle[2]
    )
