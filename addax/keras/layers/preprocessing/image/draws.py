"""What augmentations draw at random, one number for each image."""

from __future__ import annotations

from typing import Any

from addax.core import SeedGenerator, Tensor, convert, draw_seed, floatx
from addax.ops import math, random


class _Counted:
    """Seeds from one seed, by counting, for several draws that must differ."""

    def __init__(self, seed: Any) -> None:
        self.words = draw_seed(seed)

    def next(self) -> Tensor:
        words = self.words
        self.words = words + convert([0, 1], "uint32")
        return words


class Draws:
    """Random numbers for the images of one call.

    Args:
        shape: The images' shape; without a batch axis they are one.
        seed: A generator, which advances; or a whole number or a tensor of two
            `uint32`s, for the same numbers each time.

    Attributes:
        shape: The images' shape, with a batch axis.
    """

    def __init__(self, shape: tuple[Any, ...], seed: Any) -> None:
        self.shape = shape if len(shape) == 4 else (1, *shape)
        self.source = seed if isinstance(seed, SeedGenerator) else _Counted(seed)

    @property
    def count(self) -> int:
        """How many images there are."""
        return self.shape[0]

    def uniform(self, low: Any, high: Any, *size: int) -> Any:
        """Floating numbers from `low` to `high`, `size` of them for each image."""
        # Not as bounds of the draw, which cannot hold tensors eagerly
        part = random.uniform((self.count, *size), 0.0, 1.0, floatx(), self.source)
        return part * (high - low) + low

    def chance(self, part: Any) -> Any:
        """Booleans that are true with that probability."""
        return math.less(self.uniform(0.0, 1.0), part)

    def applied(self, bounds: tuple[float, float]) -> Any:
        """Booleans whose probability is drawn first, between bounds."""
        return self.chance(self.uniform(*bounds))

    def seed(self) -> Tensor:
        """A seed for an operation that draws itself."""
        return draw_seed(self.source)
