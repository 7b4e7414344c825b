"""Images of any size brought to one size on the host, by NumPy.

Compiled code would be made anew for each size that photos come in, at 50 ms or more;
this takes about 1 ms for a photo of 320 x 240.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean

Array = np.ndarray[Any, Any]


def _triangle(x: Array) -> Array:
    return np.maximum(0, 1 - np.abs(x))


def _cubic(x: Array, a: float = -0.5) -> Array:
    """Keys's kernel."""
    x = np.abs(x)
    near = ((a + 2) * x - (a + 3)) * x * x + 1
    far = ((a * x - 5 * a) * x + 8 * a) * x - 4 * a
    return np.where(x <= 1, near, np.where(x < 2, far, 0))


def _mitchell(x: Array) -> Array:
    x = np.abs(x)
    near = (7 * x - 12) * x * x / 6 + 16 / 18
    far = ((-7 * x / 18 + 2) * x - 10 / 3) * x + 16 / 9
    return np.where(x <= 1, near, np.where(x < 2, far, 0))


def _lanczos(radius: int) -> Callable[[Array], Array]:
    return lambda x: np.where(np.abs(x) < radius, np.sinc(x) * np.sinc(x / radius), 0)


def _gaussian(x: Array) -> Array:
    return np.where(np.abs(x) < 1.5, np.exp(-2 * x * x), 0)


KERNELS: dict[str, tuple[Callable[[Array], Array], float]] = {
    "bilinear": (_triangle, 1),
    "bicubic": (_cubic, 2),
    "gaussian": (_gaussian, 1.5),
    "lanczos3": (_lanczos(3), 3),
    "lanczos5": (_lanczos(5), 5),
    "mitchellcubic": (_mitchell, 2),
}
KINDS = (*KERNELS, "area", "nearest")


def check_kind(name: Any, argument: str = "interpolation") -> str:
    """The name of an interpolation, checked.

    Raises:
        ValueError: If there is none of that name.
    """
    text = str(getattr(name, "value", name)).lower()
    if text not in KINDS:
        raise ValueError(
            explain(
                f"`{argument}` is one of {', '.join(map(repr, sorted(KINDS)))}.",
                received={argument: name},
                fix=did_you_mean(text, KINDS),
            )
        )
    return text


def resize(
    image: Array, size: tuple[int, int], kind: str = "bilinear", antialias: bool = False
) -> Array:
    """An image of another height and width.

    Args:
        image: An array `(height, width, channels)`.
        size: The new height and width.
        kind: How pixels in between are found.
        antialias: Whether to smooth when making the image smaller.

    Returns:
        A float32 array; for `"nearest"`, one of the image's type.
    """
    height, width = image.shape[:2]
    if kind == "nearest":
        rows, columns = _nearest(height, size[0]), _nearest(width, size[1])
        return image[rows[:, None], columns]
    if kind == "bilinear" and not antialias:
        return _bilinear(image, size)
    down = _weights(height, size[0], kind, antialias)
    across = _weights(width, size[1], kind, antialias)
    wide = image.reshape(height, -1).astype(np.float32)
    rows = (down @ wide).reshape(size[0], width, -1)
    return np.matmul(across, rows)


@functools.lru_cache(512)
def _nearest(n: int, wanted: int) -> Array:
    places = np.floor((np.arange(wanted) + 0.5) * (n / wanted))
    return np.minimum(places.astype(np.intp), n - 1)


@functools.lru_cache(512)
def _neighbours(n: int, wanted: int) -> tuple[Array, Array, Array]:
    """The two pixels around each new one, and the weight of the second."""
    centre = np.clip((np.arange(wanted) + 0.5) * (n / wanted) - 0.5, 0, n - 1)
    low = np.floor(centre).astype(np.intp)
    return low, np.minimum(low + 1, n - 1), (centre - low).astype(np.float32)


def _bilinear(image: Array, size: tuple[int, int]) -> Array:
    low, high, weight = _neighbours(image.shape[0], size[0])
    rows = _mix(image, low, high, weight[:, None, None], 0)
    low, high, weight = _neighbours(image.shape[1], size[1])
    return _mix(rows, low, high, weight[:, None], 1)


def _mix(image: Array, low: Array, high: Array, weight: Array, axis: int) -> Array:
    first = image.take(low, axis)
    if first.dtype != np.float32:
        first = first.astype(np.float32)
    second = image.take(high, axis) - first
    second *= weight
    second += first
    return second


@functools.lru_cache(128)
def _weights(n: int, wanted: int, kind: str, antialias: bool) -> Array:
    """What each old pixel (column) contributes to each new one (row)."""
    ratio = n / wanted
    if kind == "area":
        edges = np.arange(wanted + 1) * ratio
        pixels = np.arange(n)
        end = np.minimum(edges[1:, None], pixels + 1)
        start = np.maximum(edges[:-1, None], pixels)
        weights = np.maximum(0, end - start)
    else:
        kernel, _ = KERNELS[kind]
        scale = max(ratio, 1) if antialias else 1
        centre = (np.arange(wanted)[:, None] + 0.5) * ratio - 0.5
        weights = kernel((np.arange(n) - centre) / scale)
    weights /= weights.sum(1, keepdims=True)
    return weights.astype(np.float32)


def fit_aspect(height: int, width: int, size: tuple[int, int]) -> tuple[int, ...]:
    """The largest centred window of the aspect ratio of `size`: y, x, height, width."""
    ratio = size[1] / size[0]
    inner_height = min(height, int(width / ratio)) or height
    inner_width = min(width, int(height * ratio)) or width
    y, x = (height - inner_height) // 2, (width - inner_width) // 2
    return y, x, inner_height, inner_width


def pad_aspect(image: Array, size: tuple[int, int]) -> Array:
    """The image with black borders, so that it has the aspect ratio of `size`."""
    height, width = image.shape[:2]
    wanted_height = max(height, int(width * size[0] / size[1]))
    wanted_width = max(width, int(height * size[1] / size[0]))
    top, left = (wanted_height - height) // 2, (wanted_width - width) // 2
    borders = [
        (top, wanted_height - height - top), (left, wanted_width - width - left), (0, 0)
    ]  # fmt: skip
    return np.pad(image, borders)
