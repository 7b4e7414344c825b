"""`TensorBoard`: writes what TensorBoard shows of a training."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path
from typing import Any, Literal

import jax
import numpy as np

from addax._base.errors import explain
from addax.keras.callbacks import model_pictures, summaries
from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.callbacks.event_file import EventFile
from addax.keras.serialization import public


@public("keras.callbacks")
class TensorBoard(Callback):
    """Writes metrics, weights and the graph for TensorBoard. Needs no TensorFlow.

    They go to the runs `train` and `validation` of the folder; then
    `tensorboard --logdir logs` shows them.

    Args:
        log_dir: The folder.
        histogram_freq: Every how many epochs to write histograms of the weights; 0 for
            never.
        write_graph: Whether to write the model's graph.
        write_images: Whether to write the weights as images, with the histograms.
        write_steps_per_second: Whether to write how fast training goes.
        update_freq: `"epoch"`, `"batch"`, or every how many batches to write metrics
            too.
        profile_batch: The step to profile, or the first and the last: `(10, 20)` or
            `"10,20"`; 0 for none.
        embeddings_freq: Every how many epochs to write embedding matrices for the
            projector; 0 for never.
        embeddings_metadata: A file with a label for each row of the embedding, or a
            dictionary of such files by the layers' names.

    Raises:
        ValueError: If `profile_batch` is not valid.

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
        self.histogram_freq = histogram_freq
        self.write_graph = write_graph
        self.write_images = write_images
        self.profile_batch = profile_batch
        self.embeddings_freq = embeddings_freq
        self.embeddings_metadata = embeddings_metadata
        self._first, self._last = _profiled(profile_batch)
        self._profiling = False
        self._files: dict[str, EventFile] = {}
        self._training = False
        self._seen = 0  # steps of this training
        self._step = 0
        self._last_batch = -1
        self._speed_since = (0, 0.0)

    @property
    def async_safe(self) -> bool:  # type: ignore[override]
        """Whether no single batch matters: not when it writes or profiles some."""
        return self.update_freq == "epoch" and not self._last

    def _file(self, run: str) -> EventFile:
        if run not in self._files:
            self._files[run] = EventFile(os.path.join(self.log_dir, run))
        return self._files[run]

    def _write(self, run: str, values: dict[str, Any], step: int) -> None:
        file = self._file(run)
        for tag, value in values.items():
            if np.ndim(value) == 0:
                file.scalar(tag, float(value), step)
        file.flush()

    def on_train_begin(self, logs: Logs = None) -> None:
        self._step = _iterations(self.model)
        self._training = True
        self._seen = 0
        if self.write_graph:
            self._write_graph()

    def _write_graph(self) -> None:
        nodes = model_pictures.graph_nodes(self.model)
        if not nodes:
            return  # a model of a class of its own has none
        file = self._file("train")
        file.graph(summaries.graph(nodes))
        # What has no configuration is no reason to stop.
        with suppress(TypeError, NotImplementedError):
            file.summary("keras", summaries.keras_model(self.model.to_json()), 0)
        file.flush()

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        if self._last and not self._profiling and self._seen + 1 == self._first:
            jax.profiler.start_trace(self.log_dir)
            self._profiling = True

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._last_batch = -1
        self._speed_since = self._step, time.perf_counter()

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        self._seen += 1
        if self._profiling and self._seen >= self._last:
            self._end_profile()
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
        if self.histogram_freq and epoch % self.histogram_freq == 0:
            self._write_weights(epoch)
        if self.embeddings_freq and epoch % self.embeddings_freq == 0:
            folder = Path(self.log_dir, "train")
            model_pictures.write_embeddings(
                self.model, folder, self.embeddings_metadata
            )

    def _write_weights(self, epoch: int) -> None:
        file = self._file("train")
        for path, weight in model_pictures.weights_of(self.model):
            file.summary(f"{path}/histogram", summaries.histogram(weight), epoch)
            images = model_pictures.as_images(weight) if self.write_images else None
            if images is not None:
                file.summary(f"{path}/image", summaries.image(images), epoch)
        file.flush()

    def _end_profile(self) -> None:
        jax.profiler.stop_trace()
        self._profiling = False

    def on_test_end(self, logs: Logs = None) -> None:
        step = _iterations(self.model)
        named = {f"evaluation_{n}_vs_iterations": v for n, v in (logs or {}).items()}
        self._write("validation", named, step)
        if not self._training:
            self._close()

    def on_train_end(self, logs: Logs = None) -> None:
        self._training = False
        if self._profiling:
            self._end_profile()
        self._close()

    def _close(self) -> None:
        for file in self._files.values():
            file.close()
        self._files = {}

    def _speed(self) -> float:
        (step, since), now = self._speed_since, time.perf_counter()
        self._speed_since = self._step, now
        return (self._step - step) / max(now - since, 1e-9)


def _profiled(asked: Any) -> tuple[int, int]:
    """The first and the last step to profile; 0 and 0 for none."""
    try:
        parts = asked.split(",") if isinstance(asked, str) else asked
        first, last = parts if isinstance(parts, (tuple, list)) else (parts, parts)
        first, last = int(first), int(last)
    except (TypeError, ValueError):
        first, last = 1, 0
    if not (first == last == 0 or 0 < first <= last):
        raise ValueError(
            explain(
                "`profile_batch` is a step, or the first and the last step.",
                received={"profile_batch": asked},
                fix="profile_batch=(10, 20)",
            )
        )
    return first, last


def _iterations(model: Any) -> int:
    iterations = getattr(getattr(model, "optimizer", None), "iterations", 0)
    return int(np.asarray(iterations))
