"""`Nadam`: Adam that looks one step ahead."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax.core import Tensor, Variable, cast
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.serialization import public
from addax.ops import math


@public("keras.optimizers")
class Nadam(Optimizer):
    """Adam with Nesterov's momentum.

    Source: Dozat 2015, http://cs229.stanford.edu/proj2015/054_report.pdf.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        beta_1: The share of the old mean gradient in the new one.
        beta_2: The share of the old mean square in the new one.
        epsilon: What is added to the divisor.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.Nadam(0.1).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 3)
    0.894
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
        """Makes the two means for each weight, and the product of the momenta."""
        if not self.built:
            super().build(variables)
            self._momentums, self._velocities = self.add_optimizer_variables(
                variables, ["momentum", "velocity"]
            )
            # Momentum changes from step to step, so its powers are a product.
            self._product = self.add_variable((), "ones", name="momentum_product")

    def _momentum(self, step: Any) -> Any:
        return self.beta_1 * (1.0 - 0.5 * 0.96**step)

    def _powers(self, step: Any) -> Any:
        """The product of the momenta up to this step."""
        return cast(self._product, step.dtype.name) * self._momentum(step)

    def _rate_of_mean(self, rate: Any, step: Any) -> Any:
        following = self._momentum(step + 1.0)
        return rate * following / (1.0 - self._powers(step) * following)

    def _rate_of_gradient(self, rate: Any, step: Any) -> Any:
        return rate * (1.0 - self._momentum(step)) / (1.0 - self._powers(step))

    def _correction(self, rate: Any, step: Any) -> Any:
        return 1.0 - self.beta_2**step

    def _update(
        self, gradients: Sequence[Tensor], variables: Sequence[Variable], rate: Tensor
    ) -> None:
        super()._update(gradients, variables, rate)
        step: Any = cast(self.iterations, self._product.dtype.name)
        self._product.assign(self._powers(step + 1.0))

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight against the mean gradient of the step to come."""
        i = self._get_variable_index(variable)
        mean: Any = self._momentums[i]
        square: Any = self._velocities[i]
        mean.assign_add((gradient - mean) * (1.0 - self.beta_1))
        square.assign_add((math.square(gradient) - square) * (1.0 - self.beta_2))
        ahead = mean * self.once(self._rate_of_mean, variable)
        ahead = ahead + gradient * self.once(self._rate_of_gradient, variable)
        size = math.sqrt(square / self.once(self._correction, variable))
        variable.assign_sub(ahead / (size + self.epsilon))
