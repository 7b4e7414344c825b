"""`EarlyStopping`: ends training when a metric no longer improves."""

from __future__ import annotations

from typing import Any

from addax.keras.callbacks.callback import Logs
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.monitor import MonitorCallback
from addax.keras.serialization import public


@public("keras.callbacks")
class EarlyStopping(MonitorCallback):
    """Ends training when a metric has stopped improving.

    Args:
        monitor: The metric's name in the logs.
        min_delta: A smaller change is no improvement.
        patience: How many epochs without improvement to wait for.
        verbose: 1 to say when it stops.
        mode: `"min"` if less is better, `"max"` if more is, `"auto"` to tell from
            the metric.
        baseline: A value that must be beaten for the waiting to start again.
        restore_best_weights: Whether to go back to the weights of the best epoch at
            the end. The best is the best of those watched, baseline or not.
        start_from_epoch: How many epochs to leave unwatched at first.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> model = keras.Sequential([keras.layers.Dense(10)])
    >>> model.compile(keras.optimizers.SGD(), loss="mse")
    >>> history = model.fit(np.arange(100.0).reshape(5, 20), np.zeros((5, 10)),
    ...     epochs=10, batch_size=1, verbose=0,
    ...     callbacks=[keras.callbacks.EarlyStopping(monitor="loss", patience=3)])
    >>> len(history.history["loss"])
    4
    """

    resumes = ("wait", "best", "best_epoch", "best_weights")

    def __init__(
        self,
        monitor: str = "val_loss",
        min_delta: float = 0,
        patience: int = 0,
        verbose: int = 0,
        mode: str = "auto",
        baseline: float | None = None,
        restore_best_weights: bool = False,
        start_from_epoch: int = 0,
    ) -> None:
        super().__init__(monitor, mode, min_delta)
        self.patience = patience
        self.verbose = verbose
        self.baseline = baseline
        self.restore_best_weights = restore_best_weights
        self.start_from_epoch = start_from_epoch
        self.on_train_begin()

    def on_train_begin(self, logs: Logs = None) -> None:
        self.wait = 0
        self.stopped_epoch = 0
        self.best = None
        self.best_weights: Any = None
        self.best_epoch = 0

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        current = self._monitored(logs)
        if current is None or epoch < self.start_from_epoch:
            return
        if self.restore_best_weights and self.best_weights is None:
            # Should no epoch improve (all NaN), the first one is what we go back to.
            self.best_weights = self.model.get_weights()
            self.best_epoch = epoch
        self.wait += 1
        if self._improves(current, self.best):
            self.best, self.best_epoch = current, epoch
            if self.restore_best_weights:
                self.best_weights = self.model.get_weights()
            if self.baseline is None or self._improves(current, self.baseline):
                self.wait = 0
            return
        # Never after the first epoch: one value shows no trend.
        if self.wait >= self.patience and epoch > 0:
            self.stopped_epoch = epoch
            self.model.stop_training = True

    def on_train_end(self, logs: Logs = None) -> None:
        if self.stopped_epoch > 0 and self.verbose > 0:
            say(
                f"Epoch {self.stopped_epoch + 1}: early stopping, "
                f"{self._key} did not improve on {self.best}"
            )
        if self.restore_best_weights and self.best_weights is not None:
            if self.verbose > 0:
                say(f"The weights are again those of epoch {self.best_epoch + 1}.")
            self.model.set_weights(self.best_weights)

    def get_monitor_value(self, logs: Logs) -> float | None:
        """The value of the metric that is watched.

        Args:
            logs: The metrics.
        """
        return self._monitored(logs)
