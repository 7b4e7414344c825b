"""Ctrl-C leaves variables with values, wherever it comes."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest

from addax import keras, tf
from addax.core.interrupts import uninterrupted
from addax.core.variable import Variable


@pytest.fixture(autouse=True)
def _pythons_handler() -> Iterator[None]:
    """Whatever runs in the background of a shell ignores Ctrl-C."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


def _interrupt() -> None:
    os.kill(os.getpid(), signal.SIGINT)


def _interrupted(times: int, reached: list[int]) -> None:
    with uninterrupted():
        for i in range(times):
            _interrupt()
            reached.append(i)


def test_an_interrupt_waits_for_the_end_of_the_block() -> None:
    reached: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        _interrupted(1, reached)
    assert reached == [0]
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler


def test_the_second_one_does_not_wait() -> None:
    reached: list[int] = []
    with pytest.raises(KeyboardInterrupt):
        _interrupted(2, reached)
    assert reached == [0]


def test_a_handler_of_ones_own_is_called_once_and_stays() -> None:
    came: list[Any] = []
    note = lambda *given: came.append(given)
    before = signal.signal(signal.SIGINT, note)
    try:
        with uninterrupted(), uninterrupted():
            _interrupt()
            assert not came
        assert len(came) == 1
        assert signal.getsignal(signal.SIGINT) is note
    finally:
        signal.signal(signal.SIGINT, before)


def test_other_threads_change_no_handler() -> None:
    def work() -> None:
        with uninterrupted():
            found.append(signal.getsignal(signal.SIGINT))

    found: list[Any] = []
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == [signal.default_int_handler]


def _function(model: Any, optimizer: Any) -> Callable[[], Any]:
    @tf.function
    def step() -> None:
        _eager(model, optimizer)()

    return step


def _eager(model: Any, optimizer: Any) -> Callable[[], Any]:
    x = np.ones((4, 3), "float32")

    def step() -> None:
        with tf.GradientTape() as tape:
            loss = tf.reduce_mean(tf.square(model(x)))
        weights = model.trainable_variables
        optimizer.apply_gradients(
            zip(tape.gradient(loss, weights), weights, strict=True)
        )

    return step


def _fit(model: Any, optimizer: Any) -> Callable[[], Any]:
    x = np.ones((4, 3), "float32")
    model.compile(optimizer, "mse")
    return lambda: model.fit(x, x[:, :2], verbose=0)


@pytest.mark.parametrize("way", [_function, _eager, _fit])
def test_weights_and_slots_outlive_an_interrupt(
    way: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    optimizer = keras.optimizers.Adam(0.1)
    step = way(model, optimizer)
    for _ in range(12):  # an eager loop is one program from then on
        step()
    weights = [*model.weights, *optimizer.variables]
    [w.numpy() for w in weights]
    # Where a new value is put down, the old ones are gone.
    left = [_interrupt]
    for name in ("_put", "_put_later"):
        put = getattr(Variable, name)

        def interrupted(*given: Any, put: Any = put) -> None:
            if left:
                left.pop()()
            put(*given)

        monkeypatch.setattr(Variable, name, interrupted)
    with pytest.raises(KeyboardInterrupt):
        step()
    assert all(np.isfinite(w.numpy()).all() for w in weights)
    step()
