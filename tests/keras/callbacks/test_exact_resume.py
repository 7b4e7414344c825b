"""An interrupted training that goes on ends with the bits of one that was not."""

import random
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from addax import keras, tf
from addax.keras.trainers import feeds

RANDOM = np.random.RandomState(0)
X = RANDOM.normal(size=(40, 4)).astype("float32")
Y = RANDOM.normal(size=(40, 1)).astype("float32")
STEPS = 5  # batches of 8 of 40 samples


class Crash(keras.callbacks.Callback):
    """An error after so many steps, epochs together."""

    async_safe = False

    def __init__(self, after):
        super().__init__()
        self.left = after

    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if not self.left:
            raise RuntimeError("crash")


class Batches(keras.utils.PyDataset):
    def __len__(self):
        return STEPS

    def __getitem__(self, index):
        rows = slice(index * 8, index * 8 + 8)
        return X[rows], Y[rows]


def endless():
    while True:
        for i in range(STEPS):
            yield Batches()[i]


def pipeline():
    rows = tf.data.Dataset.from_tensor_slices((X, Y))
    return rows.shuffle(40).map(lambda x, y: (x * 2, y)).batch(8).prefetch(2)


class GlobalNoise(keras.layers.Layer):
    """Draws from the global generator, which no layer owns."""

    def call(self, x, training=False):
        noise = keras.random.normal((8, 4), stddev=0.1)
        return x + noise if training else x


class Unbuilt(keras.Model):
    def __init__(self):
        super().__init__()
        self.hidden = keras.layers.Dense(4)
        self.out = keras.layers.Dense(1)

    def call(self, x):
        return self.out(self.hidden(x))


def plain():
    return keras.Sequential(
        [
            keras.Input((4,)),
            keras.layers.Dropout(0.25),
            keras.layers.Dense(4),
            keras.layers.BatchNormalization(),
            keras.layers.Dense(1),
        ]
    )


def noisy():
    return keras.Sequential([keras.Input((4,)), GlobalNoise(), keras.layers.Dense(1)])


def watchers():
    return [
        keras.callbacks.ReduceLROnPlateau("loss", patience=1, min_delta=1, cooldown=1),
        keras.callbacks.EarlyStopping(
            "loss", patience=4, min_delta=1, restore_best_weights=True
        ),
    ]


def halving():
    return [keras.callbacks.LearningRateScheduler(lambda epoch, rate: rate * 0.5)]


def swapping():
    return [keras.callbacks.SwapEMAWeights(swap_on_epoch=True)]


CASES = {
    "epochs": (plain, (X, Y), "adam", list, "epoch"),
    "batches": (plain, (X, Y), "adam", list, 2),
    "global generator": (noisy, (X, Y), "sgd", list, 3),
    "not built yet": (Unbuilt, (X, Y), "adam", list, 3),
    "dataset": (plain, (Batches(),), "adam", list, 3),
    "generator": (Unbuilt, endless, "adam", list, 3),
    "pipeline": (plain, (pipeline,), "adam", list, 3),
    "watchers": (plain, (X, Y), "adam", watchers, "epoch"),
    "schedule": (plain, (X, Y), "adam", halving, 3),
    "averages": (
        plain,
        (X, Y),
        lambda: keras.optimizers.Adam(use_ema=True),
        swapping,
        "epoch",
    ),
}


def train(case, folder, crash_after=None):
    """The weights and last metrics of a training with a backup."""
    make, data, optimizer, others, save_freq = CASES[case]
    keras.utils.set_random_seed(1)
    model = make()
    optimizer = optimizer() if callable(optimizer) else optimizer
    model.compile(optimizer, "mse", metrics=["mae"])
    callbacks = [keras.callbacks.BackupAndRestore(folder, save_freq), *others()]
    if crash_after:
        callbacks.append(Crash(crash_after))
    data, options = (
        ((data(),), {"steps_per_epoch": STEPS})
        if callable(data)
        else (data, {"batch_size": 8 if len(data) > 1 else None})
    )
    data = tuple(part() if callable(part) else part for part in data)
    history = model.fit(*data, epochs=4, callbacks=callbacks, verbose=0, **options)
    variables = [*model.variables, *model.optimizer.variables]
    values = {k: v[-1] for k, v in history.history.items()}
    return [v.numpy() for v in variables], values


def assert_same(got, expected):
    for a, b in zip(got[0], expected[0], strict=True):
        np.testing.assert_array_equal(a, b)
    assert got[1] == expected[1]


@pytest.mark.parametrize("case", CASES)
def test_same_bits_after_a_crash(case, tmp_path):
    expected = train(case, tmp_path / "whole")
    with pytest.raises(RuntimeError, match="crash"):
        train(case, tmp_path / "b", crash_after=13)
    np.random.seed(99)  # as a new process would have another state
    random.seed(99)
    assert_same(train(case, tmp_path / "b"), expected)


def test_arrays_too_large_to_stay_on_the_device(tmp_path, monkeypatch):
    monkeypatch.setattr(feeds.RESIDENT_BYTES, "get", lambda: 0)
    expected = train("batches", tmp_path / "whole")
    with pytest.raises(RuntimeError, match="crash"):
        train("batches", tmp_path / "b", crash_after=8)
    assert_same(train("batches", tmp_path / "b"), expected)


def test_backup_of_another_training(tmp_path):
    with pytest.raises(RuntimeError, match="crash"):
        train("batches", tmp_path, crash_after=3)
    model = plain()
    model.compile("adam", "mse")
    safe = keras.callbacks.BackupAndRestore(tmp_path)
    with pytest.raises(ValueError, match=r"another training(.|\n)*Compile the model"):
        model.fit(X, Y, batch_size=8, callbacks=[safe], verbose=0)


SCRIPT = """
import os, signal, sys
import numpy as np
sys.path.insert(0, sys.argv[1])
import test_exact_resume as t
from addax import keras

class Kill(keras.callbacks.Callback):
    left = int(sys.argv[3])
    def on_train_batch_end(self, batch, logs=None):
        self.left -= 1
        if self.left == 0:
            os.kill(os.getpid(), signal.SIGKILL)

def crash(after):
    return Kill()

t.Crash = crash
weights, values = t.train("batches", sys.argv[2], crash_after=1)
np.savez(sys.argv[4], *weights)
"""


def test_killed_process(tmp_path):
    kill_after = random.randrange(3, 4 * STEPS)
    print(f"killed after {kill_after} steps")

    def run(folder, after, result):
        arguments = [Path(__file__).parent, tmp_path / folder, after, tmp_path / result]
        command = [sys.executable, "-c", SCRIPT, *map(str, arguments)]
        return subprocess.run(command, check=False, capture_output=True, text=True)

    killed = run("b", kill_after, "none.npz")
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    resumed = run("b", 0, "resumed.npz")
    assert "goes on from the backup" in resumed.stdout, resumed.stderr
    whole = run("whole", 0, "whole.npz")
    assert not whole.returncode, whole.stderr
    with np.load(tmp_path / "whole.npz") as a, np.load(tmp_path / "resumed.npz") as b:
        for name in a.files:
            np.testing.assert_array_equal(a[name], b[name])
