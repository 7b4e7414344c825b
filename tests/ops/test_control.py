"""Branches and loops give the same eagerly, compiled, and under tapes."""

from __future__ import annotations

import jax.numpy as jnp
import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, Variable, convert, function

ops = keras.ops
X = np.array([1.0, -2.0, 3.0], "float32")


def both(fn, *args):
    """The result eagerly and compiled, which must agree."""
    eager, compiled = fn(*args), function(fn)(*args)
    for a, b in zip(_leaves(eager), _leaves(compiled), strict=True):
        np.testing.assert_allclose(np.asarray(a), np.asarray(b), rtol=1e-6)
    return eager


def _leaves(x):
    return [v for each in x for v in _leaves(each)] if isinstance(x, tuple) else [x]


def gradients(fn, x=X):
    """The gradient of a sum eagerly and inside a compiled function; equal."""

    def slope(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = ops.sum(fn(x))
        return tape.gradient(y, x)

    eager, compiled = slope(convert(x)), function(slope)(convert(x))
    np.testing.assert_allclose(eager.numpy(), compiled.numpy(), rtol=1e-6)
    return eager.numpy()


@pytest.mark.parametrize("sign", [1.0, -1.0])
def test_cond(sign):
    fn = lambda x: ops.cond(ops.sum(x) > 0, lambda: x * 2, lambda: x * x)
    expected = X * 2 if sign > 0 else (X * sign) ** 2
    np.testing.assert_allclose(both(fn, convert(X * sign)).numpy(), expected)
    slope = np.full(3, 2.0) if sign > 0 else 2 * X * sign
    np.testing.assert_allclose(gradients(fn, X * sign), slope)


@pytest.mark.parametrize("taped", [False, True])
def test_cond_assigns_only_in_the_branch_taken(taped):
    a, b = Variable(1.0), Variable(1.0)

    @function
    def fn(x):
        with GradientTape() if taped else _nothing():
            ops.cond(x > 0, lambda: a.assign_add(x) + 0, lambda: b.assign_sub(x) + 0)

    fn(convert(2.0))
    fn(convert(-3.0))
    assert (float(a), float(b)) == (3.0, 4.0)


def _nothing():
    from contextlib import nullcontext

    return nullcontext()


def test_cond_refuses_branches_that_differ():
    fn = function(lambda x: ops.cond(x > 0, lambda: x, lambda: (x, x)))
    with pytest.raises(ValueError, match="All functions of `cond` must return"):
        fn(convert(1.0))


def test_functional_models_of_control_flow():
    """The functions are part of the model's graph, for any batch size."""
    x = keras.Input((3,))
    y = ops.map(lambda v: v * 2.0, x)
    y = ops.vectorized_map(lambda v: v + 1.0, y)
    total, ys = ops.scan(lambda c, v: (c + v, c), ops.zeros(3), y)
    y = ops.fori_loop(0, 2, lambda i, v: v * v, ys)
    y = ops.while_loop(lambda v: ops.max(v) < 10.0, lambda v: v + 4.0, (y,))[0]
    z = ops.cond(ops.sum(x) > 0, lambda: 1.0, lambda: -1.0)
    z = ops.switch(ops.cast(z, "int32"), [lambda v: v, lambda v: v * 5.0], z)
    assert (y.shape, total.shape, z.shape) == ((None, 3), (3,), ())
    model = keras.Model(x, [y + z, total])
    got, last = model(X[None])
    once = X * 2 + 1
    np.testing.assert_allclose(last.numpy(), once)
    np.testing.assert_allclose(got.numpy(), np.full((1, 3), 12.0 + 5.0))


@pytest.mark.parametrize("index, expected", [(0, 1.0), (1, 2.0), (2, 3.0), (9, 3.0)])
def test_switch(index, expected):
    branches = [lambda x: x, lambda x: x * 2, lambda x: x * 3]
    fn = lambda i: ops.switch(i, branches, convert(1.0))
    assert float(both(fn, convert(index))) == expected


def test_while_loop():
    fn = lambda x: ops.while_loop(
        lambda n, x: n < 5, lambda n, x: (n + 1, x * 2), (0, x), maximum_iterations=3
    )
    n, x = both(fn, convert(X))
    assert int(n) == 3
    np.testing.assert_allclose(x.numpy(), X * 8)


def test_while_loop_carries_variables():
    count = Variable(0)

    def body(n):
        count.assign_add(2)
        return n + 1

    function(lambda n: ops.while_loop(lambda n: n < 4, body, (n,)))(convert(0))
    assert int(count) == 8


def test_fori_loop():
    fn = lambda x: ops.fori_loop(0, 3, lambda i, v: v * x + ops.cast(i, "float32"), x)
    reference = X.copy()
    for i in range(3):
        reference = reference * X + i
    np.testing.assert_allclose(both(fn, convert(X)).numpy(), reference)
    assert np.all(np.isfinite(gradients(fn)))


@pytest.mark.parametrize("reverse", [False, True])
def test_scan(reverse):
    fn = lambda x: ops.scan(
        lambda carry, v: (carry + v, carry * v), convert(1.0), x, reverse=reverse
    )
    carry, ys = both(fn, convert(X))
    steps, total = [], 1.0
    for v in X[::-1] if reverse else X:
        steps.append(total * v)
        total += v
    assert float(carry) == pytest.approx(total)
    np.testing.assert_allclose(ys.numpy(), steps[::-1] if reverse else steps)
    gradients(lambda x: fn(x)[1])


def test_scan_needs_one_length():
    with pytest.raises(ValueError, match="needs tensors of one first size"):
        ops.scan(lambda c, v: (c, v), 0.0, (convert(X), convert(X[:2])))


def test_maps():
    fn = lambda x: (ops.map(lambda v: v * v, x), ops.vectorized_map(lambda v: -v, x))
    squares, negative = both(fn, convert(X))
    np.testing.assert_allclose(squares.numpy(), X * X)
    np.testing.assert_allclose(negative.numpy(), -X)
    np.testing.assert_allclose(gradients(lambda x: fn(x)[0] + fn(x)[1]), 2 * X - 1)


@pytest.mark.parametrize("reverse", [False, True])
def test_associative_scan(reverse):
    x = np.arange(7, dtype="float32")
    fn = lambda x: ops.associative_scan(lambda a, b: a + b, x, reverse=reverse)
    expected = np.cumsum(x[::-1])[::-1] if reverse else np.cumsum(x)
    np.testing.assert_allclose(both(fn, convert(x)).numpy(), expected)


def test_custom_gradient():
    @ops.custom_gradient
    def clipped(x):
        return x * 3.0, lambda upstream: ops.clip(upstream, -0.5, 0.5)

    np.testing.assert_allclose(clipped(convert(X)).numpy(), X * 3)
    np.testing.assert_allclose(gradients(lambda x: clipped(x) * 2), 0.5)


def test_jvp():
    value, slope = ops.jvp(lambda x: ops.sin(x), (convert(X),), (convert(X * 2),))
    np.testing.assert_allclose(value.numpy(), np.sin(X), rtol=1e-6)
    np.testing.assert_allclose(slope.numpy(), jnp.cos(X) * X * 2, rtol=1e-6)
    value, _, aux = ops.jvp(
        lambda x: (x * x, x + 1), (convert(X),), (convert(X),), has_aux=True
    )
    np.testing.assert_allclose(aux.numpy(), X + 1)


def test_vectorize():
    fn = ops.vectorize(lambda a, b: ops.maximum(a, b) * 2)
    got = fn(convert(X), convert([[0.0], [5.0]]))
    np.testing.assert_allclose(got.numpy(), np.maximum(X, [[0], [5]]) * 2)
