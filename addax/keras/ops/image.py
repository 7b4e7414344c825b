"""`keras.ops.image`: images, in the format that `keras.config` says."""

from __future__ import annotations

import functools
import inspect
from collections.abc import Callable
from typing import Any

from addax.keras import config
from addax.ops import image as _resize
from addax.ops import image_color as _color
from addax.ops import image_crop as _crop
from addax.ops import image_filter as _filter
from addax.ops import image_warp as _warp
from addax.ops.image import scale_and_translate as scale_and_translate
from addax.ops.image_warp import map_coordinates as map_coordinates


def _formatted(fn: Callable[..., Any]) -> Callable[..., Any]:
    """The function, with `data_format=None` for that of `keras.config`."""
    signature = inspect.signature(fn)
    place = list(signature.parameters).index("data_format")
    asked = [
        p.replace(default=None, annotation="str | None") if i == place else p
        for i, p in enumerate(signature.parameters.values())
    ]

    @functools.wraps(fn)
    def wrapper(*args: Any, **kwargs: Any) -> Any:
        if len(args) > place:
            given = config.standardize_data_format(args[place])
            args = (*args[:place], given, *args[place + 1 :])
        else:
            given = config.standardize_data_format(kwargs.get("data_format"))
            kwargs["data_format"] = given
        return fn(*args, **kwargs)

    wrapper.__module__ = __name__
    wrapper.__signature__ = signature.replace(parameters=asked)  # type: ignore[attr-defined]
    return wrapper


affine_transform = _formatted(_warp.affine_transform)
crop_images = _formatted(_crop.crop_images)
elastic_transform = _formatted(_warp.elastic_transform)
extract_patches = _formatted(_crop.extract_patches)
extract_patches_3d = _formatted(_crop.extract_patches_3d)
gaussian_blur = _formatted(_filter.gaussian_blur)
hsv_to_rgb = _formatted(_color.hsv_to_rgb)
pad_images = _formatted(_crop.pad_images)
perspective_transform = _formatted(_warp.perspective_transform)
resize = _formatted(_resize.resize)
rgb_to_grayscale = _formatted(_color.rgb_to_grayscale)
rgb_to_hsv = _formatted(_color.rgb_to_hsv)
sobel_edges = _formatted(_filter.sobel_edges)
ssim = _formatted(_filter.ssim)
