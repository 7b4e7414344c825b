"""Convolutions of each channel by itself, alone or before one that mixes channels."""

from __future__ import annotations

from typing import Any

from addax.keras.layers.checks import positive
from addax.keras.layers.convolutional.base import Convolution
from addax.keras.serialization import public
from addax.ops.conv import depthwise_conv, separable_conv

_GEOMETRY = """        strides: The kernel's steps, or one for all.
        padding: `"valid"` or `"same"`."""
_REST = """        use_bias: Whether to add a bias.
        depthwise_initializer: How the kernel for each channel starts.
        bias_initializer: How the bias starts.
        depthwise_regularizer: A penalty on the kernel for each channel.
        bias_regularizer: A penalty on the bias.
        activity_regularizer: A penalty on the outputs.
        depthwise_constraint: Applied to the kernel for each channel after updates.
        bias_constraint: Applied to the bias after each update.
        **kwargs: `name`, `dtype`, `trainable`, `input_shape`."""
_MIDDLE = """        depth_multiplier: How many channels each channel becomes.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: How far the kernel's elements are apart.
        activation: A function or its name; none by default."""
_DEPTHWISE = f"""
    Args:
        kernel_size: The kernel's sizes, or one number for all.
{_GEOMETRY}
{_MIDDLE}
{_REST}
    """
_SEPARABLE = f"""
    Args:
        filters: How many channels come out.
        kernel_size: The kernel's sizes, or one number for all.
{_GEOMETRY}
{_MIDDLE}
        pointwise_initializer: How the kernel that mixes the channels starts.
        pointwise_regularizer: A penalty on it.
        pointwise_constraint: Applied to it after each update.
{_REST}

    Source: Chollet 2016, https://arxiv.org/abs/1610.02357.
    """


class DepthwiseConv(Convolution):
    """The base of depthwise convolutions."""

    kernels = ("depthwise",)

    def __init__(
        self,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        depth_multiplier: int = 1,
        data_format: str | None = None,
        dilation_rate: Any = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        super().__init__(
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            {"depthwise": depthwise_initializer, "bias": bias_initializer},
            {"depthwise": depthwise_regularizer, "bias": bias_regularizer},
            {"depthwise": depthwise_constraint, "bias": bias_constraint},
            activity_regularizer,
            **kwargs,
        )
        self.depth_multiplier = positive("depth_multiplier", depth_multiplier)

    def build(self, input_shape: Any) -> None:
        """Creates the kernel and the bias."""
        channels = self.channels(input_shape)
        size = (*self.kernel_size, channels, self.depth_multiplier)
        self.kernel = self.add_kernel("kernel", size, "depthwise")
        self.add_bias(channels * self.depth_multiplier)

    def call(self, inputs: Any) -> Any:
        """The convolved inputs."""
        outputs = depthwise_conv(
            inputs,
            self.kernel,
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.finish(outputs)


@public("keras.layers")
class DepthwiseConv1D(DepthwiseConv):
    __doc__ = f"""Convolution of each channel of sequences by itself.
{_DEPTHWISE}"""


@public("keras.layers")
class DepthwiseConv2D(DepthwiseConv):
    __doc__ = f"""Convolution of each channel of images by itself.
{_DEPTHWISE}"""

    rank = 2


class SeparableConv(Convolution):
    """The base of convolutions of each channel and then across channels."""

    kernels = ("depthwise", "pointwise")

    def __init__(
        self,
        filters: int,
        kernel_size: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
        depth_multiplier: int = 1,
        activation: Any = None,
        use_bias: bool = True,
        depthwise_initializer: Any = "glorot_uniform",
        pointwise_initializer: Any = "glorot_uniform",
        bias_initializer: Any = "zeros",
        depthwise_regularizer: Any = None,
        pointwise_regularizer: Any = None,
        bias_regularizer: Any = None,
        activity_regularizer: Any = None,
        depthwise_constraint: Any = None,
        pointwise_constraint: Any = None,
        bias_constraint: Any = None,
        **kwargs: Any,
    ) -> None:
        starts = (depthwise_initializer, pointwise_initializer, bias_initializer)
        penalties = (depthwise_regularizer, pointwise_regularizer, bias_regularizer)
        limits = (depthwise_constraint, pointwise_constraint, bias_constraint)
        names = (*self.kernels, "bias")
        super().__init__(
            kernel_size,
            strides,
            padding,
            data_format,
            dilation_rate,
            activation,
            use_bias,
            dict(zip(names, starts, strict=True)),
            dict(zip(names, penalties, strict=True)),
            dict(zip(names, limits, strict=True)),
            activity_regularizer,
            **kwargs,
        )
        self.filters = positive("filters", filters)
        self.depth_multiplier = positive("depth_multiplier", depth_multiplier)

    def build(self, input_shape: Any) -> None:
        """Creates both kernels and the bias."""
        channels = self.channels(input_shape)
        size = (*self.kernel_size, channels, self.depth_multiplier)
        mixed = (*(1,) * self.rank, channels * self.depth_multiplier, self.filters)
        self.depthwise_kernel = self.add_kernel("depthwise_kernel", size, "depthwise")
        self.pointwise_kernel = self.add_kernel("pointwise_kernel", mixed, "pointwise")
        self.add_bias(self.filters)

    def call(self, inputs: Any) -> Any:
        """The convolved inputs."""
        outputs = separable_conv(
            inputs,
            self.depthwise_kernel,
            self.pointwise_kernel,
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.finish(outputs)


@public("keras.layers", "SeparableConvolution1D")
class SeparableConv1D(SeparableConv):
    __doc__ = f"""Convolution of each channel of sequences, then across channels.
{_SEPARABLE}"""


@public("keras.layers", "SeparableConvolution2D")
class SeparableConv2D(SeparableConv):
    __doc__ = f"""Convolution of each channel of images, then across channels.
{_SEPARABLE}"""

    rank = 2
