"""Sums, means and other reductions over axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, Op, op

Axis = int | tuple[int, ...] | None


def reduction(fn: Callable[..., Any], name: str, doc: str, **options: Any) -> Op:
    """An operation that takes one number from the elements along some axes."""

    def apply(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        return fn(x, axis=axis, keepdims=keepdims)

    apply.__name__, apply.__module__ = name, __name__
    apply.__doc__ = f"{doc} over `axis` (an int, a tuple, or None for all)."
    return op(apply, name=name, **options)


def _sum(x: Any, axis: Axis, keepdims: bool) -> Any:
    return jnp.sum(x, axis=axis, keepdims=keepdims, dtype=_wide(x.dtype))


def _wide(dtype: Any) -> Any:
    """Keras's type for sums: small whole numbers add up as 32-bit ones.

    `None` for floats: given a half type, JAX would add up in it, too.
    """
    if jnp.issubdtype(dtype, jnp.inexact):
        return None
    if dtype in ("bool", "int8", "int16"):
        return jnp.int32
    return jnp.uint32 if dtype in ("uint8", "uint16") else dtype


sum = reduction(_sum, "sum", "The sum")
mean = reduction(jnp.mean, "mean", "The mean", floating=True)
amax = reduction(jnp.max, "amax", "The greatest element")
amin = reduction(jnp.min, "amin", "The smallest element")
var = reduction(jnp.var, "var", "The variance", floating=True)
std = reduction(jnp.std, "std", "The standard deviation", floating=True)
all = reduction(jnp.all, "all", "Whether all elements are true")
any = reduction(jnp.any, "any", "Whether any element is true")
logsumexp = reduction(
    jax.nn.logsumexp,
    "logsumexp",
    "`log(sum(exp(x)))`, without overflow,",
    floating=True,
)


@op
def prod(
    x: Array, axis: Axis = None, keepdims: bool = False, dtype: str | None = None
) -> Array:
    """The product over `axis` (an int, a tuple, or None for all)."""
    return jnp.prod(x, axis=axis, keepdims=keepdims, dtype=dtype or _wide(x.dtype))


@op
def max(
    x: Array, axis: Axis = None, keepdims: bool = False, initial: float | None = None
) -> Array:
    """The greatest element over `axis`, and of `initial` if given."""
    return jnp.max(x, axis=axis, keepdims=keepdims, initial=initial)


@op
def min(
    x: Array, axis: Axis = None, keepdims: bool = False, initial: float | None = None
) -> Array:
    """The smallest element over `axis`, and of `initial` if given."""
    return jnp.min(x, axis=axis, keepdims=keepdims, initial=initial)


@op(differentiable=False)
def argmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the greatest element along `axis`, as int32."""
    return jnp.argmax(x, axis=axis, keepdims=keepdims).astype("int32")


@op(differentiable=False)
def argmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the smallest element along `axis`, as int32."""
    return jnp.argmin(x, axis=axis, keepdims=keepdims).astype("int32")


@op
def cumsum(x: Array, axis: int | None = None, dtype: str | None = None) -> Array:
    """The running sum along `axis`."""
    return jnp.cumsum(x, axis=axis, dtype=dtype or _wide(x.dtype))


@op
def cumprod(x: Array, axis: int | None = None, dtype: str | None = None) -> Array:
    """The running product along `axis`."""
    return jnp.cumprod(x, axis=axis, dtype=dtype or _wide(x.dtype))
