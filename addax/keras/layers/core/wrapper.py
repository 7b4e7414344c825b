"""`Wrapper`: a layer around another one."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public


@public("keras.layers")
class Wrapper(Layer):
    """The base of layers that hold another layer and change what it does.

    Args:
        layer: The layer.
        **kwargs: `name`, `dtype`, `trainable`.

    Raises:
        ValueError: If `layer` is not a layer.
    """

    def __init__(self, layer: Layer, **kwargs: Any) -> None:
        if not isinstance(layer, Layer):
            raise ValueError(
                explain(
                    f"{type(self).__name__} wraps a layer.",
                    received={"layer": layer},
                    fix=f"{type(self).__name__}(keras.layers.Dense(4))",
                )
            )
        super().__init__(**kwargs)
        self.layer = layer

    def build(self, input_shape: Any) -> None:
        """Builds the layer inside."""
        if not self.layer.built:
            self.layer.build(input_shape)
