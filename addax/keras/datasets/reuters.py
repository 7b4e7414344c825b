"""Reuters: newswires and their topics."""

from __future__ import annotations

import numpy as np

from addax.keras.datasets.files import Arrays, fetch, read_npz
from addax.keras.datasets.texts import Vocabulary, read_word_index, shorter

_TOPICS = (
    "cocoa grain veg-oil earn acq wheat copper housing money-supply coffee sugar trade "
    "reserves ship cotton carcass crude nat-gas cpi money-fx interest gnp meal-feed "
    "alum oilseed gold tin strategic-metal livestock retail ipi iron-steel rubber heat "
    "jobs lei bop zinc orange pet-chem dlr gas silver wpi hog lead"
)


def load_data(
    path: str = "reuters.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    test_split: float = 0.2,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Arrays:
    """Loads Reuters: 11,228 newswires as word numbers, of 46 topics.

    Words are numbered by how often they occur. From Reuters-21578, D. Lewis.

    Args:
        path: The name to keep the file under in `~/.keras/datasets`, or the absolute
            path of a file that is there.
        num_words: Only numbers below this are kept; all if not given.
        skip_top: Only numbers from this on are kept.
        maxlen: Only newswires shorter than this are kept; all if not given.
        test_split: Which part is for testing.
        seed: The seed of the shuffling.
        start_char: The number that each newswire starts with; `None` for none.
        oov_char: What stands for a word that is not kept; `None` to leave it out.
        index_from: What is added to the numbers of words; 0 is for padding.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: arrays of lists, and topics (see
        `get_label_names`).

    Raises:
        ValueError: If no newswire is shorter than `maxlen`.
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.reuters.load_data(
        num_words=10_000)
    ```
    """
    x, y = read_npz(fetch("reuters.npz", path), ("x", "y"))
    order = np.arange(len(x))
    np.random.RandomState(seed).shuffle(order)
    vocabulary = Vocabulary(num_words, skip_top, start_char, oov_char, index_from)
    sequences, y = shorter(vocabulary.shift(x[order]), y[order], maxlen)
    (x,) = vocabulary.limit(sequences)
    count = int(len(x) * (1 - test_split))
    return (x[:count], y[:count]), (x[count:], y[count:])


def get_word_index(path: str = "reuters_word_index.json") -> dict[str, int]:
    """The words of Reuters and their numbers, before `index_from` is added.

    Args:
        path: The name to keep the file under in `~/.keras/datasets`, or the absolute
            path of a file that is there.

    Returns:
        Words and numbers, 1 for the most frequent word.

    Raises:
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    number = keras.datasets.reuters.get_word_index()["oil"] + 3
    ```
    """
    return read_word_index(fetch("reuters_word_index.json", path))


def get_label_names() -> tuple[str, ...]:
    """The topics, in the order of the labels.

    Returns:
        46 names.

    Example:

    >>> from addax import keras
    >>> keras.datasets.reuters.get_label_names()[:3]
    ('cocoa', 'grain', 'veg-oil')
    """
    return tuple(_TOPICS.split())
