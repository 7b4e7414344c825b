"""`Muon`: momentum made orthogonal, for the matrices of hidden layers."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from addax.core import Tensor, Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, with_options
from addax.keras.serialization import public
from addax.ops import linalg, math, reduce, shape


@public("keras.optimizers")
class Muon(Optimizer):
    """Moves matrices by the nearest orthogonal matrix to their momentum.

    What is not a matrix, embeddings, and the layers in `exclude_layers` are trained as
    by `AdamW`; the last layer should be among them.

    Source: Jordan et al. 2024, https://kellerjordan.github.io/posts/muon, with the
    scale of Liu et al. 2025, https://arxiv.org/abs/2502.16982.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        adam_beta_1: `beta_1` of AdamW.
        adam_beta_2: `beta_2` of AdamW.
        adam_weight_decay: The weight decay of what AdamW trains.
        epsilon: `epsilon` of AdamW.
        weight_decay: The weight decay of the matrices.
        exclude_layers: Parts of paths, as regular expressions, that AdamW trains.
        exclude_embeddings: Whether AdamW trains embeddings.
        muon_a: The linear coefficient of the iteration.
        muon_b: The cubic coefficient of the iteration.
        muon_c: The quintic coefficient of the iteration.
        adam_lr_ratio: What the learning rate is multiplied by for AdamW.
        momentum: How much of the momentum stays.
        ns_steps: How often to iterate.
        nesterov: Whether to look ahead.
        rms_rate: The root mean square of a step, in learning rates, so that Adam's
            learning rate fits; `None` leaves it at that of an orthogonal matrix.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([[1.0, 0.0], [0.0, 1.0]], name="kernel")
    >>> optimizer = keras.optimizers.Muon(0.1)
    >>> optimizer.apply([[[2.0, 0.0], [0.0, 2.0]]], [weight])
    >>> float(weight[0][0]) < 1.0
    True
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        adam_beta_1: float = 0.9,
        adam_beta_2: float = 0.999,
        adam_weight_decay: float | None = 0.004,
        epsilon: float = 1e-7,
        weight_decay: float | None = 0.004,
        *,
        exclude_layers: Sequence[str] | None = None,
        exclude_embeddings: bool = True,
        muon_a: float = 3.4445,
        muon_b: float = -4.775,
        muon_c: float = 2.0315,
        adam_lr_ratio: float = 1,
        momentum: float = 0.95,
        ns_steps: int = 5,
        nesterov: bool = True,
        rms_rate: float | None = 0.2,
        **options: Any,
    ) -> None:
        super().__init__(learning_rate, weight_decay=weight_decay, **options)
        self.adam_beta_1 = adam_beta_1
        self.adam_beta_2 = adam_beta_2
        self.adam_weight_decay = adam_weight_decay
        self.epsilon = epsilon
        self.exclude_layers = list(exclude_layers or ())
        self.exclude_embeddings = exclude_embeddings
        self.muon_a = muon_a
        self.muon_b = muon_b
        self.muon_c = muon_c
        self.adam_lr_ratio = adam_lr_ratio
        self.momentum = momentum
        self.ns_steps = ns_steps
        self.nesterov = nesterov
        self.rms_rate = rms_rate

    def _by_adam(self, variable: Variable) -> bool:
        if len(variable.shape) != 2:
            return True
        if self.exclude_embeddings and "embedding" in variable.path.lower():
            return True
        return any(re.search(each, variable.path) for each in self.exclude_layers)

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes a momentum for each weight, and a mean square for those of AdamW."""
        if self.built:
            return
        super().build(variables)
        self._momentums: list[Variable] = []
        self._velocities: dict[int, Variable] = {}
        for i, variable in enumerate(variables):
            self._momentums.append(
                self.add_variable_from_reference(variable, "momentum")
            )
            if self._by_adam(variable):
                self._velocities[i] = self.add_variable_from_reference(
                    variable, "velocity"
                )

    def _decay_of(self, variable: Variable) -> float | None:
        return self.adam_weight_decay if self._by_adam(variable) else self.weight_decay

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight, by its kind."""
        i = self._get_variable_index(variable)
        momentum: Any = self._momentums[i]
        if i in self._velocities:
            self._adam(gradient, variable, momentum, self._velocities[i])
            return
        momentum.assign(momentum * self.momentum + gradient)
        direction = momentum.read_value()
        if self.nesterov:
            direction = gradient + self.momentum * direction
        step = self._orthogonal(direction)
        if self.rms_rate is not None:
            step = step * (self.rms_rate * max(variable.shape) ** 0.5)
        variable.assign_sub(learning_rate * step)

    def _orthogonal(self, x: Any) -> Tensor:
        """The nearest orthogonal matrix, roughly, by a Newton-Schulz iteration."""
        tall = x.shape[0] > x.shape[1]
        if tall:
            x = shape.transpose(x)
        x = x / (math.sqrt(reduce.sum(math.square(x))) + 1e-7)
        for _ in range(self.ns_steps):
            square = linalg.matmul(x, shape.transpose(x))
            rest = self.muon_b * square + self.muon_c * linalg.matmul(square, square)
            x = self.muon_a * x + linalg.matmul(rest, x)
        return shape.transpose(x) if tall else x

    def _adam_rate(self, rate: Any, step: Any) -> Any:
        correction = math.sqrt(1.0 - self.adam_beta_2**step)
        return rate * self.adam_lr_ratio * correction / (1.0 - self.adam_beta_1**step)

    def _adam(self, gradient: Any, variable: Variable, mean: Any, square: Any) -> None:
        rate = self.once(self._adam_rate, variable)
        mean.assign_add((gradient - mean) * (1.0 - self.adam_beta_1))
        square.assign_add((math.square(gradient) - square) * (1.0 - self.adam_beta_2))
        variable.assign_sub(mean * rate / (math.sqrt(square) + self.epsilon))
