"""`Metric`: a number that is kept up to date batch by batch."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import auto_name, to_snake_case
from addax.core import Program, Tensor, Variable, as_dtype, floatx, scope
from addax.core.stateless import stateless
from addax.keras import dtype_policies, initializers, tracking
from addax.keras.serialization import Configurable, public

_KERAS_2 = ("name", "shape", "initializer", "dtype")  # the order of add_weight


@public("keras.metrics", "keras.Metric")
class Metric(Configurable):
    """The base of all metrics.

    To write your own, make variables in the constructor with `add_variable`, change
    them in `update_state(...)`, and compute the value from them in `result()`.

    Args:
        dtype: The type to compute in, or a dtype policy; `floatx()` if not given.
        name: A name; made from the class's name if not given.

    Example:

    >>> from addax import keras
    >>> class Largest(keras.metrics.Metric):
    ...     def __init__(self, name="largest", **kwargs):
    ...         super().__init__(name=name, **kwargs)
    ...         self.largest = self.add_variable((), "zeros", name="largest")
    ...     def update_state(self, y_true, y_pred, sample_weight=None):
    ...         largest = keras.ops.max(y_pred)
    ...         self.largest.assign(keras.ops.maximum(self.largest, largest))
    ...     def result(self):
    ...         return self.largest
    >>> metric = Largest()
    >>> metric.update_state([0.0, 1.0], [3.0, 2.0])
    >>> float(metric.result())
    3.0
    """

    config_always = frozenset({"name", "dtype"})

    def __init__(self, dtype: Any = None, name: str | None = None) -> None:
        self.name = name or auto_name(to_snake_case(type(self).__name__))
        given = floatx().name if dtype is None else dtype
        self._dtype = as_dtype(dtype_policies.get(given).compute_dtype)
        self._variables: list[Variable] = []
        self._programs: dict[Any, Program] = {}

    @property
    def dtype(self) -> str:
        """The type that the metric computes in."""
        return self._dtype.name

    # State

    @property
    def variables(self) -> list[Variable]:
        """The metric's variables, and those of metrics among its attributes."""
        found = {id(v): v for v in self._variables}
        for value in vars(self).values():
            for each in tracking.search(value, (Variable, Metric)):
                owned = each.variables if isinstance(each, Metric) else [each]
                found.update((id(v), v) for v in owned)
        return list(found.values())

    @property
    def weights(self) -> list[Variable]:
        """The metric's variables (the name of Keras 2)."""
        return self.variables

    def add_variable(
        self,
        shape: Any,
        initializer: Any,
        dtype: Any = None,
        aggregation: str = "sum",
        name: str | None = None,
    ) -> Variable:
        """Makes a variable that belongs to the metric.

        Args:
            shape: The shape.
            initializer: The initializer or its name.
            dtype: The type; the metric's if not given.
            aggregation: Kept for Keras's signature.
            name: A name.

        Returns:
            The variable.
        """
        with scope.name_scope(self.name):
            variable = Variable(
                initializers.get(initializer),
                shape=shape,
                dtype=dtype or self._dtype,
                trainable=False,
                autocast=False,
                aggregation=aggregation,
                name=name,
            )
        self._variables.append(variable)
        return variable

    def add_weight(
        self,
        *args: Any,
        shape: Any = (),
        initializer: Any = None,
        dtype: Any = None,
        name: str | None = None,
        **kwargs: Any,
    ) -> Variable:
        """`add_variable` under its older name.

        Args:
            *args: Shape, initializer, type and name, as in Keras 3; if the first is a
                string it is the name, as in Keras 2, and the shape is next.
            shape: The shape.
            initializer: The initializer or its name; zeros if not given.
            dtype: The type; the metric's if not given.
            name: A name.
            **kwargs: `aggregation`, and what Keras 2 took besides.

        Returns:
            The variable.
        """
        given = {
            "shape": shape, "initializer": initializer, "dtype": dtype, "name": name,
        }  # fmt: skip
        order = _KERAS_2 if args and isinstance(args[0], str) else tuple(given)
        given.update(zip(order, args, strict=False))
        start = given["initializer"] or "zeros"
        return self.add_variable(
            given["shape"], start, given["dtype"], name=given["name"]
        )

    def reset_state(self) -> None:
        """Sets all variables to 0, for a new epoch."""
        for variable in self.variables:
            variable.assign(np.zeros(variable.shape, variable.dtype.name))

    def reset_states(self) -> None:
        """`reset_state` under its older name."""
        self.reset_state()

    # Value

    def update_state(self, *args: Any, **kwargs: Any) -> Any:
        """Takes a batch into account; usually `(y_true, y_pred, sample_weight=None)`.

        Args:
            *args: The batch.
            **kwargs: The batch.
        """
        raise NotImplementedError(_undefined(self, "update_state", "y_true, y_pred"))

    def result(self) -> Any:
        """The value so far: a scalar tensor, or a dictionary of them."""
        raise NotImplementedError(_undefined(self, "result", ""))

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        """Takes a batch into account and returns the value so far."""
        self.update_state(*args, **kwargs)
        return self.result()

    # As pure functions

    def stateless_update_state(
        self, metric_variables: Sequence[Any], *args: Any, **kwargs: Any
    ) -> list[Tensor]:
        """`update_state` as a pure function.

        Args:
            metric_variables: Values of `variables`.
            *args: The batch.
            **kwargs: The batch.

        Returns:
            The new values.
        """
        _, new = stateless(
            self.update_state, self.variables, metric_variables, *args, **kwargs
        )
        return new

    def stateless_result(self, metric_variables: Sequence[Any]) -> Any:
        """`result` as a pure function.

        Args:
            metric_variables: Values of `variables`.
        """
        return stateless(self.result, self.variables, metric_variables)[0]

    def stateless_reset_state(self) -> list[Tensor]:
        """The values of `variables` at the start."""
        variables = self.variables
        values = [v.read_value() for v in variables]
        return stateless(self.reset_state, variables, values)[1]

    def __repr__(self) -> str:
        return f"<{type(self).__name__} name={self.name}>"

    def __getstate__(self) -> dict[str, Any]:
        return {**vars(self), "_programs": {}}


def _undefined(metric: Metric, method: str, arguments: str) -> str:
    name = type(metric).__name__
    parameters = f"self, {arguments}" if arguments else "self"
    return explain(
        f"{name} does not define {method}().",
        fix=f"class {name}(keras.metrics.Metric):\n"
        f"    def {method}({parameters}):\n        ...",
    )
