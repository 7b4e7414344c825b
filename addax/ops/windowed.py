"""Functions of sliding windows over images, each window laid out in full."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np
from jax import lax

from addax.core import Array, op
from addax.ops.windows import Sizes, pads


def _laid_out(
    x: Array,
    size: Sizes,
    strides: Sizes,
    padding: Any,
    dilation: Sizes,
    fill: Any = 0,
) -> Array:
    """The element of each place of the window for each window: a new first axis.

    `x` is `(batch, *space, channels)`.
    """
    space, rank = x.shape[1:-1], len(size)
    around = padding
    if isinstance(padding, str):
        around = pads(padding, space, size, strides, dilation)
    widths = [(0, 0, 0), *((lo, hi, 0) for lo, hi in around), (0, 0, 0)]
    x = lax.pad(x, jnp.asarray(fill, x.dtype), widths)
    ends = [
        n - (k - 1) * d for n, k, d in zip(x.shape[1:-1], size, dilation, strict=True)
    ]
    places = []
    for place in np.ndindex(*size):
        starts = [p * d for p, d in zip(place, dilation, strict=True)]
        stops = [p + n for p, n in zip(starts, ends, strict=True)]
        first, last = [0, *starts, 0], [x.shape[0], *stops, x.shape[-1]]
        places.append(lax.slice(x, first, last, (1, *strides, 1)))
    return jnp.stack(places) if rank else x[None]


def _least(dtype: Any) -> Any:
    return -np.inf if jnp.issubdtype(dtype, np.floating) else jnp.iinfo(dtype).min


@op
def pool_windows(
    x: Array, kind: str, size: Sizes, strides: Sizes, padding: Any, dilation: Sizes
) -> Array:
    """The maximum or mean of windows with gaps, or with padding of any size."""
    if kind == "max":
        fill = _least(x.dtype)
        return jnp.max(_laid_out(x, size, strides, padding, dilation, fill), 0)
    total = jnp.sum(_laid_out(x, size, strides, padding, dilation), 0)
    ones = jnp.ones((1, *x.shape[1:-1], 1), x.dtype)
    return total / jnp.sum(_laid_out(ones, size, strides, padding, dilation), 0)


@op
def max_pool_with_argmax(
    x: Array, size: Sizes, strides: Sizes, padding: Any, with_batch: bool
) -> Any:
    """The maximum of each window, and its place in the flat image (or batch)."""
    n, h, w, c = x.shape
    place = jnp.arange(h * w * c, dtype="int64").reshape(1, h, w, c)
    place = jnp.broadcast_to(place, x.shape)
    if with_batch:
        place += jnp.arange(n, dtype="int64").reshape(n, 1, 1, 1) * (h * w * c)
    ones = (1, 1)
    values = _laid_out(x, size, strides, padding, ones, _least(x.dtype))
    places = _laid_out(place, size, strides, padding, ones)
    best = jnp.argmax(values, 0)[None]
    return (
        jnp.take_along_axis(values, best, 0)[0],
        jnp.take_along_axis(places, best, 0)[0],
    )


@op(promote=True)
def dilation2d(
    x: Array, kernel: Array, strides: Sizes, padding: str, dilation: Sizes
) -> Array:
    """The greatest `x + kernel` within each window: grey-scale dilation.

    `kernel` is `(height, width, channels)`.
    """
    size = kernel.shape[:2]
    values = _laid_out(x, size, strides, padding, dilation, _least(x.dtype))
    flat = kernel.reshape(-1, 1, 1, 1, kernel.shape[-1])
    return jnp.max(values + flat, 0)


@op
def extract_patches(
    x: Array, size: Sizes, strides: Sizes, padding: str, dilation: Sizes
) -> Array:
    """The elements of each window in the last axis, row by row, channels last."""
    values = _laid_out(x, size, strides, padding, dilation)
    flat = jnp.moveaxis(values, 0, -2)
    return flat.reshape(*flat.shape[:-2], -1)


@op
def local_response_normalization(
    x: Array, radius: int, bias: float, alpha: float, beta: float
) -> Array:
    """Divides by a power of the sum of squares over neighbouring channels.

    Source: Krizhevsky et al. 2012, section 3.3.
    """
    squares = jnp.pad(jnp.square(x), [(0, 0)] * (x.ndim - 1) + [(radius, radius)])
    n = x.shape[-1]
    near = [squares[..., i : i + n] for i in range(2 * radius + 1)]
    total = jnp.sum(jnp.stack(near), 0)
    scale = np.asarray(bias, x.dtype) + np.asarray(alpha, x.dtype) * total
    return x / scale ** np.asarray(beta, x.dtype)
