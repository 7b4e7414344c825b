"""`EinsumDense`: a dense layer whose axes an equation names."""

from __future__ import annotations

import re
from typing import Any

from addax._base.errors import explain
from addax.keras import activations, constraints, initializers, regularizers
from addax.keras.layers.checks import not_supported
from addax.keras.layers.core.lora import LowRank
from addax.keras.serialization import public
from addax.ops import linalg, math


@public("keras.layers")
class EinsumDense(LowRank):
    """`activation(einsum(equation, inputs, kernel) + bias)`.

    Args:
        equation: An einsum equation with two operands, e.g. `"abc,cd->abd"`; it may
            start with `...`.
        output_shape: The sizes of the output without the batch axis, `None` where the
            input gives them.
        activation: A function or its name; none by default.
        bias_axes: The letters of the output's axes that the bias has, e.g. `"d"`; no
            bias by default.
        kernel_initializer: How the kernel starts.
        bias_initializer: How the bias starts.
        kernel_regularizer: A penalty on the kernel.
        bias_regularizer: A penalty on the bias.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        lora_rank: The rank of matrices trained in the kernel's stead (`enable_lora`).
        lora_alpha: Their product is scaled by `lora_alpha / lora_rank`.
        gptq_unpacked_column_size: Kept for Keras's signature.
        quantization_config: Kept for Keras's signature; only `None` is supported.
        **kwargs: `name`, `dtype`, `trainable`, `activity_regularizer`.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> heads = keras.layers.EinsumDense("abc,cde->abde", (None, 2, 8), bias_axes="de")
    >>> heads(np.ones((4, 5, 16))).shape
    TensorShape([4, 5, 2, 8])
    """

    config_without = frozenset((*LowRank.config_without, "gptq_unpacked_column_size"))

    def __init__(
        self,
        equation: str,
        output_shape: Any,
        activation: Any = None,
        bias_axes: str | None = None,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        lora_rank: int | None = None,
        lora_alpha: float | None = None,
        gptq_unpacked_column_size: int | None = None,
        quantization_config: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(**kwargs)
        not_supported(quantization_config=quantization_config)
        self.lora_rank, self.lora_alpha = lora_rank, lora_alpha
        self.equation = equation
        many = isinstance(output_shape, (list, tuple))
        self.output_shape = tuple(output_shape) if many else (output_shape,)
        self.activation = activations.get(activation)
        self.bias_axes = bias_axes
        self.kernel_initializer = initializers.get(kernel_initializer)
        self.bias_initializer = initializers.get(bias_initializer)
        self.kernel_regularizer = regularizers.get(kernel_regularizer)
        self.bias_regularizer = regularizers.get(bias_regularizer)
        self.kernel_constraint = constraints.get(kernel_constraint)
        self.bias_constraint = constraints.get(bias_constraint)
        self.quantization_config = quantization_config
        self.supports_masking = True
        self.bias: Any = None

    def build(self, input_shape: Any) -> None:
        """Creates the kernel and the bias, of the shapes that the equation gives."""
        inputs, kernel, outputs, elided = self._parse(input_shape)
        sizes = dict(zip(reversed(outputs), reversed(self.output_shape), strict=False))
        for axis, letter in enumerate(inputs):
            if sizes.get(letter) is None:
                sizes[letter] = input_shape[axis + elided]
        shape = tuple(
            sizes[c] if sizes.get(c) is not None else self._unknown(c, input_shape)
            for c in kernel
        )
        self.kernel = self.add_weight(
            name="kernel",
            shape=shape,
            initializer=self.kernel_initializer,
            regularizer=self.kernel_regularizer,
            constraint=self.kernel_constraint,
        )
        if self.bias_axes:
            unknown = set(self.bias_axes) - set(outputs)
            if unknown:
                raise ValueError(
                    explain(
                        "The bias has axes that the output has not.",
                        received={
                            "bias_axes": self.bias_axes,
                            "equation": self.equation,
                        },
                    )
                )
            first = min(outputs.index(c) for c in self.bias_axes)
            self.bias = self.add_weight(
                name="bias",
                shape=tuple(
                    sizes[c] if c in self.bias_axes else 1 for c in outputs[first:]
                ),
                initializer=self.bias_initializer,
                regularizer=self.bias_regularizer,
                constraint=self.bias_constraint,
            )
        self.start_lora()

    def _parse(self, input_shape: Any) -> tuple[str, str, str, int]:
        """The letters of input, kernel and output; how many axes `...` stands for."""
        parts = re.fullmatch(
            r"(\.\.\.)?([a-zA-Z]+)(\.\.\.)?,([a-zA-Z]+)->(\.\.\.)?([a-zA-Z]+)(\.\.\.)?",
            self.equation.replace(" ", ""),
        )
        if parts is None:
            raise ValueError(
                explain(
                    "This is no einsum equation of an input and a kernel.",
                    received={"equation": self.equation},
                    fix='E.g. EinsumDense("abc,cd->abd", output_shape=(None, 64)).',
                )
            )
        leading, inputs, _, kernel, _, outputs, _ = parts.groups()
        elided = len(input_shape) - len(inputs) if leading else 0
        return inputs, kernel, outputs, elided

    def _unknown(self, letter: str, input_shape: Any) -> int:
        raise ValueError(
            explain(
                f"The size of the kernel's axis {letter!r} is not known.",
                received={
                    "equation": self.equation,
                    "output_shape": self.output_shape,
                    "input_shape": tuple(input_shape),
                },
                why="It is neither in the output shape nor known of the input.",
            )
        )

    def call(self, inputs: Any, training: bool | None = None) -> Any:
        """The outputs for a batch of inputs."""
        x = linalg.einsum(self.equation, inputs, self.kernel)
        if self.bias is not None:
            x = math.add(x, self.bias)
        return self.activation(x)
