"""`CallbackList`: tells several callbacks, and knows who listens to what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.callbacks.history import History
from addax.keras.callbacks.progbar_logger import ProgbarLogger
from addax.keras.serialization import public

_BATCH_HOOKS = {
    # `on_train_batch_end` of the base class calls the older `on_batch_end`.
    "on_train_batch_begin": ("on_train_batch_begin", "on_batch_begin"),
    "on_train_batch_end": ("on_train_batch_end", "on_batch_end"),
    "on_test_batch_begin": ("on_test_batch_begin",),
    "on_test_batch_end": ("on_test_batch_end",),
    "on_predict_batch_begin": ("on_predict_batch_begin",),
    "on_predict_batch_end": ("on_predict_batch_end",),
}
_LazyLogs = Logs | Callable[[], dict[str, Any]]


@public("keras.callbacks")
class CallbackList(Callback):
    """Several callbacks as one.

    Args:
        callbacks: Callbacks, or one, or lists of them.
        add_history: Whether to add a `History` if there is none.
        add_progbar: Whether to add the progress bar if there is none.
        model: The model to tell them.
        **params: The parameters to tell them: `verbose`, `epochs`, `steps`.

    Per-batch methods take for `logs` a function too, which returns them; it is called
    only if somebody listens who looks at the values, for reading them waits for the
    device.

    Example:

    >>> from addax import keras
    >>> class Count(keras.callbacks.Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print("epoch", epoch)
    >>> all_of_them = keras.callbacks.CallbackList([Count()])
    >>> all_of_them.needs_batches
    False
    >>> all_of_them.on_epoch_end(0, {})
    epoch 0
    """

    def __init__(
        self,
        callbacks: Any = None,
        add_history: bool = False,
        add_progbar: bool = False,
        model: Any = None,
        **params: Any,
    ) -> None:
        super().__init__()
        self.callbacks: list[Any] = list(_flatten(callbacks))
        if add_progbar and self._first(ProgbarLogger) is None:
            self.callbacks.append(ProgbarLogger())
        if add_history and self._first(History) is None:
            self.callbacks.append(History())
        if model is not None:
            self.set_model(model)
        if params:
            self.set_params(params)
        self._find_listeners()

    def _first(self, cls: type) -> Any:
        return next((each for each in self.callbacks if isinstance(each, cls)), None)

    def _find_listeners(self) -> None:
        self.callbacks.sort(key=lambda each: getattr(each, "runs_last", False))
        self._listeners = {
            hook: [each for each in self.callbacks if _overrides(each, names)]
            for hook, names in _BATCH_HOOKS.items()
        }

    def append(self, callback: Any) -> None:
        """Adds a callback.

        Args:
            callback: The callback.
        """
        self.callbacks.append(callback)
        self._find_listeners()

    def set_params(self, params: dict[str, Any]) -> None:
        self.params = params
        for each in self.callbacks:
            each.set_params(params)

    def set_model(self, model: Any) -> None:
        self._model = model
        history = self._first(History)
        if history is not None:
            model.history = history
        for each in self.callbacks:
            each.set_model(model)

    def exact(self, mode: str) -> bool:
        """Whether somebody must be called for every single batch.

        Args:
            mode: `"train"`, `"test"` or `"predict"`.
        """
        return any(
            not getattr(each, "async_safe", False)
            for end in ("begin", "end")
            for each in self._listeners[f"on_{mode}_batch_{end}"]
        )

    @property
    def needs_batches(self) -> bool:
        """Whether training must come back to Python after every step."""
        return self.exact("train")

    def _tell(self, hook: str, *args: Any) -> None:
        for each in self.callbacks:
            getattr(each, hook)(*args)

    def _tell_batch(self, hook: str, batch: int, logs: _LazyLogs) -> None:
        values: Any = None
        for each in self._listeners[hook]:
            if getattr(each, "takes_lazy_logs", False):
                getattr(each, hook)(batch, logs=logs)
                continue
            if values is None:
                values = logs() if callable(logs) else (logs or {})
            getattr(each, hook)(batch, logs=values)

    def on_batch_begin(self, batch: int, logs: _LazyLogs = None) -> None:
        self._tell_batch("on_train_batch_begin", batch, logs)

    def on_batch_end(self, batch: int, logs: _LazyLogs = None) -> None:
        self._tell_batch("on_train_batch_end", batch, logs)

    def on_train_batch_begin(self, batch: int, logs: _LazyLogs = None) -> None:
        self._tell_batch("on_train_batch_begin", batch, logs)

    def on_train_batch_end(self, batch: int, logs: _LazyLogs = None) -> None:
        self._tell_batch("on_train_batch_end", batch, logs)

    def on_test_batch_begin(self, batch: int, logs: _LazyLogs = None) -> None:
        self._tell_batch("on_test_batch_begin", batch, logs)

    def on_test_batch_end(self, batch: int, logs: _LazyLogs = None) -> None:
        self._tell_batch("on_test_batch_end", batch, logs)

    def on_predict_batch_begin(self, batch: int, logs: _LazyLogs = None) -> None:
        self._tell_batch("on_predict_batch_begin", batch, logs)

    def on_predict_batch_end(self, batch: int, logs: _LazyLogs = None) -> None:
        self._tell_batch("on_predict_batch_end", batch, logs)

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        self._tell("on_epoch_begin", epoch, _or_empty(logs))

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        self._tell("on_epoch_end", epoch, _or_empty(logs))

    def on_train_begin(self, logs: Logs = None) -> None:
        self._tell("on_train_begin", _or_empty(logs))

    def on_train_end(self, logs: Logs = None) -> None:
        self._tell("on_train_end", _or_empty(logs))

    def on_test_begin(self, logs: Logs = None) -> None:
        self._tell("on_test_begin", _or_empty(logs))

    def on_test_end(self, logs: Logs = None) -> None:
        self._tell("on_test_end", _or_empty(logs))

    def on_predict_begin(self, logs: Logs = None) -> None:
        self._tell("on_predict_begin", _or_empty(logs))

    def on_predict_end(self, logs: Logs = None) -> None:
        self._tell("on_predict_end", _or_empty(logs))


def _or_empty(logs: Logs) -> dict[str, Any]:
    # The same dictionary goes on: callbacks add to it (`learning_rate`).
    return {} if logs is None else logs


def _overrides(callback: Any, hooks: Iterable[str]) -> bool:
    """Whether a callback does anything of its own in one of the hooks."""
    for hook in hooks:
        if hook in vars(callback):  # as `LambdaCallback` does
            return True
        own = getattr(type(callback), hook, None)
        if own is not None and own is not getattr(Callback, hook):
            return True
    return False


def _flatten(callbacks: Any) -> Iterable[Any]:
    if isinstance(callbacks, (list, tuple)):
        for each in callbacks:
            yield from _flatten(each)
    elif callbacks is not None:
        yield callbacks
