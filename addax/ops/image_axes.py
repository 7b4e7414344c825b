"""Images of both formats, single or in batches, as one: `(batch, *space, channels)`."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import jax.numpy as jnp
import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import Array, Tensor, as_dtype, cast, convert, scope
from addax.ops.windows import on_cpu

FORMATS = ("channels_last", "channels_first")


def one_of(name: str, value: Any, valid: tuple[str, ...]) -> str:
    """A word, checked.

    Raises:
        ValueError: If it is not among the valid ones.
    """
    if value not in valid:
        raise ValueError(
            explain(
                f"`{name}` is one of {', '.join(map(repr, valid))}.",
                received={name: value},
                fix=did_you_mean(str(value), valid),
            )
        )
    return value


def check_images(x: Any, name: str = "images", space: int = 2) -> None:
    """Checks the rank of an image or a batch of images.

    Raises:
        ValueError: If it is neither.
    """
    if len(x.shape) not in (space + 1, space + 2):
        raise ValueError(
            explain(
                f"`{name}` is one image of {space + 1} axes or a batch of {space + 2}.",
                received={f"{name}.shape": tuple(x.shape)},
                why="The axes are height, width and channels, after the batch.",
                fix=f"{name}[..., None] adds a channel axis.",
            )
        )


def known_here(images: Any) -> bool:
    """Whether this is one image, known, in reach of the CPU, and on nobody's tape.

    NumPy then resizes, cuts, mirrors and converts it: an input pipeline meets images in
    many sizes, and compiling for one takes 90 ms where 500 x 375 pixels take 1.
    """
    state = scope.state
    return (
        type(images) is Tensor
        and len(images.shape) == 3
        and state.lift is None
        and not state.tapes
        and (images.dtype.is_floating or images.dtype.is_integer)
        and on_cpu()
    )


def recast(images: Any, dtype: Any) -> Any:
    """Images in another type."""
    if images.dtype == dtype:
        return images
    if not known_here(images):
        return cast(images, dtype)
    return convert(images.numpy().astype(np.dtype(as_dtype(dtype).name)))


def space_axes(rank: int, data_format: str) -> tuple[int, int]:
    """The places of height and width among the axes of images of that rank."""
    start = rank - 2 if data_format == "channels_first" else rank - 3
    return start, start + 1


def to_batch(
    x: Array, data_format: str = "channels_last", space: int = 2
) -> tuple[Array, Callable[[Array], Array]]:
    """A batch with the channels last, and the way back.

    Args:
        x: One image or a batch.
        data_format: Where it has its channels.
        space: How many spatial axes it has.
    """
    single = x.ndim == space + 1
    first = data_format == "channels_first"
    x = x[None] if single else x
    x = jnp.moveaxis(x, 1, -1) if first else x

    def back(y: Array) -> Array:
        y = jnp.moveaxis(y, space + 1, 1) if first else y
        return y[0] if single else y

    return x, back


def like(y: Array, dtype: Any) -> Array:
    """Numbers in type `dtype`; if that is a whole one, rounded and kept in its range.

    Halves go away from zero, as Keras has them.
    """
    if y.dtype == dtype or not jnp.issubdtype(dtype, jnp.integer):
        return y.astype(dtype)
    info = jnp.iinfo(dtype)
    rounded = jnp.trunc(y + jnp.copysign(jnp.asarray(0.5, y.dtype), y))
    return jnp.clip(rounded, info.min, info.max).astype(dtype)


def wide(x: Array) -> Array:
    """Images in a floating type of at least 32 bits, for computing."""
    return x.astype(jnp.promote_types(x.dtype, "float32")) if narrow(x) else x


def narrow(x: Array) -> bool:
    """Whether a type is too small to compute in."""
    return not jnp.issubdtype(x.dtype, jnp.floating) or x.dtype.itemsize < 4
