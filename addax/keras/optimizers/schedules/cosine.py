"""Schedules along a cosine (Loshchilov and Hutter, https://arxiv.org/abs/1608.03983)."""

from __future__ import annotations

import math as python_math
from typing import Any

from addax.core import Tensor
from addax.keras.optimizers.schedules.schedule import (
    LearningRateSchedule,
    as_float,
    check_positive,
)
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers.schedules")
class CosineDecay(LearningRateSchedule):
    """Half a cosine from the initial learning rate down, after an optional warm-up.

    Args:
        initial_learning_rate: The learning rate at step 0.
        decay_steps: Steps that the cosine takes, not counting the warm-up.
        alpha: The lowest learning rate, as a fraction of the highest.
        name: A name.
        warmup_target: Where a straight line leads first; no warm-up if `None`.
        warmup_steps: Steps that the straight line takes.

    Example:

    >>> from addax import keras
    >>> rate = keras.optimizers.schedules.CosineDecay(
    ...     0.0, 1000, warmup_target=0.1, warmup_steps=100)
    >>> [round(float(rate(step)), 6) for step in (50, 100, 600, 1100)]
    [0.05, 0.1, 0.05, 0.0]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        alpha: float = 0.0,
        name: str = "CosineDecay",
        warmup_target: float | None = None,
        warmup_steps: float = 0,
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.alpha = alpha
        self.name = name
        self.warmup_target = warmup_target
        self.warmup_steps = warmup_steps
        check_positive(self, decay_steps=decay_steps)

    def __call__(self, step: Any) -> Tensor:
        """The learning rate at `step`."""
        step, start = as_float(step), self.initial_learning_rate
        if self.warmup_target is None:
            return start * self._factor(step)
        warm, top = float(self.warmup_steps), self.warmup_target
        if not warm:
            return top * self._factor(step)
        rising = start + (top - start) * (step / warm)
        falling = top * self._factor(step - warm)
        return math.where(step < warm, rising, falling)

    def _factor(self, step: Any) -> Any:
        length = float(self.decay_steps)
        return _half_cosine(math.minimum(step, length) / length, self.alpha)


@public("keras.optimizers.schedules")
class CosineDecayRestarts(LearningRateSchedule):
    """Half cosines one after another, each longer than the one before by `t_mul`.

    Args:
        initial_learning_rate: The learning rate at step 0.
        first_decay_steps: Steps of the first cosine.
        t_mul: How much longer each next one is.
        m_mul: How much higher each next one starts.
        alpha: The lowest learning rate, as a fraction of the initial one.
        name: A name.

    Example:

    >>> from addax import keras
    >>> rate = keras.optimizers.schedules.CosineDecayRestarts(0.1, 100)
    >>> [round(float(rate(step)), 6) for step in (0, 50, 100, 200)]
    [0.1, 0.05, 0.1, 0.05]
    """

    def __init__(
        self,
        initial_learning_rate: float,
        first_decay_steps: float,
        t_mul: float = 2.0,
        m_mul: float = 1.0,
        alpha: float = 0.0,
        name: str = "SGDRDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.first_decay_steps = first_decay_steps
        self.t_mul = t_mul
        self.m_mul = m_mul
        self.alpha = alpha
        self.name = name
        check_positive(self, first_decay_steps=first_decay_steps)

    def __call__(self, step: Any) -> Tensor:
        """The learning rate at `step`."""
        done = as_float(step) / float(self.first_decay_steps)
        t_mul = float(self.t_mul)
        if t_mul == 1.0:
            restarts = math.floor(done)
            done = done - restarts
        else:
            # `n` periods of lengths 1, t, t**2, ... take (1 - t**n) / (1 - t).
            grown = math.log(1.0 - done * (1.0 - t_mul)) / python_math.log(t_mul)
            restarts = math.floor(grown)
            length = t_mul**restarts
            done = (done - (1.0 - length) / (1.0 - t_mul)) / length
        height = float(self.m_mul) ** restarts
        return self.initial_learning_rate * _half_cosine(done, self.alpha, height)


def _half_cosine(fraction: Any, alpha: float, height: Any = 1.0) -> Any:
    cosine = 0.5 * height * (1.0 + math.cos(python_math.pi * fraction))
    return (1.0 - alpha) * cosine + alpha
