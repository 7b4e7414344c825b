"""Elementwise functions of floating numbers beyond those of `math`."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, op
from addax.ops.math import binary, unary

cbrt = unary(jnp.cbrt, "cbrt", "The cube root.", floating=True)
erfc = unary(jax.lax.erfc, "erfc", "`1 - erf(x)`.", floating=True)
sinc = unary(jnp.sinc, "sinc", "`sin(pi * x) / (pi * x)`.", floating=True)
i0 = unary(jnp.i0, "i0", "The modified Bessel function of order 0.", floating=True)
deg2rad = unary(jnp.deg2rad, "deg2rad", "Degrees to radians.", floating=True)
rad2deg = unary(jnp.rad2deg, "rad2deg", "Radians to degrees.", floating=True)
fabs = unary(jnp.fabs, "fabs", "The absolute value, as floating.", floating=True)
angle = unary(jnp.angle, "angle", "The angle of a complex number.", floating=True)
signbit = unary(jnp.signbit, "signbit", "Whether the sign bit is set.")
isneginf = unary(jnp.isneginf, "isneginf", "Whether each element is -infinity.")
isposinf = unary(jnp.isposinf, "isposinf", "Whether each element is +infinity.")
isreal = unary(jnp.isreal, "isreal", "Whether each element has no imaginary part.")
copy = unary(jnp.copy, "copy", "The same values.")

fmax = binary(jnp.fmax, "fmax", "The greater of the two, ignoring NaN.")
fmin = binary(jnp.fmin, "fmin", "The smaller of the two, ignoring NaN.")
fmod = binary(jnp.fmod, "fmod", "The remainder, with the sign of `x1`.")
hypot = binary(jnp.hypot, "hypot", "`sqrt(x1**2 + x2**2)`.", floating=True)
heaviside = binary(
    jnp.heaviside, "heaviside", "0 below 0, 1 above, `x2` at 0.", floating=True
)
logaddexp = binary(
    jnp.logaddexp, "logaddexp", "`log(exp(x1) + exp(x2))`.", floating=True
)
logaddexp2 = binary(
    jnp.logaddexp2, "logaddexp2", "`log2(2**x1 + 2**x2)`.", floating=True
)
nextafter = binary(
    jnp.nextafter,
    "nextafter",
    "The next floating number after `x1` towards `x2`.",
    floating=True,
)


@op(promote=True, floating=True)
def divide_no_nan(x1: Array, x2: Array) -> Array:
    """`x1 / x2`, and 0 where `x2` is 0."""
    # The inner `where` keeps the gradient finite at 0, too.
    safe = jnp.where(x2 == 0, jnp.ones_like(x2), x2)
    return jnp.where(x2 == 0, jnp.zeros_like(x1), x1 / safe)


@op(floating=True, promote=("x1",))
def ldexp(x1: Array, x2: Array) -> Array:
    """`x1 * 2**x2`, for whole `x2`."""
    return x1 * jnp.exp2(x2.astype(x1.dtype))


@op
def nan_to_num(
    x: Array,
    nan: float = 0.0,
    posinf: float | None = None,
    neginf: float | None = None,
) -> Array:
    """Numbers in the place of NaN and infinities; the limits of the type by default."""
    return jnp.nan_to_num(x, nan=nan, posinf=posinf, neginf=neginf)


@op(promote=True, floating=True)
def polar(abs_: Array, angle: Array) -> Array:
    """Complex numbers of these magnitudes and angles."""
    return jax.lax.complex(abs_ * jnp.cos(angle), abs_ * jnp.sin(angle))


@op
def view_as_real(x: Array) -> Array:
    """Complex numbers as pairs in a new last axis."""
    return jnp.stack([x.real, x.imag], axis=-1)


@op
def view_as_complex(x: Array) -> Array:
    """Pairs in the last axis as complex numbers."""
    return jax.lax.complex(x[..., 0], x[..., 1])


@op(name="view", differentiable=False)
def _view(x: Array, dtype: str) -> Array:
    return x.view(dtype)


def view(x: Any, dtype: Any = None) -> Any:
    """The same bits, read as another type."""
    return x if dtype is None else _view(x, str(getattr(dtype, "name", dtype)))


@op(promote=True)
def _isclose(x1: Array, x2: Array, rtol: float, atol: float, equal_nan: bool) -> Array:
    return jnp.isclose(x1, x2, rtol, atol, equal_nan)


def isclose(
    x1: Any,
    x2: Any,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    equal_nan: bool = False,
) -> Any:
    """Whether `|x1 - x2| <= atol + rtol * |x2|`, element by element."""
    return _isclose(x1, x2, rtol, atol, equal_nan)


@op(promote=True)
def allclose(
    x1: Array,
    x2: Array,
    rtol: float = 1e-5,
    atol: float = 1e-8,
    equal_nan: bool = False,
) -> Array:
    """Whether all elements are close (see `isclose`)."""
    return jnp.allclose(x1, x2, rtol, atol, equal_nan)


@op(promote=True, floating=True)
def cdist(x: Array, y: Array) -> Array:
    """The distance of each row of `x` from each row of `y`."""
    squares = jnp.sum(jnp.square(x[..., :, None, :] - y[..., None, :, :]), -1)
    # The root's gradient at 0 is infinite
    safe = jnp.where(squares == 0, jnp.ones_like(squares), squares)
    return jnp.where(squares == 0, jnp.zeros_like(squares), jnp.sqrt(safe))
