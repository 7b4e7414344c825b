"""What NumPy does in threads that prepare data is what compiled code does."""

import numpy as np
import pytest

from addax import tf
from addax.core import OPS
from addax.keras import ops
from addax.ops.on_host import KERNELS, on_host

RNG = np.random.default_rng(0)
X = RNG.normal(size=(4, 5, 3)).astype("float32")
WHOLE = RNG.integers(-100, 100, (4, 5, 3)).astype("int32")
BYTES = RNG.integers(0, 255, (4, 5, 3)).astype("uint8")

CASES = {
    "absolute": lambda x: ops.absolute(x),
    "add": lambda x: x + x,
    "cast": lambda x: tf.cast(x, tf.float32),
    "cast to bytes": lambda x: tf.cast(x, tf.uint8),
    "clip": lambda x: ops.clip(x, 1, 9),
    "concatenate": lambda x: ops.concatenate([x, x], 1),
    "divide": lambda x: ops.divide(x, 3),
    "divide as tf": lambda x: tf.cast(x, tf.float32) / 255.0,
    "compare": lambda x: [x < 2, x >= 2, ops.equal(x, 3), ops.not_equal(x, 3)],
    "and": lambda x: ops.logical_and(x > 1, ops.logical_not(x > 5)) | (x > 90),
    "expand": lambda x: ops.expand_dims(x, (0, 2)),
    "flip": lambda x: [ops.flip(x), ops.flip(x, 1)],
    "floor": lambda x: ops.floor(x),
    "items": lambda x: [x[1], x[..., -1], x[1:3, ::2], x[None, 2, 1:], x[:, 1:4]],
    "items by tensors": lambda x: [x[tf.constant(1)], ops.take(x, [0, 2], 1)],
    "least": lambda x: [ops.minimum(x, 3), ops.maximum(x, x * 2)],
    "mean": lambda x: [ops.mean(x), ops.mean(x, (0, 1), True)],
    "multiply": lambda x: x * 3 - x,
    "negative": lambda x: -x,
    "pad": lambda x: ops.pad(x, ((1, 0), (0, 2), (0, 0)), constant_values=7),
    "shapes": lambda x: [ops.reshape(x, (-1, 3)), ops.transpose(x), ops.rot90(x),
                         ops.transpose(x, (1, 0, 2)), ops.swapaxes(x, 0, 1)],
    "square": lambda x: ops.square(x),
    "squeeze": lambda x: ops.squeeze(ops.reshape(x, (1, 20, 1, 3))),
    "stack": lambda x: ops.stack([x, x], -1),
    "where": lambda x: ops.where(x > 3, x, 0),
    "image": lambda x: tf.image.convert_image_dtype(x, tf.float32),
}  # fmt: skip


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("x", [X, WHOLE, BYTES], ids=["floats", "whole", "bytes"])
def test_results_are_those_of_compiled_code(name, x):
    expected = tf.nest.flatten(CASES[name](tf.constant(x)))
    with on_host():
        made = tf.nest.flatten(CASES[name](tf.constant(x)))
    for a, b in zip(made, expected, strict=True):
        assert a.dtype == b.dtype
        assert a.shape == b.shape
        np.testing.assert_allclose(a, b, rtol=1e-6, atol=1e-6)


def test_random_numbers_are_the_same():
    expected = tf.random.stateless_uniform([5], [1, 2], -3.0, 4.0)
    with on_host():
        made = tf.random.stateless_uniform([5], [1, 2], -3.0, 4.0)
    np.testing.assert_allclose(made, expected, rtol=1e-6)


def test_every_name_is_an_operation():
    assert set(KERNELS) <= set(OPS)


def test_nothing_is_compiled_for_new_shapes():
    with on_host():
        compiled = OPS["multiply"]._compiled
        before = compiled._cache_size()
        for n in range(3, 9):
            tf.zeros([n, n + 1]) * tf.zeros([n, n + 1])
        assert compiled._cache_size() == before
