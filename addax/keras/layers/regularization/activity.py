"""`ActivityRegularization`: a penalty on what passes through."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.layer import Layer
from addax.keras.regularizers import L1L2
from addax.keras.serialization import public


@public("keras.layers")
class ActivityRegularization(Layer):
    """Returns its inputs, and adds a penalty on them to the loss.

    Args:
        l1: The factor of the sum of absolute values.
        l2: The factor of the sum of squares.
        **kwargs: `name`, `dtype`, `input_shape`.
    """

    def __init__(self, l1: float = 0.0, l2: float = 0.0, **kwargs: Any) -> None:
        super().__init__(activity_regularizer=L1L2(l1, l2), **kwargs)
        self.l1 = l1
        self.l2 = l2
        self.supports_masking = True

    def call(self, inputs: Any) -> Any:
        """The inputs."""
        return inputs

    def get_config(self) -> dict[str, Any]:
        """The constructor's arguments, in serialisable form."""
        config = super().get_config()
        del config["activity_regularizer"]
        return config
