"""Schedules that go down, smoothly or in steps."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addax._base.errors import explain
from addax.core import Tensor
from addax.keras.optimizers.schedules.schedule import (
    LearningRateSchedule,
    as_float,
    check_positive,
)
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers.schedules")
class ExponentialDecay(LearningRateSchedule):
    """`initial_learning_rate * decay_rate ** (step / decay_steps)`.

    Args:
        initial_learning_rate: The learning rate at step 0.
        decay_steps: Steps for one factor of `decay_rate`.
        decay_rate: The factor.
        staircase: Whether the exponent is rounded down, so that the learning rate
            falls only every `decay_steps` steps.
        name: A name.

    Example:

    >>> from addax import keras
    >>> rate = keras.optimizers.schedules.ExponentialDecay(0.1, 1000, 0.5)
    >>> round(float(rate(2000)), 6)
    0.025
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "ExponentialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name
        check_positive(self, decay_steps=decay_steps)

    def __call__(self, step: Any) -> Tensor:
        """The learning rate at `step`."""
        exponent = _periods(step, self.decay_steps, self.staircase)
        return self.initial_learning_rate * self.decay_rate**exponent


@public("keras.optimizers.schedules")
class InverseTimeDecay(LearningRateSchedule):
    """`initial_learning_rate / (1 + decay_rate * step / decay_steps)`.

    Args:
        initial_learning_rate: The learning rate at step 0.
        decay_steps: Steps after which the divisor has grown by `decay_rate`.
        decay_rate: By how much the divisor grows.
        staircase: Whether it grows only every `decay_steps` steps.
        name: A name.

    Example:

    >>> from addax import keras
    >>> rate = keras.optimizers.schedules.InverseTimeDecay(0.1, 1000, 1.0)
    >>> round(float(rate(1000)), 6)
    0.05
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        decay_rate: float,
        staircase: bool = False,
        name: str = "InverseTimeDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.decay_rate = decay_rate
        self.staircase = staircase
        self.name = name
        check_positive(self, decay_steps=decay_steps)

    def __call__(self, step: Any) -> Tensor:
        """The learning rate at `step`."""
        periods = _periods(step, self.decay_steps, self.staircase)
        return self.initial_learning_rate / (1.0 + self.decay_rate * periods)


def _periods(step: Any, decay_steps: float, whole: bool) -> Any:
    periods = as_float(step) / float(decay_steps)
    return math.floor(periods) if whole else periods


@public("keras.optimizers.schedules")
class PiecewiseConstantDecay(LearningRateSchedule):
    """`values[0]` up to step `boundaries[0]`, then `values[1]`, and so on.

    Args:
        boundaries: Steps at which the learning rate changes, increasing; the change
            comes after the step.
        values: The learning rates between them, one more than `boundaries`.
        name: A name.

    Raises:
        ValueError: If the numbers of boundaries and values do not fit.

    Example:

    >>> from addax import keras
    >>> rate = keras.optimizers.schedules.PiecewiseConstantDecay([10, 20], [1, 0.5, 0])
    >>> [float(rate(step)) for step in (10, 11, 21)]
    [1.0, 0.5, 0.0]
    """

    def __init__(
        self,
        boundaries: Sequence[float],
        values: Sequence[float],
        name: str = "PiecewiseConstant",
    ) -> None:
        if len(boundaries) != len(values) - 1:
            raise ValueError(
                explain(
                    "PiecewiseConstantDecay needs one value more than boundaries.",
                    received={"boundaries": boundaries, "values": values},
                    why="Each value holds between two boundaries, the last one for "
                    "ever.",
                    fix="PiecewiseConstantDecay([1000, 2000], [1.0, 0.5, 0.1])",
                )
            )
        self.boundaries = boundaries
        self.values = values
        self.name = name

    def __call__(self, step: Any) -> Tensor:
        """The learning rate at `step`."""
        step = as_float(step)
        rate: Any = as_float(self.values[0])
        for boundary, value in zip(self.boundaries, self.values[1:], strict=True):
            rate = math.where(step > float(boundary), float(value), rate)
        return rate


@public("keras.optimizers.schedules")
class PolynomialDecay(LearningRateSchedule):
    """From `initial_learning_rate` to `end_learning_rate` along a polynomial.

    At step `t` up to `decay_steps` the learning rate is
    `(initial - end) * (1 - t / decay_steps) ** power + end`, afterwards `end`.

    Args:
        initial_learning_rate: The learning rate at step 0.
        decay_steps: Steps that the way down takes.
        end_learning_rate: The learning rate from then on.
        power: The polynomial's degree; 1 is a straight line.
        cycle: Whether to start again after `decay_steps`: the decay then stretches to
            the next multiple of `decay_steps` after the current step.
        name: A name.

    Example:

    >>> from addax import keras
    >>> rate = keras.optimizers.schedules.PolynomialDecay(0.1, 100, 0.0)
    >>> round(float(rate(25)), 6)
    0.075
    """

    def __init__(
        self,
        initial_learning_rate: float,
        decay_steps: float,
        end_learning_rate: float = 0.0001,
        power: float = 1.0,
        cycle: bool = False,
        name: str = "PolynomialDecay",
    ) -> None:
        self.initial_learning_rate = initial_learning_rate
        self.decay_steps = decay_steps
        self.end_learning_rate = end_learning_rate
        self.power = power
        self.cycle = cycle
        self.name = name
        check_positive(self, decay_steps=decay_steps)

    def __call__(self, step: Any) -> Tensor:
        """The learning rate at `step`."""
        step = as_float(step)
        length: Any = float(self.decay_steps)
        if self.cycle:
            # At step 0 the first cycle has begun, though 0 is a multiple itself.
            length = length * math.maximum(math.ceil(step / length), 1.0)
        else:
            step = math.minimum(step, length)
        span = self.initial_learning_rate - self.end_learning_rate
        return span * (1.0 - step / length) ** self.power + self.end_learning_rate
