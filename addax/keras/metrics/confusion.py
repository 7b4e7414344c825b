"""Counts of true and false positives and negatives; precision and recall."""

from __future__ import annotations

from typing import Any

from addax.keras.losses.values import ratio
from addax.keras.metrics.dispatch import one_dispatch
from addax.keras.metrics.metric import Metric
from addax.keras.metrics.thresholds import NEVER, check_thresholds, count_outcomes
from addax.keras.serialization import public


class OutcomeCount(Metric):
    """The base of the four metrics that count one kind of outcome."""

    _outcome = 0  # of true positives, false positives, true and false negatives

    def __init__(
        self, thresholds: Any = None, name: str | None = None, dtype: Any = None
    ) -> None:
        super().__init__(dtype, name)
        self.init_thresholds = thresholds
        self._thresholds = check_thresholds(thresholds)
        self.accumulator = self.add_variable(
            (len(self._thresholds),), "zeros", name="accumulator"
        )

    @property
    def thresholds(self) -> Any:
        """The thresholds, as they were given."""
        return self.init_thresholds

    @one_dispatch
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account.

        Args:
            y_true: Labels, 0 or 1.
            y_pred: Predictions between 0 and 1.
            sample_weight: A weight for each sample.
        """
        outcomes = count_outcomes(
            y_true,
            y_pred,
            self._thresholds,
            self._dtype,
            sample_weight,
            name=self.name,
        )
        self.accumulator.assign_add(outcomes[self._outcome])

    def result(self) -> Any:
        """The count so far: a scalar, or one for each of several thresholds."""
        return _only(self.accumulator.read_value(), self._thresholds)


@public("keras.metrics")
class TruePositives(OutcomeCount):
    """How many labels 1 are predicted as 1.

    Args:
        thresholds: Above which a prediction counts as 1: a number or several; 0.5 if
            not given.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.TruePositives()([0, 1, 1, 1], [0.9, 0.2, 0.8, 0.7]))
    2.0
    """


@public("keras.metrics")
class FalsePositives(OutcomeCount):
    """How many labels 0 are predicted as 1.

    Args:
        thresholds: Above which a prediction counts as 1: a number or several; 0.5 if
            not given.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    _outcome = 1


@public("keras.metrics")
class TrueNegatives(OutcomeCount):
    """How many labels 0 are predicted as 0.

    Args:
        thresholds: Above which a prediction counts as 1: a number or several; 0.5 if
            not given.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    _outcome = 2


@public("keras.metrics")
class FalseNegatives(OutcomeCount):
    """How many labels 1 are predicted as 0.

    Args:
        thresholds: Above which a prediction counts as 1: a number or several; 0.5 if
            not given.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    _outcome = 3


class _Share(Metric):
    """True positives as a share of themselves and another outcome."""

    _other = 1
    _other_name = "false_positives"

    def __init__(
        self,
        thresholds: Any = None,
        top_k: int | None = None,
        class_id: int | None = None,
        name: str | None = None,
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        self.init_thresholds = thresholds
        self.top_k = top_k
        self.class_id = class_id
        default = 0.5 if top_k is None else NEVER
        self._thresholds = check_thresholds(thresholds, default)
        count = (len(self._thresholds),)
        self.true_positives = self.add_variable(count, "zeros", name="true_positives")
        self._others = self.add_variable(count, "zeros", name=self._other_name)

    @property
    def thresholds(self) -> Any:
        """The thresholds, as they were given."""
        return self.init_thresholds

    @one_dispatch
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account.

        Args:
            y_true: Labels, 0 or 1.
            y_pred: Predictions between 0 and 1.
            sample_weight: A weight for each sample.
        """
        outcomes = count_outcomes(
            y_true,
            y_pred,
            self._thresholds,
            self._dtype,
            sample_weight,
            top_k=self.top_k,
            class_id=self.class_id,
            name=self.name,
        )
        self.true_positives.assign_add(outcomes[0])
        self._others.assign_add(outcomes[self._other])

    @one_dispatch
    def result(self) -> Any:
        """The share so far: a scalar, or one for each of several thresholds."""
        right = self.true_positives.read_value()
        return _only(ratio(right, right + self._others), self._thresholds)


@public("keras.metrics")
class Precision(_Share):
    """How many of the predictions 1 are right.

    Args:
        thresholds: Above which a prediction counts as 1: a number or several; 0.5 if
            not given (with `top_k` all do).
        top_k: If set, only the `k` greatest predictions of a row can count as 1.
        class_id: If set, only this class (column) counts.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.Precision()([0, 1, 1, 1], [0.9, 0.2, 0.8, 0.7]))
    0.6666666865348816
    """

    @property
    def false_positives(self) -> Any:
        """The variable that counts false positives."""
        return self._others


@public("keras.metrics")
class Recall(_Share):
    """How many of the labels 1 are found.

    Args:
        thresholds: Above which a prediction counts as 1: a number or several; 0.5 if
            not given (with `top_k` all do).
        top_k: If set, only the `k` greatest predictions of a row can count as 1.
        class_id: If set, only this class (column) counts.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.Recall()([0, 1, 1, 1], [0.9, 0.2, 0.8, 0.7]))
    0.6666666865348816
    """

    _other = 3
    _other_name = "false_negatives"

    @property
    def false_negatives(self) -> Any:
        """The variable that counts false negatives."""
        return self._others


def _only(values: Any, thresholds: tuple[float, ...]) -> Any:
    return values[0] if len(thresholds) == 1 else values
