"""The learning rate of a model's optimizer, as callbacks read and set it."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain


def learning_rate(callback: Any) -> float:
    """The current rate of the optimizer of a callback's model.

    Raises:
        ValueError: If the model has no optimizer with a learning rate.
    """
    optimizer: Any = getattr(callback.model, "optimizer", None)
    if not hasattr(optimizer, "learning_rate"):
        raise ValueError(
            explain(
                f"{type(callback).__name__} needs an optimizer with a learning rate.",
                received={"optimizer": optimizer},
                fix='model.compile(optimizer="adam", ...)',
            )
        )
    return float(np.asarray(optimizer.learning_rate))


def set_learning_rate(callback: Any, value: float) -> None:
    """Sets the rate of the optimizer of a callback's model."""
    callback.model.optimizer.learning_rate = value
