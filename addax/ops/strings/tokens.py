"""Texts to words: what `TextVectorization` does before it looks words up."""

from __future__ import annotations

import string
from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

import numpy as np

Rows = list[list[bytes]]

_PUNCTUATION = string.punctuation.encode()


def _lower(text: bytes) -> bytes:
    return text.lower()  # of bytes: ASCII letters only, as in TensorFlow


def _strip(text: bytes) -> bytes:
    return text.translate(None, _PUNCTUATION)


def _lower_and_strip(text: bytes) -> bytes:
    return text.lower().translate(None, _PUNCTUATION)


def characters(text: bytes) -> list[bytes]:
    """The characters of a text in UTF-8; bytes that are none become U+FFFD."""
    return [c.encode() for c in text.decode("utf-8", "replace")]


STANDARDIZE: dict[str, Callable[[bytes], bytes]] = {
    "lower_and_strip_punctuation": _lower_and_strip,
    "lower": _lower,
    "strip_punctuation": _strip,
}
SPLIT: dict[str, Callable[[bytes], list[bytes]]] = {
    "whitespace": bytes.split,
    "character": characters,
}


def with_ngrams(rows: Rows, sizes: Sequence[int], separator: bytes = b" ") -> Rows:
    """For each row its runs of neighbours, joined: first those of the first size."""
    return [
        [separator.join(row[i : i + n]) for n in sizes for i in range(len(row) - n + 1)]
        for row in rows
    ]


def padded(
    rows: Rows, find: Callable[[list[bytes]], Any], length: int | None, fill: int
) -> Any:
    """What `find` says of the words of each row, as a matrix of int64.

    Args:
        rows: The words of each text.
        find: From a list of words to whole numbers.
        length: How wide the matrix is; as the longest row if not given. Longer rows
            are cut off.
        fill: What short rows end with.
    """
    if length is not None:
        rows = [row[:length] for row in rows]
    lengths = np.fromiter(map(len, rows), np.int64, len(rows))
    width = length if length is not None else int(lengths.max(initial=0))
    out = np.full((len(rows), width), fill, np.int64)
    out[np.arange(width) < lengths[:, None]] = find(flat(rows))
    return out


def flat(rows: Iterable[list[bytes]]) -> list[bytes]:
    """All words, row after row."""
    return list(chain.from_iterable(rows))
