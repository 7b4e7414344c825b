"""Convolutions.

On a CPU, XLA brings only those convolutions into the form that its fast routine takes
that stand outside of loops; inside one (and `fit` is a loop of steps) the gradients
that JAX derives run 30 to 60 times slower: (32, 13, 13, 32) by 64 filters of (3, 3)
take 92 ms a step against 1.9 ms outside, two cores, JAX 0.12. So there the three
bilinear maps below write that form themselves, and are each other's gradients. Where
there is a kernel in C++ for one of them (addax/ops/conv_native.py), that is taken.
"""

from __future__ import annotations

import math
from typing import Any

import jax.numpy as jnp
from jax import lax

from addax.core import Array, op
from addax.core.expected import Spec
from addax.core.op import describe
from addax.ops import conv_native
from addax.ops.depthwise import depthwise
from addax.ops.derivable import bilinear
from addax.ops.windows import (
    Pads,
    Sizes,
    Window,
    on_cpu,
    pads,
    slices,
    spatial_rank,
    spread,
    to_first,
    to_last,
)

# x: (batch, *space, inputs); k: (*size, inputs / groups, outputs);
# y: (batch, *counts, outputs)


# Rows of a matrix product up to which XLA has a better one than for the convolution by
# one element that it is, in processor time: (16, 7, 7, 512) to 2048 7.2 and 10.1 ms,
# with steps of 2 (16, 14, 14, 1024) to 2048 15 and 23, (8, 28, 28, 128) to 512 3.9 and
# 4.0, but (16, 28, 28, 128) to 512 9.1 and 8.0 (two cores, JAX 0.12).
_ROWS = 8192


def _is_product(batch: Any, w: Window) -> bool:
    """Whether the convolution is a product of few rows with a matrix."""
    sizes = (batch, *w.counts)
    return (
        w.groups == 1
        and set(w.size) == {1}
        and not any(map(any, w.pads))
        and all(isinstance(n, int) for n in sizes)
        and 0 < math.prod(sizes) <= _ROWS
    )


def _product(rows: Array, k: Array) -> Array:
    flat = rows.reshape(-1, k.shape[0]) @ k
    return flat.reshape(*rows.shape[:-1], k.shape[1])


def _forward(x: Array, k: Array, w: Window) -> Array:
    if _is_product(x.shape[0], w):
        met = lax.slice(x, (0,) * x.ndim, x.shape, (1, *w.strides, 1))
        return _product(met, k.reshape(k.shape[-2:]))
    return _canonical(x, k, w.strides, w.pads, w.dilation, groups=w.groups)


def _transpose(y: Array, k: Array, w: Window) -> Array:
    """The map that turns gradients of outputs to those of inputs."""
    if _is_product(y.shape[0], w):
        met = _product(y, k.reshape(k.shape[-2:]).T)
        edges = [
            (0, n - ((count - 1) * s + 1), s - 1)
            for n, count, s in zip(w.space, w.counts, w.strides, strict=True)
        ]
        zero = jnp.zeros((), met.dtype)
        return lax.pad(met, zero, [(0, 0, 0), *edges, (0, 0, 0)])
    rank = len(w.size)
    if 0 in w.counts:  # the window fits nowhere
        return jnp.zeros((y.shape[0], *w.space, k.shape[-2] * w.groups), y.dtype)
    flipped = jnp.flip(k, range(rank))
    g = w.groups
    grouped = flipped.reshape(*w.size, k.shape[-2], g, k.shape[-1] // g)
    swapped = jnp.moveaxis(grouped, -1, rank)  # (*size, outputs / g, inputs / g, g)
    swapped = jnp.swapaxes(swapped, -1, -2).reshape(*w.size, k.shape[-1] // g, -1)
    around = tuple(
        (r - 1 - lo, n + lo - ((count - 1) * s + 1))
        for r, (lo, _), n, count, s in zip(
            w.reach, w.pads, w.space, w.counts, w.strides, strict=True
        )
    )
    ones = (1,) * rank
    return _canonical(y, swapped, ones, around, w.dilation, w.strides, g)


def _kernel(x: Array, y: Array, w: Window) -> Array:
    """The map that turns inputs and gradients of outputs to those of the kernel.

    All patches in one matrix product where there are few channels (1 channel: 0.03
    against 0.5 ms), a product for each place in the window where there are more (64
    channels: 12 against 17 ms), which needs no copy of the patches.
    """
    g = w.groups
    inputs, outputs = x.shape[-1] // g, y.shape[-1] // g
    found = slices(x, w)
    if g == 1 and inputs <= 16:
        patches = jnp.concatenate(found, axis=-1).reshape(-1, len(found) * inputs)
        k = patches.T @ y.reshape(-1, outputs)
    elif g == 1:
        flat = y.reshape(-1, outputs)
        k = jnp.stack([each.reshape(-1, inputs).T @ flat for each in found])
    else:
        flat = y.reshape(-1, g, outputs)
        k = jnp.stack(
            [
                jnp.einsum("ngi,ngo->igo", each.reshape(-1, g, inputs), flat)
                for each in found
            ]
        )
    return k.reshape(*w.size, inputs, g * outputs)


_conv = bilinear(
    conv_native.either(conv_native.forward, _forward),
    (
        lambda x, k, g, w: _conv_transpose(g, k, w),
        lambda x, k, g, w: _conv_kernel(x, g, w),
    ),
)
_conv_transpose = bilinear(
    conv_native.either(conv_native.transpose, _transpose),
    (
        lambda y, k, g, w: _conv(g, k, w),
        lambda y, k, g, w: _conv_kernel(g, y, w),
    ),
)
_conv_kernel = bilinear(
    conv_native.either(conv_native.kernel, _kernel),
    (
        lambda x, y, g, w: _conv_transpose(y, g, w),
        lambda x, y, g, w: _conv(x, g, w),
    ),
    rows=False,
)


def _canonical(
    x: Array,
    k: Array,
    strides: Sizes,
    around: Pads,
    dilation: Sizes,
    stretch: Sizes | None = None,
    groups: int = 1,
) -> Array:
    return lax.conv_general_dilated(
        x,
        k,
        strides,
        around,
        lhs_dilation=stretch,
        rhs_dilation=dilation,
        dimension_numbers=_layout(len(strides), "channels_last"),
        feature_group_count=groups,
    )


def _layout(rank: int, data_format: str) -> tuple[str, str, str]:
    axes = "DHW"[-rank:]
    data = f"N{axes}C" if data_format == "channels_last" else f"NC{axes}"
    return data, f"{axes}IO", data


def _space(x: Array, data_format: str) -> Sizes:
    return x.shape[2:] if data_format == "channels_first" else x.shape[1:-1]


def _window(
    space: Any,
    kernel: Array,
    strides: Sizes,
    padding: str,
    dilation: Sizes,
    groups: int = 1,
) -> Window:
    space, size = tuple(space), kernel.shape[:-2]
    around = pads(padding, space, size, strides, dilation)
    return Window(space, size, strides, around, dilation, groups)


def _conv_spec(
    x: Array,
    kernel: Array,
    strides: Sizes,
    padding: str,
    data_format: str,
    dilation: Sizes,
) -> Spec:
    first = data_format == "channels_first"
    space = _space(x, data_format)
    counts = _window(space, kernel, strides, padding, dilation).counts
    if 0 in counts:
        return None
    channels = kernel.shape[-1]
    after = (channels, *counts) if first else (*counts, channels)
    return (x.shape[0], *after), x.dtype


@op(name="conv", promote=True, spec=_conv_spec)
def _conv_op(
    x: Array,
    kernel: Array,
    strides: Sizes,
    padding: str,
    data_format: str,
    dilation: Sizes,
) -> Array:
    first = data_format == "channels_first"
    space = _space(x, data_format)
    groups = x.shape[1 if first else -1] // kernel.shape[-2]
    w = _window(space, kernel, strides, padding, dilation, groups)
    if on_cpu():
        alone = groups > 1 and kernel.shape[-2] == 1
        y = (depthwise if alone else _conv)(to_last(x) if first else x, kernel, w)
        return to_first(y) if first else y
    return lax.conv_general_dilated(
        x,
        kernel,
        strides,
        w.pads,
        rhs_dilation=dilation,
        dimension_numbers=_layout(len(strides), data_format),
        feature_group_count=groups,
    )


def conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
    dilation_rate: Any = 1,
) -> Any:
    """Convolution over one, two or three axes.

    Args:
        inputs: A tensor `(batch, *space, channels)`, or `(batch, channels, *space)` if
            `data_format="channels_first"`.
        kernel: A tensor `(*size, channels / groups, filters)`.
        strides: The steps of the kernel, one for each axis or one for all.
        padding: `"valid"`, `"same"`, or for one axis `"causal"`.
        data_format: `"channels_last"` or `"channels_first"`.
        dilation_rate: How far the kernel's elements are apart.

    Returns:
        A tensor of `filters` channels.

    Raises:
        ValueError: If the channels do not fit, or an argument is not valid.

    Example:

    >>> import numpy as np
    >>> from addax.ops.conv import conv
    >>> conv(np.ones((1, 5, 5, 3)), np.ones((3, 3, 3, 8)), padding="same").shape
    TensorShape([1, 5, 5, 8])
    """
    rank = spatial_rank(inputs, "conv")
    channels = inputs.shape[1 if data_format == "channels_first" else -1]
    _check(inputs, kernel, rank, channels, kernel.shape[-2])
    if channels is not None and kernel.shape[-1] % (channels // kernel.shape[-2]):
        raise ValueError(
            "The filters must divide evenly between the groups of channels. "
            f"Received: kernel={describe(kernel)}, inputs={describe(inputs)}"
        )
    return _conv_op(
        inputs,
        kernel,
        spread(strides, rank, "strides"),
        padding,
        data_format,
        spread(dilation_rate, rank, "dilation_rate"),
    )


def _check(x: Any, kernel: Any, rank: int, channels: Any, expected: int) -> None:
    if len(kernel.shape) != rank + 2:
        raise ValueError(
            f"The kernel needs {rank + 2} axes, for inputs with {rank} spatial axes. "
            f"Received: kernel={describe(kernel)}, inputs={describe(x)}"
        )
    if channels is not None and channels % expected:
        raise ValueError(
            f"The kernel is made for {expected} channels, the inputs have {channels}. "
            f"Received: kernel={describe(kernel)}, inputs={describe(x)}"
        )


def depthwise_conv(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
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
    rank = spatial_rank(inputs, "depthwise_conv")
    channels = inputs.shape[1 if data_format == "channels_first" else -1]
    _check(inputs, kernel, rank, channels, kernel.shape[-2])
    grouped = _as_groups(kernel)
    return conv(inputs, grouped, strides, padding, data_format, dilation_rate)


@op
def _as_groups(kernel: Array) -> Array:
    return kernel.reshape(*kernel.shape[:-2], 1, -1)


def separable_conv(
    inputs: Any,
    depthwise_kernel: Any,
    pointwise_kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    data_format: str = "channels_last",
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
    each = depthwise_conv(
        inputs, depthwise_kernel, strides, padding, data_format, dilation_rate
    )
    return conv(each, pointwise_kernel, 1, "valid", data_format)


@op(name="conv_transpose", promote=True)
def _conv_transpose_op(
    x: Array,
    kernel: Array,
    strides: Sizes,
    padding: str,
    output_padding: Sizes | None,
    data_format: str,
    dilation: Sizes,
) -> Array:
    first = data_format == "channels_first"
    space = _space(x, data_format)
    w = _transposed_window(
        space, kernel.shape[:-2], strides, padding, output_padding, dilation
    )
    x = to_last(x) if first else x
    y = (_conv_transpose if on_cpu() else _transpose)(x, kernel, w)
    return to_first(y) if first else y


def _transposed_window(
    counts: Any,
    size: Sizes,
    strides: Sizes,
    padding: str,
    extra: Sizes | None,
    dilation: Sizes,
) -> Window:
    """The window of the convolution whose transpose this is."""
    space, around = [], []
    extras = (None,) * len(size) if extra is None else extra
    for n, k, s, d, more in zip(counts, size, strides, dilation, extras, strict=True):
        reach = (k - 1) * d + 1
        if more is None:
            length = n * s + (max(reach - s, 0) if padding == "valid" else 0)
        else:
            length = (n - 1) * s + reach + more
            length -= 0 if padding == "valid" else 2 * (reach // 2)
        outside = (n - 1) * s + reach - length
        before = 0 if padding == "valid" else max(outside, 0) // 2
        space.append(length)
        around.append((before, outside - before))
    return Window(tuple(space), size, strides, tuple(around), dilation)


def conv_transpose(
    inputs: Any,
    kernel: Any,
    strides: Any = 1,
    padding: str = "valid",
    output_padding: Any = None,
    data_format: str = "channels_last",
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
    rank = spatial_rank(inputs, "conv_transpose")
    channels = inputs.shape[1 if data_format == "channels_first" else -1]
    _check(inputs, kernel, rank, channels, kernel.shape[-1])
    if output_padding is not None and not isinstance(output_padding, (tuple, list)):
        output_padding = (output_padding,) * rank
    return _conv_transpose_op(
        inputs,
        kernel,
        spread(strides, rank, "strides"),
        padding.lower(),
        output_padding,
        data_format,
        spread(dilation_rate, rank, "dilation_rate"),
    )


@op(name="conv_transpose_to", promote=("x", "kernel"))
def conv_transpose_to(
    x: Array,
    kernel: Array,
    space: Sizes,
    strides: Sizes,
    padding: Any,
    dilation: Sizes,
    data_format: str = "channels_last",
) -> Array:
    """The transpose of the convolution whose inputs have the spatial sizes `space`.

    Args:
        x: As for `conv`.
        kernel: A tensor `(*size, filters, channels)`.
        space: The spatial sizes of the result.
        strides: The steps of that convolution.
        padding: Its padding, `"valid"`, `"same"` or pairs of sizes.
        dilation: How far its kernel's elements are apart.
        data_format: As for `conv`.
    """
    first = data_format == "channels_first"
    size = kernel.shape[:-2]
    around = (
        pads(padding, space, size, strides, dilation)
        if isinstance(padding, str)
        else padding
    )
    w = Window(space, size, strides, around, dilation)
    x = to_last(x) if first else x
    y = (_conv_transpose if on_cpu() else _transpose)(x, kernel, w)
    return to_first(y) if first else y
