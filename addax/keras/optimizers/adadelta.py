"""`Adadelta`: steps in the weights' own units."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers")
class Adadelta(Optimizer):
    """Scales each gradient by the recent size of the steps over that of the gradients.

    Source: Zeiler 2012, https://arxiv.org/abs/1212.5701 (with `learning_rate=1.0`).

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        rho: The share of the old mean squares in the new ones.
        epsilon: What is added to both mean squares.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.Adadelta(1.0).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 4)
    0.9986
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        rho: float = 0.95,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.rho = rho
        self.epsilon = epsilon

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes mean squares of gradient and step for each weight."""
        if not self.built:
            super().build(variables)
            self._of_gradients, self._of_steps = self.add_optimizer_variables(
                variables, ["accumulated_grad", "accumulated_delta_var"]
            )

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight against its rescaled gradient."""
        i = self._get_variable_index(variable)
        size, moved = self._of_gradients[i], self._of_steps[i]
        size.assign(self._mean(size, gradient))
        step = self._root(moved) * gradient / self._root(size)
        moved.assign(self._mean(moved, step))
        variable.assign_sub(learning_rate * step)

    def _mean(self, old: Any, new: Any) -> Any:
        return self.rho * old + (1.0 - self.rho) * math.square(new)

    def _root(self, mean: Any) -> Any:
        return math.sqrt(mean + self.epsilon)
