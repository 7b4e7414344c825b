"""`Identity`: what comes in goes out."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.layer import Layer
from addax.keras.serialization import public


@public("keras.layers")
class Identity(Layer):
    """Returns its inputs.

    Args:
        **kwargs: `name`, `dtype`.
    """

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs
