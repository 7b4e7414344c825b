"""`Adam` and `AdamW`."""

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
class Adam(Optimizer):
    """Steps of a mean gradient, divided by the root of a mean of its squares.

    Source: Kingma and Ba 2014, https://arxiv.org/abs/1412.6980 (its `epsilon` is the
    one before section 2.1, "epsilon hat"); `amsgrad`: Reddi et al. 2018,
    https://arxiv.org/abs/1904.09237.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        beta_1: The share of the old mean gradient in the new one.
        beta_2: The share of the old mean square in the new one.
        epsilon: What is added to the divisor.
        amsgrad: Whether the divisor is the greatest mean square so far.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.Adam(0.1).apply([[2.0]], [weight])
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
        amsgrad: bool = False,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_1 = beta_1
        self.beta_2 = beta_2
        self.epsilon = epsilon
        self.amsgrad = amsgrad

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes the two means for each weight."""
        if self.built:
            return
        super().build(variables)
        self._momentums, self._velocities = self.add_optimizer_variables(
            variables, ["momentum", "velocity"]
        )
        if self.amsgrad:
            self._greatest = self.add_optimizer_variables(variables, "velocity_hat")

    def _corrected_rate(self, rate: Any, step: Any) -> Any:
        """The learning rate, with the two means' bias towards 0 taken out."""
        return rate * math.sqrt(1.0 - self.beta_2**step) / (1.0 - self.beta_1**step)

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight against its mean gradient."""
        i = self._get_variable_index(variable)
        rate = self.once(self._corrected_rate, variable)
        mean: Any = self._momentums[i]
        square: Any = self._velocities[i]
        mean.assign_add((gradient - mean) * (1.0 - self.beta_1))
        square.assign_add((math.square(gradient) - square) * (1.0 - self.beta_2))
        if self.amsgrad:
            self._greatest[i].assign(math.maximum(self._greatest[i], square))
            square = self._greatest[i]
        variable.assign_sub(mean * rate / (math.sqrt(square) + self.epsilon))


@public("keras.optimizers")
class AdamW(Adam):
    """`Adam` with weight decay apart from the gradient.

    Source: Loshchilov and Hutter 2019, https://arxiv.org/abs/1711.05101.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        weight_decay: What fraction, times the learning rate, each update takes off.
        beta_1: The share of the old mean gradient in the new one.
        beta_2: The share of the old mean square in the new one.
        epsilon: What is added to the divisor.
        amsgrad: Whether the divisor is the greatest mean square so far.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Raises:
        ValueError: If `weight_decay` is `None`.

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([1.0])
    >>> keras.optimizers.AdamW(0.1, weight_decay=0.5).apply([[2.0]], [weight])
    >>> round(float(weight[0]), 4)
    0.85
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        weight_decay: float = 0.004,
        beta_1: float = 0.9,
        beta_2: float = 0.999,
        epsilon: float = 1e-7,
        amsgrad: bool = False,
        **options: Any,
    ) -> None:
        if weight_decay is None:
            raise ValueError(
                explain(
                    "AdamW needs a number for `weight_decay`.",
                    received={"weight_decay": weight_decay},
                    why="Without weight decay it is Adam.",
                    fix="keras.optimizers.Adam(...)",
                )
            )
        options["weight_decay"] = weight_decay
        super().__init__(learning_rate, beta_1, beta_2, epsilon, amsgrad, **options)
