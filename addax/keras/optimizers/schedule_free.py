"""`ScheduleFreeAdamW`: AdamW with an average of weights in place of a schedule."""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any, Unpack

from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers")
class ScheduleFreeAdamW(Optimizer):
    """Needs no schedule, and no number of steps known beforehand.

    Gradients move one sequence of weights, their average is a second one; while
    training, the weights lie between the two.

    Source: Defazio et al. 2024, https://arxiv.org/abs/2405.15682.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        beta_1: How near to the average gradients are taken.
        beta_2: The share of the old mean square in the new one.
        epsilon: What is added to the divisor.
        warmup_steps: Over how many steps the learning rate rises from 0.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.ScheduleFreeAdamW(0.1).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 4)
    0.9
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.0025,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-8,
        warmup_steps: int = 0,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.warmup_steps = warmup_steps

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes the moved sequence, from the weights on, and the mean squares."""
        if self.built:
            return
        super().build(variables)
        self._momentums: list[Variable] = []
        self._velocities: list[Variable] = []
        for each in variables:
            now = functools.partial(_value_of, each)
            slot = self.add_variable_from_reference(each, "momentum", now)
            self._momentums.append(slot)
            slot = self.add_variable_from_reference(each, "velocity")
            self._velocities.append(slot)

    def _warm_rate(self, rate: Any, step: Any) -> Any:
        if not self.warmup_steps:
            return rate
        return rate * math.minimum(step / float(self.warmup_steps), 1.0)

    def _correction(self, rate: Any, step: Any) -> Any:
        return 1.0 - self.beta_2**step

    def _share(self, rate: Any, step: Any) -> Any:
        """The share of the newest weights in the average of all."""
        return 1.0 / step

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the one sequence, and the weight with it."""
        i, beta = self._get_variable_index(variable), self.beta_1
        moved: Any = self._momentums[i]
        square: Any = self._velocities[i]
        square.assign(
            self.beta_2 * square + (1.0 - self.beta_2) * math.square(gradient)
        )
        average = (variable - (1.0 - beta) * moved) / beta
        size = math.sqrt(square / self.once(self._correction, variable))
        step = gradient / (size + self.epsilon)
        moved.assign(moved - self.once(self._warm_rate, variable) * step)
        share = self.once(self._share, variable)
        average = (1.0 - share) * average + share * moved
        variable.assign((1.0 - beta) * moved + beta * average)


def _value_of(variable: Variable, shape: Any, dtype: Any) -> Any:
    return variable.read_value()
