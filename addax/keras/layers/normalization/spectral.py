"""`SpectralNormalization`: weights divided by their largest singular value."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.checks import positive
from addax.keras.layers.core.wrapper import Wrapper
from addax.keras.layers.layer import Layer
from addax.keras.serialization import public
from addax.ops import linalg, math, normalize, shape


@public("keras.layers")
class SpectralNormalization(Wrapper):
    """Divides the kernel of a layer by its largest singular value while training.

    The value is found by power iteration, which goes on from call to call.

    Args:
        layer: A layer with a `kernel` or with `embeddings`.
        power_iterations: How many iterations there are in each call.
        **kwargs: `name`, `dtype`, `trainable`.

    Raises:
        ValueError: If `power_iterations` is not a positive whole number.
        AttributeError: If the layer has no kernel.

    Source: Miyato et al. 2018, https://arxiv.org/abs/1802.05957.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.SpectralNormalization(keras.layers.Dense(2))
    >>> layer(np.ones((3, 4), "float32"), training=True).shape
    TensorShape([3, 2])
    """

    def __init__(self, layer: Layer, power_iterations: int = 1, **kwargs: Any) -> None:
        super().__init__(layer, **kwargs)
        self.power_iterations = positive("power_iterations", power_iterations)

    def build(self, input_shape: Any) -> None:
        """Builds the layer inside, and the vector that the iteration goes on from."""
        super().build(input_shape)
        kernel = getattr(self.layer, "kernel", None)
        if kernel is None:
            kernel = getattr(self.layer, "embeddings", None)
        if kernel is None:
            raise AttributeError(
                explain(
                    "SpectralNormalization wraps a layer with a `kernel` or with "
                    "`embeddings`.",
                    received={"layer": self.layer},
                )
            )
        # The wrapper's own too, before its vector: Keras's files say so
        self.kernel = kernel
        self.vector_u = self.add_weight(
            name="vector_u",
            shape=(1, kernel.shape[-1]),
            initializer="truncated_normal",
            trainable=False,
            dtype=kernel.dtype,
        )

    def call(self, inputs: Any, training: bool = False) -> Any:
        """What the layer inside answers; normalises its kernel first if `training`."""
        if training:
            vector, kernel = self.normalized_weights()
            self.vector_u.assign(vector)
            self.kernel.assign(kernel)
        return self.layer(inputs)

    def normalized_weights(self) -> tuple[Any, Any]:
        """The vector after some iterations, and the kernel divided by the value."""
        size = self.kernel.shape
        matrix = shape.reshape(self.kernel, (-1, size[-1]))
        vector: Any = self.vector_u
        other: Any = None
        for _ in range(self.power_iterations):
            other = linalg.matmul(vector, shape.transpose(matrix))
            other = normalize.normalize(other, -1, 2, 1e-12)
            vector = normalize.normalize(linalg.matmul(other, matrix), -1, 2, 1e-12)
        other, vector = math.stop_gradient(other), math.stop_gradient(vector)
        product = linalg.matmul(linalg.matmul(other, matrix), shape.transpose(vector))
        return vector, shape.reshape(math.divide(matrix, product), size)
