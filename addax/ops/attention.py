"""Attention: dot products, and the masks and weights around them."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from addax.core import Array, op
from addax.ops.attention_native import attend, formula, natively


@op(floating=True)
def _masked_softmax(x: Array, mask: Array, axis: int | tuple[int, ...]) -> Array:
    mask = mask.astype(bool)
    # Low but finite: a row of which nothing is seen must not become NaN, nor its
    # gradient. Half precision ends at 65,504.
    low = -3e4 if x.dtype == "float16" else -1e9
    weights = jax.nn.softmax(jnp.where(mask, x, jnp.asarray(low, x.dtype)), axis)
    return jnp.where(mask, weights, jnp.zeros((), x.dtype))


def masked_softmax(x: Any, mask: Any, axis: int | tuple[int, ...] = -1) -> Any:
    """The softmax of the elements where `mask` is true; 0 elsewhere.

    Args:
        x: A tensor.
        mask: Booleans of its shape, or one that broadcasts to it.
        axis: The axis or axes along which the result sums to 1, or to 0 where
            everything is masked.

    Returns:
        A tensor of the shape of `x`.
    """
    axis = tuple(axis) if isinstance(axis, list) else axis
    return _masked_softmax(x, mask, axis)


@op(name="attention_places", differentiable=False)
def seen_places(
    query: Array, key: Array, causal: bool = False, window: int | None = None
) -> Array:
    """Which keys a query may see by their places along axis 1.

    Args:
        query: A tensor `(batch, queries, ...)`.
        key: A tensor `(batch, keys, ...)`.
        causal: Whether only keys up to the query's own place are seen.
        window: How many places a key may be away, plus one; any number by default.

    Returns:
        Booleans `(1, queries, keys)`.
    """
    rows = jnp.arange(query.shape[1], dtype="int32")[:, None]
    columns = jnp.arange(key.shape[1], dtype="int32")[None, :]
    seen = jnp.ones((query.shape[1], key.shape[1]), bool)
    if causal:
        seen = seen & (columns <= rows)
    if window is not None:
        seen = seen & (jnp.abs(rows - columns) < window)
    return seen[None]


@op(promote=("query", "key", "value"), floating=True)
def _attention(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None,
    mask: Array | None,
    scale: float | None,
    is_causal: bool,
    soft_cap: float | None,
) -> Array:
    times = query.shape[-1] ** -0.5 if scale is None else scale
    groups = query.shape[2] // key.shape[2]
    if groups > 1:  # several heads of queries share one of keys
        key, value = jnp.repeat(key, groups, 2), jnp.repeat(value, groups, 2)
    if bias is None and soft_cap is None and natively(query, key, mask):
        return attend(query, key, value, mask, times, is_causal)
    return formula(query, key, value, bias, mask, times, is_causal, soft_cap)


def dot_product_attention(
    query: Any,
    key: Any,
    value: Any,
    bias: Any = None,
    mask: Any = None,
    scale: float | None = None,
    is_causal: bool = False,
    flash_attention: bool | None = None,
    attn_logits_soft_cap: float | None = None,
) -> Any:
    """The values, averaged by how well each key answers the query.

    Args:
        query: A tensor `(batch, queries, heads, size)`.
        key: A tensor `(batch, keys, heads, size)`.
        value: A tensor of the shape of `key`.
        bias: Added to the scores, `(batch, heads, queries, keys)` or broadcast to it.
        mask: Booleans, of such a shape; false where a key is not to be seen.
        scale: What scores are multiplied by; `1 / sqrt(size)` if not given.
        is_causal: Whether a query sees only keys up to its own place.
        flash_attention: Kept for Keras's signature; XLA fuses what it can.
        attn_logits_soft_cap: A limit that scores approach smoothly.

    Returns:
        A tensor of the shape of `query`.

    Source: Vaswani et al. 2017, https://arxiv.org/abs/1706.03762.
    """
    return _attention(
        query, key, value, bias, mask, scale, is_causal, attn_logits_soft_cap
    )
