"""What layers share that learn from data before training: `adapt`, and their inputs."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorLike, convert
from addax.keras.layers.layer import Layer


def as_tensor(value: Any) -> Any:
    """A layer's input as a tensor: lists and columns of strings, too."""
    if isinstance(value, (TensorLike, dict)):
        return value
    if hasattr(value, "to_numpy"):  # pandas
        value = value.to_numpy()
    return convert(value)


class AdaptedLayer(Layer):
    """A layer that looks at data before training and keeps what it saw.

    Subclasses have `reset_state()`, `update_state(batch)` and `finalize_state()`.
    """

    def __call__(self, inputs: Any, *args: Any, **kwargs: Any) -> Any:
        return super().__call__(self._checked(inputs), *args, **kwargs)

    def _checked(self, value: Any) -> Any:
        """An input as a tensor.

        Raises:
            ValueError: If it is of numbers where the layer reads texts, or the reverse.
        """
        x = as_tensor(value)
        text = self.input_dtype == "string"
        if not isinstance(x, dict) and (x.dtype == "string") != text:
            raise ValueError(
                explain(
                    f"{type(self).__name__} takes {'strings' if text else 'numbers'}.",
                    received={"inputs": x},
                    fix="tf.strings.as_string(inputs)"
                    if text
                    else "keras.layers.StringLookup turns strings into numbers",
                )
            )
        return x

    def adapt(
        self, data: Any, batch_size: int | None = None, steps: int | None = None
    ) -> None:
        """Learns from data what the layer needs to know.

        What an earlier `adapt` learned is forgotten.

        Args:
            data: An array, list or tensor, or a dataset or generator of batches
                (inputs only, no targets).
            batch_size: Kept for Keras's signature: arrays are read at once.
            steps: How many batches to read; all of them if not given.

        Raises:
            ValueError: If the layer was given what it would learn.
        """
        fixed = self._fixed()
        if fixed is not None:
            raise ValueError(fixed)
        self.reset_state()
        for batch in batches(data, steps):
            self.update_state(self._checked(batch))
        self.finalize_state()

    def _fixed(self) -> str | None:
        """Why there is nothing to learn, if the layer was given all it needs."""
        return None

    def reset_state(self) -> None:
        """Forgets what was learned."""
        raise NotImplementedError

    def update_state(self, data: Any) -> None:
        """Learns from one batch."""
        raise NotImplementedError

    def finalize_state(self) -> None:
        """Makes what was learned take effect."""


def batches(data: Any, steps: int | None = None) -> Iterator[Any]:
    """The batches of what `adapt` was given, as tensors.

    Raises:
        ValueError: If a dataset yields more than inputs.
    """
    whole = isinstance(data, (TensorLike, list, tuple, np.ndarray, str, bytes))
    if whole or hasattr(data, "__array__") or hasattr(data, "to_numpy"):
        yield as_tensor(data)
        return
    if hasattr(data, "__getitem__") and hasattr(data, "__len__"):  # PyDataset
        found: Any = (data[i] for i in range(len(data)))
    else:
        found = iter(data)
    for batch in islice(found, steps):
        if isinstance(batch, tuple):
            if len(batch) == 1:
                batch = batch[0]
            else:
                raise ValueError(
                    explain(
                        "`adapt` learns from inputs alone.",
                        received={"data": f"batches of {len(batch)} parts"},
                        why="Targets and weights have no part in it.",
                        fix="layer.adapt(dataset.map(lambda x, y: x))",
                    )
                )
        yield as_tensor(batch)
