"""`where` and `nonzero`: choosing by a condition, or finding where it holds."""

from __future__ import annotations

from typing import Any

from addax.ops import math, segments


def where(condition: Any, x1: Any = None, x2: Any = None) -> Any:
    """Elements of `x1` where `condition` is true, of `x2` elsewhere.

    Args:
        condition: Booleans.
        x1: A tensor.
        x2: A tensor.

    Returns:
        A tensor; without `x1` and `x2`, the places where `condition` is true, as
        `nonzero` gives them.

    Raises:
        ValueError: If only one of `x1` and `x2` is given.
    """
    if x1 is None and x2 is None:
        return segments.nonzero(condition)
    if x1 is None or x2 is None:
        raise ValueError(
            f"`where` needs both x1 and x2, or neither. Received: x1={x1!r}, x2={x2!r}"
        )
    return math.where(condition, x1, x2)
