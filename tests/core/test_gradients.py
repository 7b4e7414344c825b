"""Gradients of random programs: finite differences, JAX's, higher orders."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addax.core import GradientTape, Variable, convert, function
from addax.ops import math, reduce
from tests.core.programs import SHAPE, arrays, programs, run

seeds = st.integers(0, 1000)
# Their derivative is not that of the function, or it jumps.
smooth = programs(without=("stop",))
twice = programs(most=4, without=("stop", "maximum", "where", "reduce"))


def loss(program, *values):
    return reduce.sum(math.sin(run(program, *values)))


def plain_loss(program, *values):
    return jnp.sum(jnp.sin(run(program, *values, plain=True)))


def gradients(program, x, y):
    """Of the loss for a tensor and a variable."""
    x, y = convert(x), Variable(y)
    with GradientTape() as tape:
        tape.watch(x)
        value = loss(program, x, y)
    return tape.gradient(value, [x, y], unconnected_gradients="zero")


@given(smooth, seeds)
def test_gradients_are_those_of_finite_differences(program, seed):
    values = arrays(seed)
    step = 1e-6
    for i, found in enumerate(gradients(program, *values)):
        expected = np.zeros(SHAPE)
        for place in np.ndindex(SHAPE):
            sides = []
            for sign in (1, -1):
                moved = [v.copy() for v in values]
                moved[i][place] += sign * step
                sides.append(float(loss(program, *moved)))
            expected[place] = (sides[0] - sides[1]) / (2 * step)
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-4, atol=1e-6)


@given(smooth, seeds)
def test_gradients_are_those_of_jax(program, seed):
    values = arrays(seed)
    with jax.enable_x64(True):
        expected = jax.grad(lambda *v: plain_loss(program, *v), (0, 1))(*values)
    for found, wanted in zip(gradients(program, *values), expected, strict=True):
        assert found.dtype == "float64"
        np.testing.assert_allclose(found.numpy(), wanted, rtol=1e-9, atol=1e-12)


@settings(max_examples=12)
@given(smooth, seeds)
def test_a_function_has_the_gradients_of_its_body(program, seed):
    x, y = arrays(seed)
    eager = gradients(program, x, y)

    @function
    def inside(x, y):
        return gradients_of(program, x, y)

    variable = Variable(y)
    compiled = function(lambda x: loss(program, x, variable))
    x = convert(x)
    with GradientTape() as tape:
        tape.watch(x)
        value = compiled(x)
    around = tape.gradient(value, [x, variable], unconnected_gradients="zero")
    for wanted, *found in zip(eager, inside(x, convert(y)), around, strict=True):
        for each in found:
            np.testing.assert_allclose(
                each.numpy(), wanted.numpy(), rtol=1e-9, atol=1e-12
            )


def gradients_of(program, x, y):
    with GradientTape() as tape:
        tape.watch([x, y])
        value = loss(program, x, y)
    return tape.gradient(value, [x, y], unconnected_gradients="zero")


@settings(max_examples=12)
@given(twice, seeds)
def test_second_derivatives_are_those_of_jax(program, seed):
    values = arrays(seed)
    x, y = map(convert, values)
    with GradientTape() as outer:
        outer.watch([x, y])
        dx, dy = gradients_of(program, x, y)
        sloped = reduce.sum(dx * dx) + reduce.sum(math.cos(dy))
    found = outer.gradient(sloped, [x, y], unconnected_gradients="zero")

    def sloped_plain(*v):
        dx, dy = jax.grad(lambda *v: plain_loss(program, *v), (0, 1))(*v)
        return jnp.sum(dx * dx) + jnp.sum(jnp.cos(dy))

    with jax.enable_x64(True):
        expected = jax.grad(sloped_plain, (0, 1))(*values)
    for a, b in zip(found, expected, strict=True):
        np.testing.assert_allclose(a.numpy(), b, rtol=1e-8, atol=1e-10)


@given(smooth, seeds)
def test_jacobians_are_those_of_jax(program, seed):
    values = arrays(seed)
    x, y = convert(values[0]), Variable(values[1])
    with GradientTape(persistent=True) as tape:
        tape.watch(x)
        z = run(program, x, y)
    found = tape.jacobian(z, [x, y], unconnected_gradients="zero")
    with jax.enable_x64(True):
        expected = jax.jacobian(lambda *v: run(program, *v, plain=True), (0, 1))(
            *values
        )
    for a, b in zip(found, expected, strict=True):
        assert a.shape == (*SHAPE, *SHAPE)
        np.testing.assert_allclose(a.numpy(), b, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize("compiled", [False, True])
def test_batch_jacobian_is_the_diagonal_of_the_jacobian(compiled):
    def both(x):
        with GradientTape(persistent=True) as tape:
            tape.watch(x)
            y = math.tanh(x @ weights) * x[:, :1]
        return tape.batch_jacobian(y, x), tape.jacobian(y, x)

    weights = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
    x = np.random.default_rng(1).normal(size=(5, 3)).astype("float32")
    batch, full = (function(both) if compiled else both)(convert(x))
    assert batch.shape == (5, 4, 3)
    diagonal = np.einsum("ijik->ijk", full.numpy())
    np.testing.assert_allclose(batch.numpy(), diagonal, rtol=1e-6)
    expected = jax.vmap(jax.jacobian(lambda r: jnp.tanh(r @ weights) * r[0]))(x)
    np.testing.assert_allclose(batch.numpy(), expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("order", [1, 2, 3, 4])
def test_derivatives_of_any_order(order):
    x = convert(0.7)

    def derivative(n):
        if not n:
            return math.sin(x)
        with GradientTape() as tape:
            tape.watch(x)
            y = derivative(n - 1)
        return tape.gradient(y, x)

    def through_functions(n):
        if not n:
            return function(math.sin)(x)
        with GradientTape() as tape:
            tape.watch(x)
            y = through_functions(n - 1)
        return tape.gradient(y, x)

    expected = np.sin(0.7 + order * np.pi / 2)
    np.testing.assert_allclose(float(through_functions(order)), expected, rtol=1e-5)
    np.testing.assert_allclose(float(derivative(order)), expected, rtol=1e-5)
    np.testing.assert_allclose(
        float(function(lambda: derivative(order))()), expected, rtol=1e-5
    )
