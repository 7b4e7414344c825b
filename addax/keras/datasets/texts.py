"""What IMDB and Reuters share: lists of word numbers, cut to a vocabulary."""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import numpy as np

from addax._base.errors import explain

Sequences = list[list[int]]


class Vocabulary(NamedTuple):
    """Which word numbers are kept, and what the others become.

    Attributes:
        num_words: Only numbers below this are kept; all if `None`.
        skip_top: Only numbers from this on are kept.
        start_char: The number put before each sequence; `None` for none.
        oov_char: What stands for a word not kept; `None` to leave such words out.
        index_from: What is added to each word's number.
    """

    num_words: int | None
    skip_top: int
    start_char: int | None
    oov_char: int | None
    index_from: int

    def shift(self, sequences: Any) -> Sequences:
        """Makes room for the special numbers, and marks where sequences start."""
        first = [] if self.start_char is None else [self.start_char]
        by = self.index_from or 0
        return [[*first, *(word + by for word in each)] for each in sequences]

    def limit(self, *parts: Sequences) -> list[Any]:
        """Replaces words that are not kept; object arrays of lists, as Keras has."""
        words = [max(each, default=0) for part in parts for each in part]
        # Keras takes the greatest number for the limit, so that word is not kept.
        end = self.num_words or max(words, default=0)
        return [_as_array([self._kept(each, end) for each in part]) for part in parts]

    def _kept(self, sequence: list[int], end: int) -> list[int]:
        if self.oov_char is None:
            return [w for w in sequence if self.skip_top <= w < end]
        return [w if self.skip_top <= w < end else self.oov_char for w in sequence]


def shorter(
    sequences: Sequences, labels: Any, maxlen: int | None
) -> tuple[Sequences, Any]:
    """The sequences that are shorter than `maxlen`, with their labels.

    Raises:
        ValueError: If there are none.
    """
    if not maxlen:
        return sequences, labels
    kept = [i for i, each in enumerate(sequences) if len(each) < maxlen]
    if not kept:
        raise ValueError(
            explain(
                "No sequence is shorter than `maxlen`.",
                received={"maxlen": maxlen},
                fix=f"load_data(maxlen={min(map(len, sequences), default=0) + 1})",
            )
        )
    return [sequences[i] for i in kept], labels[kept]


def read_word_index(path: str) -> dict[str, int]:
    """The words and their numbers, from a JSON file.

    Raises:
        ValueError: If it is no such file.
    """
    try:
        with open(path, encoding="utf-8") as file:
            return json.load(file)
    except ValueError as error:
        raise ValueError(
            explain(
                "This is not a word index.",
                received={"path": path},
                why=str(error),
                fix=f"Remove {path} and run again to download it.",
            )
        ) from error


def _as_array(sequences: Sequences) -> Any:
    array = np.empty(len(sequences), object)
    array[:] = sequences
    return array
