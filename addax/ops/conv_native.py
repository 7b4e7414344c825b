"""Convolutions over one or two axes by the kernels in C++ (addax/native/src/conv.cc).

Processor time of XLA's formulation over that of the kernel, in a loop, two cores (AMD
Zen 5), JAX 0.12, for outputs, gradients of inputs and gradients of the kernel:

| | y | x | k |
| --- | ---: | ---: | ---: |
| (128, 32, 32, 3) to 16, (3, 3) | 5.1 | 2.2 | 8.1 |
| (128, 32, 32, 16) to 16, (3, 3) | 1.8 | 1.8 | 4.7 |
| (128, 32, 32, 16) to 32, (3, 3) in steps of 2 | 1.6 | 5.0 | 4.1 |
| (128, 32, 32, 16) to 32, (1, 1) in steps of 2 | 1.5 | 2.5 | 1.3 |
| (128, 16, 16, 32) to 32, (3, 3) | 1.4 | 1.4 | 3.6 |
| (64, 28, 28, 32) to 1, (3, 3) | 0.4 | 2.1 | 10.9 |
| (64, 100, 64) to 64, (5,) | 1.1 | 1.1 | 2.5 |
| (8, 4, 4, 128) to 256, (4, 4) in steps of 2 | 1.3 | 12 | 0.9 |
| (16, 56, 56, 64) to 64, (3, 3) | 1.0 | 1.0 | 3.6 |
| (16, 14, 14, 256) to 256, (3, 3) | 1.1 | 1.1 | 1.6 |
| (16, 7, 7, 512) to 512, (3, 3) | 1.5 | 1.4 | 1.1 |
| (16, 56, 56, 64) to 256, (1, 1) | 0.8 | 0.6 | 1.5 |
| (16, 14, 14, 1024) to 256, (1, 1) | 1.0 | 0.9 | 1.6 |
| (16, 7, 7, 512) to 2048, (1, 1) | 1.3 | 1.0 | 0.7 |
"""

from __future__ import annotations

from typing import Any

import jax
import numpy as np

from addax import native
from addax.core import Array
from addax.ops.windows import Bilinear, Sizes, Window

_ONE = (1, 1, 1, 1, 1, 0)
_KERNELS = ("conv", "conv_transpose", "conv_kernel")


def forward(x: Array, k: Array, w: Window) -> Array:
    """Outputs from inputs and kernel."""
    return _call("conv", (x.shape[0], *w.counts, k.shape[-1]), x, k, k, w)


def transpose(y: Array, k: Array, w: Window) -> Array:
    """Gradients of inputs from those of outputs, and the kernel."""
    return _call("conv_transpose", (y.shape[0], *w.space, k.shape[-2]), y, k, k, w)


def kernel(x: Array, y: Array, w: Window) -> Array:
    """Gradients of the kernel from inputs and gradients of outputs."""
    shape = (*w.size, x.shape[-1], y.shape[-1])
    return _call("conv_kernel", shape, x, y, jax.ShapeDtypeStruct(shape, x.dtype), w)


def _call(name: str, shape: Sizes, a: Array, b: Array, k: Any, w: Window) -> Array:
    lows = [low for low, _ in w.pads]
    spans = [*zip(w.space, w.counts, w.size, w.strides, w.dilation, lows, strict=True)]
    axes = [_ONE, *spans] if len(spans) == 1 else spans
    flat = [n for span in axes for n in span]
    sizes = np.array([a.shape[0], *k.shape[-2:], *flat], np.int64)
    return native.call(name, jax.ShapeDtypeStruct(shape, a.dtype), a, b, sizes=sizes)


def either(ours: Bilinear, theirs: Bilinear) -> Bilinear:
    """One of the maps above where it can be and is faster, otherwise XLA's.

    Args:
        ours: `forward`, `transpose` or `kernel`.
        theirs: The same map on XLA.
    """
    wins = _kernel_wins if ours is kernel else _product_wins

    def chosen(a: Array, b: Array, w: Window) -> Array:
        if native.available(*_KERNELS) and _taken(a, b, w) and wins(a, b, w):
            return ours(a, b, w)
        return theirs(a, b, w)

    return chosen


def _taken(a: Array, b: Array, w: Window) -> bool:
    return (
        a.dtype == b.dtype == np.float32
        and len(w.size) <= 2
        and w.groups == 1
        and all(isinstance(n, int) for n in (*a.shape, *b.shape, *w.space))
    )


def _product_wins(a: Array, k: Array, w: Window) -> bool:
    """Not one channel of a block of 16, nor what is a matrix product of some size."""
    found = k.shape[-2] * k.shape[-1] // a.shape[-1]
    return found > 1 and (max(w.size) > 1 or min(k.shape[-2:]) < 64)


def _kernel_wins(x: Array, y: Array, w: Window) -> bool:
    return max(w.size) > 1 or x.shape[-1] * y.shape[-1] <= 1 << 19
