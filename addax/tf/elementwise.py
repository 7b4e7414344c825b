"""Functions of each element: `tf.add`, `tf.sqrt`, `tf.math.log`, ...

Each row names an operation and the kind of types that TensorFlow lets it take.
"""

from __future__ import annotations

import operator
from collections.abc import Callable
from typing import Any

from addax.core import cast, convert
from addax.ops import math as ops
from addax.tf._rules import alike, operand

_FLOAT = "floating or complex"


def unary(op: Callable[..., Any], public: str, kind: str = "") -> Callable[..., Any]:
    """`tf.<public>(x, name=None)`, which takes tensors of one kind only."""

    def function(x: Any, name: str | None = None) -> Any:
        return op(operand(x, public, kind))

    return _described(function, public, op.__doc__)


def binary(op: Callable[..., Any], public: str, doc: str = "") -> Callable[..., Any]:
    """`tf.<public>(x, y, name=None)`, which takes two tensors of one type."""

    def function(x: Any, y: Any, name: str | None = None) -> Any:
        return op(*alike(public, x, y))

    return _described(function, public, doc or op.__doc__)


def _described(function: Any, name: str, doc: str | None) -> Callable[..., Any]:
    function.__name__ = function.__qualname__ = name
    function.__module__, function.__doc__ = __name__, doc
    return function


abs = unary(ops.absolute, "abs", "numeric")
negative = unary(ops.negative, "negative", "numeric")
square = unary(ops.square, "square", "numeric")
sign = unary(ops.sign, "sign", "numeric")
round = unary(ops.round, "round", "numeric")
conj = unary(ops.conjugate, "conj")
real = unary(ops.real, "real")
imag = unary(ops.imag, "imag")
logical_not = unary(ops.logical_not, "logical_not", "boolean")
floor = unary(ops.floor, "floor", "floating")
ceil = unary(ops.ceil, "ceil", "floating")
rint = unary(ops.rint, "rint", "floating")
is_nan = unary(ops.isnan, "is_nan", "floating")
is_inf = unary(ops.isinf, "is_inf", "floating")
is_finite = unary(ops.isfinite, "is_finite", "floating")
exp = unary(ops.exp, "exp", _FLOAT)
expm1 = unary(ops.expm1, "expm1", _FLOAT)
log = unary(ops.log, "log", _FLOAT)
log1p = unary(ops.log1p, "log1p", _FLOAT)
sqrt = unary(ops.sqrt, "sqrt", _FLOAT)
rsqrt = unary(ops.rsqrt, "rsqrt", _FLOAT)
reciprocal = unary(ops.reciprocal, "reciprocal", _FLOAT)
sin = unary(ops.sin, "sin", _FLOAT)
cos = unary(ops.cos, "cos", _FLOAT)
tan = unary(ops.tan, "tan", _FLOAT)
asin = unary(ops.arcsin, "asin", _FLOAT)
acos = unary(ops.arccos, "acos", _FLOAT)
atan = unary(ops.arctan, "atan", _FLOAT)
sinh = unary(ops.sinh, "sinh", _FLOAT)
cosh = unary(ops.cosh, "cosh", _FLOAT)
tanh = unary(ops.tanh, "tanh", _FLOAT)
asinh = unary(ops.arcsinh, "asinh", _FLOAT)
acosh = unary(ops.arccosh, "acosh", _FLOAT)
atanh = unary(ops.arctanh, "atanh", _FLOAT)
sigmoid = unary(ops.sigmoid, "sigmoid", _FLOAT)
erf = unary(ops.erf, "erf", "floating")
erfinv = unary(ops.erfinv, "erfinv", "floating")

add = binary(ops.add, "add")
subtract = binary(ops.subtract, "subtract")
multiply = binary(ops.multiply, "multiply")
divide = truediv = binary(operator.truediv, "divide", "`x / y`.")
floordiv = binary(ops.floor_divide, "floordiv")
mod = floormod = binary(ops.mod, "mod")
pow = binary(ops.power, "pow")
maximum = binary(ops.maximum, "maximum")
minimum = binary(ops.minimum, "minimum")
atan2 = binary(ops.arctan2, "atan2")
equal = binary(operator.eq, "equal", "Whether `x == y`.")
not_equal = binary(operator.ne, "not_equal", "Whether `x != y`.")
less = binary(ops.less, "less")
less_equal = binary(ops.less_equal, "less_equal")
greater = binary(ops.greater, "greater")
greater_equal = binary(ops.greater_equal, "greater_equal")
logical_and = binary(ops.logical_and, "logical_and")
logical_or = binary(ops.logical_or, "logical_or")
logical_xor = binary(ops.logical_xor, "logical_xor")


def squared_difference(x: Any, y: Any, name: str | None = None) -> Any:
    """`(x - y) * (x - y)`, element by element."""
    return ops.square(subtract(x, y))


def divide_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """`x / y`, and 0 where `y` is 0."""
    x, y = alike("math.divide_no_nan", x, y)
    is_zero = ops.equal(y, 0)
    return ops.where(is_zero, 0, ops.divide(x, ops.where(is_zero, 1, y)))


def multiply_no_nan(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * y`, and 0 where `y` is 0, even if `x` is infinite or NaN."""
    x, y = alike("math.multiply_no_nan", x, y)
    is_zero = ops.equal(y, 0)
    return ops.where(is_zero, 0, ops.multiply(ops.where(is_zero, 0, x), y))


def xlogy(x: Any, y: Any, name: str | None = None) -> Any:
    """`x * log(y)`, and 0 where `x` is 0."""
    x, y = alike("math.xlogy", x, y)
    is_zero = ops.equal(x, 0)
    return ops.where(is_zero, 0, ops.multiply(x, ops.log(ops.where(is_zero, 1, y))))


def add_n(inputs: Any, name: str | None = None) -> Any:
    """The sum of a list of tensors of one shape and type.

    Raises:
        ValueError: If the list is empty.
    """
    values = inputs if isinstance(inputs, (list, tuple)) else [inputs]
    if not values:
        raise ValueError("tf.add_n needs at least one tensor. Received: inputs=[]")
    total, *rest = alike("add_n", *values)
    for value in rest:
        total = ops.add(total, value)
    return total


def clip_by_value(
    t: Any, clip_value_min: Any, clip_value_max: Any, name: str | None = None
) -> Any:
    """Limits each element to between two values.

    Example:

    >>> from addax import tf
    >>> tf.clip_by_value([-2.0, 0.5, 3.0], -1, 1).numpy().tolist()
    [-1.0, 0.5, 1.0]
    """
    return ops.clip(*alike("clip_by_value", t, clip_value_min, clip_value_max))


def complex(real: Any, imag: Any, name: str | None = None) -> Any:
    """Complex numbers from their real and imaginary parts."""
    real, imag = alike("complex", real, imag)
    kind = "complex128" if real.dtype == "float64" else "complex64"
    unit = convert(1j, kind)
    return ops.add(cast(real, kind), ops.multiply(cast(imag, kind), unit))
