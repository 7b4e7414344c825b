"""`x[...]` of ragged tensors."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorLike
from addax.ops.ragged import partition
from addax.ops.ragged.tensor import RaggedTensor, take


def getitem(x: RaggedTensor, key: Any) -> Any:
    """Rows, parts of all rows, or single elements, as TensorFlow indexes.

    Raises:
        IndexError: If a row does not exist.
        ValueError: If one element of rows of different lengths is asked for.
    """
    keys = [*key] if isinstance(key, tuple) else [key]
    spread = [i for i, k in enumerate(keys) if k is Ellipsis]
    if spread:
        used = sum(k is not None and k is not Ellipsis for k in keys)
        missing = [slice(None)] * (len(x.shape) - used)
        keys[spread[0] : spread[0] + 1] = missing
    return _outer(x, keys)


def _outer(x: Any, keys: list[Any]) -> Any:
    """Indexes from the outermost axis on."""
    if not keys:
        return x
    if not isinstance(x, RaggedTensor):
        return x[tuple(keys)]
    first, *rest = keys
    if first is None:
        inner = _outer(x, rest)
        return RaggedTensor(inner, np.array([0, len(inner)]), len(inner))
    if isinstance(first, slice):
        rows = np.arange(len(x))[_plain(first)]
        return _inner(take(x, rows), rest)
    places = np.asarray(first)
    if places.ndim:
        rows = np.flatnonzero(places) if places.dtype == bool else places
        return _inner(take(x, rows), rest)
    row = int(places)
    if not -len(x) <= row < len(x):
        raise IndexError(
            explain("There is no such row.", received={"index": row, "rows": len(x)})
        )
    start, end = x._splits[row % len(x) :][:2]
    return _outer(x._values[int(start) : int(end)], rest)


def _inner(x: Any, keys: list[Any]) -> Any:
    """Indexes within each row."""
    if not keys:
        return x
    if not isinstance(x, RaggedTensor):
        return x[(slice(None), *keys)]
    first, *rest = keys
    if first is None:
        return RaggedTensor(_inner(x, rest), np.arange(len(x) + 1), 1)
    starts, lengths = x._splits[:-1], np.diff(x._splits)
    if isinstance(first, slice):
        begin, counts, step = _window(_plain(first), lengths)
        values = take(x._values, partition.spans(starts + begin, counts, step))
        splits = partition.from_lengths(counts)
        return RaggedTensor(_inner(values, rest), splits)
    if x.uniform_row_length is None:
        raise ValueError(
            explain(
                "One element of each row cannot be picked from a ragged axis.",
                received={"index": first, "shape": x.shape},
                why="Rows may be too short to have it.",
                fix="x[:, :1]  # at most one element of each row",
            )
        )
    place = int(first) % x.uniform_row_length
    return _outer(take(x._values, starts + place), [slice(None), *rest])


def _plain(key: slice) -> slice:
    """A slice of Python numbers."""
    return slice(
        *(
            int(np.asarray(n)) if isinstance(n, (TensorLike, np.generic)) else n
            for n in (key.start, key.stop, key.step)
        )
    )


def _window(key: slice, lengths: Any) -> tuple[Any, Any, int]:
    """Where the slice begins in rows of these lengths, and how much it takes."""
    step = 1 if key.step is None else key.step
    least, most = (0, lengths) if step > 0 else (-1, lengths - 1)

    def place(n: int | None, otherwise: Any) -> Any:
        if n is None:
            return otherwise + 0 * lengths
        return np.clip(np.where(n < 0, lengths + n, n), least, most)

    begin = place(key.start, 0 if step > 0 else lengths - 1)
    end = place(key.stop, lengths if step > 0 else -1)
    return begin, np.maximum(-((begin - end) // step), 0), step
