"""Statistics of channels in C++ are XLA's, at every order of derivative."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import native
from addax.core import _jax
from addax.ops import columns
from addax.ops.normalize import batch_normalization, moments

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native kernels were not built"
)
SHAPES = [(4, 9, 11, 24), (3, 30, 21, 3), (1025, 16), (3, 33, 512)]
RNG = np.random.default_rng(0)


def normalised(x, scale, offset):
    axes = tuple(range(x.ndim - 1))
    mean, variance = moments.fn(x, axes)
    return batch_normalization.fn(x, mean, variance, -1, offset, scale), mean, variance


def derivatives(x, scale, offset):
    def loss(*of):
        y, mean, variance = normalised(*of)
        return jnp.sum(jnp.tanh(y) * y) + jnp.sum(mean * variance)

    def norm(*of):
        return sum(jnp.sum(g**2) for g in jax.grad(loss, (0, 1, 2))(*of))

    operands = x, scale, offset
    first, second = (jax.grad(f, (0, 1, 2))(*operands) for f in (loss, norm))
    return normalised(*operands), first, second


@pytest.mark.parametrize("shape", SHAPES)
def test_values_and_gradients_are_those_of_xla(shape, monkeypatch):
    monkeypatch.setattr(columns, "_LEAST", 0)
    scale, offset = RNG.uniform(0.5, 2, (2, shape[-1])).astype("f")
    x = (RNG.normal(size=shape) * scale + 3).astype("f")
    assert columns.takes(x, tuple(range(len(shape) - 1)))
    ours = jax.jit(derivatives)(x, scale, offset)
    with _jax.x64():  # which XLA computes, without rounding that could be seen
        wide = (np.asarray(each, "d") for each in (x, scale, offset))
        theirs = jax.jit(derivatives)(*wide)
    for a, b in zip(jax.tree.leaves(ours), jax.tree.leaves(theirs), strict=True):
        assert a.shape == b.shape
        assert a.dtype == np.float32
        np.testing.assert_allclose(a, b, rtol=0, atol=2e-5 * np.abs(b).max())


def test_a_variance_far_from_zero_is_exact():
    x = (RNG.normal(size=(40_000, 5)) + 1000).astype("f")
    mean, variance = columns.moments(x)
    np.testing.assert_allclose(mean, x.astype("d").mean(0), rtol=1e-6)
    np.testing.assert_allclose(variance, x.astype("d").var(0), rtol=1e-5)


def test_a_channel_that_is_not_a_number_spoils_no_other():
    x = RNG.normal(size=(4096, 20)).astype("f")
    x[7, 3] = np.nan
    for found in columns.moments(x):
        assert np.flatnonzero(np.isnan(found)).tolist() == [3]


def test_small_and_other_tensors_are_left_to_xla():
    assert not columns.takes(np.zeros((8, 16), "f"), (0,))
    assert not columns.takes(np.zeros((8192, 16), "d"), (0,))
    assert not columns.takes(np.zeros((64, 64, 32), "f"), (0,))
