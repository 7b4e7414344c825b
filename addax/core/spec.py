"""`TensorSpec`: a tensor's shape and type."""

from __future__ import annotations

from typing import Any

from addax.core.dtypes import DType, as_dtype
from addax.core.shapes import TensorShape, standardize_shape


class TensorSpec:
    """A tensor's shape and type, for input signatures.

    Args:
        shape: The sizes, `None` for any; `None` alone for any shape.
        dtype: The type.
        name: A name for the argument.

    Example:

    >>> from addax import tf
    >>> tf.TensorSpec([None, 3], tf.float32)
    TensorSpec(shape=(None, 3), dtype=tf.float32, name=None)
    """

    def __init__(
        self, shape: Any = None, dtype: Any = "float32", name: str | None = None
    ) -> None:
        self.shape = None if shape is None else TensorShape(standardize_shape(shape))
        self.dtype: DType = as_dtype(dtype)
        self.name = name

    @classmethod
    def from_tensor(cls, tensor: Any, name: str | None = None) -> TensorSpec:
        """The spec that exactly `tensor` fits."""
        return cls(tensor.shape, tensor.dtype, name)

    def is_compatible_with(self, value: Any) -> bool:
        """Whether `value` (a tensor or spec) fits."""
        if self.dtype != value.dtype:
            return False
        return self.shape is None or self.shape.is_compatible_with(value.shape)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, TensorSpec) and (
            (self.shape, self.dtype) == (other.shape, other.dtype)
        )

    def __hash__(self) -> int:
        return hash((self.shape, self.dtype))

    def __repr__(self) -> str:
        shape = "<unknown>" if self.shape is None else tuple(self.shape)
        return f"TensorSpec(shape={shape}, dtype={self.dtype!r}, name={self.name!r})"
