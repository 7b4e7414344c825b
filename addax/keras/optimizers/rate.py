"""The learning rate of an optimizer: a number that can be set, or a schedule."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import Program, Tensor, TensorLike, Variable, convert, floatx
from addax.keras.optimizers.options import LearningRate
from addax.keras.optimizers.schedules import LearningRateSchedule
from addax.keras.optimizers.state import OptimizerState
from addax.keras.serialization import serialize_keras_object


class LearningRateHolder(OptimizerState):
    """Keeps a number in a variable, so that setting it needs no new compilation."""

    _learning_rate: Any = None
    _iterations: Variable
    _programs: dict[Any, Program]

    @property
    def learning_rate(self) -> Any:
        """The learning rate: a variable, or what the schedule says at this step."""
        rate = self._learning_rate
        return rate if isinstance(rate, Variable) else self._rate_now()

    @learning_rate.setter
    def learning_rate(self, value: LearningRate) -> None:
        self._set_learning_rate(value)

    @property
    def lr(self) -> Any:
        """The learning rate (the name of Keras 2)."""
        return self.learning_rate

    @lr.setter
    def lr(self, value: LearningRate) -> None:
        self._set_learning_rate(value)

    def _rate_now(self) -> Tensor:
        rate = self._learning_rate
        if isinstance(rate, Variable):
            return rate.read_value()
        if isinstance(rate, LearningRateSchedule):
            return convert(rate(self._iterations))
        return convert(rate(), floatx())

    @property
    def _rate_is_python(self) -> bool:
        """Whether a function says it, which may answer differently each time."""
        return not isinstance(self._learning_rate, (Variable, LearningRateSchedule))

    def _set_learning_rate(self, value: Any) -> None:
        current = self._learning_rate
        if callable(value) and not isinstance(value, TensorLike):
            self._variables = [v for v in self._variables if v is not current]
            self._learning_rate = value
            self._programs.clear()
            return
        try:
            number = value if isinstance(value, TensorLike) else float(value)
        except (TypeError, ValueError):
            raise ValueError(_no_rate(value)) from None
        if isinstance(current, Variable):
            current.assign(number)
        elif current is None:
            self._learning_rate = self.add_variable(
                (), lambda shape, dtype: convert(number, dtype), name="learning_rate"
            )
        else:
            raise TypeError(_schedule_decides(current, value))

    def _plain_rate(self) -> Any:
        """The learning rate for a configuration."""
        rate = self._learning_rate
        if isinstance(rate, Variable):
            return float(rate.numpy())
        return serialize_keras_object(rate)


def _no_rate(value: Any) -> str:
    return explain(
        "A learning rate is a number, a schedule or a function without arguments.",
        received={"learning_rate": value},
        fix=[
            "learning_rate=0.001",
            "learning_rate=keras.optimizers.schedules.CosineDecay(0.001, 10_000)",
        ],
    )


def _schedule_decides(current: Any, value: Any) -> str:
    kind = "schedule" if isinstance(current, LearningRateSchedule) else "function"
    return explain(
        f"This optimizer's learning rate comes from a {kind}, so it cannot be set.",
        received={"learning_rate": value},
        why="The next step would overwrite the number.",
        fix=[
            "Make the optimizer with a number: learning_rate=0.001.",
            "Set another schedule: optimizer.learning_rate = "
            "keras.optimizers.schedules.ExponentialDecay(0.01, 1000, 0.9)",
        ],
    )
