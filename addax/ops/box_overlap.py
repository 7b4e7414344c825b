"""Bounding boxes compared, and written as differences from others."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from addax._base.errors import explain
from addax.core import Array, convert, op
from addax.ops.boxes import box_format, convert_format
from addax.ops.image_axes import one_of

_CENTRES = ("center_xywh", "center_yxhw")


def _area(boxes: Array) -> Array:
    return (boxes[..., 2] - boxes[..., 0]) * (boxes[..., 3] - boxes[..., 1])


@op(name="compute_iou")
def _iou(a: Array, b: Array, use_masking: bool, mask_val: float) -> Array:
    a, b = a[..., :, None, :], b[..., None, :, :]
    low = jnp.maximum(a[..., :2], b[..., :2])
    high = jnp.minimum(a[..., 2:], b[..., 2:])
    sides = jnp.maximum(high - low, 0)
    common = sides[..., 0] * sides[..., 1]
    found = common / (_area(a) + _area(b) - common + 1e-7)
    if not use_masking:
        return found
    empty = jnp.all(a < 0, -1) | jnp.all(b < 0, -1)
    return jnp.where(empty, jnp.asarray(mask_val, found.dtype), found)


def _sizes(image_shape: Any) -> tuple[Any, Any]:
    return (None, None) if image_shape is None else tuple(image_shape[:2])


def compute_iou(
    boxes1: Any,
    boxes2: Any,
    bounding_box_format: str,
    use_masking: bool = False,
    mask_val: int = -1,
    image_shape: Any = None,
) -> Any:
    """The overlap of each box with each other one: intersection over union.

    Args:
        boxes1: A tensor `(m, 4)` or `(batch, m, 4)`.
        boxes2: A tensor `(n, 4)` or `(batch, n, 4)`.
        bounding_box_format: How boxes are written; see `convert_format`.
        use_masking: Whether boxes of negative numbers only are no boxes.
        mask_val: What pairs with one of those get.
        image_shape: The image's height and width (and channels), for relative boxes.

    Returns:
        A tensor `(m, n)` or `(batch, m, n)`.

    Example:

    >>> from addax.ops.box_overlap import compute_iou
    >>> compute_iou([[0, 0, 2, 2]], [[0, 0, 1, 2]], "xyxy").numpy().round(3).tolist()
    [[0.5]]
    """
    height, width = _sizes(image_shape)
    pair = []
    for name, boxes in (("boxes1", boxes1), ("boxes2", boxes2)):
        boxes = convert(boxes)
        if len(boxes.shape) not in (2, 3):
            raise ValueError(
                explain(
                    f"`{name}` are boxes (n, 4), or a batch of such.",
                    received={f"{name}.shape": tuple(boxes.shape)},
                )
            )
        # Overlap is the same in parts and in pixels, whatever the image's size
        form = box_format(bounding_box_format)
        if form.startswith("rel_") and height is None:
            form = form.removeprefix("rel_")
        pair.append(convert_format(boxes, form, "xyxy", height, width))
    return _iou(*pair, use_masking, mask_val)


@op(name="compute_ciou")
def _ciou(a: Array, b: Array) -> Array:
    tiny = 1e-7
    size_a, size_b = a[..., 2:] - a[..., :2], b[..., 2:] - b[..., :2]
    low = jnp.maximum(a[..., :2], b[..., :2])
    high = jnp.minimum(a[..., 2:], b[..., 2:])
    sides = jnp.maximum(high - low, 0)
    common = sides[..., 0] * sides[..., 1]
    whole = _area(a) + _area(b) - common + tiny
    overlap = common / whole
    hull = jnp.maximum(a[..., 2:], b[..., 2:]) - jnp.minimum(a[..., :2], b[..., :2])
    diagonal = jnp.sum(jnp.square(hull), -1) + tiny
    centres = a[..., :2] + a[..., 2:] - b[..., :2] - b[..., 2:]
    apart = jnp.sum(jnp.square(centres), -1) / 4
    angles = [jnp.arctan(s[..., 0] / (s[..., 1] + tiny)) for s in (size_b, size_a)]
    unlike = jnp.square(angles[0] - angles[1]) * (4 / np.pi**2)
    weight = unlike / (unlike - overlap + (1 + tiny))
    return overlap - (apart / diagonal + unlike * weight)


def compute_ciou(
    boxes1: Any, boxes2: Any, bounding_box_format: str, image_shape: Any = None
) -> Any:
    """Overlap, less the distance, less the difference of form: complete IoU.

    Args:
        boxes1: A tensor `(..., 4)`.
        boxes2: A tensor of that shape; each box is compared with the one in its place.
        bounding_box_format: How boxes are written; see `convert_format`.
        image_shape: The image's height and width (and channels), for relative boxes.

    Returns:
        A tensor, 1 for equal boxes, down to -1.

    Source: Zheng et al. 2019, https://arxiv.org/abs/1911.08287.
    """
    sizes = _sizes(image_shape)
    a, b = (
        convert_format(x, bounding_box_format, "xyxy", *sizes) for x in (boxes1, boxes2)
    )
    return _ciou(a, b)


@op(name="encode_boxes")
def _encode(anchors: Array, boxes: Array, variance: Array) -> Array:
    moved = (boxes[..., :2] - anchors[..., :2]) / anchors[..., 2:]
    grown = jnp.log(boxes[..., 2:] / anchors[..., 2:])
    return jnp.concatenate([moved, grown], -1) / variance.astype(boxes.dtype)


@op(name="decode_boxes")
def _decode(anchors: Array, deltas: Array, variance: Array) -> Array:
    deltas = deltas * variance.astype(deltas.dtype)
    centres = deltas[..., :2] * anchors[..., 2:] + anchors[..., :2]
    return jnp.concatenate([centres, jnp.exp(deltas[..., 2:]) * anchors[..., 2:]], -1)


def _variance(variance: Any) -> Any:
    if variance is None:
        return np.ones(4, np.float32)
    variance = convert(variance, "float32")
    if variance.shape[-1] != 4:
        raise ValueError(
            explain(
                "`variance` is four numbers.",
                received={"variance": variance},
                fix="variance=[0.1, 0.1, 0.2, 0.2]",
            )
        )
    return variance


def encode_box_to_deltas(
    anchors: Any,
    boxes: Any,
    anchor_format: str,
    box_format: str,
    encoding_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """Writes boxes as how far, and by which factor, they differ from anchors.

    Args:
        anchors: A tensor `(n, 4)`.
        boxes: A tensor `(n, 4)` or `(batch, n, 4)`.
        anchor_format: How anchors are written; see `convert_format`.
        box_format: How boxes are written.
        encoding_format: `"center_yxhw"` or `"center_xywh"`: the order of the result.
        variance: Four numbers that the result is divided by.
        image_shape: The image's height and width (and channels), for relative boxes.

    Returns:
        A tensor of the boxes' shape.

    Source: Girshick et al. 2013, https://arxiv.org/abs/1311.2524.
    """
    form = one_of("encoding_format", encoding_format, _CENTRES)
    sizes = _sizes(image_shape)
    anchors = convert_format(anchors, anchor_format, form, *sizes)
    boxes = convert_format(boxes, box_format, form, *sizes)
    return _encode(anchors, boxes, _variance(variance))


def decode_deltas_to_boxes(
    anchors: Any,
    boxes_delta: Any,
    anchor_format: str,
    box_format: str,
    encoded_format: str = "center_yxhw",
    variance: Any = None,
    image_shape: Any = None,
) -> Any:
    """The boxes that `encode_box_to_deltas` wrote as differences from anchors.

    Args:
        anchors: A tensor `(n, 4)`, or a dict of such, one for each level.
        boxes_delta: A tensor `(n, 4)` or `(batch, n, 4)`, or a dict likewise.
        anchor_format: How anchors are written; see `convert_format`.
        box_format: How boxes are to be written.
        encoded_format: The order of the differences, `"center_yxhw"` or
            `"center_xywh"`.
        variance: Four numbers that the differences are multiplied by.
        image_shape: The image's height and width (and channels), for relative boxes.

    Returns:
        A tensor of the shape of `boxes_delta`, or a dict of such.
    """
    if isinstance(anchors, dict):
        rest = (anchor_format, box_format, encoded_format, variance, image_shape)
        return {
            level: decode_deltas_to_boxes(anchors[level], deltas, *rest)
            for level, deltas in boxes_delta.items()
        }
    form = one_of("encoded_format", encoded_format, _CENTRES)
    sizes = _sizes(image_shape)
    anchors = convert_format(anchors, anchor_format, form, *sizes)
    boxes = _decode(anchors, convert(boxes_delta, "float32"), _variance(variance))
    return convert_format(boxes, form, box_format, *sizes)
