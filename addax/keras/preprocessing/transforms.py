"""Single changes to an image: turned, shifted, sheared, scaled, brightened."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.lazy import optional_import
from addax.keras.utils.images import array_to_img, check_choice, img_to_array

Image = np.ndarray[Any, Any]
FILL_MODES = ("constant", "nearest", "reflect", "wrap")


def apply_affine_transform(
    x: Image,
    theta: float = 0,
    tx: float = 0,
    ty: float = 0,
    shear: float = 0,
    zx: float = 1,
    zy: float = 1,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    order: int = 1,
) -> Image:
    """Turns, shifts, shears and scales an image.

    Args:
        x: An array of three axes.
        theta: The angle to turn it by, in degrees.
        tx: How many pixels to shift it by, to the left.
        ty: How many pixels to shift it by, upwards.
        shear: The angle to shear it by, in degrees.
        zx: By how much its width shrinks.
        zy: By how much its height shrinks.
        row_axis: The axis of rows.
        col_axis: The axis of columns.
        channel_axis: The axis of channels.
        fill_mode: What lies outside: `"constant"`, `"nearest"`, `"reflect"`, `"wrap"`.
        cval: The value outside for `"constant"`.
        order: The order of the splines that find values between pixels: 0 for the
            nearest pixel, 1 for a straight line; higher ones need SciPy.

    Returns:
        The changed image.

    Raises:
        ValueError: If the axes are not those of an image.
    """
    if {row_axis, col_axis, channel_axis} != {0, 1, 2} or x.ndim != 3:
        raise ValueError(
            explain(
                "An image has three axes: rows, columns and channels.",
                received={
                    "x": x,
                    "row_axis": row_axis,
                    "col_axis": col_axis,
                    "channel_axis": channel_axis,
                },
            )
        )
    check_choice(fill_mode, FILL_MODES, "fill_mode")
    if (theta, tx, ty, shear, zx, zy) == (0, 0, 0, 0, 1, 1):
        return x
    planes = np.transpose(x, (row_axis, col_axis, channel_axis))
    matrix = _matrix(theta, tx, ty, shear, zx, zy, *planes.shape[:2])
    if order in (0, 1):
        moved = _sample(planes, matrix, fill_mode, cval, order)
    else:
        moved = _spline(planes, matrix, fill_mode, cval, order)
    return np.transpose(moved, np.argsort((row_axis, col_axis, channel_axis)))


def _matrix(
    theta: float,
    tx: float,
    ty: float,
    shear: float,
    zx: float,
    zy: float,
    h: int,
    w: int,
) -> Image:
    """Where each pixel of the result comes from, as a matrix."""
    turn, slant = math.radians(theta), math.radians(shear)
    cos, sin = math.cos(turn), math.sin(turn)
    made = (
        np.array([[cos, -sin, 0], [sin, cos, 0], [0, 0, 1]])
        @ np.array([[1, 0, tx], [0, 1, ty], [0, 0, 1]])
        @ np.array([[1, -math.sin(slant), 0], [0, math.cos(slant), 0], [0, 0, 1]])
        @ np.diag([zx, zy, 1])
    )
    centre = np.array([h / 2 - 0.5, w / 2 - 0.5])
    made[:2, 2] += centre - made[:2, :2] @ centre
    # The formulas speak of x and y, arrays of rows and columns. (Keras takes the centre
    # before it swaps them, so images that are no squares turn about another point.)
    return made[np.ix_((1, 0, 2), (1, 0, 2))]


def _sample(planes: Image, matrix: Image, mode: str, cval: float, order: int) -> Image:
    """What SciPy's `ndimage.affine_transform` gives for orders 0 and 1."""
    height, width = planes.shape[:2]
    i, j = np.arange(height)[:, None], np.arange(width)
    rows = matrix[0, 0] * i + matrix[0, 1] * j + matrix[0, 2]
    columns = matrix[1, 0] * i + matrix[1, 1] * j + matrix[1, 2]
    outside = (rows < 0) | (rows > height - 1) | (columns < 0) | (columns > width - 1)
    rows, columns = _inside(rows, height, mode), _inside(columns, width, mode)
    if order == 0:
        made = planes[_nearest(rows, height), _nearest(columns, width)]
    else:
        made = _between(planes, rows, columns)
    if mode == "constant":
        made[outside] = cval
    return made.astype(planes.dtype, copy=False)


def _inside(places: Image, n: int, mode: str) -> Image:
    """Places outside `0 ... n - 1` brought inside, as the mode says."""
    if mode == "reflect":  # about the edge of the outer pixel
        places = np.mod(places, 2 * n)
        return np.where(places > n - 0.5, 2 * n - 1 - places, places)
    if mode == "wrap" and n > 1:  # SciPy's period is one less than the size
        out = (places < 0) | (places > n - 1)
        return np.where(out, np.mod(places, n - 1), places)
    return np.clip(places, 0, n - 1)


def _nearest(places: Image, n: int) -> Image:
    return np.clip(np.floor(places + 0.5).astype(np.intp), 0, n - 1)


def _between(planes: Image, rows: Image, columns: Image) -> Image:
    height, width = planes.shape[:2]
    top, left = np.floor(rows), np.floor(columns)
    down, across = (rows - top)[..., None], (columns - left)[..., None]
    y0, x0 = np.clip(top, 0, height - 1), np.clip(left, 0, width - 1)
    y1, x1 = np.clip(top + 1, 0, height - 1), np.clip(left + 1, 0, width - 1)
    y0, x0, y1, x1 = (a.astype(np.intp) for a in (y0, x0, y1, x1))
    upper = planes[y0, x0] * (1 - across) + planes[y0, x1] * across
    lower = planes[y1, x0] * (1 - across) + planes[y1, x1] * across
    return upper * (1 - down) + lower * down


def _spline(planes: Image, matrix: Image, mode: str, cval: float, order: int) -> Image:
    ndimage = optional_import(
        "scipy.ndimage", extra="data", purpose="interpolation_order above 1"
    )
    channels = [
        ndimage.affine_transform(
            planes[..., c], matrix[:2, :2], matrix[:2, 2], order=order, mode=mode,
            cval=cval,
        )
        for c in range(planes.shape[2])
    ]  # fmt: skip
    return np.stack(channels, axis=-1)


def random_rotation(
    x: Image,
    rg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Image:
    """Turns an image by up to `rg` degrees either way."""
    return apply_affine_transform(
        x,
        theta=np.random.uniform(-rg, rg),
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_shift(
    x: Image,
    wrg: float,
    hrg: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Image:
    """Shifts an image by up to fractions of its width and height."""
    return apply_affine_transform(
        x,
        tx=np.random.uniform(-hrg, hrg) * x.shape[row_axis],
        ty=np.random.uniform(-wrg, wrg) * x.shape[col_axis],
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_shear(
    x: Image,
    intensity: float,
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Image:
    """Shears an image by up to `intensity` degrees either way."""
    return apply_affine_transform(
        x,
        shear=np.random.uniform(-intensity, intensity),
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def random_zoom(
    x: Image,
    zoom_range: tuple[float, float],
    row_axis: int = 1,
    col_axis: int = 2,
    channel_axis: int = 0,
    fill_mode: str = "nearest",
    cval: float = 0.0,
    interpolation_order: int = 1,
) -> Image:
    """Scales an image by factors between two, one for rows and one for columns."""
    if len(zoom_range) != 2:
        raise ValueError(
            explain("`zoom_range` is a pair.", received={"zoom_range": zoom_range})
        )
    zx, zy = (
        (1, 1) if tuple(zoom_range) == (1, 1) else np.random.uniform(*zoom_range, 2)
    )
    return apply_affine_transform(
        x,
        zx=zx,
        zy=zy,
        row_axis=row_axis,
        col_axis=col_axis,
        channel_axis=channel_axis,
        fill_mode=fill_mode,
        cval=cval,
        order=interpolation_order,
    )


def apply_channel_shift(x: Image, intensity: float, channel_axis: int = 0) -> Image:
    """Adds `intensity` to every value, within the values that the image has."""
    return np.clip(x + intensity, np.min(x), np.max(x))


def random_channel_shift(
    x: Image, intensity_range: float, channel_axis: int = 0
) -> Image:
    """Adds up to `intensity_range` either way to every value."""
    intensity = np.random.uniform(-intensity_range, intensity_range)
    return apply_channel_shift(x, intensity, channel_axis)


def apply_brightness_shift(x: Image, brightness: float, scale: bool = True) -> Image:
    """Makes an image brighter (above 1) or darker (below 1).

    Args:
        x: An array of three axes.
        brightness: The factor.
        scale: Whether values are brought to 0 ... 255 first, and stay so.
    """
    enhance = optional_import(
        "PIL.ImageEnhance", extra="data", purpose="Brightness of images"
    )
    low, high = np.min(x), np.max(x)
    beyond = low < 0 or high > 255
    image = array_to_img(x, scale=bool(scale or beyond))
    made = img_to_array(enhance.Brightness(image).enhance(brightness))
    return made / 255 * (high - low) + low if beyond and not scale else made


def random_brightness(
    x: Image, brightness_range: tuple[float, float], scale: bool = True
) -> Image:
    """Changes the brightness by a factor between two."""
    if len(brightness_range) != 2:
        raise ValueError(
            explain(
                "`brightness_range` is a pair.",
                received={"brightness_range": brightness_range},
            )
        )
    return apply_brightness_shift(x, np.random.uniform(*brightness_range), scale)
