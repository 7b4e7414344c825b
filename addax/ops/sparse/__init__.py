"""Tensors of which only some elements are kept, by their places and values."""

from typing import Any

from addax.ops.sparse import compute as _compute
from addax.ops.sparse.make import from_dense as from_dense
from addax.ops.sparse.make import to_dense as to_dense
from addax.ops.sparse.tensor import SparseTensor as SparseTensor


def _dispatch(self: SparseTensor, op: Any, args: tuple[Any, ...]) -> Any:
    return _compute.call(op, args)


# Installed here, as the operations build on the class.
SparseTensor._dispatch = _dispatch  # type: ignore[method-assign]
SparseTensor._dense = to_dense  # type: ignore[method-assign]
