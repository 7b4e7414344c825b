"""Sums and means over all batches."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax.autograph import converted
from addax.keras.losses.values import mask_of, ratio, samplewise, tensor, with_mask
from addax.keras.metrics.dispatch import one_dispatch
from addax.keras.metrics.metric import Metric
from addax.keras.serialization import public, serialize_keras_object
from addax.ops import reduce


@public("keras.metrics")
class Sum(Metric):
    """The weighted sum of all values.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.Sum()
    >>> metric.update_state([1.0, 3.0, 5.0], sample_weight=[1.0, 1.0, 0.0])
    >>> float(metric.result())
    4.0
    """

    def __init__(self, name: str | None = "sum", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable((), "zeros", name="total")

    @one_dispatch
    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Adds values.

        Args:
            values: The values.
            sample_weight: A weight for each.
        """
        values, _ = samplewise(values, sample_weight, self._dtype, reduce.sum)
        self.total.assign_add(reduce.sum(values))

    def result(self) -> Any:
        """The sum so far."""
        return self.total.read_value()


@public("keras.metrics")
class Mean(Metric):
    """The weighted mean of all values.

    Args:
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.Mean()
    >>> metric.update_state([1.0, 3.0])
    >>> metric.update_state([8.0])
    >>> float(metric.result())
    4.0
    """

    def __init__(self, name: str | None = "mean", dtype: Any = None) -> None:
        super().__init__(dtype, name)
        self.total = self.add_variable((), "zeros", name="total")
        self.count = self.add_variable((), "zeros", name="count")

    @one_dispatch
    def update_state(self, values: Any, sample_weight: Any = None) -> None:
        """Takes values into account.

        Args:
            values: The values; those of one sample are averaged first.
            sample_weight: A weight for each sample (or value).
        """
        values, sample_weight = samplewise(values, sample_weight, self._dtype)
        self.total.assign_add(reduce.sum(values))
        if sample_weight is not None:
            self.count.assign_add(reduce.sum(sample_weight))
        else:
            self.count.assign_add(values.shape[0] if values.shape else 1)

    @one_dispatch
    def result(self) -> Any:
        """The mean so far; 0 before the first value."""
        return ratio(self.total.read_value(), self.count.read_value())


@public("keras.metrics")
class MeanMetricWrapper(Mean):
    """The mean of a function of targets and predictions.

    Args:
        fn: A function of targets, predictions and the keyword arguments; it returns a
            value for each sample.
        name: A name.
        dtype: The type to compute in; `floatx()` if not given.
        **kwargs: Further arguments of `fn`.

    Example:

    >>> from addax import keras
    >>> metric = keras.metrics.MeanMetricWrapper(keras.losses.mean_absolute_error)
    >>> float(metric([[1.0], [2.0]], [[1.5], [4.5]]))
    1.5
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, dtype)
        self._fn = fn
        self._fn_kwargs = kwargs
        # Arguments of the named metrics (`k`, ...) are attributes, for their config.
        vars(self).update(kwargs)

    @property
    def fn(self) -> Callable[..., Any]:
        """The function."""
        return self._fn

    def update_state(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, y_true: Any, y_pred: Any, sample_weight: Any = None
    ) -> None:
        """Takes a batch into account.

        Args:
            y_true: The targets.
            y_pred: The predictions; what their mask leaves out does not count.
            sample_weight: A weight for each sample.
        """
        y_true, y_pred = tensor(y_true), tensor(y_pred)
        mask = mask_of(y_pred)
        values = converted(self._fn)(y_true, y_pred, **self._fn_kwargs)
        sample_weight = with_mask(sample_weight, mask, self._dtype, "sum")
        super().update_state(values, sample_weight=sample_weight)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the metric again, as plain values."""
        config = super().get_config()
        if "fn" in config:
            config |= self._fn_kwargs
            config["fn"] = serialize_keras_object(self._fn)
        return config


class FunctionMetric(MeanMetricWrapper):
    """The mean of one of addax's own functions, which can be compiled."""

    update_state = one_dispatch(MeanMetricWrapper.update_state)
