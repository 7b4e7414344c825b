"""The plain recurrence: `SimpleRNNCell` and `SimpleRNN`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from addax.keras.layers.rnn.arguments import (
    CELL_ARGS,
    LAYER_ARGS,
    SHARED,
    from_cell,
    given,
)
from addax.keras.layers.rnn.cell import Cell
from addax.keras.layers.rnn.gated import GatedRNN, NativeGate
from addax.keras.serialization import public
from addax.ops import math

_ARGS = """
        units: How many numbers come out.
        activation: A function or its name, for what comes out."""


@dataclass(frozen=True)
class Gate(NativeGate):
    """The activation alone."""

    kernel = "simple_rnn"
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
        super().__init__(**given(locals()))

    @property
    def gate(self) -> Gate:
        """What follows the products."""
        return Gate(self.activation)


@public("keras.layers")
@from_cell(*SHARED)
class SimpleRNN(GatedRNN):
    __doc__ = f"""`activation(x @ kernel + h @ recurrent_kernel + bias)` at each step.

    Args:{_ARGS}{LAYER_ARGS}
        **kwargs: `name`, `dtype`, `trainable`, `zero_output_for_mask`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.SimpleRNN(4)(np.ones((2, 10, 8), "float32")).shape
    TensorShape([2, 4])
    """

    cell_class = SimpleRNNCell

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
        super().__init__(**given(locals()))
