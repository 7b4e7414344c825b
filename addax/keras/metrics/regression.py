"""How far predicted numbers are from targets."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.keras.losses.elementwise import Shown, pair
from addax.keras.losses.regression import (
    cosine_similarity as minus_cosine,
)
from addax.keras.losses.regression import (
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from addax.keras.losses.values import tensor
from addax.keras.metrics.dispatch import one_dispatch
from addax.keras.metrics.metric import Metric
from addax.keras.metrics.reduction import FunctionMetric, Mean
from addax.keras.serialization import public
from addax.ops import math, reduce, shape


def cosine_similarity(y_true: Any, y_pred: Any, axis: int = -1) -> Any:
    """The cosine of the angle between targets and predictions, along `axis`."""
    return math.negative(minus_cosine(y_true, y_pred, axis))


@public("keras.metrics")
class MeanSquaredError(FunctionMetric):
    """The mean of squared differences.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.MeanSquaredError()([[0.0, 1.0]], [[1.0, 3.0]]))
    2.5
    """

    def __init__(
        self,
        name: str | None = "mean_squared_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_error, name, dtype)


@public("keras.metrics")
class MeanAbsoluteError(FunctionMetric):
    """The mean of absolute differences.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.MeanAbsoluteError()([[0.0, 1.0]], [[1.0, 3.0]]))
    1.5
    """

    def __init__(
        self,
        name: str | None = "mean_absolute_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_error, name, dtype)


@public("keras.metrics")
class MeanAbsolutePercentageError(FunctionMetric):
    """The mean of differences in per cent of the targets.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        name: str | None = "mean_absolute_percentage_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_absolute_percentage_error, name, dtype)


@public("keras.metrics")
class MeanSquaredLogarithmicError(FunctionMetric):
    """The mean of squared differences of `log(1 + y)`.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        name: str | None = "mean_squared_logarithmic_error",
        dtype: Any = None,
    ) -> None:
        super().__init__(mean_squared_logarithmic_error, name, dtype)


@public("keras.metrics")
class LogCoshError(FunctionMetric):
    """The mean of `log(cosh(difference))`.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
    """

    def __init__(
        self,
        name: str | None = "logcosh",
        dtype: Any = None,
    ) -> None:
        super().__init__(log_cosh, name, dtype)


@public("keras.metrics")
class CosineSimilarity(FunctionMetric):
    """The mean cosine of the angle between targets and predictions.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        axis: The axis along which they are vectors.
    """

    def __init__(
        self,
        name: str | None = "cosine_similarity",
        dtype: Any = None,
        axis: int = -1,
    ) -> None:
        super().__init__(cosine_similarity, name, dtype, axis=axis)


@public("keras.metrics")
class RootMeanSquaredError(Mean):
    """The root of the mean of squared differences.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> float(keras.metrics.RootMeanSquaredError()([[0.0, 0.0]], [[1.0, 7.0]]))
    5.0
    """

    def __init__(
        self, name: str | None = "root_mean_squared_error", dtype: Any = None
    ) -> None:
        super().__init__(name, dtype)

    @one_dispatch
    def update_state(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Takes a batch into account.

        Args:
            y_true: The targets.
            y_pred: The predictions.
            sample_weight: A weight for each sample.
        """
        y_true, y_pred = pair(
            tensor(y_true, self._dtype), tensor(y_pred, self._dtype), self.name
        )
        squares = math.square(math.subtract(y_true, y_pred))
        super().update_state(squares, sample_weight=sample_weight)

    @one_dispatch
    def result(self) -> Any:
        """The root so far."""
        return math.sqrt(super().result())


_AGGREGATIONS = (None, "uniform_average", "variance_weighted_average")


@public("keras.metrics")
class R2Score(Metric):
    """How much of the targets' variance is predicted: 1 is all, 0 is none.

    Args:
        class_aggregation: How the outputs' values become one: `"uniform_average"`,
            `"variance_weighted_average"`, or `None` to keep them apart.
        num_regressors: How many independent variables the model has, for the adjusted
            value; 0 for the plain one.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Raises:
        ValueError: If an argument is out of range.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.R2Score()
    >>> metric.update_state([[1.0], [4.0], [3.0]], [[2.0], [4.0], [4.0]])
    >>> round(float(metric.result()), 4)
    0.5714
    """

    def __init__(
        self,
        class_aggregation: str | None = "uniform_average",
        num_regressors: int = 0,
        name: str | None = "r2_score",
        dtype: Any = None,
    ) -> None:
        super().__init__(dtype, name)
        if class_aggregation not in _AGGREGATIONS:
            raise ValueError(
                explain(
                    "There is no such aggregation.",
                    received={"class_aggregation": class_aggregation},
                    why=did_you_mean(str(class_aggregation), _AGGREGATIONS[1:]),
                    fix=f"Use one of {_AGGREGATIONS}.",
                )
            )
        if num_regressors < 0:
            raise ValueError(
                explain(
                    "`num_regressors` must be 0 or greater.",
                    received={"num_regressors": num_regressors},
                )
            )
        self.class_aggregation = class_aggregation
        self.num_regressors = num_regressors
        self.num_samples = self.add_variable((), "zeros", name="num_samples")
        self.built = False

    def _build(self, y_true: Any, y_pred: Any) -> None:
        if len(y_true.shape) != 2 or len(y_pred.shape) != 2:
            raise ValueError(
                explain(
                    "R2Score takes targets and predictions of shape (batch, outputs).",
                    received={"y_true": Shown(y_true), "y_pred": Shown(y_pred)},
                    fix="y = y.reshape(-1, 1)",
                )
            )
        outputs = (y_pred.shape[1],)
        self.squared_sum = self.add_variable(outputs, "zeros", name="squared_sum")
        self.sum = self.add_variable(outputs, "zeros", name="sum")
        self.total_mse = self.add_variable(outputs, "zeros", name="residual")
        self.count = self.add_variable(outputs, "zeros", name="count")
        self.built = True

    @one_dispatch
    def update_state(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> None:
        """Takes a batch into account.

        Args:
            y_true: The targets, of shape `(batch, outputs)`.
            y_pred: The predictions, of the same shape.
            sample_weight: A weight for each sample.
        """
        y_true, y_pred = pair(
            tensor(y_true, self._dtype), tensor(y_pred, self._dtype), self.name
        )
        if not self.built:
            self._build(y_true, y_pred)
        weight = tensor(1.0 if sample_weight is None else sample_weight, self._dtype)
        if len(weight.shape) == 1:
            weight = shape.expand_dims(weight, 1)
        weight = shape.broadcast_to(weight, y_true.shape)
        weighted = y_true * weight
        self.sum.assign_add(reduce.sum(weighted, axis=0))
        self.squared_sum.assign_add(reduce.sum(y_true * weighted, axis=0))
        residual = math.square(y_true - y_pred) * weight
        self.total_mse.assign_add(reduce.sum(residual, axis=0))
        self.count.assign_add(reduce.sum(weight, axis=0))
        self.num_samples.assign_add(float(y_true.size))

    @one_dispatch
    def result(self) -> Any:
        """The value so far."""
        if not self.built:
            raise ValueError(
                explain(
                    "R2Score has no value before the first batch.",
                    fix="metric.update_state(y_true, y_pred)",
                )
            )
        mean: Any = self.sum / self.count
        total = self.squared_sum - self.sum * mean
        score: Any = 1.0 - self.total_mse / total
        score = math.where(math.isinf(score), 0.0, score)
        if self.class_aggregation == "uniform_average":
            score = reduce.mean(score)
        elif self.class_aggregation == "variance_weighted_average":
            score = reduce.sum(total * score) / reduce.sum(total)
        if self.num_regressors:
            samples: Any = self.num_samples.read_value()
            left = samples - self.num_regressors - 1.0
            adjusted = 1.0 - (1.0 - score) * (samples - 1.0) / left
            # With as many regressors as samples there is nothing to adjust by.
            score = math.where(left > 0, adjusted, score)
        return score
