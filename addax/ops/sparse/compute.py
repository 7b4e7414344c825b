"""Products, sums and softmax of sparse tensors; what operations do with them."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax._base.errors import explain
from addax.core import Array, CompositeTensor, convert, op
from addax.ops import shape as shapes
from addax.ops.sparse import structure
from addax.ops.sparse.make import to_dense
from addax.ops.sparse.tensor import SparseTensor


@op(name="sparse_matmul")
def _matmul(values: Array, rows: Array, columns: Array, dense: Array, n: int) -> Array:
    dtype = jnp.result_type(values, dense)
    parts = values[:, None].astype(dtype) * dense[columns].astype(dtype)
    return jax.ops.segment_sum(parts, rows, n)


def matmul(
    sparse: Any, dense: Any, adjoint_a: bool = False, adjoint_b: bool = False
) -> Any:
    """The product of a sparse and a dense matrix, either first.

    Args:
        sparse: A matrix.
        dense: A matrix.
        adjoint_a: Whether to transpose the first.
        adjoint_b: Whether to transpose the second.
    """
    if not isinstance(sparse, SparseTensor):
        turned = matmul(dense, sparse, not adjoint_b, not adjoint_a)
        return shapes.transpose(turned)
    places, n = sparse._places, sparse._sizes[0]
    rows, columns = places[:, 0], places[:, 1]
    if adjoint_a:
        rows, columns, n = columns, rows, sparse._sizes[1]
    dense = shapes.transpose(dense) if adjoint_b else dense
    return _matmul(
        sparse.values, rows.astype(np.int32), columns.astype(np.int32), dense, n
    )


@op(name="sparse_softmax")
def _softmax(values: Array, rows: Array, count: int) -> Array:
    greatest = jax.ops.segment_max(values, rows, count)
    shares = jnp.exp(values - greatest[rows])
    return shares / jax.ops.segment_sum(shares, rows, count)[rows]


def softmax(x: SparseTensor) -> SparseTensor:
    """The softmax over the elements of each row that are kept."""
    _, rows = np.unique(x._places[:, :-1], axis=0, return_inverse=True)
    rows = rows.ravel().astype(np.int32)
    return x.with_values(_softmax(x.values, rows, int(rows.max(initial=-1)) + 1))


def reduce(op: Any, x: SparseTensor, axis: Any = None, keepdims: bool = False) -> Any:
    """A reduction over the elements; those that are not kept are 0."""
    return op(to_dense(x), axis, keepdims)


def _values_alone(op: Any, x: Any, *rest: Any) -> Any:
    return x.with_values(op(x.values, *rest))


def _by_place(op: Any, x: Any, y: Any) -> Any:
    """A product or quotient: only where the sparse operand has elements."""
    if not isinstance(x, SparseTensor):
        return y.with_values(op(_at(x, y), y.values))
    if isinstance(y, SparseTensor):
        y = to_dense(y)
    return x.with_values(op(x.values, _at(y, x)))


def _at(dense: Any, x: SparseTensor) -> Any:
    """The elements of a dense operand at the places of `x`."""
    if not isinstance(dense, CompositeTensor) and not np.ndim(dense):
        return dense
    spread = shapes.broadcast_to(convert(dense), x._sizes)
    return spread[tuple(x._places.T)]


_HANDLERS: dict[str, Any] = {
    "add": lambda op, x, y: add(x, y),
    "concatenate": lambda op, xs, axis=0: structure.concat(xs, axis),
    "divide": _by_place,
    "expand_dims": lambda op, x, axis: structure.expand_dims(x, axis),
    "matmul": lambda op, x, y: matmul(x, y),
    "multiply": _by_place,
    "reshape": lambda op, x, sizes: structure.reshape(x, sizes),
    "transpose": lambda op, x, axes=None: structure.transpose(x, axes),
    **{name: reduce for name in ("sum", "max", "min", "mean", "any", "all", "prod")},
    **{
        name: _values_alone
        for name in (
            "absolute", "arcsin", "arcsinh", "arctan", "arctanh", "cast", "ceil",
            "conjugate", "copy", "expm1", "floor", "log1p", "negative", "relu", "rint",
            "round", "sign", "sin", "sinh", "sqrt", "square", "stop_gradient", "tan",
            "tanh", "trunc",
        )
    },
}  # fmt: skip


def add(x: Any, y: Any) -> Any:
    """The sum of two tensors, one of them sparse at least; sparse if both are."""
    if isinstance(x, SparseTensor) and isinstance(y, SparseTensor):
        return structure.combine(x, y, "add")
    if isinstance(x, SparseTensor):
        return to_dense(x) + y
    return x + to_dense(y)


def call(op: Any, args: tuple[Any, ...]) -> Any:
    """The result of an operation on arguments with sparse tensors among them.

    Raises:
        TypeError: If it does not take them.
    """
    handler = _HANDLERS.get(op.name)
    if handler is None:
        raise TypeError(
            explain(
                f"`{op.name}` takes no sparse tensor.",
                received={
                    "tensor": next(x for x in args if isinstance(x, SparseTensor))
                },
                why="It would not leave zeros zero.",
                fix="tf.sparse.to_dense(x)",
            )
        )
    return handler(op, *args)
