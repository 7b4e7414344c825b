"""`Ftrl`: follow the regularised leader, for sparse linear models."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax._base.errors import explain
from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.optimizers.state import starting_at
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers")
class Ftrl(Optimizer):
    """Weights that are the best for a regularised sum of all losses so far.

    Source: McMahan et al. 2013, https://research.google/pubs/pub41159; its lambda is
    `2 * l2_regularization_strength` here, its beta `beta`, and the shrinkage adds
    `2 * l2_shrinkage * weight` to the gradient only.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        learning_rate_power: How the learning rate falls, 0 or less; 0 keeps it.
        initial_accumulator_value: Where the sums of squares start, 0 or more.
        l1_regularization_strength: Of the sum of absolute weights, 0 or more.
        l2_regularization_strength: Of the sum of squared weights, 0 or more.
        l2_shrinkage_regularization_strength: Of the squared weights, 0 or more.
        beta: A constant of the paper.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Raises:
        ValueError: If an argument has the wrong sign.

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.Ftrl(0.1).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 4)
    0.7451
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        learning_rate_power: float = -0.5,
        initial_accumulator_value: float = 0.1,
        l1_regularization_strength: float = 0.0,
        l2_regularization_strength: float = 0.0,
        l2_shrinkage_regularization_strength: float = 0.0,
        beta: float = 0.0,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.learning_rate_power = learning_rate_power
        self.initial_accumulator_value = initial_accumulator_value
        self.l1_regularization_strength = l1_regularization_strength
        self.l2_regularization_strength = l2_regularization_strength
        self.l2_shrinkage_regularization_strength = l2_shrinkage_regularization_strength
        self.beta = beta
        _check("less than or equal to", -1, learning_rate_power=learning_rate_power)
        _check(
            "greater than or equal to",
            1,
            initial_accumulator_value=initial_accumulator_value,
            l1_regularization_strength=l1_regularization_strength,
            l2_regularization_strength=l2_regularization_strength,
            l2_shrinkage_regularization_strength=l2_shrinkage_regularization_strength,
        )

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes the sums of squares and of gradients for each weight."""
        if not self.built:
            super().build(variables)
            start = starting_at(self.initial_accumulator_value)
            self._accumulators, self._linears = self.add_optimizer_variables(
                variables, ["accumulator", "linear"], [start, "zeros"]
            )

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Sets the weight to where the sum of losses is least."""
        i, power = self._get_variable_index(variable), -self.learning_rate_power
        total: Any = self._accumulators[i]
        linear: Any = self._linears[i]
        before = total.read_value() ** power
        total.assign_add(math.square(gradient))
        after = total.read_value() ** power
        weight: Any = variable.read_value()
        shrunk = gradient + 2.0 * self.l2_shrinkage_regularization_strength * weight
        linear.assign_add(shrunk - (after - before) / learning_rate * weight)
        l2 = self.l2_regularization_strength + self.beta / (2.0 * learning_rate)
        quadratic = after / learning_rate + 2.0 * l2
        l1 = self.l1_regularization_strength
        variable.assign((math.clip(linear, -l1, l1) - linear) / quadratic)


def _check(wanted: str, sign: int, **values: float) -> None:
    for name, value in values.items():
        if value * sign < 0:
            raise ValueError(
                explain(f"`{name}` must be {wanted} 0.", received={name: value})
            )
