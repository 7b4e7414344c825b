"""`tf.autograph`: Python's control flow over tensors, converted where it is needed."""

from __future__ import annotations

import enum
import sys
from types import SimpleNamespace
from typing import Any

from addax.autograph import convert, do_not_convert, overload, set_loop_options
from addax.autograph import set_verbosity as set_verbosity
from addax.autograph import to_code as to_code
from addax.autograph import trace as trace
from addax.autograph.branches import undecided as _undecided
from addax.autograph.steps import ranged as _ranged
from addax.core.scope import state
from addax.tf import creation as _creation
from addax.tf import printing as _printing


class Feature(enum.Enum):
    """What AutoGraph may convert beyond the usual (`tf.autograph.experimental`)."""

    ALL = "ALL"
    AUTO_CONTROL_DEPS = "AUTO_CONTROL_DEPS"
    ASSERT_STATEMENTS = "ASSERT_STATEMENTS"
    BUILTIN_FUNCTIONS = "BUILTIN_FUNCTIONS"
    EQUALITY_OPERATORS = "EQUALITY_OPERATORS"
    LISTS = "LISTS"
    NAME_SCOPES = "NAME_SCOPES"


experimental = SimpleNamespace(
    Feature=Feature, do_not_convert=do_not_convert, set_loop_options=set_loop_options
)


def to_graph(
    entity: Any, recursive: bool = True, experimental_optional_features: Any = None
) -> Any:
    """A function with its control flow converted.

    Args:
        entity: A function, method or callable object.
        recursive: Kept for TensorFlow's signature; what it calls is converted.
        experimental_optional_features: Kept for TensorFlow's signature.
    """
    return convert(entity)


@overload(_creation.range)
def _range(
    start: Any,
    limit: Any = None,
    delta: Any = 1,
    dtype: Any = None,
    name: str = "range",
) -> Any:
    if _undecided(start) or _undecided(limit) or _undecided(delta):
        return _ranged(start, limit, delta, dtype)
    return _creation.range(start, limit, delta, dtype, name)


@overload(print)
def _print(*objects: Any, **options: Any) -> None:
    wanted = state.features or ()
    wanted = wanted if isinstance(wanted, (tuple, list, set, frozenset)) else (wanted,)
    if not {Feature.BUILTIN_FUNCTIONS, Feature.ALL}.isdisjoint(wanted) and any(
        map(_undecided, objects)
    ):
        options["output_stream"] = options.pop("file", sys.stdout)
        options.pop("flush", None)
        _printing.print(*objects, **options)
    else:
        print(*objects, **options)
