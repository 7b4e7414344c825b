"""Names of `tf` that belong to no larger subject."""

from __future__ import annotations

import builtins
import enum
import logging
import time
from typing import Any

import numpy as np

from addax.core import TensorLike, TensorSpec, convert, scope, tree
from addax.ops import math
from addax.ops.ragged.spec import RaggedTensorSpec, SparseTensorSpec
from addax.tf._rules import operand
from addax.tf.elementwise import binary

realdiv = binary(math.divide, "realdiv", "`x / y` of floating numbers.")


class _AnySpec(type):
    def __instancecheck__(cls, instance: object) -> bool:
        return type(instance).__name__.endswith("Spec")


class TypeSpec(metaclass=_AnySpec):
    """What describes tensors: `isinstance` finds every spec."""


def type_spec_from_value(value: Any) -> Any:
    """The spec that exactly `value` fits.

    Example:

    >>> from addax import tf
    >>> tf.type_spec_from_value(tf.ones([2, 3]))
    TensorSpec(shape=(2, 3), dtype=tf.float32, name=None)
    """
    for name in ("element_spec", "_type_spec", "spec"):
        if hasattr(value, name):
            return getattr(value, name)
    for spec in (RaggedTensorSpec, SparseTensorSpec):
        if isinstance(value, spec.value_type):
            return spec.from_value(value)
    if tree.is_nested(value):
        return tree.map_structure(type_spec_from_value, value)
    made = convert(value)
    return TensorSpec(made.shape, made.dtype)


def get_static_value(tensor: Any, partial: builtins.bool = False) -> Any:
    """A tensor's value as a NumPy array, or `None` where it is not known yet."""
    try:
        return np.asarray(tensor)
    except (NotImplementedError, ValueError, TypeError):
        return None


def tuple(
    tensors: Any, control_inputs: Any = None, name: str | None = None
) -> list[Any]:
    """The tensors, as a list."""
    return list(tensors)


def timestamp(name: str | None = None) -> Any:
    """The time in seconds since 1970, as float64."""
    return convert(np.float64(time.time()))


def get_logger() -> logging.Logger:
    """The logger called `tensorflow`."""
    return logging.getLogger("tensorflow")


def get_current_name_scope() -> str:
    """The path of the name scopes around the call."""
    return "/".join(scope.state.names)


def is_symbolic_tensor(tensor: Any) -> builtins.bool:
    """Whether a tensor's value is known only later."""
    return isinstance(tensor, TensorLike) and get_static_value(tensor) is None


def grad_pass_through(f: Any) -> Any:
    """A function that computes `f`, and hands gradients on as they come."""

    def wrapped(*args: Any, **kwargs: Any) -> Any:
        x = operand(args[0])
        change = math.stop_gradient(math.subtract(f(*args, **kwargs), x))
        return math.add(x, change)

    return wrapped


class VariableAggregation(enum.Enum):
    """How updates of replicas are put together; there is one replica.

    Attributes:
        NONE: Not at all.
        SUM: By their sum.
        MEAN: By their mean.
        ONLY_FIRST_REPLICA: The first counts.
    """

    NONE = "none"
    SUM = "sum"
    MEAN = "mean"
    ONLY_FIRST_REPLICA = "only_first_replica"


class VariableSynchronization(enum.Enum):
    """When replicas of a variable are put together; there is one replica.

    Attributes:
        AUTO: As the strategy wants.
        NONE: Never.
        ON_WRITE: When it is written.
        ON_READ: When it is read.
    """

    AUTO = "auto"
    NONE = "none"
    ON_WRITE = "on_write"
    ON_READ = "on_read"
