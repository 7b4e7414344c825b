"""Made-up data that can be learned, the same for every peer.

Labels depend on what they label, and a part of them is wrong: losses fall at a rate
that tells a right optimizer from a wrong one, and do not reach 0 within a benchmark.
"""

from __future__ import annotations

from typing import Any

import numpy as np

_WRONG = 0.2


def _random(seed: int) -> np.random.Generator:
    return np.random.default_rng(seed)


def rows(n: int, *shape: int) -> Any:
    """Numbers from 0 to 1."""
    return _random(0).random((n, *shape), np.float32)


def labels(n: int, classes: int) -> Any:
    """One of the classes for each row."""
    return _random(1).integers(0, classes, n).astype("int32")


def _mistaken(y: Any, classes: int) -> Any:
    """The labels, some of them wrong."""
    wrong = _random(2).random(len(y)) < _WRONG
    return np.where(wrong, labels(len(y), classes)[::-1], y).astype("int32")


def pictures(n: int, *shape: int) -> tuple[Any, Any]:
    """Noise over one of ten patterns, and which one."""
    true = labels(n, 10)
    # Images show squares of 8 by 8, which turning and zooming leaves to be seen.
    coarse = [
        -(-size // 8) if i < len(shape) - 1 else size for i, size in enumerate(shape)
    ]
    patterns = _random(3).random((10, *coarse), np.float32)
    for axis, size in enumerate(shape[:-1], 1):
        patterns = patterns.repeat(8, axis).take(range(size), axis)
    x = rows(n, *shape)
    x *= 0.7
    for i in range(0, n, 4096):  # in parts: the whole of it twice is 188 MB
        x[i : i + 4096] += 0.3 * patterns[true[i : i + 4096]]
    return x, _mistaken(true, 10)


def words(n: int, length: int) -> tuple[Any, Any]:
    """Sentences of two kinds, each of which prefers a half of 10,000 words."""
    kind, draw = labels(n, 2), _random(0)
    low = draw.random((n, length)) < np.where(kind, 0.6, 0.4)[:, None]
    each = draw.integers(1, 5_000, (n, length)) + np.where(low, 0, 4_999)
    return each.astype("int32"), _mistaken(kind, 2).astype("float32")


def next_words(n: int, length: int = 64, size: int = 1000) -> tuple[Any, Any]:
    """Sentences in which a word mostly follows from the last one."""
    draw = _random(0)
    text = draw.integers(0, size, (n, length + 1))
    usual = draw.random(text.shape) > _WRONG
    for i in range(length):
        text[:, i + 1] = np.where(
            usual[:, i], (7 * text[:, i] + 3) % size, text[:, i + 1]
        )
    text = text.astype("int32")
    return np.ascontiguousarray(text[:, :-1]), np.ascontiguousarray(text[:, 1:])


def series(n: int, length: int) -> tuple[Any, Any]:
    """Windows of a series, and what comes next."""
    x = rows(n, length, 1)
    return x, x[:, -5:, 0].mean(1, keepdims=True)
