"""The values of names as control flow carries them: structures of tensors.

A name's value is taken apart into leaves. Tensors, arrays and numbers are what a
compiled branch or loop can carry; everything else (`None`, strings, layers) is part of
the program and must be the same whichever way it goes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np

from addax.autograph.undefined import Undefined
from addax.core import Tensor, convert, tree
from addax.core.lift import convert_output, is_array_like
from addax.core.tensor import TensorLike

_NUMBERS = (bool, int, float, complex)


@dataclass(frozen=True)
class Parts:
    """A value taken apart.

    Attributes:
        leaves: What it holds.
        treedef: What holds them; `None` for a name without a value.
        value: The value itself.
    """

    leaves: tuple[Any, ...]
    treedef: Any
    value: Any

    @property
    def missing(self) -> bool:
        return self.treedef is None

    def carried(self) -> list[int]:
        """Which leaves a compiled program can carry."""
        return [i for i, x in enumerate(self.leaves) if carries(x)]

    def tensors(self) -> list[Tensor]:
        """Those leaves as tensors."""
        return [as_tensor(self.leaves[i]) for i in self.carried()]

    def filled(self, tensors: Any) -> Any:
        """The value around other tensors."""
        leaves = list(self.leaves)
        for i, x in zip(self.carried(), tensors, strict=True):
            leaves[i] = x
        return tree.unflatten(self.treedef, leaves)


def parts(value: Any) -> Parts:
    """Takes a value apart."""
    if type(value) is Undefined:
        return Parts((), None, value)
    leaves, treedef = tree.flatten_with_treedef(value)
    return Parts(tuple(leaves), treedef, value)


def reserved(values: Sequence[Any], count: int | None) -> tuple[Any, ...]:
    """The values, TensorArrays with place for what `count` steps write.

    Where nobody knows how much will be written, `count` is `None`.
    """
    return tuple(v._reserved(count) if hasattr(v, "_allocates") else v for v in values)


def is_number(x: Any) -> bool:
    """Whether `x` is a number of Python's, which takes other operands' types."""
    return type(x) in _NUMBERS


def carries(x: Any) -> bool:
    """Whether a compiled program can carry `x`."""
    return is_number(x) or is_array_like(x)


def as_tensor(x: Any) -> Tensor:
    """A leaf as a tensor; a variable gives its value."""
    return convert_output(x) if isinstance(x, TensorLike) else convert(x)


def same(a: Any, b: Any) -> bool:
    """Whether two leaves are known to be the same, without a look at tensors."""
    if a is b:
        return True
    if is_array_like(a) or is_array_like(b) or type(a) is not type(b):
        return False
    try:
        return bool(a == b)
    except Exception:
        return False


def kind(x: Any) -> jax.ShapeDtypeStruct:
    """Shape and type of a leaf that can be carried."""
    tensor = as_tensor(x)
    return jax.ShapeDtypeStruct(tuple(tensor.shape), np.dtype(tensor.dtype.name))


def is_empty(part: Parts, a: Any, b: Any) -> bool:
    """Whether one leaf is a tensor and the other its place in an empty TensorArray."""
    return (a is None) != (b is None) and hasattr(part.value, "_allocates")


def common(a: Any, b: Any) -> jax.ShapeDtypeStruct | None:
    """What both leaves can be: numbers take the type of the other; else `None`."""
    if not (carries(a) and carries(b)):
        return None
    left, right = kind(a), kind(b)
    if left.shape != right.shape:
        return None
    if left.dtype == right.dtype:
        return left
    if is_number(a) and _widens(left.dtype, right.dtype):
        return right
    if is_number(b) and _widens(right.dtype, left.dtype):
        return left
    return None


def _widens(number: Any, other: Any) -> bool:
    """Whether a Python number of one type may become another type."""
    order = "biufc"
    if number.kind == "b" or other.kind == "b":
        return False
    weak = "i" if other.kind == "u" else other.kind
    return order.find(number.kind) <= order.find(weak)


def show(part: Parts) -> str:
    """A value in an error message."""
    if part.missing:
        return "nothing"
    if len(part.leaves) == 1 and carries(part.value):
        x = kind(part.value)
        return f"Tensor(shape={x.shape}, dtype={x.dtype.name})"
    leaves = [
        f"{kind(x).dtype.name}{list(kind(x).shape)}" if carries(x) else x
        for x in part.leaves
    ]
    return repr(tree.unflatten(part.treedef, leaves))
