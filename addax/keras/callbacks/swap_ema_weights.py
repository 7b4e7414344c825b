"""`SwapEMAWeights`: evaluates with the moving average of the weights."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.callbacks.callback import Callback, Logs
from addax.keras.serialization import public


@public("keras.callbacks")
class SwapEMAWeights(Callback):
    """Evaluates with the moving average of the weights (Polyak averaging).

    The optimizer must keep the average: `SGD(use_ema=True)`. Weights and averages
    change places, before evaluation and back after it.

    Args:
        swap_on_epoch: Whether to swap at the end of each epoch instead, and back at
            the start of the next, so that callbacks after this one (checkpoints) see
            the averages.

    Raises:
        ValueError: If the optimizer keeps no average.

    Example:

    >>> from addax import keras
    >>> callbacks = [keras.callbacks.SwapEMAWeights()]
    """

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = False

    def _swap(self, to_average: bool) -> None:
        averages = getattr(
            self.model.optimizer, "_model_variables_moving_average", None
        )
        if self._swapped == to_average or not averages:
            return
        for weight, average in zip(
            self.model.trainable_variables, averages, strict=True
        ):
            weight_now, average_now = weight.numpy(), average.numpy()
            weight.assign(average_now)
            average.assign(weight_now)
        self._swapped = to_average

    def on_train_begin(self, logs: Logs = None) -> None:
        optimizer: Any = getattr(self.model, "optimizer", None)
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        if not getattr(optimizer, "use_ema", False):
            raise ValueError(
                explain(
                    "SwapEMAWeights needs an optimizer that keeps the moving average.",
                    received={"optimizer": optimizer},
                    fix="model.compile(keras.optimizers.SGD(use_ema=True), ...)",
                )
            )

    def on_epoch_begin(self, epoch: int, logs: Logs = None) -> None:
        if self.swap_on_epoch:
            self._swap(to_average=False)

    def on_epoch_end(self, epoch: int, logs: Logs = None) -> None:
        if self.swap_on_epoch:
            self._swap(to_average=True)

    def on_test_begin(self, logs: Logs = None) -> None:
        self._swap(to_average=True)

    def on_test_end(self, logs: Logs = None) -> None:
        self._swap(to_average=False)

    def on_predict_begin(self, logs: Logs = None) -> None:
        self._swap(to_average=True)

    def on_predict_end(self, logs: Logs = None) -> None:
        if not self.swap_on_epoch:
            self._swap(to_average=False)
