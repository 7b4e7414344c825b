"""Training, evaluation and prediction on strings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from addax import keras, tf

TEXTS = ["good film", "bad film", "good good", "so bad"] * 3
LABELS = np.array([1, 0, 1, 0] * 3)


def reader() -> Any:
    layer = keras.layers.TextVectorization(output_sequence_length=3)
    layer.adapt(TEXTS)
    return layer


def batches() -> Any:
    return tf.data.Dataset.from_tensor_slices((TEXTS, LABELS)).batch(4)


@pytest.fixture(scope="module")
def model() -> Any:
    keras.utils.set_random_seed(1)
    made = keras.Sequential(
        [
            reader(),
            keras.layers.Embedding(8, 4, mask_zero=True),
            keras.layers.GlobalAveragePooling1D(),
            keras.layers.Dense(1, activation="sigmoid"),
        ]
    )
    made.compile(keras.optimizers.Adam(0.1), "binary_crossentropy", metrics=["acc"])
    made.fit(batches(), epochs=8, verbose=0)
    return made


def test_a_model_that_begins_with_text_trains(model: Any) -> None:
    assert model.evaluate(batches(), verbose=0, return_dict=True)["acc"] == 1.0


@pytest.mark.parametrize(
    "texts",
    [["good", "bad"], np.array(["good", "bad"]), np.array([["good"], ["bad"]], object)],
    ids=["list", "array", "column"],
)
def test_it_predicts_from_every_kind_of_texts(model: Any, texts: Any) -> None:
    if isinstance(texts, list):
        texts = tf.constant(texts)
    found = model.predict(texts, verbose=0)
    assert found.shape == (2, 1)
    assert found[0] > 0.5 > found[1]


def test_arrays_of_texts_train_shuffled_and_by_the_batch(model: Any) -> None:
    texts = np.array(TEXTS, object)
    history = model.fit(texts, LABELS, batch_size=5, epochs=2, verbose=0)
    assert history.history["acc"][-1] == 1.0
    assert model.test_on_batch(texts[:4], LABELS[:4], return_dict=True)["acc"] == 1.0
    assert model.train_on_batch(texts[:4], LABELS[:4], return_dict=True)["acc"] == 1.0


def test_a_model_of_numbers_gets_a_text_layer_in_front(model: Any) -> None:
    numbers = keras.Sequential(model.layers[1:])
    whole = keras.Sequential([keras.Input((1,), dtype="string"), reader(), numbers])
    whole.compile("sgd", "binary_crossentropy", metrics=["accuracy"])
    found = whole.evaluate(
        tf.constant(TEXTS)[:, None], LABELS, verbose=0, return_dict=True
    )
    assert found["accuracy"] == 1.0
