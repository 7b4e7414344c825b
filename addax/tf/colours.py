"""Images in other types and colours: `tf.image.adjust_*`, `rgb_to_*`."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax.core import as_dtype, cast, convert
from addax.ops import image as images_ops
from addax.ops import image_color, linalg, math, reduce
from addax.ops import shape as shapes
from addax.tf._rules import operand
from addax.tf.dtypes import saturate_cast


def convert_image_dtype(
    image: Any, dtype: Any, saturate: bool = False, name: str | None = None
) -> Any:
    """Images in another type, scaled: whole numbers fill their range, others 0 to 1.

    Args:
        image: Images.
        dtype: The type.
        saturate: Whether what is out of its range becomes its nearest value.
        name: Kept for TensorFlow's signature.

    Example:

    >>> import numpy as np
    >>> from addax import tf
    >>> tf.image.convert_image_dtype(np.uint8([0, 255]), tf.float32).numpy().tolist()
    [0.0, 1.0]
    """
    x, wanted = operand(image), as_dtype(dtype)
    if x.dtype == wanted:
        return x
    if x.dtype.is_integer and wanted.is_floating:
        scale = 1.0 / x.dtype.max
        if images_ops.known_here(x):
            kind = wanted.as_numpy_dtype
            return convert(x.numpy().astype(kind) * kind(scale))
        return math.multiply(cast(x, wanted.name), scale)
    if x.dtype.is_floating and wanted.is_floating:
        return cast(x, wanted.name)
    if x.dtype.is_floating:
        x = math.multiply(x, wanted.max + 0.5)  # halves of the last step are its own
    elif x.dtype.max > wanted.max:
        x = math.floor_divide(x, (x.dtype.max + 1) // (wanted.max + 1))
    else:
        scale = (wanted.max + 1) // (x.dtype.max + 1)
        return math.multiply(cast(x, wanted.name), scale)
    return saturate_cast(x, wanted) if saturate else cast(x, wanted.name)


def _in_floats(image: Any, change: Any, saturate: bool = True) -> Any:
    """Changes images as floating numbers, and brings them back to their type."""
    x = operand(image)
    kind = x.dtype
    floats = x if kind in ("float16", "float32") else convert_image_dtype(x, "float32")
    return convert_image_dtype(change(floats), kind, saturate)


def adjust_brightness(image: Any, delta: Any) -> Any:
    """Adds `delta`, a part of the whole range, to every pixel."""
    return _in_floats(image, lambda x: math.add(x, cast(operand(delta), x.dtype.name)))


def adjust_contrast(images: Any, contrast_factor: Any) -> Any:
    """Stretches each channel of an image around its mean."""

    def change(x: Any) -> Any:
        x32 = cast(x, "float32")
        mean = reduce.mean(x32, (-3, -2), True)
        factor = cast(operand(contrast_factor), "float32")
        out = math.add(math.multiply(math.subtract(x32, mean), factor), mean)
        return cast(out, x.dtype.name)

    return _in_floats(images, change)


def adjust_gamma(image: Any, gamma: Any = 1, gain: Any = 1) -> Any:
    """`gain * image ** gamma`.

    Raises:
        ValueError: If `gamma` is negative.
    """
    if isinstance(gamma, (int, float)) and gamma < 0:
        raise ValueError(
            f"`gamma` is not negative. Received: gamma={gamma}\n"
            "Below 1 it brightens, above 1 it darkens."
        )
    return _in_floats(image, lambda x: math.multiply(math.power(x, gamma), gain))


def adjust_hue(image: Any, delta: Any, name: str | None = None) -> Any:
    """Turns the hue by `delta`, a part of the whole circle."""
    return _in_floats(image, lambda x: _with_hsv(x, 0, math.add, delta), False)


def adjust_saturation(
    image: Any, saturation_factor: Any, name: str | None = None
) -> Any:
    """Multiplies the saturation by a factor."""

    def change(x: Any) -> Any:
        return _with_hsv(x, 1, _multiply_to_one, saturation_factor)

    return _in_floats(image, change, False)


def _multiply_to_one(x: Any, factor: Any) -> Any:
    return math.clip(math.multiply(x, factor), 0, 1)


def _with_hsv(x: Any, channel: int, change: Any, amount: Any) -> Any:
    parts = shapes.split(image_color.rgb_to_hsv(x), 3, -1)
    amount = cast(operand(amount), x.dtype.name)
    parts[channel] = change(parts[channel], amount)
    return image_color.hsv_to_rgb(shapes.concatenate(parts, -1))


def rgb_to_grayscale(images: Any, name: str | None = None) -> Any:
    """Colours as their brightness, 0.2989 red + 0.587 green + 0.114 blue."""
    x = operand(images)
    floats = x if x.dtype.is_floating else convert_image_dtype(x, "float32")
    weights = convert(np.array(image_color.LUMA, floats.dtype.name))
    grey = linalg.matmul(floats, shapes.reshape(weights, (3, 1)))
    return convert_image_dtype(grey, x.dtype)


def grayscale_to_rgb(images: Any, name: str | None = None) -> Any:
    """Images of one channel as ones of three equal channels."""
    x = operand(images)
    return shapes.tile(x, (1,) * (x.ndim - 1) + (3,))


def rgb_to_hsv(images: Any, name: str | None = None) -> Any:
    """Colours as hue, saturation and value, all from 0 to 1."""
    return _flat(image_color.rgb_to_hsv, images)


def hsv_to_rgb(images: Any, name: str | None = None) -> Any:
    """The colours that `rgb_to_hsv` took apart."""
    return _flat(image_color.hsv_to_rgb, images)


def _flat(op: Any, images: Any) -> Any:
    """Applies `op` to colours in a tensor of any rank."""
    x = operand(images)
    if x.ndim in (3, 4):
        return op(x)
    return shapes.reshape(op(shapes.reshape(x, (1, -1, 3))), tuple(x.shape))


# ITU-R BT.470's colour differences, and the axes of NTSC; columns are what comes out.
_TO_YIQ = np.array([
    [0.299, 0.59590059, 0.2115],
    [0.587, -0.27455667, -0.52273617],
    [0.114, -0.32134392, 0.31119955],
])  # fmt: skip
_FROM_YIQ = np.array([
    [1, 1, 1],
    [0.95598634, -0.27201283, -1.10674021],
    [0.6208248, -0.64720424, 1.70423049],
])  # fmt: skip
_TO_YUV = np.array([
    [0.299, -0.14714119, 0.61497538],
    [0.587, -0.28886916, -0.51496512],
    [0.114, 0.43601035, -0.10001026],
])  # fmt: skip
_FROM_YUV = np.array([
    [1, 1, 1],
    [0, -0.394642334, 2.03206185],
    [1.13988303, -0.58062185, 0],
])  # fmt: skip


def _linear(images: Any, matrix: np.ndarray) -> Any:
    x = operand(images, "image.rgb_to_yuv", "floating")
    return linalg.matmul(x, convert(matrix.astype(x.dtype.as_numpy_dtype)))


def rgb_to_yiq(images: Any) -> Any:
    """Colours as brightness and two differences, those of NTSC."""
    return _linear(images, _TO_YIQ)


def yiq_to_rgb(images: Any) -> Any:
    """Undoes `rgb_to_yiq`."""
    return _linear(images, _FROM_YIQ)


def rgb_to_yuv(images: Any) -> Any:
    """Colours as brightness and two differences, those of PAL."""
    return _linear(images, _TO_YUV)


def yuv_to_rgb(images: Any) -> Any:
    """Undoes `rgb_to_yuv`."""
    return _linear(images, _FROM_YUV)


def per_image_standardization(image: Any) -> Any:
    """Each image moved and scaled to mean 0 and variance 1.

    The standard deviation counts as at least one over the root of the number of
    elements, so that images of one colour do no harm.
    """
    x = operand(image)
    kind = "float16" if x.dtype == "float16" else "float32"
    x = cast(x, "float32")
    count = float(np.prod([n for n in x.shape[-3:]]))
    mean = reduce.mean(x, (-3, -2, -1), True)
    around = math.subtract(x, mean)
    deviation = math.sqrt(reduce.mean(math.square(around), (-3, -2, -1), True))
    scaled = math.divide(around, math.maximum(deviation, 1 / np.sqrt(count)))
    return cast(scaled, kind)
