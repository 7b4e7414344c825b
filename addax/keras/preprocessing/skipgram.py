"""Skip-grams: pairs of words that are near each other, and others that are not.

T. Mikolov et al., "Efficient Estimation of Word Representations in Vector Space",
https://arxiv.org/abs/1301.3781.
"""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import Any

import numpy as np


def skipgrams(
    sequence: Sequence[int],
    vocabulary_size: int,
    window_size: int = 4,
    negative_samples: float = 1.0,
    shuffle: bool = True,
    categorical: bool = False,
    sampling_table: Any = None,
    seed: int | None = None,
) -> tuple[list[Any], list[Any]]:
    """Pairs of words, and labels: 1 for words near each other, 0 for random ones.

    Args:
        sequence: Words as numbers; 0 is left out.
        vocabulary_size: One more than the largest number.
        window_size: How far apart two near words are at most.
        negative_samples: How many random pairs come for each true one.
        shuffle: Whether pairs come in random order.
        categorical: Whether labels are `[0, 1]` and `[1, 0]`.
        sampling_table: For each number, the probability that it is taken.
        seed: A seed for the order.

    Returns:
        The pairs and the labels.

    Example:

    >>> from addax import keras
    >>> pairs, labels = keras.preprocessing.sequence.skipgrams(
    ...     [1, 2, 3], 4, window_size=1, negative_samples=0, shuffle=False)
    >>> pairs
    [[1, 2], [2, 1], [2, 3], [3, 2]]
    """
    pairs: list[Any] = []
    for i, word in enumerate(sequence):
        if not word:
            continue
        if sampling_table is not None and sampling_table[word] < random.random():
            continue
        window = range(max(0, i - window_size), min(len(sequence), i + window_size + 1))
        pairs += [[word, sequence[j]] for j in window if j != i and sequence[j]]
    yes, no = ([0, 1], [1, 0]) if categorical else (1, 0)
    labels: list[Any] = [yes] * len(pairs)
    if negative_samples > 0:
        count = int(len(labels) * negative_samples)
        words = [pair[0] for pair in pairs]
        random.shuffle(words)
        pairs += [
            [words[i % len(words)], random.randint(1, vocabulary_size - 1)]
            for i in range(count)
        ]
        labels += [no] * count
    if shuffle:
        seed = random.randint(0, 10**6) if seed is None else seed
        for each in (pairs, labels):
            random.Random(seed).shuffle(each)
    return pairs, labels


def make_sampling_table(
    size: int, sampling_factor: float = 1e-05
) -> np.ndarray[Any, Any]:
    """How probably the i-th most frequent word is taken, for `skipgrams`.

    Word frequencies are taken to follow Zipf's law; frequent words are left out more.

    Args:
        size: How many words.
        sampling_factor: How much frequent words are left out.

    Returns:
        An array of probabilities.
    """
    gamma = 0.577  # of Euler and Mascheroni, to the digits that Keras uses
    rank = np.arange(size)
    rank[0] = 1
    frequency = rank * (np.log(rank) + gamma) + 0.5 - 1.0 / (12.0 * rank)
    share = sampling_factor * frequency
    return np.minimum(1.0, share / np.sqrt(share))
