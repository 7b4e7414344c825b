"""`Lamb`: Adam for large batches."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.serialization import public
from addax.ops import math, reduce


@public("keras.optimizers")
class Lamb(Optimizer):
    """Adam's direction, with steps in proportion to each weight's length.

    Source: You et al. 2019, https://arxiv.org/abs/1904.00962.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        beta_1: The share of the old mean gradient in the new one.
        beta_2: The share of the old mean square in the new one.
        epsilon: What is added to the divisor.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.Lamb(0.1).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 4)
    0.9
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes the two means for each weight."""
        if not self.built:
            super().build(variables)
            self._momentums, self._velocities = self.add_optimizer_variables(
                variables, ["momentum", "velocity"]
            )

    def _first_correction(self, rate: Any, step: Any) -> Any:
        return 1.0 - self.beta_1**step

    def _second_correction(self, rate: Any, step: Any) -> Any:
        return 1.0 - self.beta_2**step

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight by a part of its own length."""
        i = self._get_variable_index(variable)
        mean: Any = self._momentums[i]
        square: Any = self._velocities[i]
        mean.assign_add((gradient - mean) * (1.0 - self.beta_1))
        square.assign_add((math.square(gradient) - square) * (1.0 - self.beta_2))
        size = math.sqrt(square / self.once(self._second_correction, variable))
        direction = mean / self.once(self._first_correction, variable)
        direction = direction / (size + self.epsilon)
        of_weight, of_step = _length(variable), _length(direction)
        ratio = math.where(
            math.logical_and(of_weight > 0, of_step > 0), of_weight / of_step, 1.0
        )
        variable.assign_sub(ratio * learning_rate * direction)


def _length(x: Any) -> Any:
    return math.sqrt(reduce.sum(math.square(x)))
