"""`Dense`: every input to every unit."""

from __future__ import annotations

from typing import Any

from addax.keras import activations, constraints, initializers, regularizers
from addax.keras.layers.checks import known as known
from addax.keras.layers.checks import not_supported as not_supported
from addax.keras.layers.checks import positive as positive
from addax.keras.layers.core.lora import LowRank
from addax.keras.layers.input_spec import InputSpec
from addax.keras.serialization import public
from addax.ops import linalg, math


@public("keras.layers")
class Dense(LowRank):
    """`activation(inputs @ kernel + bias)`, over the last axis.

    Args:
        units: How many numbers come out.
        activation: A function or its name; none by default.
        use_bias: Whether to add a bias.
        kernel_initializer: How the kernel starts.
        bias_initializer: How the bias starts.
        kernel_regularizer: A penalty on the kernel.
        bias_regularizer: A penalty on the bias.
        activity_regularizer: A penalty on the outputs.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        lora_rank: The rank of matrices trained in the kernel's stead (`enable_lora`).
        lora_alpha: Their product is scaled by `lora_alpha / lora_rank`.
        quantization_config: Kept for Keras's signature; only `None` is supported.
        **kwargs: `name`, `dtype`, `trainable`, `input_shape`, `input_dim`.

    Raises:
        ValueError: If `units` is not a positive whole number.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Dense(4, activation="relu")(np.ones((2, 3))).shape
    TensorShape([2, 4])
    """

    def __init__(
        self,
        units: int,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(activity_regularizer=activity_regularizer, **kwargs)
        not_supported(quantization_config=quantization_config)
        self.lora_rank, self.lora_alpha = lora_rank, lora_alpha
        self.units = positive("units", units)
        self.activation = activations.get(activation)
        self.use_bias = use_bias
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.quantization_config = quantization_config
        self.input_spec = InputSpec(min_ndim=2)
        self.supports_masking = True
        self.bias: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates the kernel and the bias."""
        size = known(self, input_shape, -1)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(size, self.units),
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if self.use_bias:
            self.bias = self.add_weight(
                name="bias",
                shape=(self.units,),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.start_lora()
        self.input_spec = InputSpec(min_ndim=2, axes={-1: size})

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """The outputs for a batch of inputs."""
        x = linalg.matmul(inputs, self.kernel)
        if self.bias is not None:
            x = math.add(x, self.bias)
        return self.activation(x)
