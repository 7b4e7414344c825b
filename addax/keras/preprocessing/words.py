"""Texts cut into words, and words as numbers by hashing."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

FILTERS = '!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'


def text_to_word_sequence(
    input_text: str, filters: str = FILTERS, lower: bool = True, split: str = " "
) -> list[str]:
    """The words of a text.

    Args:
        input_text: The text.
        filters: Characters that count as `split`.
        lower: Whether in lower case.
        split: What stands between words.

    Example:

    >>> from addax import keras
    >>> keras.preprocessing.text.text_to_word_sequence("One, two. Two!")
    ['one', 'two', 'two']
    """
    text = input_text.lower() if lower else input_text
    text = text.translate(str.maketrans(dict.fromkeys(filters, split)))
    return [word for word in text.split(split) if word]


def hashing_trick(
    text: str,
    n: int,
    hash_function: str | Callable[[str], int] | None = None,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
) -> list[int]:
    """The words of a text as numbers from 1 to `n - 1`, by their hashes.

    Args:
        text: The text.
        n: One more than the largest number; different words may share one.
        hash_function: `None` for Python's `hash`, whose numbers differ from one run
            of Python to the next, `"md5"`, or a function.
        filters: Characters that count as `split`.
        lower: Whether in lower case.
        split: What stands between words.
        analyzer: A function that cuts the text into words instead.

    Example:

    >>> from addax import keras
    >>> keras.preprocessing.text.hashing_trick("one two one", 10, "md5")
    [3, 6, 3]
    """
    number: Any = hash if hash_function is None else hash_function
    if hash_function == "md5":
        number = lambda word: int(hashlib.md5(word.encode()).hexdigest(), 16)
    if analyzer is None:
        words = text_to_word_sequence(text, filters, lower, split)
    else:
        words = analyzer(text)
    return [number(word) % (n - 1) + 1 for word in words]


def one_hot(
    input_text: str,
    n: int,
    filters: str = FILTERS,
    lower: bool = True,
    split: str = " ",
    analyzer: Callable[[str], list[str]] | None = None,
    **kwargs: Any,
) -> list[int]:
    """`hashing_trick` with Python's `hash` (not an encoding in zeros and ones).

    Args:
        input_text: The text.
        n: One more than the largest number.
        filters: Characters that count as `split`.
        lower: Whether in lower case.
        split: What stands between words.
        analyzer: A function that cuts the text into words instead.
        **kwargs: Kept for Keras's signature.
    """
    return hashing_trick(input_text, n, hash, filters, lower, split, analyzer)
