"""`Adafactor`: Adam with the memory of a row and a column per matrix."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Unpack

from addax.core import Variable
from addax.keras.optimizers.optimizer import Optimizer
from addax.keras.optimizers.options import LearningRate, Options, with_options
from addax.keras.optimizers.schedules import LearningRateSchedule
from addax.keras.serialization import public
from addax.ops import math, reduce, shape


@public("keras.optimizers")
class Adafactor(Optimizer):
    """Divides gradients by mean squares that are kept per row and per column.

    Source: Shazeer and Stern 2018, https://arxiv.org/abs/1804.04235.

    Args:
        learning_rate: A number, a schedule, or a function without arguments.
        beta_2_decay: The power of the step in the share of new squares.
        epsilon_1: What is added to squared gradients.
        epsilon_2: The least size of a weight that steps are in proportion to.
        clip_threshold: Above which root mean square a step is shortened to it.
        relative_step: Whether a constant learning rate is limited to `1 / sqrt(step)`.
        **options: The arguments that all optimizers share (see `Optimizer`).

    Example:

    >>> from addax import keras
    >>> weight = keras.Variable([[1.0, 1.0], [1.0, 1.0]])
    >>> keras.optimizers.Adafactor(0.1).apply([[[2.0, 2.0], [2.0, 2.0]]], [weight])
    >>> round(float(weight[0][0]), 4)
    0.9
    """

    @with_options
    def __init__(
        self,
        learning_rate: LearningRate = 0.001,
        beta_2_decay: float = -0.8,
        epsilon_1: float = 1e-30,
        epsilon_2: float = 1e-3,
        clip_threshold: float = 1.0,
        relative_step: bool = True,
        **options: Unpack[Options],
    ) -> None:
        super().__init__(learning_rate, **options)
        self.beta_2_decay = beta_2_decay
        self.epsilon_1 = epsilon_1
        self.epsilon_2 = epsilon_2
        self.clip_threshold = clip_threshold
        self.relative_step = relative_step

    def build(self, variables: Sequence[Variable]) -> None:
        """Makes mean squares: per row and column of matrices, per element of vectors.

        Saved files have three variables for each weight, as Keras's have.
        """
        if self.built:
            return
        super().build(variables)
        self._rows: list[Variable] = []
        self._columns: list[Variable] = []
        self._squares: list[Variable] = []
        for variable in variables:
            sizes = tuple(variable.shape)
            matrix = len(sizes) >= 2
            kind = variable.dtype if matrix else "int32"
            row = sizes[:-1] if matrix else ()
            column = (*sizes[:-2], sizes[-1]) if matrix else ()
            name = variable.path.replace("/", "_")
            self._rows.append(self.add_variable(row, dtype=kind, name=f"{name}_row"))
            self._columns.append(
                self.add_variable(column, dtype=kind, name=f"{name}_column")
            )
            self._squares.append(self.add_variable_from_reference(variable, "velocity"))

    def _decay(self, rate: Any, step: Any) -> Any:
        return 1.0 - step**self.beta_2_decay

    def _step_size(self, rate: Any, step: Any) -> Any:
        constant = not isinstance(self._learning_rate, LearningRateSchedule)
        if constant and self.relative_step:
            rate = math.minimum(rate, 1.0 / math.sqrt(step))
        return math.minimum(rate, 1.0 / math.sqrt(step))

    def update_step(
        self, gradient: Any, variable: Variable, learning_rate: Any
    ) -> None:
        """Moves the weight against its scaled gradient."""
        i = self._get_variable_index(variable)
        keep = self.once(self._decay, variable)
        size = self.once(self._step_size, variable)
        size = math.maximum(self.epsilon_2, _root_mean_square(variable)) * size
        squares = math.square(gradient) + self.epsilon_1
        if len(variable.shape) >= 2:
            row, column = self._rows[i], self._columns[i]
            row.assign(_mixed(keep, row, reduce.mean(squares, axis=-1)))
            column.assign(_mixed(keep, column, reduce.mean(squares, axis=-2)))
            share = row / reduce.mean(row, axis=-1, keepdims=True)
            mean = shape.expand_dims(share, -1) * shape.expand_dims(column, -2)
            self._squares[i].assign(mean)
        else:
            mean = _mixed(keep, self._squares[i], squares)
            self._squares[i].assign(mean)
        step = gradient / math.sqrt(mean)
        excess = math.maximum(1.0, _root_mean_square(step) / self.clip_threshold)
        variable.assign_sub(size * step / excess)


def _mixed(keep: Any, old: Any, new: Any) -> Any:
    return keep * old + (1.0 - keep) * new


def _root_mean_square(x: Any) -> Any:
    return math.sqrt(reduce.mean(math.square(x)))
