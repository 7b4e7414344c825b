"""Images: resizing."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp

from addax._base.names import did_you_mean
from addax.core import Array, op
from addax.ops.windows import spread

INTERPOLATIONS = ("bicubic", "bilinear", "lanczos3", "lanczos5", "nearest")
_JAX = {"bicubic": "cubic", "bilinear": "linear"}


def interpolation(name: str) -> str:
    """The name of an interpolation, checked.

    Raises:
        ValueError: If there is none of that name.
    """
    if name not in INTERPOLATIONS:
        valid = ", ".join(map(repr, INTERPOLATIONS))
        raise ValueError(
            f"`interpolation` is one of {valid}. Received: interpolation={name!r}\n"
            f"{did_you_mean(str(name), INTERPOLATIONS)}".rstrip()
        )
    return name


@op(name="resize")
def _resize(
    x: Array, size: tuple[int, int], kind: str, antialias: bool, data_format: str
) -> Array:
    first = data_format == "channels_first"
    axes = (x.ndim - 2, x.ndim - 1) if first else (x.ndim - 3, x.ndim - 2)
    shape = list(x.shape)
    for axis, n in zip(axes, size, strict=True):
        shape[axis] = n
    wide = x if jnp.issubdtype(x.dtype, jnp.floating) else x.astype("float32")
    out = jax.image.resize(wide, shape, _JAX.get(kind, kind), antialias)
    if wide.dtype == x.dtype:
        return out
    info = jnp.iinfo(x.dtype)
    return jnp.clip(jnp.round(out), info.min, info.max).astype(x.dtype)


def resize(
    images: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    data_format: str = "channels_last",
) -> Any:
    """Brings images to another height and width.

    Args:
        images: A tensor `(height, width, channels)` or with a batch axis in front.
        size: The height and width.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"lanczos3"` or
            `"lanczos5"`.
        antialias: Whether to smooth when making images smaller.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' type.
    """
    kind = _checked(interpolation)
    return _resize(images, spread(size, 2, "size"), kind, antialias, data_format)


_checked = interpolation
