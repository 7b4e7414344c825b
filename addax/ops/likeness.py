"""What multi-scale comparisons of images are made of."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from addax.core import Array, op
from addax.ops.image_filter import gaussian, slide


@op(name="ssim_parts")
def ssim_parts(
    a: Array, b: Array, size: int, sigma: float, c1: float, c2: float
) -> Any:
    """The structural similarity of each channel, and its part that compares contrast.

    Source: Wang et al. 2004, https://doi.org/10.1109/TIP.2003.819861.
    """
    weights = gaussian(size, sigma).astype(a.dtype)

    def average(x: Array) -> Array:
        return slide(slide(x, weights, -3), weights, -2)

    mean_a, mean_b = average(a), average(b)
    product = mean_a * mean_b * 2
    squares = jnp.square(mean_a) + jnp.square(mean_b)
    covariance = average(a * b) * 2 - product
    variances = average(a * a + b * b) - squares
    contrast = (covariance + c2) / (variances + c2)
    whole = (product + c1) / (squares + c1) * contrast
    return jnp.mean(whole, (-3, -2)), jnp.mean(contrast, (-3, -2))
