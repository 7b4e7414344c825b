"""Products with weights: which einsums are ones, and their gradients in training."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import native, tf
from addax.ops import products
from addax.ops.derivatives import jvp

EINSUMS = {
    "ab,bc->ac": (1, 1),
    "abc,cde->abde": (1, 2),
    "abcd,cde->abe": (2, 2),
    "abc,cd->abd": (1, 2),
    "abc,dc->abd": None,  # turned
    "abc,bcd->ad": (2, 1),
    "abc,abcd->d": None,  # no rows
    "abc,de->abcde": None,  # nothing summed
    "abc,cd->adb": None,  # turned afterwards
    "aab,bc->ac": None,  # a diagonal
    "ab,bb->ab": None,
    "...b,bc->...c": None,
    "ab,bc": None,
}


@pytest.mark.parametrize("subscripts, expected", EINSUMS.items())
def test_which_einsums_are_products_of_rows(subscripts: str, expected: Any) -> None:
    left, right = subscripts.split("->")[0].split(",")
    sizes = dict.fromkeys("abcde", 2)
    x, k = (np.ones([sizes.get(c, 2) for c in each]) for each in (left, right))
    assert products.flattened(subscripts, x, k) == expected


@pytest.mark.parametrize("subscripts", [s for s, split in EINSUMS.items() if split])
def test_such_an_einsum_is_numpys(subscripts: str) -> None:
    sizes = dict(zip("abcde", (2, 3, 4, 5, 6), strict=True))
    left, right = subscripts.split("->")[0].split(",")
    rng = np.random.default_rng(0)
    x, k = (rng.random([sizes[c] for c in each], np.float32) for each in (left, right))
    np.testing.assert_allclose(
        tf.einsum(subscripts, x, k), np.einsum(subscripts, x, k), rtol=1e-5
    )


def _numbers(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def _small(x: Any, k: Any) -> Any:
    return tf.reduce_sum(tf.sin(0.1 * tf.matmul(x, k)))


def _formula(x: Any, k: Any) -> Any:
    return jnp.sum(jnp.sin(0.1 * (x @ k)))


@pytest.mark.skipif(
    not native.available(), reason="the native kernels were not built here"
)
@pytest.mark.parametrize("rows, n, m", [(512, 130, 65), (1026, 512, 9), (513, 512, 17)])
def test_gradients_in_a_compiled_program(rows: int, n: int, m: int) -> None:
    x, k = _numbers(0, rows, n), _numbers(1, n, m)
    used = []

    @tf.function
    def gradients(x: Any, k: Any) -> Any:
        with tf.GradientTape() as outer:
            outer.watch([x, k])
            with tf.GradientTape() as tape:
                tape.watch([x, k])
                y = _small(x, k)
            first = tape.gradient(y, [x, k])
            z = tf.reduce_sum(first[0] ** 2) + tf.reduce_sum(first[1] ** 2)
        return *first, *outer.gradient(z, [x, k])

    kernel = products.conv_native.kernel
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(
            products.conv_native,
            "kernel",
            lambda *args: (used.append(args), kernel(*args))[1],
        )
        ours = gradients(tf.constant(x), tf.constant(k))
    assert used

    def squares(x: Any, k: Any) -> Any:
        return sum(jnp.sum(g**2) for g in jax.grad(_formula, (0, 1))(x, k))

    theirs = *jax.grad(_formula, (0, 1))(x, k), *jax.grad(squares, (0, 1))(x, k)
    for a, b in zip(ours, theirs, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-3, atol=1e-3)


def test_derivatives_in_a_direction_stay() -> None:
    x, k = _numbers(0, 512, 130), _numbers(1, 130, 65)

    def gradient(k: Any) -> Any:
        with tf.GradientTape() as tape:
            tape.watch(k)
            y = _small(x, k)
        return tape.gradient(y, k)

    ours = tf.function(lambda k: jvp(gradient, (k,), (tf.ones_like(k),))[1])(k)
    expected = jax.jvp(
        lambda k: jax.grad(_formula, 1)(jnp.asarray(x), k), (k,), (np.ones_like(k),)
    )[1]
    np.testing.assert_allclose(ours, expected, rtol=1e-3, atol=1e-3)
