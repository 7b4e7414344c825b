"""Files that were written once load for ever, and say what they said then."""

from pathlib import Path

import numpy as np
import pytest

from addax import keras

FOLDER = Path(__file__).parent
X = np.linspace(-1, 1, 12).reshape(4, 3).astype("float32")
WEIGHTS = [
    np.arange(6, dtype="float32").reshape(3, 2) / 8,
    np.array([0.5, -0.5], "float32"),
    np.array([[1.0], [2.0]], "float32"),
    np.array([0.25], "float32"),
]
EXPECTED = np.maximum(X @ WEIGHTS[0] + WEIGHTS[1], 0) @ WEIGHTS[2] + WEIGHTS[3]


def model():
    """The model in all files; they were compiled and made one step that changed nothing
    but the optimizer's counter."""
    x = keras.Input((3,), name="x")
    y = keras.layers.Dense(2, activation="relu", name="hidden")(x)
    made = keras.Model(x, keras.layers.Dense(1, name="out")(y), name="golden")
    made.compile(keras.optimizers.SGD(0.125, momentum=0.5), "mean_squared_error")
    return made


def files(*endings):
    return sorted(
        each.name for each in FOLDER.iterdir() if each.name.endswith(tuple(endings))
    )


def test_there_are_files_of_each_format():
    for writer in ("keras_3_15", "addax_0"):
        for ending in (".keras", ".weights.h5", ".h5"):
            assert (FOLDER / f"{writer}{ending}").exists()


@pytest.mark.parametrize("name", [n for n in files(".keras", ".h5") if ".w" not in n])
def test_models(name):
    loaded = keras.models.load_model(FOLDER / name)
    np.testing.assert_allclose(loaded(X).numpy(), EXPECTED, rtol=1e-6)
    assert loaded.name == "golden"
    assert [layer.name for layer in loaded.layers] == ["x", "hidden", "out"]
    assert int(loaded.optimizer.iterations) == 1
    assert float(loaded.optimizer.learning_rate) == 0.125
    assert loaded.optimizer.momentum == 0.5


@pytest.mark.parametrize("name", files(".keras", ".h5"))
def test_weights(name):
    fresh = model()
    fresh.load_weights(FOLDER / name)
    for a, b in zip(fresh.get_weights(), WEIGHTS, strict=True):
        np.testing.assert_array_equal(a, b)
    if not name.endswith(".h5") or ".weights" in name:
        assert int(fresh.optimizer.iterations) == 1
