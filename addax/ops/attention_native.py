"""Attention in C++ (native/src/attention.cc), beside the formula that it follows."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax import native
from addax.core import Array
from addax.ops.derivable import Derivable, Rows
from addax.ops.windows import on_cpu


def formula(
    query: Array,
    key: Array,
    value: Array,
    bias: Array | None,
    mask: Array | None,
    times: float,
    is_causal: bool,
    soft_cap: float | None = None,
) -> Array:
    """Attention for XLA; the arguments are those of `dot_product_attention`."""
    scores = jnp.einsum("bqhd,bkhd->bhqk", query, key)
    scores = scores.astype("float32") * times
    if soft_cap is not None:
        scores = jnp.tanh(scores / soft_cap) * soft_cap
    if bias is not None:
        scores = scores + bias
    hidden = jnp.finfo(scores.dtype).min * 0.7
    if mask is not None:
        scores = jnp.where(mask.astype(bool), scores, hidden)
    if is_causal:
        rows, columns = scores.shape[-2:]
        seen = jnp.tril(jnp.ones((rows, columns), bool))
        scores = jnp.where(seen, scores, hidden)
    weights = jax.nn.softmax(scores, -1).astype(value.dtype)
    return jnp.einsum("bhqk,bkhd->bqhd", weights, value)


def natively(query: Array, key: Array, mask: Array | None) -> bool:
    """Whether the kernel in C++ is there and is faster.

    Processor time, ms, of the kernel and of the formula (float32, two cores):

    | (batch, places, heads, size) | forward | with gradients |
    | --- | ---: | ---: |
    | (64, 16, 4, 16) | 0.26, 0.44 | 0.3, 1.6 |
    | (64, 64, 4, 16) | 1.2, 1.4 | 4.8, 6.5 |
    | (8, 256, 8, 64) | 8.5, 10.3 | 33, 69 |
    | (2, 1024, 4, 64) | 13.6, 16.5 | 61, 128 |

    In a whole step of training a small transformer, where the formula also transposes
    and writes what XLA does not fuse, 64 against 84. With few queries (a word at a
    time) packing the keys would be most of the work.
    """
    return (
        query.dtype == "float32"
        and (mask is None or mask.ndim == 4)
        and min(query.shape[1], key.shape[1]) >= 8
        and query.size > 0
        and on_cpu()
        and native.available("attention", "attention_gradients")
    )


def attend(
    query: Array,
    key: Array,
    value: Array,
    mask: Array | None,
    times: float,
    is_causal: bool,
) -> Array:
    """Attention by the kernel, where `natively` says so."""
    hides = jnp.zeros((0, 1, 1, 1), bool) if mask is None else mask.astype(bool)
    return _attention(query, key, value, hides, static=(float(times), is_causal))[0]


def _attributes(times: float, is_causal: bool) -> dict[str, Any]:
    return {"scale": np.float32(times), "causal": np.bool_(is_causal)}


def _keep(
    query: Array, key: Array, value: Array, mask: Array, times: float, is_causal: bool
) -> Any:
    """The result, and each row's largest score and its share of the weights."""
    batch, places, heads, _ = query.shape
    result = jax.ShapeDtypeStruct((*query.shape[:3], value.shape[-1]), query.dtype)
    row = jax.ShapeDtypeStruct((batch, heads, places), query.dtype)
    operands = query, key, value, mask
    attributes = _attributes(times, is_causal)
    made = native.call("attention", (result, row, row), *operands, **attributes)
    return made[:1], made[1:]


def _pull(
    operands: Any, kept: Any, gradients: Any, wanted: Any, times: float, is_causal: bool
) -> Any:
    like = [jax.ShapeDtypeStruct(x.shape, x.dtype) for x in operands[:3]]
    attributes = _attributes(times, is_causal)
    given = *operands, *kept, *gradients
    return *native.call("attention_gradients", like, *given, **attributes), None


def _formulation(
    query: Array, key: Array, value: Array, mask: Array, times: float, is_causal: bool
) -> Any:
    seen = mask if mask.size else None
    return (formula(query, key, value, None, seen, times, is_causal),)


_attention = Derivable(
    lambda *given: _keep(*given)[0],
    _formulation,
    keep=_keep,
    pull=_pull,
    rows=Rows((0, 0, 0, 0), kept=(0, 0)),
)
