"""Metrics of the whole range of thresholds: AUC, and one rate at another's value."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras.losses.values import ratio, tensor
from addax.keras.metrics.dispatch import one_dispatch
from addax.keras.metrics.metric import Metric
from addax.keras.metrics.thresholds import check_thresholds, count_outcomes, evenly
from addax.keras.serialization import public
from addax.ops import math, reduce

_CURVES = ("ROC", "PR", "PRGAIN")
_METHODS = ("interpolation", "majoring", "minoring")
# What is counted as right and as wrong by each rate.
_RATES = {
    "precision": ("true_positives", "false_positives"),
    "recall": ("true_positives", "false_negatives"),
    "sensitivity": ("true_positives", "false_negatives"),
    "specificity": ("true_negatives", "false_positives"),
}
_OUTCOMES = ("true_positives", "false_positives", "true_negatives", "false_negatives")


class Curve(Metric):
    """Counts the four outcomes at many thresholds."""

    true_positives: Any
    false_positives: Any
    true_negatives: Any
    false_negatives: Any

    def _make_counts(self, shape: tuple[int, ...]) -> None:
        for name in _OUTCOMES:
            setattr(self, name, self.add_variable(shape, "zeros", name=name))

    def _add_counts(self, outcomes: tuple[Any, ...]) -> None:
        for name, value in zip(_OUTCOMES, outcomes, strict=True):
            getattr(self, name).assign_add(value)

    def _counts(self) -> list[Any]:
        return [getattr(self, name).read_value() for name in _OUTCOMES]


@public("keras.metrics")
class AUC(Curve):
    """The area under the ROC curve, or under that of precision and recall.

    Args:
        num_thresholds: How many thresholds the curve is made of.
        curve: `"ROC"`, `"PR"`, or `"PRGAIN"` (precision-recall-gain).
        summation_method: `"interpolation"`, or `"minoring"` or `"majoring"` for a
            bound from below or above.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        thresholds: Thresholds of your own, between 0 and 1, in place of
            `num_thresholds`; one below 0 and one above 1 are added.
        multi_label: Whether each label (column) has its own curve, to be averaged.
        num_labels: How many labels there are then; from the first batch if not given.
        label_weights: A weight for each label.
        from_logits: Whether predictions are logits rather than probabilities.

    Raises:
        ValueError: If an argument is not one of its values.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.AUC()([0, 0, 1, 1], [0.0, 0.5, 0.3, 0.9]))
    0.75
    """

    def __init__(
        self,
        num_thresholds: int = 200,
        curve: str = "ROC",
        summation_method: str = "interpolation",
        name: str | None = None,
        dtype: Any = None,
        thresholds: Any = None,
        multi_label: bool = False,
        num_labels: int | None = None,
        label_weights: Any = None,
        from_logits: bool = False,
    ) -> None:
        super().__init__(dtype, name)
        self.curve = _one_of("curve", curve, _CURVES)
        self.summation_method = _one_of("summation_method", summation_method, _METHODS)
        if thresholds is None:
            if num_thresholds <= 1:
                raise ValueError(
                    explain(
                        "`num_thresholds` must be greater than 1.",
                        received={"num_thresholds": num_thresholds},
                    )
                )
            self._init_thresholds = None
            self._thresholds = evenly(num_thresholds)
        else:
            inner = tuple(sorted(check_thresholds(thresholds)))
            # As they were given: the two ends are added again when it is made again.
            self._init_thresholds = list(inner)
            self._thresholds = (-1e-7, *inner, 1.0 + 1e-7)
        self.num_thresholds = len(self._thresholds)
        if num_labels is not None and not multi_label:
            raise ValueError(
                explain(
                    "`num_labels` goes with multi_label=True.",
                    received={"num_labels": num_labels, "multi_label": multi_label},
                )
            )
        self.multi_label = multi_label
        self.num_labels = num_labels
        self.label_weights = label_weights
        self.from_logits = from_logits
        self._built = False
        if not multi_label:
            self._build((self.num_thresholds,))
        elif num_labels:
            self._build((self.num_thresholds, num_labels))

    @property
    def thresholds(self) -> list[float]:
        """The thresholds, ends included."""
        return list(self._thresholds)

    def _build(self, shape: tuple[int, ...]) -> None:
        self._make_counts(shape)
        self._built = True

    @one_dispatch
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account.

        Args:
            y_true: Labels, 0 or 1.
            y_pred: Predictions between 0 and 1 (or logits), of the same shape.
            sample_weight: A weight for each sample.
        """
        y_pred = tensor(y_pred, self._dtype)
        if not self._built:
            self._check_labels(y_pred)
            self._build((self.num_thresholds, y_pred.shape[1]))
        if self.from_logits:
            y_pred = math.sigmoid(y_pred)
        outcomes = count_outcomes(
            y_true,
            y_pred,
            self._thresholds,
            self._dtype,
            sample_weight,
            label_weights=None if self.multi_label else self.label_weights,
            per_label=self.multi_label,
            name=self.name,
        )
        self._add_counts(outcomes)

    def _check_labels(self, y_pred: Any) -> None:
        if len(y_pred.shape) != 2:
            raise ValueError(
                explain(
                    "AUC with multi_label=True takes predictions of shape (batch, "
                    "labels).",
                    received={"y_pred.shape": tuple(y_pred.shape)},
                )
            )

    @one_dispatch
    def result(self) -> Any:
        """The area so far."""
        tp, fp, tn, fn = self._counts()
        if self.curve == "PR" and self.summation_method == "interpolation":
            return self._over_labels(self._interpolated(tp, fp, fn))
        recall = ratio(tp, tp + fn)
        if self.curve == "ROC":
            x, y = ratio(fp, fp + tn), recall
        elif self.curve == "PR":
            x, y = recall, ratio(tp, tp + fp)
        else:
            scale = ratio(tp + fn, fp + tn)
            # Flach and Kull 2015: gains over predicting 1 always. Recall worse than
            # that is off the chart.
            x = math.where(
                tp > 0.0, math.maximum(1.0 - scale * ratio(fn, tp), 0.0), 0.0
            )
            y = 1.0 - scale * ratio(fp, tp)
        left, right = y[:-1], y[1:]
        height = {
            "interpolation": lambda: (left + right) / 2.0,
            "minoring": lambda: math.minimum(left, right),
            "majoring": lambda: math.maximum(left, right),
        }[self.summation_method]()
        return self._over_labels((x[:-1] - x[1:]) * height)

    def interpolate_pr_auc(self) -> Any:
        """The area under the curve of precision and recall, without linear steps.

        Between two thresholds the true positives are taken to grow in proportion to
        all positives, which bends the curve (Davis and Goadrich 2006,
        https://www.biostat.wisc.edu/~page/rocpr.pdf).
        """
        tp, fp, _, fn = self._counts()
        return self._over_labels(self._interpolated(tp, fp, fn))

    def _interpolated(self, tp: Any, fp: Any, fn: Any) -> Any:
        positive = tp + fp
        gained = tp[:-1] - tp[1:]
        slope = ratio(gained, math.maximum(positive[:-1] - positive[1:], 0.0))
        intercept = tp[1:] - slope * positive[1:]
        both = math.logical_and(positive[:-1] > 0.0, positive[1:] > 0.0)
        growth = ratio(positive[:-1], math.maximum(positive[1:], 0.0))
        growth = math.where(both, growth, 1.0)
        area = slope * (gained + intercept * math.log(growth))
        return ratio(area, math.maximum(tp[1:] + fn[1:], 0.0))

    def _over_labels(self, pieces: Any) -> Any:
        if not self.multi_label:
            return reduce.sum(pieces)
        areas = reduce.sum(pieces, axis=0)
        if self.label_weights is None:
            return reduce.mean(areas)
        weights = tensor(self.label_weights, self._dtype)
        return ratio(reduce.sum(areas * weights), reduce.sum(weights))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the metric again, as plain values."""
        config = super().get_config()
        # Keras writes thresholds only where they are not the even ones.
        del config["thresholds"]
        if self._init_thresholds is not None:
            config["thresholds"] = self._init_thresholds
        return config


class _RateAt(Curve):
    """The best value of one rate where another reaches a value."""

    _given, _sought = "", ""

    def __init__(
        self,
        value: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if num_thresholds <= 0:
            raise ValueError(
                explain(
                    "`num_thresholds` must be greater than 0.",
                    received={"num_thresholds": num_thresholds},
                )
            )
        self.value = value
        self.class_id = class_id
        self.num_thresholds = num_thresholds
        self._thresholds = (0.5,) if num_thresholds == 1 else evenly(num_thresholds)
        self._make_counts((len(self._thresholds),))

    @one_dispatch
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account.

        Args:
            y_true: Labels, 0 or 1.
            y_pred: Predictions between 0 and 1, of the same shape.
            sample_weight: A weight for each sample.
        """
        outcomes = count_outcomes(
            y_true,
            y_pred,
            self._thresholds,
            self._dtype,
            sample_weight,
            class_id=self.class_id,
            name=self.name,
        )
        self._add_counts(outcomes)

    @one_dispatch
    def result(self) -> Any:
        """The best value so far; 0 if no threshold reaches the other's value."""
        best = math.where(
            self._rate(self._given) >= self.value, self._rate(self._sought), 0.0
        )
        return reduce.max(best)

    def _rate(self, name: str) -> Any:
        hit, missed = (getattr(self, each).read_value() for each in _RATES[name])
        return ratio(hit, hit + missed)


@public("keras.metrics")
class SensitivityAtSpecificity(_RateAt):
    """The best share of labels 1 found, where a share of labels 0 is recognised.

    Args:
        specificity: The share of labels 0 to be predicted as 0, from 0 to 1.
        num_thresholds: How many thresholds are tried.
        class_id: If set, only this class (column) counts.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.SensitivityAtSpecificity(0.5)
    >>> float(metric([0, 0, 0, 1, 1], [0.0, 0.3, 0.8, 0.3, 0.8]))
    0.5
    """

    _given, _sought = "specificity", "sensitivity"

    def __init__(
        self,
        specificity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.specificity = _share("specificity", specificity)
        super().__init__(specificity, num_thresholds, class_id, name, dtype)


@public("keras.metrics")
class SpecificityAtSensitivity(_RateAt):
    """The best share of labels 0 recognised, where a share of labels 1 is found.

    Args:
        sensitivity: The share of labels 1 to be predicted as 1, from 0 to 1.
        num_thresholds: How many thresholds are tried.
        class_id: If set, only this class (column) counts.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    _given, _sought = "sensitivity", "specificity"

    def __init__(
        self,
        sensitivity: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.sensitivity = _share("sensitivity", sensitivity)
        super().__init__(sensitivity, num_thresholds, class_id, name, dtype)


@public("keras.metrics")
class PrecisionAtRecall(_RateAt):
    """The best precision where recall reaches a value.

    Args:
        recall: The recall to be reached, from 0 to 1.
        num_thresholds: How many thresholds are tried.
        class_id: If set, only this class (column) counts.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    _given, _sought = "recall", "precision"

    def __init__(
        self,
        recall: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.recall = _share("recall", recall)
        super().__init__(recall, num_thresholds, class_id, name, dtype)


@public("keras.metrics")
class RecallAtPrecision(_RateAt):
    """The best recall where precision reaches a value.

    Args:
        precision: The precision to be reached, from 0 to 1.
        num_thresholds: How many thresholds are tried.
        class_id: If set, only this class (column) counts.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    _given, _sought = "precision", "recall"

    def __init__(
        self,
        precision: float,
        num_thresholds: int = 200,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        self.precision = _share("precision", precision)
        super().__init__(precision, num_thresholds, class_id, name, dtype)


def _one_of(name: str, value: Any, valid: tuple[str, ...]) -> str:
    by_lower_case = {each.lower(): each for each in valid}
    found = by_lower_case.get(str(value).lower())
    if found is None:
        raise ValueError(
            explain(
                f"`{name}` has another set of values.",
                received={name: value},
                why=did_you_mean(str(value), valid),
                fix=f"Use one of {', '.join(map(repr, valid))}.",
            )
        )
    return found


def _share(name: str, value: float) -> float:
    if not 0 <= value <= 1:
        raise ValueError(
            explain(f"`{name}` must lie between 0 and 1.", received={name: value})
        )
    return value
