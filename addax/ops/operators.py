"""Python operators of tensors, with TensorFlow's rules for types.

TensorFlow does not promote: two tensors must be of one type, and a Python or NumPy
value takes the tensor's. (`keras.ops` promotes; it calls the operations directly.)
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import numpy as np

from addax.core import TensorLike, cast, convert, dtypes
from addax.core.op import describe
from addax.ops import indexing, linalg, math, shape

_NUMBERS = (bool, int, float, complex)
TENSORS: Any = (TensorLike, jax.Array)


class Rules:
    """What operators do with types.

    Attributes:
        promote: Whether two types become a common one, as NumPy's do.
    """

    promote = False


def align(x: Any, other: Any, name: str) -> Any:
    """`other` as an operand for tensor `x` by TensorFlow's rules.

    Raises:
        TypeError: If their types differ, or a Python value does not fit `x`'s type.
    """
    dtype = x.dtype
    if Rules.promote and dtype.name != "string":
        return other if isinstance(other, TENSORS) else convert(other)
    if isinstance(other, TENSORS):
        if other.dtype != dtype:
            theirs = dtypes.as_dtype(other.dtype).name
            raise TypeError(
                f"`{name}` needs two tensors of one type. "
                f"Received: {describe(x)} and {describe(other)}\n"
                "TensorFlow's operators never convert tensors silently.\n"
                f"1. Convert one: tf.cast(x, {dtype!r}) or tf.cast(y, tf.{theirs}).\n"
                "2. keras.ops functions (keras.ops.add(x, y), ...) promote by rule."
            )
        return other
    if type(other) in _NUMBERS:
        kind = type(other)
        fits = (
            dtype.is_complex
            or (kind is not complex and dtype.is_floating)
            or (kind in (bool, int) and dtype.is_integer)
            or (kind is bool and dtype.is_bool)
        )
        if fits:
            return other  # promotion gives it the tensor's type
        raise TypeError(_misfit(name, x, other))
    if dtype == "string":
        return convert(other, dtype)
    value = convert(other)
    theirs = value.dtype
    if (theirs.is_floating and dtype.is_integer) or (
        dtype.is_bool and not theirs.is_bool
    ):
        raise TypeError(_misfit(name, x, other))
    return cast(value, dtype) if theirs != dtype else value


def _misfit(name: str, x: Any, other: Any) -> str:
    return (
        f"`{name}` cannot give this value the tensor's type. "
        f"Received: {describe(x)} and {other!r}\n"
        "A Python or NumPy value takes the type of the tensor beside it, and this one "
        "would lose its meaning.\n"
        f"Convert the tensor first: tf.cast(x, tf.{_wider(other)})."
    )


def _wider(other: Any) -> str:
    return "float32" if np.asarray(other).dtype.kind == "f" else "int32"


def _binary(op: Callable[..., Any], name: str, swap: bool = False) -> Any:
    def method(self: Any, other: Any) -> Any:
        if other is None or isinstance(other, dict):
            return NotImplemented
        if isinstance(other, (str, bytes)) and self.dtype != "string":
            return NotImplemented
        other = align(self, other, name)
        return op(other, self) if swap else op(self, other)

    method.__name__ = name
    return method


def _common(x1: Any, x2: Any) -> dtypes.DType:
    """The type of aligned operands, one of which may be a Python number."""
    return dtypes.as_dtype((x1 if isinstance(x1, TENSORS) else x2).dtype)


def _floats(x: Any) -> bool:
    return isinstance(x, TENSORS) and dtypes.as_dtype(x.dtype).is_floating


def _true_divide(x1: Any, x2: Any) -> Any:
    """`/`: whole numbers divide as float64, the small ones as float32 (TensorFlow)."""
    dtype = _common(x1, x2)
    if dtype.is_integer and not _floats(x1) and not _floats(x2):
        wide = "float32" if dtype.size < 4 else "float64"
        x1, x2 = cast(x1, wide), cast(x2, wide)
    return math.divide(x1, x2)


def _equality(op: Callable[..., Any], name: str, otherwise: bool) -> Any:
    def method(self: Any, other: Any) -> Any:
        if other is None or (
            isinstance(other, (str, bytes)) and self.dtype != "string"
        ):
            return otherwise
        try:
            other = align(self, other, name)
        except TypeError:
            return NotImplemented
        return op(self, other)

    return method


def _bits(logical: Any, bitwise: Any) -> Any:
    def op(x1: Any, x2: Any) -> Any:
        return (logical if _common(x1, x2).is_bool else bitwise)(x1, x2)

    return op


def _invert(x: Any) -> Any:
    return math.logical_not(x) if x.dtype == "bool" else math.bitwise_not(x)


def _install() -> None:
    binary = {
        "add": math.add, "sub": math.subtract, "mul": math.multiply,
        "truediv": _true_divide, "floordiv": math.floor_divide, "mod": math.mod,
        "pow": math.power, "matmul": linalg.matmul,
        "and": _bits(math.logical_and, math.bitwise_and),
        "or": _bits(math.logical_or, math.bitwise_or),
        "xor": _bits(math.logical_xor, math.bitwise_xor),
    }  # fmt: skip
    for name, op in binary.items():
        setattr(TensorLike, f"__{name}__", _binary(op, name))
        setattr(TensorLike, f"__r{name}__", _binary(op, name, swap=True))
    for name, op in {
        "lt": math.less, "le": math.less_equal,
        "gt": math.greater, "ge": math.greater_equal,
    }.items():  # fmt: skip
        setattr(TensorLike, f"__{name}__", _binary(op, name))
    TensorLike.__eq__ = _equality(math.equal, "==", False)  # type: ignore[assignment]
    TensorLike.__ne__ = _equality(math.not_equal, "!=", True)  # type: ignore
    unary = {"neg": math.negative, "abs": math.absolute, "invert": _invert}
    for name, op in unary.items():
        setattr(TensorLike, f"__{name}__", lambda self, op=op: op(self))
    TensorLike.__pos__ = lambda self: self  # type: ignore[attr-defined]
    TensorLike.__getitem__ = indexing.getitem  # type: ignore[attr-defined]
    TensorLike._operations["stack"] = shape.stack
    TensorLike.__round__ = lambda self, n=0: math.round(self, n)  # type: ignore


_install()
