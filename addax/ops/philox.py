"""TensorFlow's stateless random numbers, bit for bit: Philox 4x32-10.

Source: Salmon et al. 2011, https://doi.org/10.1145/2063384.2063405. A key of two words
and a counter of four give four words; the next four come from the next counter.
"""

from __future__ import annotations

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, op

_MULTIPLIERS = np.uint64(0xD2511F53), np.uint64(0xCD9E8D57)
_STEPS = np.uint32(0x9E3779B9), np.uint32(0xBB67AE85)
_ROUNDS = 10
_LOW = np.uint64(0xFFFFFFFF)
_32 = np.uint64(32)


def _words(x: Array) -> list[Array]:
    """64-bit numbers as two words, the lower first."""
    x = x.astype("uint64")
    return [(x & _LOW).astype("uint32"), (x >> _32).astype("uint32")]


def _block(key: list[Array], counter: list[Array]) -> list[Array]:
    """The four words of a counter."""
    for i in range(_ROUNDS):
        if i:
            key = [k + step for k, step in zip(key, _STEPS, strict=True)]
        low, high = zip(
            *(
                _words(multiplier * counter[j].astype("uint64"))
                for multiplier, j in zip(_MULTIPLIERS, (0, 2), strict=True)
            ),
            strict=True,
        )
        counter = [
            high[1] ^ counter[1] ^ key[0], low[1],
            high[0] ^ counter[3] ^ key[1], low[0],
        ]  # fmt: skip
    return counter


def _bits(state: Array, count: int) -> Array:
    """So many words from a state: two 64-bit numbers of the counter, one of the key."""
    blocks = jnp.arange(-(-count // 4), dtype="uint64")
    first = state[0].astype("uint64")
    low = first + blocks
    high = state[1].astype("uint64") + (low < first).astype("uint64")
    key = [jnp.broadcast_to(k, blocks.shape) for k in _words(state[2])]
    words = _block(key, [*_words(low), *_words(high)])
    return jnp.stack(words, axis=-1).ravel()[:count]


@op(name="philox_state", differentiable=False)
def state_of_seed(seed: Array) -> Array:
    """The state for a seed of two numbers, which are mixed so that all bits count."""
    seed = seed.astype("int64")
    key = [jnp.asarray(0x3EC8F720, "uint32"), jnp.asarray(0x02461E29, "uint32")]
    words = [
        w.astype("uint64") for w in _block(key, [*_words(seed[0]), *_words(seed[1])])
    ]
    made = jnp.stack(
        [
            jnp.zeros((), "uint64"),
            words[2] | words[3] << _32,
            words[0] | words[1] << _32,
        ]
    )
    return made.astype("int64")


@op(name="philox_skip", differentiable=False)
def skip(state: Array, delta: Array) -> Array:
    """The state after so many numbers; each has room for 256 blocks."""
    low = state[0].astype("uint64")
    moved = low + delta.astype("uint64") * np.uint64(256)
    high = state[1].astype("uint64") + (moved < low).astype("uint64")
    return jnp.stack([moved, high, state[2].astype("uint64")]).astype("int64")


def _unit(words: Array, dtype: str) -> Array:
    """Numbers from 0 (inclusive) to 1 (exclusive)."""
    if dtype != "float64":
        bits = words & np.uint32(0x7FFFFF) | np.uint32(0x3F800000)
        return jax.lax.bitcast_convert_type(bits, "float32") - np.float32(1)
    high, low = (words[i::2].astype("uint64") for i in (0, 1))
    bits = (high & np.uint64(0xFFFFF)) << _32 | low | np.uint64(0x3FF) << np.uint64(52)
    return jax.lax.bitcast_convert_type(bits, "float64") - 1.0


def _size(shape: tuple[int, ...]) -> int:
    return int(np.prod(shape, dtype=np.int64))


@op(name="philox_uniform")
def uniform(
    state: Array, low: Array, high: Array, shape: tuple[int, ...], dtype: str
) -> Array:
    """Floating numbers evenly from `low` (inclusive) to `high` (exclusive)."""
    wide = 2 if dtype == "float64" else 1
    part = _unit(_bits(state, _size(shape) * wide), dtype).astype(dtype)
    return part.reshape(shape) * (high - low).astype(dtype) + low.astype(dtype)


@op(name="philox_normal")
def normal(
    state: Array, mean: Array, stddev: Array, shape: tuple[int, ...], dtype: str
) -> Array:
    """Normally distributed numbers, by Box and Muller's way."""
    count = _size(shape)
    even = count + count % 2
    part = _unit(_bits(state, even * (2 if dtype == "float64" else 1)), dtype)
    tiny = np.asarray(1e-7, part.dtype)
    size = jnp.sqrt(-2 * jnp.log(jnp.maximum(part[0::2], tiny)))
    angle = np.asarray(2 * np.pi, part.dtype) * part[1::2]
    drawn = jnp.stack([jnp.sin(angle) * size, jnp.cos(angle) * size], axis=-1)
    drawn = drawn.ravel()[:count].reshape(shape).astype(dtype)
    return drawn * stddev.astype(dtype) + mean.astype(dtype)


@op(name="philox_integers", differentiable=False)
def integers(state: Array, shape: tuple[int, ...], dtype: str) -> Array:
    """Whole numbers of all bits."""
    if np.dtype(dtype).itemsize == 8:
        words = _bits(state, 2 * _size(shape)).astype("uint64")
        drawn = words[0::2] | words[1::2] << _32
    else:
        drawn = _bits(state, _size(shape))
    return drawn.astype(dtype).reshape(shape)


@op(name="philox_randint", differentiable=False)
def randint(
    state: Array, low: Array, high: Array, shape: tuple[int, ...], dtype: str
) -> Array:
    """Whole numbers from `low` (inclusive) to `high` (exclusive)."""
    unsigned = "uint64" if np.dtype(dtype).itemsize == 8 else "uint32"
    drawn = integers.fn(state, shape, unsigned)
    low, high = low.astype(dtype), high.astype(dtype)
    width = high.astype(unsigned) - low.astype(unsigned)
    return low + (drawn % width).astype(dtype)
