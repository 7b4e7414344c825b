"""Layers on text and categories: data of every kind, files, models, errors.

(What TensorFlow makes of single inputs is compared in `tests/oracle`.)
"""

from __future__ import annotations

import json
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from addax import keras, tf

TEXTS = ["The cat sat.", "The cat!", "A dog"]
WORDS = ["[UNK]", "the", "cat", "sat", "dog", "a"]
L = keras.layers


def text_data(kind: str) -> Any:
    if kind == "array":
        return np.array(TEXTS)
    if kind == "column":
        return tf.constant(TEXTS)[:, None]
    if kind == "generator":
        return (np.array([text]) for text in TEXTS)
    data = tf.data.Dataset.from_tensor_slices(TEXTS)
    return data if kind == "dataset" else data.batch(2)


@pytest.mark.parametrize(
    "kind", ["list", "array", "column", "generator", "dataset", "batches"]
)
def test_texts_of_every_kind_teach_the_same(kind: str) -> None:
    layer = L.TextVectorization()
    layer.adapt(TEXTS if kind == "list" else text_data(kind))
    assert layer.get_vocabulary() == ["", *WORDS]
    assert layer.vocabulary_size() == 7


def test_adapting_again_forgets() -> None:
    layer = L.StringLookup()
    layer.adapt(["a", "b"])
    layer.adapt(["c"])
    assert layer.get_vocabulary() == ["[UNK]", "c"]


def test_batches_give_the_statistics_of_the_whole() -> None:
    x = np.random.default_rng(0).normal(5, 3, (64, 3)).astype("float32")
    whole, parts = L.Normalization(), L.Normalization()
    whole.adapt(x)
    parts.adapt(tf.data.Dataset.from_tensor_slices(x).batch(10))
    np.testing.assert_allclose(parts.mean, whole.mean, rtol=1e-6)
    np.testing.assert_allclose(parts.variance, x.var(0)[None], rtol=1e-5)
    np.testing.assert_allclose(whole(x), (x - x.mean(0)) / x.std(0), atol=1e-5)


def test_own_functions_standardise_and_split() -> None:
    layer = L.TextVectorization(
        standardize=lambda x: tf.strings.regex_replace(x, "<br/>", " "),
        split=lambda x: tf.strings.split(x, "-"),
    )
    layer.adapt(["a-b<br/>c-b"])
    assert layer.get_vocabulary() == ["", "[UNK]", "b c", "b", "a"]
    inputs = keras.Input((), dtype="string")
    model = keras.Model(inputs, layer(inputs))
    assert model(tf.constant(["b-x-a", "a"])).numpy().tolist() == [[3, 1, 4], [4, 0, 0]]


def mixed_model() -> Any:
    text, number = keras.Input((1,), dtype="string"), keras.Input((2,))
    whole = keras.Input((2,), dtype="int64")
    made = {
        "tf-idf": L.TextVectorization(output_mode="tf_idf"),
        "text": L.TextVectorization(output_sequence_length=4),
        "string": L.StringLookup(num_oov_indices=2, mask_token=""),
        "lines": L.TextVectorization(split="character"),
        "given": L.StringLookup(vocabulary=["cat", "dog"], output_mode="multi_hot"),
    }
    for name in ("tf-idf", "text", "string", "lines"):
        made[name].adapt(["the cat\n", "cat", "a"])
    integers, bins = L.IntegerLookup(output_mode="count"), L.Discretization(num_bins=3)
    integers.adapt([3, 3, 7])
    bins.adapt(np.arange(9.0))
    normal = L.Normalization()
    normal.adapt(np.array([[1.0, 2.0], [3.0, 6.0]]))
    outputs = [layer(text) for layer in made.values()]
    outputs += [integers(whole), bins(number), normal(number)]
    outputs += [L.Hashing(5)(text), L.HashedCrossing(9)((text, text))]
    return keras.Model([text, number, whole], outputs)


INPUTS = (
    tf.constant([["cat"], ["a the"], [""]]),
    tf.constant([[1.0, 2.0], [3.0, 4.0], [8.0, 9.0]]),
    tf.constant([[3, 7], [1, 3], [7, 7]]),
)


def test_models_with_such_layers_are_saved_and_loaded(tmp_path: Path) -> None:
    model = mixed_model()
    path = tmp_path / "model.keras"
    model.save(path)
    loaded = keras.models.load_model(path)
    for got, expected in zip(loaded(list(INPUTS)), model(list(INPUTS)), strict=True):
        np.testing.assert_array_equal(got, expected)
    with zipfile.ZipFile(path) as archive:
        names = archive.namelist()
        lines = archive.read("assets/layers/string_lookup/vocabulary.txt")
        config = json.loads(archive.read("config.json"))["config"]["layers"]
    assert lines.startswith(b"\n[UNK]\n[UNK]\n")
    assert "assets/layers/text_vectorization/_lookup_layer/vocabulary.txt" in names
    given = next(c for c in config if c["config"].get("vocabulary") == ["cat", "dog"])
    assert given["config"]["vocabulary_size"] == 3


def test_predicting_compiles_what_is_numbers() -> None:
    model = mixed_model()
    found = model.predict([np.asarray(x) for x in INPUTS], verbose=0)
    for got, expected in zip(found, model(list(INPUTS)), strict=True):
        np.testing.assert_allclose(got, expected, rtol=1e-6)


def test_numbers_are_looked_up_inside_compiled_functions() -> None:
    layer = L.IntegerLookup(vocabulary=[10, 20], num_oov_indices=2)
    lookup = tf.function(lambda x: layer(x) * 10)
    assert lookup(tf.constant([20, 5, 10])).numpy().tolist() == [30, 10, 20]
    hashed = tf.function(L.Hashing(7))
    numbers = tf.constant([1, 2, 3])
    np.testing.assert_array_equal(hashed(numbers), L.Hashing(7)(numbers))


def test_layers_work_in_datasets() -> None:
    layer = L.TextVectorization(output_sequence_length=2, vocabulary=["a", "b"])
    data = tf.data.Dataset.from_tensor_slices(["a b", "c"]).map(layer)
    assert [x.numpy().tolist() for x in data] == [[2, 3], [1, 0]]


def test_ragged_words_are_looked_up() -> None:
    layer = L.StringLookup(vocabulary=["a", "b"])
    words = tf.ragged.constant([["a"], ["c", "b"]])
    assert layer(words).to_list() == [[1], [0, 2]]


def test_sparse_rows_hold_what_dense_ones_do() -> None:
    for made in (
        lambda **k: L.CategoryEncoding(4, output_mode="count", **k)([[1, 1], [0, 3]]),
        lambda **k: L.StringLookup(vocabulary=["a"], output_mode="multi_hot", **k)(
            [["a", "b"], ["a", "a"]]
        ),
    ):
        np.testing.assert_array_equal(tf.sparse.to_dense(made(sparse=True)), made())


def test_weights_count() -> None:
    layer = L.CategoryEncoding(3, output_mode="count")
    found = layer([[0, 1, 1], [2, 2, 0]], count_weights=[[0.1, 0.2, 0.3], [1, 2, 3]])
    np.testing.assert_allclose(found, [[0.1, 0.5, 0], [3, 0, 3]], rtol=1e-6)


def test_a_vocabulary_is_read_from_a_file_but_not_for_a_file(tmp_path: Path) -> None:
    file = tmp_path / "words.txt"
    file.write_text("cat\ndog")
    layer = L.StringLookup(vocabulary=str(file))
    assert layer(["dog"]).numpy().tolist() == [2]
    config = layer.get_config()
    assert config["vocabulary"] == ["cat", "dog"]  # the file may be gone by then
    inputs = keras.Input((1,), dtype="string")
    path = tmp_path / "model.keras"
    keras.Model(inputs, layer(inputs)).save(path)
    hostile = tmp_path / "hostile.keras"
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(hostile, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "config.json":  # as in CVE-2025-12058
                secret = json.dumps(str(file)).encode()
                content = content.replace(b'["cat", "dog"]', secret)
            new.writestr(name, content)
    with pytest.raises(ValueError, match="the path of a file to read"):
        keras.models.load_model(hostile)
    assert keras.models.load_model(hostile, safe_mode=False).layers[1].get_vocabulary()


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: L.StringLookup()(["a"]), "has no vocabulary yet"),
        (lambda: L.StringLookup(vocabulary=["a", "a"]), "repeated terms"),
        (lambda: L.StringLookup(vocabulary=["b", "[UNK]"]), "unexpected place"),
        (lambda: L.StringLookup(max_tokens=2, vocabulary=["a", "b"]), "larger than"),
        (lambda: L.StringLookup(output_mode="multihot"), "mean 'multi_hot'"),
        (lambda: L.StringLookup(vocabulary=["a"]).adapt(["b"]), "fixed vocabulary"),
        (
            lambda: L.StringLookup(vocabulary=["a"], num_oov_indices=0)(["b"]),
            r"(?s)not in the vocabulary.*b'b'",
        ),
        (lambda: L.StringLookup(vocabulary="no/file.txt"), "no such vocabulary file"),
        (lambda: L.IntegerLookup(salt=3), "goes with oov_method='farmhash'"),
        (lambda: L.TextVectorization(split="space"), "must be one of"),
        (lambda: L.TextVectorization(ngrams="2"), "`ngrams` is None"),
        (
            lambda: L.TextVectorization(output_mode="count", ragged=True),
            "output_mode='int' only",
        ),
        (
            lambda: L.TextVectorization(vocabulary=["a"])([["a", "b"]]),
            "one text a sample",
        ),
        (lambda: L.Normalization(mean=1.0), "go together"),
        (lambda: L.Normalization(axis=3)(np.ones((2, 2))), "names axes"),
        (lambda: L.Discretization(), "either the limits"),
        (lambda: L.CategoryEncoding(), "how many categories"),
        (lambda: L.Hashing(3, dtype="float32"), "whole numbers"),
        (lambda: L.HashedCrossing(3)(np.array([1])), "at least two"),
        (lambda: L.Normalization().adapt(iter([(1.0, 2.0)])), "inputs alone"),
        (lambda: L.Normalization().adapt(np.array(["a"])), "takes numbers"),
        (lambda: L.TextVectorization().adapt(np.array([1])), "takes strings"),
        (lambda: L.StringLookup(vocabulary=["a"])([1]), "takes strings"),
        (lambda: L.IntegerLookup(vocabulary=[1])(["a"]), "takes numbers"),
    ],
)
def test_errors_say_what_is_wrong(make: Any, text: str) -> None:
    with pytest.raises(ValueError, match=text):
        make()


def test_the_names_of_early_keras_2_are_the_same_layers() -> None:
    old = tf.keras.layers.experimental.preprocessing
    assert old.TextVectorization is L.TextVectorization
    assert old.Rescaling is L.Rescaling
