"""IMDB: film reviews and whether they praise."""

from __future__ import annotations

import numpy as np

from addax.keras.datasets.files import Arrays, fetch, read_npz
from addax.keras.datasets.texts import Vocabulary, read_word_index, shorter


def load_data(
    path: str = "imdb.npz",
    num_words: int | None = None,
    skip_top: int = 0,
    maxlen: int | None = None,
    seed: int = 113,
    start_char: int | None = 1,
    oov_char: int | None = 2,
    index_from: int = 3,
) -> Arrays:
    """Loads IMDB: 25,000 film reviews as word numbers, and 25,000 for testing.

    Words are numbered by how often they occur. By A. Maas and others, "Learning word
    vectors for sentiment analysis", ACL 2011.

    Args:
        path: The name to keep the file under in `~/.keras/datasets`, or the absolute
            path of a file that is there.
        num_words: Only numbers below this are kept; all if not given.
        skip_top: Only numbers from this on are kept.
        maxlen: Only reviews shorter than this are kept; all if not given.
        seed: The seed of the shuffling.
        start_char: The number that each review starts with; `None` for none.
        oov_char: What stands for a word that is not kept; `None` to leave it out.
        index_from: What is added to the numbers of words; 0 is for padding.

    Returns:
        `(x_train, y_train), (x_test, y_test)`: arrays of lists, and labels (1 for
        praise).

    Raises:
        ValueError: If no review is shorter than `maxlen`.
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    (x_train, y_train), (x_test, y_test) = keras.datasets.imdb.load_data(
        num_words=10_000)
    x_train = keras.utils.pad_sequences(x_train, maxlen=200)
    ```
    """
    names = ("x_train", "y_train", "x_test", "y_test")
    arrays = read_npz(fetch("imdb.npz", path), names)
    random = np.random.RandomState(seed)
    vocabulary = Vocabulary(num_words, skip_top, start_char, oov_char, index_from)
    parts = []
    for x, y in (arrays[:2], arrays[2:]):
        order = np.arange(len(x))
        random.shuffle(order)
        parts.append(shorter(vocabulary.shift(x[order]), y[order], maxlen))
    x_train, x_test = vocabulary.limit(*(x for x, _ in parts))
    return (x_train, parts[0][1]), (x_test, parts[1][1])


def get_word_index(path: str = "imdb_word_index.json") -> dict[str, int]:
    """The words of IMDB and their numbers, before `index_from` is added.

    Args:
        path: The name to keep the file under in `~/.keras/datasets`, or the absolute
            path of a file that is there.

    Returns:
        Words and numbers, 1 for the most frequent word.

    Raises:
        OSError: If the file cannot be downloaded; the message says where to put it.

    Example:

    ```python
    words = {n + 3: word for word, n in keras.datasets.imdb.get_word_index().items()}
    print(" ".join(words.get(n, "?") for n in x_train[0]))
    ```
    """
    return read_word_index(fetch("imdb_word_index.json", path))
