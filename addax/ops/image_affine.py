"""The matrices of affine maps: eight numbers for each image.

They say where each new pixel is read, so they are the inverses of what is done.
"""

from __future__ import annotations

import jax.numpy as jnp

from addax.core import Array, op


def _rows(*numbers: Array | float) -> Array:
    like = next(x for x in numbers if not isinstance(x, (int, float)))
    return jnp.stack(
        [jnp.broadcast_to(jnp.asarray(x, like.dtype), like.shape) for x in numbers]
        + [jnp.zeros_like(like)] * 2,
        -1,
    )


@op
def rotation(angle: Array, height: int, width: int) -> Array:
    """Turns by `angle` degrees counter-clockwise around the middle."""
    turn = jnp.deg2rad(angle.astype("float32").reshape(-1))
    cos, sin = jnp.cos(turn), jnp.sin(turn)
    x, y = (width - 1) / 2, (height - 1) / 2
    return _rows(cos, -sin, x - cos * x + sin * y, sin, cos, y - sin * x - cos * y)


@op
def translation(pixels: Array) -> Array:
    """Moves by `pixels`, a pair `(x, y)` for each image."""
    moves = pixels.astype("float32").reshape(-1, 2)
    return _rows(1.0, 0.0, -moves[:, 0], 0.0, 1.0, -moves[:, 1])


@op
def zoom(height_zoom: Array, width_zoom: Array, height: int, width: int) -> Array:
    """Shows that many heights and widths, the middle in place."""
    down, across = (z.astype("float32").reshape(-1) for z in (height_zoom, width_zoom))
    x, y = (width - 1) / 2, (height - 1) / 2
    return _rows(across, 0.0, (1 - across) * x, 0.0, down, (1 - down) * y)


@op
def shear(slants: Array) -> Array:
    """Moves rows and columns against each other, by a pair for each image."""
    slants = slants.astype("float32").reshape(-1, 2)
    return _rows(1.0, slants[:, 0], 0.0, slants[:, 1], 1.0, 0.0)
