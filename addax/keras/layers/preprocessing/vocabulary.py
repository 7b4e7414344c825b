"""A layer's vocabulary: checking it, its file, and counting tokens to learn it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorLike

FILE = "vocabulary.txt"


def to_list(vocabulary: Any) -> list[Any]:
    """A vocabulary given as an array, a tensor or a list, as a list.

    Raises:
        ValueError: If there is nothing in it.
    """
    if isinstance(vocabulary, TensorLike) or hasattr(vocabulary, "tolist"):
        vocabulary = np.asarray(vocabulary).tolist()
    tokens = list(vocabulary)
    if not tokens:
        raise ValueError(
            explain(
                "A vocabulary needs at least one entry.",
                received={"vocabulary": tokens},
                fix="layer.adapt(data) learns one",
            )
        )
    return tokens


def read(path: Any) -> list[str]:
    """The lines of a file.

    Raises:
        ValueError: If there is no such file.
    """
    file = Path(path)
    if not file.is_file():
        raise ValueError(
            explain("There is no such vocabulary file.", received={"path": str(path)})
        )
    return file.read_text("utf-8").split("\n")


def without_specials(
    tokens: list[Any], mask_token: Any, oov_token: Any, oov_count: int, masked: bool
) -> tuple[list[Any], int]:
    """Tokens without a mask and out-of-vocabulary tokens in front, and how many
    those were.

    Raises:
        ValueError: If tokens are repeated, or special ones are not in front.
    """
    front = [mask_token] if masked and mask_token is not None else []
    front += [oov_token] * oov_count
    cut = 0
    if front and tokens[: len(front)] == front:
        cut = len(front)
    elif oov_count and tokens[0] == oov_token and mask_token is not None:
        # Written by a layer of another output mode, which has no mask in front.
        cut = oov_count if tokens[:oov_count] == [oov_token] * oov_count else 0
    rest = tokens[cut:]
    repeated = [t for t, n in Counter(rest).items() if n > 1]
    if repeated:
        raise ValueError(
            explain(
                "The vocabulary has repeated terms.",
                received={"repeated": repeated[:10]},
                fix="vocabulary = sorted(set(vocabulary))",
            )
        )
    for name, token in (("mask_token", mask_token), ("oov_token", oov_token)):
        if token is not None and token in rest:
            raise ValueError(
                explain(
                    f"The vocabulary holds the {name} at an unexpected place.",
                    received={name: token, "index": rest.index(token) + cut},
                    why=f"Special tokens come first, in this order: {front}.",
                    fix="Leave special tokens out: the layer adds them.",
                )
            )
    return rest, cut


class TokenCounts:
    """How often each token was seen, and in how many documents."""

    def __init__(self, documents: bool) -> None:
        self.tokens: Counter[Any] = Counter()
        self.documents: Counter[Any] | None = Counter() if documents else None
        self.count = 0

    def add(self, rows: Iterable[Sequence[Any]]) -> None:
        """Counts the tokens of documents, one after the other."""
        for row in rows:
            self.tokens.update(row)
            if self.documents is not None:
                self.documents.update(set(row))
                self.count += 1

    def add_array(self, array: Any) -> None:
        """Counts the elements of an array whose rows are the documents."""
        if self.documents is None:
            self.tokens.update(array.ravel().tolist())
        else:
            self.add(array.reshape(len(array), -1).tolist())

    def most_common(self, without: set[Any], limit: int | None) -> list[Any]:
        """The tokens, frequent ones first, equally frequent ones from Z to A."""
        found = [(n, t) for t, n in self.tokens.items() if t not in without]
        found.sort(reverse=True)
        return [token for _, token in found[:limit]]

    def inverse_frequencies(self, tokens: list[Any]) -> Any:
        """`log(1 + documents / (1 + documents with the token))` for each token."""
        assert self.documents is not None
        seen = np.array([self.documents[t] for t in tokens], "float64")
        return np.log(1 + self.count / (1 + seen)).astype("float32")
