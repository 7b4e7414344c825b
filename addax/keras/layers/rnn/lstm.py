"""Long short-term memory: `LSTMCell` and `LSTM`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from addax.keras import activations
from addax.keras.layers.rnn.arguments import (
    CELL_ARGS,
    LAYER_ARGS,
    SHARED,
    from_cell,
    given,
)
from addax.keras.layers.rnn.cell import Cell, parts
from addax.keras.layers.rnn.gated import GatedRNN, NativeGate
from addax.keras.serialization import public
from addax.ops import math, shape

_ARGS = """
        units: How many numbers come out.
        activation: A function or its name, for what is remembered and what comes out.
        recurrent_activation: A function or its name, for the gates.
        unit_forget_bias: Whether the bias of the forget gate starts at 1."""


@dataclass(frozen=True)
class Gate(NativeGate):
    """The gates: what to let in, what to forget, what to remember, what to show."""

    kernel = "lstm"
    activation: Any
    recurrent_activation: Any

    def __call__(self, x: Any, inner: Any, states: Any) -> Any:
        """The new output and memory."""
        act, gate = self.activation, self.recurrent_activation
        i, f, c, o = parts(math.add(x, inner), 4)
        memory = gate(f) * states[1] + gate(i) * act(c)
        return gate(o) * act(memory), memory


@public("keras.layers")
class LSTMCell(Cell):
    __doc__ = f"""One step of an `LSTM`.

    Args:{_ARGS}{CELL_ARGS}
        **kwargs: `name`, `dtype`, `trainable`.
    """

    gates = 4
    n_states = 2

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
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
        super().__init__(**given(locals(), "recurrent_activation", "unit_forget_bias"))
        self.recurrent_activation = activations.get(recurrent_activation)
        self.unit_forget_bias = unit_forget_bias

    @property
    def start_bias(self) -> Any:
        """How the bias starts: the forget gate's at 1 if asked for."""
        if not self.unit_forget_bias:
            return self.bias_initializer

        def start(shape_: Any, dtype: Any = None) -> Any:
            n, make = self.units, self.bias_initializer
            ones = math.add(make((n,), dtype) * 0, 1)
            pieces = [make((n,), dtype), ones, make((2 * n,), dtype)]
            return shape.concatenate(pieces)

        return start

    @property
    def gate(self) -> Gate:
        """What follows the products."""
        return Gate(self.activation, self.recurrent_activation)


@public("keras.layers")
@from_cell(*SHARED, "recurrent_activation", "unit_forget_bias")
class LSTM(GatedRNN):
    __doc__ = f"""Long short-term memory along a sequence.

    Args:{_ARGS}{LAYER_ARGS}
        use_cudnn: Kept for Keras's signature; XLA chooses.
        **kwargs: `name`, `dtype`, `trainable`, `zero_output_for_mask`.

    Source: Hochreiter and Schmidhuber 1997, https://doi.org/10.1162/neco.1997.9.8.1735.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.LSTM(4)(np.ones((2, 10, 8), "float32")).shape
    TensorShape([2, 4])
    """

    cell_class = LSTMCell

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        recurrent_initializer: Any = "orthogonal",
        bias_initializer: Any = "zeros",
        unit_forget_bias: bool = True,
        kernel_regularizer: Any = None,
        recurrent_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        recurrent_constraint: Any = None,
        bias_constraint: Any = None,
        dropout: float = 0.0,
        recurrent_dropout: float = 0.0,
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        super().__init__(**given(locals(), "use_cudnn"))
