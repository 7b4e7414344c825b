"""Losses that weigh samples by how well they are predicted."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import cast
from addax.keras import config
from addax.keras.losses.loss import LossFunctionWrapper
from addax.keras.losses.probabilistic import floating, labels, smooth
from addax.keras.losses.shapes import check_binary, check_one_hot, check_sparse
from addax.keras.losses.values import tensor
from addax.keras.serialization import public
from addax.ops import create, crossentropy, math, nn, reduce, shape


@public("keras.losses", "keras.metrics.binary_focal_crossentropy")
def binary_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Binary cross-entropy in which what is predicted well counts little.

    Source: Lin et al. 2018, https://arxiv.org/abs/1708.02002.

    Args:
        y_true: Labels, 0 or 1, of shape `(batch, ..., n)`.
        y_pred: Probabilities, or logits, of the same shape.
        apply_class_balancing: Whether to weigh the classes.
        alpha: The weight of class 1 then; that of class 0 is `1 - alpha`.
        gamma: How much well predicted labels lose.
        from_logits: Whether `y_pred` is logits.
        label_smoothing: How far labels are moved towards 0.5, from 0 to 1.
        axis: The axis to average over.

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = labels(y_true, y_pred)
    check_binary(y_true, y_pred, "binary_focal_crossentropy")
    if label_smoothing:
        y_true = y_true * (1.0 - label_smoothing) + 0.5 * label_smoothing
    if from_logits:
        y_pred = math.sigmoid(y_pred)
    values = crossentropy.binary_crossentropy(y_true, y_pred, False, config.epsilon())
    right = y_true * y_pred + (1.0 - y_true) * (1.0 - y_pred)
    values = math.power(1.0 - right, gamma) * values
    if apply_class_balancing:
        values = values * (y_true * alpha + (1.0 - y_true) * (1.0 - alpha))
    return reduce.mean(values, axis=axis)


@public("keras.losses", "keras.metrics.categorical_focal_crossentropy")
def categorical_focal_crossentropy(
    y_true: Any,
    y_pred: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    label_smoothing: float = 0.0,
    axis: int = -1,
) -> Any:
    """Categorical cross-entropy in which what is predicted well counts little.

    Source: Lin et al. 2018, https://arxiv.org/abs/1708.02002.

    Args:
        y_true: One-hot rows, of shape `(batch, ..., classes)`.
        y_pred: Probabilities, or logits, of the same shape.
        alpha: A weight, of all classes or of each.
        gamma: How much well predicted labels lose.
        from_logits: Whether `y_pred` is logits.
        label_smoothing: How far labels are moved towards even ones, from 0 to 1.
        axis: The axis of classes.

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = labels(y_true, y_pred)
    check_one_hot(y_true, y_pred, "categorical_focal_crossentropy")
    y_true = smooth(y_true, label_smoothing, axis)
    if from_logits:
        y_pred = nn.softmax(y_pred, axis)
    y_pred = y_pred / reduce.sum(y_pred, axis=axis, keepdims=True)
    y_pred = math.clip(y_pred, config.epsilon(), 1.0 - config.epsilon())
    focus = math.multiply(math.power(1.0 - y_pred, gamma), alpha)
    return reduce.sum(focus * -y_true * math.log(y_pred), axis=axis)


@public("keras.losses")
def categorical_generalized_cross_entropy(y_true: Any, y_pred: Any, q: float) -> Any:
    """`(1 - p**q) / q` of the true class's probability `p`, for noisy labels.

    Source: Zhang and Sabuncu 2018, https://arxiv.org/abs/1805.07836.

    Args:
        y_true: Class numbers, of shape `(batch, ...)`.
        y_pred: Probabilities, of shape `(batch, ..., classes)`.
        q: Between 0 (cross-entropy) and 1 (mean absolute error).

    Returns:
        Values of shape `(batch, ...)`.
    """
    y_true, y_pred = tensor(y_true), floating(y_pred)
    check_sparse(y_true, y_pred, "categorical_generalized_cross_entropy")
    if len(y_true.shape) == len(y_pred.shape):
        y_true = shape.squeeze(y_true, -1)
    labels = cast(y_true, "int32")
    rows = create.one_hot(labels, y_pred.shape[-1], dtype=y_pred.dtype)
    p = reduce.sum(rows * y_pred, axis=-1)
    return (1.0 - math.power(p, q)) / q


@public("keras.losses")
class BinaryFocalCrossentropy(LossFunctionWrapper):
    """Focal cross-entropy of yes-or-no labels (see `binary_focal_crossentropy`).

    Args:
        apply_class_balancing: Whether to weigh the classes.
        alpha: The weight of class 1 then; that of class 0 is `1 - alpha`.
        gamma: How much well predicted labels lose.
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: How far labels are moved towards 0.5, from 0 to 1.
        axis: The axis to average over.
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        apply_class_balancing: bool = False,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "binary_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            binary_focal_crossentropy,
            reduction,
            name,
            dtype,
            apply_class_balancing=apply_class_balancing,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


@public("keras.losses")
class CategoricalFocalCrossentropy(LossFunctionWrapper):
    """Focal cross-entropy of one-hot labels (see `categorical_focal_crossentropy`).

    Args:
        alpha: A weight, of all classes or of each.
        gamma: How much well predicted labels lose.
        from_logits: Whether predictions are logits rather than probabilities.
        label_smoothing: How far labels are moved towards even ones, from 0 to 1.
        axis: The axis of classes.
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
    """

    def __init__(
        self,
        alpha: float = 0.25,
        gamma: float = 2.0,
        from_logits: bool = False,
        label_smoothing: float = 0.0,
        axis: int = -1,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_focal_crossentropy",
        dtype: Any = None,
    ) -> None:
        super().__init__(
            categorical_focal_crossentropy,
            reduction,
            name,
            dtype,
            alpha=alpha,
            gamma=gamma,
            from_logits=from_logits,
            label_smoothing=label_smoothing,
            axis=axis,
        )


@public("keras.losses")
class CategoricalGeneralizedCrossEntropy(LossFunctionWrapper):
    """For noisy labels (see `categorical_generalized_cross_entropy`).

    Args:
        q: Between 0 (cross-entropy) and 1 (mean absolute error).
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.

    Raises:
        ValueError: If `q` is not between 0 and 1.
    """

    def __init__(
        self,
        q: float = 0.5,
        reduction: str | None = "sum_over_batch_size",
        name: str | None = "categorical_generalized_cross_entropy",
        dtype: Any = None,
    ) -> None:
        if not 0 < q < 1:
            raise ValueError(
                explain(
                    "`q` must lie between 0 and 1, both excluded.",
                    received={"q": q},
                    why="Towards 0 the loss is cross-entropy, towards 1 mean absolute "
                    "error.",
                )
            )
        super().__init__(
            categorical_generalized_cross_entropy, reduction, name, dtype, q=q
        )
