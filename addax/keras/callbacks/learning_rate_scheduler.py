"""`LearningRateScheduler`: a learning rate for every epoch."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.callbacks.learning_rate import learning_rate, set_learning_rate
from addax.keras.callbacks.messages import say
from addax.keras.serialization import public


@public("keras.callbacks")
class LearningRateScheduler(Callback):
    """Sets the learning rate at the start of every epoch.

    Args:
        schedule: A function of the epoch's index (from 0) and the current rate that
            returns the new rate. One of the index alone will do too.
        verbose: 1 to say what the rate is.

    Example:

    >>> from addax import keras
    >>> halve = keras.callbacks.LearningRateScheduler(
    ...     lambda epoch, rate: rate if epoch < 10 else rate / 2)
    """

    def __init__(self, schedule: Callable[..., Any], verbose: int = 0) -> None:
        super().__init__()
        self.schedule = schedule
        self.verbose = verbose

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        current = learning_rate(self)
        try:
            rate = self.schedule(epoch, current)
        except TypeError:  # a function of the epoch alone
            rate = self.schedule(epoch)
        try:
            rate = float(np.asarray(rate, dtype=np.float64))
        except (TypeError, ValueError):
            raise ValueError(
                explain(
                    "`schedule` must return a number.",
                    received={f"schedule({epoch}, {current})": rate},
                    fix="LearningRateScheduler(lambda epoch, rate: rate * 0.9)",
                )
            ) from None
        set_learning_rate(self, rate)
        if self.verbose > 0:
            who = "LearningRateScheduler"
            say(f"\nEpoch {epoch + 1}: {who} sets the learning rate to {rate}.")

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if logs is not None:
            logs["learning_rate"] = learning_rate(self)
