"""Row splits: where each row of a ragged axis begins, and the last one ends.

They are NumPy arrays of int64, on the host: how many rows there are and how long they
are decides the shapes of all that follows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain

Splits = Any


def host(values: Any) -> Any:
    """A tensor of whole numbers, or what can become one, as int64 on the host."""
    return np.asarray(values).astype(np.int64)


def check(splits: Splits, count: int | None, **given: Any) -> Splits:
    """`splits` itself, if it begins at 0, never falls, and ends at `count`.

    Raises:
        ValueError: If it does not.
    """
    fits = splits.ndim == 1 and len(splits) and splits[0] == 0
    if not fits or np.any(np.diff(splits) < 0) or count not in (None, splits[-1]):
        end = "the number of values" if count is None else f"{count}, their number"
        raise ValueError(
            explain(
                "These rows do not divide the values.",
                received=given,
                why=f"Row splits begin with 0, never fall, and end with {end}.",
                fix="tf.RaggedTensor.from_row_lengths(values, row_lengths) finds them.",
            )
        )
    return splits


def from_lengths(lengths: Any) -> Splits:
    """The splits of rows of these lengths."""
    return np.concatenate([[0], np.cumsum(host(lengths))]).astype(np.int64)


def rowids(splits: Splits) -> Any:
    """The number of the row that each value belongs to."""
    return np.repeat(np.arange(len(splits) - 1), np.diff(splits))


def columns(splits: Splits) -> Any:
    """The place of each value in its row."""
    return np.arange(splits[-1]) - np.repeat(splits[:-1], np.diff(splits))


def spans(starts: Any, lengths: Any, step: int | Any = 1) -> Any:
    """The places `start, start + step, ...` of every row, one after the other."""
    within = columns(from_lengths(lengths))
    return np.repeat(starts, lengths) + within * (
        np.repeat(step, lengths) if np.ndim(step) else step
    )


def coordinates(nested: Sequence[Splits]) -> list[Any]:
    """For each value its index along every axis that the splits describe."""
    places = [columns(nested[-1])]
    rows = rowids(nested[-1])
    for splits in reversed(nested[:-1]):
        places.insert(0, columns(splits)[rows])
        rows = rowids(splits)[rows]
    return [rows, *places]
