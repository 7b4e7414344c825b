"""Sequences of different lengths as one array."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Literal

import numpy as np

from addax._base.errors import explain

Side = Literal["pre", "post"]


def pad_sequences(
    sequences: Sequence[Any],
    maxlen: int | None = None,
    dtype: Any = "int32",
    padding: Side = "pre",
    truncating: Side = "pre",
    value: Any = 0.0,
) -> np.ndarray[Any, Any]:
    """Brings sequences to one length, by adding values or leaving some out.

    Args:
        sequences: Lists (or arrays) of different lengths.
        maxlen: The length; that of the longest if not given.
        dtype: The type of the result; `object` for strings of any length.
        padding: Where values are added: `"pre"` before, `"post"` after the sequence.
        truncating: Where values of longer sequences are left out.
        value: What is added.

    Returns:
        An array of shape `(len(sequences), maxlen, ...)`.

    Raises:
        ValueError: If there is something else than sequences, or their items differ
            in shape.

    Example:

    >>> from addax import keras
    >>> keras.utils.pad_sequences([[1], [2, 3], [4, 5, 6]])
    array([[0, 0, 1],
           [0, 2, 3],
           [4, 5, 6]], dtype=int32)
    """
    for name, side in (("padding", padding), ("truncating", truncating)):
        if side not in ("pre", "post"):
            raise ValueError(
                explain(f"`{name}` is 'pre' or 'post'.", received={name: side})
            )
    if not hasattr(sequences, "__len__"):
        raise ValueError(
            explain(
                "`sequences` is a list of sequences.",
                received={"sequences": sequences},
                fix="pad_sequences([[1, 2], [3]])",
            )
        )
    for i, each in enumerate(sequences):
        if not hasattr(each, "__len__"):
            raise ValueError(
                explain(
                    "`sequences` is a list of sequences.",
                    received={f"sequences[{i}]": each},
                    fix="pad_sequences([[1, 2], [3]])",
                )
            )
    if maxlen is None:
        maxlen = max(map(len, sequences), default=0)
    items = next((np.shape(each)[1:] for each in sequences if len(each)), ())
    texts = np.issubdtype(dtype, np.str_)
    if isinstance(value, str) and dtype is not object and not texts:
        raise ValueError(
            explain(
                "A string cannot be put between numbers.",
                received={"value": value, "dtype": dtype},
                fix="pad_sequences(sequences, dtype=object, value='')",
            )
        )
    padded = np.full((len(sequences), maxlen, *items), value, dtype=dtype)
    for i, each in enumerate(sequences):
        if not len(each):
            continue
        kept = each[-maxlen:] if truncating == "pre" else each[:maxlen]
        kept = np.asarray(kept if maxlen else [], dtype=dtype)
        if kept.shape[1:] != items:
            raise ValueError(
                explain(
                    f"The items of all sequences have one shape, here {items}.",
                    received={f"sequences[{i}][0].shape": kept.shape[1:]},
                )
            )
        if padding == "post":
            padded[i, : len(kept)] = kept
        else:
            padded[i, maxlen - len(kept) :] = kept
    return padded
