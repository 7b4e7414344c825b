"""Random tensors that depend on their seed alone: `tf.random.stateless_*`.

`stateless_uniform` and `stateless_normal` are TensorFlow's, bit for bit (`ops/philox`);
the others draw other numbers from the same distributions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import as_dtype, cast, convert
from addax.ops import indexing, math, philox
from addax.ops import random as ops
from addax.ops import shape as shapes
from addax.tf._rules import operand


def uniform(state: Any, shape: Any, low: Any, high: Any, dtype: Any) -> Any:
    """Draws evenly from a Philox state; whole numbers of all bits without bounds."""
    kind, size = as_dtype(dtype), shapes.sizes(shape)
    if not kind.is_integer:
        high = convert(1 if high is None else high, kind)
        return philox.uniform(state, convert(low, kind), high, size, kind.name)
    if high is None:
        if low not in (None, 0):
            raise ValueError(
                "Whole numbers need both bounds or none. "
                f"Received: minval={low}, maxval=None, dtype={kind.name!r}"
            )
        return philox.integers(state, size, kind.name)
    low = convert(low or 0, kind)
    return philox.randint(state, low, convert(high, kind), size, kind.name)


def normal(state: Any, shape: Any, mean: Any, stddev: Any, dtype: Any) -> Any:
    """Draws from a normal distribution and a Philox state."""
    kind, size = as_dtype(dtype), shapes.sizes(shape)
    mean, stddev = convert(mean, kind), convert(stddev, kind)
    return philox.normal(state, mean, stddev, size, kind.name)


def _state(seed: Any) -> Any:
    return philox.state_of_seed(operand(seed))


def key(seed: Any) -> Any:
    """A key for other generators from a seed of two numbers (or a Philox state)."""
    x = operand(seed)
    state = x if tuple(x.shape) == (3,) else philox.state_of_seed(x)
    return philox.integers(state, (2,), "uint32")


def stateless_uniform(
    shape: Any,
    seed: Any,
    minval: Any = 0,
    maxval: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
    alg: str = "auto_select",
) -> Any:
    """Draws evenly between two numbers: the same for the same two numbers `seed`.

    Args:
        shape: The shape of the result.
        seed: Two whole numbers.
        minval: The lower bound.
        maxval: The upper bound, exclusive; 1 for floating types. Whole numbers without
            bounds take all bits.
        dtype: The type.
        name: Kept for TensorFlow's signature.
        alg: Kept for TensorFlow's signature: Philox.

    Example:

    >>> from addax import tf
    >>> tf.random.stateless_uniform([2], seed=[1, 2]).numpy().tolist()
    [0.8440604209899902, 0.19204533100128174]
    """
    return uniform(_state(seed), shape, minval, maxval, dtype)


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
    return normal(_state(seed), shape, mean, stddev, dtype)


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
    return ops.truncated_normal(shape, mean, stddev, dtype, key(seed))


def stateless_categorical(
    logits: Any,
    num_samples: Any,
    seed: Any,
    dtype: Any = "int64",
    name: str | None = None,
) -> Any:
    """`categorical`: the same for the same two numbers `seed`."""
    return ops.categorical(operand(logits), int(num_samples), dtype, key(seed))


def stateless_gamma(
    shape: Any,
    seed: Any,
    alpha: Any,
    beta: Any = None,
    dtype: Any = "float32",
    name: str | None = None,
) -> Any:
    """`gamma` of a whole shape: the same for the same two numbers `seed`."""
    alpha = cast(operand(alpha), as_dtype(dtype).name)
    drawn = ops.gamma(shape, alpha, dtype, key(seed))
    return drawn if beta is None else math.divide(drawn, beta)


def stateless_poisson(
    shape: Any, seed: Any, lam: Any, dtype: Any = "int32", name: str | None = None
) -> Any:
    """`poisson` of a whole shape: the same for the same two numbers `seed`."""
    return ops.poisson(shape, operand(lam), dtype, key(seed))


def stateless_binomial(
    shape: Any,
    seed: Any,
    counts: Any,
    probs: Any,
    output_dtype: Any = "int32",
    name: str | None = None,
) -> Any:
    """Draws how many of `counts` trials succeed: the same for the same `seed`."""
    drawn = ops.binomial(shape, operand(counts), operand(probs), None, key(seed))
    return cast(drawn, as_dtype(output_dtype).name)


def stateless_shuffle(
    value: Any, seed: Any, alg: str = "auto_select", name: str | None = None
) -> Any:
    """The entries along the first axis, in an order that `seed` decides."""
    return ops.shuffle(operand(value), 0, key(seed))


def stateless_parameterized_truncated_normal(
    shape: Any,
    seed: Any,
    means: Any = 0.0,
    stddevs: Any = 1.0,
    minvals: Any = -2.0,
    maxvals: Any = 2.0,
    name: str | None = None,
) -> Any:
    """Draws from normal distributions cut off at `minvals` and `maxvals`."""
    low, high = (
        math.divide(math.subtract(v, means), stddevs) for v in (minvals, maxvals)
    )
    part = ops.uniform(shape, 0.0, 1.0, "float32", key(seed))
    start, end = (_distribution(v) for v in (low, high))
    place = math.add(start, math.multiply(part, math.subtract(end, start)))
    drawn = math.erfinv(math.subtract(math.multiply(place, 2), 1))
    return math.add(means, math.multiply(math.multiply(drawn, np.sqrt(2.0)), stddevs))


def _distribution(x: Any) -> Any:
    half = math.multiply(math.erf(math.multiply(x, float(np.sqrt(0.5)))), 0.5)
    return math.add(half, 0.5)


def split(seed: Any, num: int = 2, alg: str = "auto_select") -> Any:
    """`num` new seeds from one, a row each.

    Example:

    >>> from addax import tf
    >>> tf.random.split([1, 2], num=3).shape
    TensorShape([3, 2])
    """
    seed = operand(seed)
    return stateless_uniform((int(num), 2), seed, None, None, seed.dtype)


def fold_in(seed: Any, data: Any, alg: str = "auto_select") -> Any:
    """A new seed from a seed and a number."""
    seed, data = operand(seed), operand(data)
    first = stateless_uniform((), seed, None, None, data.dtype)
    return shapes.stack([first, data])


def index_shuffle(index: Any, seed: Any, max_index: Any) -> Any:
    """Where `index` goes in a random order of the numbers to `max_index`."""
    x, last = operand(index), int(max_index)
    numbers = convert(np.arange(last + 1, dtype=x.dtype.name))
    return indexing.take(ops.shuffle(numbers, 0, key(operand(seed))), x, 0)
