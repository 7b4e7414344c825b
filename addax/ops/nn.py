"""Activation functions."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, op
from addax.core.expected import like_first
from addax.ops.math import sigmoid as sigmoid
from addax.ops.math import unary

Axis = int | tuple[int, ...]

# Names, functions, one line each; whole numbers become floatx() first.
relu = unary(jax.nn.relu, "relu", "`max(x, 0)`.", spec=like_first)
relu6 = unary(jax.nn.relu6, "relu6", "`min(max(x, 0), 6)`.", spec=like_first)
softplus = unary(jax.nn.softplus, "softplus", "`log(1 + exp(x))`.", floating=True)
softsign = unary(jax.nn.soft_sign, "softsign", "`x / (1 + |x|)`.", floating=True)
silu = swish = unary(jax.nn.silu, "silu", "`x * sigmoid(x)`.", floating=True)
mish = unary(jax.nn.mish, "mish", "`x * tanh(softplus(x))`.", floating=True)
log_sigmoid = unary(
    jax.nn.log_sigmoid, "log_sigmoid", "`log(sigmoid(x))`.", floating=True
)
hard_sigmoid = unary(
    jax.nn.hard_sigmoid, "hard_sigmoid", "`relu6(x + 3) / 6`.", floating=True
)
hard_silu = hard_swish = unary(
    jax.nn.hard_silu, "hard_silu", "`x * hard_sigmoid(x)`.", floating=True
)
hard_tanh = unary(jax.nn.hard_tanh, "hard_tanh", "`x` within -1 and 1.", floating=True)
selu = unary(jax.nn.selu, "selu", "The scaled exponential unit.", floating=True)
sparse_plus = unary(
    jax.nn.sparse_plus,
    "sparse_plus",
    "0 below -1, `x` above 1, `(x + 1)**2 / 4` between.",
    floating=True,
)
sparse_sigmoid = unary(
    jax.nn.sparse_sigmoid, "sparse_sigmoid", "`(x + 1) / 2` within 0 and 1."
, floating=True)  # fmt: skip
tanh_shrink = unary(
    lambda x: x - jnp.tanh(x), "tanh_shrink", "`x - tanh(x)`.", floating=True
)


@op(spec=like_first)
def relu_general(
    x: Array, negative_slope: float, max_value: float | None, threshold: float
) -> Array:
    """`x` up to `max_value`; below `threshold`, `negative_slope * (x - threshold)`."""
    if threshold == 0 and max_value is None:
        return jax.nn.leaky_relu(x, negative_slope)
    # Sums, not choices: at the corners the gradient is then Keras's.
    above = x * (x > threshold) if threshold else jax.nn.relu(x)
    if max_value is not None:
        above = jnp.clip(above, 0, max_value)
    return above - negative_slope * jax.nn.relu(threshold - x)


@op(floating=True)
def leaky_relu(x: Array, negative_slope: float = 0.2) -> Array:
    """`x` where positive, `negative_slope * x` elsewhere."""
    return jax.nn.leaky_relu(x, negative_slope)


@op(floating=True)
def elu(x: Array, alpha: float = 1.0) -> Array:
    """`x` where positive, `alpha * (exp(x) - 1)` elsewhere."""
    return jax.nn.elu(x, alpha)


@op(floating=True)
def celu(x: Array, alpha: float = 1.0) -> Array:
    """`max(0, x) + min(0, alpha * (exp(x / alpha) - 1))`."""
    return jax.nn.celu(x, alpha)


@op(floating=True)
def gelu(x: Array, approximate: bool = True) -> Array:
    """`x` times the normal distribution function; by tanh if `approximate`."""
    return jax.nn.gelu(x, approximate)


@op(floating=True)
def glu(x: Array, axis: int = -1) -> Array:
    """One half of `x` along `axis` times the sigmoid of the other."""
    return jax.nn.glu(x, axis)


@op(floating=True)
def squareplus(x: Array, b: float = 4) -> Array:
    """`(x + sqrt(x**2 + b)) / 2`."""
    return jax.nn.squareplus(x, b)


@op(floating=True)
def soft_shrink(x: Array, threshold: float = 0.5) -> Array:
    """`x` moved towards 0 by `threshold`, 0 within it."""
    return jnp.where(
        x > threshold,
        x - threshold,
        jnp.where(x < -threshold, x + threshold, jnp.zeros_like(x)),
    )


@op(floating=True)
def hard_shrink(x: Array, threshold: float = 0.5) -> Array:
    """`x` where its magnitude exceeds `threshold`, 0 elsewhere."""
    return jnp.where(jnp.abs(x) > threshold, x, jnp.zeros_like(x))


@op(name="threshold")
def _threshold(x: Array, threshold: Any, default_value: Any) -> Array:
    return jnp.where(x > threshold, x, jnp.full_like(x, default_value))


def threshold(x: Any, threshold: Any, default_value: Any) -> Any:
    """`x` where it exceeds `threshold`, `default_value` elsewhere."""
    return _threshold(x, threshold, default_value)


@op(floating=True, spec=like_first)
def softmax(x: Array, axis: Axis = -1) -> Array:
    """`exp(x)` divided by its sum along `axis`."""
    return jax.nn.softmax(x, axis)


@op(floating=True)
def log_softmax(x: Array, axis: Axis = -1) -> Array:
    """`log(softmax(x))`, without overflow."""
    return jax.nn.log_softmax(x, axis)


@op(floating=True)
def sparsemax(x: Array, axis: int = -1) -> Array:
    """The nearest point of the probability simplex, often with exact zeros.

    Source: Martins and Astudillo 2016, https://arxiv.org/abs/1602.02068.
    """
    z = jnp.moveaxis(x, axis, -1)
    ordered = jnp.flip(jnp.sort(z, axis=-1), -1)
    total = jnp.cumsum(ordered, axis=-1)
    rank = jnp.arange(1, z.shape[-1] + 1, dtype=z.dtype)
    support = jnp.sum(1 + rank * ordered > total, axis=-1, keepdims=True)
    tau = (jnp.take_along_axis(total, support - 1, -1) - 1) / support.astype(z.dtype)
    return jnp.moveaxis(jnp.maximum(z - tau, 0), -1, axis)
