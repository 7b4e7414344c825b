"""Order: sorting, the greatest k, searching, counting."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, convert, op, scope


@op
def sort(x: Array, axis: int | None = -1) -> Array:
    """The elements in ascending order along `axis` (flattened if `None`)."""
    return jnp.sort(x, axis=axis)


@op(differentiable=False)
def argsort(x: Array, axis: int | None = -1) -> Array:
    """The indices that would sort `x` along `axis`, as int32; ties keep their order."""
    return jnp.argsort(x, axis=axis).astype("int32")


@op(name="top_k")
def _top_k(x: Array, k: int) -> Any:
    values, indices = jax.lax.top_k(x, k)
    return values, indices.astype("int32")


def top_k(x: Any, k: int, sorted: bool = True) -> Any:
    """The `k` greatest elements along the last axis, in descending order.

    Args:
        x: A tensor.
        k: How many.
        sorted: Kept for Keras's signature; they are always in order.

    Returns:
        Their values, and their indices as int32.
    """
    return _top_k(x, k)


@op(differentiable=False)
def in_top_k(targets: Array, predictions: Array, k: int) -> Array:
    """Whether each row's prediction for its target is among the row's `k` greatest.

    Ties count for the target. A target out of range, or one whose prediction is not
    finite, is not among them.
    """
    classes = predictions.shape[-1]
    inside = (targets >= 0) & (targets < classes)
    index = jnp.clip(targets, 0, classes - 1)[..., None].astype("int32")
    chosen = jnp.take_along_axis(predictions, index, axis=-1)
    above = jnp.sum((predictions > chosen).astype("int32"), axis=-1)
    return inside & jnp.isfinite(chosen[..., 0]) & (above < k)


@op(differentiable=False)
def searchsorted(sorted_sequence: Array, values: Array, side: str = "left") -> Array:
    """Where each value would be inserted into a sorted vector to keep it sorted.

    Several sequences, along the last axis, each take their own values.
    """
    if sorted_sequence.ndim > 1:
        return jax.vmap(lambda s, v: searchsorted.fn(s, v, side))(
            sorted_sequence, values
        )
    return jnp.searchsorted(sorted_sequence, values, side=side).astype("int32")


@op(name="bincount", differentiable=False)
def _bincount(x: Array, weights: Array | None, length: int) -> Array:
    kind = "int32" if weights is None else weights.dtype

    def count(row: Array, w: Array | None) -> Array:
        ones = jnp.ones(row.shape, kind) if w is None else w
        return jnp.zeros(length, kind).at[row].add(ones)

    if x.ndim == 1:
        return count(x, weights)
    if weights is None:
        return jax.vmap(lambda row: count(row, None))(x)
    return jax.vmap(count)(x, weights)


def bincount(
    x: Any, weights: Any = None, minlength: int = 0, sparse: bool = False
) -> Any:
    """How often each whole number from 0 occurs, or the sum of its weights.

    Args:
        x: Whole numbers: a vector, or a matrix to count row by row.
        weights: What each occurrence counts, instead of 1.
        minlength: The least length of the result. While a function is being traced
            it is the length: the greatest element is not known then.
        sparse: Kept for Keras's signature; only `False` is supported.
    """
    if sparse:
        raise ValueError("`bincount` makes dense tensors only. Received: sparse=True")
    try:
        values = np.asarray(x)
        length = max(minlength, int(values.max()) + 1 if values.size else 0)
    except (NotImplementedError, ValueError, TypeError):
        length = minlength
        if not length:
            raise scope.NeedsValue(
                "`bincount` of values that are not known yet needs the length of its "
                "result. Received: minlength=0\nGive minlength=number_of_classes."
            ) from None
    return _bincount(x, weights, length)


def unique(
    x: Any,
    sorted: bool = True,
    return_index: bool = False,
    return_inverse: bool = False,
    return_counts: bool = False,
    axis: int | None = None,
    size: int | None = None,
    fill_value: Any = None,
) -> Any:
    """The distinct elements, in ascending order.

    The result's size depends on the values, so without `size` this works only where
    they are known: not inside a traced function.

    Args:
        x: A tensor.
        sorted: Kept for Keras's signature; they are always in order.
        return_index: Whether to return where each first occurs, too.
        return_inverse: Whether to return which of them each element is, too.
        return_counts: Whether to return how often each occurs, too.
        axis: The axis whose entries are compared; elements if `None`.
        size: The result's length: longer results are cut, shorter ones filled.
        fill_value: What fills them; the least element if not given.
    """
    extra = (return_index, return_inverse, return_counts)
    if size is None:
        distinct: Any = np.unique
        found: Any = distinct(np.asarray(x), *extra, axis=axis)
        if not any(extra):
            return convert(found)
        return (convert(found[0]), *(convert(v.astype("int32")) for v in found[1:]))
    outs = _unique(x, extra, axis, size, fill_value)
    return outs if any(extra) else outs[0]


@op(name="unique", differentiable=False)
def _unique(
    x: Array, extra: tuple[bool, ...], axis: int | None, size: int, fill_value: Any
) -> Any:
    found = jnp.unique(x, *extra, axis=axis, size=size, fill_value=fill_value)
    if not any(extra):
        return (found,)
    return (found[0], *(v.astype("int32") for v in found[1:]))
