"""Ragged and sparse tensors with what surrounds them: tapes, layers, datasets, errors.

(What TensorFlow answers to single calls is compared in `tests/oracle`.)
"""

from __future__ import annotations

import numpy as np
import pytest

from addax import keras, tf

ROWS = tf.ragged.constant([[0, 1], [], [2]])


def test_gradients_flow_through_gathered_rows() -> None:
    table = tf.Variable([1.0, 2.0, 3.0])
    with tf.GradientTape() as tape:
        sums = tf.reduce_sum(tf.gather(table, ROWS), axis=1)
        loss = tf.reduce_sum(sums * sums)
    np.testing.assert_allclose(tape.gradient(loss, table), [6.0, 6.0, 6.0])


def test_layers_work_on_the_innermost_values() -> None:
    vectors = keras.layers.Embedding(4, 2)(ROWS)
    assert vectors.shape == (3, None, 2)
    out = keras.layers.Dense(5, activation="relu")(vectors)
    assert out.row_lengths().numpy().tolist() == [2, 0, 1]
    assert out.shape == (3, None, 5)


def test_dense_multiplies_sparse_inputs() -> None:
    x = np.array([[0, 2.0, 0], [1, 0, 0]], "float32")
    layer = keras.layers.Dense(4)
    np.testing.assert_allclose(
        layer(tf.sparse.from_dense(x)), layer(tf.constant(x)), rtol=1e-6
    )


def test_models_train_on_sparse_inputs() -> None:
    x, y = tf.sparse.eye(4), np.ones((4, 1), "float32")
    inputs = keras.Input((4,), sparse=True)
    model = keras.Model(inputs, keras.layers.Dense(1)(inputs))
    model.compile("sgd", "mse")
    model.fit(x, y, verbose=0)
    model.fit(tf.data.Dataset.from_tensor_slices((x, y)).batch(2), verbose=0)
    np.testing.assert_allclose(
        model.predict(x, verbose=0), model.predict(np.eye(4), verbose=0), rtol=1e-6
    )


def test_models_do_not_train_on_rows_of_different_lengths() -> None:
    model = keras.Sequential([keras.layers.Embedding(4, 2), keras.layers.LSTM(2)])
    for x in (ROWS, tf.data.Dataset.from_tensors(ROWS)):
        with pytest.raises(TypeError, match=r"(?s)dense tensor is needed.*mask_zero"):
            model.predict(x, verbose=0)


def test_functions_take_ragged_tensors() -> None:
    calls = []

    @tf.function
    def total(x: object) -> object:
        calls.append(1)
        return tf.reduce_sum(x)

    assert int(total(ROWS)) == 3
    assert int(total(ROWS + 1)) == 6


def test_datasets_hold_ragged_tensors() -> None:
    data = tf.data.Dataset.from_tensor_slices(ROWS)
    assert [x.numpy().tolist() for x in data] == [[0, 1], [], [2]]
    (batch,) = data.ragged_batch(3)
    assert batch.to_list() == [[0, 1], [], [2]]
    pairs = tf.data.Dataset.from_tensor_slices((ROWS[:2], [1, 2])).shuffle(2).batch(2)
    assert repr(data.element_spec) == (
        "RaggedTensorSpec(TensorShape([None]), tf.int32, 0, tf.int64)"
    )
    assert isinstance(pairs.element_spec[0], tf.RaggedTensorSpec)
    ((rows, numbers),) = pairs
    assert sorted(rows.to_list()) == [[], [0, 1]]
    assert numbers.shape == (2,)
    listed = tf.data.Dataset.range(2).map(lambda x: [tf.strings.as_string(x), "a"])
    assert next(iter(listed.batch(2))).numpy().tolist() == [[b"0", b"a"], [b"1", b"a"]]
    words = tf.data.Dataset.from_tensor_slices(["a b", "c"]).batch(2)
    (split,) = words.map(tf.strings.split)
    assert split.to_list() == [[b"a", b"b"], [b"c"]]


def test_datasets_hold_sparse_tensors() -> None:
    data = tf.data.Dataset.from_tensor_slices(tf.sparse.eye(2))
    (batch,) = data.batch(2)
    np.testing.assert_array_equal(tf.sparse.to_dense(batch), np.eye(2))


def test_specs_describe_tensors() -> None:
    assert repr(tf.RaggedTensorSpec.from_value(ROWS)) == (
        "RaggedTensorSpec(TensorShape([3, None]), tf.int32, 1, tf.int64)"
    )
    assert tf.RaggedTensorSpec([None, None], tf.int32).is_compatible_with(ROWS)
    assert not tf.SparseTensorSpec([2, 3]).is_compatible_with(tf.sparse.eye(2))


def test_an_operation_without_meaning_says_what_to_do() -> None:
    with pytest.raises(TypeError, match=r"(?s)`transpose` takes no ragged.*to_tensor"):
        tf.transpose(ROWS)
    with pytest.raises(TypeError, match=r"(?s)`exp` takes no sparse.*to_dense"):
        tf.exp(tf.sparse.eye(2))


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: tf.RaggedTensor.from_row_splits([1, 2], [0, 3]), "do not divide"),
        (lambda: tf.RaggedTensor.from_value_rowids([1, 2], [1, 0]), "must not fall"),
        (lambda: ROWS[:, 0], "cannot be picked"),
        (lambda: ROWS[7], "no such row"),
        (lambda: ROWS + tf.constant([[1, 2, 3]] * 3), "do not go together"),
        (lambda: bool(ROWS), "ambiguous"),
        (lambda: tf.SparseTensor([[0, 1]], [1, 2], [2, 2]), "a place and a value"),
    ],
)
def test_errors_say_what_is_wrong(make: object, text: str) -> None:
    with pytest.raises((ValueError, IndexError), match=text):
        make()  # type: ignore[operator]
