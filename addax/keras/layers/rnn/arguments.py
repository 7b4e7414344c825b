"""The arguments that the recurrent layers share, and their descriptions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

CELL_ARGS = """
        use_bias: Whether to add a bias.
        kernel_initializer: How the matrix for the inputs starts.
        recurrent_initializer: How the matrix for the state starts.
        bias_initializer: How the bias starts.
        kernel_regularizer: A penalty on the matrix for the inputs.
        recurrent_regularizer: A penalty on the matrix for the state.
        bias_regularizer: A penalty on the bias.
        kernel_constraint: Applied to the matrix for the inputs after each update.
        recurrent_constraint: Applied to the matrix for the state after each update.
        bias_constraint: Applied to the bias after each update.
        dropout: The part of the inputs to drop while training.
        recurrent_dropout: The part of the state to drop while training.
        seed: A whole number that makes the dropout reproducible."""
LAYER_ARGS = f"""{CELL_ARGS}
        activity_regularizer: A penalty on the outputs.
        return_sequences: Whether to return the outputs of all steps.
        return_state: Whether to return the last states, too.
        go_backwards: Whether to start at the end; outputs are then in that order.
        stateful: Whether a batch goes on where the last one ended.
        unroll: Whether the steps are written out rather than a loop."""


def given(arguments: Mapping[str, Any], *without: str) -> dict[str, Any]:
    """What a constructor was called with, by name, to be passed on.

    The constructors spell their parameters out, for documentation and completion.

    Args:
        arguments: Its `locals()`.
        *without: Parameters that are not passed on.
    """
    kept = {
        name: value
        for name, value in arguments.items()
        if name not in ("self", "__class__", "kwargs", *without)
    }
    return kept | arguments.get("kwargs", {})


def from_cell(*names: str) -> Any:
    """A class decorator: attributes of these names are those of the layer's cell."""

    def forward(name: str) -> property:
        return property(lambda self: getattr(self.cell, name), doc="The cell's.")

    def decorate(cls: type) -> type:
        for name in names:
            setattr(cls, name, forward(name))
        return cls

    return decorate


SHARED = (
    "units", "activation", "use_bias", "kernel_initializer", "recurrent_initializer",
    "bias_initializer", "kernel_regularizer", "recurrent_regularizer",
    "bias_regularizer", "kernel_constraint", "recurrent_constraint", "bias_constraint",
    "dropout", "recurrent_dropout", "seed",
)  # fmt: skip
