"""Feature columns: rows against what TensorFlow's documentation says they hold."""

from __future__ import annotations

import numpy as np
import pytest

from addax import keras, tf

fc = tf.feature_column
TABLE = {
    "age": np.array([[10.0], [30.0], [70.0]], "float32"),
    "town": np.array([["Ulm"], ["Rome"], ["Oslo"]]),
    "tags": np.array([["a", "b"], ["b", "b"], ["c", "x"]]),
    "code": np.array([[2], [0], [7]]),
}
AGE = fc.numeric_column("age")
TOWN = fc.categorical_column_with_vocabulary_list("town", ["Oslo", "Ulm"])
TAGS = fc.categorical_column_with_vocabulary_list("tags", ["a", "b", "c"])
ROWS = {
    "numeric": (AGE, [[10], [30], [70]]),
    "normalised": (
        fc.numeric_column("age", normalizer_fn=lambda x: x / 10.0),
        [[1], [3], [7]],
    ),
    "bucketized": (
        fc.bucketized_column(AGE, [18, 30]),
        [[1, 0, 0], [0, 0, 1], [0, 0, 1]],
    ),
    "indicator": (fc.indicator_column(TOWN), [[0, 1], [0, 0], [1, 0]]),
    "counts": (fc.indicator_column(TAGS), [[1, 1, 0], [0, 2, 0], [0, 0, 1]]),
    "oov": (
        fc.indicator_column(
            fc.categorical_column_with_vocabulary_list(
                "town", ["Oslo", "Ulm"], num_oov_buckets=1
            )
        ),
        [[0, 1, 0], [0, 0, 1], [1, 0, 0]],
    ),
    "identity": (
        fc.indicator_column(fc.categorical_column_with_identity("code", 3)),
        [[0, 0, 1], [1, 0, 0], [0, 0, 0]],
    ),
    "bucketized indicator": (
        fc.indicator_column(fc.bucketized_column(AGE, [18, 30])),
        [[1, 0, 0], [0, 0, 1], [0, 0, 1]],
    ),
}


@pytest.mark.parametrize("name", ROWS)
def test_rows(name: str) -> None:
    column, expected = ROWS[name]
    got = keras.layers.DenseFeatures(column)(TABLE)
    np.testing.assert_allclose(got.numpy(), np.array(expected, "float32"))


@pytest.mark.parametrize("combiner, power", [("sum", 0), ("mean", 1), ("sqrtn", 0.5)])
def test_embeddings_combine(combiner: str, power: float) -> None:
    column = fc.embedding_column(TAGS, 2, combiner=combiner)
    layer = keras.layers.DenseFeatures([column])
    got = layer(TABLE).numpy()
    (vectors,) = layer.get_weights()
    counts = np.array(ROWS["counts"][1], "float32")
    n = counts.sum(1, keepdims=True)
    np.testing.assert_allclose(got, counts @ vectors / n**power, rtol=1e-6)


def test_hashes_are_those_of_tf_strings() -> None:
    column = fc.categorical_column_with_hash_bucket("town", 10)
    expected = tf.strings.to_hash_bucket_fast(TABLE["town"], 10)
    np.testing.assert_array_equal(column.index(TABLE), expected)


def test_crossings_depend_on_every_value() -> None:
    column = fc.crossed_column(["town", fc.bucketized_column(AGE, [18, 30])], 1000)
    first = column.index(TABLE).numpy()
    moved = column.index({**TABLE, "age": TABLE["age"][::-1]}).numpy()
    assert ((first >= 0) & (first < 1000)).all()
    assert (first != moved).any(), column.name == "age_bucketized_X_town"


def test_columns_join_by_name_and_train() -> None:
    columns = [fc.embedding_column(TOWN, 2), AGE, fc.indicator_column(TAGS)]
    model = keras.Sequential([keras.layers.DenseFeatures(columns)])
    assert model(TABLE).shape == (3, 1 + 3 + 2)
    np.testing.assert_array_equal(model(TABLE).numpy()[:, 0], TABLE["age"][:, 0])
    model.add(keras.layers.Dense(1))
    model.compile("sgd", "mse", run_eagerly=True)
    history = model.fit(TABLE, np.zeros((3, 1)), epochs=1, verbose=0)
    assert np.isfinite(history.history["loss"]).all()


def test_the_spec_for_parsing() -> None:
    spec = fc.make_parse_example_spec([AGE, fc.indicator_column(TOWN)])
    assert spec == {
        "age": tf.io.FixedLenFeature((1,), "float32"),
        "town": tf.io.VarLenFeature("string"),
    }


def test_a_categorical_column_makes_no_rows() -> None:
    with pytest.raises(ValueError, match=r"(?s)makes the number.*indicator_column"):
        keras.layers.DenseFeatures([TOWN])
    with pytest.raises(ValueError, match=r"(?s)There is no feature 'age'.*\['town'\]"):
        keras.layers.DenseFeatures([AGE])({"town": TABLE["town"]})
