"""Images side by side, with names, boxes or masks."""

from __future__ import annotations

import math
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.lazy import optional_import
from addax.core import convert
from addax.keras.visualization.arrays import as_bytes
from addax.keras.visualization.drawing import (
    draw_bounding_boxes,
    draw_segmentation_masks,
)


def plot_image_gallery(
    images: Any,
    y_true: Any = None,
    y_pred: Any = None,
    label_map: dict[int, str] | None = None,
    rows: int | None = None,
    cols: int | None = None,
    value_range: Any = (0, 255),
    scale: float = 2,
    path: Any = None,
    show: bool | None = None,
    transparent: bool = True,
    dpi: int = 60,
    legend_handles: Any = None,
    data_format: str | None = None,
) -> None:
    """Shows images in rows and columns, or writes them to one file.

    Args:
        images: A batch of images.
        y_true: The class of each.
        y_pred: The class that was predicted; set in red where it is another.
        label_map: The names of the classes; needed with `y_true` or `y_pred`.
        rows: How many rows; found from the images and `cols` if not given.
        cols: How many columns; found from the images and `rows` if not given.
        value_range: The least and the greatest value of a pixel.
        scale: The height of an image, in inches.
        path: The file to write, instead of showing.
        show: Whether to show; if no `path` is given.
        transparent: Whether the file's background is transparent.
        dpi: The file's dots per inch.
        legend_handles: Patches of matplotlib for a legend.
        data_format: `"channels_last"` or `"channels_first"`.

    Raises:
        ValueError: If there is no batch of images, `path` comes with `show`, or names
            are missing.
        ImportError: If matplotlib is not installed.
    """
    array = as_bytes(images, data_format, value_range)
    if path is not None and show:
        raise ValueError(
            explain(
                "A gallery is shown or written to a file, not both.",
                received={"path": path, "show": show},
            )
        )
    if label_map is None and (y_true is not None or y_pred is not None):
        raise ValueError(
            explain(
                "Classes are shown by their names.",
                received={"label_map": None},
                fix='plot_image_gallery(..., label_map={0: "cat", 1: "dog"})',
            )
        )
    pyplot = optional_import(
        "matplotlib.pyplot", extra="plot", purpose="Plotting a gallery"
    )
    rows, cols = _grid(len(array), rows, cols)
    across = scale * array.shape[2] / array.shape[1]
    figure, axes = pyplot.subplots(
        rows, cols, figsize=(cols * across, rows * scale), squeeze=False,
        layout="constrained",
    )  # fmt: skip
    titles = _titles(len(array), y_true, y_pred, label_map or {})
    for i, axis in enumerate(axes.flat):
        axis.axis("off")
        if i < len(array):
            axis.imshow(array[i] if array.shape[-1] == 3 else array[i, ..., 0], **_GREY)
            text, right = titles[i]
            axis.set_title(text, fontsize=8, color="black" if right else "red")
    if legend_handles is not None:
        figure.legend(handles=legend_handles, loc="outside lower center")
    if path is not None:
        figure.savefig(path, dpi=dpi, transparent=transparent)
    elif show is not False:
        pyplot.show()
    pyplot.close(figure)


_GREY = {"cmap": "gray", "vmin": 0, "vmax": 255}


def _grid(count: int, rows: int | None, cols: int | None) -> tuple[int, int]:
    if rows is None and cols is None:
        cols = math.ceil(math.sqrt(count))
    if cols is None:
        cols = math.ceil(count / (rows or 1))
    return rows or math.ceil(count / cols), cols


def _titles(count: int, y_true: Any, y_pred: Any, names: Any) -> list[tuple[str, bool]]:
    """The title of each image, and whether the prediction is right."""
    true, predicted = (
        [None] * count
        if y is None
        else [int(v) for v in convert(y).numpy().reshape(-1)]
        for y in (y_true, y_pred)
    )
    found = []
    for a, b in zip(true, predicted, strict=True):
        lines = [str(names.get(v, v)) for v in (a, b) if v is not None]
        found.append(("\npredicted ".join(lines), None in (a, b) or a == b))
    return found


def plot_bounding_box_gallery(
    images: Any,
    bounding_box_format: str,
    y_true: Any = None,
    y_pred: Any = None,
    value_range: Any = (0, 255),
    true_color: Any = (0, 188, 212),
    pred_color: Any = (255, 235, 59),
    line_thickness: int = 2,
    font_scale: float = 1.0,
    text_thickness: int | None = None,
    class_mapping: dict[int, str] | None = None,
    ground_truth_mapping: dict[int, str] | None = None,
    prediction_mapping: dict[int, str] | None = None,
    legend: bool = False,
    legend_handles: Any = None,
    rows: int | None = None,
    cols: int | None = None,
    data_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Shows images with true and predicted boxes.

    Args:
        images: A batch of images.
        bounding_box_format: How boxes are written; see
            `keras.utils.bounding_boxes.convert_format`.
        y_true: The true boxes, as `draw_bounding_boxes` takes them.
        y_pred: The predicted boxes, likewise.
        value_range: The least and the greatest value of a pixel.
        true_color: Red, green and blue of true boxes.
        pred_color: Red, green and blue of predicted boxes.
        line_thickness: The width of the lines.
        font_scale: The size of the letters, as a part of 12 pixels.
        text_thickness: The width of the letters' outlines; 1 if not given.
        class_mapping: The names of labels.
        ground_truth_mapping: Those of true boxes, if they are others.
        prediction_mapping: Those of predicted boxes, if they are others.
        legend: Whether to say which colour is which.
        legend_handles: Patches of matplotlib for a legend of your own.
        rows: How many rows.
        cols: How many columns.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: For `plot_image_gallery`.

    Raises:
        ValueError: If both `legend` and `legend_handles` are given.
    """
    if legend and legend_handles:
        raise ValueError(
            explain(
                "Give `legend` or `legend_handles`, not both.",
                received={"legend": legend, "legend_handles": legend_handles},
            )
        )
    array = as_bytes(images, data_format, value_range)
    kinds = (
        ("truth", y_true, true_color, ground_truth_mapping),
        ("prediction", y_pred, pred_color, prediction_mapping),
    )
    handles = []
    for name, boxes, color, mapping in kinds:
        if boxes is None:
            continue
        array = draw_bounding_boxes(
            array, boxes, bounding_box_format, mapping or class_mapping, color,
            line_thickness, text_thickness or 1, font_scale, "channels_last",
        )  # fmt: skip
        handles.append((name, color))
    if legend:
        patches = optional_import(
            "matplotlib.patches", extra="plot", purpose="Plotting a gallery"
        )
        legend_handles = [
            patches.Patch(color=[c / 255 for c in color], label=name)
            for name, color in handles
        ]
    plot_image_gallery(
        array, rows=rows, cols=cols, legend_handles=legend_handles,
        data_format="channels_last", **kwargs,
    )  # fmt: skip


def plot_segmentation_mask_gallery(
    images: Any,
    num_classes: int,
    value_range: Any = (0, 255),
    y_true: Any = None,
    y_pred: Any = None,
    color_mapping: dict[int, Any] | None = None,
    blend: bool = True,
    alpha: float = 0.8,
    ignore_index: int = -1,
    data_format: str | None = None,
    **kwargs: Any,
) -> None:
    """Shows images beside those with true and predicted masks.

    Args:
        images: A batch of images.
        num_classes: How many classes there are besides the background.
        value_range: The least and the greatest value of a pixel.
        y_true: The true masks, as `draw_segmentation_masks` takes them.
        y_pred: The predicted masks, likewise.
        color_mapping: Red, green and blue of each class; a palette if not given.
        blend: Whether to mix the colours with the image.
        alpha: How much of the colour is mixed in, from 0 to 1.
        ignore_index: A class that is not drawn.
        data_format: `"channels_last"` or `"channels_first"`.
        **kwargs: For `plot_image_gallery`.
    """
    array = as_bytes(images, data_format, value_range)
    columns = [array] + [
        draw_segmentation_masks(
            array,
            masks,
            num_classes,
            color_mapping,
            alpha,
            blend,
            ignore_index,
            "channels_last",
        )
        for masks in (y_true, y_pred)
        if masks is not None
    ]
    joined = np.concatenate(columns, 2)
    plot_image_gallery(joined, data_format="channels_last", **kwargs)
