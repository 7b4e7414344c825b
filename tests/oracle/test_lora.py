"""LoRA against the real Keras: weights, numbers, gradients of the right ones, files."""

from __future__ import annotations

from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape
from tests.oracle.layer_cases import plain, same_weights

FLOATS, WORDS = np.ones((2, 5, 4), "float32"), np.array([[1, 2, 0]])
CASES = [
    ("Dense(3)", FLOATS),
    ("EinsumDense('abc,cde->abde', (None, 2, 3), bias_axes='de')", FLOATS),
    ("Conv1D(4, 2, groups=2)", FLOATS),
    ("Embedding(7, 3)", WORDS),
    ("ReversibleEmbedding(7, 3, tie_weights=False)", WORDS),
]


def _pair(code: str, x: Any) -> tuple[Any, Any]:
    pair = []
    for module in (keras, oracle):
        layer = eval(f"keras.layers.{code}", {"keras": module})
        layer.build(x.shape)
        layer.enable_lora(2, lora_alpha=3)
        pair.append(layer)
    ours, theirs = pair
    same_weights(ours, theirs, np.random.default_rng(0))
    return ours, theirs


@pytest.mark.parametrize("code, x", CASES, ids=[code for code, _ in CASES])
def test_adapted_layers(code: str, x: Any) -> None:
    ours, theirs = _pair(code, x)
    assert plain(ours.get_config()) == plain(theirs.get_config())
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-5, atol=1e-6)
    full = [getattr(layer, ours.adapted) for layer in (ours, theirs)]
    np.testing.assert_allclose(*full, rtol=1e-5)
    stores: list[dict[str, Any]] = [{}, {}]
    for layer, store in zip((ours, theirs), stores, strict=True):
        layer.save_own_variables(store)
    assert list(stores[0]) == list(stores[1])
    for key, value in stores[0].items():
        np.testing.assert_allclose(value, stores[1][key], rtol=1e-5)
    fresh = type(ours).from_config(ours.get_config())
    fresh.build(x.shape)
    assert fresh.lora_enabled
    fresh.load_own_variables(stores[1])
    np.testing.assert_allclose(fresh(x), theirs(x), rtol=1e-5, atol=1e-6)


def test_gradients_reach_the_thin_matrices_only() -> None:
    layer, _ = _pair("Dense(3, use_bias=False)", FLOATS)
    layer.trainable = False
    layer.trainable = True
    names = [w.name for w in layer.trainable_weights]
    assert names == ["lora_kernel_a", "lora_kernel_b"]
    with GradientTape() as tape:
        y = keras.ops.sum(layer(FLOATS) ** 2)
    for gradient in tape.gradient(y, layer.trainable_weights):
        assert np.abs(gradient.numpy()).max() > 0


@pytest.mark.parametrize("writer, reader", [(keras, oracle), (oracle, keras)])
def test_files_with_adapted_layers(writer: Any, reader: Any, tmp_path: Any) -> None:
    layers = writer.layers
    model = writer.Sequential([writer.Input((5, 4)), layers.Conv1D(3, 2)])
    model.add(layers.Dense(2, lora_rank=2))
    model.layers[0].enable_lora(1)
    x, y = FLOATS, np.zeros((2, 4, 2), "float32")
    model.compile(optimizer="sgd", loss="mse")
    model.fit(x, y, epochs=2, verbose=0)
    model.save(tmp_path / "model.keras")
    again = reader.models.load_model(tmp_path / "model.keras")
    assert [layer.lora_rank for layer in again.layers] == [1, 2]
    found, expected = again.predict(x, verbose=0), model.predict(x, verbose=0)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda L: L.Dense(3).enable_lora(2), "no kernel to adapt yet"),
        (lambda L: L.Dense(3, lora_rank=-1).build((1, 2)), "`rank` must be a positive"),
        (
            lambda L: L.Dense(3, lora_rank=2, kernel_constraint="max_norm").build(
                (1, 2)
            ),
            "with a constraint cannot be adapted",
        ),
    ],
)
def test_mistakes_are_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        make(keras.layers)
    assert "Received: " in str(error.value)
