"""Gradients through branches and loops inside traces equal those of plain Python."""

from __future__ import annotations

import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, Variable, convert, function
from addax.tf.printing import print as tf_print

ops = keras.ops
X = np.array([0.5, -1.2, 0.8], "float32")


def slopes(fn, outside):
    """The gradients of `fn(x)` by `x` and a variable; the tape is inside the compiled
    function, or around its call."""
    w = Variable(0.7)

    def inside(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = ops.sum(fn(x, w))
        return tape.gradient(y, [x, w])

    def around(x):
        compiled = function(lambda x: ops.sum(fn(x, w)))
        with GradientTape() as tape:
            tape.watch(x)
            y = compiled(x)
        return tape.gradient(y, [x, w])

    x = convert(X)
    return inside(x), (around(x) if outside else function(inside)(x))


def _branch(x, w):
    h = x * 2.0  # closed over, made under the tape
    return ops.cond(ops.sum(x) > 0, lambda: h * w * x, lambda: h - x)


def _loop(x, w):
    h = ops.sin(x)
    return ops.while_loop(
        lambda n, y: n < 5, lambda n, y: (n + 1, ops.cos(y * w) + h), (0, x)
    )[1]


def _traced_length(x, w):
    limit = ops.sum(x * x)  # 2.33
    return ops.while_loop(
        lambda s, y: s < limit, lambda s, y: (s + 0.2, ops.cos(y * w) + x), (0.0, x)
    )[1]


def _nested(x, w):
    def body(i, y):
        y = ops.fori_loop(0, 2, lambda j, z: ops.sin(z * w) + x, y)
        return ops.cond(ops.sum(y) > 1.0, lambda: y * w, lambda: y + x)

    return ops.fori_loop(0, ops.cast(ops.sum(x * x), "int32") + 1, body, x)


def _scan(x, w):
    h = x * 3.0
    carry, ys = ops.scan(lambda c, v: (c * v + w, c + ops.sum(h)), w * 1.0, x)
    return ys * carry


def _maps(x, w):
    h = ops.exp(x)
    return ops.map(lambda v: v * w + h, x) + ops.vectorized_map(lambda v: v * h, x)


def _switch(x, w):
    index = ops.cast(ops.sum(x * x), "int32")
    return ops.switch(index, [lambda y: y, lambda y: y * x, lambda y: y * w * x], x)


@pytest.mark.parametrize("outside", [False, True], ids=["inside", "around"])
@pytest.mark.parametrize(
    "fn", [_branch, _loop, _traced_length, _nested, _scan, _maps, _switch]
)
def test_gradients(fn, outside):
    eager, compiled = slopes(fn, outside)
    for a, b in zip(eager, compiled, strict=True):
        assert (a is None) == (b is None)
        if a is not None:
            np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("length", [0, 1, 37, 300])
def test_long_loops_compute_states_again(length, monkeypatch):
    """With few rooms for states the gradient is the same as with all of them."""
    from addax.ops import whiles

    monkeypatch.setattr(whiles, "_ROOMS", (4, 4))

    def slope(x, n):
        with GradientTape() as tape:
            tape.watch(x)
            i = convert(0)
            _, y = ops.while_loop(
                lambda i, y: i < n, lambda i, y: (i + 1, ops.sin(y) * 1.01 + x), (i, x)
            )
        return tape.gradient(y, x)

    x, n = convert(X), convert(length)
    got, expected = function(slope)(x, n).numpy(), slope(x, n).numpy()
    np.testing.assert_allclose(got, expected, rtol=2e-4)


def test_a_tape_inside_a_body():
    """A training loop in one compiled function."""
    w = Variable(1.0)

    @function
    def train(x, n):
        def step(i, loss):
            with GradientTape() as tape:
                loss = ops.cond(i > 1, lambda: (w * x - 3.0) ** 2, lambda: w * x)
            w.assign_sub(0.1 * tape.gradient(loss, w))
            return i + 1, loss

        return ops.while_loop(lambda i, _: i < n, step, (0, 0.0))[1]

    train(convert(2.0), convert(4))
    expected = 1.0
    for i in range(4):
        expected -= 0.1 * (2 * (expected * 2 - 3) * 2 if i > 1 else 2.0)
    assert float(w) == pytest.approx(expected, rel=1e-5)


def test_prints_in_a_body_come_once(capfd):
    @function
    def slope(x):
        with GradientTape() as tape:
            tape.watch(x)

            def body(i, y):
                tf_print("step", i)
                return i + 1, y * x

            y = ops.while_loop(lambda i, _: i < 2, body, (0, x))[1]
        return tape.gradient(y, x)

    assert float(slope(convert(2.0))) == 12.0
    assert capfd.readouterr().err.count("step") == 2


def test_random_numbers_in_loops_are_those_of_python():
    def draw():
        gen = keras.random.SeedGenerator(3)
        return gen

    gen = draw()
    eager = [float(keras.random.uniform((), seed=gen)) for _ in range(3)]
    gen = draw()

    @function
    def total():
        body = lambda i, s: s + keras.random.uniform((), seed=gen)
        return ops.fori_loop(0, 3, body, 0.0)

    assert float(total()) == pytest.approx(sum(eager))
    assert float(total()) != pytest.approx(sum(eager))


def test_what_a_loop_carries_stays_as_it_is():
    fn = function(lambda n: ops.while_loop(lambda i: i < n, lambda i: i + 0.5, (0,)))
    with pytest.raises((ValueError, TypeError)):
        fn(convert(3))
    fn = function(lambda x: ops.fori_loop(0, 3, lambda i, y: ops.append(y, x), x))
    with pytest.raises(ValueError, match=r"keep their shapes(?s:.)*tf.TensorArray"):
        fn(convert(X))


def test_gradients_stop_at_assignments_between_iterations():
    """Each read counts for the variable, as in plain Python."""
    v = Variable(2.0)

    def slopes(x):
        with GradientTape() as tape:
            tape.watch(x)

            def body(i, y):
                y = y + v * x
                v.assign(x * 3.0)
                return i + 1, y

            y = ops.while_loop(lambda i, y: i < 3, body, (0, x * 0.0))[1]
        return tape.gradient(y, [x, v])

    eager = [float(g) for g in slopes(convert(5.0))]
    v.assign(2.0)
    assert [float(g) for g in function(slopes)(convert(5.0))] == eager == [32.0, 15.0]


def test_second_order_needs_a_known_length():
    def slope(fn, x):
        with GradientTape() as tape:
            tape.watch(x)
            y = fn(x)
        return tape.gradient(y, x)

    def known(x):
        return ops.fori_loop(0, 3, lambda i, y: y * x, x)

    def unknown(x):
        return ops.while_loop(lambda y: y < 10.0, lambda y: y * x, x)

    twice = lambda fn: function(lambda x: slope(lambda x: slope(fn, x), x))
    assert float(twice(known)(convert(2.0))) == 48.0
    with pytest.raises(ValueError, match="of gradients do not go through a loop"):
        twice(unknown)(convert(2.0))
