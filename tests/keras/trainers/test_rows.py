"""Rows taken where they lie: the same as NumPy takes, whatever memory looks like."""

import jax
import numpy as np
import pytest

from addax import keras
from addax.core.memory import aligned
from addax.keras.trainers import rows as rows_module
from addax.keras.trainers.resident import ResidentFeed
from addax.keras.trainers.rows import Rows
from addax.keras.trainers.runner import Runner

RNG = np.random.default_rng(0)
BIG = RNG.normal(size=(400, 30, 25))
CASES = {
    "float64": (BIG, "float32"),
    "float32": (BIG.astype("float32"), "float32"),
    "halves": (np.tile(BIG, (2, 1, 1)).astype("float16"), "float32"),
    "bytes": (RNG.integers(0, 256, (4000, 300)).astype("uint8"), "uint8"),
    "truth": (RNG.random((4000, 300)) > 0.5, "bool"),
    "whole numbers": (RNG.integers(-9, 9, 200_000), "int64"),
    "from the middle": (BIG.astype("float32")[7:], "float32"),
    "aligned": (aligned((400, 750), "float32"), "float32"),
}


@pytest.fixture(autouse=True)
def x64():
    with jax.enable_x64(True):
        yield


@pytest.mark.parametrize("name", CASES)
def test_rows_are_those_of_the_array(name):
    array, dtype = CASES[name]
    rows = Rows(array, dtype)
    assert rows.shared == (jax.default_backend() == "cpu")
    n = len(array)
    some = np.array([0, n - 1, 3, 3, n // 2], np.int32)
    taken = jax.jit(rows.take)(rows.given, some)
    np.testing.assert_array_equal(taken, array[some].astype(dtype))
    assert taken.dtype == dtype
    for start in (0, n - 4, 5):
        cut = jax.jit(rows.slice, static_argnums=2)(rows.given, np.int32(start), 4)
        np.testing.assert_array_equal(cut, array[start : start + 4].astype(dtype))


@pytest.mark.parametrize(
    "array",
    [
        BIG.transpose(1, 0, 2),
        BIG[:, ::2],
        BIG[::-1],
        BIG.astype(">f4"),
        BIG[:3].copy(),
        np.frombuffer(b"x" + BIG.tobytes(), "u1")[1:].view("f8").reshape(BIG.shape),
        np.zeros((5, 0, 3)),
    ],
    ids=["transposed", "strided", "backwards", "swapped", "small", "odd", "empty rows"],
)
def test_other_arrays_are_copied(array):
    rows = Rows(array, "float32")
    assert not rows.shared
    some = np.array([2, 0], np.int32)
    np.testing.assert_array_equal(
        rows.take(rows.given, some), array[some].astype("float32")
    )


def test_memory_is_kept_while_it_is_in_use():
    rows = Rows(np.full((1000, 300), 7.0, "float32"), "float32")
    given = rows.given
    del rows
    again = [np.zeros((1000, 300), "float32") for _ in range(3)]  # would reuse it
    assert np.asarray(given[1])[16:-16].min() == 7.0
    assert len(again) == 3


def test_training_is_the_same_wherever_the_rows_lie(monkeypatch):
    x = RNG.normal(size=(1100, 15, 20))
    y = x.sum((1, 2)).astype("float32")

    def losses(x):
        keras.utils.set_random_seed(0)
        model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
        model.compile("sgd", "mse")
        fitted = model.fit(x, y, epochs=2, verbose=0, validation_split=0.2)
        return [*fitted.history["loss"], *fitted.history["val_loss"]]

    shared = losses(x)
    assert losses(x.astype("float32")) == shared
    monkeypatch.setattr(rows_module, "_WORTH_SHARING", 2**40)
    np.testing.assert_allclose(losses(x.astype("float32")), shared, rtol=1e-6)


def test_arrays_that_move_need_no_other_program(monkeypatch):
    # NumPy's arrays begin at any multiple of 16 bytes.
    monkeypatch.setattr(rows_module, "_WORTH_SHARING", 0)
    runner = Runner(lambda data: {"sum": keras.ops.sum(data)}, lambda _: [])
    memory = aligned((1000,), "float32")
    memory[:] = RNG.random(1000)
    for start in (4, 8, 12):
        x = memory[start : start + 96].reshape(24, 4)
        chunk = next(ResidentFeed(x, 8).chunks())
        assert float(runner.run(chunk, 2, 1)["sum"]) == pytest.approx(x[16:].sum())
    assert len(runner._loops) == 1
