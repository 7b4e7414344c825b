"""What was compiled once serves every later call: counted by JAX itself."""

import jax
import numpy as np
import pytest

from addax import keras, tf

RNG = np.random.default_rng(0)
X = RNG.random((50, 4), np.float32)
Y = RNG.integers(0, 3, 50)
COMPILED = "/jax/core/compile/backend_compile_duration"


@pytest.fixture
def compiled():
    """The compilations so far, a line each."""
    seen: list[str] = []

    def listen(event, seconds, **about):
        if event == COMPILED:
            seen.append(str(about))

    jax.monitoring.register_event_duration_secs_listener(listen)
    yield seen
    jax.monitoring.clear_event_listeners()


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
