"""Tensors with rows of different lengths."""

from addax.ops.ragged import dispatch as _dispatch
from addax.ops.ragged import index as _index
from addax.ops.ragged import reduce as _reduce  # noqa: F401  # registers handlers
from addax.ops.ragged import rowwise as _rowwise  # noqa: F401  # likewise
from addax.ops.ragged.join import concatenate as concatenate
from addax.ops.ragged.join import constant as constant
from addax.ops.ragged.join import stack as stack
from addax.ops.ragged.tensor import RaggedTensor as RaggedTensor

# Installed here, as these modules build on the class.
RaggedTensor._dispatch = lambda self, op, args: _dispatch.call(op, args)  # type: ignore
RaggedTensor.__getitem__ = _index.getitem  # type: ignore[method-assign]
