"""`x[...]`: NumPy's indexing, with indices that may be tensors."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from addax.core import Array, TensorLike, convert, op
from addax.core.scope import state


@op(name="getitem")
def _getitem(x: Array, indices: Sequence[Array], template: tuple[Any, ...]) -> Array:
    keys: list[Any] = []
    axis = 0
    for kind, *rest in template:
        if kind == "new":
            keys.append(None)
            continue
        if kind == "tensor":
            keys.append(indices[rest[0]])
        elif kind == "window":  # eager slices: one compilation serves every start
            x = lax.dynamic_slice_in_dim(x, indices[rest[0]], rest[1], axis)
            keys.append(slice(None))
        elif kind == "int":
            keys.append(rest[0])
        else:
            keys.append(slice(*rest))
        axis += 1
    return x[tuple(keys)]


def getitem(x: Any, key: Any) -> Any:
    """Indexes as NumPy does; indices may be tensors, lists, `...` and `None`.

    Raises:
        IndexError: If a whole number is out of range, or there are too many indices.
    """
    keys = list(key) if isinstance(key, tuple) else [key]
    shape = tuple(x.shape)
    used = sum(_axes(k) for k in keys if k is not None and k is not Ellipsis)
    if used > len(shape):
        raise IndexError(
            f"Too many indices for a tensor with {len(shape)} axes. Received: {key!r}"
        )
    spread = [i for i, k in enumerate(keys) if k is Ellipsis]
    if spread:
        fill = [slice(None)] * (len(shape) - used)
        keys[spread[0] : spread[0] + 1] = fill
    eager = state.lift is None
    indices: list[Any] = []
    template: list[tuple[Any, ...]] = []
    axis = 0
    for k in keys:
        if k is None:
            template.append(("new",))
            continue
        size = shape[axis]
        axis += _axes(k)
        if isinstance(k, slice):
            template.append(_slice(k, size, eager, indices))
        elif isinstance(k, (int, np.integer)) and not isinstance(k, (bool, np.bool_)):
            k = int(k)
            if size is not None and not -size <= k < size:
                raise IndexError(
                    f"Index {k} is out of range for axis {axis - 1} of size {size}."
                )
            if size is None or not eager:
                template.append(("int", k))
            else:
                template.append(("tensor", len(indices)))
                indices.append(np.int32(k % size))
        else:
            template.append(("tensor", len(indices)))
            indices.append(k if isinstance(k, TensorLike) else convert(k))
    return _getitem(x, indices, tuple(template))


def _axes(k: Any) -> int:
    """How many axes an index takes: a boolean mask takes one for each of its own."""
    dtype = getattr(k, "dtype", None)
    return max(1, k.ndim) if dtype is not None and str(np.dtype(dtype)) == "bool" else 1


def _slice(k: slice, size: Any, eager: bool, indices: list[Any]) -> tuple[Any, ...]:
    start, stop, step = (
        None if v is None else int(v) for v in (k.start, k.stop, k.step)
    )
    if size is None or not eager or step not in (None, 1):
        return ("slice", start, stop, step)
    first, last, _ = slice(start, stop).indices(size)
    width = max(0, last - first)
    if width == size:
        return ("slice", None, None, None)
    indices.append(np.int32(first))
    return ("window", len(indices) - 1, width)


@op
def gather(x: Array, indices: Array, axis: int = 0, batch_dims: int = 0) -> Array:
    """Picks entries of `x` along `axis`, within each of the first `batch_dims` axes."""
    inner = functools.partial(jnp.take, axis=axis - batch_dims)
    for _ in range(batch_dims):
        inner = jax.vmap(inner)
    return inner(x, indices)


@op
def take(x: Array, indices: Array, axis: int | None = None) -> Array:
    """Entries of `x` along `axis` (flattened if `None`) in the shape of `indices`.

    Negative indices count from the end; those out of range give NaN, or the lowest
    number.
    """
    return jnp.take(x, indices, axis=axis)


@op
def take_along_axis(x: Array, indices: Array, axis: int | None = None) -> Array:
    """For each index the entry of `x` at its place, along `axis`."""
    return jnp.take_along_axis(x, indices, axis=axis)
