"""Bounding boxes and segmentation masks drawn on images."""

from __future__ import annotations

from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.lazy import optional_import
from addax.core import convert
from addax.keras.visualization.arrays import Color, as_bytes, palette
from addax.ops.boxes import convert_format


def draw_bounding_boxes(
    images: Any,
    bounding_boxes: dict[str, Any],
    bounding_box_format: str,
    class_mapping: dict[int, str] | None = None,
    color: Any = (128, 128, 128),
    line_thickness: int = 2,
    text_thickness: int = 1,
    font_scale: float = 1.0,
    data_format: str | None = None,
) -> np.ndarray:
    """Draws boxes, and the names of what is in them.

    Args:
        images: A batch of images with values from 0 to 255.
        bounding_boxes: A dict of `"boxes"`, a tensor `(batch, boxes, 4)`, `"labels"`, a
            tensor `(batch, boxes)`, and perhaps `"confidences"` likewise. A label of -1
            is no box.
        bounding_box_format: How boxes are written; see
            `keras.utils.bounding_boxes.convert_format`.
        class_mapping: The name of each label; without it no names are drawn.
        color: Red, green and blue.
        line_thickness: The width of the lines.
        text_thickness: The width of the letters' outlines.
        font_scale: The size of the letters, as a part of 12 pixels.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        The images as an array of `uint8`, channels last.

    Raises:
        TypeError: If `bounding_boxes` is no dict.
        ValueError: If it has no boxes or labels, or there is no batch of images.
        ImportError: If Pillow is not installed.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> images = np.zeros((1, 20, 20, 3), "uint8")
    >>> boxes = {"boxes": [[[2, 2, 10, 10]]], "labels": [[0]]}
    >>> drawn = keras.visualization.draw_bounding_boxes(images, boxes, "xyxy")
    >>> drawn[0, 2, 5].tolist()
    [128, 128, 128]
    """
    drawing = optional_import("PIL.ImageDraw", extra="data", purpose="Drawing boxes")
    pillow = optional_import("PIL.Image", extra="data", purpose="Drawing boxes")
    fonts = optional_import("PIL.ImageFont", extra="data", purpose="Drawing boxes")
    array = as_bytes(images, data_format)
    boxes, labels, confidences = _parts(bounding_boxes, bounding_box_format, array)
    font = fonts.load_default(size=max(round(12 * font_scale), 1))
    for i, image in enumerate(array):
        canvas = pillow.fromarray(image)
        pen = drawing.Draw(canvas)
        for j, box in enumerate(boxes[i]):
            if labels[i, j] == -1:
                continue
            corners = [round(float(v)) for v in box]
            pen.rectangle(_upright(corners), outline=_rgb(color), width=line_thickness)
            text = _caption(int(labels[i, j]), class_mapping, confidences, (i, j))
            if text:
                place = corners[0] + line_thickness, corners[1] + line_thickness
                stroke = text_thickness - 1
                pen.text(place, text, _rgb(color), font, stroke_width=stroke)
        array[i] = np.asarray(canvas)
    return array


def _parts(given: Any, form: str, array: np.ndarray) -> tuple[Any, Any, Any]:
    if not isinstance(given, dict):
        raise TypeError(
            explain(
                "`bounding_boxes` is a dict of 'boxes' and 'labels'.",
                received={"bounding_boxes": given},
                fix='draw_bounding_boxes(images, {"boxes": boxes, "labels": labels}, '
                f"{form!r})",
            )
        )
    missing = [k for k in ("boxes", "labels") if k not in given]
    if missing:
        raise ValueError(
            explain(
                f"`bounding_boxes` lacks {' and '.join(map(repr, missing))}.",
                received={"bounding_boxes": list(given)},
            )
        )
    boxes = convert_format(given["boxes"], form, "xyxy", *array.shape[1:3]).numpy()
    labels = convert(given["labels"]).numpy()
    confidences = given.get("confidences")
    return boxes, labels, None if confidences is None else convert(confidences).numpy()


def _rgb(color: Any) -> Color:
    red, green, blue = (int(c) for c in color)
    return red, green, blue


def _upright(box: list[int]) -> list[int]:
    left, top, right, bottom = box
    return [min(left, right), min(top, bottom), max(left, right), max(top, bottom)]


def _caption(label: int, names: Any, confidences: Any, place: tuple[int, int]) -> str:
    if names is None:
        return ""
    name = str(names.get(label, label))
    return name if confidences is None else f"{name} {confidences[place]:.2f}"


def draw_segmentation_masks(
    images: Any,
    segmentation_masks: Any,
    num_classes: int | None = None,
    color_mapping: dict[int, Any] | None = None,
    alpha: float = 0.8,
    blend: bool = True,
    ignore_index: int = -1,
    data_format: str | None = None,
) -> np.ndarray:
    """Colours the pixels of images by their classes.

    Class 0 is the background and stays as it is, as do classes from `num_classes + 1`
    on.

    Args:
        images: A batch of images with values from 0 to 255.
        segmentation_masks: A class for each pixel: whole numbers
            `(batch, height, width)`, or with an axis for one channel.
        num_classes: How many classes there are besides the background; found from the
            masks if not given.
        color_mapping: Red, green and blue of each class; a palette if not given.
        alpha: How much of the colour is mixed in, from 0 to 1.
        blend: Whether to mix; otherwise pixels take the colour.
        ignore_index: Another class that stays as it is.
        data_format: `"channels_last"` or `"channels_first"`.

    Returns:
        The images as an array of `uint8`, channels last.

    Raises:
        TypeError: If masks are no whole numbers.
        ValueError: If there is no batch of images, or a mask has another size.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> masks = np.array([[[0, 1]]])
    >>> keras.visualization.draw_segmentation_masks(np.full((1, 1, 2, 3), 100, "uint8"),
    ...     masks, color_mapping={1: (255, 0, 0)}, alpha=0.5)[0, 0].tolist()
    [[100, 100, 100], [177, 50, 50]]
    """
    array = as_bytes(images, data_format)
    masks = _classes(segmentation_masks, array.shape)
    last = int(masks.max(initial=0)) if num_classes is None else num_classes
    colors = palette(last) | {k: _rgb(c) for k, c in (color_mapping or {}).items()}
    part = alpha if blend else 1.0
    for index, color in colors.items():
        if index in (ignore_index, 0) or index > last:
            continue
        where = masks == index
        mixed = array[where] * (1 - part) + np.asarray(color) * part
        array[where] = mixed.astype(np.uint8)
    return array


def _classes(masks: Any, shape: tuple[int, ...]) -> np.ndarray:
    masks = convert(masks).numpy()
    if masks.dtype.kind not in "iu":
        raise TypeError(
            explain(
                "`segmentation_masks` are classes, as whole numbers.",
                received={"segmentation_masks": masks},
                fix='keras.ops.cast(segmentation_masks, "int32")',
            )
        )
    if masks.ndim == 4 and masks.shape[-1] == 1:
        masks = masks[..., 0]
    elif masks.ndim == 4 and masks.shape[1] == 1:
        masks = masks[:, 0]
    if masks.shape != shape[:3]:
        raise ValueError(
            explain(
                "`segmentation_masks` has a class for each pixel of the images.",
                received={
                    "images.shape": shape,
                    "segmentation_masks.shape": masks.shape,
                },
            )
        )
    return masks
