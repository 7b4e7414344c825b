"""Sequential, functional and subclassed models."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from addax import keras, tf

X = np.random.default_rng(0).normal(size=(6, 4)).astype("float32")


def test_sequential_from_a_list_and_by_add_are_the_same() -> None:
    layers = lambda: [keras.layers.Dense(3, "relu"), keras.layers.Dense(2)]
    listed = keras.Sequential([keras.Input((4,)), *layers()])
    added = keras.Sequential()
    added.add(keras.Input((4,)))
    for layer in layers():
        added.add(layer)
    added.set_weights(listed.get_weights())
    np.testing.assert_allclose(listed(X), added(X))
    assert [type(x).__name__ for x in added.layers] == ["Dense", "Dense"]


def test_sequential_knows_its_shapes_early_or_late() -> None:
    early = keras.Sequential([keras.layers.Dense(2, input_shape=(4,))])
    assert (early.built, early.input_shape, early.output_shape) == (
        True, (None, 4), (None, 2),
    )  # fmt: skip
    late = keras.Sequential([keras.layers.Dense(2)])
    assert not late.built
    late(X)
    assert (late.built, late.output_shape) == (True, (None, 2))
    by_hand = keras.Sequential([keras.layers.Dense(2)])
    by_hand.build((None, 4))
    assert by_hand.count_params() == 10


def test_sequential_takes_the_sizes_that_its_layers_take() -> None:
    model = keras.Sequential([keras.layers.Dense(3), keras.layers.Dense(2)])
    long = model(np.ones((2, 6, 4)))
    np.testing.assert_allclose(model(np.ones((1, 1, 4)))[0], long[0, :1], rtol=1e-6)
    assert model.predict(np.ones((1, 3, 4)), verbose=0).shape == (1, 3, 2)
    with pytest.raises(ValueError, match="expected axis -1 to have size 4, found 5"):
        model(np.ones((1, 6, 5)))


def test_layers_added_to_a_trained_model_leave_its_weights() -> None:
    model = keras.Sequential([keras.layers.Dense(3, input_shape=(4,))])
    before = model.get_weights()
    model.add(keras.layers.Dense(2))
    for a, b in zip(before, model.get_weights(), strict=False):
        np.testing.assert_array_equal(a, b)
    model.pop()
    assert model.output_shape == (None, 3)


def test_a_layer_called_twice_shares_its_weights() -> None:
    shared = keras.layers.Dense(3)
    a, b = keras.Input((4,)), keras.Input((4,))
    model = keras.Model([a, b], keras.layers.Add()([shared(a), shared(b)]))
    assert len(model.weights) == 2
    np.testing.assert_allclose(model([X, X]), 2 * shared(X).numpy(), rtol=1e-6)


def test_inputs_by_position_and_by_name() -> None:
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    model = keras.Model([a, b], keras.layers.Subtract()([a, b]))
    expected = X - 2 * X
    np.testing.assert_allclose(model([X, 2 * X]), expected)
    np.testing.assert_allclose(model({"b": 2 * X, "a": X}), expected)
    named = keras.Model({"a": a, "b": b}, keras.layers.Subtract()([a, b]))
    np.testing.assert_allclose(named({"b": 2 * X, "a": X}), expected)


def test_models_nest() -> None:
    inner = keras.Sequential([keras.layers.Dense(3, "relu"), keras.layers.Dense(2)])
    x = keras.Input((4,))
    outer = keras.Model(x, keras.layers.Dense(1)(inner(x)))
    assert len(outer.weights) == 6
    features = keras.Model(outer.input, outer.layers[-1].input)
    np.testing.assert_allclose(features(X), inner(X), rtol=1e-6)


def test_operations_on_symbolic_tensors_become_part_of_the_model() -> None:
    x = keras.Input((4,))
    y = tf.reduce_sum(keras.ops.relu(x) * 2.0 + x[:, :1], axis=-1)
    model = keras.Model(x, y)
    expected = (np.maximum(X, 0) * 2 + X[:, :1]).sum(-1)
    np.testing.assert_allclose(model(X), expected, rtol=1e-5)
    assert model.output_shape == (None,)


def test_unknown_sizes_stay_unknown() -> None:
    x = keras.Input((None, None, 3))
    y = keras.layers.Conv2D(5, 3, padding="same")(x)
    model = keras.Model(x, keras.layers.GlobalAveragePooling2D()(y))
    assert y.shape == (None, None, None, 5)
    assert model(np.zeros((2, 9, 11, 3), "float32")).shape == (2, 5)


class Net(keras.Model):
    def __init__(self, width: int = 3) -> None:
        super().__init__(name="net")
        self.hidden = keras.layers.Dense(width, "relu")
        self.drop = keras.layers.Dropout(0.5)
        self.out = keras.layers.Dense(2)

    def call(self, inputs: Any, training: Any = False) -> Any:
        return self.out(self.drop(self.hidden(inputs), training=training))


def test_subclassed_models() -> None:
    model = Net()
    assert model.weights == []
    assert model(X).shape == (6, 2)
    assert [v.path for v in model.weights][:2] == [
        "net/dense/kernel", "net/dense/bias",
    ] or model.weights[0].path.startswith("net/dense")  # fmt: skip
    assert [type(x).__name__ for x in model.layers] == ["Dense", "Dropout", "Dense"]
    built = Net()
    built.build((None, 4))
    assert built.count_params() == model.count_params() == 4 * 3 + 3 + 3 * 2 + 2


def test_a_subclass_may_be_functional() -> None:
    class Classifier(keras.Model):
        def __init__(self, classes: int) -> None:
            x = keras.Input((4,))
            super().__init__(inputs=x, outputs=keras.layers.Dense(classes)(x))
            self.classes = classes

    model = Classifier(5)
    assert model.output_shape == (None, 5)
    assert Classifier.from_config(model.get_config()).classes == 5


@pytest.mark.parametrize("kind", ["sequential", "functional"])
def test_models_from_their_configuration(kind: str) -> None:
    if kind == "sequential":
        model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2, "relu")])
    else:
        x = keras.Input((4,), name="x")
        shared = keras.layers.Dense(4, "relu")
        model = keras.Model(
            {"x": x}, [shared(shared(x)), keras.layers.Concatenate()([x, shared(x)])]
        )
    for again in (
        type(model).from_config(model.get_config()),
        keras.models.model_from_json(model.to_json()),
        keras.models.clone_model(model),
    ):
        again.set_weights(model.get_weights())
        data = X if kind == "sequential" else {"x": X}
        for a, b in zip(
            keras.tree.flatten(model(data)),
            keras.tree.flatten(again(data)),
            strict=True,
        ):
            np.testing.assert_allclose(a, b)


def test_a_deep_model_does_not_exhaust_the_stack() -> None:
    x = y = keras.Input((2,))
    for _ in range(400):
        y = keras.layers.Activation("linear")(y)
    assert len(keras.Model(x, y).layers) == 401


MISTAKES = {
    "a layer class": (
        lambda: keras.Sequential([keras.layers.Dense]),
        TypeError,
        r"(?s)A Sequential holds layers.*Dense\(\.\.\.\), an instance",
    ),
    "a function": (
        lambda: keras.Sequential([np.tanh]),
        TypeError,
        r"keras\.layers\.Lambda\(tanh\)",
    ),
    "two layers of one name": (
        lambda: keras.Sequential([keras.layers.Dense(1, name="a") for _ in "ab"]),
        ValueError,
        r"(?s)has a layer of this name already.*name='a_2'",
    ),
    "arrays as inputs of a model": (
        lambda: keras.Model(X, X),
        ValueError,
        r"A functional model's inputs are symbolic tensors",
    ),
    "an input that is missing": (
        lambda: _two_inputs(only_one=True),
        ValueError,
        r"The outputs need an input that the model is not given: 'b'",
    ),
    "too few inputs in a call": (
        lambda: _two_inputs()(X),
        ValueError,
        r"has 2 input\(s\) \(a, b\), 1 were given",
    ),
    "a name that no input has": (
        lambda: _two_inputs()({"a": X, "c": X}),
        ValueError,
        r"was not given all of its inputs.*'a', 'c'",
    ),
    "a layer that is not there": (
        lambda: _two_inputs().get_layer("subtrac"),
        ValueError,
        r"(?s)has no layer of this name.*Did you mean 'subtract",
    ),
    "a shape that is not known": (
        lambda: keras.Sequential([keras.layers.Dense(1)], name="s").output_shape,
        AttributeError,
        r"Model 's' has no output: its input is not known yet",
    ),
    "a symbolic tensor in Python's if": (
        lambda: bool(keras.Input((1,)) > 0),
        TypeError,
        r"A symbolic tensor cannot decide a Python `if`",
    ),
    "a symbolic tensor in NumPy": (
        lambda: np.asarray(keras.Input((1,))),
        ValueError,
        r"A symbolic tensor cannot become a NumPy array",
    ),
    "JSON of something else": (
        lambda: keras.models.model_from_json("{]"),
        ValueError,
        r"This text is not a model's JSON",
    ),
}


def _two_inputs(only_one: bool = False) -> Any:
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    return keras.Model([a] if only_one else [a, b], keras.layers.Subtract()([a, b]))


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_explained(mistake: Any) -> None:
    run, kind, text = mistake
    with pytest.raises(kind, match=text):
        run()
