"""Gated recurrent units: `GRUCell` and `GRU`."""

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
from addax.ops import linalg, math

_ARGS = """
        units: How many numbers come out.
        activation: A function or its name, for what is new.
        recurrent_activation: A function or its name, for the gates.
        reset_after: Whether the reset gate applies after the state's product rather
            than before."""


@dataclass(frozen=True)
class Gate(NativeGate):
    """The gates: how much of the state stays, and how much of it shapes what is new."""

    kernel = "gru"
    activation: Any
    recurrent_activation: Any

    def __call__(self, x: Any, inner: Any, states: Any) -> Any:
        """The new state."""
        xz, xr, xh = parts(x, 3)
        hz, hr, hh = parts(inner, 3)
        gate = self.recurrent_activation
        z = gate(xz + hz)
        new = self.activation(xh + gate(xr + hr) * hh)
        return (z * states[0] + (1.0 - z) * new,)


@public("keras.layers")
class GRUCell(Cell):
    __doc__ = f"""One step of a `GRU`.

    Args:{_ARGS}{CELL_ARGS}
        **kwargs: `name`, `dtype`, `trainable`.
    """

    gates = 3

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
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
        reset_after: bool = True,
        seed: int | None = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**given(locals(), "recurrent_activation", "reset_after"))
        self.recurrent_activation = activations.get(recurrent_activation)
        self.reset_after = reset_after

    @property
    def bias_shape(self) -> tuple[int, ...]:
        """The bias's shape: a row for each product if the reset comes after them."""
        width = 3 * self.units
        return (2, width) if self.reset_after else (width,)

    @property
    def biases(self) -> tuple[Any, Any]:
        """What is added to the inputs' product, and to the state's."""
        if self.bias is None or not self.reset_after:
            return self.bias, None
        return self.bias[0], self.bias[1]

    @property
    def scannable(self) -> bool:
        """Whether all steps can be one operation: not if a product follows the gate."""
        return self.reset_after and super().scannable

    def step(self, x: Any, states: Any, drop: Any, bias: Any) -> Any:
        """The new state, given the product of the inputs."""
        if self.reset_after:
            return super().step(x, states, drop, bias)
        h, n = states[0], self.units
        dropped = h if drop is None else math.multiply(h, drop)
        matrix = self.recurrent_kernel
        xz, xr, xh = parts(x, 3)
        hz, hr = parts(linalg.matmul(dropped, matrix[:, : 2 * n]), 2)
        z = self.recurrent_activation(xz + hz)
        r = self.recurrent_activation(xr + hr)
        new = self.activation(xh + linalg.matmul(r * dropped, matrix[:, 2 * n :]))
        return (z * h + (1.0 - z) * new,)

    @property
    def gate(self) -> Gate:
        """What follows the products."""
        return Gate(self.activation, self.recurrent_activation)


@public("keras.layers")
@from_cell(*SHARED, "recurrent_activation", "reset_after")
class GRU(GatedRNN):
    __doc__ = f"""Gated recurrent units along a sequence.

    Args:{_ARGS}{LAYER_ARGS}
        use_cudnn: Kept for Keras's signature; XLA chooses.
        **kwargs: `name`, `dtype`, `trainable`, `zero_output_for_mask`.

    Source: Cho et al. 2014, https://arxiv.org/abs/1406.1078.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.GRU(4)(np.ones((2, 10, 8), "float32")).shape
    TensorShape([2, 4])
    """

    cell_class = GRUCell

    def __init__(
        self,
        units: int,
        activation: Any = "tanh",
        recurrent_activation: Any = "sigmoid",
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
        seed: int | None = None,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        reset_after: bool = True,
        use_cudnn: Any = "auto",
        **kwargs: Any,
    ) -> None:
        super().__init__(**given(locals(), "use_cudnn"))
