"""The projects that the documents set, on real data: what accuracy they reach."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest

from addax import keras, tf
from tests.tutorials.shared import SHARED, needs_shared

pytestmark = [needs_shared, pytest.mark.slow]
layers = keras.layers


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A Keras folder in which the data sets lie already."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    (tmp_path / "datasets").mkdir()
    for name in ("mnist.npz", "imdb.npz"):
        (tmp_path / "datasets" / name).symlink_to(SHARED / "data" / name)
    return tmp_path


@pytest.mark.filterwarnings("ignore:.*unexpected checksum:UserWarning")
def test_digits_with_a_dense_network(home: Path) -> None:
    (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    x_train, x_test = (x.reshape(-1, 784) / 255.0 for x in (x_train, x_test))
    reached = []
    for seed in range(3):
        keras.utils.set_random_seed(seed)
        model = keras.Sequential(
            [
                layers.Dense(128, activation="relu", input_shape=(784,)),
                layers.Dense(64, activation="relu"),
                layers.Dense(10, activation="softmax"),
            ]
        )
        model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
        model.fit(x_train, y_train, epochs=5, verbose=0)
        reached.append(model.evaluate(x_test, y_test, verbose=0)[1])
    assert np.median(reached) > 0.97


@pytest.mark.filterwarnings("ignore:.*unexpected checksum:UserWarning")
def test_sentiment_of_film_reviews(home: Path) -> None:
    (x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(
        num_words=10_000
    )
    x_train, x_test = (
        keras.utils.pad_sequences(x, maxlen=200) for x in (x_train, x_test)
    )
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            layers.Embedding(input_dim=10_000, output_dim=64, input_length=200),
            layers.Bidirectional(layers.LSTM(64)),
            layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
    model.fit(x_train, y_train, epochs=2, batch_size=64, verbose=0)
    assert model.evaluate(x_test, y_test, batch_size=256, verbose=0)[1] >= 0.85


def test_flowers_from_a_folder(tmp_path: Path) -> None:
    with zipfile.ZipFile(SHARED / "data" / "flower_photos.zip") as photos:
        photos.extractall(tmp_path)
    options = {"image_size": (96, 96), "seed": 1, "validation_split": 0.2}
    train, test = keras.utils.image_dataset_from_directory(
        tmp_path / "flower_photos", subset="both", batch_size=32, **options
    )
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            layers.Rescaling(1.0 / 255, input_shape=(96, 96, 3)),
            layers.RandomFlip("horizontal"),
            layers.Conv2D(32, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(64, 3, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(128, activation="relu"),
            layers.Dropout(0.5),
            layers.Dense(5, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    cached = train.cache().prefetch(tf.data.AUTOTUNE)
    history = model.fit(cached, validation_data=test.cache(), epochs=8, verbose=0)
    assert max(history.history["val_accuracy"]) > 0.6
