"""Sliding windows: what convolutions and pools share about strides and padding."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from addax._base.names import did_you_mean
from addax.core import Array

Sizes = tuple[int, ...]
Pads = tuple[tuple[int, int], ...]


def on_cpu() -> bool:
    """Whether what is being traced will run on a CPU.

    Some kernels are written in two ways. Both compute the same, so a wrong guess (a
    program that is exported for another device) costs time only.
    """
    device = jax.config.jax_default_device  # type: ignore[attr-defined]
    if device is None:
        return jax.default_backend() == "cpu"
    return getattr(device, "platform", device) == "cpu"


def spread(value: Any, rank: int, name: str) -> Sizes:
    """A number or a sequence as one positive whole number for each spatial axis.

    Raises:
        ValueError: If there are too few or too many, or one is not positive.
    """
    try:
        values = tuple(int(v) for v in value)
    except TypeError:
        values = (int(value),) * rank
    if len(values) == 1:
        values *= rank
    if len(values) != rank or any(v < 1 for v in values):
        raise ValueError(
            f"`{name}` must be one positive whole number, or one for each of "
            f"{rank} spatial axes. Received: {name}={value!r}"
        )
    return values


def spatial_rank(x: Any, name: str) -> int:
    """How many axes `x` has besides batch and channels.

    Raises:
        ValueError: If there is none, or there are more than three.
    """
    rank = len(x.shape) - 2
    if not 1 <= rank <= 3:
        raise ValueError(
            f"`{name}` needs a batch axis, one to three spatial axes and a channel "
            f"axis. Received: inputs.shape={tuple(x.shape)}"
        )
    return rank


def pads(
    padding: str, space: Sizes, window: Sizes, strides: Sizes, dilation: Sizes
) -> Pads:
    """Elements to add before and after each spatial axis.

    Args:
        padding: `"valid"`, none; `"same"`, so that there are `ceil(size / stride)`
            windows, the odd element after; `"causal"`, all before.
        space: The sizes of the axes.
        window: The sizes of the window.
        strides: Its steps.
        dilation: How far its elements are apart.

    Raises:
        ValueError: For another `padding`.
    """
    padding = padding.lower()
    if padding == "valid":
        return ((0, 0),) * len(space)
    reach = tuple((k - 1) * d + 1 for k, d in zip(window, dilation, strict=True))
    if padding == "causal":
        return tuple((r - 1, 0) for r in reach)
    if padding != "same":
        valid = ("valid", "same", "causal")
        guess = did_you_mean(padding, valid)
        raise ValueError(
            f"`padding` is 'valid', 'same' or, for one axis, 'causal'. "
            f"Received: padding={padding!r}\n{guess}".rstrip()
        )
    totals = [
        max((-(-n // s) - 1) * s + r - n, 0)
        for n, r, s in zip(space, reach, strides, strict=True)
    ]
    return tuple((t // 2, t - t // 2) for t in totals)


def to_last(x: Array) -> Array:
    """Moves the channels from the second place to the last."""
    return x.transpose(0, *range(2, x.ndim), 1)


def to_first(x: Array) -> Array:
    """Moves the channels from the last place to the second."""
    return x.transpose(0, x.ndim - 1, *range(1, x.ndim - 1))


class Window(NamedTuple):
    """One window over one shape, everything static.

    Attributes:
        space: The spatial sizes of what it slides over.
        size: The window's sizes.
        strides: Its steps.
        pads: Elements added before and after each axis.
        dilation: How far its elements are apart.
        groups: Into how many independent groups the channels fall.
    """

    space: Sizes
    size: Sizes
    strides: Sizes
    pads: Pads
    dilation: Sizes
    groups: int = 1

    @property
    def reach(self) -> Sizes:
        """The window's sizes with the gaps that dilation leaves."""
        return tuple(
            (k - 1) * d + 1 for k, d in zip(self.size, self.dilation, strict=True)
        )

    @property
    def counts(self) -> Sizes:
        """How many windows there are along each axis."""
        return tuple(
            max((n + lo + hi - r) // s + 1, 0)
            for n, (lo, hi), r, s in zip(
                self.space, self.pads, self.reach, self.strides, strict=True
            )
        )


Bilinear = Callable[[Array, Array, Window], Array]


def pad(x: Array, around: Pads) -> Array:
    """Zeros around the spatial axes; negative numbers cut off."""
    edges = [(0, 0, 0), *((low, high, 0) for low, high in around), (0, 0, 0)]
    return lax.pad(x, jnp.zeros((), x.dtype), edges)


def slices(x: Array, w: Window) -> list[Array]:
    """For each place in the window, the elements that it meets."""
    if 0 in w.counts:
        none = jnp.zeros((x.shape[0], *w.counts, x.shape[-1]), x.dtype)
        return [none] * int(np.prod(w.size))
    x = pad(x, w.pads)
    batch, channels = x.shape[0], x.shape[-1]
    found = []
    for place in np.ndindex(*w.size):
        start = [p * d for p, d in zip(place, w.dilation, strict=True)]
        stop = [
            b + (n - 1) * s + 1
            for b, n, s in zip(start, w.counts, w.strides, strict=True)
        ]
        found.append(
            lax.slice(x, (0, *start, 0), (batch, *stop, channels), (1, *w.strides, 1))
        )
    return found
