"""Counts of right and wrong predictions."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp

from addax.core import Array, op


@op(differentiable=False)
def threshold_counts(
    y_true: Array,
    y_pred: Array,
    weights: Array,
    thresholds: tuple[float, ...],
    per_label: bool = False,
) -> Any:
    """Weights of true and false, positive and negative predictions.

    Args:
        y_true: Labels; all but 0 count as positive. Shape `(n, labels)`.
        y_pred: Predictions of the same shape.
        weights: Their weights, of the same shape.
        thresholds: Above which a prediction is positive.
        per_label: Whether to count each label by itself.

    Returns:
        True positives, false positives, true negatives and false negatives, of shape
        `(thresholds,)` or, per label, `(thresholds, labels)`.
    """
    limits = jnp.asarray(thresholds, y_pred.dtype)[:, None, None]
    # XLA fuses the comparison into the sums: nothing of size thresholds * n is stored.
    above = y_pred[None] > limits
    positive = jnp.where(y_true != 0, weights, jnp.zeros_like(weights))
    negative = weights - positive
    axes = (1,) if per_label else (1, 2)
    none = jnp.zeros((), weights.dtype)
    tp = jnp.sum(jnp.where(above, positive[None], none), axis=axes)
    fp = jnp.sum(jnp.where(above, negative[None], none), axis=axes)
    tn = jnp.sum(jnp.where(above, none, negative[None]), axis=axes)
    fn = jnp.sum(jnp.where(above, none, positive[None]), axis=axes)
    return tp, fp, tn, fn


@op(differentiable=False)
def confusion_matrix(
    labels: Array, predictions: Array, weights: Array, num_classes: int
) -> Array:
    """How often each label met each prediction.

    Args:
        labels: Class numbers, of shape `(n,)`.
        predictions: Class numbers, of shape `(n,)`.
        weights: What each pair counts, of shape `(n,)`.
        num_classes: How many classes there are.

    Returns:
        Sums of weights, of shape `(num_classes, num_classes)`: labels are rows.
    """
    rows, columns = labels.astype("int32"), predictions.astype("int32")
    inside = (rows >= 0) & (rows < num_classes) & (columns >= 0)
    inside &= columns < num_classes
    cells = jnp.where(inside, rows * num_classes + columns, num_classes**2)
    counts = jnp.zeros((num_classes**2,), weights.dtype)
    counts = counts.at[cells].add(weights, mode="drop")
    return counts.reshape(num_classes, num_classes)


@op(differentiable=False)
def keep_top_k(x: Array, k: int, floor: float) -> Array:
    """`x` with all but the `k` greatest of each row set to `floor`."""
    order = jnp.argsort(-x, axis=-1, stable=True)
    rank = jnp.argsort(order, axis=-1)
    return jnp.where(rank < k, x, jnp.asarray(floor, x.dtype))
