"""`Conv1D`, `Conv2D`, `Conv3D`."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.layers.convolutional.base import Filters
from addax.keras.layers.core.lora import LowRank
from addax.keras.serialization import public
from addax.ops.conv import conv

_LOW = ("lora_rank", "lora_alpha")


class Conv(LowRank, Filters):
    """The base: one kernel that slides over all spatial axes."""

    config_without = LowRank.config_without | Filters.config_without

    @classmethod
    def from_config(cls, config: dict[str, Any]) -> Any:
        """Makes a layer from `get_config()`."""
        # The rank of an adapted kernel is no argument of the constructor
        low = {name: config[name] for name in _LOW if name in config}
        rest = {name: value for name, value in config.items() if name not in _LOW}
        layer = super().from_config(rest)
        vars(layer).update(low)
        return layer

    def build(self, input_shape: Any) -> None:
        """Creates the kernel and the bias."""
        channels = self.channels(input_shape)
        if channels % self.groups:
            raise ValueError(
                explain(
                    "The channels must divide evenly into the groups.",
                    received={"channels": channels, "groups": self.groups},
                )
            )
        size = (*self.kernel_size, channels // self.groups, self.filters)
        self.kernel = self.add_kernel("kernel", size)
        self.add_bias(self.filters)
        self.start_lora()

    def call(self, inputs: Any) -> Any:
        """The convolved inputs."""
        x = self.with_batch(inputs)
        outputs = conv(
            x,
            self.kernel,
            self.strides,
            self.padding,
            self.data_format,
            self.dilation_rate,
        )
        return self.restore_batch(self.finish(outputs), inputs)


@public("keras.layers", "Convolution1D")
class Conv1D(Conv):
    """Convolution over the steps of a sequence `(batch, steps, channels)`.

    Args:
        filters: How many channels come out.
        kernel_size: How many steps the kernel covers.
        strides: The kernel's step.
        padding: `"valid"`, no padding; `"same"`, so that as many steps come out
            (divided by the strides); `"causal"`, so that no step sees later ones.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: How far the kernel's elements are apart.
        groups: Into how many independent groups the channels fall.
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

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.layers.Conv1D(8, 3)(np.ones((2, 10, 4))).shape
    TensorShape([2, 8, 8])
    """


@public("keras.layers", "Convolution2D")
class Conv2D(Conv):
    """Convolution over images `(batch, height, width, channels)`.

    Args:
        filters: How many channels come out.
        kernel_size: The kernel's height and width, or one number for both.
        strides: The kernel's steps, or one for both.
        padding: `"valid"`, no padding, or `"same"`, so that images of the same size
            (divided by the strides) come out.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: How far the kernel's elements are apart.
        groups: Into how many independent groups the channels fall.
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

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> layer = keras.layers.Conv2D(8, 3, padding="same", activation="relu")
    >>> layer(np.ones((2, 28, 28, 1))).shape
    TensorShape([2, 28, 28, 8])
    """

    rank = 2


@public("keras.layers", "Convolution3D")
class Conv3D(Conv):
    """Convolution over volumes `(batch, depth, height, width, channels)`.

    Args:
        filters: How many channels come out.
        kernel_size: The kernel's three sizes, or one number for all.
        strides: The kernel's steps, or one for all.
        padding: `"valid"` or `"same"`.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: How far the kernel's elements are apart.
        groups: Into how many independent groups the channels fall.
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

    rank = 3
