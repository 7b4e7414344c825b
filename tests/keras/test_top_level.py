"""The top-level names: scopes, operations, rematerialization, configurations."""

from __future__ import annotations

import copy
from typing import Any

import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, convert, function

X = np.random.default_rng(0).normal(size=(4, 3)).astype("float32")


def test_operations_and_functions() -> None:
    class Split(keras.Operation):
        def __init__(self, by: float, name: str | None = None) -> None:
            super().__init__(name)
            self.by = by

        def call(self, x: Any) -> Any:
            return x / self.by, x * self.by

    operation = Split(2.0)
    assert operation.name == "split"
    x = keras.Input((3,))
    half, twice = operation(x)
    assert operation.input is x
    assert isinstance(keras.layers.Dense(1), keras.Operation)
    assert Split.from_config(operation.get_config()).by == 2.0
    made = keras.Function(x, {"sum": half + twice})
    np.testing.assert_allclose(made(X)["sum"], 2.5 * X)
    by_hand = keras.KerasTensor((None, 3))
    again = keras.Function([by_hand], keras.ops.tanh(by_hand))
    np.testing.assert_allclose(again([X]), np.tanh(X), rtol=1e-6)
    assert [o.op.name for o in again.operations[1:]] == ["tanh"]
    with pytest.raises(ValueError, match="has 1 inputs"):
        made([X, X])


def test_scopes() -> None:
    dense = keras.layers.Dense(2)
    dense.build((None, 3))
    given = [(dense.kernel, np.ones((3, 2))), (dense.bias, np.ones(2))]
    with keras.StatelessScope(given) as scope:
        inside = dense(X)
        dense.bias.assign([3.0, 3.0])
    expected = np.tile(X.sum(1, keepdims=True) + 1, 2)
    np.testing.assert_allclose(inside, expected, rtol=1e-5)
    assert scope.get_current_value(dense.bias).numpy().tolist() == [3.0, 3.0]
    assert dense.bias.numpy().tolist() == [0.0, 0.0]
    with pytest.raises(ValueError, match="has shape"):
        keras.StatelessScope([(dense.bias, np.ones(3))])
    with keras.name_scope("outer"), keras.name_scope("in", override_parent="a/b"):
        assert keras.Variable(0.0, name="v").path == "a/b/in/v"
    with keras.SymbolicScope(), keras.device("cpu:0"):
        assert keras.ops.ones(2).shape == (2,)
    assert keras.version() == keras.__version__


@pytest.mark.parametrize("compiled", [False, True])
def test_rematerialized_gradients_are_the_same(compiled: bool) -> None:
    with keras.RematScope("list_of_layers", layer_names=["again"]):
        again = keras.layers.Dense(3, "tanh", name="again")
    plain = keras.layers.Dense(3, "tanh")
    for layer in (again, plain):
        layer.build((None, 3))
    plain.set_weights(again.get_weights())

    def gradients(layer: Any) -> Any:
        def run(x: Any) -> Any:
            with GradientTape() as tape:
                tape.watch(x)
                y = keras.ops.sum(layer(layer(x)) ** 2)
            return tape.gradient(y, [x, *layer.trainable_weights])

        return (function(run) if compiled else run)(convert(X))

    for a, b in zip(gradients(again), gradients(plain), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-5, atol=1e-6)


def test_rematerialized_layers_keep_their_state_and_train() -> None:
    x, y = np.random.default_rng(1).normal(size=(2, 16, 4)).astype("float32")
    histories = []
    for mode in ("full", "larger_than", None):
        keras.utils.set_random_seed(1)
        with keras.RematScope(mode, output_size_threshold=10):
            layers = [
                keras.layers.Dense(8, "relu"),
                keras.layers.BatchNormalization(),
                keras.layers.Dropout(0.5, seed=2),
                keras.layers.Dense(4),
            ]
        model = keras.Sequential([keras.Input((4,)), *layers])
        model.compile(optimizer="sgd", loss="mse")
        histories.append(model.fit(x, y, epochs=3, verbose=0).history["loss"])
    for other in histories[:2]:
        np.testing.assert_allclose(other, histories[2], rtol=1e-5)


def test_a_function_that_computes_again() -> None:
    scale = convert(3.0)

    @keras.remat
    def deep(x: Any, times: int = 2) -> Any:
        for _ in range(times):
            x = keras.ops.sin(x) * scale
        return x

    with GradientTape() as tape:
        tape.watch([scale])
        y = keras.ops.sum(deep(X, times=3))
    with GradientTape() as other:
        other.watch([scale])
        expected = keras.ops.sum(deep.__wrapped__(X, times=3))  # type: ignore
    np.testing.assert_allclose(y, expected, rtol=1e-6)
    found, wanted = tape.gradient(y, scale), other.gradient(expected, scale)
    np.testing.assert_allclose(found, wanted, rtol=1e-5)
    with pytest.raises(ValueError, match="Did you mean 'full'"):
        keras.RematScope("ful")


def test_config() -> None:
    config = keras.utils.Config(rate=0.1)
    config.steps = 3
    config["name"] = "a"
    assert dict(config) == config.as_dict() == {"rate": 0.1, "steps": 3, "name": "a"}
    assert copy.deepcopy(config) == config
    config.freeze()
    with pytest.raises(ValueError, match="The config is frozen"):
        config.steps = 4
    with pytest.raises(AttributeError, match="Did you mean 'steps'"):
        config.step  # noqa: B018
    config.unfreeze()
    del config.steps
    assert "steps" not in config


def test_descriptions_of_keras_2() -> None:
    legacy = keras.legacy.saving
    dense = keras.layers.Dense(2, activation="relu")
    described = legacy.serialize_keras_object(dense)
    assert described["class_name"] == "Dense"
    again = legacy.deserialize_keras_object(described)
    assert again.get_config() == dense.get_config()
    table = {"Dense": keras.layers.Dense, "relu": keras.activations.relu}
    assert legacy.deserialize_keras_object("relu", table) is keras.activations.relu
    made = legacy.deserialize_keras_object(
        {"class_name": "Dense", "config": {"units": 3}}, module_objects=table
    )
    assert made.units == 3
    with pytest.raises(ValueError, match="There is no such activation"):
        legacy.deserialize_keras_object(
            "rel", table, printable_module_name="activation"
        )
