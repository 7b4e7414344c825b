"""What hand-written JAX computes with, in two ways.

`FAST` are addax's own kernels, which make the ceiling: the same lowering without addax
around it. `PLAIN` is what JAX itself offers, as its users write it.
"""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
from jax import lax

from addax import native
from addax.core.op import OPS

for _module in ("attention", "conv", "pool", "random", "recurrent"):
    importlib.import_module(f"addax.ops.{_module}")  # which fill the table
_RNN = "addax.keras.layers.rnn"


class Kernels(NamedTuple):
    """The functions on arrays that differ.

    Attributes:
        conv: `(x, kernel, stride, padding)`, channels last.
        pool: The maximum of tiles of (2, 2).
        drop: `(key, x, rate)`.
        recur: `(kind, x, kernel, matrix, outer bias, inner bias, backwards)`: the last
            output and all of them, `(batch, steps, units)`.
        attend: `(query, key, value, causal)`, each `(batch, steps, heads, size)`.
    """

    conv: Callable[..., Any]
    pool: Callable[..., Any]
    drop: Callable[..., Any]
    recur: Callable[..., Any]
    attend: Callable[..., Any]


def kernel(name: str) -> Callable[..., Any]:
    """The function on arrays behind one of addax's operations."""
    return OPS[name].fn


def _conv(x: Any, k: Any, stride: int, padding: str) -> Any:
    strides = (stride, stride)
    return kernel("conv")(x, k, strides, padding, "channels_last", (1, 1))


def _pool(x: Any) -> Any:
    return kernel("max_pool")(x, (2, 2), (2, 2), "valid", "channels_last")


def _drop(key: Any, x: Any, rate: float) -> Any:
    return kernel("dropout")(jax.random.key_data(key), x, rate, None)


def _recur(
    kind: str, x: Any, k: Any, matrix: Any, outer: Any, inner: Any, backwards: bool
) -> Any:
    if not native.available(kind):
        return _plain_recur(kind, x, k, matrix, outer, inner, backwards)
    gate = importlib.import_module(f"{_RNN}.{kind}").Gate(*_activations())
    zeros = jnp.zeros((len(x), len(matrix)), x.dtype)
    states = [zeros] * (2 if kind == "lstm" else 1)
    last, outputs, *_ = kernel("recurrence")(
        x, None, states, k, matrix, outer, inner, None, gate, False, backwards, False
    )
    return last, outputs


def _activations() -> Any:
    found = importlib.import_module("addax.keras.activations")
    return found.tanh, found.sigmoid


def _attend(q: Any, k: Any, v: Any, causal: bool) -> Any:
    return kernel("attention")(q, k, v, None, None, None, causal, None)


def _plain_conv(x: Any, k: Any, stride: int, padding: str) -> Any:
    layout = ("NHWC", "HWIO", "NHWC")
    strides = (stride, stride)
    return lax.conv_general_dilated(
        x, k, strides, padding.upper(), dimension_numbers=layout
    )


def _plain_pool(x: Any) -> Any:
    window = (1, 2, 2, 1)
    return lax.reduce_window(x, -jnp.inf, lax.max, window, window, "VALID")


def _plain_drop(key: Any, x: Any, rate: float) -> Any:
    keep = jax.random.bernoulli(key, 1 - rate, x.shape)
    return jnp.where(keep, x / (1 - rate), 0)


def _lstm(x: Any, inner: Any, states: Any) -> Any:
    i, f, g, o = jnp.split(x + inner, 4, -1)
    c = jax.nn.sigmoid(f) * states[1] + jax.nn.sigmoid(i) * jnp.tanh(g)
    return jax.nn.sigmoid(o) * jnp.tanh(c), c


def _gru(x: Any, inner: Any, states: Any) -> Any:
    xz, xr, xh = jnp.split(x, 3, -1)
    iz, ir, ih = jnp.split(inner, 3, -1)
    z = jax.nn.sigmoid(xz + iz)
    h = jnp.tanh(xh + jax.nn.sigmoid(xr + ir) * ih)
    return (z * states[0] + (1 - z) * h,)


_GATES = {"lstm": (_lstm, 2), "gru": (_gru, 1)}


def _plain_recur(
    kind: str, x: Any, k: Any, matrix: Any, outer: Any, inner: Any, backwards: bool
) -> Any:
    gates, states = _GATES[kind]
    xs = x.swapaxes(0, 1) @ k + outer
    zeros = jnp.zeros((x.shape[0], matrix.shape[0]), x.dtype)

    def step(states: Any, x: Any) -> Any:
        hidden = states[0] @ matrix
        new = gates(x, hidden if inner is None else hidden + inner, states)
        return new, new[0]

    last, outputs = lax.scan(step, (zeros,) * states, xs, reverse=backwards)
    return last[0], outputs.swapaxes(0, 1)


def _plain_attend(q: Any, k: Any, v: Any, causal: bool) -> Any:
    return jax.nn.dot_product_attention(q, k, v, is_causal=causal)


FAST = Kernels(_conv, _pool, _drop, _recur, _attend)
PLAIN = Kernels(_plain_conv, _plain_pool, _plain_drop, _plain_recur, _plain_attend)
