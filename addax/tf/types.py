"""`tf.types`: names for annotations, and how classes say when to trace again."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from addax.core import Function, Tensor, TensorLike
from addax.core.concrete import ConcreteFunction


class TracingContext:
    """Given to `__tf_tracing_type__`; holds nothing here."""


class TraceType:
    """What of an argument a traced function depends on.

    A class whose `__tf_tracing_type__(context)` returns one is traced once for equal
    trace types, rather than once for each object.
    """

    def is_subtype_of(self, other: Any) -> bool:
        """Whether a function traced for `other` may be used."""
        return self == other

    def most_specific_common_supertype(self, others: Any) -> Any:
        """A trace type for this and the others, if there is one."""
        return self if all(self == other for other in others) else None

    def placeholder_value(self, placeholder_context: Any = None) -> Any:
        """Kept for TensorFlow's signature."""


class SupportsTracingProtocol:
    """A class that says when a function of its objects is to be traced again."""

    def __tf_tracing_type__(self, context: Any) -> TraceType:
        raise NotImplementedError


experimental = SimpleNamespace(
    ConcreteFunction=ConcreteFunction,
    PolymorphicFunction=Function,
    SupportsTracingProtocol=SupportsTracingProtocol,
    Tensor=Tensor,
    TensorLike=TensorLike,
    TraceType=TraceType,
    TracingContext=TracingContext,
)
