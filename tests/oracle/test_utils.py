"""`keras.utils` and `keras.datasets` against Keras's, on the same inputs."""

import importlib

import keras
import numpy as np
import pytest

from addax.core import convert
from addax.keras import datasets, utils
from addax.keras.datasets import files


def same(ours, theirs):
    assert ours.dtype == theirs.dtype
    assert ours.shape == theirs.shape
    np.testing.assert_array_equal(ours, theirs)


@pytest.mark.parametrize(
    "x, arguments",
    [
        ([0, 1, 2], {}),
        ([[0], [1]], {}),
        ([[0, 1], [2, 1]], {}),
        ([[[1]]], {}),
        ([0, 1], {"num_classes": 4}),
        (2, {}),
        ([1.7, 2.2], {}),
        ([], {"num_classes": 3}),
    ],
)
def test_to_categorical(x, arguments):
    same(
        utils.to_categorical(x, **arguments), keras.utils.to_categorical(x, **arguments)
    )


@pytest.mark.parametrize(
    "x, arguments",
    [
        ([[3.0, 4.0], [0.0, 0.0]], {}),
        ([3, 4], {}),
        ([[3.0, -4.0]], {"order": 1}),
        ([[3.0, -4.0]], {"order": np.inf}),
        (np.ones((2, 3, 4), "float32"), {}),
    ],
)
def test_normalize(x, arguments):
    x = np.asarray(x)
    same(utils.normalize(x, **arguments), keras.utils.normalize(x, **arguments))
    if x.dtype.kind == "f" and arguments.get("order") != np.inf:
        tensor = keras.ops.convert_to_tensor(x, "float32")
        theirs = keras.utils.normalize(tensor, **arguments)
        ours = utils.normalize(convert(x, "float32"), **arguments)
        np.testing.assert_allclose(ours.numpy(), theirs, rtol=1e-6)


@pytest.mark.parametrize(
    "sequences, arguments",
    [
        ([[1], [2, 3], [4, 5, 6]], {}),
        ([[1], [2, 3], [4, 5, 6]], {"maxlen": 2}),
        ([[1], [2, 3], [4, 5, 6]], {"maxlen": 2, "truncating": "post"}),
        ([[1], [2, 3], [4, 5, 6]], {"maxlen": 5, "padding": "post", "value": -1}),
        ([[1], []], {}),
        ([[1.5], [2.0, 3.0]], {"dtype": "float32"}),
        ([["a"], ["b", "c"]], {"dtype": object, "value": "x"}),
        ([[[1, 2]], [[3, 4], [5, 6]]], {}),
        ([np.array([1, 2]), (3,)], {}),
    ],
)
def test_pad_sequences(sequences, arguments):
    same(
        utils.pad_sequences(sequences, **arguments),
        keras.utils.pad_sequences(sequences, **arguments),
    )


def test_normalize_along_any_axis():
    # Keras 3.15 divides by the lengths of the wrong vectors unless axis is the last.
    x = np.arange(24.0).reshape(2, 3, 4)
    for axis in range(3):
        expected = x / np.linalg.norm(x, axis=axis, keepdims=True)
        np.testing.assert_allclose(utils.normalize(x, axis), expected)


def reviews(count, seed):
    random = np.random.RandomState(seed)
    lists = np.empty(count, object)
    lists[:] = [
        random.randint(1, 30, size=random.randint(3, 12)).tolist() for _ in range(count)
    ]
    return lists, random.randint(0, 2, count)


def their_load_data(name, monkeypatch, path):
    module = importlib.import_module(f"keras.src.datasets.{name}")
    monkeypatch.setattr(module, "get_file", lambda *args, **kwargs: str(path))
    return module.load_data


def same_sets(ours, theirs):
    for our_part, their_part in zip(ours, theirs, strict=True):
        for a, b in zip(our_part, their_part, strict=True):
            assert [list(np.ravel(x)) for x in a] == [list(np.ravel(x)) for x in b]


TEXT_CASES = [
    {},
    {"num_words": 15},
    {"maxlen": 6},
    {"skip_top": 5},
    {"start_char": None},
    {"oov_char": None, "num_words": 15},
    {"index_from": 0},
    {"start_char": None, "index_from": 0},
    {"seed": 1, "num_words": 9, "skip_top": 3, "maxlen": 9},
]


@pytest.mark.parametrize("arguments", TEXT_CASES, ids=str)
def test_imdb(arguments, tmp_path, monkeypatch):
    path = tmp_path / "imdb.npz"
    (x, y), (x_test, y_test) = reviews(12, 0), reviews(8, 1)
    np.savez(path, x_train=x, y_train=y, x_test=x_test, y_test=y_test)
    theirs = their_load_data("imdb", monkeypatch, path)(**arguments)
    same_sets(datasets.imdb.load_data(str(path), **arguments), theirs)


@pytest.mark.parametrize("arguments", [*TEXT_CASES, {"test_split": 0.5}], ids=str)
def test_reuters(arguments, tmp_path, monkeypatch):
    path = tmp_path / "reuters.npz"
    x, y = reviews(12, 0)
    np.savez(path, x=x, y=y)
    theirs = their_load_data("reuters", monkeypatch, path)(**arguments)
    same_sets(datasets.reuters.load_data(str(path), **arguments), theirs)


def test_reuters_labels():
    theirs = importlib.import_module("keras.src.datasets.reuters").get_label_names()
    assert datasets.reuters.get_label_names() == theirs


@pytest.mark.parametrize("name", ["boston_housing", "california_housing"])
@pytest.mark.parametrize("arguments", [{}, {"test_split": 0.3, "seed": 5}], ids=str)
def test_housing(name, arguments, tmp_path, monkeypatch):
    path = tmp_path / "housing.npz"
    np.savez(path, x=np.arange(2000.0).reshape(1000, 2), y=np.arange(1000.0))
    theirs = their_load_data(name, monkeypatch, path)(**arguments)
    same_sets(getattr(datasets, name).load_data(path=str(path), **arguments), theirs)


def test_small_california(tmp_path, monkeypatch):
    path = tmp_path / "housing.npz"
    np.savez(path, x=np.arange(2000.0).reshape(1000, 2), y=np.arange(1000.0))
    theirs = their_load_data("california_housing", monkeypatch, path)("small")
    same_sets(datasets.california_housing.load_data("small", str(path)), theirs)


def test_addresses_and_checksums(monkeypatch):
    """What Keras asks its `get_file` for is what we ask ours for."""
    asked = {}

    def note(target):
        def get_file(fname=None, origin=None, **options):
            key = origin.rpartition("/")[2]
            asked.setdefault(key, {})[target] = origin, options.get("file_hash")
            raise InterruptedError

        return get_file

    names = set(datasets.__all__)
    monkeypatch.setattr(files, "get_file", note("ours"))
    for name in names:
        theirs = importlib.import_module(f"keras.src.datasets.{name}")
        monkeypatch.setattr(theirs, "get_file", note("theirs"))
        for module in (theirs, getattr(datasets, name)):
            for function in ("load_data", "get_word_index"):
                if hasattr(module, function):
                    with pytest.raises(InterruptedError):
                        getattr(module, function)()
    assert len(asked) >= 10
    for each in asked.values():
        assert each["ours"] == each["theirs"]
