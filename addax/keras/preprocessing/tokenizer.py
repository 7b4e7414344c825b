"""`Tokenizer`: words numbered by how often they occur."""

from __future__ import annotations

import collections
import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.keras.preprocessing.words import FILTERS, text_to_word_sequence

_MODES = ("binary", "count", "freq", "tfidf")
_COUNTS = ("word_counts", "word_docs", "index_docs", "index_word", "word_index")


class Tokenizer:
    """Turns texts into lists of numbers, or into rows of a matrix.

    Words are numbered from 1 on, the most frequent first; 0 stays free for padding.

    Args:
        num_words: Words from this number on are left out of sequences.
        filters: Characters that count as `split`.
        lower: Whether texts are taken in lower case.
        split: What stands between words.
        char_level: Whether each character is a word.
        oov_token: A word, with number 1, that stands for unknown ones; they are left
            out if not given.
        analyzer: A function that cuts a text into words instead.
        **kwargs: `document_count`, how many texts were seen.

    Example:

    >>> from addax import keras
    >>> tokenizer = keras.preprocessing.text.Tokenizer(oov_token="?")
    >>> tokenizer.fit_on_texts(["the cat", "the dog"])
    >>> tokenizer.word_index
    {'?': 1, 'the': 2, 'cat': 3, 'dog': 4}
    >>> tokenizer.texts_to_sequences(["the bird"])
    [[2, 1]]
    """

    def __init__(
        self,
        num_words: int | None = None,
        filters: str = FILTERS,
        lower: bool = True,
        split: str = " ",
        char_level: bool = False,
        oov_token: str | None = None,
        analyzer: Callable[[str], list[str]] | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("nb_words", None)
        self.document_count = kwargs.pop("document_count", 0)
        if kwargs:
            raise TypeError(f"Tokenizer() has no argument {sorted(kwargs)[0]!r}")
        self.num_words = num_words
        self.filters = filters
        self.lower = lower
        self.split = split
        self.char_level = char_level
        self.oov_token = oov_token
        self.analyzer = analyzer
        self.word_counts: collections.OrderedDict[Any, int] = collections.OrderedDict()
        self.word_docs: collections.defaultdict[Any, int] = collections.defaultdict(int)
        self.index_docs: collections.defaultdict[int, int] = collections.defaultdict(
            int
        )
        self.word_index: dict[Any, int] = {}
        self.index_word: dict[int, Any] = {}

    def fit_on_texts(self, texts: Iterable[Any]) -> None:
        """Learns the words of texts, and how often they occur.

        Args:
            texts: Texts, or lists of words.
        """
        for text in texts:
            self.document_count += 1
            words = self._words(text)
            for word in words:
                self.word_counts[word] = self.word_counts.get(word, 0) + 1
            for word in set(words):
                self.word_docs[word] += 1
        ranked = sorted(self.word_counts.items(), key=lambda item: -item[1])
        named = [] if self.oov_token is None else [self.oov_token]
        named += [word for word, _ in ranked]
        self.word_index = {word: i for i, word in enumerate(named, 1)}
        self.index_word = {i: word for word, i in self.word_index.items()}
        for word, count in self.word_docs.items():
            self.index_docs[self.word_index[word]] = count

    def fit_on_sequences(self, sequences: Iterable[Sequence[int]]) -> None:
        """Learns in how many sequences of numbers each number occurs.

        Args:
            sequences: Lists of numbers; for `"tfidf"` matrices of sequences.
        """
        for sequence in sequences:
            self.document_count += 1
            for number in set(sequence):
                self.index_docs[number] += 1

    def texts_to_sequences(self, texts: Iterable[Any]) -> list[list[int]]:
        """Texts as lists of their words' numbers.

        Args:
            texts: Texts, or lists of words.
        """
        return list(self.texts_to_sequences_generator(texts))

    def texts_to_sequences_generator(self, texts: Iterable[Any]) -> Iterator[list[int]]:
        """`texts_to_sequences`, one at a time."""
        unknown = self.word_index.get(self.oov_token)
        for text in texts:
            numbers = (self._known(self.word_index.get(w)) for w in self._words(text))
            filled = (unknown if n is None else n for n in numbers)
            yield [n for n in filled if n is not None]

    def sequences_to_texts(self, sequences: Iterable[Sequence[int]]) -> list[str]:
        """Lists of numbers as texts, words joined by spaces.

        Args:
            sequences: Lists of numbers.
        """
        return list(self.sequences_to_texts_generator(sequences))

    def sequences_to_texts_generator(
        self, sequences: Iterable[Sequence[int]]
    ) -> Iterator[str]:
        """`sequences_to_texts`, one at a time."""
        unknown = self.oov_token
        for sequence in sequences:
            known = (
                self.index_word.get(n) if self._known(n) is not None else None
                for n in map(int, sequence)
            )
            words = (unknown if word is None else word for word in known)
            yield " ".join(word for word in words if word is not None)

    def texts_to_matrix(
        self, texts: Iterable[Any], mode: str = "binary"
    ) -> np.ndarray[Any, Any]:
        """Texts as rows, with a column for each word's number.

        Args:
            texts: Texts, or lists of words.
            mode: See `sequences_to_matrix`.
        """
        return self.sequences_to_matrix(self.texts_to_sequences(texts), mode)

    def sequences_to_matrix(
        self, sequences: Sequence[Sequence[int]], mode: str = "binary"
    ) -> np.ndarray[Any, Any]:
        """Lists of numbers as rows, with a column for each number.

        Args:
            sequences: Lists of numbers.
            mode: `"binary"` (1 if it occurs), `"count"`, `"freq"` (the count divided
                by the length) or `"tfidf"`.

        Raises:
            ValueError: If there is no such mode, or nothing was learnt yet.
        """
        if mode not in _MODES:
            raise ValueError(
                explain(
                    f"`mode` is one of {', '.join(map(repr, _MODES))}.",
                    received={"mode": mode},
                )
            )
        if not self.num_words and not self.word_index:
            raise ValueError(
                explain(
                    "The number of columns is not known yet.",
                    received={"num_words": None},
                    fix=["tokenizer.fit_on_texts(texts)", "Tokenizer(num_words=1000)"],
                )
            )
        if mode == "tfidf" and not self.document_count:
            raise ValueError(
                explain(
                    "'tfidf' needs to know in how many texts words occur.",
                    received={"mode": mode},
                    fix="tokenizer.fit_on_texts(texts)",
                )
            )
        columns = self.num_words or len(self.word_index) + 1
        matrix = np.zeros((len(sequences), columns))
        for row, sequence in zip(matrix, sequences, strict=True):
            counts = collections.Counter(n for n in sequence if n < columns)
            for number, count in counts.items():
                row[number] = self._entry(mode, number, count, len(sequence))
        return matrix

    def _entry(self, mode: str, number: int, count: int, length: int) -> float:
        if mode == "binary":
            return 1
        if mode == "count":
            return count
        if mode == "freq":
            return count / length
        seen = self.index_docs.get(number, 0)
        return (1 + np.log(count)) * np.log(1 + self.document_count / (1 + seen))

    def _known(self, number: int | None) -> int | None:
        limit = self.num_words
        return None if number is None or (limit and number >= limit) else number

    def _words(self, text: Any) -> list[Any]:
        if self.char_level or isinstance(text, list):
            if not self.lower:
                return list(text)
            if isinstance(text, list):
                return [word.lower() for word in text]
            return list(text.lower())
        if self.analyzer is not None:
            return self.analyzer(text)
        return text_to_word_sequence(text, self.filters, self.lower, self.split)

    def get_config(self) -> dict[str, Any]:
        """The arguments, and what was learnt, as values for JSON."""
        learnt = {name: json.dumps(getattr(self, name)) for name in _COUNTS}
        return {
            "num_words": self.num_words,
            "filters": self.filters,
            "lower": self.lower,
            "split": self.split,
            "char_level": self.char_level,
            "oov_token": self.oov_token,
            "document_count": self.document_count,
            **learnt,
        }

    def to_json(self, **kwargs: Any) -> str:
        """The tokenizer as text, for `tokenizer_from_json`.

        Args:
            **kwargs: Options for `json.dumps`.
        """
        config = {"class_name": type(self).__name__, "config": self.get_config()}
        return json.dumps(config, **kwargs)


def tokenizer_from_json(json_string: str) -> Tokenizer:
    """A tokenizer that `to_json` wrote.

    Args:
        json_string: The text.
    """
    config = json.loads(json_string)["config"]
    learnt = {name: json.loads(config.pop(name)) for name in _COUNTS}
    tokenizer = Tokenizer(**config)
    tokenizer.word_counts.update(learnt["word_counts"])
    tokenizer.word_docs.update(learnt["word_docs"])
    tokenizer.index_docs.update({int(k): v for k, v in learnt["index_docs"].items()})
    tokenizer.word_index = learnt["word_index"]
    tokenizer.index_word = {int(k): v for k, v in learnt["index_word"].items()}
    return tokenizer
