"""What early stopping, checkpoints and plateaus share: watching one metric."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean, to_snake_case
from addax.keras.callbacks.aliases import meant
from addax.keras.callbacks.callback import Callback, Logs

# What parts of a metric's name say about it when the metric itself does not.
_UP = (
    "acc", "auc", "precision", "recall", "sensitivity", "specificity", "iou", "r2",
    "f1", "f_beta", "fbeta", "score", "positives", "negatives", "similarity",
    "io_u", "correlation",
)  # fmt: skip
_DOWN = (
    "loss", "error", "crossentropy", "divergence", "false_", "mse", "mae", "mape",
    "msle", "rmse", "poisson", "hinge", "perplexity", "huber", "logcosh", "log_cosh",
)  # fmt: skip


class MonitorCallback(Callback):
    """A callback that compares one metric with its best value so far.

    Args:
        monitor: The metric's name in the logs, e.g. `"val_loss"`.
        mode: `"min"`, `"max"`, or `"auto"` to tell from the metric.
        min_delta: A smaller change is no improvement.
    """

    def __init__(
        self, monitor: str = "val_loss", mode: str = "auto", min_delta: float = 0
    ) -> None:
        super().__init__()
        self.monitor = monitor
        self.best: float | None = None
        self.min_delta = abs(min_delta)
        self._who = type(self).__name__
        if mode not in ("auto", "min", "max"):
            warnings.warn(
                f"{self._who} takes mode='auto', 'min' or 'max'. Received: "
                f"mode={mode!r}. It goes on with 'auto'.",
                stacklevel=3,
            )
            mode = "auto"
        self.mode = mode
        self._key = monitor
        self._upwards: bool | None = {"min": False, "max": True}.get(mode)

    def _monitored(self, logs: Logs) -> float | None:
        """The metric's value; `None`, after a warning, if it is not there."""
        logs = logs or {}
        key = self.monitor
        if key not in logs:
            likely = meant(key, logs)
            if likely is None:
                warnings.warn(_missing(self._who, key, list(logs)), stacklevel=3)
                return None
            key = likely
            warnings.warn(
                f"{self._who} watches {key!r}, for {self.monitor!r} is not among the "
                f"metrics. Say so to silence this: {self._who}(monitor={key!r})",
                stacklevel=3,
            )
        self._key = key
        return float(logs[key])

    def _improves(self, value: float, reference: float | None) -> bool:
        """Whether a value beats another by more than `min_delta`."""
        if reference is None:
            return True
        if self._upwards is None:
            self._upwards = self._direction()
        if self._upwards:
            return value - self.min_delta > reference
        return value + self.min_delta < reference

    def _direction(self) -> bool:
        """Whether more of the metric is better."""
        name = self._key.removeprefix("val_")
        metrics = {m.name: m for m in _leaf_metrics(getattr(self.model, "metrics", ()))}
        # Metrics of one of several outputs have its name before their own.
        found = metrics.get(name) or next(
            (m for n, m in metrics.items() if name.endswith(f"_{n}")), None
        )
        direction = getattr(found, "_direction", None)
        if direction in ("up", "down"):
            return direction == "up"
        for each in (name, to_snake_case(type(found).__name__)):
            for words, upwards in ((_DOWN, False), (_UP, True)):
                if any(word in each for word in words):
                    return upwards
        call = f"{self._who}(monitor={self.monitor!r}"
        raise ValueError(
            explain(
                f"{self._who} cannot tell whether more of {self.monitor!r} is better.",
                received={"monitor": self.monitor, "mode": self.mode},
                fix=[
                    f'If more is better: {call}, mode="max")',
                    f'If less is better: {call}, mode="min")',
                ],
            )
        )


def _leaf_metrics(metrics: Any) -> Iterator[Any]:
    """Metrics, those inside the compiled group included."""
    for each in metrics or ():
        inner = [m for m in getattr(each, "metrics", ()) if m is not each]
        if inner:
            yield from _leaf_metrics(inner)
        elif getattr(each, "name", None):
            yield each


def _missing(who: str, monitor: str, available: list[str]) -> str:
    listed = ", ".join(map(repr, available)) or "none"
    text = f"{who} watches {monitor!r}, which is not among the metrics: {listed}."
    if monitor.startswith("val_") and not any(k.startswith("val_") for k in available):
        return f"{text} Give fit validation data: fit(..., validation_split=0.1)"
    return f"{text} {did_you_mean(monitor, available)}".rstrip()
