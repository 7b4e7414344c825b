"""Taking a tensor apart by groups and putting it together, and rows of many lengths."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, convert, op
from addax.ops import indexing, shape


def partition(x: Any, groups: Any, count: int) -> list[Any]:
    """The entries of each of `count` groups.

    Args:
        x: A tensor.
        groups: The number of each entry's group, in the shape of the first axes of
            `x`. It must be known: the results' sizes depend on it.
        count: How many groups there are.
    """
    known = np.asarray(groups)
    return [indexing.getitem(x, (known == i,)) for i in range(count)]


def stitch(indices: Sequence[Any], parts: Sequence[Any]) -> Any:
    """The entries of `parts` at the places that `indices` name; later ones win.

    Args:
        indices: For each part the places of its entries, known whole numbers.
        parts: Tensors whose shapes start with those of their indices.
    """
    known = [np.asarray(i) for i in indices]
    rest = tuple(parts[0].shape[known[0].ndim :])
    flat = [shape.reshape(p, (-1, *rest)) for p in parts]
    places = np.concatenate([k.ravel() for k in known])
    source = np.zeros(int(places.max(initial=-1)) + 1, np.int32)
    source[places] = np.arange(len(places), dtype=np.int32)
    return indexing.take(shape.concatenate(flat), convert(source), 0)


@op
def gather_nd(x: Array, indices: Array, batch_dims: int = 0) -> Array:
    """The entries of `x` whose places the last axis of `indices` spells out, within
    each of the first `batch_dims` axes."""

    def pick(x: Array, indices: Array) -> Array:
        return x[tuple(jnp.moveaxis(indices, -1, 0))]

    for _ in range(batch_dims):
        pick = jax.vmap(pick)
    return pick(x, indices)


@op
def reverse_sequence(
    x: Array, lengths: Array, seq_axis: int, batch_axis: int = 0
) -> Array:
    """Reverses the first so many elements of each sequence; the rest stay."""
    size = x.shape[seq_axis]
    places = jnp.arange(size, dtype="int32")
    ends = lengths.astype("int32")[:, None]
    order = jnp.where(places < ends, ends - 1 - places, places)
    along = [1] * x.ndim
    along[batch_axis], along[seq_axis] = x.shape[batch_axis], size
    turned = order if batch_axis < seq_axis else order.T
    return jnp.take_along_axis(x, turned.reshape(along), axis=seq_axis)


@op(differentiable=False)
def bitcast(x: Array, dtype: str) -> Array:
    """The same bits, read as another type; a smaller one gets a new last axis."""
    if dtype == "bool":
        return x.astype("bool")
    return jax.lax.bitcast_convert_type(x, dtype)


@op(differentiable=False)
def histogram_fixed_width(
    x: Array, low: Array, high: Array, bins: int, dtype: str
) -> Any:
    """The bin of each element, and how many elements each of equal bins has.

    What is below or above the range falls into the first or the last.
    """
    share = (x - low) / (high - low)
    index = jnp.clip(jnp.floor(share * bins), 0, bins - 1).astype("int32")
    counts = jnp.zeros(bins, dtype).at[index.ravel()].add(np.asarray(1, dtype))
    return index.astype(dtype), counts


@op
def batch_to_space(x: Array, block: tuple[int, ...], crops: Any) -> Array:
    """Moves parts of the batch into the axes that follow it, then crops these."""
    n, m = x.shape[0], len(block)
    space, rest = x.shape[1 : m + 1], x.shape[m + 1 :]
    y = x.reshape(*block, n // int(np.prod(block)), *space, *rest)
    order = [m] + [a for i in range(m) for a in (m + 1 + i, i)]
    y = y.transpose(*order, *range(2 * m + 1, y.ndim))
    whole = tuple(s * b for s, b in zip(space, block, strict=True))
    y = y.reshape(y.shape[0], *whole, *rest)
    keys = tuple(slice(a, n - b) for (a, b), n in zip(crops, whole, strict=True))
    return y[(slice(None), *keys)]


@op
def space_to_batch(x: Array, block: tuple[int, ...], pads: Any) -> Array:
    """Moves blocks of the axes after the batch into it; undoes `batch_to_space`."""
    m = len(block)
    x = jnp.pad(x, [(0, 0), *pads, *[(0, 0)] * (x.ndim - m - 1)])
    n, space, rest = x.shape[0], x.shape[1 : m + 1], x.shape[m + 1 :]
    parts = [k for s, b in zip(space, block, strict=True) for k in (s // b, b)]
    y = x.reshape(n, *parts, *rest)
    inner = [2 + 2 * i for i in range(m)]
    outer = [1 + 2 * i for i in range(m)]
    y = y.transpose(*inner, 0, *outer, *range(2 * m + 1, y.ndim))
    sizes = [s // b for s, b in zip(space, block, strict=True)]
    return y.reshape(n * int(np.prod(block)), *sizes, *rest)
