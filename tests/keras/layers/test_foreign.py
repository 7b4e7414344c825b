"""Layers around models of other libraries: functions for JAX, modules of Flax."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, convert

X = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")


@keras.saving.register_keras_serializable(package="tests")
def init(rng: Any, inputs: Any) -> Any:
    w = jax.random.normal(rng, (inputs.shape[-1], 2))
    return {"w": w, "b": jnp.zeros(2)}


@keras.saving.register_keras_serializable(package="tests")
def call(params: Any, inputs: Any) -> Any:
    # A bare constant: with JAX's 64-bit types it would make all of it float64
    return jnp.tanh(inputs @ params["w"] + params["b"]) * jnp.ones(2)


def counting(params: Any, state: Any, rng: Any, inputs: Any, training: Any) -> Any:
    first, second = inputs
    y = first @ params + second
    if training:
        y = y + jax.random.normal(rng, y.shape)
    return {"y": y}, {"calls": state["calls"] + 1, "seen": jnp.mean(first)}


def test_a_function_as_a_layer() -> None:
    layer = keras.layers.JaxLayer(call, init, seed=1)
    y = layer(X)
    b, w = layer.get_weights()
    np.testing.assert_allclose(y, np.tanh(X @ w + b), rtol=1e-5)
    assert y.dtype == "float32"
    x = convert(X)
    with GradientTape() as tape:
        tape.watch(x)
        score = keras.ops.sum(layer(x))
    found = tape.gradient(score, [x, *layer.trainable_weights])
    sizes = {"b": b, "w": w}
    expected = jax.grad(lambda x, p: call(p, x).sum(), (0, 1))(X, sizes)
    for a, e in zip(found, [expected[0], *jax.tree.leaves(expected[1])], strict=True):
        np.testing.assert_allclose(a, e, rtol=1e-4, atol=1e-6)


def test_it_trains_and_is_saved(tmp_path: Any) -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.JaxLayer(call, init)])
    assert model.output_shape == (None, 2)
    model.compile(optimizer=keras.optimizers.Adam(0.1), loss="mse")
    history = model.fit(X, np.ones((6, 2)) / 2, epochs=20, verbose=0).history["loss"]
    assert history[-1] < history[0] / 2
    model.save(tmp_path / "model.keras")
    again = keras.models.load_model(tmp_path / "model.keras")
    np.testing.assert_allclose(again.predict(X, verbose=0), model.predict(X, verbose=0))


def test_state_randomness_and_structures() -> None:
    params = np.ones((3, 2), "float32")
    state = {"calls": np.zeros((), "int32"), "seen": np.zeros((), "float32")}
    layer = keras.layers.JaxLayer(counting, params=params, state=state, seed=1)
    inputs = (X, np.ones((6, 2), "float32"))
    quiet = layer(inputs)["y"].numpy()
    np.testing.assert_allclose(quiet, X @ params + 1, rtol=1e-5)
    first, second = (layer(inputs, training=True)["y"].numpy() for _ in range(2))
    assert not np.array_equal(first, second)
    assert [w.trainable for w in layer.weights] == [True, False, False]
    calls, seen = (w.numpy() for w in layer.non_trainable_weights)
    assert calls == 3
    np.testing.assert_allclose(seen, X.mean(), rtol=1e-5)


def test_a_module_of_flax() -> None:
    linen = pytest.importorskip("flax.linen", reason="Flax is not installed")

    class Module(linen.Module):
        @linen.compact
        def __call__(self, inputs: Any, training: bool = False) -> Any:
            x = linen.Dense(4)(inputs)
            x = linen.BatchNorm(use_running_average=not training)(x)
            return linen.Dropout(0.5, deterministic=not training)(x)

    layer = keras.layers.FlaxLayer(Module())
    model = keras.Sequential([keras.Input((3,)), layer, keras.layers.Dense(1)])
    model.compile(optimizer="adam", loss="mse")
    model.fit(X, np.ones((6, 1)), epochs=2, verbose=0)
    assert len(layer.trainable_weights) == 4
    assert len(layer.non_trainable_weights) == 2


@pytest.mark.parametrize(
    "make, error, message",
    [
        (lambda L: L.JaxLayer(call), ValueError, "how the parameters start"),
        (lambda L: L.JaxLayer(lambda x: x, init), ValueError, "with these names"),
        (lambda L: L.JaxLayer(call, lambda x: x), ValueError, "with these names: rng"),
        (lambda L: L.TorchModuleWrapper(3), NotImplementedError, "a PyTorch module"),
        (lambda L: L.TFSMLayer("model"), NotImplementedError, "TensorFlow SavedModel"),
    ],
)
def test_mistakes_are_explained(make: Any, error: Any, message: str) -> None:
    with pytest.raises(error, match=message) as info:
        make(keras.layers)
    assert "Received: " in str(info.value)
