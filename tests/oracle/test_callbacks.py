"""Callbacks against Keras's: the same logs must lead to the same actions."""

import warnings

import keras
import numpy as np
import pytest

from addax.keras import callbacks as ours


class Optimizer:
    def __init__(self):
        self.learning_rate = 0.5
        self.iterations = 0


class Metric:
    def __init__(self, name, direction):
        self.name = name
        self._direction = direction


class Model:
    """What a callback sees of a model; notes what is done to it."""

    def __init__(self):
        self.optimizer = Optimizer()
        self.metrics = [Metric("loss", "down"), Metric("score", "up")]
        self.stop_training = False
        self.actions = []
        self.weights_now = 0

    def get_weights(self):
        return [self.weights_now]

    def set_weights(self, weights):
        self.actions.append(("set_weights", weights))

    def save(self, filepath, overwrite=True):
        self.actions.append(("save", str(filepath)))

    def save_weights(self, filepath, overwrite=True):
        self.actions.append(("save_weights", str(filepath)))


def drive(callback, logs, batches=0):
    """Runs a callback through epochs with these logs; what the model went through."""
    model = Model()
    callback.set_model(model)
    callback.set_params({"epochs": len(logs), "steps": batches, "verbose": 0})
    callback.on_train_begin()
    trace = []
    for epoch, values in enumerate(logs):
        model.weights_now = epoch + 1
        callback.on_epoch_begin(epoch, {})
        for batch in range(batches):
            callback.on_train_batch_begin(batch, {})
            callback.on_train_batch_end(batch, {"loss": 1.0})
        values = dict(values)
        callback.on_epoch_end(epoch, values)
        trace.append((values, float(model.optimizer.learning_rate)))
        if model.stop_training:
            break
    callback.on_train_end({})
    return trace, model.actions, model.stop_training


def compare(name, arguments, logs, batches=0):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        expected = drive(getattr(keras.callbacks, name)(**arguments), logs, batches)
        found = drive(getattr(ours, name)(**arguments), logs, batches)
    assert repr(found) == repr(expected)


def series(*values, name="val_loss"):
    return [{"loss": 1.0, name: v} for v in values]


FALLING = series(5, 4, 3, 2, 1)
BUMPY = series(5, 4, 4.5, 4.4, 3, 3.1, 3.2, 3.3, 3.4)
NAN = series(float("nan"), float("nan"), float("nan"), 1.0, 2.0)
RISING = series(1, 2, 3, 2.5, 2.6, 2.7, name="score")


@pytest.mark.parametrize(
    "arguments, logs",
    [
        ({}, FALLING),
        ({}, BUMPY),
        ({"patience": 2}, BUMPY),
        ({"patience": 2, "min_delta": 0.7}, BUMPY),
        ({"patience": 2, "min_delta": -0.7}, BUMPY),
        ({"patience": 3, "restore_best_weights": True}, BUMPY),
        ({"patience": 1, "restore_best_weights": True, "baseline": 2.0}, BUMPY),
        ({"patience": 1, "baseline": 4.2}, BUMPY),
        ({"patience": 1, "start_from_epoch": 4}, BUMPY),
        ({"restore_best_weights": True}, NAN),
        ({"patience": 4, "restore_best_weights": True}, NAN),
        ({"monitor": "score", "mode": "max", "restore_best_weights": True}, RISING),
        ({"monitor": "score", "mode": "min"}, RISING),
        ({"monitor": "loss", "mode": "max", "patience": 2}, FALLING),
        ({"monitor": "val_score", "mode": "max"}, FALLING),
        ({"patience": 0}, series(1.0)),
    ],
)
def test_early_stopping(arguments, logs):
    compare("EarlyStopping", arguments, logs)


@pytest.mark.parametrize(
    "arguments, logs",
    [
        ({"patience": 1}, BUMPY),
        ({"patience": 2, "factor": 0.5}, BUMPY),
        ({"patience": 1, "cooldown": 2}, BUMPY),
        ({"patience": 1, "min_lr": 0.04}, BUMPY),
        ({"patience": 1, "min_delta": 2}, BUMPY),
        ({"patience": 0}, FALLING),
        ({"patience": 1, "monitor": "score", "mode": "max"}, RISING),
        ({"patience": 1}, NAN),
        ({"patience": 1, "monitor": "val_score", "mode": "max"}, BUMPY),
    ],
)
def test_reduce_lr_on_plateau(arguments, logs):
    compare("ReduceLROnPlateau", arguments, logs)


@pytest.mark.parametrize(
    "schedule", [lambda e, rate: rate / 2, lambda e: 0.1 * (e + 1)], ids=["two", "one"]
)
def test_learning_rate_scheduler(schedule):
    compare("LearningRateScheduler", {"schedule": schedule}, FALLING)


@pytest.mark.parametrize(
    "arguments, logs, batches",
    [
        ({"filepath": "a.keras"}, BUMPY, 0),
        ({"filepath": "{epoch:02d}-{val_loss:.2f}.keras"}, BUMPY, 0),
        ({"filepath": "a.keras", "save_best_only": True}, BUMPY, 0),
        ({"filepath": "a.weights.h5", "save_weights_only": True}, FALLING, 0),
        (
            {
                "filepath": "{epoch}.keras",
                "save_best_only": True,
                "monitor": "score",
                "mode": "max",
            },
            RISING,
            0,
        ),
        (
            {
                "filepath": "{epoch}.keras",
                "save_best_only": True,
                "initial_value_threshold": 3.5,
            },
            BUMPY,
            0,
        ),
        ({"filepath": "{epoch}-{batch}.keras", "save_freq": 3}, FALLING, 4),
        ({"filepath": "{epoch}.keras", "save_best_only": True}, NAN, 0),
    ],
)
def test_model_checkpoint(arguments, logs, batches):
    compare("ModelCheckpoint", arguments, logs, batches)


@pytest.mark.parametrize("validation", [True, False])
@pytest.mark.parametrize("separator", [",", ";"])
def test_csv_logger(tmp_path, validation, separator):
    logs = BUMPY if validation else [{"loss": 0.5, "b": np.float32(1), "a": 2}] * 2
    logs[-1]["extra"] = 3
    written = []
    for where, module in (("theirs", keras.callbacks), ("ours", ours)):
        path = tmp_path / where
        for _ in range(2):
            drive(module.CSVLogger(str(path), separator, append=True), logs)
        written.append(path.read_text())
    assert written[0].replace("\r\n", "\n") == written[1].replace("\r\n", "\n")


@pytest.mark.parametrize("value", [1.0, float("nan"), float("inf")])
def test_terminate_on_nan(value):
    stopped = []
    for module in (keras.callbacks, ours):
        callback, model = module.TerminateOnNaN(), Model()
        callback.set_model(model)
        callback.on_train_batch_end(0, {"loss": value})
        stopped.append(model.stop_training)
    assert stopped[0] == stopped[1]


def test_hooks_are_the_same():
    def hooks(cls):
        return {name for name in dir(cls) if name.startswith("on_")}

    assert hooks(ours.Callback) == hooks(keras.callbacks.Callback)


def notes(base, calls):
    """A callback that notes which of its methods are called, and with what."""

    def note(name):
        return lambda self, *args, logs=None: calls.append((name, args))

    methods = {name: note(name) for name in dir(base) if name.startswith("on_")}
    return type("Notes", (base,), methods)()


def test_list_tells_the_same_in_the_same_order():
    told = []
    for module in (keras.callbacks, ours):
        calls = []
        several = module.CallbackList(
            [notes(module.Callback, calls)], add_history=True, model=Model()
        )
        several.on_train_begin()
        several.on_epoch_begin(0)
        several.on_train_batch_begin(0)
        several.on_train_batch_end(0, {"loss": 1.0})
        several.on_test_begin()
        several.on_test_batch_begin(0)
        several.on_test_batch_end(0, {"loss": 2.0})
        several.on_test_end({"loss": 2.0})
        several.on_epoch_end(0, {"loss": 1.0, "val_loss": 2.0})
        several.on_train_end({"loss": 1.0})
        several.on_predict_begin()
        several.on_predict_batch_begin(0)
        several.on_predict_batch_end(0, {"outputs": 1})
        several.on_predict_end()
        told.append(calls)
    assert told[1] == told[0]


def directions():
    """Which way each of Keras's metrics is better, as it says itself."""
    for cls in vars(keras.metrics).values():
        if not isinstance(cls, type):
            continue
        for arguments in ((), (0.5,), (2,), (2, [0])):
            try:
                metric = cls(*arguments)
            except (TypeError, ValueError, AttributeError, IndexError):
                continue
            if getattr(metric, "_direction", None) in ("up", "down"):
                yield metric.name, metric._direction
            break


def test_directions_of_metrics():
    found = dict(directions())
    assert len(found) > 25
    for name, direction in found.items():
        callback = ours.EarlyStopping(f"val_{name}")
        callback.set_model(object())
        callback._key = f"val_{name}"
        assert callback._direction() is (direction == "up"), name
