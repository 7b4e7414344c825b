"""`RMSprop`: steps divided by the gradients' recent size."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers")
class RMSprop(Optimizer):
    """Divides each gradient by the root of a moving mean of its squares.

    Source: Tieleman and Hinton 2012, lecture 6.5 of "Neural Networks for Machine
    Learning".

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        rho: The share of the old mean in the new one.
        momentum: How much of the last step is made again.
        epsilon: What is added to the mean of squares.
        centered: Whether to subtract the squared mean, so that the variance divides.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.RMSprop(0.1).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 4)
    0.6838
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        rho: float = 0.9,
        momentum: float = 0.0,
        epsilon: float = 1e-7,
        centered: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.momentum = momentum
        self.epsilon = epsilon
        self.centered = centered

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes the means, and what momentum and centring need."""
        if self.built:
            return
        super().build(variables)
        self._velocities = self.add_optimizer_variables(variables, "velocity")
        if self.momentum > 0:
            self._momentums = self.add_optimizer_variables(variables, "momentum")
        if self.centered:
            self._means = self.add_optimizer_variables(variables, "average_gradient")

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight against its scaled gradient."""
        i, rho = self._get_variable_index(variable), self.rho
        squares = rho * self._velocities[i] + (1.0 - rho) * math.square(gradient)
        self._velocities[i].assign(squares)
        size = squares + self.epsilon
        if self.centered:
            mean = rho * self._means[i] + (1.0 - rho) * gradient
            self._means[i].assign(mean)
            size = squares - math.square(mean) + self.epsilon
        step = learning_rate * gradient / math.sqrt(size)
        if self.momentum > 0:
            step = self.momentum * self._momentums[i] + step
            self._momentums[i].assign(step)
        variable.assign_sub(step)
