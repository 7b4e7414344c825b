"""Random tensors. For one whole-number seed they are those of Keras on JAX, except
`dropout`, whose mask comes from a cheaper generator."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import (
    Array,
    Tensor,
    _jax,
    as_dtype,
    convert,
    draw_seed,
    floatx,
    op,
    scope,
)
from addax.core.memory import aligned
from addax.ops import threefry
from addax.ops.shape import sizes


def _floating(dtype: Any) -> str:
    kind = floatx() if dtype is None else as_dtype(dtype)
    if not kind.is_floating:
        raise ValueError(
            "This function draws floating numbers only. "
            f"Received: dtype={kind.name!r}\n"
            "Use randint for whole numbers, or cast the result."
        )
    return kind.name


# Bits to numbers: two parameters, as JAX computes them in float32


def _from_range(bits: Array, low: Any, high: Any) -> Array:
    ones = (bits >> 9) | np.uint32(0x3F800000)  # a float from 1 to 2
    part = jax.lax.bitcast_convert_type(ones, "float32") - np.float32(1)
    return jnp.maximum(low, part * (high - low) + low)


def _into_range(out: np.ndarray, bits: np.ndarray, low: Any, high: Any) -> None:
    """`_from_range` by NumPy, into `out`; `bits` are used up."""
    low, high = np.float32(low), np.float32(high)
    bits >>= np.uint32(9)
    bits |= np.uint32(0x3F800000)
    np.subtract(bits.view(np.float32), np.float32(1), out)
    wide = out * np.float64(high - low)  # XLA multiplies and adds with one rounding
    wide += low
    out[:] = wide
    np.maximum(out, low, out=out)


def _from_normal(bits: Array, mean: Any, stddev: Any) -> Array:
    low = np.nextafter(np.float32(-1), np.float32(0))
    part = _from_range(bits, low, np.float32(1))
    return np.float32(np.sqrt(2)) * jax.lax.erf_inv(part) * stddev + mean


def _from_truncated(bits: Array, mean: Any, stddev: Any) -> Array:
    root, end = np.float32(np.sqrt(2)), np.float32(2)
    reach = jax.lax.erf(end / root)
    part = _from_range(bits, -reach, reach)
    inside = np.nextafter(end, np.float32(0))
    drawn = jnp.clip(root * jax.lax.erf_inv(part), -inside, inside)
    return drawn * stddev + mean


_KINDS = {
    "uniform": _from_range,
    "normal": _from_normal,
    "truncated_normal": _from_truncated,
}


@op(name="random_from_bits")
def _from_bits(bits: Array, a: Array, b: Array, kind: str) -> Array:
    return _KINDS[kind](bits, a, b)


@op(name="random_draw")
def _draw(
    key: Array, a: Array, b: Array, kind: str, shape: tuple[int, ...], dtype: str
) -> Array:
    if dtype == "float32":
        return _KINDS[kind](jax.random.bits(key, shape, "uint32"), a, b)
    if kind == "uniform":
        return jax.random.uniform(key, shape, dtype, a, b)
    if kind == "normal":
        return jax.random.normal(key, shape, dtype) * b + a
    low, high = np.asarray(-2.0, dtype), np.asarray(2.0, dtype)
    return jax.random.truncated_normal(key, low, high, shape, dtype) * b + a


_NUMBERS = (bool, int, float, np.generic)
_MOST = 2**24  # elements: beyond, compiling is quicker than NumPy
# Elements drawn at a time. What XLA computes comes in two sizes, so that it compiles
# twice at most; what NumPy does fits the cache, and leaves no holes among the weights.
_PIECES, _PIECE = (2**12, 2**16), 2**14


def _drawn(kind: str, shape: Any, a: Any, b: Any, dtype: Any, seed: Any) -> Any:
    """Draws at once, without compiling for the shape, where that is possible."""
    name, shape, key = _floating(dtype), sizes(shape), draw_seed(seed)
    count = int(np.prod(shape, dtype=np.int64))
    at_once = (
        name == "float32"
        and count <= _MOST
        and scope.state.lift is None
        and isinstance(a, _NUMBERS)
        and isinstance(b, _NUMBERS)
        and threefry.is_default()
    )
    if not at_once:
        return _draw(key, convert(a, name), convert(b, name), kind, shape, name)
    values, words = aligned((count,)), key.numpy()
    fill, step = (
        (_into_range, _PIECE) if kind == "uniform" else (_into_kind(kind), _PIECES[-1])
    )
    for start in range(0, count, step):
        piece = values[start : start + step]
        fill(piece, threefry.bits(words, piece.size, start), a, b)
    return Tensor(_jax.put(values.reshape(shape)))


def _into_kind(kind: str) -> Callable[[np.ndarray, np.ndarray, Any, Any], None]:
    """The numbers of a kind, by XLA, written like `_into_range`."""

    def fill(out: np.ndarray, bits: np.ndarray, a: Any, b: Any) -> None:
        room = np.zeros(next(n for n in _PIECES if n >= out.size), np.uint32)
        room[: out.size] = bits
        a, b = np.float32(a), np.float32(b)
        out[:] = _from_bits(room, a, b, kind).numpy()[: out.size]

    return fill


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Draws from a normal distribution.

    Args:
        shape: The shape of the result.
        mean: The mean.
        stddev: The standard deviation.
        dtype: A floating type; `floatx()` if not given.
        seed: A whole number (always the same result), a `keras.random.SeedGenerator`
            (which advances), or `None` for the global generator.

    Returns:
        A tensor of the given shape.

    Example:

    >>> from addax.ops import random
    >>> random.normal((2, 3), seed=0).shape
    TensorShape([2, 3])
    """
    return _drawn("normal", shape, mean, stddev, dtype, seed)


def uniform(
    shape: Any,
    minval: Any = 0.0,
    maxval: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Draws evenly from `minval` (inclusive) to `maxval` (exclusive).

    Args:
        shape: The shape of the result.
        minval: The lower bound.
        maxval: The upper bound.
        dtype: A floating type; `floatx()` if not given.
        seed: See `normal`.
    """
    return _drawn("uniform", shape, minval, maxval, dtype, seed)


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = None,
    seed: Any = None,
) -> Any:
    """Draws from a normal distribution cut off two standard deviations from its mean.

    Args:
        shape: The shape of the result.
        mean: The mean before cutting.
        stddev: The standard deviation before cutting.
        dtype: A floating type; `floatx()` if not given.
        seed: See `normal`.
    """
    return _drawn("truncated_normal", shape, mean, stddev, dtype, seed)


@op(name="random_randint", differentiable=False)
def _randint(
    key: Array, minval: Array, maxval: Array, shape: tuple[int, ...], dtype: str
) -> Array:
    return jax.random.randint(key, shape, minval, maxval, dtype)


def randint(
    shape: Any, minval: Any, maxval: Any, dtype: Any = "int32", seed: Any = None
) -> Any:
    """Draws whole numbers from `minval` (inclusive) to `maxval` (exclusive).

    Args:
        shape: The shape of the result.
        minval: The least number.
        maxval: One more than the greatest.
        dtype: A whole-number type.
        seed: See `normal`.

    Raises:
        ValueError: If `dtype` is not a whole-number type.
    """
    kind = as_dtype(dtype)
    if not kind.is_integer:
        raise ValueError(
            f"randint draws whole numbers. Received: dtype={kind.name!r}\n"
            "Use uniform for floating numbers."
        )
    low, high = convert(minval), convert(maxval)
    return _randint(draw_seed(seed), low, high, sizes(shape), kind.name)


@op(name="random_categorical", differentiable=False)
def _categorical(key: Array, logits: Array, num_samples: int, dtype: str) -> Array:
    # Classes before samples: the order in which Keras draws
    shape = (logits.shape[0], num_samples)
    drawn = jax.random.categorical(key, logits[..., None], 1, shape)
    return drawn.astype(dtype)


def categorical(
    logits: Any, num_samples: int, dtype: Any = "int32", seed: Any = None
) -> Any:
    """Draws classes by their log-probabilities, not necessarily normalised.

    Args:
        logits: A tensor of shape `(batch, classes)`.
        num_samples: How many to draw for each row.
        dtype: A whole-number type.
        seed: See `normal`.

    Returns:
        A tensor of shape `(batch, num_samples)`.

    Raises:
        ValueError: If `logits` has not two axes.
    """
    if len(logits.shape) != 2:
        raise ValueError(
            "`logits` must have the shape (batch, classes). "
            f"Received: logits.shape={tuple(logits.shape)}"
        )
    return _categorical(draw_seed(seed), logits, num_samples, as_dtype(dtype).name)


@op(name="random_shuffle")
def _shuffle(key: Array, x: Array, axis: int) -> Array:
    return jax.random.permutation(key, x, axis)


def shuffle(x: Any, axis: int = 0, seed: Any = None) -> Any:
    """The entries of `x` along `axis`, in random order.

    They stay whole: rows of a matrix keep their elements (which Keras on JAX, unlike
    on TensorFlow, shuffles each by itself).
    """
    return _shuffle(draw_seed(seed), x, axis)


@op(name="random_gamma")
def _gamma(key: Array, alpha: Array, shape: tuple[int, ...], dtype: str) -> Array:
    return jax.random.gamma(key, alpha, shape, dtype)


def gamma(shape: Any, alpha: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Draws from the gamma distribution of shape parameter `alpha` and scale 1."""
    kind = _floating(dtype)
    return _gamma(draw_seed(seed), convert(alpha, kind), sizes(shape), kind)


@op(name="random_beta")
def _beta(
    key: Array, alpha: Array, beta: Array, shape: tuple[int, ...], dtype: str
) -> Array:
    return jax.random.beta(key, alpha, beta, shape, dtype)


def beta(shape: Any, alpha: Any, beta: Any, dtype: Any = None, seed: Any = None) -> Any:
    """Draws from the beta distribution of parameters `alpha` and `beta`."""
    kind = _floating(dtype)
    a, b = convert(alpha, kind), convert(beta, kind)
    return _beta(draw_seed(seed), a, b, sizes(shape), kind)


@op(name="random_binomial", differentiable=False)
def _binomial(
    key: Array, counts: Array, p: Array, shape: tuple[int, ...], dtype: str
) -> Array:
    return jax.random.binomial(key, counts, p, shape, dtype)


def binomial(
    shape: Any, counts: Any, probabilities: Any, dtype: Any = None, seed: Any = None
) -> Any:
    """Draws how many of `counts` trials succeed, each with its probability."""
    kind = _floating(dtype)
    n, p = convert(counts, kind), convert(probabilities, kind)
    return _binomial(draw_seed(seed), n, p, sizes(shape), kind)


@op(name="random_poisson", differentiable=False)
def _poisson(key: Array, lam: Array, shape: tuple[int, ...], dtype: str) -> Array:
    return jax.random.poisson(key, lam, shape, "int64").astype(dtype)


def poisson(shape: Any, lam: Any, dtype: Any = "int32", seed: Any = None) -> Any:
    """Draws counts from the Poisson distribution of mean `lam`.

    Args:
        shape: The shape of the result.
        lam: The mean.
        dtype: The type of the counts.
        seed: See `normal`.
    """
    mean = convert(lam)
    return _poisson(draw_seed(seed), mean, sizes(shape), as_dtype(dtype).name)


@op(name="random_choice", differentiable=False)
def _choice(key: Array, share: Array, count: int, unique: bool) -> Array:
    places = jnp.arange(share.shape[0], dtype="int64")
    return jax.random.choice(key, places, (count,), not unique, share)


def choice(share: Any, count: int, unique: bool = False, seed: Any = None) -> Any:
    """Draws places by their probabilities.

    Args:
        share: The probability of each place.
        count: How many to draw.
        unique: Whether none is drawn twice.
        seed: See `normal`.

    Returns:
        A vector of int64.
    """
    return _choice(draw_seed(seed), convert(share), int(count), unique)


def cheap_bits(key: Array, shape: tuple[int, ...]) -> Array:
    """`uint32`s from a key by hashing each element's index, twice.

    Two rounds of the "lowbias32" finaliser (https://nullprogram.com/blog/2018/07/31/)
    over a key that is mixed first. On two CPU cores a mask for (128, 14, 14, 64)
    takes 0.43 ms against 5.2 ms by Threefry (which draws as slowly for 8 or 16 bits)
    and 9.7 ms by `lax.rng_bit_generator`; for (32, 128) 1.1, 8.0 and 25 us, inside a
    `lax.fori_loop`. Good enough to choose which units to drop; `normal`, `uniform` and
    the like keep Threefry, and with it Keras's numbers.
    """
    first = _mix(key[0] + _mix(key[1] + np.uint32(0x9E3779B9)))
    second = _mix(first ^ key[1])
    index = jax.lax.iota("uint32", int(np.prod(shape, dtype=np.int64))).reshape(shape)
    return _mix(_mix(index ^ first) + second)


def _mix(h: Array) -> Array:
    h = (h ^ (h >> 16)) * np.uint32(0x7FEB352D)
    h = (h ^ (h >> 15)) * np.uint32(0x846CA68B)
    return h ^ (h >> 16)


@op(name="dropout")
def _dropout(
    key: Array, x: Array, rate: float, noise_shape: tuple[int | None, ...] | None
) -> Array:
    keep = keep_mask(key, x.shape, rate, noise_shape)
    return jnp.where(keep, x / np.asarray(1.0 - rate, x.dtype), jnp.zeros_like(x))


def keep_mask(
    key: Array,
    shape: tuple[int, ...],
    rate: float,
    noise_shape: tuple[int | None, ...] | None = None,
) -> Array:
    """Booleans that are true with probability `1 - rate`."""
    if noise_shape is not None:
        shape = tuple(
            n if m is None else m for n, m in zip(shape, noise_shape, strict=True)
        )
    limit = min(int((1.0 - rate) * 2**32), 2**32 - 1)
    return cheap_bits(key, shape) < np.uint32(limit)


def dropout(inputs: Any, rate: float, noise_shape: Any = None, seed: Any = None) -> Any:
    """Sets a part of the elements to 0 and scales up the rest, keeping the sum.

    Args:
        inputs: A floating tensor.
        rate: The part to drop, at least 0 and below 1.
        noise_shape: The mask's shape; 1 where all entries of an axis share their
            fate, `None` where the size is that of `inputs`.
        seed: See `normal`.

    Returns:
        A tensor of the shape and type of `inputs`.

    Example:

    >>> import numpy as np
    >>> from addax.ops import random
    >>> float(random.dropout(np.ones(1000, "float32"), 0.5, seed=0).numpy().max())
    2.0
    """
    noise_shape = None if noise_shape is None else tuple(noise_shape)
    return _dropout(draw_seed(seed), inputs, float(rate), noise_shape)
