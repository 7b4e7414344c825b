"""TensorFlow's rules for operands: no tensor is converted silently.

A Python number or list, or a NumPy array, takes the type of the tensor beside it; alone
it keeps its own (Python floats are float32, whole numbers int32).
"""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import DType, TensorLike, convert
from addax.core.op import describe
from addax.ops.operators import TENSORS, align

_KINDS = {
    "floating or complex": lambda d: d.is_floating or d.is_complex,
    "floating": lambda d: d.is_floating,
    "whole-number": lambda d: d.is_integer,
    "boolean": lambda d: d.is_bool,
    "numeric": lambda d: not d.is_bool and d != "string",
}
_USUAL = {"boolean": "tf.bool", "whole-number": "tf.int32"}


def operand(value: Any, function: str = "", kind: str = "") -> Any:
    """`value` as an operand, of the kind that `tf.<function>` takes.

    Args:
        value: A tensor of any sort, or what can become one.
        function: The public function, for the message.
        kind: A kind of types; any if empty.

    Raises:
        TypeError: If it is of another kind.
    """
    made = value if isinstance(value, TensorLike) else convert(value)
    if kind and not _KINDS[kind](made.dtype):
        raise TypeError(
            explain(
                f"tf.{function} takes {kind} tensors only.",
                received={"x": made},
                why="TensorFlow's functions never convert a tensor silently.",
                fix=f"tf.{function}(tf.cast(x, {_USUAL.get(kind, 'tf.float32')}))",
            )
        )
    return made


def alike(function: str, *values: Any) -> list[Any]:
    """`values` as operands of one type: that of the first tensor among them.

    Raises:
        TypeError: If two tensors differ in type, or another value does not fit.
    """
    values = tuple(convert(v) if _holds_tensors(v) else v for v in values)
    first = next((v for v in values if isinstance(v, TENSORS)), None)
    if first is None:
        first = convert(values[0])
        values = (first, *values[1:])
    return [v if v is first else _beside(first, v, function) for v in values]


def _beside(first: Any, value: Any, function: str) -> Any:
    aligned = align(first, value, f"tf.{function}")
    return aligned if isinstance(aligned, TensorLike) else convert(aligned, first.dtype)


def _holds_tensors(value: Any) -> bool:
    return isinstance(value, (list, tuple)) and any(
        isinstance(x, TensorLike) or _holds_tensors(x) for x in value
    )


def same_type(value: Any, dtype: DType, argument: str) -> None:
    """Raises `ValueError` unless tensor `value` is of type `dtype`."""
    if value.dtype != dtype:
        raise ValueError(
            explain(
                f"A tensor of type {dtype.name} was asked for.",
                received={argument: describe(value)},
                why="TensorFlow's functions never convert a tensor silently.",
                fix=f"tf.cast({argument}, {dtype!r})",
            )
        )
