"""Masks through layers, eagerly and in functional graphs, against the real Keras."""

from __future__ import annotations

import warnings
from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras

WORDS = np.array([[3, 1, 4, 0, 0, 0], [2, 7, 1, 8, 2, 0]])


def _layers(k: Any) -> dict[str, Any]:
    layer = k.layers.Layer

    class Halves(layer):
        def call(self, x):
            return k.ops.split(x, 2, axis=1)

        def compute_mask(self, inputs, mask=None):
            return None if mask is None else k.ops.split(mask, 2, axis=1)

    class Needs(layer):
        def __init__(self):
            super().__init__()
            self.supports_masking = True

        def call(self, x, mask=None):
            return x * k.ops.cast(k.ops.expand_dims(mask, -1), "float32")

    class Plain(layer):
        def call(self, x):
            return x * 2

    return {
        "halves": Halves,
        "needs": Needs,
        "plain": Plain,
        "dense": lambda: k.layers.Dense(2),
        "flatten": k.layers.Flatten,
        "conv": lambda: k.layers.Conv1D(2, 2),
        "pool": k.layers.GlobalAveragePooling1D,
        "lstm": lambda: k.layers.LSTM(2, return_sequences=True),
        "drop": lambda: k.layers.Dropout(0.5),
    }


def _seen(k: Any, name: str, symbolic: bool) -> tuple[Any, bool]:
    """The masks behind a layer, and whether it warned."""
    words = k.Input((6,), dtype="int32") if symbolic else WORDS
    x = k.layers.Embedding(10, 4, mask_zero=True)(words)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        out = _layers(k)[name]()(x)
    outs = out if isinstance(out, (list, tuple)) else [out]
    masks = [getattr(o, "_keras_mask", None) for o in outs]
    if symbolic:
        return [None if m is None else tuple(m.shape) for m in masks], bool(caught)
    return [None if m is None else np.asarray(m).tolist() for m in masks], bool(caught)


@pytest.mark.parametrize("symbolic", [False, True])
@pytest.mark.parametrize("name", list(_layers(keras)))
def test_a_mask_goes_as_far_as_in_keras(name: str, symbolic: bool) -> None:
    assert _seen(keras, name, symbolic) == _seen(oracle, name, symbolic)


def test_where_a_mask_ends_is_said() -> None:
    x = keras.layers.Embedding(10, 4, mask_zero=True)(WORDS)
    with pytest.warns(UserWarning, match=r"'flat' \(Flatten\) does not support mask"):
        keras.layers.Flatten(name="flat")(x)


def test_a_graph_gets_its_masks_when_it_runs() -> None:
    words = keras.Input((6,), dtype="int32")
    x = keras.layers.Embedding(10, 4, mask_zero=True)(words)
    model = keras.Model(words, _layers(keras)["needs"]()(x))
    out = model(WORDS).numpy()
    np.testing.assert_array_equal(out.any(-1), WORDS != 0)
    assert "mask" not in str(model.get_config()["layers"][-1]["inbound_nodes"])
