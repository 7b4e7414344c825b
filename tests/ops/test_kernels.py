"""The kernels for CPUs against the plain ones, gradients of two orders included."""

from __future__ import annotations

import itertools

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax.ops import conv, pool, windows

WINDOWS = [
    # space, size, strides, padding, dilation, channels, filters, groups
    ((9,), (3,), (2,), "same", (1,), 4, 6, 1),
    ((8, 7), (3, 2), (1, 1), "valid", (1, 1), 3, 5, 1),
    ((8, 7), (3, 3), (2, 2), "same", (1, 1), 20, 4, 1),
    ((9, 9), (3, 3), (1, 1), "same", (2, 2), 2, 3, 1),
    ((8, 8), (1, 1), (2, 2), "valid", (1, 1), 3, 4, 1),
    ((5, 7, 4), (1, 1, 1), (2, 3, 1), "same", (1, 1, 1), 3, 4, 1),  # a product
    ((7, 7), (3, 3), (3, 3), "valid", (1, 1), 4, 6, 2),
    ((6, 6), (3, 3), (1, 1), "same", (1, 1), 4, 8, 4),  # each channel by itself
    ((12, 5), (5, 5), (1, 1), "same", (1, 1), 3, 3, 3),  # in blocks of rows
    ((9, 8), (3, 3), (2, 2), "same", (1, 1), 3, 3, 3),
    ((9, 8), (5, 5), (2, 2), "valid", (1, 1), 2, 2, 2),
    ((9, 9), (3, 3), (1, 1), "valid", (2, 2), 2, 2, 2),
    ((9,), (3,), (2,), "valid", (1,), 3, 3, 3),
    ((5, 4, 4), (2, 2, 2), (1, 2, 1), "same", (1, 1, 1), 2, 3, 1),
]


def _case(space, size, strides, padding, dilation, channels, filters, groups):
    rng = np.random.default_rng(len(space) + channels)
    x = rng.normal(size=(2, *space, channels)).astype("float32")
    k = rng.normal(size=(*size, channels // groups, filters)).astype("float32")
    return x, k, (strides, padding, "channels_last", dilation)


def _both(monkeypatch, fn, *arrays):
    """What a function gives with the kernels for CPUs and with the plain ones."""
    results = []
    for cpu in (True, False):
        for module in (conv, pool):
            monkeypatch.setattr(module, "on_cpu", lambda cpu=cpu: cpu)
        results.append(fn(*arrays))
    return results


def _agree(a, b):
    for mine, other in zip(jax.tree.leaves(a), jax.tree.leaves(b), strict=True):
        # Sums in another order: small ones are as exact as the largest.
        least = max(2e-4, 3e-6 * np.max(np.abs(other), initial=0))
        np.testing.assert_allclose(mine, other, rtol=2e-4, atol=least)


@pytest.mark.parametrize("case", WINDOWS, ids=str)
def test_convolution_and_two_orders_of_gradients(case, monkeypatch):
    x, k, geometry = _case(*case)

    def score(x, k):
        return jnp.sum(jnp.tanh(conv._conv_op.fn(x, k, *geometry)))

    def everything(x, k):
        first = jax.grad(score, (0, 1))(x, k)
        second = jax.grad(
            lambda x, k: sum(jnp.sum(g**2) for g in jax.grad(score, (0, 1))(x, k)),
            (0, 1),
        )(x, k)
        return conv._conv_op.fn(x, k, *geometry), first, second

    _agree(*_both(monkeypatch, everything, x, k))


@pytest.mark.parametrize("case", [*WINDOWS[:3], WINDOWS[8]], ids=str)
def test_convolution_under_vmap(case, monkeypatch):
    x, k, geometry = _case(*case)
    kernels = np.stack([k, 2 * k, -k])

    def gradients(x, kernels):
        score = lambda x, k: jnp.sum(conv._conv_op.fn(x, k, *geometry) ** 2)
        return jax.vmap(jax.grad(score, (0, 1)), (None, 0))(x, kernels)

    _agree(*_both(monkeypatch, gradients, x, kernels))


@pytest.mark.parametrize(
    "size, strides, padding",
    [
        *itertools.product(
            [(2, 2), (3, 2)], [(2, 2), (1, 1), (3, 3)], ["same", "valid"]
        ),
    ],
)
def test_pooling_and_its_gradient(size, strides, padding, monkeypatch):
    rng = np.random.default_rng(0)
    # Few values, so that windows have equal elements
    x = rng.integers(-2, 3, size=(2, 7, 8, 3)).astype("float32")

    def both(x):
        fn = lambda x: pool._max_pool_op.fn(x, size, strides, padding, "channels_last")
        y, pull = jax.vjp(fn, x)
        return y, pull(jnp.cos(jnp.arange(y.size, dtype="float32")).reshape(y.shape))

    _agree(*_both(monkeypatch, both, x))


def test_pooling_of_whole_numbers():
    x = np.array([[[3], [-5], [2], [7], [1]]], "int32")
    found = pool.max_pool(x, 2, padding="same").numpy().ravel()
    assert found.tolist() == [3, 7, 1]


def test_pads():
    assert windows.pads("same", (5, 6), (3, 2), (2, 2), (1, 1)) == ((1, 1), (0, 0))
    assert windows.pads("causal", (5,), (3,), (1,), (2,)) == ((4, 0),)
    with pytest.raises(ValueError, match="Did you mean 'valid'"):
        windows.pads("vald", (5,), (3,), (1,), (1,))


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda x, k: conv.conv(x, k[0]), "The kernel needs 4 axes"),
        (lambda x, k: conv.conv(x, k[:, :, :2]), "made for 2 channels, the inputs"),
        (lambda x, k: conv.conv(x[0, 0], k), "`conv` needs a batch axis"),
        (lambda x, k: conv.conv(x, k, strides=0), "`strides` must be one positive"),
        (lambda x, k: pool.max_pool(x, (1, 2, 3)), "`pool_size` must be one positive"),
    ],
)
def test_mistakes_are_explained(make, message):
    x, k = np.zeros((1, 5, 5, 3), "float32"), np.zeros((3, 3, 3, 4), "float32")
    with pytest.raises(ValueError, match=message) as error:
        make(x, k)
    assert "Received: " in str(error.value)


def test_gradient_behind_relu_and_maximum(monkeypatch):
    """XLA 0.12 for CPUs computed another one, with the sums of slices fused in."""
    x, k, arguments = _case((6, 6), (2, 2), (1, 1), "valid", (1, 1), 4, 4, 4)

    def gradient(x, k):
        def loss(k, x):
            y = conv._conv_op.fn(x, k, *arguments)
            return jnp.sum(jnp.max(jax.nn.relu(y), axis=(1, 2)))

        return jax.jit(jax.grad(loss))(k, x)

    fast, plain = _both(monkeypatch, gradient, x, k)
    np.testing.assert_allclose(fast, plain, rtol=1e-5, atol=1e-6)
