"""Data sets from made files; the real ones are too large, and far away."""

import gzip
import os
import pickle
import tarfile

import numpy as np
import pytest

from addax import keras
from addax.keras import datasets
from addax.keras.utils import files


@pytest.fixture(autouse=True)
def mirror(tmp_path, monkeypatch):
    """A folder that stands for the network."""
    folder = tmp_path / "mirror"
    folder.mkdir()
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("ADDAX_DATA_MIRROR", str(folder))
    files.MIRROR.reset()
    yield folder
    files.MIRROR.reset()


def images(count, *shape):
    return np.random.RandomState(0).randint(0, 256, (count, *shape), dtype="uint8")


def test_mnist(mirror):
    arrays = {
        "x_train": images(6, 28, 28),
        "y_train": np.arange(6, dtype="uint8"),
        "x_test": images(2, 28, 28),
        "y_test": np.arange(2, dtype="uint8"),
    }
    np.savez_compressed(mirror / "mnist.npz", **arrays)
    (x_train, y_train), (x_test, y_test) = datasets.mnist.load_data()
    for name, found in zip(arrays, (x_train, y_train, x_test, y_test), strict=True):
        np.testing.assert_array_equal(found, arrays[name])


def test_fashion_mnist(mirror):
    parts = {}
    for name, count in (("train", 3), ("t10k", 2)):
        parts[name] = images(count, 28, 28), np.arange(count, dtype="uint8")
        for kind, array, header in zip(
            ("images-idx3", "labels-idx1"), parts[name], (16, 8), strict=True
        ):
            with gzip.open(mirror / f"{name}-{kind}-ubyte.gz", "wb") as file:
                file.write(bytes(header) + array.tobytes())
    for part, expected in zip(
        datasets.fashion_mnist.load_data(), parts.values(), strict=True
    ):
        np.testing.assert_array_equal(part[0], expected[0])
        np.testing.assert_array_equal(part[1], expected[1])


def cifar(mirror, archive, folder, members):
    for name, entries in members.items():
        path = mirror / folder / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(pickle.dumps(entries, protocol=2))
    with tarfile.open(mirror / archive, "w:gz") as tar:
        tar.add(mirror / folder, folder)


def test_cifar10(mirror):
    data = {f"data_batch_{i}": images(2, 3072) for i in range(1, 6)}
    data["test_batch"] = images(1, 3072)
    members = {n: {"data": x, "labels": [3] * len(x)} for n, x in data.items()}
    cifar(mirror, "cifar-10-python.tar.gz", "cifar-10-batches-py", members)
    (x_train, y_train), (x_test, y_test) = datasets.cifar10.load_data()
    assert (x_train.shape, y_train.shape) == ((10, 32, 32, 3), (10, 1))
    assert (x_test.shape, y_test.shape) == ((1, 32, 32, 3), (1, 1))
    assert {a.dtype.name for a in (x_train, y_train, x_test, y_test)} == {"uint8"}
    first = data["data_batch_1"][0].reshape(3, 32, 32)
    np.testing.assert_array_equal(x_train[0], first.transpose(1, 2, 0))
    keras.config.set_image_data_format("channels_first")
    try:
        (x_train, _), _ = datasets.cifar10.load_data()
    finally:
        keras.config.set_image_data_format("channels_last")
    np.testing.assert_array_equal(x_train[0], first)


@pytest.mark.parametrize("mode, label", [("fine", 7), ("coarse", 2)])
def test_cifar100(mirror, mode, label):
    entries = {"data": images(2, 3072), "fine_labels": [7, 7], "coarse_labels": [2, 2]}
    members = {"train": entries, "test": entries}
    cifar(mirror, "cifar-100-python.tar.gz", "cifar-100-python", members)
    (_, y_train), _ = datasets.cifar100.load_data(label_mode=mode)
    assert y_train.tolist() == [[label], [label]]


def test_word_index(mirror):
    (mirror / "imdb_word_index.json").write_text('{"the": 1}')
    assert datasets.imdb.get_word_index() == {"the": 1}
    (mirror / "reuters_word_index.json").write_text("{")
    with pytest.raises(ValueError, match="is not a word index"):
        datasets.reuters.get_word_index()


class Harmful:
    def __reduce__(self):
        return os.mkdir, ("harm",)


def test_files_run_no_code(mirror, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    hostile = np.empty(1, object)
    hostile[0] = Harmful()
    np.savez(mirror / "reuters.npz", x=hostile, y=[1])
    with pytest.raises(ValueError, match=r"posix\.mkdir, which could run code"):
        datasets.reuters.load_data()
    members = {"train": Harmful(), "test": Harmful()}
    cifar(mirror, "cifar-100-python.tar.gz", "cifar-100-python", members)
    with pytest.raises(ValueError, match=r"posix\.mkdir, which could run code"):
        datasets.cifar100.load_data()
    assert not (tmp_path / "harm").exists()


def test_files_that_are_something_else(mirror):
    (mirror / "mnist.npz").write_text("not an archive")
    with pytest.raises(ValueError, match=r"not hold the arrays x_train(.*\n)+.*Remove"):
        datasets.mnist.load_data()
    np.savez(mirror / "mnist.npz", x=1)
    with pytest.raises(ValueError, match="not hold the arrays"):
        datasets.mnist.load_data()


@pytest.mark.parametrize(
    "load, text",
    [
        (lambda: datasets.cifar100.load_data("rough"), "'fine' or 'coarse'"),
        (lambda: datasets.california_housing.load_data("tiny"), "'small' or 'large'"),
    ],
)
def test_wrong_arguments(load, text):
    with pytest.raises(ValueError, match=text):
        load()


def test_no_short_review(mirror):
    x = np.empty(2, object)
    x[:] = [[1, 2, 3], [4, 5]]
    np.savez(mirror / "reuters.npz", x=x, y=[0, 1])
    with pytest.raises(ValueError, match=r"maxlen=2(.*\n)*Fix: load_data\(maxlen=4\)"):
        datasets.reuters.load_data(maxlen=2)


def test_wrong_split(mirror):
    np.savez(mirror / "boston_housing.npz", x=np.ones((2, 2)), y=[1, 2])
    with pytest.raises(ValueError, match="`test_split` is a part of the data"):
        datasets.boston_housing.load_data(test_split=2)


def test_offline(mirror, tmp_path, monkeypatch):
    monkeypatch.setattr(
        files, "download", lambda *a, **k: (_ for _ in ()).throw(OSError())
    )
    with pytest.raises(OSError, match=r"'mnist\.npz' is not here") as caught:
        datasets.mnist.load_data()
    place = tmp_path / "home" / "datasets" / "mnist.npz"
    assert f"Put the file at {place}" in str(caught.value)
