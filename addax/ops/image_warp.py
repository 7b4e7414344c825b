"""Images resampled at other places: affine, perspective and elastic maps.

One kernel, `interpolate`, serves them all. Each way of filling points outside becomes
a map of the coordinates into the image (grown by a border for `"constant"` and
`"wrap"`), after which the taps of a point lie beside each other: one index a pixel.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jax import lax

from addax._base.errors import explain
from addax.core import Array, convert, draw_seed, op
from addax.ops.image_axes import check_images, like, one_of, to_batch, wide
from addax.ops.image_filter import blur

FILLS = ("constant", "nearest", "wrap", "mirror", "reflect")
INTERPOLATIONS = ("nearest", "bilinear")


def _fold(c: Array, period: float) -> Array:
    """Distance to the nearest multiple of `period`: a triangular wave."""
    return jnp.abs(c - period * jnp.round(c * (1.0 / period)))


def _inside(
    x: Array, coordinates: Sequence[Array], fill: str, value: Any
) -> tuple[Array, list[Array]]:
    """The image, grown if need be, and coordinates that lie in it."""
    border = {"constant": (1, 1), "wrap": (0, 1)}.get(fill, (0, 0))
    found = []
    for c, n in zip(coordinates, x.shape[1:-1], strict=True):
        if fill == "constant":
            c = jnp.clip(c, -1, n) + 1
        elif fill == "nearest":
            c = jnp.clip(c, 0, n - 1)
        elif fill == "wrap":
            c = jnp.clip(c - n * jnp.floor(c * (1.0 / n)), 0, n)
        elif fill == "reflect":
            c = jnp.clip(_fold(c + 0.5, 2.0 * n) - 0.5, 0, n - 1)
        else:
            c = jnp.clip(_fold(c, 2.0 * max(n - 1, 1)), 0, n - 1)
        found.append(c)
    if border != (0, 0):
        pads = ((0, 0), *[border] * len(found), (0, 0))
        given = {"constant_values": value} if fill == "constant" else {}
        x = jnp.pad(x, pads, mode=fill, **given)
    return x, found


def interpolate(
    x: Array, coordinates: Sequence[Array], order: int, fill: str, value: Any = 0
) -> Array:
    """Values of images between their pixels.

    The images and the indices pass an `optimization_barrier`: XLA would otherwise
    compute them again for each of the four taps, and for those of a warp that
    follows. Random flip, rotation and zoom of (64, 32, 32, 3) take 0.6 ms and of
    (32, 180, 180, 3) 24 ms in a loop on two CPU cores (2.0 and 43 ms without the
    barriers; 40 and 525 ms in Keras). Channels apart, windows of 2 x 2 pixels or four
    padded channels as one gather are slower.

    Args:
        x: Images `(batch, *space, channels)`.
        coordinates: For each spatial axis the places to read, `(batch or 1, *out)`.
        order: 0 for the nearest pixel, 1 for linear interpolation.
        fill: What lies outside, one of `FILLS`.
        value: The constant outside.

    Returns:
        An array `(batch, *out, channels)`.
    """
    kind = x.dtype
    if order == 0:
        coordinates = [jnp.trunc(c + jnp.copysign(0.5, c)) for c in coordinates]
    x, places = _inside(x, coordinates, fill, value)
    x = wide(x) if order else x
    n, space, channels = x.shape[0], x.shape[1:-1], x.shape[-1]
    steps = [int(np.prod(space[i + 1 :])) for i in range(len(space))]
    whole = int(np.prod(space))
    kind_of_index = np.int32 if n * whole < 2**31 else np.int64
    index: Any = 0
    weights = []
    for c, size, step in zip(places, space, steps, strict=True):
        low = jnp.clip(jnp.floor(c), 0, max(size - 1 - order, 0))
        weights.append((c - low).astype(x.dtype))
        index = index + low.astype(kind_of_index) * kind_of_index(step)
    start = np.arange(n, dtype=kind_of_index) * kind_of_index(whole)
    index = index + start.reshape(n, *[1] * (index.ndim - 1))
    x, index, weights = lax.optimization_barrier((x, index, weights))
    pixels = x.reshape(-1, channels)

    def tap(offset: int) -> Array:
        place = index + kind_of_index(offset)
        return pixels.at[place].get(mode="promise_in_bounds")

    def blend(axis: int, offset: int) -> Array:
        if axis == len(space):
            return tap(offset)
        first = blend(axis + 1, offset)
        if order == 0 or space[axis] == 1:
            return first
        second = blend(axis + 1, offset + steps[axis])
        return first + (second - first) * weights[axis][..., None]

    return like(blend(0, 0), kind)


@op(name="map_coordinates")
def _map_coordinates(
    inputs: Array, coordinates: Array, order: int, fill_mode: str, fill_value: float
) -> Array:
    places = list(wide(coordinates)[:, None])
    return interpolate(inputs[None, ..., None], places, order, fill_mode, fill_value)[
        0, ..., 0
    ]


def map_coordinates(
    inputs: Any,
    coordinates: Any,
    order: int,
    fill_mode: str = "constant",
    fill_value: Any = 0,
) -> Any:
    """Values of an array between its elements.

    Args:
        inputs: A tensor of any rank.
        coordinates: The places to read: a tensor `(rank of inputs, *out)`, or one
            tensor for each axis.
        order: 0 for the nearest element, 1 for linear interpolation.
        fill_mode: What lies outside: `"constant"`, `"nearest"`, `"wrap"`, `"mirror"` or
            `"reflect"`.
        fill_value: The constant outside.

    Returns:
        A tensor of shape `out`.

    Raises:
        ValueError: If the order is another, or axes and coordinates differ in number.

    Example:

    >>> from addax.ops.image_warp import map_coordinates
    >>> map_coordinates([1.0, 2.0, 4.0], [[0.5, 1.5]], 1).numpy().tolist()
    [1.5, 3.0]
    """
    if order not in (0, 1):
        raise ValueError(
            explain(
                "`order` is 0 (nearest element) or 1 (linear interpolation).",
                received={"order": order},
            )
        )
    one_of("fill_mode", fill_mode, FILLS)
    inputs, coordinates = convert(inputs), convert(coordinates)
    if len(inputs.shape) != coordinates.shape[0]:
        raise ValueError(
            explain(
                "`coordinates` needs one entry for each axis of `inputs`.",
                received={
                    "inputs.shape": tuple(inputs.shape),
                    "coordinates.shape": tuple(coordinates.shape),
                },
            )
        )
    return _map_coordinates(inputs, coordinates, int(order), fill_mode, fill_value)


def _grid(height: int, width: int, dtype: Any) -> tuple[Array, Array]:
    rows = jnp.arange(height, dtype=dtype)[:, None]
    return rows, jnp.arange(width, dtype=dtype)[None]


@op(name="affine_transform")
def _affine(
    images: Array,
    transform: Array,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
    data_format: str,
) -> Array:
    x, back = to_batch(images, data_format)
    y, x_ = _grid(x.shape[1], x.shape[2], "float32")
    a = transform.astype("float32").reshape(-1, 8)[:, :, None, None]
    places = [
        a[:, 3] * x_ + a[:, 4] * y + a[:, 5],
        a[:, 0] * x_ + a[:, 1] * y + a[:, 2],
    ]
    order = INTERPOLATIONS.index(interpolation)
    return back(interpolate(x, places, order, fill_mode, fill_value))


def affine_transform(
    images: Any,
    transform: Any,
    interpolation: str = "bilinear",
    fill_mode: str = "constant",
    fill_value: Any = 0,
    data_format: str = "channels_last",
) -> Any:
    """Moves each pixel by an affine map.

    Args:
        images: One image of three axes, or a batch.
        transform: For each image eight numbers `a0, a1, a2, b0, b1, b2, 0, 0`; the
            pixel at `(x, y)` of the result is read at
            `(a0 x + a1 y + a2, b0 x + b1 y + b2)`. The last two are not looked at.
        interpolation: `"nearest"` or `"bilinear"`.
        fill_mode: What lies outside: `"constant"`, `"nearest"`, `"wrap"`, `"mirror"` or
            `"reflect"`.
        fill_value: The constant outside.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' shape and type.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image_warp import affine_transform
    >>> image = np.arange(3.0).reshape(1, 3, 1)
    >>> left = affine_transform(image, [1, 0, 1, 0, 1, 0, 0, 0])
    >>> left.numpy().ravel().tolist()
    [1.0, 2.0, 0.0]
    """
    images, transform = convert(images), convert(transform)
    check_images(images)
    one_of("interpolation", interpolation, INTERPOLATIONS)
    one_of("fill_mode", fill_mode, FILLS)
    if transform.shape[-1] != 8 or len(transform.shape) > 2:
        raise ValueError(
            explain(
                "`transform` has eight numbers, for one image or for each.",
                received={"transform.shape": tuple(transform.shape)},
            )
        )
    return _affine(images, transform, interpolation, fill_mode, fill_value, data_format)


@op(name="image_corners")
def frame(height: int, width: int, count: int) -> Array:
    """The four corners `(x, y)` of so many images, row by row."""
    right, bottom = width - 1.0, height - 1.0
    corners = [(0.0, 0.0), (right, 0.0), (0.0, bottom), (right, bottom)]
    return jnp.broadcast_to(jnp.asarray(corners, "float32"), (count, 4, 2))


def homography(start: Array, end: Array) -> Array:
    """The projective maps that take four points `end` to `start`, nine numbers each.

    Args:
        start: Points `(x, y)`, an array `(batch, 4, 2)`.
        end: Likewise.
    """
    u, v = start[..., 0], start[..., 1]
    x, y = end[..., 0], end[..., 1]
    one, zero = jnp.ones_like(x), jnp.zeros_like(x)
    across = jnp.stack([x, y, one, zero, zero, zero, -u * x, -u * y], -1)
    down = jnp.stack([zero, zero, zero, x, y, one, -v * x, -v * y], -1)
    system = jnp.concatenate([across, down], -2)
    found = jnp.linalg.solve(system, jnp.concatenate([u, v], -1)[..., None])[..., 0]
    return jnp.concatenate([found, one[..., :1]], -1)


@op(name="perspective_transform")
def _perspective(
    images: Array,
    start_points: Array,
    end_points: Array,
    interpolation: str,
    fill_value: float,
    data_format: str,
) -> Array:
    x, back = to_batch(images, data_format)
    start, end = (
        jnp.broadcast_to(p.astype("float32").reshape(-1, 4, 2), (x.shape[0], 4, 2))
        for p in (start_points, end_points)
    )
    y, x_ = _grid(x.shape[1], x.shape[2], "float32")
    m = homography(start, end)[:, :, None, None]
    depth = m[:, 6] * x_ + m[:, 7] * y + m[:, 8]
    places = [(m[:, i] * x_ + m[:, i + 1] * y + m[:, i + 2]) / depth for i in (3, 0)]
    order = INTERPOLATIONS.index(interpolation)
    return back(interpolate(x, places, order, "constant", fill_value))


def perspective_transform(
    images: Any,
    start_points: Any,
    end_points: Any,
    interpolation: str = "bilinear",
    fill_value: Any = 0,
    data_format: str = "channels_last",
) -> Any:
    """Moves four points of each image to others, all pixels with them.

    Args:
        images: One image of three axes, or a batch.
        start_points: Points `(x, y)` in the images: a tensor `(4, 2)` or
            `(batch, 4, 2)`.
        end_points: Where they come to lie, likewise.
        interpolation: `"nearest"` or `"bilinear"`.
        fill_value: The value outside.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' shape and type.
    """
    images = convert(images)
    check_images(images)
    one_of("interpolation", interpolation, INTERPOLATIONS)
    points = [convert(start_points), convert(end_points)]
    for name, p in zip(("start_points", "end_points"), points, strict=True):
        if tuple(p.shape[-2:]) != (4, 2) or len(p.shape) not in (2, 3):
            raise ValueError(
                explain(
                    f"`{name}` are four points (x, y), for one image or for each.",
                    received={f"{name}.shape": tuple(p.shape)},
                )
            )
    return _perspective(images, *points, interpolation, fill_value, data_format)


@op(name="elastic_transform")
def bend(
    key: Array,
    images: Array,
    alpha: Array,
    sigma: Array,
    size: int,
    interpolation: str,
    fill_mode: str,
    fill_value: float,
    data_format: str,
) -> Array:
    """`elastic_transform` with the key of the field and the kernel's size."""
    x, back = to_batch(images, data_format)
    n, height, width, _ = x.shape
    noise = jax.random.normal(key, (n, height, width, 2), "float32")
    sigma = sigma.astype("float32")
    # Noise as wide as its blur, so that `alpha` alone says how far pixels move
    moved = alpha.astype("float32") * sigma * blur(noise, (size, size), (sigma, sigma))
    y, x_ = _grid(height, width, "float32")
    places = [y + moved[..., 0], x_ + moved[..., 1]]
    order = INTERPOLATIONS.index(interpolation)
    return back(interpolate(x, places, order, fill_mode, fill_value))


def elastic_transform(
    images: Any,
    alpha: Any = 20.0,
    sigma: Any = 5.0,
    interpolation: str = "bilinear",
    fill_mode: str = "reflect",
    fill_value: Any = 0.0,
    seed: Any = None,
    data_format: str = "channels_last",
) -> Any:
    """Moves pixels by a smooth random field, as if the image were drawn on rubber.

    Args:
        images: One image of three axes, or a batch.
        alpha: How far pixels move.
        sigma: How smooth the field is: the standard deviation of the blur of the noise
            that it is made from.
        interpolation: `"nearest"` or `"bilinear"`.
        fill_mode: As for `affine_transform`.
        fill_value: The constant outside.
        seed: A whole number, a `keras.random.SeedGenerator` or `None`.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' shape and type.

    Source: Simard et al. 2003, https://doi.org/10.1109/ICDAR.2003.1227801.
    """
    images = convert(images)
    check_images(images)
    one_of("interpolation", interpolation, INTERPOLATIONS)
    one_of("fill_mode", fill_mode, FILLS)
    size = reach(sigma)
    return bend(
        draw_seed(seed), images, convert(alpha), convert(sigma), size,
        interpolation, fill_mode, fill_value, data_format,
    )  # fmt: skip


def reach(sigma: Any) -> int:
    """The size of a Gaussian kernel that holds three deviations to each side."""
    return int(6 * sigma) | 1
