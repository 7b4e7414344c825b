"""`History`: what `fit` returns."""

from __future__ import annotations

from addax.keras.callbacks.aliases import Curves
from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.serialization import public


@public("keras.callbacks")
class History(Callback):
    """Keeps the metrics of every epoch. `fit` adds one and returns it.

    Attributes:
        history: Each metric's name and the list of its values. Where only one metric
            can be meant, another of its names will do: `"accuracy"`.
        epoch: The indices of the epochs.

    Example:

    >>> from addax import keras
    >>> history = keras.callbacks.History()
    >>> history.on_train_begin()
    >>> history.on_epoch_end(0, {"loss": 0.5})
    >>> history.history
    {'loss': [0.5]}
    """

    def __init__(self) -> None:
        super().__init__()
        self.history: dict[str, list[float]] = Curves()
        self.epoch: list[int] = []

    def on_train_begin(self, logs: Logs = None) -> None:
        self.epoch = []

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self.epoch.append(epoch)
        for name, value in (logs or {}).items():
            self.history.setdefault(name, []).append(value)
        if self._model is not None:
            self._model.history = self
