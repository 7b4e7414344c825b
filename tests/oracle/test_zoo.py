"""A zoo: saved by either library, loaded by the other, trained alike by both."""

from __future__ import annotations

from typing import Any

import keras as real
import numpy as np
import pytest

from addax import keras
from tests.oracle import zoo_models

# Sixteen bits: one rounding of another order shows.
TOLERANCES = {"bfloat16": 2e-2, "float16": 2e-3}
# Layouts of older versions, which know no models of a user's own class.
LEGACY = ("classifier", "cnn", "lstm", "nested", "dicts", "shared_layers", "averaged")


def train(model: Any, entry: zoo_models.Entry) -> list[float]:
    """The losses of three steps."""
    forget(model)
    history = model.fit(
        entry.x, entry.y, batch_size=8, epochs=3, verbose=0, shuffle=False
    )
    return history.history["loss"]


def forget(*models: Any) -> None:
    """Empties the states that former batches left."""
    for layer in (layer for model in models for layer in model.layers):
        if getattr(layer, "stateful", False):
            layer.reset_state()


def flat(outputs: Any) -> list[Any]:
    if isinstance(outputs, dict):
        return [outputs[name] for name in sorted(outputs)]
    return outputs if isinstance(outputs, list) else [outputs]


def assert_alike(a: Any, b: Any, x: Any, tolerance: float) -> None:
    forget(a, b)
    for ours, theirs in zip(
        flat(a.predict_on_batch(x)), flat(b.predict_on_batch(x)), strict=True
    ):
        np.testing.assert_allclose(ours, theirs, rtol=tolerance, atol=tolerance)


def read(k: Any, path: Any, entry: zoo_models.Entry) -> Any:
    return k.models.load_model(path, custom_objects=entry.custom(k))


def names() -> list[Any]:
    slow = {"activations", "attention", "bidirectional", "cells", "gru"}
    marks = {True: pytest.mark.slow, False: ()}
    return [pytest.param(n, marks=marks[n in slow]) for n in zoo_models.ZOO]


@pytest.mark.parametrize("name", names())
def test_zoo(name: str, tmp_path: Any) -> None:
    entry, tolerance = zoo_models.ZOO[name], TOLERANCES.get(name, 1e-5)
    # Batch statistics and attention add up in another order.
    loose = max(tolerance, 1e-4)
    theirs = entry.make(real)
    theirs.compile(**entry.options(real))
    theirs.save(tmp_path / "theirs.keras")

    ours = read(keras, tmp_path / "theirs.keras", entry)
    assert_alike(ours, theirs, entry.x, tolerance)
    found, expected = train(ours, entry), train(theirs, entry)
    # Keras on JAX forgets the states of a training step.
    steps = 1 if name == "stateful" else 3
    np.testing.assert_allclose(found[:steps], expected[:steps], rtol=loose)
    assert [w.shape for w in ours.weights] == [w.shape for w in theirs.weights]

    ours.save(tmp_path / "ours.keras")
    back = read(real, tmp_path / "ours.keras", entry)
    assert_alike(ours, back, entry.x, tolerance)
    for a, b in zip(ours.optimizer.variables, back.optimizer.variables, strict=True):
        np.testing.assert_array_equal(a.numpy(), np.asarray(b.value))

    # Weights alone, into the model that the other library trained.
    ours.save_weights(tmp_path / "w.weights.h5")
    theirs.load_weights(tmp_path / "w.weights.h5")
    assert_alike(ours, theirs, entry.x, tolerance)
    if name in LEGACY:
        ours.save(tmp_path / "ours.h5")
        # Keras cannot find a loss by name in these files.
        back = real.models.load_model(tmp_path / "ours.h5", compile=False)
        assert_alike(ours, back, entry.x, tolerance)
        theirs.save(tmp_path / "theirs.h5")
        again = read(keras, tmp_path / "theirs.h5", entry)
        assert_alike(again, theirs, entry.x, tolerance)


def test_there_are_enough() -> None:
    assert len(zoo_models.ZOO) >= 30
