"""`TerminateOnNaN`: ends training when the loss is no number any more."""

from __future__ import annotations

import math

from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.callbacks.messages import say
from addax.keras.serialization import public


@public("keras.callbacks")
class TerminateOnNaN(Callback):
    """Ends training when the loss is NaN or infinite.

    Args:
        raise_error: Whether to raise an error there and then, so that no other
            callback does its work at the end of training.

    Raises:
        RuntimeError: When the loss is NaN or infinite, with `raise_error=True`.

    Example:

    >>> from addax import keras
    >>> strict = keras.callbacks.TerminateOnNaN(raise_error=True)
    >>> strict.on_train_batch_end(7, {"loss": float("nan")})
    Traceback (most recent call last):
    ...
    RuntimeError: Batch 7: the loss is nan.
    """

    # The mean of an epoch's losses stays NaN once one of them was, so a look every
    # so many batches finds it too.
    async_safe = True

    def __init__(self, raise_error: bool = False) -> None:
        super().__init__()
        self.raise_error = raise_error

    def on_train_batch_end(self, batch: int, logs: Logs = None) -> None:
        loss = (logs or {}).get("loss")
        if loss is None or math.isfinite(loss):
            return
        if self.raise_error:
            raise RuntimeError(f"Batch {batch}: the loss is {loss}.")
        say(f"Batch {batch}: the loss is {loss}; training ends here.")
        self.model.stop_training = True
