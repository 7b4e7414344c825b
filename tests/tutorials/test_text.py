"""Reading reviews: the ways of TensorFlow's guides to text, on real ones."""

from __future__ import annotations

import re
import string
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from addax import keras, tf
from tests.tutorials.shared import SHARED, needs_shared

pytestmark = needs_shared


@pytest.fixture(scope="module")
def reviews(tmp_path_factory: pytest.TempPathFactory) -> Any:
    folder = tmp_path_factory.mktemp("reviews")
    with zipfile.ZipFile(SHARED / "data" / "imdb_text_sample.zip") as archive:
        archive.extractall(folder)
    keras.utils.set_random_seed(7)
    return [
        keras.utils.text_dataset_from_directory(
            folder / part, batch_size=32, seed=1, verbose=False
        )
        for part in ("train", "test")
    ]


def tidy(data: Any) -> Any:
    lowered = tf.strings.lower(data)
    plain = tf.strings.regex_replace(lowered, "<br />", " ")
    return tf.strings.regex_replace(plain, f"[{re.escape(string.punctuation)}]", "")


def test_a_classifier_learns_and_takes_raw_texts(reviews: Any, tmp_path: Path) -> None:
    train, test = reviews
    vectorize = keras.layers.TextVectorization(
        standardize=tidy, max_tokens=5000, output_sequence_length=120
    )
    vectorize.adapt(train.map(lambda text, label: text))
    assert len(vectorize.get_vocabulary()) == 5000
    assert {"the", "and", "a"} <= set(vectorize.get_vocabulary()[:6])

    def numbers(text: Any, label: Any) -> Any:
        return vectorize(tf.expand_dims(text, -1)), label

    model = keras.Sequential(
        [
            keras.layers.Embedding(5001, 16),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    model.compile(
        keras.optimizers.Adam(0.02), "binary_crossentropy", metrics=["accuracy"]
    )
    ready = train.map(numbers).cache().prefetch(tf.data.AUTOTUNE)
    history = model.fit(ready, epochs=8, verbose=0).history
    assert history["accuracy"][-1] > 0.95
    _, accuracy = model.evaluate(test.map(numbers), verbose=0)
    assert accuracy > 0.7

    whole = keras.Sequential([vectorize, model])
    whole.compile(loss="binary_crossentropy", metrics=["accuracy"])
    assert whole.evaluate(test, verbose=0)[1] == pytest.approx(accuracy)
    said = whole.predict(
        tf.constant(["A great, wonderful film!", "The worst, awful and boring."])
    )
    assert said[0] > 0.5 > said[1]


def test_a_recurrent_model_begins_with_text(reviews: Any) -> None:
    train, _ = reviews
    encoder = keras.layers.TextVectorization(max_tokens=1000)
    encoder.adapt(train.map(lambda text, label: text))
    model = keras.Sequential(
        [
            encoder,
            keras.layers.Embedding(len(encoder.get_vocabulary()), 8, mask_zero=True),
            keras.layers.Bidirectional(keras.layers.LSTM(8)),
            keras.layers.Dense(1),
        ]
    )
    loss = keras.losses.BinaryCrossentropy(from_logits=True)
    model.compile(keras.optimizers.Adam(1e-2), loss, metrics=["accuracy"])
    model.fit(train.take(3), epochs=1, verbose=0)
    assert model.predict(np.array(["good"]), verbose=0).shape == (1, 1)


def test_lines_become_a_table_of_words() -> None:
    words = tf.strings.split(["to be or", "not to be"]).flat_values
    found, ids = tf.unique(words)
    assert found.numpy().tolist() == [b"to", b"be", b"or", b"not"]
    contents = tf.lookup.KeyValueTensorInitializer(found, tf.range(4, dtype=tf.int64))
    table = tf.lookup.StaticVocabularyTable(contents, num_oov_buckets=1)
    assert table.lookup(words).numpy().tolist() == ids.numpy().tolist()
    lines = tf.data.Dataset.from_tensor_slices(["to be", "or what"])
    encoded = lines.map(lambda line: table.lookup(tf.strings.split(line)))
    assert [x.numpy().tolist() for x in encoded] == [[0, 1], [2, 4]]
