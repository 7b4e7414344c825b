"""`Callback`: what happens at set moments of training, and what it knows of a model."""

from __future__ import annotations

from typing import Any, Protocol

from addax.keras.serialization import public

Logs = dict[str, Any] | None
"""Names and values so far, e.g. `{"loss": 0.3, "accuracy": 0.9}`."""


class ModelLike(Protocol):
    """All that callbacks use of a model."""

    stop_training: bool
    optimizer: Any

    @property
    def metrics(self) -> list[Any]:
        """The metrics, loss first."""
        ...

    def get_weights(self) -> list[Any]:
        """The weights as NumPy arrays."""
        ...

    def set_weights(self, weights: list[Any]) -> None:
        """Sets what `get_weights` returned."""

    def save(self, filepath: Any, overwrite: bool = True) -> None:
        """Writes the whole model."""

    def save_weights(self, filepath: Any, overwrite: bool = True) -> None:
        """Writes the weights."""

    def load_weights(self, filepath: Any) -> None:
        """Reads what `save_weights` wrote."""

    def _back_up(self, path: Any, epoch: int, batch: int) -> None: ...
    def _resume(self, path: Any, epoch: int, batch: int) -> tuple[int, int]: ...


@public("keras.callbacks")
class Callback:
    """Something to do at set moments of `fit`, `evaluate` and `predict`.

    Subclass it and override the moments that you need. A callback that overrides a
    per-batch method makes `fit` return to Python after every step, which is slower;
    set `async_safe = True` on the class if being called every so many batches will
    do (the `batch` index then jumps).

    What a callback counts, `BackupAndRestore` keeps over a crash if its class lists the
    attributes: `resumes = ("wait", "best")`. They hold plain values or lists of arrays.

    Attributes:
        params: `{"verbose", "epochs", "steps"}` of the run.
        model: The model.

    Example:

    >>> from addax import keras
    >>> class Announce(keras.callbacks.Callback):
    ...     def on_epoch_end(self, epoch, logs=None):
    ...         print(f"epoch {epoch}: {sorted(logs)}")
    >>> Announce().on_epoch_end(0, {"loss": 1.0})
    epoch 0: ['loss']
    """

    async_safe: bool = False
    runs_last: bool = False
    resumes: tuple[str, ...] = ()

    def __init__(self) -> None:
        self.params: dict[str, Any] | None = None
        self._model: Any = None

    @property
    def model(self) -> Any:
        """The model that is trained, evaluated or asked."""
        return self._model

    def set_params(self, params: dict[str, Any]) -> None:
        """Receives the parameters of the run."""
        self.params = params

    def set_model(self, model: Any) -> None:
        """Receives the model."""
        self._model = model

    def on_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """An older name for `on_train_batch_begin`."""

    def on_batch_end(self, batch: int, logs: Logs = None) -> None:
        """An older name for `on_train_batch_end`."""

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        """At the start of an epoch of training.

        Args:
            epoch: Its index.
            logs: Empty.
        """

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        """At the end of an epoch of training, after validation.

        Args:
            epoch: Its index.
            logs: The metrics; those on validation data have names with `val_`.
        """

    def on_train_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Before a step of training.

        Args:
            batch: Its index in the epoch.
            logs: Empty.
        """
        self.on_batch_begin(batch, logs=logs)

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        """After a step of training.

        Args:
            batch: Its index in the epoch.
            logs: The metrics over the epoch so far.
        """
        self.on_batch_end(batch, logs=logs)

    def on_test_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Before a step of evaluation (also of validation within `fit`)."""

    def on_test_batch_end(self, batch: int, logs: Logs = None) -> None:
        """After a step of evaluation (also of validation within `fit`)."""

    def on_predict_batch_begin(self, batch: int, logs: Logs = None) -> None:
        """Before a step of `predict`."""

    def on_predict_batch_end(self, batch: int, logs: Logs = None) -> None:
        """After a step of `predict`; `logs["outputs"]` is what it returned."""

    def on_train_begin(self, logs: Logs = None) -> None:
        """At the start of `fit`."""

    def on_train_end(self, logs: Logs = None) -> None:
        """At the end of `fit`, with the logs of the last epoch."""

    def on_test_begin(self, logs: Logs = None) -> None:
        """At the start of `evaluate` (also of validation within `fit`)."""

    def on_test_end(self, logs: Logs = None) -> None:
        """At the end of `evaluate` (also of validation within `fit`)."""

    def on_predict_begin(self, logs: Logs = None) -> None:
        """At the start of `predict`."""

    def on_predict_end(self, logs: Logs = None) -> None:
        """At the end of `predict`."""
