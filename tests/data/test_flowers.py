"""The flower photos, from their folder to a trained model."""

import zipfile

import pytest

from addax import keras, tf
from tests.tutorials.shared import SHARED, needs_shared

pytestmark = needs_shared


@pytest.fixture(scope="module")
def flowers(tmp_path_factory):
    root = tmp_path_factory.mktemp("flowers")
    with zipfile.ZipFile(SHARED / "data" / "flower_photos.zip") as archive:
        for name in archive.namelist()[::40]:
            archive.extract(name, root)
    return root / "flower_photos"


def test_a_model_trains_on_photos(flowers):
    train, valid = keras.utils.image_dataset_from_directory(
        flowers, image_size=(24, 24), validation_split=0.2, subset="both", seed=1
    )
    assert train.class_names == ["daisy", "dandelion", "roses", "sunflowers", "tulips"]
    scaled = train.map(lambda x, y: (x / 255.0, y)).cache().prefetch(tf.data.AUTOTUNE)
    model = keras.Sequential(
        [
            keras.layers.Flatten(),
            keras.layers.Dense(16, activation="relu"),
            keras.layers.Dense(5, activation="softmax"),
        ]
    )
    model.compile("adam", "sparse_categorical_crossentropy", metrics=["accuracy"])
    history = model.fit(scaled, epochs=6, validation_data=valid, verbose=0).history
    assert history["loss"][-1] < history["loss"][0]


def test_photos_of_many_sizes_meet_in_one(flowers):
    def load(path):
        image = tf.io.decode_jpeg(tf.io.read_file(path), channels=3)
        label = tf.strings.split(path, "/")[-2] == "roses"
        return tf.image.resize(tf.image.random_flip_left_right(image), [20, 30]), label

    paths = tf.data.Dataset.list_files(str(flowers / "*" / "*.jpg"), shuffle=False)
    dataset = paths.map(load, num_parallel_calls=tf.data.AUTOTUNE).batch(16)
    images, labels = zip(*dataset, strict=True)
    assert images[0].shape == (16, 20, 30, 3)
    roses = sum("/roses/" in str(p) for p in flowers.rglob("*.jpg"))
    assert sum(int(tf.reduce_sum(tf.cast(y, tf.int32))) for y in labels) == roses
