"""Functions that make or take apart ragged tensors."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

import numpy as np

from addax.core import DType, as_dtype, convert, tree
from addax.ops import indexing
from addax.ops.ragged import partition
from addax.ops.ragged.factories import as_values
from addax.ops.ragged.tensor import RaggedTensor, take


def ranges(starts: Any, limits: Any = None, deltas: Any = 1, dtype: Any = None) -> Any:
    """Rows `start, start + delta, ...` up to the limit, which is left out.

    Args:
        starts: Where each row begins; the limits, if those are not given.
        limits: Where each row ends.
        deltas: The step of each row.
        dtype: The type of the elements.
    """
    if limits is None:
        starts, limits = 0, starts
    kind = dtype or max((convert(x).dtype for x in (starts, limits)), key=_width)
    begin, end, step = np.broadcast_arrays(*map(np.asarray, (starts, limits, deltas)))
    begin, end, step = (np.atleast_1d(v) for v in (begin, end, step))
    sizes = np.maximum(np.ceil((end - begin) / step), 0).astype(np.int64)
    flat = np.repeat(begin, sizes) + partition.columns(
        partition.from_lengths(sizes)
    ) * np.repeat(step, sizes)
    return RaggedTensor.from_row_lengths(flat.astype(as_dtype(kind).name), sizes)


def _width(dtype: DType) -> tuple[bool, int]:
    return dtype.is_floating, dtype.size


def map_flat_values(fn: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
    """`fn` of the innermost values of ragged tensors of one structure.

    Args:
        fn: A function that keeps the first axis of its arguments.
        *args: Its arguments; ragged ones are given as their innermost values.
        **kwargs: Its other arguments, likewise.
    """
    found = [x for x in tree.flatten((args, kwargs)) if isinstance(x, RaggedTensor)]
    if not found:
        return fn(*args, **kwargs)
    args, kwargs = tree.map_structure(
        lambda x: x.flat_values if isinstance(x, RaggedTensor) else x, (args, kwargs)
    )
    return found[0].with_flat_values(fn(*args, **kwargs))


def boolean_mask(data: Any, mask: Any) -> Any:
    """The elements for which `mask` is true; its structure decides what is ragged."""
    data, mask = as_values(data), as_values(mask)
    if not isinstance(mask, RaggedTensor) and len(mask.shape) > 1:
        mask = RaggedTensor.from_tensor(mask, ragged_rank=len(mask.shape) - 1)
    if not isinstance(mask, RaggedTensor):
        return take(data, np.flatnonzero(np.asarray(mask)))
    if not isinstance(data, RaggedTensor):
        data = RaggedTensor.from_tensor(data)
    if mask.ragged_rank > 1:
        inner = boolean_mask(data.values, mask.values)
        return data.with_values(inner)
    kept = np.asarray(mask.flat_values)
    counts = np.bincount(partition.rowids(mask._splits)[kept], minlength=len(mask))
    values = take(data.values, np.flatnonzero(kept))
    return RaggedTensor(values, partition.from_lengths(counts))


def row_splits_to_segment_ids(splits: Any) -> Any:
    """The number of the row that each value belongs to."""
    return convert(partition.rowids(partition.host(splits)))


def segment_ids_to_row_splits(segment_ids: Any, num_segments: Any = None) -> Any:
    """Where each row begins, from the row that each value belongs to."""
    ids = partition.host(segment_ids)
    counts = np.bincount(ids, minlength=int(num_segments or 0))
    return convert(partition.from_lengths(counts))


def stack_dynamic_partitions(data: Any, partitions: Any, num_partitions: int) -> Any:
    """Rows of the entries that belong to each partition."""
    places = np.asarray(partitions).ravel()
    order = np.argsort(places, kind="stable")
    values = indexing.take(convert(data), order.astype(np.int32), axis=0)
    counts = np.bincount(places, minlength=num_partitions)
    return RaggedTensor(values, partition.from_lengths(counts))


def cross(inputs: Sequence[Any]) -> Any:
    """For each row all combinations of its features, joined by `_X_`."""
    rows = [as_values(x) for x in inputs]
    texts = [
        (x if isinstance(x, RaggedTensor) else RaggedTensor.from_tensor(x)).to_list()
        for x in rows
    ]
    made = []
    for parts in zip(*texts, strict=True):
        joined: list[bytes] = [b""]
        for i, part in enumerate(parts):
            words = [w if isinstance(w, bytes) else str(w).encode() for w in part]
            joined = [a + (b"_X_" if i else b"") + b for a in joined for b in words]
        made.append(joined)
    flat = np.empty(sum(map(len, made)), object)
    flat[:] = [w for row in made for w in row]
    return RaggedTensor.from_row_lengths(convert(flat), [len(row) for row in made])
