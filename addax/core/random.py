"""Generator state: seeds that advance, the same eagerly, compiled and in loops."""

from __future__ import annotations

import random as python_random
from typing import Any

import numpy as np

from addax.core import scope
from addax.core.tensor import Tensor, convert
from addax.core.variable import Variable


class SeedGenerator:
    """A source of random seeds, kept in a variable.

    Args:
        seed: A whole number; drawn from Python's generator (which
            `keras.utils.set_random_seed` seeds) if not given.
        name: Its name.

    Example:

    >>> from addax.core.random import SeedGenerator
    >>> SeedGenerator(seed=1337).next().numpy().tolist()
    [1337, 0]
    """

    def __init__(self, seed: int | None = None, name: str | None = None, **_: Any):
        if seed is None:
            seed = make_default_seed()
        if isinstance(seed, bool) or not isinstance(seed, (int, np.integer)):
            raise ValueError(
                "A seed must be a whole number or None. "
                f"Received: seed={seed!r} (of type {type(seed).__name__})"
            )
        self.seed = int(seed)
        self.name = name or "seed_generator"
        with scope.name_scope(self.name):
            self.state = Variable(
                np.array(_words(self.seed), np.uint32),
                trainable=False,
                autocast=False,
                name="seed_generator_state",
            )

    def next(self, ordered: bool = True) -> Tensor:
        """A new seed, `uint32` of shape `(2,)`, and one step forward."""
        seed = self.state.read_value()
        self.state.assign(_advance(seed))
        return seed

    def restart(self, seed: int) -> None:
        """Starts again from another seed, in the same variable."""
        self.seed = int(seed)
        with scope.eagerly():
            self.state.assign(np.array(_words(self.seed), np.uint32))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make it again."""
        return {"seed": self.seed}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> SeedGenerator:
        """Makes one from `get_config()`."""
        return cls(**config)


_STEP = np.array([0, 1], np.uint32)


def _advance(seed: Tensor) -> Tensor:
    return seed + _STEP


def _words(seed: int) -> list[int]:
    """Keras's state for a seed: the seed, and a counter from zero."""
    return [seed & 0xFFFFFFFF, 0]


def make_default_seed() -> int:
    """A seed from Python's generator."""
    return python_random.randint(1, int(1e9))


_global: SeedGenerator | None = None
_global_seed: int | None = None


def global_generator() -> SeedGenerator:
    """The generator behind everything that was given no seed."""
    global _global
    if _global is None:
        # Eagerly: it outlives the function that is perhaps being traced.
        with scope.eagerly(), scope.use_names(()):
            _global = SeedGenerator(_global_seed, name="global_seed_generator")
    return _global


def set_global_seed(seed: int | None) -> None:
    """Restarts the global generator from `seed` (a random one if `None`).

    It keeps its variable, which compiled functions know.
    """
    global _global_seed
    _global_seed = seed
    if _global is not None:
        _global.restart(make_default_seed() if seed is None else seed)


def global_seed() -> int | None:
    """What `set_global_seed` was last given."""
    return _global_seed


def draw_seed(seed: Any) -> Tensor:
    """A seed for one random operation.

    Args:
        seed: A `SeedGenerator` (which advances), a whole number (the same each time),
            a tensor of two `uint32`s, or `None` for the global generator.
    """
    if seed is None:
        return global_generator().next()
    if isinstance(seed, (bool, str, float)):
        raise ValueError(
            "A seed must be a whole number, a keras.random.SeedGenerator or None. "
            f"Received: seed={seed!r} (of type {type(seed).__name__})"
        )
    if isinstance(seed, (int, np.integer)):
        return convert(np.array([int(seed) & 0xFFFFFFFF, 0], np.uint32))
    draw = getattr(seed, "next", None)
    return draw() if draw is not None else convert(seed, "uint32")
