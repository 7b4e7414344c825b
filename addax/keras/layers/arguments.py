"""A layer call's arguments: conversion, shapes, masks."""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from addax.core import SymbolicTensor, Tensor, Variable, cast, convert, tree
from addax.core.tensor import TensorLike

_NUMBERS = (bool, int, float)
_LEFT_ALONE = frozenset((bool, int, float, str, bytes, type(None), Variable))


def as_tensors(value: Any, target: Any) -> Any:
    """Arrays as tensors, floating ones in type `target` (any if `None`)."""
    kind = type(value)
    if kind is Tensor or kind is SymbolicTensor:
        if target is not None and value.dtype != target and value.dtype.is_floating:
            mask = getattr(value, "_keras_mask", None)
            value = cast(value, target)
            if mask is not None:
                value._keras_mask = mask
        return value
    if kind in _LEFT_ALONE:
        return value
    if isinstance(value, (np.ndarray, np.generic, jax.Array)):
        if target is not None and value.dtype.kind == "f":
            return convert(value, target)
        return as_tensors(convert(value), target)
    if isinstance(value, (list, tuple)) and value and _only_numbers(value):
        return as_tensors(convert(value), target)
    if isinstance(value, dict):
        return {k: as_tensors(v, target) for k, v in value.items()}
    if isinstance(value, tuple) and hasattr(value, "_fields"):
        return type(value)(*(as_tensors(v, target) for v in value))
    if isinstance(value, (list, tuple)):
        return type(value)(as_tensors(v, target) for v in value)
    if hasattr(value, "__array__") and not isinstance(value, TensorLike):
        return as_tensors(np.asarray(value), target)
    return value


def _only_numbers(value: Any) -> bool:
    """Whether nested lists hold numbers only, so that they stand for one tensor."""
    if isinstance(value, (list, tuple)):
        return bool(value) and all(_only_numbers(v) for v in value)
    return isinstance(value, _NUMBERS)


def all_tensors(value: Any) -> bool:
    """Whether a value is a tensor or a structure of nothing but tensors."""
    leaves = tree.flatten(value)
    return bool(leaves) and all(isinstance(x, TensorLike) for x in leaves)


def shapes(value: Any) -> Any:
    """The shapes of a structure of tensors, as tuples."""
    return tree.map_structure(
        lambda x: tuple(x.shape) if isinstance(x, TensorLike) else None, value
    )


def masks(value: Any) -> Any:
    """The masks of a structure of tensors, or `None` if none has one."""
    if type(value) is Tensor or isinstance(value, TensorLike):
        return getattr(value, "_keras_mask", None)
    if not isinstance(value, (list, tuple, dict)):
        return None
    found = tree.map_structure(lambda x: getattr(x, "_keras_mask", None), value)
    return found if any(m is not None for m in tree.flatten(found)) else None


def is_shape(value: Any) -> bool:
    """Whether a value is one shape rather than a structure of shapes."""
    return isinstance(value, (list, tuple)) and all(
        v is None or isinstance(v, (int, np.integer)) for v in value
    )


def symbolic(shape: Any, dtype: Any) -> Any:
    """Symbolic tensors for a shape or a structure of shapes."""
    if is_shape(shape):
        return SymbolicTensor(shape, dtype)
    if isinstance(shape, dict):
        return {k: symbolic(v, dtype) for k, v in shape.items()}
    return type(shape)(symbolic(v, dtype) for v in shape)


def tuples(shape: Any) -> Any:
    """Shapes read from JSON, as tuples again."""
    if is_shape(shape):
        return tuple(shape)
    if isinstance(shape, dict):
        return {k: tuples(v) for k, v in shape.items()}
    return [tuples(v) for v in shape] if isinstance(shape, (list, tuple)) else shape
