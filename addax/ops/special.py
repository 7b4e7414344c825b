"""Special functions, element by element."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import jax.scipy.special as sp

from addax.core import Array, op
from addax.ops.math import binary, unary

_F: dict[str, Any] = {"floating": True}
_WIDE: dict[str, Any] = {"spec": None} | _F  # they refuse half precision
lgamma = unary(jax.lax.lgamma, "lgamma", "The logarithm of |gamma(x)|.", **_F)
digamma = unary(jax.lax.digamma, "digamma", "The derivative of `lgamma`.", **_F)
bessel_i0 = unary(sp.i0, "bessel_i0", "The modified Bessel function, order 0.", **_F)
bessel_i0e = unary(sp.i0e, "bessel_i0e", "`bessel_i0(x) * exp(-|x|)`.", **_F)
bessel_i1 = unary(sp.i1, "bessel_i1", "The modified Bessel function, order 1.", **_F)
bessel_i1e = unary(sp.i1e, "bessel_i1e", "`bessel_i1(x) * exp(-|x|)`.", **_F)
ndtri = unary(sp.ndtri, "ndtri", "The quantile of the normal distribution.", **_WIDE)
expint = unary(sp.expi, "expint", "The exponential integral Ei.", **_F)
spence = unary(sp.spence, "spence", "Spence's integral, the dilogarithm.", **_WIDE)

igamma = binary(
    jax.lax.igamma, "igamma", "The lower incomplete gamma function, P(a, x).", **_F
)
igammac = binary(
    jax.lax.igammac, "igammac", "The upper incomplete gamma function, Q(a, x).", **_F
)
zeta = binary(jax.lax.zeta, "zeta", "Hurwitz's zeta function.", **_F)
polygamma = binary(
    jax.lax.polygamma, "polygamma", "The derivative of order `a` of `digamma`.", **_F
)


@op(promote=True, floating=True)
def betainc(a: Array, b: Array, x: Array) -> Array:
    """The regularised incomplete beta function."""
    return jax.lax.betainc(*jnp.broadcast_arrays(a, b, x))


@op(floating=True)
def fresnel(x: Array) -> Any:
    """Fresnel's sine and cosine integrals."""
    return tuple(sp.fresnel(x))


@op(floating=True)
def cumulative_logsumexp(
    x: Array, axis: int = 0, exclusive: bool = False, reverse: bool = False
) -> Array:
    """The logarithm of the running sum of `exp(x)`, without overflow."""
    if exclusive:
        x = jnp.flip(x, axis) if reverse else x
        low = jnp.full_like(jax.lax.slice_in_dim(x, 0, 1, axis=axis), -jnp.inf)
        x = jax.lax.slice_in_dim(x, 0, x.shape[axis] - 1, axis=axis)
        x = jnp.concatenate([low, x], axis)
        x = jnp.flip(x, axis) if reverse else x
    return jax.lax.cumlogsumexp(x, axis % x.ndim, reverse)


@op(promote=True)
def polyval(coeffs: Array, x: Array) -> Array:
    """The polynomial whose coefficients are the entries of `coeffs`, highest first."""
    total = jnp.zeros_like(x + coeffs[0])
    for c in coeffs:
        total = total * x + c
    return total
