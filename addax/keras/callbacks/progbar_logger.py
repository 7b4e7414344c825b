"""`ProgbarLogger`: the progress bar of `fit`, `evaluate` and `predict`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.callbacks.messages import say
from addax.keras.callbacks.progbar import Progbar
from addax.keras.serialization import public


@public("keras.callbacks")
class ProgbarLogger(Callback):
    """Shows the progress of a run. `verbose=1` or `2` adds one.

    Example:

    >>> from addax import keras
    >>> logger = keras.callbacks.ProgbarLogger()
    >>> logger.set_params({"verbose": 2, "epochs": 2, "steps": 4})
    >>> logger.on_train_begin()
    >>> logger.on_epoch_begin(0)
    Epoch 1/2
    """

    async_safe = True  # any moment will do
    takes_lazy_logs = True

    def __init__(self) -> None:
        super().__init__()
        self.progbar: Progbar | None = None
        self._seen = 0
        self._in_fit = False

    def on_train_begin(self, logs: Logs = None) -> None:
        self._in_fit = True

    def on_train_end(self, logs: Logs = None) -> None:
        self._in_fit = False

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._begin()
        epochs = self._param("epochs", 1)
        if self._param("verbose", 0) and epochs > 1:
            say(f"Epoch {epoch + 1}/{epochs}")

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._end(logs)

    def on_train_batch_end(self, batch: int, logs: Any = None) -> None:
        self._update(batch, logs)

    def on_test_begin(self, logs: Logs = None) -> None:
        if not self._in_fit:
            self._begin()

    def on_test_batch_end(self, batch: int, logs: Any = None) -> None:
        if not self._in_fit:
            self._update(batch, logs)

    def on_test_end(self, logs: Logs = None) -> None:
        if not self._in_fit:
            self._end(logs)

    def on_predict_begin(self, logs: Logs = None) -> None:
        self._begin()

    def on_predict_batch_end(self, batch: int, logs: Any = None) -> None:
        self._update(batch, None)  # the outputs are nothing to show

    def on_predict_end(self, logs: Logs = None) -> None:
        self._end(None)

    def _param(self, name: str, default: int) -> Any:
        return (self.params or {}).get(name, default)

    def _begin(self) -> None:
        steps = (self.params or {}).get("steps")
        self._seen = 0
        self.progbar = Progbar(
            steps,
            verbose=self._param("verbose", 0),
            interval=0.1,
            stateless_metrics=(),
        )

    def _update(self, batch: int, logs: Logs | Callable[[], dict[str, Any]]) -> None:
        self._seen = batch + 1
        if self.progbar is None or not self.progbar.verbose:
            return
        if not self.progbar.due():
            self.progbar.update(self._seen, finalize=False)
            return
        values = logs() if callable(logs) else logs or {}
        self.progbar.update(self._seen, list(values.items()), finalize=False)

    def _end(self, logs: Logs) -> None:
        if self.progbar is None:
            return
        if self.progbar.target is None or self._seen:
            # The data may have ended sooner or later than was said.
            self.progbar.target = self._seen
        count = self.progbar.target
        self.progbar.update(count or 0, list((logs or {}).items()), finalize=True)
        self.progbar = None
