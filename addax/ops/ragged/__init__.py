"""Tensors with rows of different lengths."""

from addax.ops.ragged.tensor import RaggedTensor as RaggedTensor
