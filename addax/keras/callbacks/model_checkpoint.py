"""`ModelCheckpoint`: saves the model, or its best state, while it trains."""

from __future__ import annotations

import os
from typing import Any, Literal

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras.callbacks.aliases import Curves
from addax.keras.callbacks.callback import Logs
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.monitor import MonitorCallback
from addax.keras.serialization import public

SaveFreq = Literal["epoch"] | int


@public("keras.callbacks")
class ModelCheckpoint(MonitorCallback):
    """Saves the model, or its weights, at the end of epochs or every so many batches.

    Args:
        filepath: Where to; may hold `{epoch}` and metrics, as in
            `"{epoch:02d}-{val_loss:.2f}.keras"`. Ends with `.weights.h5` if only
            weights are saved, else with `.keras` or `.h5`.
        monitor: The metric's name in the logs.
        verbose: 1 to say when it saves.
        save_best_only: Whether to save only when the metric is the best so far.
        save_weights_only: Whether to save the weights (with the optimizer's state)
            rather than the whole model.
        mode: `"min"` if less is better, `"max"` if more is, `"auto"` to tell from
            the metric.
        save_freq: `"epoch"`, or after how many batches.
        initial_value_threshold: What the metric must beat from the start.

    Raises:
        ValueError: If the file's name ends otherwise, or `save_freq` is not valid.

    Example:

    >>> from addax import keras
    >>> best = keras.callbacks.ModelCheckpoint(
    ...     "best.keras", monitor="val_accuracy", save_best_only=True)
    """

    resumes = ("best", "_batches._passed", "_batches._last")

    def __init__(
        self,
        filepath: str | os.PathLike[str],
        monitor: str = "val_loss",
        verbose: int = 0,
        save_best_only: bool = False,
        save_weights_only: bool = False,
        mode: str = "auto",
        save_freq: SaveFreq = "epoch",
        initial_value_threshold: float | None = None,
    ) -> None:
        super().__init__(monitor, mode)
        self.verbose = verbose
        self.filepath = os.fspath(filepath)
        self.save_best_only = save_best_only
        self.save_weights_only = save_weights_only
        self.save_freq = check_save_freq(save_freq)
        self.best = initial_value_threshold
        self._batches = BatchCounter(save_freq)
        self._epoch = 0
        endings = (".weights.h5",) if save_weights_only else (".keras", ".h5")
        if not self.filepath.endswith(endings):
            stem = self.filepath.removesuffix(".keras").removesuffix(".h5")
            raise ValueError(
                explain(
                    f"`filepath` must end with {' or '.join(endings)}"
                    + (" when only weights are saved." if save_weights_only else "."),
                    received={"filepath": self.filepath},
                    why="The ending says what the file holds, and loading goes by it.",
                    fix=f'ModelCheckpoint("{stem}{endings[0]}", ...)',
                )
            )

    @property
    def async_safe(self) -> bool:  # type: ignore[override]
        """Whether no single batch matters: not when it counts them."""
        return self.save_freq == "epoch"

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        if self._batches.is_due(batch):
            self._save(logs, batch)

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch
        self._batches.start_epoch()

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._epoch = epoch
        if self.save_freq == "epoch":
            self._save(logs)

    def _save(self, logs: Logs, batch: int | None = None) -> None:
        reason = self._reason(logs or {})
        if reason is None:
            return
        path = self._path(logs or {}, batch)
        folder = os.path.dirname(path)
        if folder:
            os.makedirs(folder, exist_ok=True)
        if self.save_weights_only:
            self.model.save_weights(path, overwrite=True)
        else:
            self.model.save(path, overwrite=True)
        if self.verbose > 0:
            what = "weights" if self.save_weights_only else "model"
            say(f"\nEpoch {self._epoch + 1}: {reason}the {what} is in {path}")

    def _reason(self, logs: dict[str, Any]) -> str | None:
        """Why to save now, for the message; `None` if there is no reason."""
        if not self.save_best_only:
            return ""
        current = self._monitored(logs)
        if current is None:
            return ""  # unknown is no reason to lose the work
        if not self._improves(current, self.best):
            if self.verbose > 0:
                say(
                    f"\nEpoch {self._epoch + 1}: {self._key} did not improve on "
                    f"{self.best:.5f}"
                )
            return None
        before, self.best = self.best, current
        from_best = "" if before is None else f" from {before:.5f}"
        return f"{self._key} improved{from_best} to {current:.5f}; "

    def _path(self, logs: dict[str, Any], batch: int | None) -> str:
        values = Curves(epoch=self._epoch + 1, **logs)
        if batch is not None:
            values["batch"] = batch + 1
        try:
            return self.filepath.format_map(values)
        except KeyError as error:
            name = str(error.args[0]).split("'")[1]
            raise KeyError(
                explain(
                    f"`filepath` asks for {name!r}, which is not among the metrics.",
                    received={"filepath": self.filepath},
                    why=f"There are: {', '.join(values)}.",
                    fix=did_you_mean(name, values),
                )
            ) from None


class BatchCounter:
    """Tells when so many more batches have passed, across epochs."""

    def __init__(self, every: Any) -> None:
        self._every = every if isinstance(every, int) else 0
        self._passed = 0
        self._last = -1

    def start_epoch(self) -> None:
        """Batches count from 0 again."""
        self._last = -1

    def is_due(self, batch: int) -> bool:
        """Whether it is time after the batch of this index."""
        if not self._every:
            return False
        # Several steps may have run since the last call (`steps_per_execution`).
        self._passed += batch - self._last
        self._last = batch
        if self._passed < self._every:
            return False
        self._passed = 0
        return True


def check_save_freq(save_freq: Any) -> Any:
    """`save_freq`, if it is `"epoch"` or a number of batches."""
    whole = isinstance(save_freq, int) and not isinstance(save_freq, bool)
    if save_freq == "epoch" or (whole and save_freq > 0):
        return save_freq
    raise ValueError(
        explain(
            '`save_freq` is "epoch" or a number of batches.',
            received={"save_freq": save_freq},
            fix='save_freq="epoch", or save_freq=1000',
        )
    )
