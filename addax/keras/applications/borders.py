"""Numbers that the mobile networks share: channels that divide, borders that fit."""

from __future__ import annotations

from typing import Any

from addax.keras.applications.backbone import channels_first

Borders = tuple[tuple[int, int], tuple[int, int]]


def divisible(value: float, divisor: int = 8, least: int | None = None) -> int:
    """The nearest multiple, but no more than a tenth below.

    Args:
        value: A number of channels.
        divisor: What it is to be a multiple of.
        least: The least result; the divisor if not given.

    Example:

    >>> divisible(30), divisible(36)
    (32, 40)
    """
    least = divisor if least is None else least
    found = max(least, int(value + divisor / 2) // divisor * divisor)
    return found + divisor if found < 0.9 * value else found


def same_padding(x: Any, size: int) -> Borders:
    """The zeros around images before a convolution in steps of 2.

    With them, and `padding="valid"`, it computes what `padding="same"` does in
    TensorFlow: for even sizes there is one less before than after.

    Args:
        x: The images.
        size: The height and width of the kernel.
    """
    sizes = x.shape[2:4] if channels_first() else x.shape[1:3]
    half = size // 2

    def around(n: int | None) -> tuple[int, int]:
        return (half - 1 if n is None else half - (1 - n % 2), half)

    return around(sizes[0]), around(sizes[1])
