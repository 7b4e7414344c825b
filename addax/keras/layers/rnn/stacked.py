"""`StackedRNNCells`: cells on top of each other."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.core import tree
from addax.keras.layers.call_context import call_signature
from addax.keras.layers.layer import Layer
from addax.keras.layers.rnn.cell import Cell
from addax.keras.serialization import deserialize_keras_object, public


@public("keras.layers")
class StackedRNNCells(Layer):
    """One cell made of several: each takes the output of the one below.

    Args:
        cells: The cells.
        **kwargs: `name`, `dtype`, `trainable`.

    Raises:
        ValueError: If one is no cell.
    """

    def __init__(self, cells: Any, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        for cell in cells:
            if not hasattr(cell, "call") or not hasattr(cell, "state_size"):
                raise ValueError(
                    explain(
                        "A cell needs 'call' and 'state_size'.", received={"cell": cell}
                    )
                )
        self.cells = list(cells)

    @classmethod
    def from_config(
        cls, config: dict[str, Any], custom_objects: Any = None
    ) -> StackedRNNCells:
        """Makes one from `get_config()`."""
        cells = deserialize_keras_object(config["cells"], custom_objects)
        return cls(**{**config, "cells": cells})

    @property
    def state_size(self) -> list[Any]:
        """The sizes of the states of each cell."""
        return [cell.state_size for cell in self.cells]

    @property
    def output_size(self) -> Any:
        """The size of the last cell's output."""
        return _output_size(self.cells[-1])

    def get_initial_state(self, batch_size: Any = None) -> list[Any]:
        """The first states of each cell."""
        return [cell.get_initial_state(batch_size=batch_size) for cell in self.cells]

    def build(self, input_shape: Any) -> None:
        """Builds the cells."""
        shape = tuple(input_shape)
        for cell in self.cells:
            if isinstance(cell, Layer) and not cell.built:
                cell.build(shape)
                cell.built = True
            size = _output_size(cell)
            shape = (shape[0], *(size if isinstance(size, (list, tuple)) else (size,)))

    def hold_dropout(self, inputs: Any, training: Any) -> Any:
        """Draws every cell's dropout for all steps of a call; returns what ends it."""
        below = inputs
        for cell in self.cells:
            if isinstance(cell, Cell):
                cell.hold_dropout(below, training)
                below = cell.get_initial_state(inputs.shape[0])[0]

        def release() -> None:
            for cell in self.cells:
                if isinstance(cell, Cell):
                    cell.release_dropout()

        return release

    def call(self, inputs: Any, states: Any, training: Any = False) -> Any:
        """One step of every cell.

        Args:
            inputs: A tensor `(batch, features)`.
            states: The states of each cell.
            training: Whether dropout applies.

        Returns:
            The last cell's output, and the new states of each.
        """
        new = []
        for cell, state in zip(self.cells, states, strict=True):
            state = state if isinstance(state, (list, tuple)) else [state]
            given = {"training": training} if takes_training(cell) else {}
            inputs, state = cell(inputs, state, **given)
            new.append(list(state) if isinstance(state, (list, tuple)) else [state])
        return inputs, new


def takes_training(cell: Any) -> bool:
    """Whether a cell's `call` has an argument `training`."""
    return call_signature(type(cell).call).takes_training


def _output_size(cell: Any) -> Any:
    size = getattr(cell, "output_size", None)
    return tree.flatten(cell.state_size)[0] if size is None else size
