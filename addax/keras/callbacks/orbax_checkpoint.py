"""`OrbaxCheckpoint`: checkpoints for large models, written in the background."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

from addax.keras.callbacks.callback import Logs
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.model_checkpoint import (
    BatchCounter,
    SaveFreq,
    check_save_freq,
)
from addax.keras.callbacks.monitor import MonitorCallback
from addax.keras.saving import orbax
from addax.keras.serialization import public


@public("keras.callbacks")
class OrbaxCheckpoint(MonitorCallback):
    """Saves the model with Orbax, at the end of epochs or every so many batches.

    `keras.saving.load_model(directory)` loads the last checkpoint.

    Args:
        directory: The folder, which gets a folder for each checkpoint.
        monitor: The metric's name in the logs.
        verbose: 1 to say when it saves.
        save_best_only: Whether to save only when the metric is the best so far.
        mode: `"min"` if less is better, `"max"` if more is, `"auto"` to tell from
            the metric.
        save_freq: `"epoch"`, or after how many batches.
        initial_value_threshold: What the metric must beat from the start.
        max_to_keep: How many checkpoints to keep; `None` for all.
        save_on_background: Whether training goes on while files are written.
        save_weights_only: Whether to leave the model's configuration out.

    Raises:
        ImportError: If Orbax is not installed.
        ValueError: If `save_freq` is not valid.
    """

    resumes = ("best", "_batches._passed", "_batches._last", "_total")

    def __init__(
        self,
        directory: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        mode: str = "auto",
        save_freq: SaveFreq = "epoch",
        initial_value_threshold: float | None = None,
        max_to_keep: int | None = 1,
        save_on_background: bool = True,
        save_weights_only: bool = False,
    ) -> None:
        super().__init__(monitor, mode)
        self.directory = Path(directory)
        self.verbose = verbose
        self.save_best_only = save_best_only
        self.save_freq = check_save_freq(save_freq)
        self.best = initial_value_threshold
        self.max_to_keep = max_to_keep
        self.save_on_background = save_on_background
        self.save_weights_only = save_weights_only
        self._batches = BatchCounter(save_freq)
        self._total = 0  # batches of all epochs
        self._writer = orbax.checkpointer(self.directory, max_to_keep)

    @property
    def async_safe(self) -> bool:  # type: ignore[override]
        """Whether no single batch matters: not when it counts them."""
        return self.save_freq == "epoch"

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._batches.start_epoch()

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._total += 1
        if self._batches.is_due(batch):
            self._save(self._total, logs)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if self.save_freq == "epoch":
            self._save(epoch, logs)

    def on_train_end(self, logs: Logs = None) -> None:
        self.wait_until_finished()

    def wait_until_finished(self) -> None:
        """Waits until all files are written."""
        self._writer.wait()

    def _save(self, step: int, logs: Logs) -> None:
        if self.save_best_only:
            current = self._monitored(logs)
            if current is not None:
                if not self._improves(current, self.best):
                    return
                self.best = current
        content: dict[str, Any] = orbax.content_of(self.model, self.save_weights_only)
        # Values are copied to the host before this returns, so that the next step may
        # change the model.
        if self.save_on_background:
            self._writer.save_checkpointables_async(step, content)
        else:
            self._writer.save_checkpointables(step, content)
        if self.verbose > 0:
            say(f"\nCheckpoint {step} goes to {self.directory}")
