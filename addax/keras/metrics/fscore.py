"""F scores: one number for precision and recall."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras import config
from addax.keras.losses.elementwise import Shown, pair
from addax.keras.losses.values import tensor
from addax.keras.metrics.dispatch import one_dispatch
from addax.keras.metrics.metric import Metric
from addax.keras.serialization import public
from addax.ops import math, reduce, shape

_AVERAGES = (None, "micro", "macro", "weighted")


@public("keras.metrics")
class FBetaScore(Metric):
    """`(1 + beta**2) * precision * recall / (beta**2 * precision + recall)`.

    Args:
        average: How the classes' values become one: `"micro"` counts all outcomes
            together, `"macro"` takes the mean, `"weighted"` the mean weighted by how
            often each class occurs; `None` keeps them apart.
        beta: How much recall counts beside precision.
        threshold: Above which a prediction counts as 1; the greatest of each row if
            not given.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.FBetaScore(beta=2.0, threshold=0.5)
    >>> metric.update_state([[1, 1], [1, 0]], [[0.2, 0.6], [0.6, 0.2]])
    >>> [round(float(score), 4) for score in metric.result()]
    [0.5556, 1.0]
    """

    def __init__(
        self,
        average: str | None = None,
        beta: float = 1.0,
        threshold: float | None = None,
        name: str | None = "fbeta_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if average not in _AVERAGES:
            raise ValueError(
                explain(
                    "There is no such average.",
                    received={"average": average},
                    why=did_you_mean(str(average), _AVERAGES[1:]),
                    fix=f"Use one of {_AVERAGES}.",
                )
            )
        if beta <= 0:
            raise ValueError(
                explain("`beta` must be greater than 0.", received={"beta": beta})
            )
        if threshold is not None and not 0 < threshold <= 1:
            raise ValueError(
                explain(
                    "`threshold` must be greater than 0 and at most 1.",
                    received={"threshold": threshold},
                    why="It is compared with probabilities.",
                )
            )
        self.average = average
        self.beta = beta
        self.threshold = threshold
        self.axis = None if average == "micro" else 0
        self.built = False

    def _build(self, y_true: Any, y_pred: Any) -> None:
        if len(y_pred.shape) != 2 or len(y_true.shape) != 2:
            raise ValueError(
                explain(
                    f"{type(self).__name__} takes labels and predictions of shape "
                    "(batch, classes).",
                    received={"y_true": Shown(y_true), "y_pred": Shown(y_pred)},
                    fix=[
                        "For one class: y = y.reshape(-1, 1)",
                        "For class numbers: y = keras.utils.to_categorical(y)",
                    ],
                )
            )
        of_classes = () if self.average == "micro" else (y_pred.shape[1],)
        names = (
            "true_positives", "false_positives", "false_negatives",
            "intermediate_weights",
        )  # fmt: skip
        for name in names:
            setattr(self, name, self.add_variable(of_classes, "zeros", name=name))
        self.built = True

    @one_dispatch
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account.

        Args:
            y_true: Labels, 0 or 1, of shape `(batch, classes)`.
            y_pred: Predictions of the same shape.
            sample_weight: A weight for each sample.
        """
        y_true, y_pred = pair(
            tensor(y_true, self._dtype), tensor(y_pred, self._dtype), self.name
        )
        if not self.built:
            self._build(y_true, y_pred)
        if self.threshold is None:
            greatest = reduce.max(y_pred, axis=-1, keepdims=True)
            # A row of zeros predicts nothing rather than everything.
            chosen = math.logical_and(
                y_pred >= greatest, math.greater(math.absolute(y_pred), 1e-9)
            )
        else:
            chosen = math.greater(y_pred, self.threshold)
        chosen = tensor(chosen, self._dtype)
        outcomes: dict[str, Any] = {
            "true_positives": chosen * y_true,
            "false_positives": chosen * (1.0 - y_true),
            "false_negatives": (1.0 - chosen) * y_true,
            "intermediate_weights": y_true,
        }
        for name, values in outcomes.items():
            if sample_weight is not None:
                weights = tensor(sample_weight, self._dtype)
                if len(weights.shape) == 1:
                    weights = shape.expand_dims(weights, 1)
                values = values * weights
            getattr(self, name).assign_add(reduce.sum(values, axis=self.axis))

    @one_dispatch
    def result(self) -> Any:
        """The value so far."""
        if not self.built:
            raise ValueError(
                explain(
                    f"{type(self).__name__} has no value before the first batch.",
                    fix="metric.update_state(y_true, y_pred)",
                )
            )
        read = {v.name: v.read_value() for v in self._variables}
        tp: Any = read["true_positives"]
        epsilon = config.epsilon()
        precision = tp / (tp + read["false_positives"] + epsilon)
        recall = tp / (tp + read["false_negatives"] + epsilon)
        square = self.beta**2
        score = (1.0 + square) * precision * recall
        score = score / (square * precision + recall + epsilon)
        if self.average == "weighted":
            weights: Any = read["intermediate_weights"]
            return reduce.sum(score * weights / (reduce.sum(weights) + epsilon))
        return score if self.average is None else reduce.mean(score)


@public("keras.metrics")
class F1Score(FBetaScore):
    """The harmonic mean of precision and recall.

    Args:
        average: How the classes' values become one, as for `FBetaScore`.
        threshold: Above which a prediction counts as 1; the greatest of each row if
            not given.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.F1Score(average="macro", threshold=0.5)
    >>> round(float(metric([[1], [1], [0]], [[0.9], [0.2], [0.6]])), 4)
    0.5
    """

    def __init__(
        self,
        average: str | None = None,
        threshold: float | None = None,
        name: str | None = "f1_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(average, 1.0, threshold, name, dtype)
