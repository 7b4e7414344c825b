"""Callbacks in real training."""

import json

import numpy as np
import pytest

from addax import keras

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(32, 4)).astype("float32")
Y = RANDOM.normal(size=(32, 1)).astype("float32")


def network(optimizer="adam", **kwargs):
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [keras.Input((4,)), keras.layers.Dropout(0.25), keras.layers.Dense(1)]
    )
    model.compile(optimizer, "mse", metrics=["mae"], **kwargs)
    return model


def fit(model, *callbacks, **options):
    arguments = {"batch_size": 8, "epochs": 4, "verbose": 0, "shuffle": False}
    return model.fit(X, Y, callbacks=list(callbacks), **arguments | options)


class Interrupt(keras.callbacks.Callback):
    """A crash at the start of an epoch."""

    def on_epoch_begin(self, epoch, logs=None):
        if epoch == 2:
            raise KeyboardInterrupt


def test_interrupted_training_ends_as_if_it_had_not_been(tmp_path):
    expected = network()
    history = fit(expected).history

    model = network()
    with pytest.raises(KeyboardInterrupt):
        fit(model, keras.callbacks.BackupAndRestore(tmp_path / "b"), Interrupt())
    place = json.loads((tmp_path / "b" / "training_metadata.json").read_text())
    assert place["epoch"] == 2

    fresh = network()
    again = fit(fresh, keras.callbacks.BackupAndRestore(tmp_path / "b"))
    assert again.epoch == [2, 3]
    assert again.history == {name: values[2:] for name, values in history.items()}
    for a, b in zip(expected.get_weights(), fresh.get_weights(), strict=True):
        np.testing.assert_array_equal(a, b)
    assert not (tmp_path / "b").exists()


def test_checkpoint_of_the_best_epoch(tmp_path):
    path = tmp_path / "best.keras"
    model = network(keras.optimizers.SGD(0.05))
    history = fit(
        model,
        keras.callbacks.ModelCheckpoint(path, "val_loss", save_best_only=True),
        validation_data=(X, Y),
        epochs=6,
    ).history
    best = keras.models.load_model(path)
    loss = best.evaluate(X, Y, verbose=0)[0]
    np.testing.assert_allclose(loss, min(history["val_loss"]), rtol=1e-5)


@pytest.mark.parametrize("every", [1, 3])
def test_checkpoints_by_batches(tmp_path, every):
    path = str(tmp_path / "{epoch}-{batch}.weights.h5")
    saver = keras.callbacks.ModelCheckpoint(
        path, save_weights_only=True, save_freq=every
    )
    fit(network(), saver, epochs=2)
    names = sorted(each.name.split(".")[0] for each in tmp_path.iterdir())
    expected = {
        1: [f"{e}-{b}" for e in (1, 2) for b in (1, 2, 3, 4)],
        3: ["1-3", "2-2"],
    }
    assert names == expected[every]


def test_learning_rates_are_set():
    seen = []

    class See(keras.callbacks.Callback):
        def on_epoch_end(self, epoch, logs=None):
            seen.append(float(self.model.optimizer.learning_rate))

    model = network(keras.optimizers.SGD(0.5))
    schedule = keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate / 2)
    history = fit(model, schedule, See()).history
    assert seen == [0.25, 0.125, 0.0625, 0.03125]
    assert history["learning_rate"] == seen


def test_early_stopping_goes_back():
    model = network(keras.optimizers.SGD(0.1))
    stop = keras.callbacks.EarlyStopping(
        "loss", mode="max", patience=2, restore_best_weights=True
    )
    weights = []
    note = keras.callbacks.LambdaCallback(
        on_epoch_end=lambda epoch, logs: weights.append(model.get_weights())
    )
    fit(model, stop, note, epochs=10)
    assert len(weights) < 10
    np.testing.assert_array_equal(model.get_weights()[0], weights[stop.best_epoch][0])


def test_nan_ends_training(capsys):
    model = network(keras.optimizers.SGD(1e30))
    history = fit(model, keras.callbacks.TerminateOnNaN(), epochs=50)
    assert len(history.epoch) < 50
    assert "training ends here" in capsys.readouterr().out


def test_a_hook_per_batch_sees_each_batch():
    batches = []
    see = keras.callbacks.LambdaCallback(
        on_train_batch_begin=lambda batch, logs: batches.append(("begin", batch)),
        on_train_batch_end=lambda batch, logs: batches.append(("end", batch)),
    )
    fit(network(), see, epochs=1)
    assert batches == [(what, i) for i in range(4) for what in ("begin", "end")]


@pytest.mark.parametrize("swap_on_epoch", [False, True])
def test_averages_of_weights(swap_on_epoch):
    """At each moment either weights or averages are in place, as in Keras."""
    optimizer = keras.optimizers.SGD(0.1, use_ema=True, ema_momentum=0.5)
    model = network(optimizer)
    seen = {}

    class See(keras.callbacks.Callback):
        def note(self, moment):
            kernel = self.model.get_weights()[0].copy()
            average = optimizer._averages[0].numpy().copy()
            seen.setdefault(moment, []).append((kernel, average))

        def on_train_batch_end(self, batch, logs=None):
            if batch == 3:
                self.note("batch")

        def on_test_begin(self, logs=None):
            self.note("test")

        def on_epoch_end(self, epoch, logs=None):
            self.note("epoch")

    swap = keras.callbacks.SwapEMAWeights(swap_on_epoch)
    fit(model, swap, See(), epochs=2, validation_data=(X, Y))
    for (kernel, average), (test_kernel, test_average) in zip(
        seen["batch"], seen["test"], strict=True
    ):
        np.testing.assert_array_equal(test_kernel, average)
        np.testing.assert_array_equal(test_average, kernel)
    kernel, average = seen["batch"][-1]
    np.testing.assert_array_equal(
        seen["epoch"][-1][0], average if swap_on_epoch else kernel
    )
    np.testing.assert_array_equal(model.get_weights()[0], average)


def test_curves_of_a_real_training(tmp_path):
    board = keras.callbacks.TensorBoard(tmp_path, write_steps_per_second=True)
    fit(network(), board, validation_data=(X, Y), epochs=2)
    assert {each.name for each in tmp_path.iterdir()} == {"train", "validation"}


def test_progress_in_a_pipe(capsys):
    fit(network(), verbose=1, epochs=2, validation_split=0.25)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Epoch 1/2"
    bar = "━" * 20
    assert lines[1].startswith(f"3/3 {bar} ")
    names = [part.split(":")[0] for part in lines[1].split(" - ")[1:]]
    assert names == ["loss", "mae", "val_loss", "val_mae"]
    assert len(lines) == 4
