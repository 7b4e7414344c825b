"""`TimeDistributed`: a layer at each step of a sequence."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.call_context import call_signature
from addax.keras.layers.core.wrapper import Wrapper
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import shape


@public("keras.layers")
class TimeDistributed(Wrapper):
    """Applies a layer to each step of a sequence, with the same weights.

    Args:
        layer: The layer.
        **kwargs: `name`, `dtype`, `trainable`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.TimeDistributed(keras.layers.Conv2D(4, 3))
    >>> layer(np.ones((2, 5, 8, 8, 3), "float32")).shape
    TensorShape([2, 5, 6, 6, 4])
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.supports_masking = True

    def build(self, input_shape: Any) -> None:
        """Builds the layer for one step."""
        super().build((input_shape[0], *input_shape[2:]))

    def call(self, inputs: Any, training: Any = None, mask: Any = None) -> Any:
        """The layer's outputs for each step.

        Args:
            inputs: A tensor `(batch, steps, ...)`.
            training: Passed on to the layer.
            mask: Booleans `(batch, steps)`, passed on to a layer that takes them.
        """
        # All steps of all samples as one batch: one call does the work of many
        batch, steps = inputs.shape[:2]
        takes = call_signature(type(self.layer).call)
        given: dict[str, Any] = {}
        if takes.takes_training:
            given["training"] = training
        if takes.takes_mask and mask is not None:
            given["mask"] = shape.reshape(mask, (-1, *mask.shape[2:]))
        flat = shape.reshape(inputs, (-1, *inputs.shape[2:]))
        outputs = self.layer(flat, **given)
        return shape.reshape(outputs, (batch, steps, *outputs.shape[1:]))
