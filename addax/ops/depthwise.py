"""Convolutions of each channel by itself, in C++ or as sums of shifted slices.

XLA's convolution in groups runs in a naive loop on a CPU. A slice for each place in the
window, times that place's weights, summed, fuses into one loop over the outputs: for
(16, 56, 56, 96) by (3, 3) 73 ms become 3.9 (two cores, JAX 0.12).

The gradients are written out too. What JAX derives for the kernel is a sum over all
images and places for each weight, which XLA does not vectorise: see `_kernel`.

Where the native kernels are there (addax/native/src/depthwise.cc), they compute all
three maps; what is written here is then what they are compared with.
"""

from __future__ import annotations

from collections.abc import Callable

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from addax import native
from addax.core import Array
from addax.ops.derivable import bilinear
from addax.ops.windows import Bilinear, Sizes, Window, pad, slices

# Channels that the kernels in C++ take; they compute a vector of channels at a time.
# Their time by that of the slices, one thread, (8, 64, 64, channels) by (3, 3), forward
# and kernel's gradient: 1 channel 3.3 and 0.8, 3 channels 2.0 and 0.8, 4 channels 0.5
# and 0.2, 12 channels 1.0 and 0.3, 16 channels 0.6 and 0.1, 24 channels 0.9 and 0.1.
_FEWEST = 4

# Products in one step of `_kernel`. 64 to 128 are equally fast; with 256 the step's
# rows leave the cache, and the step takes longer to compile.
_PRODUCTS = 128


def depthwise(x: Array, k: Array, w: Window) -> Array:
    """A kernel for each channel.

    Args:
        x: The inputs, `(batch, *space, channels)`.
        k: The kernels, `(*size, 1, channels * multiplier)`.
        w: The window.
    """
    k = k.reshape(*w.size, -1)
    times = k.shape[-1] // x.shape[-1]
    if times > 1:
        x = jnp.repeat(x, times, -1)
    return _each(x, k, w)


def _forward(x: Array, k: Array, w: Window) -> Array:
    total = None
    for each, weight in zip(slices(x, w), _places(k), strict=True):
        part = each * weight
        total = part if total is None else total + part
    assert total is not None
    return total


def _transpose(y: Array, k: Array, w: Window) -> Array:
    """The map that turns gradients of outputs to those of inputs.

    Either the forward map with the kernel turned round, or the sum of what each place
    contributes. In ms: (16, 28, 28, 240) by (5, 5) 11 and 23; (16, 14, 14, 384) by
    (7, 7) 1.9 and 18; (16, 14, 14, 672) by (5, 5) in steps of 2, where zeros are
    multiplied too, 5.4 and 14; but (16, 14, 14, 576) by (3, 3) in steps of 2, 1.3 and
    0.5.
    """
    if 0 in w.counts:  # the window fits nowhere
        return jnp.zeros((y.shape[0], *w.space, y.shape[-1]), y.dtype)
    if max(w.strides) > 1 and max(w.size) <= 3:
        return _contributions(y, k, w)
    around = tuple(
        (reach - 1 - low, n + low - ((count - 1) * s + 1), s - 1)
        for reach, (low, _), n, count, s in zip(
            w.reach, w.pads, w.space, w.counts, w.strides, strict=True
        )
    )
    y = lax.pad(y, jnp.zeros((), y.dtype), [(0, 0, 0), *around, (0, 0, 0)])
    ones, none = (1,) * len(w.size), ((0, 0),) * len(w.size)
    turned = Window(y.shape[1:-1], w.size, ones, none, w.dilation)
    return _forward(y, jnp.flip(k, range(len(w.size))), turned)


def _contributions(y: Array, k: Array, w: Window) -> Array:
    total = None
    for place, weight in zip(np.ndindex(*w.size), _places(k), strict=True):
        around = [
            (p * d - low, n + low - (p * d + (count - 1) * s + 1), s - 1)
            for p, d, (low, _), n, count, s in zip(
                place, w.dilation, w.pads, w.space, w.counts, w.strides, strict=True
            )
        ]
        edges = [(0, 0, 0), *around, (0, 0, 0)]
        part = lax.pad(y * weight, jnp.zeros((), y.dtype), edges)
        total = part if total is None else total + part
    assert total is not None
    return total


def _kernel(x: Array, y: Array, w: Window) -> Array:
    """The map that turns inputs and gradients of outputs to those of the kernel.

    A loop over blocks of rows adds products, elementwise, to sums for each place and
    column; these are added up at the end. In a training loop, two cores, ms:

    | | a sum for each weight | blocks of rows |
    | --- | ---: | ---: |
    | (16, 112, 112, 32) by (3, 3) | 142 | 9.8 |
    | (16, 56, 56, 144) by (3, 3) | 236 | 9.5 |
    | the same in steps of 2 | 36 | 4.9 |
    | (16, 28, 28, 240) by (5, 5) | 196 | 9.7 |
    | (16, 14, 14, 384) by (3, 3) | 17 | 1.3 |
    | (16, 7, 7, 960) by (3, 3) | 3.0 | 0.6 |
    """
    if len(w.size) != 2:
        sums = [jnp.sum(each * y, range(y.ndim - 1)) for each in slices(x, w)]
        return jnp.stack(sums).reshape(*w.size, -1)
    (step, _), (count, width), (high, _) = w.strides, w.counts, w.size
    if not y.size:
        return jnp.zeros((*w.size, x.shape[-1]), x.dtype)
    blocks = -(-count // max(1, _PRODUCTS // int(np.prod(w.size))))
    rows = -(-count // blocks)
    (low, _), sides = w.pads
    # Rows of zeros make the last block as large as the others.
    below = (blocks * rows - 1) * step + w.reach[0] - low - w.space[0]
    x = pad(x, ((low, below), sides))
    y = pad(y, ((0, blocks * rows - count), (0, 0)))
    tall = (rows - 1) * step + w.reach[0]
    inside = Window((tall, x.shape[2]), w.size, w.strides, ((0, 0), (0, 0)), w.dilation)

    def add(i: Array, sums: Array) -> Array:
        image, block = i // blocks, i % blocks
        some = _rows(x, image, block * rows * step, tall)
        gradients = _rows(y, image, block * rows, rows)[0]
        found = []
        for each in slices(some, inside):
            total = each[0, 0] * gradients[0]
            for row in range(1, rows):
                total = total + each[0, row] * gradients[row]
            found.append(total)
        return sums + jnp.stack(found)

    start = jnp.zeros((high * w.size[1], width, x.shape[-1]), x.dtype)
    sums = lax.fori_loop(0, x.shape[0] * blocks, add, start)
    return jnp.sum(sums, 1).reshape(*w.size, -1)


def _rows(x: Array, image: Array, first: Array, count: int) -> Array:
    zero = jnp.zeros((), image.dtype)
    return lax.dynamic_slice(x, (image, first, zero, zero), (1, count, *x.shape[2:]))


def _places(k: Array) -> Array:
    return k.reshape(-1, k.shape[-1])


def _native(
    name: str, result: Callable[[Array, Array, Window], Sizes], otherwise: Bilinear
) -> Bilinear:
    """A map by its kernel in C++, where that takes the operands."""

    def run(a: Array, b: Array, w: Window) -> Array:
        alike = a.dtype == b.dtype == np.float32
        fits = len(w.size) <= 2 and a.shape[-1] >= _FEWEST
        if not alike or not fits or not native.available(name):
            return otherwise(a, b, w)
        shape = result(a, b, w)
        steps, apart, lows = w.strides, w.dilation, tuple(low for low, _ in w.pads)
        flat = len(w.size) == 1  # the kernels know rows and columns
        if flat:
            a, b = (jnp.expand_dims(each, each.ndim - 2) for each in (a, b))
            steps, apart, lows = (1, *steps), (1, *apart), (0, *lows)
        made = native.call(
            name,
            jax.ShapeDtypeStruct(
                (*shape[:-2], 1, *shape[-2:]) if flat else shape, a.dtype
            ),
            a,
            b,
            window=np.array((*steps, *apart, *lows), np.int64),
        )
        return made.reshape(shape)

    return run


_each = bilinear(
    _native("depthwise", lambda x, k, w: (len(x), *w.counts, x.shape[-1]), _forward),
    (
        lambda x, k, g, w: _each_transpose(g, k, w),
        lambda x, k, g, w: _each_kernel(x, g, w),
    ),
)
_each_transpose = bilinear(
    _native(
        "depthwise_transpose",
        lambda y, k, w: (len(y), *w.space, y.shape[-1]),
        _transpose,
    ),
    (
        lambda y, k, g, w: _each(g, k, w),
        lambda y, k, g, w: _each_kernel(g, y, w),
    ),
)
_each_kernel = bilinear(
    _native("depthwise_kernel", lambda x, y, w: (*w.size, x.shape[-1]), _kernel),
    (
        lambda x, y, g, w: _each_transpose(y, g, w),
        lambda x, y, g, w: _each(x, g, w),
    ),
    rows=False,
)
