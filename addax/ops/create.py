"""Tensors made from nothing but a shape: zeros, ones, ranges, one-hot rows."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import (
    Array,
    as_dtype,
    cast,
    convert,
    floatx,
    op,
    result_type,
    scope,
)
from addax.ops.shape import sizes


def _dtype(dtype: Any) -> str:
    return (floatx() if dtype is None else as_dtype(dtype)).name


@op(name="full", compile=False)
def _full(fill_value: Array, shape: tuple[int, ...]) -> Array:
    return jnp.full(shape, fill_value, fill_value.dtype)


def full(shape: Any, fill_value: Any, dtype: Any = None) -> Any:
    """A tensor of that shape with `fill_value` everywhere (`floatx()` if no type)."""
    kind = _dtype(dtype)
    known = isinstance(fill_value, (bool, int, float, np.generic, np.ndarray))
    if known and scope.state.lift is None:
        # Eagerly XLA would compile a fill for each new shape, about 10 ms
        return convert(np.full(sizes(shape), np.asarray(fill_value).astype(kind)))
    return _full(convert(fill_value, kind), sizes(shape))


def zeros(shape: Any, dtype: Any = None) -> Any:
    """A tensor of zeros (`floatx()` if no type is given)."""
    return full(shape, 0, dtype)


def ones(shape: Any, dtype: Any = None) -> Any:
    """A tensor of ones (`floatx()` if no type is given)."""
    return full(shape, 1, dtype)


empty = zeros


@op(name="full_like", compile=False, waits=True)
def _full_like(x: Array, fill_value: Array, dtype: str | None = None) -> Array:
    return jnp.full_like(x, fill_value, dtype=None if dtype is None else dtype)


def full_like(x: Any, fill_value: Any, dtype: Any = None) -> Any:
    """`fill_value` in the shape (and type) of `x`."""
    return _full_like(x, fill_value, None if dtype is None else _dtype(dtype))


def zeros_like(x: Any, dtype: Any = None) -> Any:
    """Zeros in the shape (and type) of `x`."""
    return full_like(x, 0, dtype)


def ones_like(x: Any, dtype: Any = None) -> Any:
    """Ones in the shape (and type) of `x`."""
    return full_like(x, 1, dtype)


empty_like = zeros_like


def arange(start: Any, stop: Any = None, step: Any = None, dtype: Any = None) -> Any:
    """Numbers from `start` (0 if it is the only one) up to `stop`, exclusive.

    The type is that of the arguments by Keras's rules: int32 for whole numbers,
    `floatx()` for others.
    """
    step = 1 if step is None else step
    given = [v for v in (start, stop, step) if v is not None]
    if dtype is None:
        dtype = result_type(*(getattr(v, "dtype", type(v)) for v in given))
    if stop is None:
        start, stop = 0, start
    bounds: list[Any] = [np.asarray(v).item() for v in (start, stop, step)]
    return convert(np.arange(*bounds).astype(_dtype(dtype)))


@op(name="linspace")
def _linspace(
    start: Array, stop: Array, num: int, endpoint: bool, dtype: str, axis: int
) -> Array:
    return jnp.linspace(start, stop, num, endpoint, dtype=dtype, axis=axis)


def linspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    retstep: bool = False,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers evenly from `start` to `stop`; with the step if `retstep`."""
    if dtype is None:
        kinds = (getattr(v, "dtype", type(v)) for v in (start, stop))
        dtype = result_type(*kinds, float)
    start, stop = convert(start, _dtype(dtype)), convert(stop, _dtype(dtype))
    points = _linspace(start, stop, num, endpoint, _dtype(dtype), axis)
    if not retstep:
        return points
    return points, (stop - start) / float(max(num - 1 if endpoint else num, 1))


@op(name="logspace")
def _logspace(
    start: Array, stop: Array, num: int, endpoint: bool, base: float, axis: int
) -> Array:
    return jnp.logspace(start, stop, num, endpoint, base, start.dtype, axis)


def logspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    base: float = 10,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers from `base**start` to `base**stop`, evenly on a log scale."""
    if dtype is None:
        kinds = (getattr(v, "dtype", type(v)) for v in (start, stop))
        dtype = result_type(*kinds, float)
    start, stop = convert(start, _dtype(dtype)), convert(stop, _dtype(dtype))
    return _logspace(start, stop, num, endpoint, float(base), axis)


def geomspace(
    start: Any,
    stop: Any,
    num: int = 50,
    endpoint: bool = True,
    dtype: Any = None,
    axis: int = 0,
) -> Any:
    """`num` numbers from `start` to `stop`, each the same multiple of the last."""
    if dtype is None:
        kinds = (getattr(v, "dtype", type(v)) for v in (start, stop))
        dtype = result_type(*kinds, float)
    start, stop = convert(start, _dtype(dtype)), convert(stop, _dtype(dtype))
    return _geomspace(start, stop, num, endpoint, axis)


@op(name="geomspace")
def _geomspace(start: Array, stop: Array, num: int, endpoint: bool, axis: int) -> Array:
    return jnp.geomspace(start, stop, num, endpoint, start.dtype, axis)


@op
def vander(x: Array, N: int | None = None, increasing: bool = False) -> Array:
    """The powers of the elements of a vector, one power for each column."""
    return jnp.vander(x, N, increasing)


def eye(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """A matrix with ones on its `k`th diagonal."""
    return convert(np.eye(N, M, k).astype(_dtype(dtype)))


def identity(n: int, dtype: Any = None) -> Any:
    """The square identity matrix."""
    return eye(n, dtype=dtype)


def tri(N: int, M: int | None = None, k: int = 0, dtype: Any = None) -> Any:
    """A matrix with ones on and below its `k`th diagonal."""
    return convert(np.tri(N, M, k).astype(_dtype(dtype)))


@op(name="meshgrid")
def _meshgrid(x: Sequence[Array], indexing: str) -> Any:
    return tuple(jnp.meshgrid(*x, indexing=indexing))


def meshgrid(*x: Any, indexing: str = "xy") -> list[Any]:
    """Grids of coordinates from one-dimensional tensors."""
    return list(_meshgrid(list(x), indexing))


@op(name="one_hot", differentiable=False)
def _one_hot(x: Array, num_classes: int, axis: int, dtype: str) -> Array:
    return jax.nn.one_hot(x, num_classes, dtype=np.dtype(dtype), axis=axis)


def one_hot(
    x: Any, num_classes: int, axis: int = -1, dtype: Any = None, sparse: bool = False
) -> Any:
    """A new axis with 1 at the place that each whole number names, 0 elsewhere.

    Args:
        x: Whole numbers from 0 to `num_classes - 1`; others give zeros.
        num_classes: The size of the new axis.
        axis: Where the new axis goes.
        dtype: The type of the result; `floatx()` if not given.
        sparse: Kept for Keras's signature; only `False` is supported.
    """
    dense_only("one_hot", sparse)
    return _one_hot(x, num_classes, axis, _dtype(dtype))


@op(name="multi_hot", differentiable=False)
def _multi_hot(x: Array, num_classes: int, axis: int, dtype: str) -> Array:
    rows = jax.nn.one_hot(x, num_classes, dtype=np.dtype(dtype), axis=axis)
    reduced = 1 if x.ndim > 1 else 0
    return jnp.max(rows, axis=reduced)


def multi_hot(
    inputs: Any,
    num_classes: int | None = None,
    axis: int = -1,
    dtype: Any = None,
    sparse: bool = False,
    num_tokens: int | None = None,
) -> Any:
    """1 at every place that a row of whole numbers names, 0 elsewhere."""
    dense_only("multi_hot", sparse)
    classes = num_tokens if num_classes is None else num_classes
    if classes is None:
        raise ValueError("`num_classes` is needed. Received: num_classes=None")
    return _multi_hot(inputs, classes, axis, _dtype(dtype))


def dense_only(name: str, sparse: bool) -> None:
    """Raises if a sparse result is asked for."""
    if sparse:
        raise ValueError(
            f"`{name}` makes dense tensors only. Received: sparse=True\n"
            "XLA has no sparse tensors; a dense one holds the same values."
        )


def array(x: Any, dtype: Any = None) -> Any:
    """`x` as a tensor, of type `dtype` if given."""
    return convert(x, dtype)


def cast_to(x: Any, dtype: Any) -> Any:
    """`x` converted to a type under any of its names."""
    return cast(x, as_dtype(dtype).name)
