"""`LossScaleOptimizer`: for gradients too small for half precision."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addax._base.errors import explain
from addax.core import Tensor, Variable, cast
from addax.core.branch import when
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.state import starting_at
from addax.keras.serialization import public, serialize_keras_object
from addax.ops import math, reduce


@public("keras.optimizers", "keras.mixed_precision.LossScaleOptimizer")
class LossScaleOptimizer(Optimizer):
    """Scales the loss up before gradients are computed, and gradients down after.

    The scale adapts: it doubles after a number of steps without trouble, and halves
    when a gradient is infinite or NaN, in which case the step is skipped.

    Args:
        inner_optimizer: The optimizer that changes the weights.
        initial_scale: The scale to begin with; too high is soon corrected.
        dynamic_growth_steps: After how many steps without trouble the scale doubles.
        name: A name.
        **kwargs: None; Keras 2's `dynamic=True` is let through.

    Raises:
        ValueError: If `inner_optimizer` scales the loss itself, or an argument of its
            is given here.

    Example:

    >>> from addax import keras
    >>> optimizer = keras.optimizers.LossScaleOptimizer(keras.optimizers.SGD(0.5))
    >>> float(optimizer.scale_loss(2.0))
    65536.0
    """

    def __init__(
        self,
        inner_optimizer: Optimizer,
        initial_scale: float = 2.0**15,
        dynamic_growth_steps: int = 2000,
        name: str | None = None,
        **kwargs: Any,
    ) -> None:
        kwargs.pop("dynamic", None)
        if kwargs:
            raise ValueError(
                explain(
                    "LossScaleOptimizer leaves all options to the optimizer inside.",
                    received=kwargs,
                    fix="LossScaleOptimizer(keras.optimizers.Adam("
                    + ", ".join(f"{k}={v!r}" for k, v in kwargs.items())
                    + "))",
                )
            )
        if not isinstance(inner_optimizer, Optimizer) or (
            inner_optimizer.loss_scale_factor is not None
        ):
            raise ValueError(
                explain(
                    "`inner_optimizer` must be an optimizer that does not scale the "
                    "loss itself.",
                    received={"inner_optimizer": inner_optimizer},
                    fix="LossScaleOptimizer(keras.optimizers.Adam())",
                )
            )
        self.inner_optimizer = inner_optimizer
        super().__init__(0.0, name=name)
        self.initial_scale = initial_scale
        self.dynamic_growth_steps = dynamic_growth_steps
        self.step_counter = self.add_variable((), dtype="int32", name="step_counter")
        self.dynamic_scale = self.add_variable(
            (), starting_at(initial_scale), "float32", name="dynamic_scale"
        )

    @property
    def variables(self) -> list[Variable]:
        """Its own variables, then those of the optimizer inside."""
        return [*super().variables, *self.inner_optimizer.variables]

    @property
    def learning_rate(self) -> Any:
        """The learning rate of the optimizer inside."""
        return self.inner_optimizer.learning_rate

    @learning_rate.setter
    def learning_rate(self, value: Any) -> None:
        self.inner_optimizer.learning_rate = value

    @property
    def iterations(self) -> Any:
        """How many updates the optimizer inside has made."""
        return self.inner_optimizer.iterations

    def build(self, variables: Sequence[Variable]) -> None:
        """Builds the optimizer inside."""
        if not self.built:
            self.inner_optimizer.build(variables)
            super().build(variables)

    def scale_loss(self, loss: Any) -> Any:
        """The loss times the current scale.

        Args:
            loss: The loss.
        """
        scale = self.dynamic_scale.read_value()
        dtype = getattr(loss, "dtype", None)
        return loss * (scale if dtype is None else cast(scale, dtype.name))

    def _step(
        self,
        gradients: Sequence[Tensor],
        variables: Sequence[Variable],
        rate: Tensor | None = None,
    ) -> None:
        scale: Any = self.dynamic_scale.read_value()
        unscaled = [
            cast(g, v.dtype.name) / cast(scale, v.dtype.name)
            for g, v in zip(gradients, variables, strict=True)
        ]
        finite: Any = True
        for gradient in unscaled:
            finite = math.logical_and(finite, reduce.all(math.isfinite(gradient)))

        def update() -> None:
            self.inner_optimizer._step(unscaled, variables)
            steps: Any = self.step_counter.read_value()
            steps = steps + 1
            due = steps == self.dynamic_growth_steps
            # It stays finite: scaling by infinity would never end.
            grows = math.logical_and(due, math.isfinite(scale * 2.0))
            self.dynamic_scale.assign(math.where(grows, scale * 2.0, scale))
            self.step_counter.assign(math.where(due, 0, steps))

        def skip() -> None:
            self.step_counter.assign(0)
            self.dynamic_scale.assign(scale * 0.5)

        when(finite, update)
        when(math.logical_not(finite), skip)

    def finalize_variable_values(self, var_list: Sequence[Variable]) -> None:
        """What the optimizer inside does at the end of training.

        Args:
            var_list: The weights.
        """
        self.inner_optimizer.finalize_variable_values(var_list)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make the optimizer again, as plain values."""
        return {
            "name": self.name,
            "inner_optimizer": serialize_keras_object(self.inner_optimizer),
            "initial_scale": self.initial_scale,
            "dynamic_growth_steps": self.dynamic_growth_steps,
        }
