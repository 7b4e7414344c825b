"""Images compared and measured: `tf.image.ssim`, `tf.image.psnr`, edges."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from addax.core import cast, convert
from addax.ops import image_filter, likeness, math, pool, reduce
from addax.ops import shape as shapes
from addax.tf._rules import alike, operand
from addax.tf.colours import convert_image_dtype

_SCALES = (0.0448, 0.2856, 0.3001, 0.2363, 0.1333)


def _pair(name: str, img1: Any, img2: Any, max_val: Any) -> tuple[Any, Any, float]:
    """Two batches of images as floats, and the greatest value in their scale."""
    a, b = alike(name, img1, img2)
    kind = a.dtype
    most = float(np.asarray(max_val))
    if kind.is_integer:
        most = most / kind.max
    a, b = (
        shapes.reshape(convert_image_dtype(x, "float32"), (-1, *x.shape[-3:]))
        for x in (a, b)
    )
    return a, b, most


def psnr(a: Any, b: Any, max_val: Any, name: str | None = None) -> Any:
    """The peak signal-to-noise ratio of images, in decibels.

    Args:
        a: Images.
        b: Others of the same shape.
        max_val: The greatest value that a pixel may have.
        name: Kept for TensorFlow's signature.
    """
    x, y, most = _pair("image.psnr", a, b, max_val)
    error = reduce.mean(math.square(math.subtract(x, y)), (-3, -2, -1))
    scale = float(20 * np.log10(most))
    found = math.subtract(scale, math.multiply(math.log10(error), 10))
    return shapes.reshape(found, operand(a).shape[:-3])


def ssim(
    img1: Any,
    img2: Any,
    max_val: Any,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    return_index_map: bool = False,
) -> Any:
    """How alike two images are to the eye: the structural similarity index.

    Args:
        img1: Images.
        img2: Others of the same shape.
        max_val: The greatest value that a pixel may have.
        filter_size: The size of the window in which statistics are compared.
        filter_sigma: The standard deviation of its Gaussian weights.
        k1: Steadies the comparison of brightness.
        k2: Steadies the comparison of contrast.
        return_index_map: Not supported.

    Returns:
        A number from -1 to 1 for each pair of images.

    Raises:
        NotImplementedError: If a map is asked for.

    Source: Wang et al. 2004, https://doi.org/10.1109/TIP.2003.819861.
    """
    if return_index_map:
        raise NotImplementedError(
            "tf.image.ssim returns means only. Received: return_index_map=True"
        )
    a, b, most = _pair("image.ssim", img1, img2, max_val)
    c1, c2 = (k1 * most) ** 2, (k2 * most) ** 2
    whole = likeness.ssim_parts(a, b, int(filter_size), float(filter_sigma), c1, c2)[0]
    return shapes.reshape(reduce.mean(whole, -1), operand(img1).shape[:-3])


def ssim_multiscale(
    img1: Any,
    img2: Any,
    max_val: Any,
    power_factors: Sequence[float] = _SCALES,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
) -> Any:
    """`ssim` at several scales, each half of the one before, multiplied.

    Args:
        img1: Images.
        img2: Others of the same shape.
        max_val: The greatest value that a pixel may have.
        power_factors: What each scale counts.
        filter_size: As for `ssim`.
        filter_sigma: As for `ssim`.
        k1: As for `ssim`.
        k2: As for `ssim`.

    Source: Wang et al. 2003, https://doi.org/10.1109/ACSSC.2003.1292216.
    """
    a, b, most = _pair("image.ssim_multiscale", img1, img2, max_val)
    c1, c2 = (k1 * most) ** 2, (k2 * most) ** 2
    found = None
    for i, power in enumerate(power_factors):
        if i:
            a, b = (_half(x) for x in (a, b))
        parts = likeness.ssim_parts(a, b, int(filter_size), float(filter_sigma), c1, c2)
        last = i == len(power_factors) - 1
        each = math.power(math.maximum(parts[0 if last else 1], 0), float(power))
        found = each if found is None else math.multiply(found, each)
    return shapes.reshape(reduce.mean(found, -1), operand(img1).shape[:-3])


def _half(x: Any) -> Any:
    """Half the size; an odd row or column is doubled by reflection first."""
    more = [(0, n % 2) for n in x.shape[1:3]]
    x = shapes.pad(x, [(0, 0), *more, (0, 0)], "symmetric")
    return pool.average_pool(x, 2, 2)


def total_variation(images: Any, name: str | None = None) -> Any:
    """The sum of differences between neighbouring pixels, for each image."""
    x = operand(images)
    down = math.subtract(x[..., 1:, :, :], x[..., :-1, :, :])
    across = math.subtract(x[..., :, 1:, :], x[..., :, :-1, :])
    axes = (-3, -2, -1)
    parts = [cast(reduce.sum(math.absolute(d), axes), x.dtype) for d in (down, across)]
    return math.add(*parts)


def image_gradients(image: Any) -> tuple[Any, Any]:
    """The differences to the pixels below and on the right, 0 at the last ones.

    Args:
        image: A batch of images.
    """
    x = operand(image)
    if x.ndim != 4:
        raise ValueError(
            "tf.image.image_gradients takes a batch of images. "
            f"Received: image of shape={tuple(x.shape)}\nFix: image[tf.newaxis]"
        )
    down = math.subtract(x[:, 1:], x[:, :-1])
    across = math.subtract(x[:, :, 1:], x[:, :, :-1])
    none = (0, 0)
    return (
        shapes.pad(down, [none, (0, 1), none, none]),
        shapes.pad(across, [none, none, (0, 1), none]),
    )


def sobel_edges(image: Any) -> Any:
    """How steeply images change, images being reflected at their borders.

    Args:
        image: A batch of images.

    Returns:
        A tensor of the images' shape and a last axis for `dy, dx`.
    """
    x = operand(image)
    x = shapes.pad(x, [(0, 0), (1, 1), (1, 1), (0, 0)], "reflect")
    return convert(image_filter.sobel_edges(x))[:, 1:-1, 1:-1]
