"""`Loss`: a function of targets and predictions, reduced to one number."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from addax._base.errors import explain
from addax._base.names import auto_name, to_snake_case
from addax.autograph import converted
from addax.core import TensorLike, as_dtype, tree
from addax.keras import dtype_policies
from addax.keras.losses.values import (
    check_reduction,
    compute_dtype,
    mask_of,
    reduced,
    same_rank,
    tensor,
)
from addax.keras.serialization import Configurable, public, serialize_keras_object
from addax.ops import math


@public("keras.losses", "keras.Loss")
class Loss(Configurable):
    """The base of all losses.

    To write your own, define `call(y_true, y_pred)`: it returns a value for each
    sample, and `Loss` weighs and reduces them.

    Args:
        name: A name; made from the class's name if not given.
        reduction: `"sum_over_batch_size"` or `"mean"` (the sum over the number of
            values), `"sum"`, `"mean_with_sample_weight"` (the weighted sum over the
            sum of weights), or `"none"` or `None` for the values themselves.
        dtype: The type to compute in, or a dtype policy; `floatx()` if not given.

    Raises:
        ValueError: If there is no such reduction.

    Example:

    >>> from addax import keras
    >>> class Distance(keras.losses.Loss):
    ...     def call(self, y_true, y_pred):
    ...         return keras.ops.sum(keras.ops.abs(y_true - y_pred), axis=-1)
    >>> float(Distance()([[1.0, 2.0]], [[0.0, 0.0]]))
    3.0
    """

    config_always = frozenset({"name", "reduction"})
    config_without = frozenset({"dtype"})

    def __init__(
        self,
        name: str | None = None,
        reduction: str | None = "sum_over_batch_size",
        dtype: Any = None,
    ) -> None:
        self.name = name or auto_name(to_snake_case(type(self).__name__))
        self.reduction = check_reduction(reduction)
        self._given_dtype = dtype
        self._dtype = as_dtype(compute_dtype(dtype))

    @property
    def dtype(self) -> str:
        """The type that the loss computes in."""
        return self._dtype.name

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The loss of each sample.

        Args:
            y_true: The targets.
            y_pred: The predictions.

        Returns:
            The values, without the axis of outputs.
        """
        name = type(self).__name__
        raise NotImplementedError(
            explain(
                f"{name} does not say how it is computed.",
                fix=f"class {name}(keras.losses.Loss):\n"
                "    def call(self, y_true, y_pred):\n"
                "        return keras.ops.mean(keras.ops.square(y_true - y_pred), -1)",
            )
        )

    def __call__(self, y_true: Any, y_pred: Any, sample_weight: Any = None) -> Any:
        """The loss, weighted and reduced.

        Args:
            y_true: The targets.
            y_pred: The predictions; what their mask leaves out does not count.
            sample_weight: A weight for each sample (or each value).

        Returns:
            A scalar, or the weighted values if `reduction` is `"none"`.
        """
        mask = mask_of(y_pred)
        losses = self.call(
            _tensors(y_true, y_pred, self._dtype), _tensors(y_pred, y_pred, self._dtype)
        )
        own = mask_of(losses)
        if own is not None:
            mask = own if mask is None else math.logical_and(mask, own)
        return reduced(losses, sample_weight, mask, self.reduction, self._dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the loss again, as plain values."""
        config = super().get_config()
        if self._given_dtype is not None:
            config["dtype"] = dtype_policies.get(self._given_dtype).name
        return config


def _tensors(x: Any, like: Any, dtype: Any) -> Any:
    """`x` as a tensor, or tensors in the structure of `like`; a list may be either."""
    if isinstance(x, TensorLike) or not _holds_tensors(like):
        return tensor(x, dtype)
    return tree.map_structure(lambda v: tensor(v, dtype), x)


def _holds_tensors(x: Any) -> bool:
    return isinstance(x, dict) or (
        isinstance(x, (list, tuple)) and any(hasattr(v, "shape") for v in x)
    )


@public("keras.losses")
class LossFunctionWrapper(Loss):
    """A loss made of a function; the base of those that Keras names.

    Args:
        fn: A function of targets, predictions and the keyword arguments; it returns a
            value for each sample.
        reduction: As for `Loss`.
        name: A name.
        dtype: As for `Loss`.
        **kwargs: Further arguments of `fn`.

    Example:

    >>> from addax.keras.losses import LossFunctionWrapper
    >>> loss = LossFunctionWrapper(lambda y_true, y_pred: (y_true - y_pred) ** 2)
    >>> float(loss([1.0, 2.0], [1.0, 4.0]))
    2.0
    """

    def __init__(
        self,
        fn: Callable[..., Any],
        reduction: str | None = "sum_over_batch_size",
        name: str | None = None,
        dtype: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(name, reduction, dtype)
        self.fn = fn
        self._fn_kwargs = kwargs
        # Arguments of the named losses (`delta`, ...) are attributes, for their config.
        vars(self).update(kwargs)

    def call(self, y_true: Any, y_pred: Any) -> Any:
        """The function's values."""
        if isinstance(y_true, TensorLike) and isinstance(y_pred, TensorLike):
            y_true, y_pred = same_rank(y_true, y_pred)
        return converted(self.fn)(y_true, y_pred, **self._fn_kwargs)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the loss again, as plain values."""
        config = super().get_config()
        if "fn" in config:
            config |= self._fn_kwargs
            config["fn"] = serialize_keras_object(self.fn)
        return config

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r} reduction={self.reduction!r}>"
