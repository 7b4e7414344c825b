"""`CSVLogger`: the metrics of every epoch in a file."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterable
from typing import Any

import numpy as np

from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.serialization import public


@public("keras.callbacks")
class CSVLogger(Callback):
    """Writes the metrics of every epoch to a CSV file, a row each.

    Args:
        filename: The file.
        separator: What stands between values.
        append: Whether to go on with a file that is there.

    Example:

    >>> from addax import keras
    >>> logger = keras.callbacks.CSVLogger("training.csv", append=True)
    """

    def __init__(
        self,
        filename: str | os.PathLike[str],
        separator: str = ",",
        append: bool = False,
    ) -> None:
        super().__init__()
        self.filename = os.fspath(filename)
        self.sep = separator
        self.append = append
        self.keys: list[str] | None = None
        self._file: Any = None
        self._writer: Any = None

    def on_train_begin(self, logs: Logs = None) -> None:
        goes_on = self.append and os.path.exists(self.filename)
        self._needs_header = not goes_on or os.path.getsize(self.filename) == 0
        self._file = open(  # noqa: SIM115  # open until training ends
            self.filename, "a" if self.append else "w", newline="", encoding="utf-8"
        )
        self._writer = None

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        logs = logs or {}
        if self._writer is None:
            self.keys = self.keys or self._columns(logs)
            self._writer = csv.DictWriter(
                self._file, ["epoch", *self.keys], "NA", "ignore", delimiter=self.sep
            )
            if self._needs_header:
                self._writer.writeheader()
        self._writer.writerow({"epoch": epoch} | {k: _cell(v) for k, v in logs.items()})
        self._file.flush()

    def _columns(self, logs: dict[str, Any]) -> list[str]:
        names = sorted(logs)
        # With `validation_freq` the first epochs may lack what later ones have.
        if any(name.startswith("val_") for name in names):
            return names
        return names + [f"val_{name}" for name in names if name != "learning_rate"]

    def on_train_end(self, logs: Logs = None) -> None:
        if self._file is not None:
            self._file.close()
        self._file = self._writer = None


def _cell(value: Any) -> Any:
    if isinstance(value, Iterable) and not isinstance(value, str) and np.ndim(value):
        return f'"[{", ".join(map(str, value))}]"'
    return value
