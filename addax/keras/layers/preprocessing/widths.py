"""How wide batches of texts are: rounded up while a model that masks padding trains.

A program is compiled for each shape of its inputs, and the longest text of a batch may
have any length. Padding a little further, as a longer text beside the others would,
leaves some ten shapes instead of hundreds.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

_ROUND: ContextVar[bool] = ContextVar("round widths", default=False)
_LEAST = 16


@contextmanager
def rounded() -> Iterator[None]:
    """Within the block widths that nothing else decides are rounded up."""
    token = _ROUND.set(True)
    try:
        yield
    finally:
        _ROUND.reset(token)


def width(longest: int) -> int:
    """The width for a batch: `longest`, or the next of 16, 24, 32, 48, 64, 96, ...

    >>> with rounded():
    ...     [width(n) for n in (3, 17, 30, 70)]
    [16, 24, 32, 96]
    """
    if not _ROUND.get() or not longest:
        return longest
    power = max(_LEAST, 1 << (longest - 1).bit_length())
    smaller = power // 4 * 3
    return smaller if longest <= smaller and power > _LEAST else power
