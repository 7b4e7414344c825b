"""Elementwise mathematics."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, Op, op
from addax.core.expected import like_both, like_first


def unary(fn: Callable[[Any], Any], name: str, doc: str, **options: Any) -> Op:
    """An operation of one tensor, element by element."""

    def apply(x: Array) -> Array:
        return fn(x)

    apply.__name__, apply.__doc__ = name, doc
    apply.__module__ = __name__
    if options.get("floating"):
        options.setdefault("spec", like_first)
    return op(apply, name=name, **options)


def binary(
    fn: Callable[..., Any], name: str, doc: str, *, bits: bool = False, **options: Any
) -> Op:
    """An operation of two tensors; Keras calls those of `bits` x and y."""

    def of_numbers(x1: Array, x2: Array) -> Array:
        return fn(x1, x2)

    def of_bits(x: Array, y: Array) -> Array:
        return fn(x, y)

    apply = of_bits if bits else of_numbers

    apply.__name__, apply.__doc__ = name, doc
    apply.__module__ = __name__
    return op(apply, name=name, **{"promote": True, **options})


# Whole numbers stay whole
abs = absolute = unary(jnp.abs, "absolute", "The absolute value, element by element.")
negative = unary(jnp.negative, "negative", "`-x`, element by element.")
square = unary(jnp.square, "square", "`x * x`, element by element.")
conjugate = unary(jnp.conj, "conjugate", "The complex conjugate.")
real = unary(jnp.real, "real", "The real part.")
imag = unary(jnp.imag, "imag", "The imaginary part.")
bitwise_not = unary(jnp.bitwise_not, "bitwise_not", "Inverts each bit.")
_FLAT = {"differentiable": False}  # TensorFlow gives no gradient through these
sign = unary(jnp.sign, "sign", "-1, 0 or 1 by the sign of each element.")
floor = unary(jnp.floor, "floor", "The greatest whole number not above.", **_FLAT,
               floating=True)  # fmt: skip
ceil = unary(jnp.ceil, "ceil", "The smallest whole number not below.", **_FLAT,
              floating=True)  # fmt: skip
rint = unary(jnp.rint, "rint", "The nearest whole number, halves to even.", **_FLAT)
trunc = unary(jnp.trunc, "trunc", "The whole part, towards zero.", **_FLAT)
isnan = unary(jnp.isnan, "isnan", "Whether each element is NaN.")
isinf = unary(jnp.isinf, "isinf", "Whether each element is infinite.")
isfinite = unary(jnp.isfinite, "isfinite", "Whether each element is finite.")
logical_not = unary(
    lambda x: jnp.logical_not(x.astype(bool)), "logical_not", "`not x`."
)

# Whole numbers become floatx() first
exp = unary(jnp.exp, "exp", "e to the power of each element.", floating=True)
exp2 = unary(jnp.exp2, "exp2", "2 to the power of each element.", floating=True)
expm1 = unary(jnp.expm1, "expm1", "`exp(x) - 1`, exact near 0.", floating=True)
log = unary(jnp.log, "log", "The natural logarithm.", floating=True)
log2 = unary(jnp.log2, "log2", "The logarithm to base 2.", floating=True)
log10 = unary(jnp.log10, "log10", "The logarithm to base 10.", floating=True)
log1p = unary(jnp.log1p, "log1p", "`log(1 + x)`, exact near 0.", floating=True)
sqrt = unary(jnp.sqrt, "sqrt", "The square root.", floating=True)
rsqrt = unary(jax.lax.rsqrt, "rsqrt", "One over the square root.", floating=True)
reciprocal = unary(jnp.reciprocal, "reciprocal", "`1 / x`.", floating=True)
sin = unary(jnp.sin, "sin", "The sine.", floating=True)
cos = unary(jnp.cos, "cos", "The cosine.", floating=True)
tan = unary(jnp.tan, "tan", "The tangent.", floating=True)
arcsin = unary(jnp.arcsin, "arcsin", "The inverse sine.", floating=True)
arccos = unary(jnp.arccos, "arccos", "The inverse cosine.", floating=True)
arctan = unary(jnp.arctan, "arctan", "The inverse tangent.", floating=True)
sinh = unary(jnp.sinh, "sinh", "The hyperbolic sine.", floating=True)
cosh = unary(jnp.cosh, "cosh", "The hyperbolic cosine.", floating=True)
tanh = unary(jnp.tanh, "tanh", "The hyperbolic tangent.", floating=True)
arcsinh = unary(jnp.arcsinh, "arcsinh", "Inverse hyperbolic sine.", floating=True)
arccosh = unary(jnp.arccosh, "arccosh", "Inverse hyperbolic cosine.", floating=True)
arctanh = unary(jnp.arctanh, "arctanh", "Inverse hyperbolic tangent.", floating=True)
erf = unary(jax.lax.erf, "erf", "The error function.", floating=True)
erfinv = unary(jax.lax.erf_inv, "erfinv", "The inverse error function.", floating=True)
sigmoid = unary(jax.nn.sigmoid, "sigmoid", "`1 / (1 + exp(-x))`.", floating=True)

_ALIKE: dict[str, Any] = {"spec": like_both}
add = binary(jnp.add, "add", "`x1 + x2`, element by element.", **_ALIKE)
subtract = binary(jnp.subtract, "subtract", "`x1 - x2`, element by element.", **_ALIKE)
multiply = binary(jnp.multiply, "multiply", "`x1 * x2`, element by element.", **_ALIKE)
divide = binary(jnp.true_divide, "divide", "`x1 / x2`.", floating=True, **_ALIKE)
floor_divide = binary(
    jnp.floor_divide, "floor_divide", "`x1 // x2`, rounded down.", **_FLAT
)
mod = binary(jnp.mod, "mod", "The remainder, with the sign of `x2`.")
power = binary(jnp.power, "power", "`x1` to the power of `x2`.")
maximum = binary(jnp.maximum, "maximum", "The greater of the two.", **_ALIKE)
minimum = binary(jnp.minimum, "minimum", "The smaller of the two.", **_ALIKE)
arctan2 = binary(jnp.arctan2, "arctan2", "The angle of (x2, x1).", floating=True)
equal = binary(jnp.equal, "equal", "Whether `x1 == x2`.")
not_equal = binary(jnp.not_equal, "not_equal", "Whether `x1 != x2`.")
less = binary(jnp.less, "less", "Whether `x1 < x2`.")
less_equal = binary(jnp.less_equal, "less_equal", "Whether `x1 <= x2`.")
greater = binary(jnp.greater, "greater", "Whether `x1 > x2`.")
greater_equal = binary(jnp.greater_equal, "greater_equal", "Whether `x1 >= x2`.")
bitwise_and = binary(jnp.bitwise_and, "bitwise_and", "Bitwise and.", bits=True)
bitwise_or = binary(jnp.bitwise_or, "bitwise_or", "Bitwise or.", bits=True)
bitwise_xor = binary(jnp.bitwise_xor, "bitwise_xor", "Bitwise exclusive or.", bits=True)


def _truth(fn: Callable[..., Any], name: str, doc: str) -> Op:
    def on_bools(a: Any, b: Any) -> Any:
        return fn(a.astype(bool), b.astype(bool))

    return binary(on_bools, name, doc)


logical_and = _truth(jnp.logical_and, "logical_and", "`x1 and x2`, by element.")
logical_or = _truth(jnp.logical_or, "logical_or", "`x1 or x2`, by element.")
logical_xor = _truth(jnp.logical_xor, "logical_xor", "Whether just one is true.")


@op(promote=True)
def clip(x: Array, x_min: Array, x_max: Array) -> Array:
    """Limits each element to between `x_min` and `x_max`."""
    return jnp.clip(x, x_min, x_max)


@op
def round(x: Array, decimals: int = 0) -> Array:
    """Rounds to `decimals` places, halves to even."""
    return jnp.round(x, decimals)


round.differentiable = False


@op(differentiable=False)
def stop_gradient(variable: Array) -> Array:
    """The value itself, for which gradients are not computed."""
    return jax.lax.stop_gradient(variable)


@op(promote=("x1", "x2"))
def where(condition: Array, x1: Array, x2: Array) -> Array:
    """Elements of `x1` where `condition` is true, of `x2` elsewhere."""
    return jnp.where(condition.astype(bool), x1, x2)
