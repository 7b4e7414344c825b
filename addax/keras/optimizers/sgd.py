"""`SGD`: gradient descent, with momentum if wanted."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax._base.errors import explain
from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.serialization import public


@public("keras.optimizers")
class SGD(Optimizer):
    """Gradient descent: `weight -= learning_rate * gradient`.

    With momentum a velocity is kept, `velocity = momentum * velocity - learning_rate *
    gradient`, and added to the weight; with `nesterov` the weight moves by
    `momentum * velocity - learning_rate * gradient` instead.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        momentum: How much of the velocity stays, from 0 to 1.
        nesterov: Whether to look ahead (Sutskever et al. 2013).
        **options: The arguments that all optimizers share (see `Optimizer`).

    Raises:
        ValueError: If `momentum` is not between 0 and 1.

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.SGD(0.1).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 6)
    0.8
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.01,
        momentum: float = 0.0,
        nesterov: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        if not 0 <= momentum <= 1:
            raise ValueError(
                explain(
                    "`momentum` must lie between 0 and 1.",
                    received={"momentum": momentum},
                    why="It is the share of the velocity that stays at each update.",
                    fix="SGD(learning_rate=0.01, momentum=0.9)",
                )
            )
        self.momentum = momentum
        self.nesterov = nesterov

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes a velocity for each weight, if there is momentum."""
        if not self.built:
            super().build(variables)
            if self.momentum:
                self._velocities = self.add_optimizer_variables(variables, "momentum")

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight against its gradient."""
        step = gradient * learning_rate
        if not self.momentum:
            variable.assign_sub(step)
            return
        slot = self._velocities[self._get_variable_index(variable)]
        velocity = self.momentum * slot.read_value() - step
        slot.assign(velocity)
        ahead = self.momentum * velocity - step if self.nesterov else velocity
        variable.assign_add(ahead)
