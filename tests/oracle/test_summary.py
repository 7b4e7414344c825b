"""`model.summary()` prints, letter for letter, what Keras prints."""

import functools
import re

import keras as theirs
import numpy as np
import pytest

from addax import keras as ours


def mlp(k):
    layers = k.layers
    return k.Sequential(
        [
            k.Input((28, 28)),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.2),
            layers.Dense(10),
        ],
        name="mlp",
    )


def trained(k):
    model = mlp(k)
    model.layers[1].trainable = False
    model.compile("adam", "mse")
    model.fit(np.zeros((2, 28, 28)), np.zeros((2, 10)), verbose=0)
    return model


def printed(model, **options):
    lines = []
    model.summary(print_fn=lambda text, *_: lines.append(text), **options)
    # The optimizer's counter has 64 bits here, as in TensorFlow, and 32 in Keras 3.
    text = re.sub(r"(?<=104,352 \(407.6)[23](?= KB)", "*", "\n".join(lines))
    return text.strip("\n").splitlines()


def unbuilt(k):
    return k.Sequential([k.layers.Dense(3)])


def branches(k):
    a, b = k.Input((4,), name="a"), k.Input((5,))
    shared = k.layers.Dense(4, name="a_layer_with_a_really_long_name_that_will_not_fit")
    x = k.layers.Add()([shared(shared(a)), k.layers.Dense(4)(b)])
    inner = k.Sequential([k.Input((4,)), k.layers.Dense(3), k.layers.Dense(2)])
    return k.Model([a, b], [inner(x), shared(a)], name="branches")


def chain(k):
    x = k.Input((6, 4))
    y = k.layers.Conv1D(2, 3, padding="same")(k.ops.relu(x) + 1)
    return k.Model(x, k.layers.BatchNormalization()(y))


def deep(k):
    first = k.Sequential([k.Input((2,)), k.layers.Dense(2)], name="first")
    second = k.Sequential([k.Input((2,)), first, k.layers.Dense(2)], name="second")
    return k.Sequential([k.Input((2,)), second, k.layers.Dense(1)], name="third")


def parts(k):
    class Parts(k.Model):
        def __init__(self):
            super().__init__(name="parts")
            self.one, self.two = k.layers.Dense(3), k.layers.Dense(20_000)

        def call(self, x):
            return self.two(self.one(x))

    model = Parts()
    model(np.zeros((2, 3), "float32"))
    return model


MODELS = (mlp, trained, unbuilt, branches, chain, deep, parts)


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"show_trainable": True},
        {"expand_nested": True},
        {"line_length": 60, "show_trainable": True},
    ],
    ids=str,
)
@pytest.mark.parametrize("make", MODELS, ids=lambda make: make.__name__)
def test_summary(make, options, monkeypatch):
    # Keras cuts tables at the terminal's width; ours are as wide as was asked for.
    monkeypatch.setenv("COLUMNS", "130")
    compare(make, options)


def compare(make, options):
    assert printed(build(make, ours), **options) == printed(
        build(make, theirs), **options
    )


@functools.cache
def build(make, k):
    k.utils.clear_session()
    return make(k)


@pytest.mark.parametrize("columns", [40, 80, 100, 200])
def test_widths(columns, monkeypatch):
    monkeypatch.setenv("COLUMNS", str(columns))
    for make in (mlp, branches):
        compare(make, {})


def test_positions():
    options = {"positions": [0.3, 0.6, 1.0], "line_length": 80}
    assert printed(mlp(ours), **options)[1] == printed(mlp(theirs), **options)[1]
