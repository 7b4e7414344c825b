"""Convolutions and pools of `tf.nn`: TensorFlow's ways to say strides and padding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import as_dtype, cast
from addax.ops import conv as ops
from addax.ops import math, patches, windowed
from addax.ops import pool as pools
from addax.ops import shape as shapes
from addax.tf._rules import alike, operand


def _format(data_format: str | None) -> str:
    first = data_format is not None and data_format.startswith("NC")
    return "channels_first" if first else "channels_last"


def _spatial(value: Any, rank: int, data_format: str | None, default: int = 1) -> Any:
    """Sizes of the spatial axes, from one, from those or from all axes' sizes."""
    if value is None:
        return (default,) * rank
    sizes = [int(n) for n in np.atleast_1d(np.asarray(value))]
    if len(sizes) == rank + 2:
        sizes = sizes[2:] if _format(data_format) == "channels_first" else sizes[1:-1]
    return tuple(sizes * rank if len(sizes) == 1 else sizes)


def _padding(padding: Any, rank: int, data_format: str | None) -> Any:
    """`"valid"`, `"same"`, or pairs for the spatial axes."""
    if isinstance(padding, str):
        if padding.upper() not in ("VALID", "SAME"):
            raise ValueError(
                explain(
                    "`padding` is 'VALID', 'SAME' or a list of pairs, one for each "
                    "axis.",
                    received={"padding": padding},
                )
            )
        return padding.lower()
    pairs = [tuple(int(n) for n in pair) for pair in padding]
    if len(pairs) == rank + 2:
        first = _format(data_format) == "channels_first"
        pairs = pairs[2:] if first else pairs[1:-1]
    return tuple(pairs)


def _with_zeros(x: Any, padding: Any, data_format: str | None) -> tuple[Any, str]:
    if isinstance(padding, str):
        return x, padding
    first = _format(data_format) == "channels_first"
    widths = [(0, 0), (0, 0), *padding] if first else [(0, 0), *padding, (0, 0)]
    return shapes.pad(x, widths), "valid"


def convolution(
    input: Any,
    filters: Any,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Convolution over one, two or three axes.

    Args:
        input: A tensor `(batch, *space, channels)`, or with the channels second if
            `data_format` starts with `"NC"`. More leading axes count as batch.
        filters: A tensor `(*size, channels / groups, filters)`.
        strides: The steps, one for all axes or for each.
        padding: `"VALID"`, `"SAME"`, or a pair of sizes for each axis.
        data_format: Where the channels are.
        dilations: How far the filters' elements are apart.
        name: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> tf.nn.conv2d(tf.ones([1, 5, 5, 3]), tf.ones([3, 3, 3, 8]), 1, "SAME").shape
    TensorShape([1, 5, 5, 8])
    """
    x, kernel = alike("nn.convolution", input, filters)
    rank = kernel.ndim - 2
    batch = x.shape[: x.ndim - rank - 1]
    if len(batch) > 1:
        x = shapes.reshape(x, (-1, *x.shape[len(batch) :]))
    x, side = _with_zeros(x, _padding(padding, rank, data_format), data_format)
    found = ops.conv(
        x,
        kernel,
        _spatial(strides, rank, data_format),
        side,
        _format(data_format),
        _spatial(dilations, rank, data_format),
    )
    if len(batch) > 1:
        found = shapes.reshape(found, (*batch, *found.shape[1:]))
    return found


def conv1d(
    input: Any,
    filters: Any,
    stride: Any,
    padding: Any,
    data_format: str = "NWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Convolution over one axis; see `convolution`."""
    return convolution(input, filters, stride, padding, data_format, dilations)


def conv2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Convolution over two axes; see `convolution`."""
    return convolution(input, filters, strides, padding, data_format, dilations)


def conv3d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NDHWC",
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Convolution over three axes; see `convolution`."""
    return convolution(input, filters, strides, padding, data_format, dilations)


def conv_transpose(
    input: Any,
    filters: Any,
    output_shape: Any,
    strides: Any,
    padding: Any = "SAME",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The transpose of a convolution: what its gradient does to its outputs.

    Args:
        input: As for `convolution`.
        filters: A tensor `(*size, filters, channels)`.
        output_shape: The shape of the result, or its spatial sizes.
        strides: As for `convolution`.
        padding: As for `convolution`.
        data_format: As for `convolution`.
        dilations: As for `convolution`.
        name: Kept for TensorFlow's signature.
    """
    x, kernel = alike("nn.conv_transpose", input, filters)
    rank = kernel.ndim - 2
    space = _spatial([int(n) for n in output_shape], rank, data_format)
    return ops.conv_transpose_to(
        x,
        kernel,
        space,
        _spatial(strides, rank, data_format),
        _padding(padding, rank, data_format),
        _spatial(dilations, rank, data_format),
        _format(data_format),
    )


conv1d_transpose = conv2d_transpose = conv3d_transpose = conv_transpose


def atrous_conv2d(
    value: Any, filters: Any, rate: int, padding: Any, name: str | None = None
) -> Any:
    """`conv2d` whose filters' elements are `rate` apart."""
    return convolution(value, filters, 1, padding, "NHWC", rate)


def atrous_conv2d_transpose(
    value: Any,
    filters: Any,
    output_shape: Any,
    rate: int,
    padding: Any,
    name: str | None = None,
) -> Any:
    """The transpose of `atrous_conv2d`."""
    return conv_transpose(value, filters, output_shape, 1, padding, "NHWC", rate)


def depthwise_conv2d(
    input: Any,
    filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """Convolution of each channel by itself.

    Args:
        input: As for `convolution`.
        filter: A tensor `(height, width, channels, multiplier)`.
        strides: As for `convolution`.
        padding: As for `convolution`.
        data_format: As for `convolution`.
        dilations: As for `convolution`.
        name: Kept for TensorFlow's signature.
    """
    x, kernel = alike("nn.depthwise_conv2d", input, filter)
    x, side = _with_zeros(x, _padding(padding, 2, data_format), data_format)
    steps = _spatial(strides, 2, data_format)
    gaps = _spatial(dilations, 2, data_format)
    return ops.depthwise_conv(x, kernel, steps, side, _format(data_format), gaps)


def separable_conv2d(
    input: Any,
    depthwise_filter: Any,
    pointwise_filter: Any,
    strides: Any,
    padding: Any,
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """`depthwise_conv2d`, then a convolution that mixes the channels."""
    each = depthwise_conv2d(
        input, depthwise_filter, strides, padding, data_format, dilations
    )
    return convolution(each, pointwise_filter, 1, "VALID", data_format)


# Pools


def pool(
    input: Any,
    window_shape: Any,
    pooling_type: str,
    strides: Any = None,
    padding: Any = "VALID",
    data_format: str | None = None,
    dilations: Any = None,
    name: str | None = None,
) -> Any:
    """The maximum or the mean of sliding windows.

    Args:
        input: As for `convolution`.
        window_shape: The window's sizes.
        pooling_type: `"MAX"` or `"AVG"`.
        strides: Its steps; 1 if not given.
        padding: As for `convolution`.
        data_format: As for `convolution`.
        dilations: How far the window's elements are apart.
        name: Kept for TensorFlow's signature.
    """
    x = operand(input)
    rank = x.ndim - 2
    size = _spatial(window_shape, rank, data_format)
    steps = _spatial(strides, rank, data_format)
    gaps = _spatial(dilations, rank, data_format)
    around, form = _padding(padding, rank, data_format), _format(data_format)
    kind = "max" if pooling_type.upper() == "MAX" else "average"
    if isinstance(around, str) and gaps == (1,) * rank:
        op = pools.max_pool if kind == "max" else pools.average_pool
        return op(x, size, steps, around, form)
    if form == "channels_first":
        x = shapes.moveaxis(x, 1, -1)
    found = windowed.pool_windows(x, kind, size, steps, around, gaps)
    return shapes.moveaxis(found, -1, 1) if form == "channels_first" else found


def _pooling(kind: str, public: str) -> Callable[..., Any]:
    def function(
        input: Any,
        ksize: Any,
        strides: Any,
        padding: Any,
        data_format: str | None = None,
        name: str | None = None,
    ) -> Any:
        return pool(input, ksize, kind, strides, padding, data_format)

    function.__name__ = function.__qualname__ = public
    function.__module__ = __name__
    word = "maximum" if kind == "MAX" else "mean"
    function.__doc__ = f"""The {word} of sliding windows, channel by channel.

    Args:
        input: A tensor `(batch, *space, channels)`, or with the channels second if
            `data_format` starts with `"NC"`.
        ksize: The window's sizes.
        strides: Its steps.
        padding: `"VALID"`, `"SAME"`, or a pair of sizes for each axis.
        data_format: Where the channels are.
        name: Kept for TensorFlow's signature.
    """
    return function


max_pool, avg_pool = _pooling("MAX", "max_pool"), _pooling("AVG", "avg_pool")
max_pool1d, avg_pool1d = _pooling("MAX", "max_pool1d"), _pooling("AVG", "avg_pool1d")
max_pool2d, avg_pool2d = _pooling("MAX", "max_pool2d"), _pooling("AVG", "avg_pool2d")
max_pool3d, avg_pool3d = _pooling("MAX", "max_pool3d"), _pooling("AVG", "avg_pool3d")


def max_pool_with_argmax(
    input: Any,
    ksize: Any,
    strides: Any,
    padding: Any,
    data_format: str = "NHWC",
    output_dtype: Any = "int64",
    include_batch_in_index: bool = False,
    name: str | None = None,
) -> tuple[Any, Any]:
    """The maximum of each window, and its place in the image as one number.

    Args:
        input: Images `(batch, height, width, channels)`.
        ksize: The window's height and width.
        strides: Its steps.
        padding: `"VALID"` or `"SAME"`.
        data_format: `"NHWC"`.
        output_dtype: The type of the places.
        include_batch_in_index: Whether places count through the whole batch.
        name: Kept for TensorFlow's signature.
    """
    values, places = windowed.max_pool_with_argmax(
        operand(input),
        _spatial(ksize, 2, data_format),
        _spatial(strides, 2, data_format),
        _padding(padding, 2, data_format),
        include_batch_in_index,
    )
    return values, cast(places, as_dtype(output_dtype).name)


def dilation2d(
    input: Any,
    filters: Any,
    strides: Any,
    padding: str,
    data_format: str,
    dilations: Any,
    name: str | None = None,
) -> Any:
    """The greatest of `input + filters` within each window.

    Args:
        input: Images `(batch, height, width, channels)`.
        filters: A tensor `(height, width, channels)`.
        strides: The window's steps.
        padding: `"VALID"` or `"SAME"`.
        data_format: `"NHWC"`.
        dilations: How far the window's elements are apart.
        name: Kept for TensorFlow's signature.
    """
    x, kernel = alike("nn.dilation2d", input, filters)
    steps, gaps = (_spatial(v, 2, data_format) for v in (strides, dilations))
    side = _padding(padding, 2, data_format)
    return windowed.dilation2d(x, kernel, steps, side, gaps)


def erosion2d(
    value: Any,
    filters: Any,
    strides: Any,
    padding: str,
    data_format: str,
    dilations: Any,
    name: str | None = None,
) -> Any:
    """The least of `value - filters` within each window; see `dilation2d`."""
    x, kernel = alike("nn.erosion2d", value, filters)
    turned = shapes.flip(kernel, (0, 1))
    found = dilation2d(
        math.negative(x), turned, strides, padding, data_format, dilations
    )
    return math.negative(found)


def space_to_depth(
    input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> Any:
    """Moves blocks of height and width to the channels."""
    return patches.space_to_depth(operand(input), int(block_size), _format(data_format))


def depth_to_space(
    input: Any, block_size: int, data_format: str = "NHWC", name: str | None = None
) -> Any:
    """Moves blocks of channels to height and width."""
    return patches.depth_to_space(operand(input), int(block_size), _format(data_format))
