"""JAX's random bits, computed by NumPy.

Initializers draw once for each new shape, and XLA takes 0.1 to 0.35 s to compile the
generator for one: 1.6 s for a small convolutional network. NumPy needs no compiler, and
15 ms for a million numbers.
"""

from __future__ import annotations

import jax
import numpy as np

_ROTATIONS = ((13, 15, 26, 6), (17, 29, 16, 24))
_PARITY = np.uint32(0x1BD11BDA)


_FEW = 8  # below, Python's own numbers are quicker: 10 us each, instead of 120 in all


def is_default() -> bool:
    """Whether JAX draws by the generator that `bits` computes."""
    config = jax.config
    return (
        config.jax_default_prng_impl == "threefry2x32"  # type: ignore[attr-defined]
        and config.jax_threefry_partitionable  # type: ignore[attr-defined]
    )


def bits(key: np.ndarray, count: int, first: int = 0) -> np.ndarray:
    """Elements of `jax.random.bits(key, shape, "uint32")`, in flat order.

    Each depends on the key and its own index alone, so a longer draw begins with the
    shorter one's.

    Args:
        key: Two `uint32`s.
        count: How many.
        first: The index of the first; all indices are below 2**32.

    Returns:
        A vector of `uint32`.

    Source: Salmon et al. 2011, https://doi.org/10.1145/2063384.2063405.

    Example:

    >>> import jax
    >>> import numpy as np
    >>> from addax.ops.threefry import bits
    >>> key = np.array([1, 2], "uint32")
    >>> np.array_equal(bits(key, 6), jax.random.bits(key, (2, 3), "uint32").ravel())
    True
    """
    if count <= _FEW:
        return np.array([_one(int(key[0]), int(key[1]), i) for i in range(count)], "u4")
    left, right = np.uint32(key[0]), np.uint32(key[1])
    schedule = (left, right, left ^ right ^ _PARITY)
    high = np.full(count, schedule[0], np.uint32)
    low = np.arange(first, first + count, dtype=np.uint32)
    rotated = np.empty_like(low)
    with np.errstate(over="ignore"):
        low += schedule[1]
        for group in range(5):
            for distance in _ROTATIONS[group % 2]:
                high += low
                np.left_shift(low, np.uint32(distance), out=rotated)
                low >>= np.uint32(32 - distance)
                low |= rotated
                low ^= high
            high += schedule[(group + 1) % 3]
            low += schedule[(group + 2) % 3] + np.uint32(group + 1)
    return high ^ low


def _one(first: int, second: int, index: int) -> int:
    """`bits(key, index + 1)[index]`, with Python's whole numbers."""
    schedule = (first, second, first ^ second ^ int(_PARITY))
    high, low = first, index + second & 0xFFFFFFFF
    for group in range(5):
        for distance in _ROTATIONS[group % 2]:
            high = high + low & 0xFFFFFFFF
            low = (low << distance | low >> 32 - distance) & 0xFFFFFFFF ^ high
        high = high + schedule[(group + 1) % 3] & 0xFFFFFFFF
        low = low + schedule[(group + 2) % 3] + group + 1 & 0xFFFFFFFF
    return high ^ low
