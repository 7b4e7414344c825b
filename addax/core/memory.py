"""Memory that JAX takes as it lies."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

ALIGNMENT = 64  # bytes: what XLA asks of arrays on a CPU


def aligned(shape: tuple[int, ...], dtype: Any = np.float32) -> np.ndarray[Any, Any]:
    """An array, not filled, that JAX need not copy.

    Args:
        shape: Its shape.
        dtype: The type of its elements.

    Example:

    >>> from addax.core.memory import ALIGNMENT, aligned
    >>> aligned((2, 3)).ctypes.data % ALIGNMENT
    0
    """
    kind = np.dtype(dtype)
    size = math.prod(shape) * kind.itemsize
    raw = np.empty(size + ALIGNMENT, np.uint8)
    start = -raw.ctypes.data % ALIGNMENT
    return raw[start : start + size].view(kind).reshape(shape)
