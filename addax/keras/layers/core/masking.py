"""`Masking`: marks time steps to skip."""

from __future__ import annotations

from typing import Any

from addax.core import cast
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import math, reduce


@public("keras.layers")
class Masking(Layer):
    """Marks the time steps all of whose features are `mask_value`, for later layers.

    The steps themselves become 0.

    Args:
        mask_value: The value.
        **kwargs: `name`, `dtype`.
    """

    def __init__(self, mask_value: float = 0.0, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.mask_value = mask_value
        self.supports_masking = True

    def compute_mask(self, inputs: Any, previous_mask: Any = None) -> Any:
        """True for the steps that count."""
        return reduce.any(math.not_equal(inputs, self.mask_value), axis=-1)

    def call(self, inputs: Any) -> Any:
        """The inputs, with zeros in the steps that do not count."""
        kept = reduce.any(
            math.not_equal(inputs, self.mask_value), axis=-1, keepdims=True
        )
        return math.multiply(inputs, cast(kept, inputs.dtype))
