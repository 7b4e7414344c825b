"""`Adagrad`: steps that shrink with all gradients so far."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.optimizers.state import starting_at
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers")
class Adagrad(Optimizer):
    """Divides each gradient by the root of the sum of its squares so far.

    Source: Duchi et al. 2011, https://jmlr.org/papers/v12/duchi11a.html.

    Args:
        learning_rate: A number, a schedule, or a function without arguments. Rarely
            changed weights want larger ones than with other optimizers.
        initial_accumulator_value: Where the sums start.
        epsilon: What is added to the sum.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.Adagrad(0.1).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 4)
    0.9012
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        initial_accumulator_value: float = 0.1,
        epsilon: float = 1e-7,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.initial_accumulator_value = initial_accumulator_value
        self.epsilon = epsilon

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes a sum of squares for each weight."""
        if not self.built:
            super().build(variables)
            self._accumulators = self.add_optimizer_variables(
                variables, "accumulator", starting_at(self.initial_accumulator_value)
            )

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight against its scaled gradient."""
        total: Any = self._accumulators[self._get_variable_index(variable)]
        total.assign_add(math.square(gradient))
        step = learning_rate * gradient / math.sqrt(total + self.epsilon)
        variable.assign_sub(step)
