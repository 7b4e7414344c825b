"""Images: files, Pillow's images, arrays."""

from __future__ import annotations

import io
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import TensorLike, convert, floatx
from addax.data.images import pillow
from addax.keras import config
from addax.ops import image as image_ops

_RESAMPLING = {
    "bicubic": "BICUBIC",
    "bilinear": "BILINEAR",
    "box": "BOX",
    "hamming": "HAMMING",
    "lanczos": "LANCZOS",
    "nearest": "NEAREST",
}
COLORS = {"grayscale": "L", "rgb": "RGB", "rgba": "RGBA"}


def check_choice(value: Any, choices: Any, name: str) -> Any:
    """A string that is one of a few.

    Raises:
        ValueError: If it is not.
    """
    if value not in choices:
        raise ValueError(
            explain(
                f"`{name}` is one of {', '.join(map(repr, choices))}.",
                received={name: value},
                fix=did_you_mean(str(value), [str(c) for c in choices]),
            )
        )
    return value


def load_img(
    path: Any,
    color_mode: str = "rgb",
    target_size: tuple[int, int] | None = None,
    interpolation: str = "nearest",
    keep_aspect_ratio: bool = False,
) -> Any:
    """An image file as Pillow's image.

    Args:
        path: The file's name, or an `io.BytesIO` of its contents.
        color_mode: `"grayscale"`, `"rgb"` or `"rgba"`.
        target_size: The height and width to bring it to; as it is if not given.
        interpolation: `"nearest"`, `"bilinear"`, `"bicubic"`, `"hamming"`, `"box"` or
            `"lanczos"`.
        keep_aspect_ratio: Whether to cut borders off instead of distorting.

    Returns:
        A `PIL.Image.Image`.

    Raises:
        ValueError: If an argument is none of the choices.
        TypeError: If `path` is no name of a file.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.utils.save_img("x.png", np.zeros((4, 6, 3)))
    >>> keras.utils.load_img("x.png", target_size=(2, 3)).size
    (3, 2)
    """
    library = pillow()
    check_choice(color_mode, COLORS, "color_mode")
    if isinstance(path, io.BytesIO):
        image = library.open(path)
    elif isinstance(path, (str, bytes, Path)):
        with open(path, "rb") as file:
            image = library.open(io.BytesIO(file.read()))
    else:
        raise TypeError(
            explain(
                "`path` is the name of an image file, or an io.BytesIO.",
                received={"path": path},
            )
        )
    deep = color_mode == "grayscale" and image.mode in ("L", "I;16", "I")
    if not deep and image.mode != COLORS[color_mode]:
        image = image.convert(COLORS[color_mode])
    if target_size is None or image.size == (target_size[1], target_size[0]):
        return image
    kind = _RESAMPLING[check_choice(interpolation, _RESAMPLING, "interpolation")]
    box = None
    if keep_aspect_ratio:
        plan = image_ops.Plan(target_size, "", False, "crop", 0, "channels_last")
        y, x, height, width = plan.window(image.height, image.width)
        box = (x, y, x + width, y + height)
    size = (target_size[1], target_size[0])
    return image.resize(size, getattr(library.Resampling, kind), box)


def img_to_array(
    img: Any, data_format: str | None = None, dtype: Any = None
) -> np.ndarray[Any, Any]:
    """Pillow's image as an array.

    Args:
        img: The image (or an array).
        data_format: `"channels_last"` or `"channels_first"`; Keras's setting if not
            given.
        dtype: The type; `floatx()` if not given.

    Returns:
        An array `(height, width, channels)`, or with the channels first.

    Raises:
        ValueError: If it is no image.
    """
    first = _first(data_format)
    array = np.asarray(img, dtype=dtype or floatx().name)
    if array.ndim == 2:
        array = array[..., None]
    elif array.ndim != 3:
        raise ValueError(
            explain("An image has two or three axes.", received={"img": array})
        )
    elif not first:
        return array
    # A two-axis image has its single channel put where it belongs.
    return np.moveaxis(array, -1, 0) if first else array


def array_to_img(
    x: Any, data_format: str | None = None, scale: bool = True, dtype: Any = None
) -> Any:
    """An array as Pillow's image.

    Args:
        x: An array `(height, width, channels)`, or with the channels first.
        data_format: `"channels_last"` or `"channels_first"`; Keras's setting if not
            given.
        scale: Whether to bring the smallest value to 0 and the largest to 255.
        dtype: The type to compute in; `floatx()` if not given.

    Returns:
        A `PIL.Image.Image`.

    Raises:
        ValueError: If the array is no image.
    """
    library = pillow()
    array = np.asarray(x, dtype=dtype or floatx().name)
    if array.ndim != 3:
        raise ValueError(
            explain(
                "An image has three axes.",
                received={"x": array},
                fix="array_to_img(x[0])  # one image of a batch",
            )
        )
    if _first(data_format):
        array = np.moveaxis(array, 0, -1)
    if scale:
        array = array - np.min(array)
        largest = np.max(array)
        array = (array / largest if largest else array) * 255
    channels = array.shape[2]
    if channels in (3, 4):
        return library.fromarray(array.astype("uint8"))
    if channels == 1:
        kind = "int32" if np.max(array) > 255 else "uint8"
        return library.fromarray(array[..., 0].astype(kind))
    raise ValueError(
        explain("An image has 1, 3 or 4 channels.", received={"channels": channels})
    )


def save_img(
    path: Any,
    x: Any,
    data_format: str | None = None,
    file_format: str | None = None,
    scale: bool = True,
    **kwargs: Any,
) -> None:
    """Writes an array into an image file.

    Args:
        path: The file's name.
        x: An array `(height, width, channels)`, or with the channels first.
        data_format: `"channels_last"` or `"channels_first"`; Keras's setting if not
            given.
        file_format: The format; told by the name's ending if not given.
        scale: Whether to bring the smallest value to 0 and the largest to 255.
        **kwargs: Options for Pillow's `Image.save`.
    """
    image = array_to_img(x, data_format=data_format, scale=scale)
    ending = file_format or Path(str(path)).suffix.lstrip(".")
    if image.mode == "RGBA" and ending.lower() in ("jpg", "jpeg"):
        warnings.warn("JPEG files hold no transparency; it is left out.", stacklevel=2)
        image = image.convert("RGB")
    image.save(path, format=file_format, **kwargs)


def smart_resize(
    x: Any,
    size: Any,
    interpolation: str = "bilinear",
    data_format: str | None = "channels_last",
    **kwargs: Any,
) -> Any:
    """Images brought to a size without distortion: borders are cut off first.

    Args:
        x: An image or a batch of images, an array or a tensor.
        size: The height and width.
        interpolation: See `keras.ops.image.resize`.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: Kept for Keras's signature.

    Returns:
        An array if `x` is one, else a tensor.

    Raises:
        ValueError: If `size` is no pair, or `x` no image.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> keras.preprocessing.image.smart_resize(np.ones((4, 9, 3)), (2, 2)).shape
    (2, 2, 3)
    """
    if len(size) != 2:
        raise ValueError(
            explain("`size` is a height and a width.", received={"size": size})
        )
    image = convert(x)
    if len(image.shape) not in (3, 4):
        raise ValueError(
            explain("An image has three axes, a batch four.", received={"x": image})
        )
    where = "channels_first" if _first(data_format) else "channels_last"
    resized = image_ops.resize(
        image, size, interpolation, crop_to_aspect_ratio=True, data_format=where
    )
    return resized if isinstance(x, TensorLike) else np.asarray(resized)


def _first(data_format: str | None) -> bool:
    """Whether channels come first."""
    name = config.image_data_format() if data_format is None else data_format
    choices = ("channels_first", "channels_last")
    return check_choice(name, choices, "data_format") == "channels_first"
