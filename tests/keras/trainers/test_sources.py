"""Data that is not arrays in memory: data sets by index, with workers; streams."""

import threading
import time
import warnings

import numpy as np
import pytest

from addax import keras

X = np.arange(16, dtype="float32")[:, None]
ROWS = [slice(i, i + 2) for i in range(0, 16, 2)]


class Batches(keras.utils.PyDataset):
    """Remembers who asked for what; later batches are ready sooner."""

    def __init__(self, fail_at=None, **kwargs):
        super().__init__(**kwargs)
        self.fail_at = fail_at
        self.epochs = 0

    def __len__(self):
        return len(ROWS)

    def __getitem__(self, index):
        if index == self.fail_at:
            raise ZeroDivisionError("no such picture")
        if self.workers > 1:
            time.sleep(0.002 * (len(ROWS) - index))
        return X[ROWS[index]], X[ROWS[index]] + self.epochs

    def on_epoch_end(self):
        self.epochs += 1


class Endless(Batches):
    @property
    def num_batches(self):
        return None

    def __getitem__(self, index):
        return super().__getitem__(index % len(ROWS))


def model():
    """Predicts its input; its loss is the mean of the targets."""
    made = keras.Sequential([keras.Input((1,)), keras.layers.Identity()])
    made.compile("sgd", loss=lambda y, p: keras.ops.mean(y) + 0 * keras.ops.mean(p))
    return made


KINDS = {
    "plain": {},
    "threads": {"workers": 3, "max_queue_size": 4},
    "processes": {"workers": 2, "use_multiprocessing": True},
}


@pytest.mark.parametrize("kind", KINDS)
def test_workers_keep_the_order(kind):
    found = model().predict(Batches(**KINDS[kind]), verbose=0)
    np.testing.assert_array_equal(found, X)


def test_processes_see_what_changed_between_epochs():
    data = Batches(**KINDS["processes"])
    history = model().fit(data, epochs=2, verbose=0).history
    assert history["loss"] == [7.5, 8.5]


def test_threads_work_side_by_side():
    together = threading.Barrier(2, timeout=20)

    class Meeting(Batches):
        def __getitem__(self, index):
            together.wait()
            return super().__getitem__(index)

    model().predict(Meeting(workers=2), verbose=0)


@pytest.mark.parametrize("kind", KINDS)
def test_errors_name_the_batch(kind):
    with pytest.raises(ZeroDivisionError, match="no such picture") as caught:
        model().predict(Batches(fail_at=3, **KINDS[kind]), verbose=0)
    assert "This happened in batch 3 of Batches." in caught.value.__notes__


def test_what_cannot_go_to_other_processes():
    data = Batches(**KINDS["processes"])
    data.lock = threading.Lock()
    with pytest.raises(ValueError, match=r"Batches cannot be sent.*\n.*lock"):
        model().predict(data, verbose=0)


def test_workers_of_keras_2():
    model().fit(Batches(), epochs=1, workers=2, max_queue_size=3, verbose=0)


def test_endless_data():
    history = model().fit(Endless(), steps_per_epoch=4, epochs=4, verbose=0).history
    assert history["loss"] == [3.5, 12.5, 5.5, 14.5]  # epochs go on where they ended


def batches(count):
    for i in range(count):
        yield X[ROWS[i % len(ROWS)]], X[ROWS[i % len(ROWS)]]


class Loader:
    """Like PyTorch's: no index, lists of tensors."""

    class Tensor:
        def __init__(self, array):
            self.array = array

        def detach(self):
            return self

        cpu = detach

        def numpy(self):
            return self.array

    def __iter__(self):
        return ([self.Tensor(x), self.Tensor(y)] for x, y in batches(len(ROWS)))

    def __len__(self):
        return len(ROWS)


@pytest.mark.parametrize(
    "make, options, losses, steps",
    [
        (lambda: (X, X), {"batch_size": 2, "shuffle": False}, [4.5, 12.5, 4.5], (3, 5)),
        (Loader, {}, [4.5, 12.5, 4.5], (3, 5)),
        (Batches, {"shuffle": False}, [4.5, 13.5, 6.5], (3, 5)),
        (lambda: batches(7), {}, [4.5, 11.5], (2, 5)),
    ],
    ids=["arrays", "loader", "by index", "generator"],
)
def test_steps_of_an_epoch_go_on_until_the_data_ends(make, options, losses, steps):
    data = make()
    data = data if isinstance(data, tuple) else (data,)
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        history = (
            model()
            .fit(*data, steps_per_epoch=5, epochs=3, verbose=0, **options)
            .history
        )
    assert history["loss"] == losses
    first = f"The data ran out: {steps[0]} of {steps[1]} steps of this epoch"
    assert str(caught[0].message).startswith(first)


@pytest.mark.parametrize("make", [Loader, Batches, lambda: batches(8)])
def test_every_source_trains_alike(make):
    assert model().fit(make(), shuffle=False, verbose=0).history["loss"] == [7.5]
    found = model().predict(make(), verbose=0)
    np.testing.assert_array_equal(found, X)


def test_validation_begins_anew_each_time():
    history = (
        model()
        .fit(X, X, validation_data=Loader(), validation_steps=3, epochs=2, verbose=0)
        .history
    )
    assert history["val_loss"] == [2.5, 2.5]


def test_tables():
    pandas = pytest.importorskip("pandas")
    table = pandas.DataFrame({"a": np.arange(4.0), "b": 1})
    inputs = {n: keras.Input((1,), name=n) for n in "ab"}
    joined = keras.layers.Concatenate()(list(inputs.values()))
    both = keras.Model(inputs, keras.layers.Dense(1)(joined))
    both.compile("sgd", "mse")
    both.fit(dict(table), table["a"], verbose=0)
    assert both.predict(dict(table), verbose=0).shape == (4, 1)
    flat = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    flat.compile("sgd", "mse")
    flat.fit(table, table["a"], validation_split=0.5, verbose=0)
    assert flat.predict(table, verbose=0).shape == (4, 1)
