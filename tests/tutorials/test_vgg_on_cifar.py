"""VGG16 on CIFAR-10 images, as the documents describe it: frozen, then fine-tuned."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from addax import keras
from tests.tutorials.shared import SHARED, needs_shared

CLASSES, EACH = 3, 60


@pytest.fixture(scope="module")
def images(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """Some photos of three classes, in memory."""
    place: Path = tmp_path_factory.mktemp("cifar")
    with zipfile.ZipFile(SHARED / "data" / "cifar10_images_30k.zip") as archive:
        names = [n for n in archive.namelist() if "/train/" in n and n.endswith(".jpg")]
        classes = sorted({Path(n).parent.name for n in names})[:CLASSES]
        for each in classes:
            mine = sorted(n for n in names if Path(n).parent.name == each)
            archive.extractall(place, mine[:EACH])
    dataset = keras.utils.image_dataset_from_directory(
        place / "cifar10" / "train", image_size=(32, 32), seed=0, verbose=False
    )
    x, y = zip(*dataset.as_numpy_iterator(), strict=True)
    return np.concatenate(x), np.concatenate(y)


@pytest.mark.slow
@needs_shared
def test_vgg16_learns_photos(images: Any) -> None:
    keras.utils.set_random_seed(0)
    x = keras.applications.vgg16.preprocess_input(images[0])
    y = images[1]
    base = keras.applications.VGG16(
        weights=None, include_top=False, input_shape=(32, 32, 3)
    )
    base.trainable = False
    layers = keras.layers
    model = keras.Sequential(
        [
            base,
            layers.GlobalAveragePooling2D(),
            layers.Dense(256, activation="relu"),
            layers.Dense(CLASSES, activation="softmax"),
        ]
    )
    kept = [w.numpy() for w in base.weights]
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    frozen = model.fit(x, y, epochs=8, batch_size=32, verbose=0).history
    for before, now in zip(kept, base.weights, strict=True):
        np.testing.assert_array_equal(before, now.numpy())
    # Random features, but features: chance is a third.
    assert frozen["accuracy"][-1] > 0.4
    assert frozen["loss"][-1] < frozen["loss"][0]

    base.trainable = True
    for layer in base.layers:  # the last block only
        layer.trainable = layer.name.startswith("block5")
    model.compile(
        keras.optimizers.Adam(1e-4),
        "sparse_categorical_crossentropy",
        metrics=["accuracy"],
    )
    tuned = model.fit(x, y, epochs=4, batch_size=32, verbose=0).history
    assert tuned["loss"][-1] < frozen["loss"][-1]
    changed = [
        w.path.split("/")[-2][:6]
        for before, w in zip(kept, base.weights, strict=True)
        if not np.array_equal(before, w.numpy())
    ]
    assert set(changed) == {"block5"}
