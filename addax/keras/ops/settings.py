"""Operations whose defaults `keras.config` decides: formats of images, epsilon."""

from __future__ import annotations

from typing import Any

from addax.keras import config
from addax.ops import conv as _conv
from addax.ops import crossentropy as _crossentropy
from addax.ops import patches as _patches
from addax.ops import pool as _pool

_format = config.standardize_data_format


def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """Convolution over one, two or three axes.

    Args:
        inputs: A tensor `(batch, *space, channels)`, or `(batch, channels, *space)` if
            `data_format="channels_first"`.
        kernel: A tensor `(*size, channels / groups, filters)`.
        strides: The steps of the kernel, one for each axis or one for all.
        padding: `"valid"` or `"same"`.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: How far the kernel's elements are apart.

    Returns:
        A tensor of `filters` channels.
    """
    return _conv.conv(
        inputs, kernel, strides, padding, _format(data_format), dilation_rate
    )


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """Convolution of each channel by itself.

    Args:
        inputs: As for `conv`.
        kernel: A tensor `(*size, channels, multiplier)`.
        strides: As for `conv`.
        padding: As for `conv`.
        data_format: As for `conv`.
        dilation_rate: As for `conv`.

    Returns:
        A tensor of `channels * multiplier` channels.
    """
    return _conv.depthwise_conv(
        inputs, kernel, strides, padding, _format(data_format), dilation_rate
    )


def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """`depthwise_conv`, then a convolution that mixes the channels.

    Args:
        inputs: As for `conv`.
        depthwise_kernel: A tensor `(*size, channels, multiplier)`.
        pointwise_kernel: A tensor `(1, ..., channels * multiplier, filters)`.
        strides: As for `conv`.
        padding: As for `conv`.
        data_format: As for `conv`.
        dilation_rate: As for `conv`.

    Returns:
        A tensor of `filters` channels.
    """
    return _conv.separable_conv(
        inputs,
        depthwise_kernel,
        pointwise_kernel,
        strides,
        padding,
        _format(data_format),
        dilation_rate,
    )


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str | None = None,
    dilation_rate: Any = 1,
) -> Any:
    """The transpose of a convolution: what its gradient does to its outputs.

    Args:
        inputs: As for `conv`.
        kernel: A tensor `(*size, filters, channels)`.
        strides: By how much it enlarges the spatial axes.
        padding: `"valid"` or `"same"`.
        output_padding: Elements to add to the outputs' sizes; found from the strides
            if not given.
        data_format: As for `conv`.
        dilation_rate: As for `conv`.

    Returns:
        A tensor of `filters` channels.
    """
    return _conv.conv_transpose(
        inputs,
        kernel,
        strides,
        padding,
        output_padding,
        _format(data_format),
        dilation_rate,
    )


def max_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The greatest element of each window, channel by channel.

    Args:
        inputs: As for `conv`.
        pool_size: The window's sizes, one for each axis or one for all.
        strides: Its steps; its sizes if not given.
        padding: `"valid"` or `"same"`.
        data_format: As for `conv`.

    Returns:
        A tensor with one element for each window.
    """
    return _pool.max_pool(inputs, pool_size, strides, padding, _format(data_format))


def average_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str | None = None,
) -> Any:
    """The mean of each window, channel by channel.

    Args:
        inputs: As for `conv`.
        pool_size: As for `max_pool`.
        strides: As for `max_pool`.
        padding: As for `max_pool`; elements that it adds do not count.
        data_format: As for `conv`.

    Returns:
        A tensor with one element for each window.
    """
    return _pool.average_pool(inputs, pool_size, strides, padding, _format(data_format))


def adaptive_max_pool(
    inputs: Any, output_size: Any, data_format: str | None = None
) -> Any:
    """The greatest element of windows that are as large as the output's size needs.

    Args:
        inputs: As for `conv`.
        output_size: How many windows, for each axis or one number for all.
        data_format: As for `conv`.

    Returns:
        A tensor with one element for each window.
    """
    return _pool.adaptive_max_pool(inputs, output_size, _format(data_format))


def adaptive_average_pool(
    inputs: Any, output_size: Any, data_format: str | None = None
) -> Any:
    """The mean of windows that are as large as the output's size needs.

    Args:
        inputs: As for `conv`.
        output_size: How many windows, for each axis or one number for all.
        data_format: As for `conv`.

    Returns:
        A tensor with one element for each window.
    """
    return _pool.adaptive_average_pool(inputs, output_size, _format(data_format))


def depth_to_space(
    x: Any, block_size: int, data_format: str | None = "channels_last"
) -> Any:
    """Moves blocks of channels to height and width, which grow by `block_size`.

    Args:
        x: Images.
        block_size: The height and width of a block.
        data_format: As for `conv`.

    Returns:
        Larger images of fewer channels.
    """
    return _patches.depth_to_space(x, block_size, _format(data_format))


def space_to_depth(
    x: Any, block_size: int, data_format: str | None = "channels_last"
) -> Any:
    """Moves blocks of height and width to the channels; undoes `depth_to_space`.

    Args:
        x: Images.
        block_size: The height and width of a block.
        data_format: As for `conv`.

    Returns:
        Smaller images of more channels.
    """
    return _patches.space_to_depth(x, block_size, _format(data_format))


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """`-(t * log(p) + (1 - t) * log(1 - p))`, element by element.

    Args:
        target: The truth: 0, 1 or between.
        output: Probabilities, or logits, of the same shape.
        from_logits: Whether `output` is logits.

    Returns:
        A tensor of the same shape.
    """
    return _crossentropy.binary_crossentropy(
        target, output, from_logits, config.epsilon()
    )


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """`-sum(t * log(p))` along `axis`.

    Args:
        target: The true distribution, often one-hot.
        output: Probabilities (divided by their sum first), or logits.
        from_logits: Whether `output` is logits.
        axis: The axis of classes.

    Returns:
        A tensor without that axis.
    """
    return _crossentropy.categorical_crossentropy(
        target, output, from_logits, axis, config.epsilon()
    )


def sparse_categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """`-log(p[target])` along `axis`.

    Args:
        target: The true classes, as whole numbers from 0.
        output: Probabilities (divided by their sum first), or logits.
        from_logits: Whether `output` is logits.
        axis: The axis of classes.

    Returns:
        A tensor without that axis.
    """
    return _crossentropy.sparse_categorical_crossentropy(
        target, output, from_logits, axis, config.epsilon()
    )
