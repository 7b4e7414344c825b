"""Images weighted over neighbourhoods: blur, edges, likeness."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from addax._base.errors import explain
from addax.core import Array, convert, op
from addax.ops.image_axes import check_images, like, to_batch, wide
from addax.ops.windows import spread

Sizes = tuple[int, int]


def gaussian(size: int, sigma: Any) -> Array:
    """The weights of a Gaussian kernel, which sum to 1; a row for each `sigma`."""
    sigma = jnp.asarray(sigma, "float32")[..., None]
    places = np.arange(size, dtype=np.float32) - np.float32((size - 1) / 2)
    weights = jnp.exp(-0.5 * jnp.square(places / sigma))
    return weights / jnp.sum(weights, -1, keepdims=True)


def slide(x: Array, weights: Array, axis: int) -> Array:
    """Correlates along one axis, as a sum of shifted slices, without padding.

    A blur of (32, 180, 180, 3) by 3 x 3 takes 9 ms so, by 11 x 11 23 ms, in a loop on
    two CPU cores; a convolution of each channel by itself 200 and 1,030 ms. And each
    image may have a kernel of its own.

    Args:
        x: Images `(batch, height, width, channels)`.
        weights: The kernel, or one for each image `(batch, size)`.
        axis: 1 or 2.
    """
    count = weights.shape[-1]
    length = x.shape[axis] - count + 1
    if count > _MOST_SHIFTS:
        return _band(x, weights.astype(x.dtype), length, axis)
    total: Any = 0
    for i in range(count):
        weight = weights[..., i].reshape(-1, 1, 1, 1).astype(x.dtype)
        total = total + _cut(x, i, length, axis) * weight
    return total


_MOST_SHIFTS = 32  # longer kernels take XLA more than a second to compile


def _band(x: Array, weights: Array, length: int, axis: int) -> Array:
    """`slide` as a product with a banded matrix."""
    place = jnp.arange(x.shape[axis]) - jnp.arange(length)[:, None]
    inside = (place >= 0) & (place < weights.shape[-1])
    matrix = jnp.where(inside, weights[..., place % weights.shape[-1]], 0)
    matrix = matrix.reshape(-1, length, x.shape[axis])
    matrix = jnp.broadcast_to(matrix, (x.shape[0], *matrix.shape[1:]))
    form = "bij,bjwc->biwc" if axis == 1 else "bij,bhjc->bhic"
    return jnp.einsum(form, matrix, x)


def _cut(x: Array, start: int, length: int, axis: int) -> Array:
    places = [slice(None)] * x.ndim
    places[axis] = slice(start, start + length)
    return x[tuple(places)]


def blur(x: Array, size: Sizes, sigma: Sequence[Any]) -> Array:
    """Blurs a batch by a Gaussian kernel, with zeros around.

    Args:
        x: Floating images `(batch, height, width, channels)`.
        size: The kernel's height and width.
        sigma: The deviations along height and width: numbers, or one for each image.
    """
    for axis, (n, deviation) in enumerate(zip(size, sigma, strict=True), 1):
        pads = [(0, 0)] * 4
        pads[axis] = ((n - 1) // 2, n // 2)
        x = slide(jnp.pad(x, pads), gaussian(n, deviation), axis)
    return x


@op(name="gaussian_blur")
def _gaussian_blur(
    images: Array, sigma: Array, kernel_size: Sizes, data_format: str
) -> Array:
    x, back = to_batch(images, data_format)
    sigma = sigma.astype("float32")
    blurred = blur(wide(x), kernel_size, [sigma[..., 0], sigma[..., 1]])
    return back(like(blurred, images.dtype))


def gaussian_blur(
    images: Any,
    kernel_size: Any = (3, 3),
    sigma: Any = (1.0, 1.0),
    data_format: str = "channels_last",
) -> Any:
    """Blurs images by a Gaussian kernel, with zeros around.

    Args:
        images: One image of three axes, or a batch.
        kernel_size: The kernel's height and width.
        sigma: The standard deviations along height and width, or a pair for each image.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' shape and type.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image_filter import gaussian_blur
    >>> gaussian_blur(np.ones((5, 5, 1), "float32")).numpy()[2, 2].round(6).tolist()
    [1.0]
    """
    images = convert(images)
    check_images(images)
    return _gaussian_blur(
        images, convert(sigma), spread(kernel_size, 2, "kernel_size"), data_format
    )


@op(name="sobel_edges")
def _sobel(images: Array, data_format: str) -> Array:
    x, back = to_batch(images, data_format)
    x = jnp.pad(wide(x), ((0, 0), (1, 1), (1, 1), (0, 0)))
    smooth = jnp.asarray([1, 2, 1], x.dtype)
    slope = jnp.asarray([-1, 0, 1], x.dtype)
    kinds = [(slope, smooth), (smooth, slope)]
    edges = [slide(slide(x, down, 1), across, 2) for down, across in kinds]
    return jnp.stack([back(like(e, images.dtype)) for e in edges], -1)


def sobel_edges(images: Any, data_format: str = "channels_last") -> Any:
    """How steeply images change from pixel to pixel, with zeros around.

    Args:
        images: A batch of images of signed numbers.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' shape and a last axis for `dy, dx`.

    Raises:
        ValueError: If `images` is not a batch of images.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image_filter import sobel_edges
    >>> image = np.arange(9.0).reshape(1, 3, 3, 1)
    >>> sobel_edges(image).numpy()[0, 1, 1, 0].tolist()
    [24.0, 8.0]
    """
    images = convert(images)
    if len(images.shape) != 4:
        raise ValueError(
            explain(
                "`images` is a batch of images, of four axes.",
                received={"images.shape": tuple(images.shape)},
                fix="sobel_edges(image[None])[0]",
            )
        )
    return _sobel(images, data_format)


@op(name="ssim")
def _ssim(
    image1: Array,
    image2: Array,
    size: int,
    sigma: float,
    c1: float,
    c2: float,
    data_format: str,
) -> Array:
    (a, _), (b, _) = to_batch(image1, data_format), to_batch(image2, data_format)
    a, b = wide(a), wide(b)
    weights = gaussian(size, sigma).astype(a.dtype)

    def average(x: Array) -> Array:
        return slide(slide(x, weights, 1), weights, 2)

    mean_a, mean_b = average(a), average(b)
    product = mean_a * mean_b
    squares = jnp.square(mean_a) + jnp.square(mean_b)
    covariance = average(a * b) - product
    variances = average(a * a + b * b) - squares
    likeness = (2 * product + c1) / (squares + c1)
    likeness = likeness * ((2 * covariance + c2) / (variances + c2))
    found = jnp.mean(likeness, (1, 2, 3))
    return found[0] if image1.ndim == 3 else found


def ssim(
    image1: Any,
    image2: Any,
    max_val: float = 1.0,
    filter_size: int = 11,
    filter_sigma: float = 1.5,
    k1: float = 0.01,
    k2: float = 0.03,
    data_format: str = "channels_last",
) -> Any:
    """How alike two images are to the eye: the structural similarity index.

    Args:
        image1: One image of three axes, or a batch.
        image2: Another, of the same shape.
        max_val: The greatest value that a pixel may have.
        filter_size: The size of the window in which statistics are compared.
        filter_sigma: The standard deviation of its Gaussian weights.
        k1: Steadies the comparison of brightness.
        k2: Steadies the comparison of contrast.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A number from -1 to 1, which equal images have; one for each pair of a batch.

    Raises:
        ValueError: If the shapes differ, or the window is even or larger than they are.

    Source: Wang et al. 2004, https://doi.org/10.1109/TIP.2003.819861.
    """
    image1, image2 = convert(image1), convert(image2)
    check_images(image1, "image1")
    if tuple(image1.shape) != tuple(image2.shape):
        raise ValueError(
            explain(
                "Only images of the same shape can be compared.",
                received={"image1": image1, "image2": image2},
            )
        )
    first = data_format == "channels_first"
    space = image1.shape[-2:] if first else image1.shape[-3:-1]
    sizes = [n for n in space if n is not None]
    if filter_size < 1 or filter_size % 2 == 0 or min(sizes) < filter_size:
        raise ValueError(
            explain(
                "`filter_size` is odd and not greater than the images.",
                received={
                    "filter_size": filter_size,
                    "image1.shape": tuple(image1.shape),
                },
                fix="ssim(image1, image2, filter_size=7)",
            )
        )
    c1, c2 = (k1 * max_val) ** 2, (k2 * max_val) ** 2
    return _ssim(image1, image2, filter_size, filter_sigma, c1, c2, data_format)
