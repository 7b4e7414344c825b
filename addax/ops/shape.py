"""Operations that rearrange elements: reshaping, joining, splitting, padding."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax.numpy as jnp
import numpy as np

from addax.core import Array, op
from addax.core.shapes import standardize_shape

Axes = int | tuple[int, ...] | None


# One tensor, one shape


@op(name="reshape")
def _reshape(x: Array, newshape: tuple[int, ...]) -> Array:
    return jnp.reshape(x, newshape)


def reshape(x: Any, newshape: Any) -> Any:
    """Gives the elements another shape; one size may be -1."""
    return _reshape(x, sizes(newshape))


def sizes(shape: Any) -> tuple[int, ...]:
    """A shape as static whole numbers, -1 (or `None`) for the one to be found."""
    if not hasattr(shape, "__iter__") or getattr(shape, "shape", None) == ():
        shape = (shape,)
    return tuple(
        -1 if n is None or n == -1 else standardize_shape((n,))[0] for n in shape
    )


@op
def expand_dims(x: Array, axis: Axes) -> Array:
    """Inserts axes of size 1 at `axis`."""
    return jnp.expand_dims(x, axis)  # type: ignore[arg-type]


@op
def squeeze(x: Array, axis: Axes = None) -> Array:
    """Removes axes of size 1: those at `axis`, or all."""
    return jnp.squeeze(x, axis)


@op
def ravel(x: Array) -> Array:
    """The elements in one axis."""
    return jnp.ravel(x)


@op(name="broadcast_to")
def _broadcast_to(x: Array, shape: tuple[int, ...]) -> Array:
    return jnp.broadcast_to(x, shape)


def broadcast_to(x: Any, shape: Any) -> Any:
    """Repeats `x` along axes of size 1, and new ones in front, to fill `shape`."""
    return _broadcast_to(x, sizes(shape))


# The order of axes and elements


@op
def transpose(x: Array, axes: tuple[int, ...] | None = None) -> Array:
    """Reorders the axes; without `axes`, reverses them."""
    return jnp.transpose(x, axes)


@op
def moveaxis(
    x: Array, source: int | tuple[int, ...], destination: int | tuple[int, ...]
) -> Array:
    """Moves axes to other places; the rest keep their order."""
    return jnp.moveaxis(x, source, destination)


@op
def swapaxes(x: Array, axis1: int, axis2: int) -> Array:
    """Exchanges two axes."""
    return jnp.swapaxes(x, axis1, axis2)


@op
def flip(x: Array, axis: Axes = None) -> Array:
    """Reverses the elements along `axis` (all axes if `None`)."""
    return jnp.flip(x, axis)


def fliplr(x: Any) -> Any:
    """Reverses the second axis."""
    return flip(x, 1)


def flipud(x: Any) -> Any:
    """Reverses the first axis."""
    return flip(x, 0)


@op
def roll(x: Array, shift: int | tuple[int, ...], axis: Axes = None) -> Array:
    """Shifts elements along `axis`; those that leave come in on the other side."""
    return jnp.roll(x, shift, axis)


@op
def rot90(array: Array, k: int = 1, axes: tuple[int, int] = (0, 1)) -> Array:
    """Turns by 90 degrees, `k` times, in the plane of `axes`."""
    return jnp.rot90(array, k, axes)


# Repeating and padding


@op
def tile(x: Array, repeats: int | tuple[int, ...]) -> Array:
    """The whole of `x`, repeated along each axis."""
    return jnp.tile(x, repeats)


@op
def repeat(x: Array, repeats: int | tuple[int, ...], axis: int | None = None) -> Array:
    """Each element repeated, along `axis`."""
    if isinstance(repeats, tuple):
        total = int(np.sum(repeats)) if len(repeats) > 1 else None
        return jnp.repeat(x, np.asarray(repeats), axis, total_repeat_length=total)
    return jnp.repeat(x, repeats, axis)


@op(name="pad")
def _pad(x: Array, pad_width: Any, mode: str, constant_values: Any) -> Array:
    if mode == "constant":
        return jnp.pad(x, pad_width, mode, constant_values=constant_values or 0)
    return jnp.pad(x, pad_width, mode)  # type: ignore[arg-type]


def pad(
    x: Any, pad_width: Any, mode: str = "constant", constant_values: Any = None
) -> Any:
    """Adds elements around `x`.

    Args:
        x: A tensor.
        pad_width: `(before, after)` for each axis, or one pair or number for all.
        mode: `"constant"`, `"edge"`, `"reflect"`, `"symmetric"`, `"wrap"` or another
            mode of `numpy.pad`.
        constant_values: What to add in mode `"constant"`; 0 if not given.

    Raises:
        ValueError: If `constant_values` is given in another mode.
    """
    if mode != "constant" and constant_values is not None:
        raise ValueError(
            "`constant_values` goes with mode='constant' only. "
            f"Received: mode={mode!r}, constant_values={constant_values!r}"
        )
    rank = len(x.shape) if hasattr(x, "shape") else np.ndim(x)
    widths = np.broadcast_to(np.asarray(pad_width, np.int64), (rank, 2))
    return _pad(x, widths, mode, constant_values)


# Joining and splitting


@op(promote=True)
def concatenate(xs: Sequence[Array], axis: int = 0) -> Array:
    """Joins tensors along an axis that they have."""
    return jnp.concatenate(xs, axis)


@op(promote=True)
def stack(x: Sequence[Array], axis: int = 0) -> Array:
    """Joins tensors of one shape along a new axis."""
    return jnp.stack(x, axis)


@op(promote=True)
def hstack(xs: Sequence[Array]) -> Array:
    """Joins tensors along the second axis (the first if they have one only)."""
    return jnp.hstack(xs)


@op(promote=True)
def vstack(xs: Sequence[Array]) -> Array:
    """Joins tensors along the first axis; vectors count as rows."""
    return jnp.vstack(xs)


@op(promote=True)
def dstack(xs: Sequence[Array]) -> Array:
    """Joins tensors along the third axis."""
    return jnp.dstack(xs)


@op(promote=True)
def append(x1: Array, x2: Array, axis: int | None = None) -> Array:
    """`x2` after `x1` along `axis`; both are flattened if it is `None`."""
    return jnp.append(x1, x2, axis)


@op(name="split")
def _split(x: Array, indices_or_sections: Any, axis: int, even: bool) -> Any:
    where = indices_or_sections
    return tuple((jnp.split if even else jnp.array_split)(x, where, axis))


def split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cuts `x` along `axis`: in that many equal parts, or before those indices."""
    return list(_split(x, indices_or_sections, axis, True))


def array_split(x: Any, indices_or_sections: Any, axis: int = 0) -> list[Any]:
    """Cuts `x` in that many parts, of sizes that differ by one at most."""
    return list(_split(x, indices_or_sections, axis, False))


def hsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the second axis (the first if there is one only)."""
    return split(x, indices_or_sections, 1 if len(x.shape) > 1 else 0)


def vsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the first axis."""
    return split(x, indices_or_sections, 0)


def dsplit(x: Any, indices_or_sections: Any) -> list[Any]:
    """`split` along the third axis."""
    return split(x, indices_or_sections, 2)


@op(name="unstack")
def _unstack(x: Array, axis: int) -> Any:
    return tuple(jnp.moveaxis(x, axis, 0))


def unstack(x: Any, num: int | None = None, axis: int = 0) -> list[Any]:
    """The entries along `axis`, as a list.

    Raises:
        ValueError: If `num` is given and is not the axis's size.
    """
    size = x.shape[axis]
    if size is None or (num is not None and num != size):
        raise ValueError(
            f"`num` must be the size of the axis. "
            f"Received: num={num}, x.shape={tuple(x.shape)}, axis={axis}"
        )
    return list(_unstack(x, axis))


# Diagonals and triangles


@op
def diag(x: Array, k: int = 0) -> Array:
    """The `k`th diagonal of a matrix, or a matrix with the vector `x` there."""
    return jnp.diag(x, k)


@op
def diagflat(x: Array, k: int = 0) -> Array:
    """A matrix with the elements of `x` on its `k`th diagonal."""
    return jnp.diagflat(x, k)


@op
def diagonal(x: Array, offset: int = 0, axis1: int = 0, axis2: int = 1) -> Array:
    """The diagonal of two axes, as the last axis of the result."""
    return jnp.diagonal(x, offset, axis1, axis2)


@op
def tril(x: Array, k: int = 0) -> Array:
    """`x` with zeros above the `k`th diagonal of its last two axes."""
    return jnp.tril(x, k)


@op
def triu(x: Array, k: int = 0) -> Array:
    """`x` with zeros below the `k`th diagonal of its last two axes."""
    return jnp.triu(x, k)
