"""Calls in a row run as one program: with the results of layer after layer."""

import copy
import pickle

import jax
import numpy as np
import pytest

from addax import keras, tf
from addax.core import Program

L = keras.layers
RNG = np.random.default_rng(0)


def dense():
    return keras.Sequential(
        [
            keras.Input((6,)),
            L.Dense(5, activation="relu"),
            L.BatchNormalization(),
            L.Dropout(0.5),
            L.Dense(3),
        ]
    )


def branches():
    a, b = keras.Input((6,), name="a"), keras.Input((6,), name="b")
    inner = keras.Sequential([keras.Input((6,)), L.Dense(4)])
    x = keras.ops.tanh(inner(a) - 2.0 * inner(b))
    return keras.Model({"a": a, "b": b}, {"sum": L.add([x, x]), "x": x})


def recurrent():
    return keras.Sequential(
        [keras.Input((7, 6)), L.Bidirectional(L.LSTM(4)), L.Dense(2)]
    )


def data(model, rows=3):
    shapes = {x.node.operation.name: (rows, *x.shape[1:]) for x in model.inputs}
    made = {n: RNG.normal(size=s).astype("float32") for n, s in shapes.items()}
    return made if len(made) > 1 else next(iter(made.values()))


def programs(model):
    found = model._graph._whole._calls.values()
    return [x for x in found if isinstance(x, Program)]


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("make", [dense, branches, recurrent])
def test_the_results_are_the_same(make, training):
    keras.utils.set_random_seed(0)
    model = make()
    twin = copy.deepcopy(model)
    twin._graph._whole._left = 0  # never compiles
    for rows in (3, 3, 3, 3, 2):
        x = data(model, rows)
        got, expected = (m(x, training=training) for m in (model, twin))
        for a, b in zip(tf.nest.flatten(got), tf.nest.flatten(expected), strict=True):
            np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)
    for a, b in zip(model.variables, twin.variables, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5)
    assert len(programs(model)) == 1
    assert not programs(twin)


def warm(model, *args, **kwargs):
    x = data(model)
    for _ in range(3):
        model(x, *args, **kwargs)
    return x


def test_changes_of_weights_and_layers_count():
    model = dense()
    x = warm(model)
    assert programs(model)
    model.set_weights([w * 2 for w in model.get_weights()])
    before = model(x).numpy()
    np.testing.assert_allclose(before, model.predict(x, verbose=0), rtol=1e-5)
    model.layers[-1].activation = keras.activations.relu
    np.testing.assert_allclose(model(x), np.maximum(before, 0), rtol=1e-5)
    normalize = model.layers[1]
    warm(model, training=True)
    mean = normalize.moving_mean.numpy()
    normalize.trainable = False
    warm(model, training=True)
    np.testing.assert_array_equal(normalize.moving_mean, mean)


def test_gradients_and_other_traces_see_the_layers():
    model = dense()
    x = tf.constant(warm(model))
    with tf.GradientTape() as tape:
        tape.watch(x)
        y = tf.reduce_sum(model(x))
    assert tape.gradient(y, x).shape == x.shape
    assert jax.jit(lambda a: model(a)._value)(x._value).shape == (3, 3)


def test_tapes_take_a_program_for_an_operation():
    x = RNG.normal(size=(4, 6)).astype("float32")

    def train(compiles):
        keras.utils.set_random_seed(0)
        model = dense()
        model._graph._whole._left = compiles
        optimizer = keras.optimizers.Adam(0.01)
        losses = []
        for _ in range(14):
            with tf.GradientTape() as outer:
                outer.watch(given := tf.constant(x))
                with tf.GradientTape() as tape:
                    tape.watch(given)
                    loss = tf.reduce_mean(model(given, training=True) ** 2)
                slope = tape.gradient(loss, given)
                loss = loss + tf.reduce_sum(slope**2)
            pulled = outer.gradient(loss, model.trainable_variables)
            optimizer.apply_gradients(
                zip(pulled, model.trainable_variables, strict=True)
            )
            losses.append(float(loss))
        return losses, model

    (expected, _), (got, model) = train(0), train(4)
    assert programs(model)
    np.testing.assert_allclose(got, expected, rtol=1e-3)


def test_an_output_made_of_another_has_its_gradient():
    inner = keras.Input((6,))
    hidden = L.Dense(4)(inner)
    model = keras.Model(inner, [hidden, L.Dense(1)(hidden)])
    for _ in range(12):
        with tf.GradientTape() as tape:
            middle, out = model(np.ones((2, 6), "float32"))
        assert tape.gradient(out, middle).shape == (2, 4)


def test_users_code_runs_at_each_call():
    calls = []

    class Mine(L.Layer):
        def call(self, x):
            calls.append("layer")
            return x

    def activation(x):
        calls.append("activation")
        return x

    model = keras.Sequential([keras.Input((6,)), Mine(), L.Dense(2)])
    calls.clear()
    warm(model)
    assert calls == ["layer"] * 3
    model = keras.Sequential([keras.Input((6,)), L.Dense(2, activation=activation)])
    calls.clear()
    warm(model)
    assert calls == ["activation"] * 3


def test_losses_and_masks_come_with_the_outputs():
    model = keras.Sequential([keras.Input((6,)), L.Dense(2, activity_regularizer="l2")])
    warm(model)
    assert len(model.losses) == 1
    assert float(model.losses[0]) > 0
    words = keras.Sequential(
        [keras.Input((4,), dtype="int32"), L.Embedding(9, 3, mask_zero=True)]
    )
    for _ in range(4):
        out = words(np.array([[1, 2, 0, 0]]))
    assert out._keras_mask.numpy().tolist() == [[True, True, False, False]]


def test_models_that_ran_can_be_copied_and_pickled():
    model = dense()
    x = warm(model)
    for other in (copy.deepcopy(model), pickle.loads(pickle.dumps(model))):
        np.testing.assert_allclose(other(x), model(x), rtol=1e-6)
