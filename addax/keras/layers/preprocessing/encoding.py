"""The last step of the layers that turn categories into numbers."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import Tensor, scope
from addax.ops import categories
from addax.ops.sparse import from_dense


def one_of(name: str, value: Any, allowed: Sequence[str]) -> Any:
    """A string argument, checked.

    Raises:
        ValueError: If it is not among `allowed`.
    """
    if value not in allowed:
        raise ValueError(
            explain(
                f"`{name}` must be one of {', '.join(map(repr, allowed))}.",
                received={name: value},
                fix=did_you_mean(str(value), allowed),
            )
        )
    return value


def encoded(
    ids: Any,
    depth: int,
    mode: str,
    sparse: bool = False,
    dtype: Any = "float32",
    weights: Any = None,
) -> Any:
    """`ids` themselves in mode `"int"`, rows of zeros, ones and counts otherwise.

    A sparse result is made only where the values are known: in models and compiled
    functions the dense one stands for it, which holds the same numbers.
    """
    if mode == "int":
        return ids
    rows = categories.encode(ids, depth, mode, weights, dtype)
    return maybe_sparse(rows, sparse)


def maybe_sparse(rows: Any, sparse: bool) -> Any:
    """`rows` as a sparse tensor, if wanted and possible."""
    known = isinstance(rows, Tensor) and scope.state.lift is None
    return from_dense(rows) if sparse and known else rows
