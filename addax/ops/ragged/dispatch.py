"""What operations do with ragged tensors.

An operation is found by its name: those that work element by element run on the
innermost values, for the others there is a function in `HANDLERS`.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorLike, convert
from addax.ops.ragged import partition
from addax.ops.ragged.tensor import RaggedTensor, take

HANDLERS: dict[str, Callable[..., Any]] = {}  # of (op, *args)

ELEMENTWISE = frozenset((
    "absolute", "add", "arccos", "arccosh", "arcsin", "arcsinh", "arctan", "arctan2",
    "arctanh", "bitwise_and", "bitwise_not", "bitwise_or", "bitwise_xor", "cast",
    "ceil", "celu", "clip", "conjugate", "copy", "cos", "cosh", "divide", "elu",
    "equal", "erf", "exp", "exp2", "expm1", "floor", "floor_divide", "full_like",
    "gelu", "greater", "greater_equal", "hard_sigmoid", "imag", "isfinite", "isinf",
    "isnan", "leaky_relu", "less", "less_equal", "log", "log10", "log1p", "log2",
    "log_sigmoid", "logical_and", "logical_not", "logical_or", "logical_xor",
    "lookup_numbers", "maximum", "minimum", "mod", "multiply", "negative", "not_equal",
    "numbers_at", "one_hot", "power", "real", "reciprocal", "relu", "relu6",
    "relu_general", "rint", "round", "rsqrt", "selu", "sigmoid", "sign", "silu", "sin",
    "sinh", "softplus", "softsign", "sqrt", "square", "stop_gradient", "substr",
    "subtract", "tan", "tanh", "trunc", "where",
))  # fmt: skip


def handles(*names: str) -> Callable[[Any], Any]:
    """Says which operations a function `fn(op, *args)` carries out."""

    def register(fn: Any) -> Any:
        for name in names:
            HANDLERS[name] = fn
        return fn

    return register


def call(op: Any, args: tuple[Any, ...]) -> Any:
    """The result of an operation on arguments with ragged tensors among them.

    Raises:
        TypeError: If it does not take them.
    """
    handler = HANDLERS.get(op.name)
    if handler is not None:
        return handler(op, *args)
    if op.name in ELEMENTWISE or getattr(op, "elementwise", False):
        return elementwise(op, *args)
    raise TypeError(
        explain(
            f"`{op.name}` takes no ragged tensor.",
            received={"tensor": next(x for x in args if isinstance(x, RaggedTensor))},
            why="Its rows differ in length.",
            fix="x.to_tensor()  # pads short rows",
        )
    )


def elementwise(op: Any, *args: Any) -> Any:
    """Runs an operation on the innermost values; operands are broadcast."""
    tensors = [i for i in op._tensors if args[i] is not None]
    ragged = [args[i] for i in tensors if isinstance(args[i], RaggedTensor)]
    base = max(ragged, key=lambda x: (x.ragged_rank, x.flat_values.shape[0]))
    places = partition.coordinates(base._nested)
    flat = list(args)
    for i in tensors:
        flat[i] = _flat(args[i], base, places)
    return base.with_flat_values(op(*flat))


def _flat(x: Any, base: RaggedTensor, places: list[Any]) -> Any:
    """An operand's elements beside the innermost values of `base`."""
    if isinstance(x, RaggedTensor):
        alike = len(x._nested) == len(base._nested) and all(
            map(np.array_equal, x._nested, base._nested)
        )
        return x.flat_values if alike else take(x.flat_values, _found(x, base, places))
    if not isinstance(x, TensorLike):
        if not np.ndim(x):
            return x
        x = convert(x)
    outer = len(x.shape) - (len(base.flat_values.shape) - 1)
    if outer <= 0:
        return x
    keys = []
    first = len(places) - outer
    rows = [np.array([len(base)]), *map(np.diff, base._nested)]
    for size, place, lengths in zip(
        x.shape, places[first:], rows[first:], strict=False
    ):
        if size != 1 and np.any(lengths != size):
            raise _misfit(base, x)
        keys.append(place if size != 1 else np.zeros_like(place))
    return x[tuple(keys)]


def _found(x: RaggedTensor, base: RaggedTensor, places: list[Any]) -> Any:
    """Where the elements of `x` lie that go with the innermost values of `base`."""
    own = places[len(places) - len(x._nested) - 1 :]
    found = own[0] if len(x) != 1 else np.zeros_like(own[0])
    for splits, place in zip(x._nested, own[1:], strict=True):
        if found.max(initial=-1) >= len(splits) - 1:
            raise _misfit(base, x)
        starts = splits[found]
        lengths = splits[found + 1] - starts
        within = np.where(lengths == 1, 0, place)
        if np.any(within >= lengths):
            raise _misfit(base, x)
        found = starts + within
    one = any(np.any(np.diff(splits) == 1) for splits in x._nested) or len(x) == 1
    if not one and len(np.unique(found)) != x._nested[-1][-1]:
        raise _misfit(base, x)
    return found


def _misfit(base: RaggedTensor, x: Any) -> ValueError:
    return ValueError(
        explain(
            "These tensors' rows do not go together.",
            received={"x": base, "y": x},
            why="Rows must be equally long, or have one element.",
        )
    )


@handles("take", "gather")
def _take(op: Any, params: Any, indices: Any, axis: Any = None, *rest: Any) -> Any:
    if not isinstance(params, RaggedTensor):
        flat = op(params, indices.flat_values, axis, *rest)
        return indices.with_flat_values(flat)
    if rest and rest[0]:
        if rest[0] != 1:
            raise TypeError("Only one batch axis goes with ragged tensors.")
        return _take_within(params, indices)
    if axis:
        return params.with_values(op(params.values, indices, axis - 1, *rest))
    if isinstance(indices, RaggedTensor):
        inner = _take(op, params, indices.values, 0, *rest)
        return indices.with_values(inner)
    places = np.asarray(indices)
    found = take(params, np.where(places < 0, places + len(params), places).ravel())
    for size in reversed(places.shape[1:]):
        found = RaggedTensor.from_uniform_row_length(found, size)
    return found if places.ndim else found[0]


def _take_within(params: RaggedTensor, indices: Any) -> Any:
    """From each row, the elements that the same row of `indices` names."""
    if not isinstance(indices, RaggedTensor):
        places = np.asarray(indices)
        starts = params._splits[:-1].reshape(-1, *[1] * (places.ndim - 1))
        return (
            take(params.values, (starts + places).ravel())
            if places.ndim == 1
            else (
                RaggedTensor.from_uniform_row_length(
                    take(params.values, (starts + places).ravel()), places.shape[1]
                )
            )
        )
    starts = np.repeat(params._splits[:-1], np.diff(indices._splits))
    return indices.with_values(
        take(params.values, starts + np.asarray(indices.flat_values))
    )


@handles("matmul")
def _matmul(op: Any, x1: Any, x2: Any) -> Any:
    if isinstance(x2, RaggedTensor) or len(x1.flat_values.shape) < 2:
        raise TypeError("The axis that is summed over must not be ragged.")
    return x1.with_flat_values(op(x1.flat_values, x2))
