"""`LambdaCallback`: a callback from functions."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras.callbacks.callback import Callback
from addax.keras.serialization import public

_HOOKS = [name for name in vars(Callback) if name.startswith("on_")]


@public("keras.callbacks")
class LambdaCallback(Callback):
    """Calls functions of yours at set moments.

    Args:
        on_epoch_begin: A function of `(epoch, logs)`.
        on_epoch_end: A function of `(epoch, logs)`.
        on_train_begin: A function of `(logs)`.
        on_train_end: A function of `(logs)`.
        on_train_batch_begin: A function of `(batch, logs)`.
        on_train_batch_end: A function of `(batch, logs)`.
        **kwargs: Any other method of `Callback`, by its name.

    Raises:
        TypeError: If there is no moment of that name.

    Example:

    >>> from addax import keras
    >>> callback = keras.callbacks.LambdaCallback(
    ...     on_epoch_end=lambda epoch, logs: print(epoch, logs["loss"]))
    >>> callback.on_epoch_end(3, {"loss": 0.5})
    3 0.5
    """

    def __init__(
        self,
        on_epoch_begin: Callable[..., Any] | None = None,
        on_epoch_end: Callable[..., Any] | None = None,
        on_train_begin: Callable[..., Any] | None = None,
        on_train_end: Callable[..., Any] | None = None,
        on_train_batch_begin: Callable[..., Any] | None = None,
        on_train_batch_end: Callable[..., Any] | None = None,
        **kwargs: Callable[..., Any] | None,
    ) -> None:
        super().__init__()
        functions = {
            "on_epoch_begin": on_epoch_begin,
            "on_epoch_end": on_epoch_end,
            "on_train_begin": on_train_begin,
            "on_train_end": on_train_end,
            "on_train_batch_begin": on_train_batch_begin,
            "on_train_batch_end": on_train_batch_end,
            **kwargs,
        }
        for name, function in functions.items():
            if name not in _HOOKS:
                raise TypeError(
                    explain(
                        f"There is no moment {name!r}.",
                        why=did_you_mean(name, _HOOKS),
                        fix=f"Use one of {', '.join(_HOOKS)}.",
                    )
                )
            if function is not None:
                setattr(self, name, function)
