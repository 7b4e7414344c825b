"""What elements look like: specifications of their leaves."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import SymbolicTensor, Tensor, TensorSpec
from addax.data import nest
from addax.data.elements import composite, dtype_of, is_composite, shape_of
from addax.data.stage import Stage
from addax.ops.ragged.spec import RaggedRowSpec, RaggedTensorSpec, SparseTensorSpec


class DatasetSpec:
    """What a nested dataset, such as a window, looks like.

    Args:
        element_spec: The specification of its elements.
        dataset_shape: `()` for one dataset.
    """

    def __init__(self, element_spec: Any, dataset_shape: Any = ()) -> None:
        self.element_spec = element_spec
        self.dataset_shape = dataset_shape

    def __eq__(self, other: object) -> bool:
        return (
            isinstance(other, DatasetSpec) and other.element_spec == self.element_spec
        )

    def __hash__(self) -> int:
        return hash(repr(self))

    def __repr__(self) -> str:
        return f"DatasetSpec({self.element_spec!r}, TensorShape([]))"


def spec_of(element: Any) -> Any:
    """The specification that exactly this element fits."""
    return nest.map_leaves(_leaf_spec, element)


def _leaf_spec(leaf: Any) -> Any:
    if isinstance(leaf, Stage):
        return DatasetSpec(leaf.spec())
    if leaf is None:
        return None
    if is_composite(leaf):
        return composite(leaf).spec(leaf)
    return TensorSpec(shape_of(leaf), dtype_of(leaf))


def batched(spec: Any, size: int | None) -> Any:
    """The specification of `size` elements (or an unknown number) put together."""

    def lead(leaf: Any) -> Any:
        if isinstance(leaf, RaggedRowSpec):
            return RaggedTensorSpec((size, *(leaf.shape or ())), leaf.dtype, 1)
        if isinstance(leaf, TensorSpec):
            shape = None if leaf.shape is None else (size, *leaf.shape)
            return TensorSpec(shape, leaf.dtype)
        if isinstance(leaf, RaggedTensorSpec):
            shape = (size, *(leaf.shape or ()))
            return RaggedTensorSpec(shape, leaf.dtype, leaf.ragged_rank + 1)
        if isinstance(leaf, SparseTensorSpec) and leaf.shape is not None:
            return SparseTensorSpec((size, *leaf.shape), leaf.dtype)
        return leaf

    return nest.map_leaves(lead, spec)


def unbatched(spec: Any) -> Any:
    """The specification of one row."""

    def drop(leaf: Any) -> Any:
        if isinstance(leaf, TensorSpec):
            shape = None if leaf.shape is None else leaf.shape[1:]
            return TensorSpec(shape, leaf.dtype)
        if isinstance(leaf, RaggedTensorSpec) and leaf.shape is not None:
            rank, shape = leaf.ragged_rank - 1, leaf.shape[1:]
            if rank == 0:
                return RaggedRowSpec(shape, leaf.dtype)
            return RaggedTensorSpec(shape, leaf.dtype, rank)
        if isinstance(leaf, SparseTensorSpec) and leaf.shape is not None:
            return SparseTensorSpec(leaf.shape[1:], leaf.dtype)
        return leaf

    return nest.map_leaves(drop, spec)


def padded(spec: Any, shapes: Any, size: int | None) -> Any:
    """The specification of `size` elements padded to `shapes`."""
    return nest.map_leaves(
        lambda leaf, shape: TensorSpec(
            (size, *(None if n in (None, -1) else n for n in shape)), leaf.dtype
        ),
        spec,
        shapes,
    )


def common(a: Any, b: Any) -> Any:
    """The narrowest specification that both fit."""

    def merge(x: Any, y: Any) -> Any:
        if x == y or not isinstance(x, TensorSpec) or not isinstance(y, TensorSpec):
            return x
        if x.shape is None or y.shape is None or len(x.shape) != len(y.shape):
            return TensorSpec(None, x.dtype)
        sizes = [m if m == n else None for m, n in zip(x.shape, y.shape, strict=True)]
        return TensorSpec(sizes, x.dtype)

    try:
        return nest.map_leaves(merge, a, b)
    except ValueError:
        return a


def symbols(spec: Any) -> Any:
    """Symbolic tensors in the places of specifications, for working shapes out.

    Raises:
        TypeError: If there is one that no symbolic tensor can stand for.
    """

    def symbol(leaf: Any) -> Any:
        if isinstance(leaf, TensorSpec) and leaf.shape is not None:
            return SymbolicTensor(leaf.shape, leaf.dtype)
        raise TypeError(f"{leaf!r} has no symbolic tensor")

    return nest.map_leaves(symbol, spec)


def spec_of_result(result: Any) -> Any:
    """Specifications of what a function returned: tensors of any kind, numbers."""

    def of(leaf: Any) -> Any:
        if isinstance(leaf, (SymbolicTensor, Tensor)):
            return TensorSpec(leaf.shape, leaf.dtype)
        stage = getattr(leaf, "_stage", None)
        if stage is not None:
            return DatasetSpec(stage.spec())
        if isinstance(leaf, list):
            inner = [of(each) for each in leaf]
            return TensorSpec((len(inner), *inner[0].shape), inner[0].dtype)
        if isinstance(leaf, (str, bytes)):
            return TensorSpec((), "string")
        array = np.asarray(leaf)
        narrow = {"float64": "float32", "int64": "int32"}
        kept = hasattr(leaf, "dtype")
        name = array.dtype.name if kept else narrow.get(array.dtype.name)
        return TensorSpec(array.shape, name or array.dtype)

    return nest.map_leaves(of, result)


def is_fixed(spec: Any) -> bool:
    """Whether every leaf is a tensor of a known shape."""
    return all(
        isinstance(leaf, TensorSpec)
        and leaf.shape is not None
        and None not in leaf.shape
        for leaf in nest.flatten(spec)
    )
