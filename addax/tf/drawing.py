"""Random tensors, under the names of `tf.random`.

`set_seed` restarts everything. An operation's own `seed` names a stream of its own:
calls with the same seed give one number after the other, as in TensorFlow.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import SeedGenerator, as_dtype, cast, convert
from addax.core import random as state
from addax.core.scope import eagerly
from addax.ops import indexing, math
from addax.ops import random as ops
from addax.ops import shape as shapes
from addax.tf._rules import operand

_streams: dict[int, SeedGenerator] = {}


def set_seed(seed: int) -> None:
    """Restarts the global generator and the streams of operations' own seeds.

    Example:

    >>> from addax import tf
    >>> tf.random.set_seed(1)
    >>> a = tf.random.normal([2])
    >>> tf.random.set_seed(1)
    >>> bool(tf.reduce_all(a == tf.random.normal([2])))
    True
    """
    state.set_global_seed(int(seed))
    for own, stream in _streams.items():
        stream.restart(_mixed(own))


def generator(seed: int | None) -> SeedGenerator | None:
    """The stream of an operation's own seed; `None` stands for the global one."""
    if seed is None:
        return None
    if seed not in _streams:
        with eagerly():  # it outlives the function that is perhaps being traced
            _streams[seed] = SeedGenerator(_mixed(seed), name=f"stream_{seed}")
    return _streams[seed]


def _mixed(seed: int) -> int:
    base = state.global_seed()
    return int(seed) if base is None else (base * 0x9E3779B1 + int(seed)) % 2**32


def normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Draws from a normal distribution."""
    return ops.normal(shape, mean, stddev, dtype, generator(seed))


def truncated_normal(
    shape: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Draws from a normal distribution, cut off at two standard deviations."""
    return ops.truncated_normal(shape, mean, stddev, dtype, generator(seed))


def uniform(
    shape: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Draws evenly from `minval` (inclusive) to `maxval` (exclusive).

    Args:
        shape: The shape of the result.
        minval: The lower bound.
        maxval: The upper bound; 1 for floating types, needed for whole numbers.
        dtype: A floating or whole-number type.
        seed: See the module.
        name: Kept for TensorFlow's signature.

    Raises:
        ValueError: If whole numbers are asked for without `maxval`.
    """
    return _uniform(shape, minval, maxval, dtype, generator(seed))


def _uniform(shape: Any, minval: Any, maxval: Any, dtype: Any, seed: Any) -> Any:
    if as_dtype(dtype).is_integer:
        if maxval is None:
            raise ValueError(
                "Whole numbers need an upper bound. "
                f"Received: maxval=None, dtype={dtype!r}\n"
                "Fix: tf.random.uniform(shape, maxval=10, dtype=tf.int32)"
            )
        return ops.randint(shape, minval, maxval, dtype, seed)
    return ops.uniform(shape, minval, 1 if maxval is None else maxval, dtype, seed)


def shuffle(value: Any, seed: int | None = None, name: str | None = None) -> Any:
    """The entries along the first axis, in random order."""
    return ops.shuffle(operand(value), 0, generator(seed))


def categorical(
    logits: Any,
    num_samples: Any,
    dtype: Any = "int64",
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Draws `num_samples` classes a row by their log-probabilities."""
    return ops.categorical(operand(logits), int(num_samples), dtype, generator(seed))


def gamma(
    shape: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Draws `shape` numbers for each entry of `alpha`, at inverse scale `beta`."""
    alpha = cast(operand(alpha), as_dtype(dtype).name)
    whole = (*shapes.sizes(shape), *alpha.shape)
    drawn = ops.gamma(whole, alpha, dtype, generator(seed))
    return drawn if beta is None else math.divide(drawn, beta)


def poisson(
    shape: Any,
    lam: Any,
    dtype: Any = "float32",
    seed: int | None = None,
    name: str | None = None,
) -> Any:
    """Draws `shape` counts for each entry of `lam`, the mean."""
    lam = operand(lam)
    whole = (*shapes.sizes(shape), *lam.shape)
    return ops.poisson(whole, lam, as_dtype(dtype).name, generator(seed))


def log_uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Any, Any, Any]:
    """Draws classes, of which `k` has the probability `log((k + 2) / (k + 1))`.

    Args:
        true_classes: The right classes `(batch, num_true)`.
        num_true: How many each entry has.
        num_sampled: How many classes to draw.
        unique: Whether none is drawn twice.
        range_max: How many classes there are.
        seed: See the module.
        name: Kept for TensorFlow's signature.

    Returns:
        The classes, and how often each right class and each of those drawn is to be
        expected.
    """
    place = np.arange(range_max, dtype="float64")
    share = np.log((place + 2) / (place + 1)) / np.log(range_max + 1)
    return _candidates(true_classes, share, num_sampled, unique, seed)


def uniform_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Any, Any, Any]:
    """Draws classes evenly; see `log_uniform_candidate_sampler`."""
    share = np.full(range_max, 1 / range_max)
    return _candidates(true_classes, share, num_sampled, unique, seed)


def fixed_unigram_candidate_sampler(
    true_classes: Any,
    num_true: int,
    num_sampled: int,
    unique: bool,
    range_max: int,
    vocab_file: str = "",
    distortion: float = 1.0,
    num_reserved_ids: int = 0,
    num_shards: int = 1,
    shard: int = 0,
    unigrams: Any = (),
    seed: int | None = None,
    name: str | None = None,
) -> tuple[Any, Any, Any]:
    """Draws classes by given weights; see `log_uniform_candidate_sampler`.

    Args:
        true_classes: The right classes `(batch, num_true)`.
        num_true: How many each entry has.
        num_sampled: How many classes to draw.
        unique: Whether none is drawn twice.
        range_max: How many classes there are.
        vocab_file: Not supported; give `unigrams`.
        distortion: The power to which weights are raised.
        num_reserved_ids: How many classes before the first weight are never drawn.
        num_shards: Kept for TensorFlow's signature.
        shard: Kept for TensorFlow's signature.
        unigrams: A weight for each class.
        seed: See the module.
        name: Kept for TensorFlow's signature.
    """
    weights = np.zeros(range_max)
    weights[num_reserved_ids:] = np.asarray(unigrams, "float64") ** distortion
    share = weights / weights.sum()
    return _candidates(true_classes, share, num_sampled, unique, seed)


def _candidates(
    true_classes: Any, share: Any, count: int, unique: bool, seed: int | None
) -> tuple[Any, Any, Any]:
    drawn = ops.choice(share, int(count), bool(unique), generator(seed))
    # With `unique` the number of tries differs; this is the usual approximation.
    expected = -np.expm1(count * np.log1p(-share)) if unique else share * count
    table = convert(expected.astype("float32"))
    return (
        drawn,
        indexing.take(table, operand(true_classes), 0),
        indexing.take(table, drawn, 0),
    )
