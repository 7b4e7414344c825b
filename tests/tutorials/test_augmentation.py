"""Augmentation as the guide writes it, and what it is for, on photos of flowers."""

from __future__ import annotations

import io
import zipfile
from typing import Any

import numpy as np
import pytest
from PIL import Image

from addax import keras
from tests.tutorials.shared import SHARED, code_blocks, needs_shared

pytestmark = needs_shared
GUIDE = "002_ea7c1acaff5de560.txt"


@pytest.fixture(scope="module")
def flowers() -> tuple[np.ndarray, np.ndarray]:
    """400 photos of daisies and tulips, 32 pixels a side."""
    images, labels = [], []
    resize = keras.layers.Resizing(32, 32, crop_to_aspect_ratio=True, antialias=True)
    with zipfile.ZipFile(SHARED / "data" / "flower_photos.zip") as archive:
        for label, kind in enumerate(("daisy", "tulips")):
            names = [n for n in archive.namelist() if f"/{kind}/" in n and "jpg" in n]
            for name in names[:200]:
                image = Image.open(io.BytesIO(archive.read(name))).convert("RGB")
                images.append(resize(np.asarray(image)).numpy())
                labels.append(label)
    order = np.random.default_rng(0).permutation(len(labels))
    return np.stack(images)[order] / 255, np.array(labels)[order]


def _guide() -> Any:
    """The names that the guide's block on augmentation defines."""
    block = next(b for b in code_blocks(GUIDE) if "data_augmentation" in b)
    names: dict[str, Any] = {"keras": keras, "layers": keras.layers}
    exec(compile(block, GUIDE, "exec"), names)
    return names


def test_the_guide_trains(flowers: Any) -> None:
    names = _guide()
    model = names["model"]
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    images, labels = flowers[0][:80], flowers[1][:80]
    history = model.fit(images, labels, batch_size=40, epochs=2, verbose=0)
    assert np.isfinite(history.history["loss"]).all()
    first = model.predict(flowers[0][:4], verbose=0)
    np.testing.assert_array_equal(model.predict(flowers[0][:4], verbose=0), first)
    augmented = names["data_augmentation"](flowers[0][:4], training=True)
    assert not np.allclose(augmented.numpy(), flowers[0][:4])


def test_augmentation_against_overfitting(flowers: Any) -> None:
    images, labels = flowers
    found = []
    for augment in (False, True):
        keras.utils.set_random_seed(0)
        first = [_guide()["data_augmentation"]] if augment else []
        model = keras.Sequential([
            keras.Input((32, 32, 3)),
            *first,
            keras.layers.Conv2D(16, 3, activation="relu"),
            keras.layers.MaxPooling2D(),
            keras.layers.Flatten(),
            keras.layers.Dense(32, activation="relu"),
            keras.layers.Dense(1, activation="sigmoid"),
        ])  # fmt: skip
        model.compile("adam", "binary_crossentropy", metrics=["accuracy"])
        model.fit(images[:60], labels[:60], batch_size=20, epochs=60, verbose=0)
        seen = model.evaluate(images[:60], labels[:60], verbose=0)[0]
        unseen = model.evaluate(images[60:], labels[60:], verbose=0)[0]
        found.append((seen, unseen))
    plain, augmented = found
    assert augmented[0] > plain[0]  # harder to learn by heart
    assert augmented[1] < 0.9 * plain[1]
