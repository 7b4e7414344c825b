"""What ragged and sparse tensors look like: their specifications."""

from __future__ import annotations

from typing import Any

from addax.core import TensorShape, TensorSpec, as_dtype
from addax.ops.ragged.tensor import RaggedTensor
from addax.ops.sparse.tensor import SparseTensor


class _Spec:
    def _key(self) -> tuple[Any, ...]:
        return (type(self), *vars(self).values())

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Spec) and self._key() == other._key()

    def __hash__(self) -> int:
        return hash(repr(self))


def _shape_text(shape: Any) -> str:
    return "TensorShape(None)" if shape is None else repr(TensorShape(shape))


class RaggedTensorSpec(_Spec):
    """Shape and type of a ragged tensor.

    Args:
        shape: The sizes, `None` where unknown or ragged.
        dtype: The type of the elements.
        ragged_rank: How many axes are ragged.
        row_splits_dtype: The type of the row splits.
        flat_values_spec: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> tf.RaggedTensorSpec([2, None], tf.int32)
    RaggedTensorSpec(TensorShape([2, None]), tf.int32, 1, tf.int64)
    """

    def __init__(
        self,
        shape: Any = None,
        dtype: Any = "float32",
        ragged_rank: int | None = None,
        row_splits_dtype: Any = "int64",
        flat_values_spec: Any = None,
    ) -> None:
        self.shape = None if shape is None else TensorShape(shape)
        self.dtype = as_dtype(dtype)
        if ragged_rank is None:
            ragged_rank = 1 if self.shape is None else len(self.shape) - 1
        self.ragged_rank = ragged_rank
        self.row_splits_dtype = as_dtype(row_splits_dtype)

    value_type = RaggedTensor

    def is_compatible_with(self, value: Any) -> bool:
        """Whether a ragged tensor (or another specification) fits."""
        if value.dtype != self.dtype:
            return False
        return self.shape is None or self.shape.is_compatible_with(value.shape)

    @classmethod
    def from_value(cls, value: Any) -> RaggedTensorSpec:
        """The specification that exactly this tensor fits."""
        return cls(value.shape, value.dtype, value.ragged_rank)

    def __repr__(self) -> str:
        return (
            f"RaggedTensorSpec({_shape_text(self.shape)}, {self.dtype!r}, "
            f"{self.ragged_rank}, {self.row_splits_dtype!r})"
        )


class RaggedRowSpec(TensorSpec):
    """Shape and type of a ragged tensor's row: a tensor, but batches are ragged.

    Args:
        shape: The sizes, `None` where unknown.
        dtype: The type of the elements.
    """

    ragged_rank = 0

    def __repr__(self) -> str:
        return (
            f"RaggedTensorSpec({_shape_text(self.shape)}, {self.dtype!r}, 0, tf.int64)"
        )


class SparseTensorSpec(_Spec):
    """Shape and type of a sparse tensor.

    Args:
        shape: The sizes, `None` where unknown.
        dtype: The type of the elements.

    Example:

    >>> from addax import tf
    >>> tf.SparseTensorSpec([2, None], tf.int32)
    SparseTensorSpec(TensorShape([2, None]), tf.int32)
    """

    def __init__(self, shape: Any = None, dtype: Any = "float32") -> None:
        self.shape = None if shape is None else TensorShape(shape)
        self.dtype = as_dtype(dtype)

    value_type = SparseTensor

    def is_compatible_with(self, value: Any) -> bool:
        """Whether a sparse tensor (or another specification) fits."""
        if value.dtype != self.dtype:
            return False
        return self.shape is None or self.shape.is_compatible_with(value.shape)

    @classmethod
    def from_value(cls, value: Any) -> SparseTensorSpec:
        """The specification that exactly this tensor fits."""
        return cls(value.shape, value.dtype)

    def __repr__(self) -> str:
        return f"SparseTensorSpec({_shape_text(self.shape)}, {self.dtype!r})"
