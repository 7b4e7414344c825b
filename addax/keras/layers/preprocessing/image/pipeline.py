"""`Pipeline`: layers one after the other, as one layer."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addax.keras.layers.call_context import call_signature
from addax.keras.layers.layer import Layer
from addax.keras.serialization import (
    deserialize_keras_object,
    public,
    serialize_keras_object,
)


@public("keras.layers")
class Pipeline(Layer):
    """Applies layers one after the other.

    It is a plain layer, not a model; what goes through it may be a dict, as layers on
    images take it.

    Args:
        layers: The layers.
        name: A name.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> pipeline = keras.layers.Pipeline(
    ...     [keras.layers.Rescaling(1 / 255), keras.layers.RandomFlip(seed=0)])
    >>> pipeline(np.zeros((2, 8, 8, 3)), training=True).shape
    TensorShape([2, 8, 8, 3])
    """

    def __init__(self, layers: Sequence[Layer], name: str | None = None) -> None:
        super().__init__(name=name)
        self._pipeline_layers = list(layers)

    @property
    def layers(self) -> list[Layer]:
        """The layers, in order."""
        return list(self._pipeline_layers)

    def call(self, inputs: Any, training: bool = True, mask: Any = None) -> Any:
        """What the last layer returns.

        Args:
            inputs: What the first layer takes.
            training: Whether to augment.
            mask: A mask for layers that take one.
        """
        for layer in self._pipeline_layers:
            takes = call_signature(type(layer).call)
            given: dict[str, Any] = {}
            if takes.takes_training:
                given["training"] = training
            if takes.takes_mask and mask is not None:
                given["mask"] = mask
            inputs = layer(inputs, **given)
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The layers, serialised, and the name: what Keras's constructor takes."""
        layers = [serialize_keras_object(layer) for layer in self._pipeline_layers]
        return {"layers": layers, "name": self.name}

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Pipeline:
        """Makes one from what `get_config` returned.

        Args:
            config: The layers, serialised, and the name.
        """
        layers = [deserialize_keras_object(layer) for layer in config["layers"]]
        return cls(layers, name=config.get("name"))
