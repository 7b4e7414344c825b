"""Bounding boxes of `tf.image`: choosing the best, drawing them."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from addax.core import convert
from addax.ops import suppression
from addax.tf._rules import operand


def non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Any:
    """The numbers of the best boxes, of those that overlap only the best.

    How many there are depends on the values; inside a traced function use
    `tf.image.non_max_suppression_padded`.

    Args:
        boxes: `y1, x1, y2, x2`, one a row.
        scores: A score for each.
        max_output_size: How many to take at most.
        iou_threshold: Above which intersection over union boxes overlap.
        score_threshold: Up to which score a box is left out.
        name: Kept for TensorFlow's signature.

    Example:

    >>> from addax import tf
    >>> boxes = [[0.0, 0.0, 1.0, 1.0], [0.0, 0.0, 1.0, 0.9], [2.0, 2.0, 3.0, 3.0]]
    >>> tf.image.non_max_suppression(boxes, [0.9, 0.8, 0.7], 3).numpy().tolist()
    [0, 2]
    """
    return non_max_suppression_with_scores(
        boxes, scores, max_output_size, iou_threshold, score_threshold
    )[0]


def non_max_suppression_with_scores(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    soft_nms_sigma: Any = 0.0,
    name: str | None = None,
) -> tuple[Any, Any]:
    """`non_max_suppression`, which returns the boxes' scores, too.

    Args:
        boxes: `y1, x1, y2, x2`, one a row.
        scores: A score for each.
        max_output_size: How many to take at most.
        iou_threshold: Above which intersection over union boxes overlap.
        score_threshold: Up to which score a box is left out.
        soft_nms_sigma: If not 0, scores fall the more, the more boxes overlap.
        name: Kept for TensorFlow's signature.

    Source: Bodla et al. 2017, https://arxiv.org/abs/1704.04503.
    """
    numbers, values, count = _suppress(
        boxes, scores, max_output_size, iou_threshold, score_threshold, soft_nms_sigma
    )
    taken = int(count)
    return numbers[:taken], values[:taken]


def non_max_suppression_overlaps(
    overlaps: Any,
    scores: Any,
    max_output_size: Any,
    overlap_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    name: str | None = None,
) -> Any:
    """`non_max_suppression` by given overlaps `(n, n)`."""
    numbers, _, count = _suppress(
        overlaps, scores, max_output_size, overlap_threshold, score_threshold, 0.0, True
    )
    return numbers[: int(count)]


def non_max_suppression_padded(
    boxes: Any,
    scores: Any,
    max_output_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_to_max_output_size: bool = False,
    name: str | None = None,
    sorted_input: bool = False,
    canonicalized_coordinates: bool = False,
    tile_size: int = 512,
) -> tuple[Any, Any]:
    """`non_max_suppression` with a result of a fixed size, and how much of it counts.

    Args:
        boxes: `y1, x1, y2, x2`, one a row.
        scores: A score for each.
        max_output_size: How many to take at most.
        iou_threshold: Above which intersection over union boxes overlap.
        score_threshold: Up to which score a box is left out.
        pad_to_max_output_size: Whether the result is filled to that size.
        name: Kept for TensorFlow's signature.
        sorted_input: Kept for TensorFlow's signature.
        canonicalized_coordinates: Kept for TensorFlow's signature.
        tile_size: Kept for TensorFlow's signature.
    """
    numbers, _, count = _suppress(
        boxes, scores, max_output_size, iou_threshold, score_threshold, 0.0
    )
    return (numbers if pad_to_max_output_size else numbers[: int(count)]), count


def _suppress(
    boxes: Any, scores: Any, most: Any, iou: Any, least: Any, sigma: Any,
    overlaps: bool = False,
) -> Any:  # fmt: skip
    boxes, scores = operand(boxes), operand(scores)
    limits = [convert(v, scores.dtype) for v in (iou, least, sigma)]
    count = min(int(most), scores.shape[0])
    return suppression.suppress(boxes, scores, count, *limits, overlaps)


class CombinedNonMaxSuppression(NamedTuple):
    """What `tf.image.combined_non_max_suppression` returns.

    Attributes:
        nmsed_boxes: Boxes `(batch, boxes, 4)`.
        nmsed_scores: Their scores.
        nmsed_classes: Their classes.
        valid_detections: How many count, for each image.
    """

    nmsed_boxes: Any
    nmsed_scores: Any
    nmsed_classes: Any
    valid_detections: Any


def combined_non_max_suppression(
    boxes: Any,
    scores: Any,
    max_output_size_per_class: Any,
    max_total_size: Any,
    iou_threshold: Any = 0.5,
    score_threshold: Any = float("-inf"),
    pad_per_class: bool = False,
    clip_boxes: bool = True,
    name: str | None = None,
) -> CombinedNonMaxSuppression:
    """The best boxes of each image over all classes; each class for itself first.

    It looks at values, so it does not work in a traced function.

    Args:
        boxes: Boxes `(batch, n, classes or 1, 4)`.
        scores: Scores `(batch, n, classes)`.
        max_output_size_per_class: How many to take of each class at most.
        max_total_size: How many to take of each image at most.
        iou_threshold: Above which intersection over union boxes overlap.
        score_threshold: Up to which score a box is left out.
        pad_per_class: Whether the result has no more than the limit of each class
            allows.
        clip_boxes: Whether to keep corners between 0 and 1.
        name: Kept for TensorFlow's signature.
    """
    boxes, scores = np.asarray(operand(boxes)), np.asarray(operand(scores))
    classes, each = scores.shape[-1], int(max_output_size_per_class)
    total = int(max_total_size)
    if pad_per_class:
        total = min(total, each * classes)
    found = []
    for image, marks in zip(boxes, scores, strict=True):
        rows: list[tuple[float, int, Any]] = []
        for c in range(classes):
            own = image[:, c if image.shape[1] > 1 else 0]
            numbers, values = non_max_suppression_with_scores(
                own, marks[:, c], each, iou_threshold, score_threshold
            )
            pairs = zip(numbers.numpy(), values.numpy(), strict=True)
            rows += [(float(v), c, own[n]) for n, v in pairs]
        rows.sort(key=lambda row: -row[0])
        found.append(rows[:total])
    out = np.zeros((len(found), total, 6), np.float32)
    for i, rows in enumerate(found):
        for j, (value, c, box) in enumerate(rows):
            out[i, j] = *(np.clip(box, 0, 1) if clip_boxes else box), value, c
    counts = np.array([len(rows) for rows in found], np.int32)
    parts = out[..., :4], out[..., 4], out[..., 5], counts
    return CombinedNonMaxSuppression(*(convert(p) for p in parts))


# Yellow, blue, red, lime, purple, olive, maroon, navy, aqua, fuchsia
_COLOURS = np.array([
    [1, 1, 0, 1], [0, 0, 1, 1], [1, 0, 0, 1], [0, 1, 0, 1], [0.5, 0, 0.5, 1],
    [0.5, 0.5, 0, 1], [0.5, 0, 0, 1], [0, 0, 0.5, 1], [0, 1, 1, 1], [1, 0, 1, 1],
])  # fmt: skip


def draw_bounding_boxes(
    images: Any, boxes: Any, colors: Any, name: str | None = None
) -> Any:
    """Images with the outlines of boxes, one pixel wide.

    It runs on the host, so not in a traced function.

    Args:
        images: A batch of floating images of one, three or four channels.
        boxes: `y1, x1, y2, x2` in parts of the height and width, `(batch, n, 4)`.
        colors: Colours to take in turn, one a row; ten of its own if `None`.
        name: Kept for TensorFlow's signature.
    """
    x = operand(images)
    out = np.array(x, copy=True)
    _, height, width, channels = out.shape
    table = _COLOURS if colors is None else np.asarray(colors, "float64")
    if channels == 1:
        table = table[:, :1] * 0 + 1 if colors is None else table[:, :1]
    for image, own in zip(out, np.asarray(operand(boxes)), strict=True):
        for i, box in enumerate(own):
            y1, x1, y2, x2 = _pixels(box, height, width)
            if y1 > y2 or x1 > x2:
                continue
            colour = table[i % len(table)][:channels]
            rows = slice(max(y1, 0), min(y2, height - 1) + 1)
            columns = slice(max(x1, 0), min(x2, width - 1) + 1)
            for row in (y1, y2):
                if 0 <= row < height:
                    image[row, columns] = colour
            for column in (x1, x2):
                if 0 <= column < width:
                    image[rows, column] = colour
    return convert(out)


def _pixels(box: Any, height: int, width: int) -> list[int]:
    limits = (height - 1, width - 1) * 2
    return [int(v * n) for v, n in zip(box, limits, strict=True)]
