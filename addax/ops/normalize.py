"""Means and variances, and what they normalise."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, op
from addax.core.expected import like_first
from addax.ops import columns

Axes = int | tuple[int, ...]


def _axes(axes: Axes, rank: int) -> tuple[int, ...]:
    axes = (axes,) if isinstance(axes, int) else axes
    return tuple(sorted(a % rank for a in axes))


@op(floating=True)
def moments(
    x: Array, axes: Axes, keepdims: bool = False, synchronized: bool = False
) -> Any:
    """The mean and the variance over `axes`.

    Half-precision input is summed in float32. `synchronized` is kept for Keras's
    signature: one program sees the whole batch, on however many devices.
    """
    wide = _wide(x)
    if not keepdims and columns.takes(wide, _axes(axes, x.ndim)):
        mean, variance = columns.moments(wide)
    else:
        mean = jnp.mean(wide, axes, keepdims=True)
        variance = jnp.mean(jnp.square(wide - mean), axes, keepdims=True)
        if not keepdims:
            mean, variance = jnp.squeeze(mean, axes), jnp.squeeze(variance, axes)
    if wide.dtype != x.dtype:
        limit = jnp.finfo(x.dtype)
        mean = jnp.clip(mean, limit.min, limit.max).astype(x.dtype)
        variance = jnp.clip(variance, limit.min, limit.max).astype(x.dtype)
    return mean, variance


def _wide(x: Array) -> Array:
    return x.astype("float32") if x.dtype in ("float16", "bfloat16") else x


@op(promote=True, floating=True, spec=like_first)
def batch_normalization(
    x: Array,
    mean: Array,
    variance: Array,
    axis: int,
    offset: Array | None = None,
    scale: Array | None = None,
    epsilon: float = 1e-3,
) -> Array:
    """`(x - mean) / sqrt(variance + epsilon) * scale + offset`.

    The vectors lie along `axis` of `x`. Folded into one factor and one shift: with
    gradients 0.63 ms for (32, 26, 26, 32), against 1.18 as the formula stands; on XLA a
    gradient of our own (0.54) or variances as mean squares (0.41, less exact) are not
    worth it. What is summed there has kernels (addax/ops/columns.py).
    """
    shape = [1] * x.ndim
    shape[axis] = mean.shape[0]
    factor = jax.lax.rsqrt(variance + epsilon)
    if scale is not None:
        factor = factor * scale
    shift = -mean * factor
    if offset is not None:
        shift = shift + offset
    if columns.takes(x, tuple(a for a in range(x.ndim) if a != axis % x.ndim)):
        return columns.scale_and_shift(x, factor, shift)
    return x * factor.reshape(shape) + shift.reshape(shape)


@op(promote=True, floating=True)
def layer_normalization(
    x: Array,
    gamma: Array | None = None,
    beta: Array | None = None,
    axis: Axes = -1,
    epsilon: float | None = None,
    rms_scaling: bool = False,
) -> Array:
    """Each sample to mean 0 and variance 1 over `axis`, then `* gamma + beta`.

    With `rms_scaling` the mean stays: divided by the root of the variance only.

    Source: Ba, Kiros and Hinton 2016, https://arxiv.org/abs/1607.06450.
    """
    axes = _axes(axis, x.ndim)
    wide = _wide(x)
    centred = wide - jnp.mean(wide, axes, keepdims=True)
    variance = jnp.mean(jnp.square(centred), axes, keepdims=True)
    factor = jax.lax.rsqrt(variance + (1e-7 if epsilon is None else epsilon))
    kept = wide if rms_scaling else centred
    return _affine(kept, factor, gamma, beta, axes).astype(x.dtype)


@op(promote=True, floating=True)
def group_normalization(
    x: Array,
    gamma: Array | None,
    beta: Array | None,
    groups: int,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Array:
    """Groups of channels of each sample to mean 0 and variance 1.

    Source: Wu and He 2018, https://arxiv.org/abs/1803.08494.
    """
    axis %= x.ndim
    wide = _wide(x)
    channels = wide.shape[axis]
    split = (*x.shape[:axis], groups, channels // groups, *x.shape[axis + 1 :])
    grouped = wide.reshape(split)
    axes = tuple(a for a in range(1, len(split)) if a != axis)
    centred = grouped - jnp.mean(grouped, axes, keepdims=True)
    variance = jnp.mean(jnp.square(centred), axes, keepdims=True)
    x_hat = (centred * jax.lax.rsqrt(variance + epsilon)).reshape(x.shape)
    return _affine(x_hat, jnp.ones((), wide.dtype), gamma, beta, (axis,)).astype(
        x.dtype
    )


@op(promote=True, floating=True)
def rms_normalization(
    x: Array,
    scale: Array | None = None,
    axis: Axes = -1,
    epsilon: float | None = None,
) -> Array:
    """Each sample divided by the root of its mean square over `axis`, then `* scale`.

    Source: Zhang and Sennrich 2019, https://arxiv.org/abs/1910.07467.
    """
    axes = _axes(axis, x.ndim)
    wide = _wide(x)
    mean_square = jnp.mean(jnp.square(wide), axes, keepdims=True)
    factor = jax.lax.rsqrt(mean_square + (1e-7 if epsilon is None else epsilon))
    return _affine(wide, factor, scale, None, axes).astype(x.dtype)


def _affine(
    x: Array,
    factor: Array,
    gamma: Array | None,
    beta: Array | None,
    axes: tuple[int, ...],
) -> Array:
    """`x * factor * gamma + beta`, the vectors lying along `axes` of `x`."""
    shape = [n if i in axes else 1 for i, n in enumerate(x.shape)]
    x = x * factor
    if gamma is not None:
        x = x * gamma.reshape(shape).astype(x.dtype)
    if beta is not None:
        x = x + beta.reshape(shape).astype(x.dtype)
    return x


@op(floating=True)
def normalize(
    x: Array, axis: Axes = -1, order: int = 2, epsilon: float | None = None
) -> Array:
    """`x` divided by its norm of that order along `axis`, at least `epsilon`."""
    epsilon = 1e-7 if epsilon is None else epsilon
    if order == 2:
        # The square, not the root, is bounded: the root's gradient at 0 is infinite.
        total = jnp.sum(jnp.square(x), axis, keepdims=True)
        return x * jax.lax.rsqrt(jnp.maximum(total, epsilon**2))
    total = jnp.sum(jnp.abs(x) ** order, axis, keepdims=True) ** (1.0 / order)
    return x / jnp.maximum(total, epsilon)
