"""`tf.random.Generator`: random numbers from a state of their own, in a variable."""

from __future__ import annotations

import enum
import secrets
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Variable, as_dtype, cast, convert
from addax.core.scope import eagerly
from addax.ops import philox
from addax.ops import random as ops
from addax.ops import shape as shapes
from addax.tf import stateless
from addax.tf._rules import operand


class Algorithm(enum.Enum):
    """How numbers are drawn.

    Attributes:
        PHILOX: Philox 4x32-10, the one that generators use here.
        THREEFRY: Not supported.
        AUTO_SELECT: Philox.
    """

    PHILOX = 1
    THREEFRY = 2
    AUTO_SELECT = 3


_ALGORITHMS = ("philox", "auto_select", 1, 3, None)


def create_rng_state(seed: Any, alg: Any = "philox") -> Any:
    """The state for a seed: up to three whole numbers."""
    _check(alg)
    words = np.atleast_1d(np.asarray(seed)).astype("uint64").astype("int64")
    if words.ndim > 1 or words.size > 3:
        raise ValueError(f"A state has three numbers. Received: seed={seed!r}")
    return convert(np.pad(words, (0, 3 - words.size)))


def _check(alg: Any) -> None:
    if getattr(alg, "value", alg) not in _ALGORITHMS:
        raise ValueError(
            explain(
                "The algorithm of a generator is Philox here.",
                received={"alg": alg},
                fix='tf.random.Generator.from_seed(1234, alg="philox")',
            )
        )


class Generator:
    """Random numbers from a state of their own.

    Numbers are those that TensorFlow draws from the same state (uniform, normal and
    whole ones). In a compiled function the state goes on as it does outside.

    Args:
        copy_from: A generator whose state to start from.
        state: A state, three whole numbers.
        alg: `"philox"`.

    Example:

    >>> from addax import tf
    >>> g = tf.random.Generator.from_seed(1)
    >>> g.normal([2]).numpy().tolist()
    [0.43842..., -0.53439...]
    """

    def __init__(
        self, copy_from: Generator | None = None, state: Any = None, alg: Any = None
    ) -> None:
        _check(alg)
        if copy_from is not None:
            state = copy_from.state.numpy()
        if state is None:
            raise ValueError(
                explain(
                    "A generator needs a state.",
                    received={"state": None},
                    fix="tf.random.Generator.from_seed(1234)",
                )
            )
        with eagerly():
            self._state_var = Variable(
                create_rng_state(np.asarray(state)),
                dtype="int64",
                trainable=False,
                name="StateVar",
            )

    def _checkpoint_children(self) -> dict[str, Any]:
        return {"_state_var": self._state_var}

    @classmethod
    def from_seed(cls, seed: Any, alg: Any = None) -> Generator:
        """One that starts from a seed."""
        return cls(state=create_rng_state(seed), alg=alg)

    @classmethod
    def from_state(cls, state: Any, alg: Any = None) -> Generator:
        """One that starts from a state."""
        return cls(state=state, alg=alg)

    @classmethod
    def from_non_deterministic_state(cls, alg: Any = None) -> Generator:
        """One that starts where the operating system's randomness puts it."""
        words = [secrets.randbits(64) - 2**63 for _ in range(3)]
        return cls(state=np.array(words, np.int64), alg=alg)

    @classmethod
    def from_key_counter(cls, key: Any, counter: Any, alg: Any = None) -> Generator:
        """One that starts from a key and a counter of two numbers."""
        low, high = np.asarray(counter).tolist()
        return cls(state=np.array([low, high, int(np.asarray(key))], np.int64), alg=alg)

    @property
    def state(self) -> Variable:
        """The state, a variable: two numbers of the counter, and the key."""
        return self._state_var

    @property
    def key(self) -> Any:
        """The key."""
        return self._state_var.read_value()[2]

    @property
    def algorithm(self) -> int:
        """TensorFlow's number for Philox."""
        return 1

    def reset(self, state: Any) -> None:
        """Starts again from a state."""
        self._state_var.assign(create_rng_state(np.asarray(state)))

    def reset_from_seed(self, seed: Any) -> None:
        """Starts again from a seed."""
        self._state_var.assign(create_rng_state(seed))

    def reset_from_key_counter(self, key: Any, counter: Any) -> None:
        """Starts again from a key and a counter."""
        low, high = np.asarray(counter).tolist()
        self.reset(np.array([low, high, int(np.asarray(key))], np.int64))

    def skip(self, delta: Any) -> Any:
        """Leaves out so many numbers; returns the state before."""
        before = self._state_var.read_value()
        self._state_var.assign(philox.skip(before, operand(delta)))
        return before

    def _take(self, shape: Any) -> Any:
        return self.skip(int(np.prod(shapes.sizes(shape), dtype=np.int64)))

    def normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = "float32",
        name: str | None = None,
    ) -> Any:
        """Draws from a normal distribution."""
        return stateless.normal(self._take(shape), shape, mean, stddev, dtype)

    def truncated_normal(
        self,
        shape: Any,
        mean: Any = 0.0,
        stddev: Any = 1.0,
        dtype: Any = "float32",
        name: str | None = None,
    ) -> Any:
        """Draws from a normal distribution, cut off at two standard deviations."""
        key = stateless.key(self._take(shape))
        return ops.truncated_normal(shape, mean, stddev, dtype, key)

    def uniform(
        self,
        shape: Any,
        minval: Any = 0,
        maxval: Any = None,
        dtype: Any = "float32",
        name: str | None = None,
    ) -> Any:
        """Draws evenly from `minval` (inclusive) to `maxval` (exclusive).

        Raises:
            ValueError: If whole numbers are asked for without `maxval`.
        """
        if as_dtype(dtype).is_integer and maxval is None:
            raise ValueError(
                "Whole numbers need an upper bound. "
                f"Received: maxval=None, dtype={dtype!r}\n"
                "Fix: generator.uniform(shape, maxval=10, dtype=tf.int32)"
            )
        return stateless.uniform(self._take(shape), shape, minval, maxval, dtype)

    def uniform_full_int(
        self, shape: Any, dtype: Any = "uint64", name: str | None = None
    ) -> Any:
        """Draws whole numbers of all bits."""
        return stateless.uniform(self._take(shape), shape, None, None, dtype)

    def binomial(
        self,
        shape: Any,
        counts: Any,
        probs: Any,
        dtype: Any = "int32",
        name: str | None = None,
    ) -> Any:
        """Draws how many of `counts` trials succeed, each with its probability."""
        key = stateless.key(self._take(shape))
        drawn = ops.binomial(shape, operand(counts), operand(probs), None, key)
        return cast(drawn, as_dtype(dtype).name)

    def make_seeds(self, count: int = 1) -> Any:
        """Seeds for stateless functions, one a column."""
        keys = self.uniform_full_int([int(count)], "int64")
        return shapes.stack([keys, convert(np.zeros(int(count), np.int64))])

    def split(self, count: int = 1) -> list[Generator]:
        """Independent generators."""
        keys = self.uniform_full_int([int(count)], "int64").numpy()
        return [type(self)(state=np.array([0, 0, k], np.int64)) for k in keys]


_global: list[Generator] = []


def get_global_generator() -> Generator:
    """The generator that all share; made from the system's randomness at first."""
    if not _global:
        _global.append(Generator.from_non_deterministic_state())
    return _global[0]


def set_global_generator(generator: Generator) -> None:
    """Replaces the generator that all share."""
    _global[:] = [generator]
