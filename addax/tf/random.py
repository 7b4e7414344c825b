"""`tf.random`: random tensors.

`set_seed` restarts everything. An operation's own `seed` names a stream of its own:
calls with the same seed give one number after the other, as in TensorFlow.
"""

from __future__ import annotations

from typing import Any

from addax.core import SeedGenerator, as_dtype, cast
from addax.core import random as state
from addax.core.scope import eagerly
from addax.ops import math
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


def stateless_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Any:
    """Draws from a normal distribution: the same for the same two numbers `seed`."""
    return ops.normal(shape, mean, stddev, dtype, _key(seed))


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Any:
    """Draws evenly between two numbers: the same for the same two numbers `seed`."""
    return _uniform(shape, minval, maxval, dtype, _key(seed))


def stateless_truncated_normal(
    shape: Any,
    seed: Any,
    mean: Any = 0.0,
    stddev: Any = 1.0,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Any:
    """`truncated_normal`: the same for the same two numbers `seed`."""
    return ops.truncated_normal(shape, mean, stddev, dtype, _key(seed))


def _key(seed: Any) -> Any:
    return cast(operand(seed), "uint32")
