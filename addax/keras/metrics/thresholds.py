"""What the metrics of true and false positives share: thresholds, and counting."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras.losses.elementwise import pair
from addax.keras.losses.values import broadcasts, tensor
from addax.ops import confusion, math, shape

# What a prediction outside the top k becomes, and the threshold it stays below.
NEVER = -1e10


def check_thresholds(thresholds: Any, default: float = 0.5) -> tuple[float, ...]:
    """Thresholds as a tuple.

    Raises:
        ValueError: If one is not between 0 and 1.
    """
    if thresholds is None:
        return (default,)
    values = tuple(np.asarray(thresholds, "float64").reshape(-1).tolist())
    wrong = [t for t in values if not 0 <= t <= 1]
    if wrong or not values:
        raise ValueError(
            explain(
                "Thresholds must lie between 0 and 1.",
                received={"thresholds": thresholds},
                why="They are compared with probabilities.",
                fix="For logits put a sigmoid behind them.",
            )
        )
    return values


def evenly(count: int) -> tuple[float, ...]:
    """`count` thresholds from just below 0 to just above 1."""
    inner = [i / (count - 1) for i in range(1, count - 1)]
    return (-1e-7, *inner, 1.0 + 1e-7)


def count_outcomes(
    y_true: Any,
    y_pred: Any,
    thresholds: tuple[float, ...],
    dtype: Any,
    sample_weight: Any = None,
    *,
    top_k: int | None = None,
    class_id: int | None = None,
    label_weights: Any = None,
    per_label: bool = False,
    name: str = "metric",
) -> tuple[Any, Any, Any, Any]:
    """True positives, false positives, true negatives and false negatives.

    Args:
        y_true: Labels, 0 or 1.
        y_pred: Predictions between 0 and 1, of the same shape.
        thresholds: Above which a prediction is positive.
        dtype: The type to count in.
        sample_weight: A weight for each sample.
        top_k: If set, only the `k` greatest predictions of a row can be positive.
        class_id: If set, only this class counts.
        label_weights: A weight for each label (column).
        per_label: Whether to count each label by itself.
        name: The metric's name, for messages.
    """
    y_true, y_pred = pair(tensor(y_true, dtype), tensor(y_pred, dtype), name)
    if top_k is not None:
        y_pred = confusion.keep_top_k(y_pred, top_k, NEVER)
    if class_id is not None:
        y_true, y_pred = y_true[..., class_id], y_pred[..., class_id]
    weights = _weights(sample_weight, y_pred, dtype)
    if label_weights is not None:
        weights = math.multiply(weights, tensor(label_weights, dtype))
    columns = y_pred.shape[-1] if per_label and len(y_pred.shape) > 1 else 1
    y_true, y_pred, weights = (
        shape.reshape(shape.broadcast_to(x, y_pred.shape), (-1, columns))
        for x in (y_true, y_pred, weights)
    )
    return confusion.threshold_counts(y_true, y_pred, weights, thresholds, per_label)


def _weights(sample_weight: Any, y_pred: Any, dtype: Any) -> Any:
    if sample_weight is None:
        return tensor(1.0, dtype)
    weights = tensor(sample_weight, dtype)
    while 0 < len(weights.shape) < len(y_pred.shape):
        weights = shape.expand_dims(weights, -1)
    if len(weights.shape) > len(y_pred.shape) and weights.shape[-1] == 1:
        weights = shape.squeeze(weights, -1)
    if not broadcasts(weights.shape, y_pred.shape):
        raise ValueError(
            explain(
                "`sample_weight` does not fit the predictions.",
                received={
                    "sample_weight.shape": tuple(weights.shape),
                    "y_pred.shape": tuple(y_pred.shape),
                },
                fix="sample_weight=numpy.ones(len(y))",
            )
        )
    return weights
