"""`Adamax`: Adam with the greatest gradient in place of the mean square."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers")
class Adamax(Optimizer):
    """Adam whose divisor is the greatest recent gradient.

    Source: Kingma and Ba 2014, section 7.1, https://arxiv.org/abs/1412.6980.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        beta_1: The share of the old mean gradient in the new one.
        beta_2: By what the greatest gradient shrinks at each update.
        epsilon: What is added to the divisor.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.Adamax(0.1).apply([[2.0]], [weight])
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
        """Makes the mean and the greatest gradient for each weight."""
        if not self.built:
            super().build(variables)
            self._momentums, self._norms = self.add_optimizer_variables(
                variables, ["momentum", "norm"]
            )

    def _corrected_rate(self, rate: Any, step: Any) -> Any:
        return rate / (1.0 - self.beta_1**step)

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight against its mean gradient."""
        i = self._get_variable_index(variable)
        rate = self.once(self._corrected_rate, variable)
        mean: Any = self._momentums[i]
        greatest: Any = self._norms[i]
        mean.assign_add((gradient - mean) * (1.0 - self.beta_1))
        greatest.assign(math.maximum(self.beta_2 * greatest, math.absolute(gradient)))
        variable.assign_sub(rate * mean / (greatest + self.epsilon))
