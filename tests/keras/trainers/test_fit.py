"""What fit accepts, and that every way of running it gives the same numbers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pandas as pd
import pytest

from addax import keras, tf
from addax.keras.trainers.feeds import RESIDENT_BYTES

RNG = np.random.default_rng(0)
X = RNG.normal(size=(70, 5)).astype("float32")
Y = RNG.normal(size=(70, 1)).astype("float32")
START = [RNG.normal(size=s).astype("float32") for s in ((5, 8), (8,), (8, 1), (1,))]


def make(**compile: Any) -> Any:
    model = keras.Sequential(
        [keras.Input((5,)), keras.layers.Dense(8, "relu"), keras.layers.Dense(1)]
    )
    model.set_weights(START)
    model.compile(**{"optimizer": "adam", "loss": "mse", "metrics": ["mae"], **compile})
    return model


def fitted(model: Any, *data: Any, **fit: Any) -> tuple[Any, list[Any]]:
    options = {"epochs": 2, "batch_size": 16, "shuffle": False, "verbose": 0, **fit}
    history = model.fit(*data, **options).history
    return history, model.get_weights()


def same(a: Any, b: Any, rtol: float = 1e-5) -> None:
    for name in a[0]:
        np.testing.assert_allclose(a[0][name], b[0][name], rtol=rtol, err_msg=name)
    for v, w in zip(a[1], b[1], strict=True):
        np.testing.assert_allclose(v, w, rtol=rtol, atol=1e-6)


@pytest.fixture(scope="module")
def expected() -> tuple[Any, list[Any]]:
    return fitted(make(), X, Y)


def batches(n: int = 16) -> Iterator[Any]:
    for i in range(0, len(X), n):
        yield X[i : i + n], Y[i : i + n]


class Batches(keras.utils.PyDataset):
    def __len__(self) -> int:
        return 5

    def __getitem__(self, i: int) -> Any:
        return X[i * 16 : i * 16 + 16], Y[i * 16 : i * 16 + 16]


class Loader:
    """As PyTorch's DataLoader: a length, and a fresh iterator each time."""

    def __len__(self) -> int:
        return 5

    def __iter__(self) -> Iterator[Any]:
        for x, y in batches():
            yield [x, y]


SOURCES: dict[str, Callable[[], tuple[Any, ...]]] = {
    "lists": lambda: (X.tolist(), Y.tolist()),
    "float64": lambda: (X.astype("float64"), Y.astype("float64")),
    "tensors": lambda: (tf.constant(X), tf.constant(Y)),
    "data frames": lambda: (pd.DataFrame(X), pd.Series(Y[:, 0])),
    "flat targets": lambda: (X, Y[:, 0]),
    "one input in a list": lambda: ([X], [Y]),
    "dict by input name": lambda: ({"x": X}, Y),
    "PyDataset": lambda: (Batches(),),
    "loader": lambda: (Loader(),),
}


@pytest.mark.parametrize("source", SOURCES.values(), ids=SOURCES)
def test_every_kind_of_data_gives_the_same_training(
    source: Callable[[], tuple[Any, ...]], expected: Any
) -> None:
    model = make()
    if isinstance(source()[0], dict):
        x = keras.Input((5,), name="x")
        model = keras.Model(x, model(x))
        model.compile("adam", "mse", metrics=["mae"])
    # Targets without the last axis give metrics of another shape, not other losses.
    same(fitted(model, *source()), expected)


def test_generators_go_on_where_they_were() -> None:
    def endless() -> Iterator[Any]:
        while True:
            yield from batches()

    same(
        fitted(make(), endless(), steps_per_epoch=5),
        fitted(make(), X, Y),
    )


def test_streamed_arrays_train_as_resident_ones(expected: Any) -> None:
    with RESIDENT_BYTES.override(100):
        same(fitted(make(), X, Y), expected)


def test_eager_steps_train_as_compiled_ones(expected: Any) -> None:
    same(fitted(make(run_eagerly=True), X, Y), expected, rtol=1e-4)


def test_callbacks_that_look_at_batches_change_nothing(expected: Any) -> None:
    seen: list[tuple[int, float]] = []

    class Look(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            seen.append((batch, logs["loss"]))

    same(fitted(make(), X, Y, callbacks=[Look()]), expected)
    assert [i for i, _ in seen] == [0, 1, 2, 3, 4] * 2
    assert seen[4][1] == pytest.approx(expected[0]["loss"][0], rel=1e-5)


class OwnStep(keras.Model):
    def __init__(self) -> None:
        super().__init__()
        self.net = make()

    def call(self, inputs: Any) -> Any:
        return self.net(inputs)

    def train_step(self, data: Any) -> dict[str, Any]:
        x, y = data
        with tf.GradientTape() as tape:
            y_pred = self(x, training=True)
            loss = self.compute_loss(y=y, y_pred=y_pred)
        variables = self.trainable_variables
        gradients = tape.gradient(loss, variables)
        self.optimizer.apply_gradients(zip(gradients, variables, strict=True))
        for metric in self.metrics:
            if metric.name == "loss":
                metric.update_state(loss, sample_weight=len(x))
            else:
                metric.update_state(y, y_pred)
        return {m.name: m.result() for m in self.metrics}


def test_a_train_step_of_your_own_trains_the_same(expected: Any) -> None:
    model = OwnStep()
    model.compile("adam", "mse", metrics=["mae"])
    assert [m.name for m in model.metrics] == ["loss", "compile_metrics"]
    history = fitted(model, X, Y)
    same(history, expected)
    assert set(history[0]) == {"loss", "mae"}
    assert model.metrics_names == ["loss", "mae"]


@pytest.mark.parametrize("compiled", [True, False])
def test_a_loop_of_your_own_trains_the_same(compiled: bool, expected: Any) -> None:
    model = make()
    optimizer, loss_fn = keras.optimizers.Adam(), keras.losses.MeanSquaredError()
    metric = keras.metrics.MeanAbsoluteError()

    def step(x: Any, y: Any) -> Any:
        with tf.GradientTape() as tape:
            y_pred = model(x, training=True)
            loss = loss_fn(y, y_pred)
        gradients = tape.gradient(loss, model.trainable_variables)
        optimizer.apply_gradients(
            zip(gradients, model.trainable_variables, strict=True)
        )
        metric.update_state(y, y_pred)
        return loss

    run = tf.function(step) if compiled else step
    for epoch in range(2):
        metric.reset_state()
        for x, y in batches():
            run(x, y)
        found = float(metric.result())
        assert found == pytest.approx(expected[0]["mae"][epoch], rel=1e-4)
    for v, w in zip(model.get_weights(), expected[1], strict=True):
        np.testing.assert_allclose(v, w, rtol=1e-4, atol=1e-6)


def test_shuffling_is_reproducible_and_differs_from_order(expected: Any) -> None:
    runs = []
    for _ in range(2):
        keras.utils.set_random_seed(3)
        runs.append(fitted(make(), X, Y, shuffle=True))
    same(*runs, rtol=1e-7)
    assert runs[0][0]["loss"][1] != expected[0]["loss"][1]


def test_dropout_is_reproducible_compiled_and_eager() -> None:
    results = []
    for eager in (False, True):
        keras.utils.set_random_seed(7)
        model = keras.Sequential(
            [
                keras.Input((5,)),
                keras.layers.Dense(8, "relu"),
                keras.layers.Dropout(0.5),
                keras.layers.Dense(1),
            ]
        )
        model.compile("sgd", "mse", run_eagerly=eager)
        results.append(fitted(model, X, Y))
    same(*results, rtol=1e-4)


def test_validation_is_evaluation_after_the_epoch() -> None:
    model = make()
    history, _ = fitted(
        model, X[:50], Y[:50], epochs=1, validation_data=(X[50:], Y[50:])
    )
    loss, mae = model.evaluate(X[50:], Y[50:], verbose=0)
    assert history["val_loss"] == [pytest.approx(loss, rel=1e-5)]
    assert history["val_mae"] == [pytest.approx(mae, rel=1e-5)]
    assert set(history) == {"loss", "mae", "val_loss", "val_mae"}


def test_validation_freq_and_initial_epoch() -> None:
    history, _ = fitted(
        make(),
        X,
        Y,
        epochs=5,
        initial_epoch=1,
        validation_split=0.2,
        validation_freq=2,
    )
    assert len(history["loss"]) == 4
    assert len(history["val_loss"]) == 2


def test_training_goes_on_from_where_it_stopped(expected: Any) -> None:
    model = make()
    first, _ = fitted(model, X, Y, epochs=1)
    second, weights = fitted(model, X, Y, epochs=1)
    joined = {k: first[k] + second[k] for k in first}
    same((joined, weights), expected)


def test_freezing_after_compile_takes_effect() -> None:
    model = make()
    fitted(model, X, Y)
    model.layers[0].trainable = False
    before = model.get_weights()
    fitted(model, X, Y)
    after = model.get_weights()
    np.testing.assert_array_equal(before[0], after[0])
    assert not np.allclose(before[2], after[2])


def test_predict_gives_every_row_in_order_whatever_the_batches() -> None:
    model = make()
    whole = model(X).numpy()
    for size in (1, 7, 32, 70, 100):
        np.testing.assert_allclose(
            model.predict(X, batch_size=size, verbose=0), whole, rtol=1e-5, atol=1e-6
        )
    streamed = model.predict((x for x, _ in batches()), verbose=0)
    np.testing.assert_allclose(streamed, whole, rtol=1e-5, atol=1e-6)
    assert model.predict([[1.0, 2.0, 3.0, 4.0, 5.0]], verbose=0).shape == (1, 1)


def test_a_plain_list_of_numbers_is_a_batch_of_single_inputs() -> None:
    model = keras.Sequential([keras.layers.Dense(1, input_shape=[1])])
    model.compile("sgd", "mse")
    xs = np.array([1.0, 2.0, 3.0, 4.0, 5.0])
    model.fit(xs, xs * 2, epochs=500, verbose=0)
    assert model.predict([6.0], verbose=0)[0, 0] == pytest.approx(12.0, abs=0.5)


def test_an_interrupt_keeps_the_weights_of_the_last_step() -> None:
    class Interrupt(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            if batch == 2:
                raise KeyboardInterrupt

    model = make()
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, Y, batch_size=16, verbose=0, callbacks=[Interrupt()])
    assert int(model.optimizer.iterations) == 3
    assert np.isfinite(model.predict(X, verbose=0)).all()
    model.fit(X, Y, verbose=0)


def test_stop_training_ends_within_the_epoch() -> None:
    class Stop(keras.callbacks.Callback):
        def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
            self.model.stop_training = batch == 1

    model = make()
    history, _ = fitted(model, X, Y, epochs=3, callbacks=[Stop()])
    assert len(history["loss"]) == 1
    assert int(model.optimizer.iterations) == 2


def test_one_program_serves_every_number_of_steps() -> None:
    model = make()
    fitted(model, X, Y, epochs=4)
    fitted(model, X, Y, epochs=4)
    runner = model._runner("train")
    assert len(runner._lifted) == 2  # whole batches, and the smaller last one
    assert [p._compiled._cache_size() for p in runner._loops.values()] == [1, 1]


@pytest.mark.parametrize(
    "metrics", [["mae"], "mae", [keras.metrics.MeanAbsoluteError("mae")]]
)
def test_compile_takes_metrics_where_keras_2_had_them(metrics: Any) -> None:
    model = make()
    model.compile("adam", "mse", metrics)
    history, _ = fitted(model, X, Y, epochs=1)
    assert set(history) == {"loss", "mae"}
