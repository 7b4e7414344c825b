"""Files looked into, changed, and loaded by the models that they were changed for."""

import numpy as np
import pytest

from addax import keras


def network(*names):
    layers = [keras.layers.Dense(3, name=name) for name in names]
    return keras.Sequential([keras.Input((3,)), *layers])


@pytest.fixture
def path(tmp_path):
    network("a", "b").save_weights(tmp_path / "m.weights.h5")
    return tmp_path / "m.weights.h5"


@pytest.fixture
def editor(path):
    return keras.saving.KerasFileEditor(path)


def test_a_layer_more(editor, path):
    bigger = network("a", "b", "c")
    new = [np.eye(3, dtype="float32"), np.ones(3, "float32")]
    editor.add_object("layers/dense_2", dict(zip("01", new, strict=True)))
    assert editor.compare(bigger)["status"] == "success"
    editor.save(path)
    bigger.load_weights(path)
    for a, b in zip(bigger.layers[2].get_weights(), new, strict=True):
        np.testing.assert_array_equal(a, b)


def test_a_layer_less(editor, path):
    editor.delete_object("dense")
    editor.rename_object("dense_1", "dense")
    first = editor.weights_dict["layers"]["dense"]["0"]
    editor.resave_weights(path)
    smaller = network("b")
    smaller.load_weights(path)
    np.testing.assert_array_equal(smaller.layers[0].kernel.numpy(), first)


def test_weights_of_an_object(editor, capsys):
    editor.add_weights("layers/dense", {"9": np.zeros(2)})
    editor.delete_weight("layers/dense", "1")
    editor.summary()
    assert capsys.readouterr().out.startswith(
        "layers/dense\n  0: shape=(3, 3), dtype=float32\n  9: shape=(2,), dtype=float64"
    )


def test_differences(editor, capsys):
    other = keras.Sequential([keras.Input((3,)), keras.layers.Dense(4)])
    found = editor.compare(other)
    assert found == {"status": "error", "error_count": 3, "match_count": 0}
    out = capsys.readouterr().out
    assert "layers/dense/0: the model has (3, 4), the file (3, 3)" in out
    assert "layers/dense_1: the file has it, the model does not" in out


def test_whole_models(tmp_path):
    network("a").save(tmp_path / "m.keras")
    editor = keras.saving.KerasFileEditor(tmp_path / "m.keras")
    assert editor.metadata["keras_version"]
    assert editor.config["class_name"] == "Sequential"
    assert list(editor.weights_dict["layers"]) == ["dense"]


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda e: e.delete_object("dnse"), r"No such object(.|\n)*Did you mean"),
        (lambda e: e.delete_weight("dense", "7"), r"no such weight(.|\n)*are: 0, 1"),
        (lambda e: e.add_object("layers/dense", {}), "at this path already"),
        (lambda e: e.rename_object("dense", "dense_1"), "no other object beside it"),
        (lambda e: e.rename_object("dense", "x/y"), "no other object beside it"),
        (lambda e: e.save("x.h5"), r"ends with `\.weights\.h5`"),
        (lambda e: keras.saving.KerasFileEditor("x.txt"), "A file to edit ends with"),
    ],
)
def test_mistakes(editor, call, text):
    with pytest.raises(ValueError, match=text):
        call(editor)
