"""Convolution, pooling, padding, losses: functions of `keras.backend`."""

from __future__ import annotations

from typing import Any

from addax.core import convert
from addax.keras import config
from addax.keras import ops as keras_ops
from addax.ops import crossentropy, math, nn, normalize, reduce, shape
from addax.ops.image import resize
from addax.ops.windows import spread


def _of_kernel(conv: Any) -> Any:
    """A convolution with the parameter names of Keras 2."""

    def convolution(
        x: Any,
        kernel: Any,
        strides: Any = 1,
        padding: str = "valid",
        data_format: str | None = None,
        dilation_rate: Any = 1,
    ) -> Any:
        """A convolution over the spatial axes (see `keras.ops.conv`)."""
        return conv(x, kernel, strides, padding, data_format, dilation_rate)

    return convolution


conv1d = conv2d = conv3d = _of_kernel(keras_ops.conv)


def depthwise_conv2d(
    x: Any,
    depthwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution of each channel by itself."""
    return keras_ops.depthwise_conv(
        x, depthwise_kernel, strides, padding, data_format, dilation_rate
    )


def separable_conv2d(
    x: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """A convolution of each channel by itself, then one across channels."""
    kernels = depthwise_kernel, pointwise_kernel
    return keras_ops.separable_conv(
        x, *kernels, strides, padding, data_format, dilation_rate
    )


def conv2d_transpose(
    x: Any,
    kernel: Any,
    output_shape: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    dilation_rate: Any = (1, 1),
) -> Any:
    """The transpose of a convolution, of a given output shape."""
    form = config.standardize_data_format(data_format)
    first = 2 if form == "channels_first" else 1
    rates, steps = spread(dilation_rate, 2, "dilation_rate"), spread(strides, 2, "s")
    more = []
    for axis in range(2):
        width = (kernel.shape[axis] - 1) * rates[axis] + 1
        cut = 2 * (width // 2) if padding.lower() == "same" else 0
        base = (x.shape[first + axis] - 1) * steps[axis] + width - cut
        more.append(int(output_shape[first + axis]) - base)
    return keras_ops.conv_transpose(
        x, kernel, strides, padding, tuple(more), form, dilation_rate
    )


def pool2d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The greatest element, or with `pool_mode="avg"` the mean, of each window."""
    pool = keras_ops.max_pool if pool_mode == "max" else keras_ops.average_pool
    return pool(x, pool_size, strides, padding, data_format)


def pool3d(
    x: Any,
    pool_size: Any,
    strides: Any = (1, 1, 1),
    padding: str = "valid",
    data_format: str | None = None,
    pool_mode: str = "max",
) -> Any:
    """The greatest element, or with `pool_mode="avg"` the mean, of each window."""
    return pool2d(x, pool_size, strides, padding, data_format, pool_mode)


def bias_add(x: Any, bias: Any, data_format: str | None = None) -> Any:
    """Adds a bias: a vector of channels, or a tensor of all axes but the batch's."""
    bias = convert(bias)
    first = config.standardize_data_format(data_format) == "channels_first"
    spatial = len(x.shape) - 2
    if len(bias.shape) == 1 and first and spatial:
        bias = shape.reshape(bias, (-1, *(1,) * spatial))
    elif len(bias.shape) > 1 and first:
        bias = shape.moveaxis(bias, -1, 0)
    return math.add(x, bias)


def batch_normalization(
    x: Any,
    mean: Any,
    var: Any,
    beta: Any,
    gamma: Any,
    axis: int = -1,
    epsilon: float = 1e-3,
) -> Any:
    """`(x - mean) / sqrt(var + epsilon) * gamma + beta`."""
    flat = [None if v is None else shape.reshape(v, (-1,)) for v in (mean, var)]
    more = [None if v is None else shape.reshape(v, (-1,)) for v in (beta, gamma)]
    return normalize.batch_normalization(x, *flat, axis, *more, epsilon)


def l2_normalize(x: Any, axis: Any = None) -> Any:
    """`x` divided by its length along an axis."""
    size = math.sqrt(math.maximum(reduce.sum(math.square(x), axis, True), 1e-12))
    return math.divide(x, size)


def temporal_padding(x: Any, padding: Any = (1, 1)) -> Any:
    """Zeros before and after the steps of a sequence."""
    return shape.pad(x, ((0, 0), tuple(padding), (0, 0)))


def spatial_2d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Zeros around images."""
    widths = [tuple(p) for p in padding]
    first = config.standardize_data_format(data_format) == "channels_first"
    ends = [(0, 0), (0, 0)]
    return shape.pad(x, (*ends, *widths) if first else (ends[0], *widths, ends[1]))


def spatial_3d_padding(
    x: Any, padding: Any = ((1, 1), (1, 1), (1, 1)), data_format: str | None = None
) -> Any:
    """Zeros around volumes."""
    return spatial_2d_padding(x, padding, data_format)


def resize_images(
    x: Any,
    height_factor: int,
    width_factor: int,
    data_format: str,
    interpolation: str = "nearest",
) -> Any:
    """Images enlarged by whole factors."""
    height, width = x.shape[2:4] if data_format == "channels_first" else x.shape[1:3]
    size = height * height_factor, width * width_factor
    return resize(x, size, interpolation, data_format=data_format)


def resize_volumes(
    x: Any, depth_factor: int, height_factor: int, width_factor: int, data_format: str
) -> Any:
    """Volumes enlarged by whole factors."""
    start = 2 if data_format == "channels_first" else 1
    for axis, times in enumerate((depth_factor, height_factor, width_factor), start):
        x = shape.repeat(x, times, axis)
    return x


def binary_crossentropy(target: Any, output: Any, from_logits: bool = False) -> Any:
    """The cross-entropy of yes-or-no labels, element by element."""
    return crossentropy.binary_crossentropy(target, output, from_logits)


def binary_focal_crossentropy(
    target: Any,
    output: Any,
    apply_class_balancing: bool = False,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
) -> Any:
    """The focal cross-entropy of yes-or-no labels, element by element."""
    target = convert(target, config.floatx())
    values = crossentropy.binary_crossentropy(target, output, from_logits)
    chance = math.sigmoid(output) if from_logits else output
    right = target * chance + (1.0 - target) * (1.0 - convert(chance))
    values = math.power(1.0 - right, gamma) * values
    if apply_class_balancing:
        values = values * (target * alpha + (1.0 - target) * (1.0 - alpha))
    return values


def categorical_crossentropy(
    target: Any, output: Any, from_logits: bool = False, axis: int = -1
) -> Any:
    """The cross-entropy of one-hot labels."""
    return crossentropy.categorical_crossentropy(target, output, from_logits, axis)


def categorical_focal_crossentropy(
    target: Any,
    output: Any,
    alpha: float = 0.25,
    gamma: float = 2.0,
    from_logits: bool = False,
    axis: int = -1,
) -> Any:
    """The focal cross-entropy of one-hot labels."""
    chances = nn.softmax(output, axis) if from_logits else convert(output)
    chances = chances / reduce.sum(chances, axis, True)
    chances = math.clip(chances, config.epsilon(), 1.0 - config.epsilon())
    focus = math.multiply(math.power(1.0 - chances, gamma), alpha)
    terms = math.multiply(math.multiply(focus, target), math.log(chances))
    return math.negative(reduce.sum(terms, axis))


def sparse_categorical_crossentropy(
    target: Any,
    output: Any,
    from_logits: bool = False,
    axis: int = -1,
    ignore_class: int | None = None,
) -> Any:
    """The cross-entropy of class numbers.

    Args:
        target: Class numbers.
        output: Probabilities, or logits.
        from_logits: Whether they are logits.
        axis: The axis of the classes.
        ignore_class: A number whose entries have loss 0.
    """
    entropy = crossentropy.sparse_categorical_crossentropy
    if ignore_class is None:
        return entropy(target, output, from_logits, axis)
    target = convert(target)
    counts = math.not_equal(target, ignore_class)
    known = math.where(counts, target, 0)
    return math.where(counts, entropy(known, output, from_logits, axis), 0.0)
