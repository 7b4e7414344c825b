"""`ReduceLROnPlateau`: a smaller learning rate when a metric no longer improves."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras.callbacks.callback import Logs
from addax.keras.callbacks.learning_rate import learning_rate, set_learning_rate
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.monitor import MonitorCallback
from addax.keras.serialization import public


@public("keras.callbacks")
class ReduceLROnPlateau(MonitorCallback):
    """Multiplies the learning rate by a factor when a metric has stopped improving.

    Args:
        monitor: The metric's name in the logs.
        factor: What the rate is multiplied by; below 1.
        patience: How many epochs without improvement to wait for.
        verbose: 1 to say when the rate changes.
        mode: `"min"` if less is better, `"max"` if more is, `"auto"` to tell from
            the metric.
        min_delta: A smaller change is no improvement.
        cooldown: How many epochs not to count after a change.
        min_lr: The rate never gets smaller than this.
        **kwargs: `epsilon`, the older name of `min_delta`.

    Raises:
        ValueError: If `factor` is 1 or more.

    Example:

    >>> from addax import keras
    >>> slower = keras.callbacks.ReduceLROnPlateau(factor=0.2, patience=5, min_lr=1e-4)
    >>> slower.cooldown
    0
    """

    resumes = ("wait", "best", "cooldown_counter")

    def __init__(
        self,
        monitor: str = "val_loss",
        factor: float = 0.1,
        patience: int = 10,
        verbose: int = 0,
        mode: str = "auto",
        min_delta: float = 1e-4,
        cooldown: int = 0,
        min_lr: float = 0.0,
        **kwargs: Any,
    ) -> None:
        if "epsilon" in kwargs:
            min_delta = kwargs.pop("epsilon")
            warnings.warn("`epsilon` is now called `min_delta`.", stacklevel=2)
        if kwargs:
            raise TypeError(
                explain(
                    "ReduceLROnPlateau does not take these arguments.", received=kwargs
                )
            )
        if factor >= 1.0:
            raise ValueError(
                explain(
                    "`factor` must be below 1.",
                    received={"factor": factor},
                    why="The learning rate is multiplied by it, to make it smaller.",
                    fix="ReduceLROnPlateau(factor=0.1)",
                )
            )
        super().__init__(monitor, mode, min_delta)
        self.factor = factor
        self.patience = patience
        self.verbose = verbose
        self.cooldown = cooldown
        self.min_lr = min_lr
        self.on_train_begin()

    def on_train_begin(self, logs: Logs = None) -> None:
        self.best = None
        self.wait = 0
        self.cooldown_counter = 0

    def in_cooldown(self) -> bool:
        """Whether epochs do not count, because the rate has just changed."""
        return self.cooldown_counter > 0

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        logs = {} if logs is None else logs
        logs["learning_rate"] = learning_rate(self)
        current = self._monitored(logs)
        if current is None:
            return
        if self.in_cooldown():
            self.cooldown_counter -= 1
            self.wait = 0
        if self._improves(current, self.best):
            self.best, self.wait = current, 0
        elif not self.in_cooldown():
            self.wait += 1
            if self.wait >= self.patience:
                self._reduce(epoch)

    def _reduce(self, epoch: int) -> None:
        old = learning_rate(self)
        if old <= np.float32(self.min_lr):
            return
        new = max(old * self.factor, self.min_lr)
        set_learning_rate(self, new)
        if self.verbose > 0:
            who = "ReduceLROnPlateau"
            say(f"\nEpoch {epoch + 1}: {who} sets the learning rate to {new}.")
        self.cooldown_counter = self.cooldown
        self.wait = 0
