"""Images brought to another size.

Each axis is weighted by itself; which elements, and how much, is known from the sizes
alone. So NumPy can do it, too (see `known_here`).
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any, NamedTuple

import jax
import jax.numpy as jnp
import numpy as np

from addax._base.errors import explain
from addax.core import Array, convert, op
from addax.ops import image_host
from addax.ops.image_axes import check_images, one_of, space_axes
from addax.ops.image_axes import known_here as known_here
from addax.ops.windows import spread

INTERPOLATIONS = ("bicubic", "bilinear", "lanczos3", "lanczos5", "nearest")
METHODS = (
    "linear", "bilinear", "trilinear", "triangle", "cubic", "bicubic", "tricubic",
    "lanczos3", "lanczos5",
)  # fmt: skip


def interpolation(name: str) -> str:
    """The name of an interpolation, checked.

    Raises:
        ValueError: If there is none of that name.
    """
    return one_of("interpolation", name, INTERPOLATIONS)


def _cubic(x: np.ndarray) -> np.ndarray:
    """Keys's kernel, a = -1/2, https://doi.org/10.1109/TASSP.1981.1163711."""
    near = ((1.5 * x - 2.5) * x) * x + 1
    far = ((-0.5 * x + 2.5) * x - 4) * x + 2
    return np.where(x >= 2, 0, np.where(x >= 1, far, near))


def _lanczos(radius: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.where(x > radius, 0, np.sinc(x) * np.sinc(x / radius))


def _mitchell(x: np.ndarray) -> np.ndarray:
    """Mitchell and Netravali's cubic, B = C = 1/3, https://doi.org/10.1145/54852.378514"""
    near = ((7 / 6 * x - 2) * x) * x + 8 / 9
    far = ((-7 / 18 * x + 2) * x - 10 / 3) * x + 16 / 9
    return np.where(x >= 2, 0, np.where(x >= 1, far, near))


_KERNELS: dict[str, tuple[float, Callable[[np.ndarray], np.ndarray]]] = {
    "gaussian": (1.5, lambda x: np.where(x >= 1.5, 0, np.exp(-2 * x**2))),
    "mitchellcubic": (2, _mitchell),
    "bilinear": (1, lambda x: np.maximum(0, 1 - x)),
    "bicubic": (2, _cubic),
    "lanczos3": (3, _lanczos(3)),
    "lanczos5": (5, _lanczos(5)),
}


@functools.lru_cache(maxsize=512)
def _taps(
    size: int, target: int, kind: str, antialias: bool
) -> tuple[np.ndarray, np.ndarray]:
    """For each element of the result the elements it is made of, and their weights.

    Returns:
        Two arrays `(taps, target)`. Elements outside have no weight; the others' are
        scaled to sum to 1.
    """
    step = size / target
    centre = (np.arange(target) + 0.5) * step - 0.5
    if kind == "nearest":
        return np.floor(centre + 0.5).astype(np.int32)[None], np.ones((1, target))
    if kind == "area":
        return _covered(size, target)
    radius, kernel = _KERNELS[kind]
    stretch = max(step, 1.0) if antialias else 1.0
    first = np.floor(centre - radius * stretch) + 1
    count = int(np.ceil(2 * radius * stretch)) + 1
    places = first + np.arange(count)[:, None]
    weights = kernel(np.abs(centre - places) / stretch)
    weights = np.where((places >= 0) & (places < size), weights, 0)
    used = weights.any(1)
    weights, places = weights[used], places[used]
    places = np.clip(places, 0, size - 1).astype(np.int32)
    return places, (weights / weights.sum(0)).astype(np.float32)


@functools.lru_cache(maxsize=512)
def _table(size: int, target: int, kind: str, antialias: bool) -> image_host.Table:
    return image_host.Table.of(*_taps(size, target, kind, antialias))


def _covered(size: int, target: int) -> tuple[np.ndarray, np.ndarray]:
    """`_taps` by how much of each element an element of the result covers."""
    step = size / target
    start = np.arange(target) * step
    places = np.floor(start) + np.arange(int(np.ceil(step)) + 1)[:, None]
    ends = np.minimum(places + 1, start + step)
    weights = np.maximum(ends - np.maximum(places, start), 0) / step
    used = (weights > 1e-9).any(1)
    places = np.clip(places[used], 0, size - 1).astype(np.int32)
    return places, weights[used].astype(np.float32)


def _along(xp: Any, x: Any, axis: int, target: int, kind: str, antialias: bool) -> Any:
    if x.shape[axis] == target:
        return x
    places, weights = _taps(x.shape[axis], target, kind, antialias)
    if kind == "nearest":
        return xp.take(x, places[0], axis)
    if xp is np:
        return _blend(x, axis, places, weights)
    form = [1] * x.ndim
    form[axis] = target
    total: Any = 0
    for place, weight in zip(places, weights, strict=True):
        wide = xp.promote_types(x.dtype, "float32")
        part = xp.take(x, place, axis).astype(wide, copy=False)
        total = total + part * weight.astype(part.dtype).reshape(form)
    return total


def _blend(
    x: np.ndarray, axis: int, places: np.ndarray, weights: np.ndarray
) -> np.ndarray:
    """The weighted sum of elements along an axis, for NumPy.

    Its inner loops run along the last axis; here that is never the one of the channels,
    3 long, but everything from `axis` on: 4 times as fast.
    """
    shape = (*x.shape[:axis], places.shape[1], *x.shape[axis + 1 :])
    tail = int(np.prod(shape[axis + 1 :]))
    wide = np.promote_types(x.dtype, "float32")
    total: Any = None
    for place, weight in zip(places, weights, strict=True):
        part = x.take(place, axis).astype(wide, copy=False)
        if tail > 64:
            flat = part.reshape(-1, len(place), tail)
            flat *= weight.astype(wide)[:, None]
        else:
            flat = part.reshape(-1, len(place) * tail)
            flat *= np.repeat(weight.astype(wide), tail)
        total = flat if total is None else np.add(total, flat, out=total)
    return total.reshape(shape)


class Plan(NamedTuple):
    """How images of one size become those of another.

    Attributes:
        size: The height and width to reach.
        kind: The interpolation.
        antialias: Whether to smooth when making images smaller.
        aspect: `"crop"` or `"pad"`, what keeps the proportions; or `""`.
        fill_value: What is padded with.
        data_format: Where the images have their channels.
    """

    size: tuple[int, int]
    kind: str
    antialias: bool
    aspect: str
    fill_value: float
    data_format: str

    def window(self, height: int, width: int) -> tuple[int, int, int, int]:
        """The part of an image that fills the result: top, left, height and width.

        Where it is padded, top and left are negative.
        """
        down, across = self.size
        choose = {"crop": min, "pad": max}.get(self.aspect)
        if choose is None:
            return 0, 0, height, width
        tall = choose(height, max(int(width * down / across), 1))
        broad = choose(width, max(int(height * across / down), 1))
        top, left = int((height - tall) / 2), int((width - broad) / 2)
        if self.aspect == "pad":  # as much on both sides, as Keras does
            tall, broad = height - 2 * top, width - 2 * left
        return top, left, tall, broad


def _resized(xp: Any, x: Any, plan: Plan) -> Any:
    kind = x.dtype
    x = _scaled(xp, x, plan)
    if x.dtype == kind or kind.kind not in "iu":
        return x.astype(kind)
    info = np.iinfo(kind)
    return xp.clip(xp.round(x), info.min, info.max).astype(kind)


def _scaled(xp: Any, x: Any, plan: Plan, out: Any = None) -> Any:
    """The images as floats (of their own type where no pixel lies between others).

    Where the native kernel does it, it writes into `out`.
    """
    kind = x.dtype
    axes = space_axes(x.ndim, plan.data_format)
    top, left, tall, broad = plan.window(*(x.shape[a] for a in axes))
    if plan.aspect == "pad":
        pads = [(0, 0)] * x.ndim
        for axis, start, whole in zip(axes, (top, left), (tall, broad), strict=True):
            pads[axis] = (-start, whole + start - x.shape[axis])
        x = xp.pad(x, pads, constant_values=np.asarray(plan.fill_value).astype(kind))
    elif plan.aspect == "crop":
        cuts = [slice(None)] * x.ndim
        for axis, start, whole in zip(axes, (top, left), (tall, broad), strict=True):
            cuts[axis] = slice(start, start + whole)
        x = x[tuple(cuts)]
    if xp is np and _goes_native(x, plan):
        height, width = (
            _table(n, m, plan.kind, plan.antialias)
            for n, m in zip(x.shape[:2], plan.size, strict=True)
        )
        return image_host.resized(x, height, width, out)
    for axis, target in zip(axes, plan.size, strict=True):
        x = _along(xp, x, axis, target, plan.kind, plan.antialias)
    return x


def _goes_native(x: np.ndarray, plan: Plan) -> bool:
    return (
        plan.kind != "nearest"
        and plan.data_format == "channels_last"
        and tuple(x.shape[:2]) != plan.size  # such an image keeps its type
        and image_host.resizes(x)
    )


def _floats(xp: Any, x: Any, plan: Plan, out: Any = None) -> Any:
    """The images in float32; the host's kernel takes bytes as they are."""
    if x.dtype.kind != "f" and x.dtype != np.uint8:
        x = x.astype("float32")
    found = _scaled(xp, x, plan, out)
    if out is None:
        return found.astype("float32", copy=False)
    if found is not out:
        out[...] = found
    return out


@op(name="resize")
def _resize(
    images: Array,
    size: tuple[int, int],
    kind: str,
    antialias: bool,
    aspect: str,
    fill_value: float,
    data_format: str,
) -> Array:
    plan = Plan(size, kind, antialias, aspect, fill_value, data_format)
    return _resized(jnp, images, plan)


def resize(
    images: Any,
    size: Any,
    interpolation: str = "bilinear",
    antialias: bool = False,
    crop_to_aspect_ratio: bool = False,
    pad_to_aspect_ratio: bool = False,
    fill_mode: str = "constant",
    fill_value: float = 0.0,
    data_format: str = "channels_last",
) -> Any:
    """Brings images to another height and width.

    Args:
        images: A tensor `(height, width, channels)` or with a batch axis in front.
        size: The height and width.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"lanczos3"` or
            `"lanczos5"`.
        antialias: Whether to smooth when making images smaller.
        crop_to_aspect_ratio: Whether to keep the proportions by taking the largest part
            from the middle that has those of `size`.
        pad_to_aspect_ratio: Whether to keep the proportions by padding evenly.
        fill_mode: `"constant"`.
        fill_value: What is padded with.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        A tensor of the images' type; whole numbers are rounded.

    Raises:
        ValueError: If both ways of keeping the proportions are asked for.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image import resize
    >>> resize(np.zeros((2, 40, 30, 3), "uint8"), (20, 20)).shape
    TensorShape([2, 20, 20, 3])
    """
    one_of("fill_mode", fill_mode, ("constant",))
    if crop_to_aspect_ratio and pad_to_aspect_ratio:
        raise ValueError(
            explain(
                "Proportions are kept by cropping or by padding, not by both.",
                received={"crop_to_aspect_ratio": True, "pad_to_aspect_ratio": True},
            )
        )
    images = convert(images)
    check_images(images)
    aspect = "crop" if crop_to_aspect_ratio else "pad" if pad_to_aspect_ratio else ""
    kind = one_of("interpolation", interpolation, INTERPOLATIONS)
    size = spread(size, 2, "size")
    plan = Plan(size, kind, antialias, aspect, float(fill_value), data_format)
    if known_here(images):
        return convert(_resized(np, images.numpy(), plan))
    return _resize(images, *plan)


@op(name="resample")
def _resample(
    images: Array, size: tuple[int, int], kind: str, antialias: bool
) -> Array:
    return _floats(jnp, images, _plain(size, kind, antialias))


def _plain(size: tuple[int, int], kind: str, antialias: bool) -> Plan:
    return Plan(size, kind, antialias, "", 0.0, "channels_last")


def resample(images: Any, size: Any, kind: str, antialias: bool = False) -> Any:
    """`resize`, also by `"area"`, `"gaussian"` and `"mitchellcubic"`, as floats.

    Args:
        images: One image of three axes, or a batch, with the channels last.
        size: The height and width.
        kind: The interpolation.
        antialias: Whether to smooth when making images smaller.

    Returns:
        A float32 tensor; of the images' type by `"nearest"`.
    """
    images, size = convert(images), spread(size, 2, "size")
    check_images(images)
    plan = _plain(size, kind, antialias)
    made = _resized if kind == "nearest" else _floats
    if known_here(images):
        return convert(made(np, images.numpy(), plan))
    if kind == "nearest":
        return _resize(images, *plan)
    return _resample(images, size, kind, antialias)


def resized_here(x: np.ndarray, *plan: Any) -> np.ndarray:
    """What the operation `resize` gives, by NumPy."""
    return _resized(np, x, Plan(*plan))


def resampled_here(
    x: np.ndarray, size: tuple[int, int], kind: str, antialias: bool, out: Any = None
) -> np.ndarray:
    """What the operation `resample` gives, by NumPy; in `out`, if that is given."""
    return _floats(np, x, _plain(size, kind, antialias), out)


def resize_array(
    pixels: np.ndarray,
    size: tuple[int, int],
    kind: str,
    aspect: str = "",
    antialias: bool = False,
    out: np.ndarray | None = None,
) -> np.ndarray:
    """An image on the host brought to another height and width, in float32.

    Args:
        pixels: An array `(height, width, channels)`.
        size: The height and width.
        kind: The interpolation.
        aspect: `"crop"` or `"pad"` to keep the proportions.
        antialias: Whether to smooth when making images smaller.
        out: Where to write it, if not into a new array: float32, contiguous.
    """
    plan = Plan(size, kind, antialias, aspect, 0.0, "channels_last")
    return _floats(np, pixels, plan, out)


@op(name="scale_and_translate")
def _scale_and_translate(
    images: Array,
    scale: Array,
    translation: Array,
    output_shape: tuple[int, ...],
    spatial_dims: tuple[int, ...],
    method: str,
    antialias: bool,
) -> Array:
    return jax.image.scale_and_translate(
        images, output_shape, spatial_dims, scale, translation, method, antialias
    )


def scale_and_translate(
    images: Any,
    output_shape: Any,
    scale: Any,
    translation: Any,
    spatial_dims: Any,
    method: str,
    antialias: bool = True,
) -> Any:
    """Stretches and moves arrays along some of their axes.

    Args:
        images: A tensor.
        output_shape: The result's shape.
        scale: A factor for each of the axes.
        translation: By how much each is moved, in elements of the result.
        spatial_dims: The axes.
        method: `"linear"`, `"cubic"`, `"lanczos3"` or `"lanczos5"`; also `"bilinear"`,
            `"trilinear"`, `"triangle"`, `"bicubic"`, `"tricubic"`.
        antialias: Whether to smooth when making images smaller.

    Returns:
        A tensor, 0 where nothing of `images` comes to lie.

    Example:

    >>> import numpy as np
    >>> from addax.ops.image import scale_and_translate
    >>> x = np.array([0.0, 2.0], "float32")
    >>> scale_and_translate(x, (4,), [2.0], [0.0], (0,), "linear").numpy().tolist()
    [0.0, 0.5, 1.5, 2.0]
    """
    kind = "linear" if method == "bilinear" else one_of("method", method, METHODS)
    return _scale_and_translate(
        convert(images), convert(scale, "float32"), convert(translation, "float32"),
        tuple(output_shape), tuple(spatial_dims), kind, antialias,
    )  # fmt: skip
