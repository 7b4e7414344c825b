"""Sums, means and other reductions over axes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, Op, op

Axis = int | tuple[int, ...] | None


def _reduction(fn: Callable[..., Any], name: str, doc: str, **options: Any) -> Op:
    def apply(x: Array, axis: Axis = None, keepdims: bool = False) -> Array:
        return fn(x, axis=axis, keepdims=keepdims)

    apply.__name__, apply.__module__ = name, __name__
    apply.__doc__ = f"{doc} over `axis` (an int, a tuple, or None for all)."
    return op(apply, name=name, **options)


def _sum(x: Any, axis: Axis, keepdims: bool) -> Any:
    return jnp.sum(x, axis=axis, keepdims=keepdims, dtype=_wide(x.dtype))


def _prod(x: Any, axis: Axis, keepdims: bool) -> Any:
    return jnp.prod(x, axis=axis, keepdims=keepdims, dtype=_wide(x.dtype))


def _wide(dtype: Any) -> Any:
    """Keras's type for sums: small whole numbers add up as 32-bit ones."""
    if dtype in ("bool", "int8", "int16"):
        return jnp.int32
    return jnp.uint32 if dtype in ("uint8", "uint16") else dtype


sum = _reduction(_sum, "sum", "The sum")
prod = _reduction(_prod, "prod", "The product")
mean = _reduction(jnp.mean, "mean", "The mean", floating=True)
max = amax = _reduction(jnp.max, "max", "The greatest element")
min = amin = _reduction(jnp.min, "min", "The smallest element")
var = _reduction(jnp.var, "var", "The variance", floating=True)
std = _reduction(jnp.std, "std", "The standard deviation", floating=True)
all = _reduction(jnp.all, "all", "Whether all elements are true")
any = _reduction(jnp.any, "any", "Whether any element is true")
logsumexp = _reduction(
    jax.nn.logsumexp,
    "logsumexp",
    "`log(sum(exp(x)))`, without overflow,",
    floating=True,
)


@op(differentiable=False)
def argmax(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the greatest element along `axis`, as int32."""
    return jnp.argmax(x, axis=axis, keepdims=keepdims).astype("int32")


@op(differentiable=False)
def argmin(x: Array, axis: int | None = None, keepdims: bool = False) -> Array:
    """The index of the smallest element along `axis`, as int32."""
    return jnp.argmin(x, axis=axis, keepdims=keepdims).astype("int32")


@op
def cumsum(x: Array, axis: int | None = None) -> Array:
    """The running sum along `axis`."""
    return jnp.cumsum(x, axis=axis, dtype=_wide(x.dtype))


@op
def cumprod(x: Array, axis: int | None = None) -> Array:
    """The running product along `axis`."""
    return jnp.cumprod(x, axis=axis, dtype=_wide(x.dtype))
