"""Turn the columns of a table into numbers, the same way later as in training."""

from typing import Any

import numpy as np

# Names and numbers of things, one a row, say nothing about the next row.
_MOST_CATEGORIES = 50
_ROWS_PER_CATEGORY = 2


def fit_columns(
    frame: Any, train: np.ndarray
) -> tuple[list[dict[str, Any]], list[str]]:
    """Decide how each column becomes numbers, from the training rows.

    Args:
        frame: a pandas table.
        train: the numbers of the training rows.

    Returns:
        A description of each column that is used, ready for JSON: a number has the
        `fill` for missing values, a category the `values` that have a place of their
        own. And notes for the user: what was filled, what was left out and why.
    """
    columns: list[dict[str, Any]] = []
    notes: list[str] = []
    for name in frame.columns:
        own = frame[name]
        known = own.iloc[train].dropna()
        missing = int(own.isna().sum())
        if known.nunique() < 2:
            notes.append(f"{name!r} was left out: it never changes.")
        elif _is_number(own):
            numbers = _numbers(own)
            missing = int(np.isnan(numbers).sum())
            fill = float(np.nanmedian(numbers[train]))
            columns.append({"name": str(name), "fill": fill})
            if missing:
                notes.append(
                    f"{missing:,} missing values in {name!r} were filled with the "
                    f"median, {fill:g}."
                )
        else:
            values = sorted(map(str, known.unique()))
            if len(values) > min(_MOST_CATEGORIES, len(known) / _ROWS_PER_CATEGORY):
                notes.append(
                    f"{name!r} was left out: {len(values):,} different texts in "
                    f"{len(known):,} rows."
                )
                continue
            columns.append({"name": str(name), "values": values})
            if missing:
                notes.append(
                    f"{missing:,} missing values in {name!r} count as no category."
                )
    return columns, notes


def encode(frame: Any, columns: list[dict[str, Any]]) -> np.ndarray:
    """Turn a table into the inputs of a model.

    Args:
        frame: a pandas table with these columns.
        columns: from `fit_columns`, or from the `preprocessing.json` of a saved model.

    Returns:
        One row of `float32` for each row of the table: a number stays itself, a
        category becomes a 1 among 0s (none for one never seen).
    """
    blocks: list[np.ndarray] = []
    for each in columns:
        own = frame[each["name"]]
        if "values" in each:
            texts = own.astype(str).to_numpy(dtype=object)
            blocks.append(texts[:, np.newaxis] == np.array(each["values"], object))
        else:
            numbers = _numbers(own)
            filled = np.where(np.isnan(numbers), each["fill"], numbers)
            blocks.append(filled[:, np.newaxis])
    return np.concatenate(blocks, axis=1).astype("float32")


def _is_number(column: Any) -> bool:
    return column.dtype.kind in "biuf"


def _numbers(column: Any) -> np.ndarray:
    """As `float64`; infinity counts as missing."""
    numbers = column.to_numpy(dtype="float64")
    return np.where(np.isinf(numbers), np.nan, numbers)
