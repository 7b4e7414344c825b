"""Kernels with gradients of their own are derived as what they stand for, in every way.

Each is compared with JAX's own operations; `vmap` gives more rows where it can.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jax import lax

from addax import keras, native, tf
from addax.core import _jax
from addax.keras.layers.rnn import gru, lstm, simple
from addax.ops import (
    attention_native,
    columns,
    conv,
    depthwise,
    derivatives,
    math,
    nn,
    pool,
    products,
    recurrent,
    recurrent_native,
)
from addax.ops.windows import Window, pads

Fn = Callable[..., Any]
_RNG = np.random.default_rng(0)


def _draw(*shape: int) -> Any:
    return jnp.asarray(_RNG.normal(size=shape) * 0.5, "float32")


def _window(size: tuple[int, int], strides: tuple[int, int]) -> Window:
    space, ones = (4, 5), (1, 1)
    return Window(space, size, strides, pads("same", space, size, strides, ones), ones)


_STEPS = _window((3, 2), (1, 2))
_PLAIN = _window((3, 3), (1, 1))
_TILES = Window((4, 4), (2, 2), (2, 2), ((0, 0), (0, 0)), (1, 1))


def _xla_conv(x: Any, k: Any, w: Window, groups: int = 1) -> Any:
    names = ("NHWC", "HWIO", "NHWC")
    return lax.conv_general_dilated(
        x, k, w.strides, w.pads, dimension_numbers=names, feature_group_count=groups
    )


def _xla_pool(x: Any, w: Window) -> Any:
    around = ((0, 0), *w.pads, (0, 0))
    return lax.reduce_window(
        x, -jnp.inf, lax.max, (1, *w.size, 1), (1, *w.strides, 1), around
    )


def _transposed(x: Any, k: Any) -> Any:
    shape = jax.ShapeDtypeStruct((2, 4, 5, 3), x.dtype)
    return jax.linear_transpose(lambda y: _xla_conv(y, k, _STEPS), shape)(x)[0]


GATES = {
    "lstm": (lstm.Gate(math.tanh, nn.sigmoid), 4),
    "gru": (gru.Gate(math.tanh, nn.sigmoid), 3),
    "simple_rnn": (simple.Gate(math.tanh), 1),
}
_MASK = jnp.asarray(_RNG.random((3, 2)) > 0.4)


def _recurrence(name: str, natively: bool) -> Fn:
    gate, _ = GATES[name]
    plain = recurrent._Scan(gate, True, False)

    def run(x: Any, h: Any, kernel: Any, matrix: Any) -> Any:
        states = (h, jnp.sin(h)) if name == "lstm" else (h,)
        given = recurrent_native.Arrays(
            x, kernel, matrix, None, None, None, _MASK, states
        )
        if natively:
            return recurrent_native.run(name, plain, True, given)
        return plain(given)

    return run


def _rnn(name: str) -> tuple[Fn, Fn, tuple[Any, ...]]:
    wide = GATES[name][1] * 3
    operands = _draw(3, 2, 2), _draw(3, 3), _draw(2, wide), _draw(3, wide)
    return _recurrence(name, True), _recurrence(name, False), operands


def _normal(x: Any, a: Any, b: Any) -> Any:
    mean, variance = columns.moments(x)
    return mean, columns.scale_and_shift(x, a * variance, b)


def _xla_normal(x: Any, a: Any, b: Any) -> Any:
    return jnp.mean(x, (0, 1)), x * (a * jnp.var(x, (0, 1))) + b


_QKV = _draw(2, 8, 1, 2), _draw(2, 8, 1, 2), _draw(2, 8, 1, 3)

# The kernel, JAX's own operations, operands
KERNELS: dict[str, tuple[Fn, Fn, tuple[Any, ...]]] = {
    "conv": (
        lambda x, k: conv._conv(x, k, _STEPS),
        lambda x, k: _xla_conv(x, k, _STEPS),
        (_draw(2, 4, 5, 3), _draw(3, 2, 3, 2)),
    ),
    "conv transpose": (
        lambda x, k: conv._conv_transpose(x, k, _STEPS),
        _transposed,
        (_draw(2, 4, 3, 2), _draw(3, 2, 3, 2)),
    ),
    "depthwise": (
        lambda x, k: depthwise.depthwise(x, k, _PLAIN),
        lambda x, k: _xla_conv(x, k, _PLAIN, 4),
        (_draw(2, 4, 5, 4), _draw(3, 3, 1, 4)),
    ),
    "attention": (
        lambda q, k, v: attention_native.attend(q, k, v, None, 0.4, True),
        lambda q, k, v: attention_native.formula(q, k, v, None, None, 0.4, True),
        _QKV,
    ),
    "lstm": _rnn("lstm"),
    "gru": _rnn("gru"),
    "simple_rnn": _rnn("simple_rnn"),
    "normal": (_normal, _xla_normal, (_draw(3, 2, 4), _draw(4), _draw(4))),
    "product": (products._weighted, jnp.matmul, (_draw(2, 4, 3), _draw(3, 5))),
    "tiles": (
        lambda x: pool._tiled(x, (2, 2)),
        lambda x: _xla_pool(x, _TILES),
        (_draw(2, 4, 4, 2),),
    ),
    "windows": (
        lambda x: pool._windowed(x, _STEPS),
        lambda x: _xla_pool(x, _STEPS),
        (_draw(2, 4, 5, 2),),
    ),
}


# Those that are chosen before these functions are called
_NATIVE = {*GATES, "attention", "normal", "product"}
# Those that get the longer list; the others have the same rules
_LONG = {"conv", "attention", "normal", "tiles"}


def _derivatives(fn: Fn, operands: tuple[Any, ...], long: bool) -> dict[str, Any]:
    """A function's derivatives in the ways that are to be had from JAX."""
    all_ = tuple(range(len(operands)))
    towards = tuple(jnp.cos(3 * x) for x in operands)
    stacked = tuple(jnp.stack([x, jnp.sin(2 * x)]) for x in operands)
    first = tuple(0 if i == 0 else None for i in all_)

    def loss(*x: Any) -> Any:
        return sum(jnp.sum(jnp.sin(y + 1)) for y in jax.tree.leaves(fn(*x)))

    def slope(*x: Any) -> Any:
        return jax.jvp(loss, x, towards)[1]

    def penalty(*x: Any) -> Any:
        return sum(jnp.sum(g**2) for g in jax.grad(loss, all_)(*x))

    def many(axes: Any) -> Fn:
        return lambda *x: jnp.sum(jnp.square(jax.vmap(loss, axes)(*x)))

    some = (stacked[0], *operands[1:])
    grad = jax.grad(loss, all_)
    small = min(all_, key=lambda i: operands[i].size)
    short = {
        "value": fn(*operands),
        "linearize": jax.linearize(fn, *operands)[1](*towards),
        "jvp of grad": jax.jvp(grad, operands, towards),
        "grad of jvp": jax.value_and_grad(slope, all_)(*operands),
        "vmap of grad": jax.vmap(grad, first)(*some),
    }
    return (
        short
        if not long
        else short
        | {
            "grad of grad": jax.grad(penalty, all_)(*operands),
            "jacfwd": jax.jacfwd(fn, small)(*operands),
            "hessian": jax.hessian(loss, small)(*operands),
            "scan": lax.scan(lambda c, x: (c, grad(*x)), 0, stacked)[1],
            "checkpoint": jax.grad(jax.checkpoint(loss), all_)(*operands),
            "grad of vmap, shared": jax.grad(many(first), all_)(*some),
            "jvp of grad of vmap": jax.jvp(
                jax.grad(many(0), all_), stacked, jax.tree.map(jnp.cos, stacked)
            )[1],
        }
    )


def _compiled(fn: Fn, operands: Any) -> Any:
    quickly = {"xla_backend_optimization_level": 0}
    return jax.jit(fn, compiler_options=quickly)(*operands)


@pytest.mark.parametrize("name", KERNELS)
def test_derivatives_are_those_of_jax(name: str) -> None:
    if name in _NATIVE and not native.available():
        pytest.skip("the kernels were not built")
    ours, theirs, operands = KERNELS[name]
    long = name in _LONG
    found = _compiled(lambda *x: _derivatives(ours, x, long), operands)
    with _jax.x64():  # without rounding that could be seen
        wide = [np.asarray(x, "float64") for x in operands]
        expected = _compiled(lambda *x: _derivatives(theirs, x, long), wide)
    for way in found:
        pairs = zip(
            jax.tree.leaves(found[way]), jax.tree.leaves(expected[way]), strict=True
        )
        for a, b in pairs:
            assert (a.shape, a.dtype) == (b.shape, np.float32), way
            size = max(1.0, float(np.abs(b).max()))
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=2e-5 * size, err_msg=way)


# What is mapped, and how many loops there are: none where the kernel gets more rows
VMAPS = {
    "conv": {(0, None): 0, (None, 0): 1, (0, 0): 1},
    "conv transpose": {(0, None): 0},
    "depthwise": {(0, None): 0, (0, 0): 1},
    "attention": {(0, 0, 0): 0, (0, None, None): 0, (None, 0, 0): 1},
    "lstm": {(0, 0, None, None): 0, (0, None, None, None): 0, (0, 0, 0, 0): 1},
    "normal": {(0, None, None): 1},
}


@pytest.mark.skipif(not native.available(), reason="the kernels were not built")
@pytest.mark.parametrize("name", VMAPS)
def test_rows_of_all_are_rows_of_one_kernel(name: str) -> None:
    fn, _, operands = KERNELS[name]
    for axes, loops in VMAPS[name].items():
        many = [
            x if axis is None else jnp.stack([x, x - 1, 2 * x])
            for x, axis in zip(operands, axes, strict=True)
        ]
        run = jax.jit(jax.vmap(fn, axes))
        text = run.lower(*many).as_text()
        assert "addax." in text
        assert text.count("stablehlo.while") == loops, axes
        for i in range(3):
            pairs = zip(many, axes, strict=True)
            alone = fn(*(x if axis is None else x[i] for x, axis in pairs))
            for a, b in zip(
                jax.tree.leaves(run(*many)), jax.tree.leaves(alone), strict=True
            ):
                np.testing.assert_allclose(a[i], b, rtol=1e-5, atol=1e-5)


@pytest.mark.skipif(not native.available(), reason="the kernels were not built")
def test_gradients_of_shared_operands_are_summed_by_the_kernel() -> None:
    fn, _, (x, k) = KERNELS["conv"]
    many = jax.vmap(fn, (0, None))
    grad = jax.jit(jax.grad(lambda x, k: jnp.sum(many(x, k) ** 2), 1))
    text = grad.lower(jnp.stack([x, x]), k).as_text()
    assert "conv_kernel" in text
    assert "stablehlo.while" not in text


def test_a_program_is_lowered_with_the_types_that_it_was_called_with() -> None:
    x, k = _draw(1, 4, 5, 4), _draw(3, 3, 1, 4)
    with _jax.x64(), native.USE.override(False):
        run = jax.jit(jax.grad(lambda k: jnp.sum(depthwise.depthwise(x, k, _PLAIN))))
        traced = run.trace(k)
    expected = run(k)
    np.testing.assert_allclose(traced.lower().compile()(k), expected, rtol=1e-5)


def test_derivatives_in_a_direction_of_layers_are_those_of_a_tape() -> None:
    layers = keras.layers
    model = keras.Sequential(
        [
            layers.Input((64, 64, 4)),
            layers.Conv2D(8, 3, padding="same"),
            layers.BatchNormalization(),
            layers.DepthwiseConv2D(3, strides=2),
            layers.MaxPooling2D(3, 2),
            layers.Reshape((-1, 40)),
            layers.LSTM(8, return_sequences=True),
        ]
    )
    attend = layers.MultiHeadAttention(2, 4)
    x = tf.constant(np.asarray(_draw(8, 64, 64, 4)))
    t = tf.constant(np.asarray(_draw(8, 64, 64, 4)))

    def run(x: Any) -> Any:
        y = model(x, training=True)
        return attend(y, y)

    run(x)
    with tf.GradientTape() as tape:
        tape.watch(x)
        score = tf.reduce_sum(run(x) ** 2)
    y, moved = derivatives.jvp(run, (x,), (t,))
    forwards = tf.reduce_sum(2 * y * moved)
    backwards = tf.reduce_sum(tape.gradient(score, x) * t)
    np.testing.assert_allclose(forwards, backwards, rtol=1e-3)
