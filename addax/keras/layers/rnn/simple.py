"""The plain recurrence: `SimpleRNNCell` and `SimpleRNN`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from addax.keras.layers.rnn.arguments import CELL_ARGS, LAYER_ARGS, SHARED, from_cell
from addax.keras.layers.rnn.cell import Cell
from addax.keras.layers.rnn.rnn import RNN
from addax.keras.serialization import public
from addax.ops import math

_ARGS = """
        units: How many numbers come out.
        activation: A function or its name, for what comes out."""


@dataclass(frozen=True)
class Gate:
    """The activation alone."""

    activation: Any

    def __call__(self, x: Any, inner: Any, states: Any) -> Any:
        """The new state."""
        return (self.activation(math.add(x, inner)),)


@public("keras.layers")
class SimpleRNNCell(Cell):
    __doc__ = f"""One step of a `SimpleRNN`.

    Args:{_ARGS}{CELL_ARGS}
        **kwargs: `name`, `dtype`, `trainable`.
    """

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            units,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            **kwargs,
        )

    @property
    def gate(self) -> Gate:
        """What follows the products."""
        return Gate(self.activation)


@public("keras.layers")
@from_cell(*SHARED)
class SimpleRNN(RNN):
    __doc__ = f"""`activation(x @ kernel + h @ recurrent_kernel + bias)` at each step.

    Args:{_ARGS}{LAYER_ARGS}
        **kwargs: `name`, `dtype`, `trainable`, `zero_output_for_mask`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.SimpleRNN(4)(np.ones((2, 10, 8), "float32")).shape
    TensorShape([2, 4])
    """

    config_without = frozenset((*RNN.config_without, "cell"))

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        cell = SimpleRNNCell(
            units,
            activation,
            use_bias,
            kernel_initializer,
            recurrent_initializer,
            bias_initializer,
            kernel_regularizer,
            recurrent_regularizer,
            bias_regularizer,
            kernel_constraint,
            recurrent_constraint,
            bias_constraint,
            dropout,
            recurrent_dropout,
            seed,
            dtype=kwargs.get("dtype"),
            trainable=kwargs.get("trainable", True),
            name="simple_rnn_cell",
        )
        super().__init__(
            cell,
            return_sequences,
            return_state,
            go_backwards,
            stateful,
            unroll,
            activity_regularizer=activity_regularizer,
            **kwargs,
        )
        self.input_spec.ndim, self.input_spec.min_ndim = 3, None
