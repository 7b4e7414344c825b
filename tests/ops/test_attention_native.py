"""The kernel in C++ against the formula that XLA compiles."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import native
from addax.ops import attention_native as attention

pytestmark = pytest.mark.skipif(
    not native.available(), reason="the native kernels were not built here"
)

TIMES = 0.3


def _numbers(seed: int, *shape: int) -> Any:
    return np.random.default_rng(seed).standard_normal(shape, np.float32)


def _seen(*shape: int) -> Any:
    seen = np.random.default_rng(5).random(shape) < 0.5
    seen[..., 0] = True
    return seen


# (batch, queries, keys, heads, size, size of values), the mask, whether causal
CASES = {
    "whole vectors": ((2, 16, 16, 4, 16, 16), None, False),
    "odd sizes": ((2, 19, 33, 3, 20, 7), None, False),
    "causal": ((1, 21, 21, 2, 8, 8), None, True),
    "hidden keys": ((2, 9, 17, 2, 5, 5), _seen(2, 1, 1, 17), False),
    "a mask for each head": ((2, 9, 17, 2, 5, 5), _seen(2, 2, 9, 17), True),
    "one mask for all": ((2, 9, 17, 2, 5, 5), _seen(1, 1, 9, 17), False),
    "a query that sees nothing": (
        (1, 9, 17, 2, 5, 5),
        np.arange(9)[None, None, :, None] != np.full(17, 4),
        False,
    ),
    "blocks of rows": ((1, 70, 530, 1, 8, 8), None, False),
}


@pytest.mark.parametrize("shape, mask, causal", CASES.values(), ids=CASES)
def test_values_and_gradients_are_those_of_the_formula(
    shape: tuple[int, ...], mask: Any, causal: bool
) -> None:
    b, t, s, h, d, e = shape
    q, k, v = _numbers(0, b, t, h, d), _numbers(1, b, s, h, d), _numbers(2, b, s, h, e)
    u = _numbers(3, b, t, h, e)
    assert attention.natively(jnp.asarray(q), jnp.asarray(k), mask)

    def kernel(*x: Any) -> Any:
        return attention.attend(*x, mask, TIMES, causal)

    def formula(*x: Any) -> Any:
        seen = None if mask is None else jnp.asarray(mask)
        return attention.formula(*x, None, seen, TIMES, causal)

    def twice(fn: Any) -> Any:
        def first(*x: Any) -> Any:
            return sum(jnp.sum(jnp.sin(g)) for g in jax.vjp(fn, *x)[1](u))

        return jax.grad(first, (0, 1, 2))(q, k, v)

    ours, back = jax.vjp(kernel, q, k, v)
    theirs, forth = jax.vjp(formula, q, k, v)
    np.testing.assert_allclose(ours, theirs, rtol=1e-5, atol=2e-6)
    for a, b in zip(back(u), forth(u), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-5)
    if t < 50:
        for a, b in zip(twice(kernel), twice(formula), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-5)


def test_inside_jit_scan_and_vmap() -> None:
    q, k, v = (_numbers(i, 3, 8, 2, 4) for i in range(3))

    def step(x: Any, _: Any) -> Any:
        return attention.attend(x, k, v, None, TIMES, False), None

    def steps(x: Any) -> Any:
        return jax.lax.scan(step, x, None, length=3)[0]

    expected = q
    for _ in range(3):
        expected = attention.formula(expected, k, v, None, None, TIMES, False)
    np.testing.assert_allclose(jax.jit(steps)(q), expected, rtol=1e-5, atol=1e-6)
    both = jax.vmap(steps)(np.stack([q, q]))
    np.testing.assert_allclose(both[1], expected, rtol=1e-5, atol=1e-6)


def test_a_nan_shows() -> None:
    q, k, v = (_numbers(i, 1, 8, 1, 4) for i in range(3))
    q[0, 2, 0, 1] = np.nan
    out = np.asarray(attention.attend(q, k, v, None, TIMES, False))
    assert np.isnan(out[0, 2]).all()
    assert not np.isnan(np.delete(out, 2, 1)).any()
