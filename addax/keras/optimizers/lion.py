"""`Lion`: steps of equal size, by the sign of the momentum."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax._base.errors import explain
from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers")
class Lion(Optimizer):
    """Moves each weight by the learning rate, along the sign of a mean gradient.

    It wants a learning rate 3 to 10 times smaller than Adam's, and a weight decay as
    much larger.

    Source: Chen et al. 2023, https://arxiv.org/abs/2302.06675.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        beta_1: The share of the mean gradient in the direction of a step.
        beta_2: The share of the old mean gradient in the new one.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Raises:
        ValueError: If `beta_1` is not above 0 and at most 1.

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.Lion(0.1).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 4)
    0.9
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_1: float = 0.9,
        beta_2: float = 0.99,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        if not 0 < beta_1 <= 1:
            raise ValueError(
                explain(
                    "`beta_1` must be greater than 0 and at most 1.",
                    received={"beta_1": beta_1},
                    why="With 0 Lion would step by the sign of the gradient alone.",
                )
            )
        self.beta_1 = beta_1
        self.beta_2 = beta_2

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes a mean gradient for each weight."""
        if not self.built:
            super().build(variables)
            self._momentums = self.add_optimizer_variables(variables, "momentum")

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight by the learning rate."""
        mean: Any = self._momentums[self._get_variable_index(variable)]
        direction = math.sign(mean * self.beta_1 + gradient * (1.0 - self.beta_1))
        variable.assign_sub(learning_rate * direction)
        mean.assign(mean * self.beta_2 + gradient * (1.0 - self.beta_2))
