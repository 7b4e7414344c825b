"""Transposed convolutions, for one, two and three spatial axes."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.convolutional.base import Filters
from addax.keras.serialization import public
from addax.ops.conv import conv_transpose
from addax.ops.windows import spread

_ARGS = """
    Args:
        filters: How many channels come out.
        kernel_size: The kernel's sizes, or one number for all.
        strides: By how much the axes are enlarged.
        padding: `"valid"` or `"same"`.
        output_padding: Elements to add to the output's sizes; found from the strides
            if not given.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: How far the kernel's elements are apart.
        activation: A function or its name; none by default.
        use_bias: Whether to add a bias.
        kernel_initializer: How the kernel starts.
        bias_initializer: How the bias starts.
        kernel_regularizer: A penalty on the kernel.
        bias_regularizer: A penalty on the bias.
        activity_regularizer: A penalty on the outputs.
        kernel_constraint: Applied to the kernel after each update.
        bias_constraint: Applied to the bias after each update.
        **kwargs: `name`, `dtype`, `trainable`, `input_shape`.
    """


class ConvTranspose(Filters):
    """The base: what the gradient of a convolution does to its outputs."""

    config_without = frozenset((*Filters.config_without, "groups"))

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        output_padding: Any = None,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            1,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **kwargs,
        )
        self.output_padding = None
        if output_padding is not None:
            # 0 is a valid number of elements here
            one = not hasattr(output_padding, "__iter__")
            more = (output_padding,) * self.rank if one else tuple(output_padding)
            shifted = spread([n + 1 for n in more], self.rank, "output_padding")
            self.output_padding = tuple(n - 1 for n in shifted)

    def build(self, input_shape: Any) -> None:
        """Creates the kernel and the bias."""
        channels = self.channels(input_shape)
        size = (*self.kernel_size, self.filters, channels)
        self.kernel = self.add_kernel("kernel", size)
        self.add_bias(self.filters)

    def call(self, inputs: Any) -> Any:
        """The enlarged inputs."""
        outputs = conv_transpose(
            inputs,
            self.kernel,
            self.strides,
            self.padding,
            self.output_padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.finish(outputs)


@public("keras.layers", "Convolution1DTranspose")
class Conv1DTranspose(ConvTranspose):
    __doc__ = f"""Transposed convolution over sequences.
{_ARGS}"""


@public("keras.layers", "Convolution2DTranspose")
class Conv2DTranspose(ConvTranspose):
    __doc__ = f"""Transposed convolution over images: makes them larger.
{_ARGS}"""

    rank = 2


@public("keras.layers", "Convolution3DTranspose")
class Conv3DTranspose(ConvTranspose):
    __doc__ = f"""Transposed convolution over volumes.
{_ARGS}"""

    rank = 3

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        output_padding: Any = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        kernel_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        kernel_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        kernel_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        # Keras swaps two arguments in this class alone
        super().__init__(
            filters,
            kernel_size,
            strides,
            padding,
            output_padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            kernel_initializer,
            bias_initializer,
            kernel_regularizer,
            bias_regularizer,
            activity_regularizer,
            kernel_constraint,
            bias_constraint,
            **kwargs,
        )
