"""Recurrent layers against the real Keras: masks, states, training."""

from __future__ import annotations

from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, convert, function

X = np.random.default_rng(0).normal(size=(3, 6, 4)).astype("float32")
MASK = np.array([
    [True, True, True, False, False, False],
    [False, True, False, True, True, False],
    [False, False, True, True, True, True],
])  # fmt: skip
LAYERS = [
    "LSTM(3)",
    "GRU(3)",
    "GRU(3, reset_after=False)",
    "SimpleRNN(3)",
    "RNN([module.layers.LSTMCell(3), module.layers.SimpleRNNCell(2)])",
]


def _make(code: str, **options: Any) -> tuple[Any, Any]:
    """The same layer in both, with the same weights."""
    pair = []
    for module in (keras, oracle):
        layer = eval(f"module.layers.{code}", {"module": module})
        config = layer.get_config() | options
        layer = type(layer).from_config(config)
        layer.build(X.shape)
        pair.append(layer)
    ours, theirs = pair
    ours.set_weights([np.asarray(w) for w in theirs.get_weights()])
    return ours, theirs


def _close(found: Any, expected: Any) -> None:
    assert isinstance(found, (list, tuple)) == isinstance(expected, (list, tuple))
    if isinstance(found, (list, tuple)):
        assert len(found) == len(expected)
        for a, b in zip(found, expected, strict=True):
            _close(a, b)
        return
    np.testing.assert_allclose(np.asarray(found), np.asarray(expected), atol=1e-5)


PLAIN: dict[str, Any] = {}
RICH = {"return_sequences": True, "go_backwards": True, "return_state": True}
ZERO = {"return_sequences": True, "zero_output_for_mask": True}
UNROLLED = {"return_state": True, "unroll": True}


@pytest.mark.parametrize(
    "code, options",
    [
        *((code, options) for code in LAYERS for options in (PLAIN, RICH)),
        *((LAYERS[0], options) for options in (ZERO, UNROLLED)),
        (LAYERS[-1], ZERO),
    ],
    ids=str,
)
def test_masks_and_states(code: str, options: dict[str, Any]) -> None:
    ours, theirs = _make(code, **options)
    expected = theirs(X, mask=MASK)
    _close(ours(X, mask=MASK), expected)
    _close(function(lambda x: ours(x, mask=MASK))(convert(X)), expected)


@pytest.mark.parametrize("code", LAYERS[:4])
def test_states_from_outside(code: str) -> None:
    ours, theirs = _make(code, return_state=True)
    rng = np.random.default_rng(1)
    states = [rng.normal(size=(3, 3)).astype("float32") for _ in ours.state_sizes]
    _close(ours(X, initial_state=states), theirs(X, initial_state=states))
    inputs = keras.Input(X.shape[1:]), *(keras.Input((3,)) for _ in states)
    model = keras.Model(inputs, ours(inputs[0], initial_state=list(inputs[1:])))
    _close(list(model([X, *states])), list(theirs(X, initial_state=states)))


@pytest.mark.parametrize("code", LAYERS)
def test_stateful_layers_go_on_where_they_stopped(code: str) -> None:
    if code.startswith("RNN"):
        code = "RNN(module.layers.LSTMCell(3))"
    ours, theirs = _make(code, stateful=True)
    for _ in range(2):
        _close(ours(X), theirs(X))
    ours.reset_states()
    theirs.reset_state()
    _close(ours(X), theirs(X))
    assert all("rnn_state" not in w.path for w in ours.weights)


def test_stateful_layers_need_the_batch_size() -> None:
    layer = keras.layers.LSTM(2, stateful=True)
    with pytest.raises(ValueError, match="for how many samples"):
        layer(keras.Input((None, 3)))


@pytest.mark.parametrize("merge", ["concat", "sum", "mul", "ave", None])
def test_both_directions_with_states(merge: str | None) -> None:
    pair = []
    for module in (keras, oracle):
        inner = module.layers.LSTM(3, return_sequences=True, return_state=True)
        layer = module.layers.Bidirectional(inner, merge_mode=merge)
        layer.build(X.shape)
        pair.append(layer)
    ours, theirs = pair
    ours.set_weights([np.asarray(w) for w in theirs.get_weights()])
    _close(list(ours(X, mask=MASK)), list(theirs(X, mask=MASK)))
    again = keras.layers.deserialize(keras.layers.serialize(ours))
    assert again.forward_layer.name == ours.forward_layer.name
    assert again.backward_layer.go_backwards


@pytest.mark.parametrize("code", [*LAYERS, "RNN(Own(3))"])
def test_gradients_eagerly_and_compiled(code: str) -> None:
    class Own(keras.layers.Layer):
        """A cell as users write them."""

        def __init__(self, units: int) -> None:
            super().__init__()
            self.units = self.state_size = units

        def build(self, input_shape: Any) -> None:
            self.kernel = self.add_weight(shape=(input_shape[-1], self.units))
            self.inner = self.add_weight(shape=(self.units, self.units))

        def call(self, inputs: Any, states: Any) -> Any:
            h = keras.ops.tanh(inputs @ self.kernel + states[0] @ self.inner)
            return h, [h]

    layer = eval(f"module.layers.{code}", {"module": keras, "Own": Own}) if (
        "Own" not in code
    ) else keras.layers.RNN(Own(3))  # fmt: skip
    layer.build(X.shape)

    def gradients(x: Any) -> Any:
        with GradientTape() as tape:
            tape.watch(x)
            y = keras.ops.sum(layer(x, mask=MASK) ** 2)
        return tape.gradient(y, [x, *layer.trainable_variables])

    eager, compiled = gradients(convert(X)), function(gradients)(convert(X))
    for a, b in zip(eager, compiled, strict=True):
        assert np.abs(a.numpy()).max() > 0
        np.testing.assert_allclose(a.numpy(), b.numpy(), rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize("code", LAYERS)
def test_dropout_changes_with_each_call_and_only_in_training(code: str) -> None:
    layer = eval(f"module.layers.{code}", {"module": keras})
    for cell in getattr(layer.cell, "cells", [layer.cell]):
        cell.dropout, cell.recurrent_dropout = 0.5, 0.3
    quiet = layer(X).numpy()
    np.testing.assert_array_equal(layer(X).numpy(), quiet)
    first, second = (layer(X, training=True).numpy() for _ in range(2))
    assert not np.array_equal(first, quiet)
    assert not np.array_equal(first, second)
    run = function(lambda x: layer(x, training=True))
    assert not np.array_equal(run(convert(X)).numpy(), run(convert(X)).numpy())


def test_training_follows_keras() -> None:
    rng = np.random.default_rng(2)
    x, y = rng.integers(1, 20, (64, 7)), rng.integers(0, 2, 64).astype("float32")
    x[:, 5:] *= rng.integers(0, 2, (64, 1))
    losses, weights = [], None
    for module in (oracle, keras):
        layers = module.layers
        model = module.Sequential(
            [
                module.Input((7,), dtype="int32"),
                layers.Embedding(20, 4, mask_zero=True),
                layers.Bidirectional(layers.LSTM(5, return_sequences=True)),
                layers.GRU(4),
                layers.Dense(1, activation="sigmoid"),
            ]
        )
        if weights is None:
            weights = [np.asarray(w) for w in model.get_weights()]
        model.set_weights(weights)
        model.compile(
            optimizer=module.optimizers.Adam(0.01), loss="binary_crossentropy"
        )
        fit = model.fit(x, y, epochs=3, batch_size=16, shuffle=False, verbose=0)
        losses.append(fit.history["loss"])
    np.testing.assert_allclose(losses[0], losses[1], rtol=1e-4)


def test_time_distributed_masks_and_names() -> None:
    layer = keras.layers.TimeDistributed(keras.layers.Dense(2))
    embedded = keras.layers.Embedding(5, 3, mask_zero=True)(np.array([[1, 0, 2]]))
    assert layer(embedded)._keras_mask.numpy().tolist() == [[True, False, True]]
    with pytest.raises(ValueError, match="TimeDistributed wraps a layer"):
        keras.layers.TimeDistributed(lambda x: x)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda L: L.Bidirectional(L.Dense(2)), "needs a recurrent layer"),
        (lambda L: L.Bidirectional(L.LSTM(2), merge_mode="add"), "`merge_mode` is"),
        (
            lambda L: L.Bidirectional(L.LSTM(2), backward_layer=L.LSTM(2)),
            "run in different directions",
        ),
        (lambda L: L.RNN(3), "A cell needs 'call'"),
        (lambda L: L.StackedRNNCells([3]), "A cell needs 'call' and 'state_size'"),
        (lambda L: L.LSTM(0), "`units` must be a positive"),
        (lambda L: L.GRU(2, dropout=2.0), "`dropout` is a part"),
        (lambda L: L.LSTM(2)(np.zeros((3, 4), "float32")), "expected 3 axes, found 2"),
    ],
)
def test_mistakes_are_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        make(keras.layers)
    assert "Received: " in str(error.value)
