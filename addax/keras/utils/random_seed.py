"""One seed for everything random."""

from __future__ import annotations

import random as python_random

import numpy as np

from addax._base.errors import explain
from addax.core.random import set_global_seed


def set_random_seed(seed: int) -> None:
    """Makes a program repeatable: Python's, NumPy's and addax's random numbers.

    Initial weights, dropout, shuffling and everything from `keras.random` then come
    out the same each time.

    Args:
        seed: A whole number.

    Raises:
        ValueError: If it is none.

    Example:

    >>> from addax import keras
    >>> keras.utils.set_random_seed(42)
    """
    if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
        raise ValueError(
            explain(
                "A seed is a whole number.",
                received={"seed": seed},
                fix="keras.utils.set_random_seed(42)",
            )
        )
    python_random.seed(int(seed))
    np.random.seed(int(seed) % 2**32)
    set_global_seed(int(seed))
