"""`BackupAndRestore`: goes on with a training that was interrupted."""

from __future__ import annotations

import json
import os
import shutil
import warnings
from pathlib import Path
from typing import Literal

from addax._base.errors import explain
from addax._base.files import atomic_write
from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.model_checkpoint import BatchCounter, check_save_freq
from addax.keras.serialization import public

_WEIGHTS = "latest.weights.h5"
_PLACE = "training_metadata.json"


@public("keras.callbacks")
class BackupAndRestore(Callback):
    """Saves the state of a training so that `fit`, called again, goes on from there.

    It ends with the same bits as one that was not interrupted: weights, optimizer,
    metrics, random generators, the epoch's order of samples and what other callbacks
    counted are saved, in one file that is replaced at once. `fit` must be called with
    the same arguments. Data that its own code draws at random (a generator, a
    `PyDataset`) must depend on nothing but the index of the batch.

    Args:
        backup_dir: A folder for this alone.
        save_freq: `"epoch"`, after how many batches, or `False` for never.
        double_checkpoint: Whether to keep the backup before the last one too, in case
            the last cannot be read.
        delete_checkpoint: Whether to remove the backup when training has ended.

    Raises:
        ValueError: If `backup_dir` is empty or `save_freq` is not valid.

    Example:

    >>> from addax import keras
    >>> safe = keras.callbacks.BackupAndRestore("backup", save_freq=500)
    """

    runs_last = True  # what others change at the same moment belongs to it
    resumes = ("_batches._passed", "_batches._last")

    def __init__(
        self,
        backup_dir: str | os.PathLike[str],
        save_freq: Literal["epoch", False] | int = "epoch",
        double_checkpoint: bool = False,
        delete_checkpoint: bool = True,
    ) -> None:
        super().__init__()
        if not os.fspath(backup_dir):
            raise ValueError(
                explain(
                    "`backup_dir` must name a folder.",
                    received={"backup_dir": backup_dir},
                    fix='BackupAndRestore("backup")',
                )
            )
        self.backup_dir = Path(backup_dir)
        self.save_freq = save_freq if save_freq is False else check_save_freq(save_freq)
        self.double_checkpoint = double_checkpoint
        self.delete_checkpoint = delete_checkpoint
        self._batches = BatchCounter(self.save_freq)
        self._epoch = 0

    @property
    def async_safe(self) -> bool:  # type: ignore[override]
        """Whether no single batch matters: not when it counts them."""
        return self.save_freq in ("epoch", False)

    @property
    def _previous_dir(self) -> Path:
        return self.backup_dir.with_name(f"{self.backup_dir.name}_prev")

    def on_train_begin(self, logs: Logs = None) -> None:
        for folder in (self.backup_dir, self._previous_dir):
            if (folder / _WEIGHTS).exists() and self._restore(folder):
                return

    def _restore(self, folder: Path) -> bool:
        try:
            place = _read_place(folder / _PLACE)
            self._epoch, batch = self.model._resume(
                folder / _WEIGHTS, place.get("epoch", 0), place.get("batch", 0)
            )
        except (OSError, ValueError, KeyError) as error:
            if not self.double_checkpoint or folder == self._previous_dir:
                raise
            warnings.warn(
                f"The backup in {folder} cannot be read ({error}); "
                "the one before it is taken.",
                stacklevel=3,
            )
            return False
        where = f"epoch {self._epoch + 1}" + (f", batch {batch + 1}" if batch else "")
        say(f"Training goes on from the backup in {folder}, {where}.")
        return True

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch
        self._batches.start_epoch()

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        if self._batches.is_due(batch):
            self._back_up(self._epoch, batch + 1)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch + 1
        if self.save_freq == "epoch":
            self._back_up(self._epoch, 0)

    def _back_up(self, epoch: int, batch: int) -> None:
        if self.double_checkpoint and self.backup_dir.exists():
            shutil.rmtree(self._previous_dir, ignore_errors=True)
            os.replace(self.backup_dir, self._previous_dir)
        self.backup_dir.mkdir(parents=True, exist_ok=True)
        # This file alone is the backup; the other is Keras's, for whoever looks.
        self.model._back_up(self.backup_dir / _WEIGHTS, epoch, batch)
        with atomic_write(self.backup_dir / _PLACE, "w") as file:
            json.dump({"epoch": epoch, "batch": batch}, file)

    def on_train_end(self, logs: Logs = None) -> None:
        if self.delete_checkpoint:
            for folder in (self.backup_dir, self._previous_dir):
                shutil.rmtree(folder, ignore_errors=True)


def _read_place(path: Path) -> dict[str, int]:
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
