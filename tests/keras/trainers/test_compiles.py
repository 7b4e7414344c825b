"""What was compiled once serves every later call: counted by JAX itself."""

import numpy as np
import pytest

from addax import keras, tf
from tests.compiling import programs

RNG = np.random.default_rng(0)
X = RNG.random((50, 4), np.float32)
Y = RNG.integers(0, 3, 50)


@pytest.fixture
def compiled():
    with programs() as found:
        yield found


def generator():
    for start in range(0, 50, 16):
        yield X[start : start + 16], Y[start : start + 16]


ROWS = tf.data.Dataset.from_tensor_slices((X, Y))
MAPPED = ROWS.map(lambda x, y: (x * 2, y)).shuffle(50).batch(16).prefetch(2)
SOURCES = {
    "arrays": lambda: {"x": X, "y": Y, "batch_size": 16},
    "table": lambda: {"x": ROWS.shuffle(50).batch(16)},
    "dataset": lambda: {"x": MAPPED},
    "generator": lambda: {"x": generator()},
}


@pytest.mark.parametrize("name", SOURCES)
def test_later_calls_compile_nothing(name, compiled):
    source = SOURCES[name]
    model = keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dense(5, activation="relu"),
            keras.layers.Dropout(0.1),
            keras.layers.Dense(3, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])

    def validation():
        given = source()
        return (X, Y) if "y" in given else given["x"]

    model.fit(**source(), verbose=0, validation_data=validation())
    assert compiled
    model.predict(X, 16, verbose=0)
    compiled.clear()
    model.fit(**source(), verbose=0)
    model.fit(**source(), verbose=0, validation_data=validation())
    model.evaluate(**source(), verbose=0)
    model.predict(X, 16, verbose=0)
    assert not compiled


CALLS = {
    "predict": lambda model, n: model.predict(X[:n], batch_size=4, verbose=0),
    "evaluate": lambda model, n: model.evaluate(X[:n], Y[:n], batch_size=4, verbose=0),
    "fit": lambda model, n: model.fit(X[:n], Y[:n], batch_size=4, verbose=0),
}


@pytest.mark.parametrize("name", CALLS)
def test_lengths_without_end_need_programs_with_an_end(name, compiled):
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(3, "softmax")])
    model.compile("sgd", "sparse_categorical_crossentropy")
    for n in (*range(5, 17), 20, 50):
        CALLS[name](model, n)
    before, lengths = len(compiled), range(17, 50)
    found = [CALLS[name](model, n) for n in lengths]
    assert len(compiled) == before
    if name == "predict":
        for n, rows in zip(lengths, found, strict=True):
            np.testing.assert_allclose(rows, model.predict_on_batch(X)[:n], 1e-5)


def test_a_step_is_traced_once():
    class Counted(keras.layers.Layer):
        traces = 0

        def call(self, x, training=False):
            Counted.traces += bool(training)
            return x

    inputs = keras.Input((4,))
    outputs = keras.layers.Dense(3, "softmax")(Counted()(inputs))
    model = keras.Model(inputs, outputs)
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    model.fit(X[:48], Y[:48], batch_size=16, epochs=2, verbose=0)
    assert Counted.traces == 1
