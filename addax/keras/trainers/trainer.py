"""`Trainer`: fit, evaluate and predict."""

from __future__ import annotations

import functools
import itertools
from collections.abc import Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.settings import Setting
from addax._base.tracebacks import border
from addax.core import Tensor, Variable, tree
from addax.core.function import Settings as FunctionSettings
from addax.keras import callbacks as callbacks_module
from addax.keras import config
from addax.keras.callbacks.aliases import Curves
from addax.keras.losses.checks import check_targets
from addax.keras.trainers import data as data_module
from addax.keras.trainers.feeding import make_feed, single_batch
from addax.keras.trainers.feeds import Chunk
from addax.keras.trainers.foresight import foresee
from addax.keras.trainers.resident import ResidentFeed
from addax.keras.trainers.resume import (
    Backup,
    read_backup,
    write_backup,
)
from addax.keras.trainers.runner import COLLECT, Runner, steps_of
from addax.keras.trainers.steps import Steps

CHECK_DATA = Setting(
    "check_data", True, "Refuse data with NaN and labels out of range before training."
)


class Trainer(Steps):
    """Training, evaluation and prediction; `keras.Model` is one."""

    # Whole data sets

    @border
    def fit(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        epochs: int = 1,
        verbose: Any = "auto",
        callbacks: Any = None,
        validation_split: float = 0.0,
        validation_data: Any = None,
        shuffle: bool = True,
        class_weight: dict[int, float] | None = None,
        sample_weight: Any = None,
        initial_epoch: int = 0,
        steps_per_epoch: int | None = None,
        validation_steps: int | None = None,
        validation_batch_size: int | None = None,
        validation_freq: Any = 1,
        **keras2: Any,
    ) -> Any:
        """Trains for a number of passes over the data.

        Args:
            x: Inputs: an array, a list or dict of arrays, or something that yields
                batches (a generator, data set, `PyDataset`, `DataLoader`).
            y: Targets, if `x` does not yield them.
            batch_size: Samples a step; 32 if not given.
            epochs: The number of the epoch to stop after.
            verbose: 0 silent, 1 a progress bar, 2 a line an epoch, `"auto"` 1.
            callbacks: Callbacks.
            validation_split: The fraction at the end of the arrays to validate on.
            validation_data: `(x, y)`, `(x, y, sample_weight)` or a data set to validate
                on.
            shuffle: Whether each epoch visits the samples in another order.
            class_weight: A weight for each class index.
            sample_weight: A weight for each sample.
            initial_epoch: The number of epochs done already.
            steps_per_epoch: Steps that make an epoch, for endless data.
            validation_steps: Steps of validation, for endless data.
            validation_batch_size: Samples a step of validation.
            validation_freq: Epochs from one validation to the next, or a list of
                epochs.
            **keras2: `workers`, `use_multiprocessing` and `max_queue_size` of Keras 2,
                for a `PyDataset`.

        Returns:
            A `History`, whose `history` has a list for each loss and metric.

        Raises:
            RuntimeError: If the model is not compiled.
            ValueError: If the data does not fit the model.
        """
        _refuse_unknown("fit", keras2)
        self._require_compiled("fit")
        if validation_split and validation_data is None:
            if not data_module.is_array_data(x):
                raise ValueError(
                    explain(
                        "validation_split needs arrays.",
                        received={"x": type(x).__name__},
                        why="A stream has no last part that could be split off.",
                        fix="fit(train, validation_data=validation)",
                    )
                )
            packed = tuple(data_module.arrays(p) for p in (x, y, sample_weight))
            (x, y, sample_weight), rest = data_module.split(packed, validation_split)
            validation_data = tuple(p for p in rest if p is not None)
        feed = make_feed(
            x,
            y,
            sample_weight,
            batch_size=batch_size,
            steps=steps_per_epoch,
            shuffle=shuffle,
            class_weight=class_weight,
            check=self._check_data,
            goes_on=True,
            workers=keras2,
            lengths=self._runner("train").lengths,
        )
        validation = None
        if validation_data is not None:
            vx, vy, vw = data_module.unpack(validation_data)
            if not data_module.is_array_data(validation_data):
                vx, vy, vw = validation_data, None, None
            validation = make_feed(
                vx,
                vy,
                vw,
                batch_size=validation_batch_size or batch_size,
                steps=validation_steps,
                check=self._check_data,
                lengths=self._runner("test").lengths,
            )
        hooks = self._callbacks(callbacks, verbose, epochs, feed.steps)
        self.stop_training = False
        runner = self._runner("train")
        self._compile_ahead("train", feed)
        self._compile_ahead("test", validation)
        logs: dict[str, Any] = {}
        self._hooks, self._feed, self._backup = hooks, feed, None
        hooks.on_train_begin()
        backup = self._backup
        if backup is not None:
            initial_epoch = max(initial_epoch, backup.epoch)
            if backup.record:
                feed.resume(backup.record["pass"])
        epochs = min(epochs, config.max_epochs() or epochs)
        if backup is not None and initial_epoch >= epochs:
            self._take_up(backup, runner, feed.chunks())
        for epoch in range(initial_epoch, epochs):
            chunks, skip = feed.chunks(), 0
            if backup is not None and not backup.batch:
                chunks, backup = self._take_up(backup, runner, chunks), None
            self.reset_metrics()
            hooks.on_epoch_begin(epoch)
            if backup is not None:
                # Within an epoch: what its beginning changed is in the backup.
                chunks, skip = self._take_up(backup, runner, chunks), backup.batch
                backup = None
            found = self._epoch(runner, chunks, hooks, "train", skip)
            if found is None:
                break  # there is no more data, as the feed has said
            logs = found
            due = (
                (epoch + 1) % validation_freq == 0
                if isinstance(validation_freq, int)
                else epoch + 1 in validation_freq
            )
            if validation is not None and due:
                result = self._evaluate(validation, hooks)
                logs = logs | {f"val_{k}": v for k, v in result.items()}
            hooks.on_epoch_end(epoch, logs)
            if self.stop_training:
                break
        if getattr(self.optimizer, "use_ema", False):
            trained = self.trainable_variables  # type: ignore[attr-defined]
            self.optimizer.finalize_variable_values(trained)
        hooks.on_train_end(logs)
        return self.history

    @border
    def evaluate(
        self,
        x: Any = None,
        y: Any = None,
        batch_size: int | None = None,
        verbose: Any = "auto",
        sample_weight: Any = None,
        steps: int | None = None,
        callbacks: Any = None,
        return_dict: bool = False,
        **keras2: Any,
    ) -> Any:
        """The loss and metrics on data.

        Args:
            x: Inputs, as for `fit`.
            y: Targets, if `x` does not yield them.
            batch_size: Samples a step; 32 if not given.
            verbose: 0 silent, 1 a progress bar, 2 a line, `"auto"` 1.
            sample_weight: A weight for each sample.
            steps: Steps to run, for endless data.
            callbacks: Callbacks.
            return_dict: Whether to return a dict by name.
            **keras2: `workers` and others of Keras 2 are accepted and change nothing.

        Returns:
            The loss, or a list of the loss and the metrics, or a dict.

        Raises:
            RuntimeError: If the model is not compiled.
        """
        _refuse_unknown("evaluate", keras2)
        self._require_compiled("evaluate")
        feed = make_feed(
            x,
            y,
            sample_weight,
            batch_size=batch_size,
            steps=steps,
            check=self._check_data,
            lengths=self._runner("test").lengths,
        )
        hooks = self._callbacks(callbacks, verbose, 1, feed.steps, history=False)
        logs = self._evaluate(feed, hooks)
        if return_dict:
            return Curves(logs)
        ordered = [logs[k] for k in self._log_order(logs)]
        return ordered[0] if len(ordered) == 1 else ordered

    def _evaluate(self, feed: Any, hooks: Any) -> dict[str, Any]:
        self.reset_metrics()
        hooks.on_test_begin()
        runner = self._runner("test")
        logs = self._epoch(runner, feed.chunks(), hooks, "test") or {}
        hooks.on_test_end(logs)
        return logs

    @border
    def predict(
        self,
        x: Any,
        batch_size: int | None = None,
        verbose: Any = "auto",
        steps: int | None = None,
        callbacks: Any = None,
        **keras2: Any,
    ) -> Any:
        """The model's outputs for data.

        Args:
            x: Inputs, as for `fit`.
            batch_size: Samples a step; 32 if not given.
            verbose: 0 silent, 1 a progress bar, 2 a line, `"auto"` 1.
            steps: Steps to run, for endless data.
            callbacks: Callbacks.
            **keras2: `workers` and others of Keras 2 are accepted and change nothing.

        Returns:
            A NumPy array, or a structure of them.
        """
        _refuse_unknown("predict", keras2)
        runner = self._runner("predict")
        seen, size = runner.lengths, batch_size
        feed = make_feed(x, None, None, batch_size=size, steps=steps, lengths=seen)
        hooks = self._callbacks(callbacks, verbose, 1, feed.steps, history=False)
        hooks.on_predict_begin()
        if isinstance(feed, ResidentFeed) and feed.steps == 1 and not self._eager():
            hooks.on_predict_batch_begin(0)
            outputs = runner.run_one(feed.whole())
            result = tree.map_structure(_writable, outputs)
            hooks.on_predict_batch_end(0, {"outputs": result})
            hooks.on_predict_end()
            return result
        parts: list[Any] = []
        done = 0
        most = self._most(hooks, "predict") or COLLECT
        begin = hooks.on_predict_batch_begin
        for steps_done, outputs in steps_of(runner, feed.chunks(), begin, most=most):
            done += steps_done
            part = tree.map_structure(_rows, outputs)
            parts.append(part)
            hooks.on_predict_batch_end(done - 1, {"outputs": part})
        hooks.on_predict_end()
        return tree.map_structure(lambda *a: np.concatenate(a), *parts)

    def _epoch(
        self,
        runner: Runner,
        chunks: Iterator[Chunk],
        hooks: Any,
        mode: str,
        skip: int = 0,
    ) -> dict[str, Any] | None:
        """Runs one epoch, the hooks of `mode` around each dispatch; `None` if empty."""
        begin = getattr(hooks, f"on_{mode}_batch_begin")
        end = getattr(hooks, f"on_{mode}_batch_end")
        # All batches may be done, if only the end of the epoch was not reached.
        result: Any = self.get_metrics_result() if skip else None
        done, most = skip, self._most(hooks, mode)
        for steps, result in steps_of(runner, chunks, begin, skip, most):
            done += steps
            end(done - 1, functools.partial(self._logs, result))
            if self.stop_training and mode == "train":
                break
        return None if result is None else self._logs(result)

    def _logs(self, result: Any) -> dict[str, Any]:
        if not isinstance(result, dict):
            raise ValueError(
                explain(
                    "train_step and test_step return a dict of what to show.",
                    received={"returned": result},
                    fix="return {'loss': loss}",
                )
            )
        logs: dict[str, Any] = {}
        for name in sorted(result):
            # A step of the user's may return what a metric of several values returns.
            value = result[name]
            inner = isinstance(value, dict)
            logs.update(self._logs(value) if inner else {name: _number(value)})
        return logs

    def _log_order(self, logs: dict[str, Any]) -> list[str]:
        """`loss` first, then the metrics in the order of `compile`."""
        names = ["loss", *self.metrics_names]
        known = [n for n in dict.fromkeys(names) if n in logs]
        return known + [n for n in logs if n not in known]

    # Single batches

    @border
    def train_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        class_weight: dict[int, float] | None = None,
        return_dict: bool = False,
        **keras2: Any,
    ) -> Any:
        """Trains on one batch; returns its loss and metrics.

        Args:
            x: Inputs.
            y: Targets.
            sample_weight: A weight for each sample.
            class_weight: A weight for each class index.
            return_dict: Whether to return a dict by name.
            **keras2: `reset_metrics=False` goes on with the metrics of earlier
                batches.
        """
        self._require_compiled("train_on_batch")
        return self._on_batch(
            "train", x, y, sample_weight, class_weight, return_dict, keras2
        )

    @border
    def test_on_batch(
        self,
        x: Any,
        y: Any = None,
        sample_weight: Any = None,
        return_dict: bool = False,
        **keras2: Any,
    ) -> Any:
        """Evaluates one batch; returns the loss and metrics."""
        self._require_compiled("test_on_batch")
        return self._on_batch("test", x, y, sample_weight, None, return_dict, keras2)

    @border
    def predict_on_batch(self, x: Any) -> Any:
        """The outputs for one batch, as NumPy arrays."""
        return tree.map_structure(_writable, self._single("predict", x, None, None))

    def _on_batch(
        self,
        mode: str,
        x: Any,
        y: Any,
        sample_weight: Any,
        class_weight: Any,
        return_dict: bool,
        keras2: dict[str, Any],
    ) -> Any:
        if keras2.pop("reset_metrics", True):
            self.reset_metrics()
        _refuse_unknown(f"{mode}_on_batch", keras2)
        if class_weight is not None:
            sample_weight = data_module.class_weights(y, class_weight)
        logs = self._logs(self._single(mode, x, y, sample_weight))
        if return_dict:
            return logs
        ordered = [logs[k] for k in self._log_order(logs)]
        return ordered[0] if len(ordered) == 1 else ordered

    def _single(self, mode: str, x: Any, y: Any, sample_weight: Any) -> Any:
        return self._runner(mode).run_one(single_batch(x, y, sample_weight))

    # Going on with an interrupted training, for `BackupAndRestore`

    def _back_up(self, path: Any, epoch: int, batch: int) -> None:
        """Writes the whole state of the training in progress.

        Args:
            path: Where to.
            epoch: The epoch that it is in, or is to begin.
            batch: How many of its batches are done.
        """
        place = {"epoch": epoch, "batch": batch, "pass": self._feed.place(batch > 0)}
        written = self._runner("train").written
        write_backup(path, self, self._hooks.callbacks, written, place)

    def _resume(self, path: Any, epoch: int, batch: int) -> tuple[int, int]:
        """Has the training that begins go on from a backup; returns its place."""
        backup = self._backup = read_backup(path, epoch, batch)
        return backup.epoch, backup.batch

    def _take_up(
        self, backup: Backup, runner: Runner, chunks: Iterator[Chunk]
    ) -> Iterator[Chunk]:
        """Restores a backup; returns the chunks as they were."""
        first = next(chunks)
        try:
            runner.lifted(first)  # builds whatever is not built yet
        except Exception:
            if not self._eager() and not first.has_strings:
                raise
        backup.restore(self, self._hooks.callbacks, runner.written)
        return itertools.chain([first], chunks)

    # Parts

    def _eager(self) -> bool:
        return bool(self.run_eagerly or FunctionSettings.run_eagerly)

    def _runner(self, mode: str) -> Runner:
        """The compiled steps of a mode, kept while what they depend on is the same."""
        layers = list(self._flatten_layers())  # type: ignore[attr-defined]
        state = tuple((id(layer), layer._trainable) for layer in layers)
        key = (mode, self._eager(), state)
        runner = self._runners.get(key)
        if runner is None:
            step = getattr(self, f"{mode}_step")
            runner = Runner(
                step,
                lambda batch: self._state(mode, batch),
                collect=mode == "predict",
                eager=self._eager(),
                masked=any(getattr(layer, "mask_zero", False) for layer in layers),
            )
            self._runners[key] = runner
        return runner

    def _state(self, mode: str, batch: Any) -> list[Variable]:
        """The variables that a step is expected to use."""
        foresee(self, mode, batch)
        variables = list(self.variables)  # type: ignore[attr-defined]
        if mode == "predict":
            return variables
        if mode == "train" and self.optimizer is not None:
            variables += self.optimizer.variables
        for metric in self.metrics:
            variables += metric.variables
        return variables

    def _compile_ahead(self, mode: str, feed: Any) -> None:
        """Starts compiling what `fit` is going to run, all of it at once.

        XLA then works on the programs for whole batches, for the smaller last one and
        for validation side by side, and while the first of them trains.
        """
        if isinstance(feed, ResidentFeed) and not self._eager():
            for chunk in feed.kinds():
                self._runner(mode).prepare(chunk)

    def _most(self, hooks: Any, mode: str) -> int | None:
        """How many steps may run before anyone looks, if that matters."""
        return 1 if self._eager() or hooks.exact(mode) else None

    def _callbacks(
        self, given: Any, verbose: Any, epochs: int, steps: Any, history: bool = True
    ) -> Any:
        if isinstance(given, callbacks_module.CallbackList):
            return given
        verbose = 1 if verbose == "auto" else int(verbose)
        return callbacks_module.CallbackList(
            given,
            add_history=history,
            add_progbar=verbose != 0,
            verbose=verbose,
            epochs=epochs,
            steps=steps,
            model=self,
        )

    def _check_data(self, packed: Any) -> None:
        """Refuses arrays that could only end in NaN or a wrong answer."""
        if not CHECK_DATA.get():
            return
        data_module.refuse_nan(packed)
        _, y, _ = data_module.unpack(packed)
        structures = (dict, list, tuple)
        if y is None or isinstance(y, structures) or isinstance(self.loss, structures):
            return
        graph = getattr(self, "_graph", None)
        if graph is not None and len(graph.outputs) == 1:
            check_targets(self.loss, y, tuple(graph.outputs[0].shape))


_IGNORED = {"workers", "use_multiprocessing", "max_queue_size"}


def _refuse_unknown(method: str, keras2: dict[str, Any]) -> None:
    unknown = set(keras2) - _IGNORED
    if unknown:
        raise TypeError(f"{method}() has no argument {sorted(unknown)[0]!r}.")


def _number(value: Any) -> Any:
    if isinstance(value, (Tensor, Variable)):
        array = np.asarray(value)
        return float(array) if array.ndim == 0 else array
    return value


def _writable(x: Any) -> Any:
    return np.array(x) if isinstance(x, Tensor) else x


def _rows(x: Any) -> Any:
    """Stacked batches as one: (steps, batch, ...) to (steps * batch, ...)."""
    array = np.asarray(x)
    return array.reshape(-1, *array.shape[2:])
