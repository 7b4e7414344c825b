"""Training on datasets: the same as training on arrays, by whichever way they come."""

import numpy as np
import pytest

from addax import keras, tf
from addax.data.batches import Batches
from addax.keras.trainers.feeding import make_feed
from addax.keras.trainers.resident import ResidentFeed

RNG = np.random.default_rng(0)
X = RNG.normal(size=(50, 4)).astype("float32")
Y = X @ np.array([[1.0], [2.0], [-1.0], [0.5]], "float32")
D = tf.data.Dataset


def model():
    keras.utils.set_random_seed(1)
    made = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    made.compile("sgd", "mse", metrics=["mae"])
    return made


def feed(dataset):
    return make_feed(dataset, None, None, batch_size=None)


IN_ORDER = {
    "rows": lambda: D.from_tensor_slices((X, Y)).batch(8),
    "prefetched": lambda: D.from_tensor_slices((X, Y)).batch(8).prefetch(2),
    "elements": lambda: D.from_tensor_slices((X, Y)).map(lambda x, y: (x, y)).batch(8),
    "cached": lambda: D.from_tensor_slices((X, Y)).cache().batch(8),
    "zip": lambda: D.zip((D.from_tensor_slices(X), D.from_tensor_slices(Y))).batch(8),
}


@pytest.mark.parametrize("name", IN_ORDER)
def test_datasets_train_as_arrays_do(name):
    dataset = IN_ORDER[name]()
    ours, theirs = model(), model()
    a = ours.fit(dataset, epochs=2, verbose=0, validation_data=dataset)
    b = theirs.fit(
        X, Y, 8, epochs=2, verbose=0, shuffle=False, validation_data=(X, Y)
    )  # fmt: skip
    for key, values in b.history.items():
        np.testing.assert_allclose(a.history[key], values, rtol=1e-5, err_msg=key)
    np.testing.assert_allclose(
        ours.evaluate(dataset, verbose=0), theirs.evaluate(X, Y, 8, verbose=0), 1e-5
    )
    np.testing.assert_allclose(
        ours.predict(dataset, verbose=0), theirs.predict(X, verbose=0), 1e-5
    )


def test_tables_are_put_on_the_device_once():
    rows = D.from_tensor_slices((X, Y))
    for dataset in (
        rows.batch(8),
        rows.shuffle(50).batch(8).prefetch(2),
        rows.map(lambda x, y: (x * 2, y)).shuffle(50).batch(8),
        D.zip((D.from_tensor_slices(X), D.from_tensor_slices(Y))).shuffle(9).batch(8),
        rows.cache().shuffle(10).repeat(2).batch(8, drop_remainder=True),
    ):
        assert isinstance(feed(dataset), ResidentFeed)
    for dataset in (rows.repeat().batch(8), rows.batch(8).map(lambda x, y: (x, y))):
        assert not isinstance(feed(dataset), ResidentFeed)


def test_the_order_is_the_datasets_own():
    rows = D.from_tensor_slices(np.arange(30))
    for dataset in (
        rows.shuffle(30, seed=1).batch(4),
        rows.shuffle(7, seed=1).skip(3).repeat(2).batch(4, drop_remainder=True),
    ):
        table = Batches(dataset).table
        state = Batches(dataset).state()
        drawn = [table.draw() for _ in range(2)]
        Batches(dataset).restore(state)
        for order in drawn:
            batches = [b.tolist() for b in dataset.as_numpy_iterator()]
            assert np.concatenate(batches).tolist() == order.tolist()
        assert drawn[0].tolist() != drawn[1].tolist()


def test_endless_datasets_need_a_number_of_steps():
    dataset = D.from_tensor_slices((X, Y)).shuffle(50).repeat().batch(8)
    history = model().fit(dataset, epochs=2, steps_per_epoch=5, verbose=0)
    assert len(history.history["loss"]) == 2


def test_inputs_by_name_and_class_weights():
    a, b = keras.Input((4,), name="a"), keras.Input((4,), name="b")
    made = keras.Model([a, b], keras.layers.Dense(2, activation="softmax")(a + b))
    made.compile("sgd", "sparse_categorical_crossentropy")
    labels = (Y[:, 0] > 0).astype("int32")
    dataset = D.from_tensor_slices(({"b": X, "a": X}, labels)).batch(10)
    made.fit(dataset, verbose=0, class_weight={0: 1.0, 1: 2.0})
    assert made.predict(dataset, verbose=0).shape == (50, 2)
