"""`TensorBoard`: curves of the metrics, for TensorBoard to show."""

from __future__ import annotations

import os
import time
import warnings
from typing import Any, Literal

import numpy as np

from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.callbacks.event_file import EventFile
from addax.keras.serialization import public


@public("keras.callbacks")
class TensorBoard(Callback):
    """Writes the metrics as curves that TensorBoard shows. Needs no TensorFlow.

    Curves go to the runs `train` and `validation` of the folder; then
    `tensorboard --logdir logs` shows them.

    Args:
        log_dir: The folder.
        histogram_freq: Not written yet: weight histograms.
        write_graph: Not written yet: the graph.
        write_images: Not written yet: weights as images.
        write_steps_per_second: Whether to write how fast training goes.
        update_freq: `"epoch"`, `"batch"`, or every how many batches to write too.
        profile_batch: Not written yet: a profile.
        embeddings_freq: Not written yet: embeddings.
        embeddings_metadata: Not written yet.

    Example:

    >>> from addax import keras
    >>> board = keras.callbacks.TensorBoard(log_dir="logs", update_freq=100)
    """

    def __init__(
        self,
        log_dir: str | os.PathLike[str] = "logs",
        histogram_freq: int = 0,
        write_graph: bool = True,
        write_images: bool = False,
        write_steps_per_second: bool = False,
        update_freq: Literal["epoch", "batch"] | int = "epoch",
        profile_batch: Any = 0,
        embeddings_freq: int = 0,
        embeddings_metadata: Any = None,
    ) -> None:
        super().__init__()
        self.log_dir = os.fspath(log_dir)
        self.write_steps_per_second = write_steps_per_second
        self.update_freq = 1 if update_freq == "batch" else update_freq
        asked = {
            "histogram_freq": histogram_freq,
            "write_images": write_images,
            "profile_batch": profile_batch,
            "embeddings_freq": embeddings_freq,
        }
        ignored = [f"{name}={value!r}" for name, value in asked.items() if value]
        if ignored:
            warnings.warn(
                f"TensorBoard writes curves only, as yet; {', '.join(ignored)} has no "
                "effect.",
                stacklevel=2,
            )
        self._files: dict[str, EventFile] = {}
        self._training = False
        self._step = 0
        self._last_batch = -1
        self._speed_since = (0, 0.0)

    @property
    def async_safe(self) -> bool:  # type: ignore[override]
        """Whether no single batch matters: not when it writes for batches."""
        return self.update_freq == "epoch"

    def _write(self, run: str, values: dict[str, Any], step: int) -> None:
        if run not in self._files:
            self._files[run] = EventFile(os.path.join(self.log_dir, run))
        for tag, value in values.items():
            if np.ndim(value) == 0:
                self._files[run].scalar(tag, float(value), step)
        self._files[run].flush()

    def on_train_begin(self, logs: Logs = None) -> None:
        self._step = _iterations(self.model)
        self._training = True

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._last_batch = -1
        self._speed_since = self._step, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        before = self._step
        self._step += batch - self._last_batch
        self._last_batch = batch
        every = self.update_freq
        if isinstance(every, int) and self._step // every > before // every:
            values = {f"batch_{name}": value for name, value in (logs or {}).items()}
            if self.write_steps_per_second:
                values["batch_steps_per_second"] = self._speed()
            self._write("train", values, self._step)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        logs = logs or {}
        runs: dict[str, dict[str, Any]] = {"train": {}, "validation": {}}
        for name, value in logs.items():
            run = "validation" if name.startswith("val_") else "train"
            runs[run][f"epoch_{name.removeprefix('val_')}"] = value
        rate = getattr(getattr(self.model, "optimizer", None), "learning_rate", None)
        if rate is not None:
            runs["train"]["epoch_learning_rate"] = np.asarray(rate)
        if self.write_steps_per_second:
            runs["train"]["epoch_steps_per_second"] = self._speed()
        for run, values in runs.items():
            if values:
                self._write(run, values, epoch)

    def on_test_end(self, logs: Logs = None) -> None:
        step = _iterations(self.model)
        named = {f"evaluation_{n}_vs_iterations": v for n, v in (logs or {}).items()}
        self._write("validation", named, step)
        if not self._training:
            self._close()

    def on_train_end(self, logs: Logs = None) -> None:
        self._training = False
        self._close()

    def _close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}

    def _speed(self) -> float:
        (step, since), now = self._speed_since, time.perf_counter()
        self._speed_since = self._step, now
        return (self._step - step) / max(now - since, 1e-9)


def _iterations(model: Any) -> int:
    iterations = getattr(getattr(model, "optimizer", None), "iterations", 0)
    return int(np.asarray(iterations))
