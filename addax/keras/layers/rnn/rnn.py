"""`RNN`: a cell along a sequence."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import Variable, tree
from addax.keras.layers.input_spec import InputSpec
from addax.keras.layers.layer import Layer
from addax.keras.layers.rnn.cell import Cell
from addax.keras.layers.rnn.stacked import StackedRNNCells, takes_training
from addax.keras.serialization import public
from addax.ops import create, math, recurrent, shape


@public("keras.layers")
class RNN(Layer):
    """Runs a cell along the steps of a sequence.

    Args:
        cell: A cell, or a list of cells on top of each other. A cell is a layer whose
            `call(inputs, states)` returns the output and the new states, with an
            attribute `state_size` and, if it likes, a method
            `get_initial_state(batch_size)`.
        return_sequences: Whether to return the outputs of all steps.
        return_state: Whether to return the last states, too.
        go_backwards: Whether to start at the end; outputs are then in that order.
        stateful: Whether a batch goes on where the last one ended. Needs a fixed batch
            size; `reset_state` starts again.
        unroll: Whether the steps are written out rather than a loop.
        zero_output_for_mask: Whether outputs of masked steps are 0 rather than
            repeated.
        **kwargs: `name`, `dtype`, `trainable`, `activity_regularizer`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.RNN([keras.layers.LSTMCell(8), keras.layers.GRUCell(4)])
    >>> layer(np.ones((2, 5, 3), "float32")).shape
    TensorShape([2, 4])
    """

    _untracked = Layer._untracked | {"states"}

    def __init__(
        self,
        cell: Any,
        return_sequences: bool = False,
        return_state: bool = False,
        go_backwards: bool = False,
        stateful: bool = False,
        unroll: bool = False,
        zero_output_for_mask: bool = False,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        if isinstance(cell, (list, tuple)):
            cell = StackedRNNCells(cell)
        for needed in ("call", "state_size"):
            if not hasattr(cell, needed):
                raise ValueError(
                    explain(
                        f"A cell needs {needed!r}.",
                        received={"cell": cell},
                        why="call(inputs, states) computes a step; state_size says "
                        "how large the states are.",
                    )
                )
        self.cell = cell
        self.return_sequences = return_sequences
        self.return_state = return_state
        self.go_backwards = go_backwards
        self.stateful = stateful
        self.unroll = unroll
        self.zero_output_for_mask = zero_output_for_mask
        self.input_spec = InputSpec(min_ndim=3)
        self.supports_masking = True
        self.states: Any = None

    @property
    def state_sizes(self) -> list[Any]:
        """The sizes of the cell's states."""
        size = self.cell.state_size
        return list(size) if isinstance(size, (list, tuple)) else [size]

    def build(  # pyright: ignore[reportIncompatibleMethodOverride]
        self, sequences_shape: Any, initial_state_shape: Any = None
    ) -> None:
        """Builds the cell, and the states' variables if they are to be kept."""
        step_shape = (sequences_shape[0], *sequences_shape[2:])
        if isinstance(self.cell, Layer) and not self.cell.built:
            self.cell.build(step_shape)
            self.cell.built = True
        if self.stateful:
            batch = sequences_shape[0]
            if batch is None:
                raise ValueError(
                    explain(
                        f"Layer {self.name!r} keeps its states, and needs to know for "
                        "how many samples.",
                        received={"input_shape": tuple(sequences_shape)},
                        fix="keras.Input(batch_shape=(32, None, 8)) fixes it.",
                    )
                )
            self.states = tree.map_structure(
                lambda x: Variable(x, trainable=False, name="rnn_state"),
                self.get_initial_state(batch),
            )

    def get_initial_state(self, batch_size: Any) -> list[Any]:
        """The states to start with: the cell's, or zeros."""
        make = getattr(self.cell, "get_initial_state", None)
        if make is not None:
            state = make(batch_size=batch_size)
            return list(state) if isinstance(state, (list, tuple)) else [state]
        return [
            create.zeros(
                (batch_size, *(size if isinstance(size, (list, tuple)) else (size,))),
                self.compute_dtype,
            )
            for size in self.state_sizes
        ]

    def first_states(self, sequences: Any) -> list[Any]:
        """The states to start with on these sequences."""
        return self.get_initial_state(sequences.shape[0])

    def call(
        self,
        sequences: Any,
        initial_state: Any = None,
        mask: Any = None,
        training: Any = False,
    ) -> Any:
        """The output, or outputs, and the last states if asked for.

        Args:
            sequences: A tensor `(batch, steps, features)`.
            initial_state: The states to start with.
            mask: Booleans `(batch, steps)`: steps to skip are false.
            training: Whether dropout applies.
        """
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        if self.unroll and sequences.shape[1] is None:
            raise ValueError(
                explain(
                    f"Layer {self.name!r} cannot write out an unknown number of steps.",
                    received={"inputs": sequences},
                    fix="Leave out unroll=True, or give the number of steps.",
                )
            )
        states = initial_state
        if states is None:
            states = self.states if self.stateful else self.first_states(sequences)
        states = list(states) if isinstance(states, (list, tuple)) else [states]
        last, outputs, new = self.run(sequences, states, mask, training)
        if self.stateful:
            for variable, value in zip(
                tree.flatten(self.states), tree.flatten(new), strict=True
            ):
                variable.assign(value)
        result = outputs if self.return_sequences else last
        return (result, *new) if self.return_state else result

    def run(
        self, sequences: Any, states: list[Any], mask: Any, training: Any
    ) -> tuple[Any, Any, list[Any]]:
        """The last output, all outputs, and the last states."""
        cell = self.cell
        way: dict[str, Any] = {
            "mask": mask,
            "unroll": self.unroll,
            "backwards": self.go_backwards,
            "zero_masked": self.zero_output_for_mask,
        }
        if isinstance(cell, Cell) and cell.scannable and len(sequences.shape) == 3:
            drop, inner_drop = cell.draw_dropout(sequences[:, 0], training)
            if drop is not None:
                sequences = math.multiply(sequences, shape.expand_dims(drop, 1))
            bias, inner_bias = cell.biases
            return recurrent.recurrence(
                sequences,
                states,
                cell.kernel,
                cell.recurrent_kernel,
                cell.gate,
                bias=bias,
                inner_bias=inner_bias,
                drop=inner_drop,
                **way,
            )
        hold = getattr(cell, "hold_dropout", None)
        release = None if hold is None else hold(sequences[:, 0], training)

        extra = {"training": training} if takes_training(cell) else {}

        def step(x: Any, states: list[Any]) -> tuple[Any, list[Any]]:
            output, new = cell(x, states, **extra)
            return output, list(new) if isinstance(new, (list, tuple)) else [new]

        try:
            return recurrent.run_cell(step, sequences, states, **way)
        finally:
            if release is not None:
                release()

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """The mask of the outputs of all steps; none for single ones."""
        mask = previous_mask
        mask = mask[0] if isinstance(mask, (list, tuple)) else mask
        mask = mask if self.return_sequences else None
        if not self.return_state:
            return mask
        return [mask] + [None] * len(self.state_sizes)

    def reset_state(self) -> None:
        """Starts again from zeros, if states are kept."""
        for variable in tree.flatten(self.states) if self.states else ():
            variable.assign(create.zeros(variable.shape, variable.dtype))

    reset_states = reset_state
