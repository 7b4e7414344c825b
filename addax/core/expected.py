"""Results that nobody computes: their shapes and types, operation by operation.

A layer called on symbolic tensors runs on such values first. To trace it takes JAX 3 ms
and memory for what it keeps of the trace; here an operation is looked at once for
each shape of its operands, or not at all where it has a rule (`op(spec=...)`).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

import jax
import numpy as np

from addax.core import _jax
from addax.core._jax import Expected
from addax.core.dtypes import DType, floatx, of

if TYPE_CHECKING:
    from addax.core.op import Op

# The shape and type of a result to come; `None`: the function has to be looked at.
Spec = tuple[Sequence[int], Any] | None

_MOST = 2048  # outcomes kept, some hundred bytes each
_found: dict[Any, Any] = {}
_PLAIN = (bool, int, float, str, type(None), DType)


def outcome(op: Op, raw: list[Any]) -> Any:
    """What an operation on such values, and perhaps on arrays, would return.

    Args:
        op: The operation.
        raw: Its arguments, in order.

    Returns:
        An `Expected`, or a list of them.

    Raises:
        TypeError: If only a trace can tell.
    """
    spec = None if op.spec is None else op.spec(*raw)
    if spec is not None:
        return Expected(*spec)
    if not op.compile:
        raise TypeError(f"`{op.name}` may look at values.")
    key = _key(op, raw)
    found = None if key is None else _found.get(key)
    if found is None:
        found = _looked_at(op, raw)
        if key is not None:
            if len(_found) >= _MOST:
                _found.clear()
            _found[key] = found
    return found


def _looked_at(op: Op, raw: list[Any]) -> Any:
    where = [i for i in op._tensors if raw[i] is not None]
    leaves, treedef = jax.tree_util.tree_flatten([raw[i] for i in where], is_leaf=_leaf)

    def fn(*arrays: Any) -> Any:
        filled = list(raw)
        given = jax.tree_util.tree_unflatten(treedef, arrays)
        for i, array in zip(where, given, strict=True):
            filled[i] = array
        return op.fn(*filled)

    out = abstract(
        fn,
        [
            jax.ShapeDtypeStruct(
                x.shape, x.dtype, weak_type=getattr(x, "weak_type", False)
            )
            for x in leaves
        ],
    )
    many = isinstance(out, (tuple, list))
    each = [Expected(x.shape, x.dtype, x.weak_type) for x in (out if many else [out])]
    return each if many else each[0]


def abstract(fn: Callable[..., Any], avals: Sequence[Any]) -> Any:
    """Shapes and types of what `fn` returns, by a trace of which nothing is kept."""
    once: Any = jax.jit(fn)
    with _jax.x64():
        outs = once.eval_shape(*avals)
        once.clear_cache()  # or JAX keeps it, and with it what `fn` holds
    return outs


def _leaf(x: Any) -> bool:
    return isinstance(x, Expected)


def _key(op: Op, raw: list[Any]) -> Any:
    """What the outcome depends on; `None` if it cannot be a key, or holds too much."""
    key: list[Any] = [op, floatx()]
    for i in op._tensors:
        x = raw[i]
        key.append(tuple(map(_sizes, x)) if isinstance(x, (list, tuple)) else _sizes(x))
    for i in op._static:
        if not _plain(raw[i]):
            return None
    key.append(repr([raw[i] for i in op._static]))  # which tells True from 1
    return tuple(key)


def _sizes(x: Any) -> Any:
    if x is None:
        return None
    return x.shape, x.dtype, getattr(x, "weak_type", False)


def _plain(x: Any) -> bool:
    return all(map(_plain, x)) if type(x) is tuple else type(x) in _PLAIN


def like_first(x: Any, *_: Any) -> Spec:
    """The spec of operations that keep shape and type of a floating first operand."""
    return (x.shape, x.dtype) if of(x).is_floating else None


def like_both(x1: Any, x2: Any) -> Spec:
    """The spec of arithmetic on two operands of one floating type."""
    if x1.dtype != x2.dtype or not of(x1).is_floating:
        return None
    return np.broadcast_shapes(x1.shape, x2.shape), x1.dtype
