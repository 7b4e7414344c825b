"""Pooling: the greatest element or the mean of each window."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from addax.core import Array, op
from addax.ops.derivable import Derivable, Rows
from addax.ops.windows import (
    Sizes,
    Window,
    on_cpu,
    pads,
    spatial_rank,
    spread,
    to_first,
    to_last,
)

# In both kinds the gradient goes to the first of equal elements, as in Keras.


def _with_gradient(fn: Callable[..., Any], back: Callable[..., Any]) -> Any:
    """`fn(x, static)` with the gradient `back(x, y, gradient, static)`."""

    def keep(x: Array, static: Any) -> Any:
        y = fn(x, static)
        return (y,), (y,)

    def push(operands: Any, tangents: Any, static: Any) -> Any:
        (x,), (dx,) = operands, tangents
        y = derivable(x, static=(static,))[0]
        turned = jax.linear_transpose(lambda g: back(x, y, g, static), y)
        return turned(dx)

    def pull(operands: Any, kept: Any, gradients: Any, wanted: Any, static: Any) -> Any:
        return (back(*operands, *kept, *gradients, static),)

    derivable = Derivable(
        lambda x, static: (fn(x, static),),
        keep=keep,
        push=push,
        pull=pull,
        rows=Rows((0,), kept=(0,)),
    )
    return lambda x, static: derivable(x, static=(static,))[0]


def _max_tiles(x: Array, size: Sizes) -> Array:
    """The greatest element of windows that neither overlap nor leave gaps.

    With its gradient 0.24 ms for (32, 26, 26, 32) by (2, 2) in a loop on two CPU cores,
    against 3.1 ms by `reduce_window`, whose gradient is a select-and-scatter, and 0.40
    by the gradient that JAX derives, which divides it among equal elements.
    """
    return jnp.max(_tiles(x, size), _within(size))


def _max_tiles_back(x: Array, y: Array, g: Array, size: Sizes) -> Array:
    tiles, axes = _tiles(x, size), _within(size)
    places = list(np.ndindex(*size))
    first = jnp.full(y.shape, len(places) - 1, "int16")
    for number, place in reversed(list(enumerate(places[:-1]))):
        at: list[Any] = [slice(None)] * tiles.ndim
        for axis, p in zip(axes, place, strict=True):
            at[axis] = p
        first = jnp.where(tiles[tuple(at)] == y, np.int16(number), first)
    shape = [1] * tiles.ndim
    for axis, n in zip(axes, size, strict=True):
        shape[axis] = n
    numbers = jnp.arange(len(places), dtype="int16").reshape(shape)
    hit = jnp.expand_dims(first, axes) == numbers
    return jnp.where(hit, jnp.expand_dims(g, axes), 0).reshape(x.shape)


def _tiles(x: Array, size: Sizes) -> Array:
    """(batch, h, w, c) as (batch, h / p, p, w / q, q, c)."""
    shape = [x.shape[0]]
    for n, k in zip(x.shape[1:-1], size, strict=True):
        shape += [n // k, k]
    return x.reshape(*shape, x.shape[-1])


def _within(size: Sizes) -> Sizes:
    """The axes of `_tiles` that lie within a tile."""
    return tuple(range(2, 2 * len(size) + 1, 2))


def _max_windows(x: Array, w: Window) -> Array:
    """The greatest element of any windows.

    Its gradient adds what each place in the window contributes: elementwise passes,
    where a select-and-scatter runs through the windows one by one on a CPU: 2.0 against
    7.6 ms for (32, 28, 28, 32) by (3, 3) in steps of 2. With a window for each axis
    there are fewer places: (16, 112, 112, 64) so 384 and 84 ms of one core.
    """
    return _reduce_window(x, lax.max, _lowest(x.dtype), w)


def _max_windows_back(x: Array, y: Array, g: Array, w: Window) -> Array:
    wide = _pad(x, w.pads, _lowest(x.dtype))
    free = jnp.ones(y.shape, bool)
    total: Any = 0
    for place in np.ndindex(*w.size):
        stop = [
            p + (n - 1) * s + 1
            for p, n, s in zip(place, w.counts, w.strides, strict=True)
        ]
        at = (
            slice(None),
            *(slice(p, e, s) for p, e, s in zip(place, stop, w.strides, strict=True)),
        )
        hit = (wide[at] == y) & free
        free = free & ~hit
        around = [(0, 0, 0)]
        around += [
            (p, n - e, s - 1)
            for p, e, n, s in zip(place, stop, wide.shape[1:-1], w.strides, strict=True)
        ]
        part = jnp.where(hit, g, 0)
        total = total + lax.pad(part, jnp.zeros((), g.dtype), [*around, (0, 0, 0)])
    inside = [slice(lo, lo + n) for (lo, _), n in zip(w.pads, w.space, strict=True)]
    return total[(slice(None), *inside)]


_tiled = _with_gradient(_max_tiles, _max_tiles_back)
_windowed = _with_gradient(_max_windows, _max_windows_back)


def _lowest(dtype: Any) -> Any:
    info = jnp.finfo if jnp.issubdtype(dtype, np.floating) else jnp.iinfo
    low = -np.inf if info is jnp.finfo else info(dtype).min
    return np.asarray(low, dtype)


def _pad(x: Array, around: Any, value: Any) -> Array:
    widths = [(0, 0, 0), *((lo, hi, 0) for lo, hi in around), (0, 0, 0)]
    return lax.pad(x, jnp.asarray(value, x.dtype), widths)


def _reduce_window(x: Array, fn: Any, start: Any, w: Window) -> Array:
    """Each window's elements put together by `fn`, from `start`.

    On a CPU axis after axis, which is less work and which XLA vectorises; in ms of one
    core: (16, 112, 112, 64) by (3, 3) in steps of 2 18 and 6, (16, 35, 35, 192) by
    (3, 3) 18 and 4.
    """
    if on_cpu() and sum(k > 1 for k in w.size) > 1:
        for axis in reversed(range(len(w.size))):
            x = _reduce_window(x, fn, start, _one_axis(w, axis, x.shape[1:-1]))
        return x
    return lax.reduce_window(
        x,
        start,
        fn,
        (1, *w.size, 1),
        (1, *w.strides, 1),
        ((0, 0), *w.pads, (0, 0)),
    )


def _one_axis(w: Window, axis: int, space: Sizes) -> Window:
    """The window along one axis alone, of what has the spatial sizes `space`."""

    def only(values: tuple[Any, ...], other: Any) -> tuple[Any, ...]:
        return (other,) * axis + (values[axis],) + (other,) * (len(values) - axis - 1)

    size, strides = only(w.size, 1), only(w.strides, 1)
    return Window(space, size, strides, only(w.pads, (0, 0)), only(w.dilation, 1))


def _max_pool(x: Array, w: Window) -> Array:
    if w.size == w.strides:
        cropped = tuple(
            (lo, n * k - size - lo)
            for (lo, _), n, k, size in zip(
                w.pads, w.counts, w.size, w.space, strict=True
            )
        )
        if any(cut != (0, 0) for cut in cropped):
            x = _pad(x, cropped, _lowest(x.dtype))
        return _tiled(x, w.size)
    if on_cpu():
        # Axis after axis: the first row that has the maximum, the first in that row.
        for axis in reversed(range(len(w.size))):
            x = _windowed(x, _one_axis(w, axis, x.shape[1:-1]))
        return x
    return lax.reduce_window(
        x,
        -jnp.inf if jnp.issubdtype(x.dtype, np.floating) else jnp.iinfo(x.dtype).min,
        lax.max,
        (1, *w.size, 1),
        (1, *w.strides, 1),
        ((0, 0), *w.pads, (0, 0)),
    )


def _average_pool(x: Array, w: Window) -> Array:
    """The mean of each window; elements that padding added do not count."""
    full = int(np.prod(w.size))
    padded = any(each != (0, 0) for each in w.pads)
    if w.size == w.strides and not padded:
        cropped = x
        for axis, (n, k) in enumerate(zip(w.counts, w.size, strict=True), start=1):
            cropped = lax.slice_in_dim(cropped, 0, n * k, axis=axis)
        return jnp.mean(_tiles(cropped, w.size), _within(w.size))
    total = _sum_windows(x, w)
    if not padded:
        return total / np.asarray(full, x.dtype)
    ones = np.ones((1, *w.space, 1), np.float32)
    counts = _sum_windows(jnp.asarray(ones, x.dtype), w)
    return total / counts


def _sum_windows(x: Array, w: Window) -> Array:
    return _reduce_window(x, lax.add, np.zeros((), x.dtype), w)


def _pool(
    x: Array, kind: str, size: Sizes, strides: Sizes, padding: str, data_format: str
) -> Array:
    first = data_format == "channels_first"
    x = to_last(x) if first else x
    space, ones = x.shape[1:-1], (1,) * len(size)
    around = pads(padding, space, size, strides, ones)
    w = Window(space, size, strides, around, ones)
    y = (_max_pool if kind == "max" else _average_pool)(x, w)
    return to_first(y) if first else y


@op(name="max_pool")
def _max_pool_op(
    x: Array, size: Sizes, strides: Sizes, padding: str, data_format: str
) -> Array:
    return _pool(x, "max", size, strides, padding, data_format)


@op(name="average_pool", floating=True)
def _average_pool_op(
    x: Array, size: Sizes, strides: Sizes, padding: str, data_format: str
) -> Array:
    return _pool(x, "average", size, strides, padding, data_format)


def _arguments(
    name: str, x: Any, size: Any, strides: Any, padding: str, data_format: str
) -> tuple[Any, ...]:
    rank = spatial_rank(x, name)
    size = spread(size, rank, "pool_size")
    strides = size if strides is None else spread(strides, rank, "strides")
    return x, size, strides, padding, data_format


def max_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str = "channels_last",
) -> Any:
    """The greatest element of each window, channel by channel.

    Args:
        inputs: A tensor `(batch, *space, channels)`, or `(batch, channels, *space)` if
            `data_format="channels_first"`.
        pool_size: The window's sizes, one for each axis or one for all.
        strides: Its steps; its sizes if not given.
        padding: `"valid"` or `"same"`.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor with one element for each window.

    Example:

    >>> from addax.ops.pool import max_pool
    >>> max_pool([[[1.0], [4.0], [2.0], [3.0]]], 2).numpy().ravel().tolist()
    [4.0, 3.0]
    """
    x = inputs if hasattr(inputs, "shape") else np.asarray(inputs)
    return _max_pool_op(
        *_arguments("max_pool", x, pool_size, strides, padding, data_format)
    )


def average_pool(
    inputs: Any,
    pool_size: Any,
    strides: Any = None,
    padding: str = "valid",
    data_format: str = "channels_last",
) -> Any:
    """The mean of each window, channel by channel.

    Args:
        inputs: As for `max_pool`.
        pool_size: As for `max_pool`.
        strides: As for `max_pool`.
        padding: As for `max_pool`; elements that it adds do not count.
        data_format: As for `max_pool`.

    Returns:
        A tensor with one element for each window.
    """
    x = inputs if hasattr(inputs, "shape") else np.asarray(inputs)
    return _average_pool_op(
        *_arguments("average_pool", x, pool_size, strides, padding, data_format)
    )


@op(name="adaptive_pool", floating=True)
def _adaptive_op(x: Array, kind: str, counts: Sizes, data_format: str) -> Array:
    reduce = jnp.max if kind == "max" else jnp.mean
    start = 2 if data_format == "channels_first" else 1
    for axis, count in enumerate(counts, start):
        n = x.shape[axis]
        parts = [(i * n // count, -(-(i + 1) * n // count)) for i in range(count)]
        x = jnp.stack(
            [reduce(lax.slice_in_dim(x, a, b, axis=axis), axis) for a, b in parts], axis
        )
    return x


def adaptive_max_pool(
    inputs: Any, output_size: Any, data_format: str = "channels_last"
) -> Any:
    """The greatest element of windows that are as large as the output's size needs.

    Args:
        inputs: As for `max_pool`.
        output_size: How many windows, for each axis or one number for all.
        data_format: As for `max_pool`.

    Returns:
        A tensor with one element for each window.
    """
    counts = spread(output_size, spatial_rank(inputs, "adaptive_pool"), "output_size")
    return _adaptive_op(inputs, "max", counts, data_format)


def adaptive_average_pool(
    inputs: Any, output_size: Any, data_format: str = "channels_last"
) -> Any:
    """The mean of windows that are as large as the output's size needs.

    Args:
        inputs: As for `max_pool`.
        output_size: How many windows, for each axis or one number for all.
        data_format: As for `max_pool`.

    Returns:
        A tensor with one element for each window.
    """
    counts = spread(output_size, spatial_rank(inputs, "adaptive_pool"), "output_size")
    return _adaptive_op(inputs, "average", counts, data_format)
