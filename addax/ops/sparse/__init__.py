"""Tensors of which only some elements are kept, by their places and values."""

from addax.ops.sparse.make import from_dense as from_dense
from addax.ops.sparse.make import to_dense as to_dense
from addax.ops.sparse.tensor import SparseTensor as SparseTensor
