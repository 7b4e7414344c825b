"""Steps of eager training loops wait and run as one program; nobody can tell."""

from __future__ import annotations

import gc
import threading

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import keras, tf
from addax.core import scope

STEPS = 24  # the first ones run operation by operation
RNG = np.random.default_rng(0)
X = RNG.normal(size=(STEPS, 8, 3)).astype("float32")
Y = RNG.normal(size=(STEPS, 8, 2)).astype("float32")


def waits(tensor):
    return tensor._promise is not None


class Model:
    """A small network with state of its own kind: it counts, and has a moving mean."""

    def __init__(self, optimizer=None, dropout=0.0):
        keras.utils.set_random_seed(3)
        self.net = keras.Sequential([
            keras.Input((3,)),
            keras.layers.Dense(4, activation="tanh"),
            keras.layers.BatchNormalization(momentum=0.5),
            keras.layers.Dropout(dropout),
            keras.layers.Dense(2),
        ])  # fmt: skip
        self.optimizer = optimizer or keras.optimizers.Adam(0.05)
        self.mean = keras.metrics.Mean()

    def step(self, i, persistent=False, look=lambda loss, tape: None):
        x, y = tf.constant(X[i]), tf.constant(Y[i])
        with tf.GradientTape(persistent=persistent) as tape:
            predicted = self.net(x, training=True)
            loss = tf.reduce_mean((y - predicted) ** 2)
            look(loss, tape)
        weights = self.net.trainable_variables
        gradients = tape.gradient(loss, weights)
        self.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        self.mean.update_state(loss)
        return loss, predicted, gradients

    def values(self):
        variables = [*self.net.variables, *self.optimizer.variables]
        return [v.numpy() for v in (*variables, *self.mean.variables)]


def plain(**options):
    """The same training with tapes that never wait."""
    model = Model(**options)
    losses = [float(model.step(i, persistent=True)[0]) for i in range(STEPS)]
    return losses, model.values()


def assert_same(model, losses, expected):
    np.testing.assert_allclose([float(x) for x in losses], expected[0], 2e-5)
    for a, b in zip(model.values(), expected[1], strict=True):
        np.testing.assert_allclose(a, b, 2e-4, 2e-5)


def test_losses_and_weights_are_those_of_jax():
    kernel = jnp.asarray(RNG.normal(size=(3, 2)).astype("float32"))
    variable = tf.Variable(kernel)
    optimizer = keras.optimizers.SGD(0.1)

    def loss_of(w, x, y):
        return jnp.mean((jnp.tanh(x @ w) - y) ** 2)

    waited = 0
    for i in range(STEPS):
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean((tf.tanh(tf.constant(X[i]) @ variable) - Y[i]) ** 2)
        (gradient,) = tape.gradient(loss, [variable])
        optimizer.apply_gradients([(gradient, variable)])
        waited += waits(loss)
        expected, slope = jax.value_and_grad(loss_of)(kernel, X[i], Y[i])
        kernel = kernel - 0.1 * slope
        np.testing.assert_allclose(float(loss), expected, 1e-5)
        np.testing.assert_allclose(gradient.numpy(), slope, 1e-4, 1e-6)
    np.testing.assert_allclose(variable.numpy(), kernel, 1e-5)
    assert waited > STEPS / 2


def test_a_whole_step_waits_for_the_next_one():
    expected, model = plain(), Model()
    losses, waited = [], 0
    for i in range(STEPS):
        loss, _, _ = model.step(i)
        losses.append(loss)
        weights = model.net.trainable_variables
        waited += all(waits(v._handle) for v in [*weights, *model.mean.variables])
    assert 3 <= waited < STEPS
    assert_same(model, losses, expected)


def test_values_read_at_any_time_are_right():
    expected, model = plain(dropout=0.3), Model(dropout=0.3)
    losses, seen = [], []

    def look(loss, tape):
        if i % 3 == 0:
            seen.append((i, float(loss)))  # within the tape: nothing waits any more

    for i in range(STEPS):
        loss, predicted, gradients = model.step(i, look=look)
        if i % 2:
            seen.append((i, float(loss)))
        if i % 4 == 1:
            mean = np.mean((predicted.numpy() - Y[i]) ** 2)
            np.testing.assert_allclose(mean, float(loss), 1e-5)
            assert all(g.shape == g.numpy().shape for g in gradients)
        losses.append(loss)
    assert_same(model, losses, expected)
    assert all(np.isclose(value, expected[0][i], 2e-5) for i, value in seen)


def test_what_somebody_holds_stays_valid():
    expected, model = plain(), Model()
    losses, held = [], []
    for i in range(STEPS):
        held.append([(v.value, v.numpy()) for v in model.optimizer.variables[:4]])
        held.append([(v.value, v.numpy()) for v in model.net.variables])
        losses.append(model.step(i)[0])
    assert all(np.array_equal(t.numpy(), a) for kept in held for t, a in kept)
    assert_same(model, losses, expected)


def test_other_threads_and_compiled_functions_find_the_values():
    expected, model = plain(), Model()
    doubled = tf.function(lambda: model.net.trainable_variables[0] * 2.0)
    losses = []
    for i in range(STEPS):
        losses.append(model.step(i)[0])
        thread = threading.Thread(target=losses[-1].numpy)
        thread.start()
        thread.join()
        assert not waits(losses[-1])
        if i % 5 == 4:
            kernel = model.net.trainable_variables[0]
            assert np.array_equal(doubled().numpy(), kernel.numpy() * 2)
    assert_same(model, losses, expected)


def test_mistakes_are_found_where_they_are_made():
    model = Model()
    for i in range(STEPS):
        model.step(i)
    with tf.GradientTape() as tape:
        loss = tf.reduce_mean((Y[0] - model.net(tf.constant(X[0]), training=True)) ** 2)
        assert waits(loss)
        with pytest.raises(ValueError, match=r"matmul.*Received: "):
            tf.matmul(model.net(tf.constant(X[0]), training=True), tf.ones((3, 3)))
        after = loss * 2.0
    assert np.isclose(float(after), 2 * float(loss))
    tape.gradient(after, model.net.trainable_variables)
    with pytest.raises(RuntimeError, match="given its gradients already"):
        tape.gradient(after, model.net.trainable_variables)


def loop(fn, count=STEPS):
    """Results of `fn(tape)` and its gradients by a variable, step after step."""
    variable = tf.Variable([1.0, 2.0, 3.0])
    for _ in range(count):
        with tf.GradientTape() as tape:
            y = fn(variable, tape)
        yield y, tape.gradient(y, variable)
    assert scope.state.work is None


def test_a_tape_may_begin_to_watch_late():
    x, variable = tf.constant([1.0, 2.0, 3.0]), tf.Variable([1.0, 2.0, 3.0])
    for i in range(STEPS):
        with tf.GradientTape(persistent=i == 0) as tape:
            squared = x**2  # not followed: nobody watches `x` yet
            tape.watch(x)
            y = tf.reduce_sum(squared * x + x * variable)
        found = tape.gradient(y, [x, variable])
        np.testing.assert_allclose(found[0].numpy(), [2.0, 6.0, 12.0])
        np.testing.assert_allclose(found[1].numpy(), [1.0, 2.0, 3.0])


def test_gradients_stop_at_assignments_and_at_what_does_not_wait():
    total = tf.Variable(0.0, trainable=False)

    def assigning(variable, tape):
        total.assign(tf.reduce_sum(variable))
        return tf.reduce_sum(variable**2) * total

    def rounding(variable, tape):
        index = tf.argmax(variable)
        return tf.gather(variable, index) * tf.stop_gradient(variable[0])

    for y, gradient in loop(assigning):
        assert float(y) == 84.0
        assert gradient.numpy().tolist() == [12.0, 24.0, 36.0]
    for _, gradient in loop(rounding):
        assert tf.convert_to_tensor(gradient).numpy().tolist() == [0.0, 0.0, 1.0]


def test_what_has_no_gradient_waits_and_has_none():
    x, waited = tf.Variable([1.0, 2.0, 3.0]), 0
    for _ in range(STEPS):
        with tf.GradientTape() as tape:
            ones = tf.ones_like(x * 2.0)
            y = tf.reduce_sum(ones * x + tf.sign(x) * tf.round(x))
            waited += waits(y)
        assert tape.gradient(y, x).numpy().tolist() == [1.0, 1.0, 1.0]
        assert float(y) == 12.0
    # Where some operations were known and others not, each step learns one more.
    assert waited > STEPS / 2
    for i in range(STEPS):
        with tf.GradientTape(persistent=i == 0) as tape:
            y = tf.reduce_sum(tf.ones_like(x)) + tf.reduce_sum(x[:1] ** 2)
            noise = keras.random.normal((3,), seed=i)
            y = y + tf.reduce_sum(noise - noise.numpy())
        assert tape.gradient(y, x).numpy().tolist() == [2.0, 0.0, 0.0]
    for i in range(STEPS):
        with tf.GradientTape(persistent=i == 0) as tape:
            y = tf.reduce_sum(tf.round(x) * 2.0)
        assert tape.gradient(y, x) is None


def test_gradients_by_values_on_the_way_and_of_gradients():
    for _ in range(STEPS):
        x = tf.Variable(2.0)
        with tf.GradientTape() as outer:
            with tf.GradientTape() as tape:
                y = x**3
            slope = tape.gradient(y, x)
        assert float(outer.gradient(slope, x)) == 12.0
        with tf.GradientTape() as tape:
            middle = x * x
            tape.watch(middle)
            y = middle**2
        assert float(tape.gradient(y, middle)) == 8.0


def test_a_frozen_part_passes_gradients_on():
    first, second = tf.Variable([1.0, 2.0]), tf.Variable([3.0, 4.0])
    for i in range(STEPS):
        with tf.GradientTape() as tape:
            made = first * float(i)
            y = tf.reduce_sum(made * second)
        gradient = tape.gradient(y, second)
        assert gradient.numpy().tolist() == [float(i), 2.0 * i]
        with tf.GradientTape() as tape:
            y = tf.reduce_sum(first * second)
        none, gradient = tape.gradient(y, [tf.Variable(1.0), first])
        assert none is None
        assert gradient.numpy().tolist() == [3.0, 4.0]


def test_nothing_is_kept_alive_and_nothing_is_lost():
    variable = tf.Variable([1.0, 2.0])
    results = []
    gc.collect()
    gc.disable()
    try:
        for _ in range(STEPS):
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(variable * variable)
            results.append(y)  # no gradient is asked for
            with tf.GradientTape() as tape:
                y = tf.reduce_sum(variable**2)
                results.append(variable + 1.0)
            tape.gradient(y, variable)
        y = tape = None
        assert all(t._promise is None or t.numpy() is not None for t in results)
        assert [float(t) for t in results[::2]] == [5.0] * STEPS
        assert scope.state.work is None
    finally:
        gc.enable()
    unread = len([x for x in gc.get_objects() if type(x).__name__ == "Forward"])
    assert unread == 0


def test_parts_of_a_step_join_in_any_order():
    """A metric that is updated now and then, gradients that are clipped by hand."""
    expected, model = plain(), Model()
    count = keras.metrics.MeanSquaredError()
    losses = []
    for i in range(STEPS):
        x, y = tf.constant(X[i]), tf.constant(Y[i])
        with tf.GradientTape() as tape:
            predicted = model.net(x, training=True)
            loss = tf.reduce_mean((y - predicted) ** 2)
        weights = model.net.trainable_variables
        gradients = tape.gradient(loss, weights)
        if i % 2:
            gradients = [tf.clip_by_value(g, -1e3, 1e3) for g in gradients]
        if i % 3 == 0:
            count.update_state(y, predicted)
            count.update_state(y, predicted)
        model.optimizer.apply_gradients(zip(gradients, weights, strict=True))
        model.mean.update_state(loss)
        losses.append(loss)
    assert_same(model, losses, expected)
    np.testing.assert_allclose(float(count.result()), np.mean(expected[0][::3]), 1e-5)
