"""`GatedRNN`: the layers that make their own cell."""

from __future__ import annotations

import inspect
from typing import Any, ClassVar

from addax._base.names import to_snake_case
from addax.keras.layers.rnn.cell import Cell
from addax.keras.layers.rnn.rnn import RNN
from addax.ops import math, nn


class NativeGate:
    """The gates of a cell that a native kernel computes, too.

    Attributes:
        kernel: The kernel, if the activations are those that it knows.
    """

    kernel: ClassVar[str]
    activation: Any

    @property
    def native(self) -> str | None:
        """The native kernel that does the same, if there is one."""
        second = getattr(self, "recurrent_activation", nn.sigmoid)
        known = self.activation is math.tanh and second is nn.sigmoid
        return self.kernel if known else None


class GatedRNN(RNN):
    """The base of `SimpleRNN`, `LSTM` and `GRU`.

    Args:
        **kwargs: What the layer's constructor was called with: arguments that its
            cell's constructor takes are the cell's, the rest are `RNN`'s.
    """

    cell_class: ClassVar[type[Cell]]
    config_without = frozenset((*RNN.config_without, "cell", "use_cudnn"))

    def __init__(self, **kwargs: Any) -> None:
        names = inspect.signature(self.cell_class).parameters
        cell = self.cell_class(
            **{k: kwargs.pop(k) for k in names if k in kwargs},
            dtype=kwargs.get("dtype"),
            trainable=kwargs.get("trainable", True),
            name=to_snake_case(self.cell_class.__name__),
        )
        super().__init__(cell, **kwargs)
        self.input_spec.ndim, self.input_spec.min_ndim = 3, None
