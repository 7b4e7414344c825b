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

    resumes = ("_swapped",)

    def __init__(self, swap_on_epoch: bool = False) -> None:
        super().__init__()
        self.swap_on_epoch = swap_on_epoch
        self._swapped = False

    def _swap(self, to_average: bool) -> None:
        if self._swapped == to_average:
            return
        for weight, average in self._pairs():
            weight_now, average_now = weight.numpy(), average.numpy()
            weight.assign(average_now)
            average.assign(weight_now)
        self._swapped = to_average

    def _pairs(self) -> list[tuple[Any, Any]]:
        """Each weight with its average; none before the first step."""
        optimizer = self.model.optimizer
        optimizer = getattr(optimizer, "inner_optimizer", optimizer)
        averages = getattr(optimizer, "_averages", ())
        return list(zip(optimizer._trainable_variables, averages, strict=False))

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
            if epoch + 1 == (self.params or {}).get("epochs"):
                self._settle()

    def on_train_end(self, logs: Logs = None) -> None:
        if self.swap_on_epoch and self._swapped:
            self._settle()

    def _settle(self) -> None:
        """Leaves the averages in the weights for good, and as averages too."""
        for weight, average in self._pairs():
            average.assign(weight)
        self._swapped = False

    def on_test_begin(self, logs: Logs = None) -> None:
        self._swap(to_average=True)

    def on_test_end(self, logs: Logs = None) -> None:
        self._swap(to_average=False)

    def on_predict_begin(self, logs: Logs = None) -> None:
        self._swap(to_average=True)

    def on_predict_end(self, logs: Logs = None) -> None:
        if not self.swap_on_epoch:
            self._swap(to_average=False)
