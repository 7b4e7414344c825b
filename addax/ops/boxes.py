"""Bounding boxes: how they are written, clipped, moved, compared and encoded."""

from __future__ import annotations

from typing import Any

import jax.numpy as jnp
import numpy as np

from addax._base.errors import explain
from addax._base.names import did_you_mean
from addax.core import Array, cast, convert, op
from addax.ops.image_warp import homography

_ABSOLUTE = ("xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw")
FORMATS = (*_ABSOLUTE, *(f"rel_{f}" for f in _ABSOLUTE[:4]))


def box_format(name: Any) -> str:
    """The name of a way to write boxes, in small letters, checked.

    Raises:
        ValueError: If there is none of that name.
    """
    lower = str(name).lower()
    if lower not in FORMATS:
        raise ValueError(
            explain(
                f"A bounding box format is one of {', '.join(map(repr, FORMATS))}.",
                received={"format": name},
                fix=did_you_mean(lower, FORMATS),
            )
        )
    return lower


def _from_corners(box: list[Array], form: str) -> list[Array]:
    """`left, top, right, bottom` as `form` orders and measures them."""
    left, top, right, bottom = box
    width, height = right - left, bottom - top
    return {
        "xyxy": lambda: box,
        "yxyx": lambda: [top, left, bottom, right],
        "xywh": lambda: [left, top, width, height],
        "center_xywh": lambda: [left + width / 2, top + height / 2, width, height],
        "center_yxhw": lambda: [top + height / 2, left + width / 2, height, width],
    }[form]()


def _to_corners(box: list[Array], form: str) -> list[Array]:
    a, b, c, d = box
    return {
        "xyxy": lambda: box,
        "yxyx": lambda: [b, a, d, c],
        "xywh": lambda: [a, b, a + c, b + d],
        "center_xywh": lambda: [a - c / 2, b - d / 2, a + c / 2, b + d / 2],
        "center_yxhw": lambda: [b - d / 2, a - c / 2, b + d / 2, a + c / 2],
    }[form]()


def _split(boxes: Array) -> list[Array]:
    return [boxes[..., i] for i in range(4)]


def corners(boxes: Array, form: str, height: Any, width: Any) -> Array:
    """Boxes of any format as `left, top, right, bottom` in pixels."""
    found = jnp.stack(_to_corners(_split(boxes), form.removeprefix("rel_")), -1)
    if form.startswith("rel_"):
        found = found * jnp.asarray([width, height] * 2, boxes.dtype)
    return found


def written(boxes: Array, form: str, height: Any, width: Any) -> Array:
    """`left, top, right, bottom` in pixels as a format has them."""
    if form.startswith("rel_"):
        boxes = boxes / jnp.asarray([width, height] * 2, boxes.dtype)
    return jnp.stack(_from_corners(_split(boxes), form.removeprefix("rel_")), -1)


@op(name="convert_boxes")
def _convert(
    boxes: Array, source: str, target: str, height: float | None, width: float | None
) -> Array:
    if not (source.startswith("rel_") or target.startswith("rel_")):
        height = width = 1
    return written(corners(boxes, source, height, width), target, height, width)


def convert_format(
    boxes: Any,
    source: str,
    target: str,
    height: Any = None,
    width: Any = None,
    dtype: Any = "float32",
) -> Any:
    """Writes bounding boxes in another format.

    Formats: `"xyxy"` (left, top, right, bottom), `"yxyx"`, `"xywh"` (left, top, width,
    height), `"center_xywh"`, `"center_yxhw"`; and `"rel_xyxy"`, `"rel_yxyx"`,
    `"rel_xywh"`, `"rel_center_xywh"`, as parts of the image's width and height.

    Args:
        boxes: A tensor `(..., 4)`, or a dict of `"boxes"` and more.
        source: The format they have.
        target: The format to bring them to.
        height: The images' height, for relative formats.
        width: The images' width, for relative formats.
        dtype: The type of the result.

    Returns:
        A tensor or a dict, as given.

    Raises:
        ValueError: If a format is unknown, or sizes are missing.

    Example:

    >>> from addax.ops.boxes import convert_format
    >>> convert_format([[10, 20, 30, 50]], "xyxy", "xywh").numpy().tolist()
    [[10.0, 20.0, 20.0, 30.0]]
    """
    if isinstance(boxes, dict):
        moved = convert_format(boxes["boxes"], source, target, height, width, dtype)
        return {**boxes, "boxes": moved}
    source, target = box_format(source), box_format(target)
    boxes = cast(convert(boxes), dtype or "float32")
    if boxes.shape[-1] != 4:
        raise ValueError(
            explain(
                "A bounding box has four numbers, along the last axis.",
                received={"boxes.shape": tuple(boxes.shape)},
            )
        )
    relative = source.startswith("rel_") != target.startswith("rel_")
    if source == target:
        return boxes
    if relative and (height is None or width is None):
        raise ValueError(
            explain(
                "Relative boxes are parts of an image whose size must be known.",
                received={"height": height, "width": width},
                fix=f"convert_format(boxes, {source!r}, {target!r}, height=180, "
                "width=180)",
            )
        )
    sizes = (height, width) if relative else (1, 1)
    return _convert(boxes, source, target, *map(float, sizes))


@op(name="clip_boxes")
def _clip(
    boxes: Array, labels: Array, form: str, height: float, width: float
) -> tuple[Array, Array]:
    limits = jnp.asarray([width, height] * 2, boxes.dtype)
    inside = jnp.clip(corners(boxes, form, height, width), 0, limits)
    left, top, right, bottom = _split(inside)
    empty = (right - left) * (bottom - top) <= 0
    labels = jnp.where(empty, jnp.asarray(-1, labels.dtype), labels)
    return written(inside, form, height, width), labels


def clip_to_image_size(
    bounding_boxes: dict[str, Any],
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> dict[str, Any]:
    """Cuts boxes off at the border of the image.

    Args:
        bounding_boxes: A dict of `"boxes"`, a tensor `(..., boxes, 4)`, and
            `"labels"`, a tensor `(..., boxes)`.
        height: The image's height; not needed for relative boxes.
        width: Its width.
        bounding_box_format: How boxes are written; see `convert_format`.

    Returns:
        Such a dict; boxes that nothing is left of have the label -1.

    Example:

    >>> from addax.ops.boxes import clip_to_image_size
    >>> boxes = {"boxes": [[-5.0, 0.0, 5.0, 9.0]], "labels": [1]}
    >>> clip_to_image_size(boxes, 10, 10)["boxes"].numpy().tolist()
    [[0.0, 0.0, 5.0, 9.0]]
    """
    form = box_format(bounding_box_format)
    if form.startswith("rel_"):
        height = width = 1
    if height is None or width is None:
        raise ValueError(
            explain(
                "Boxes in pixels are clipped at the image's height and width.",
                received={"height": height, "width": width},
                fix="clip_to_image_size(boxes, height=180, width=180)",
            )
        )
    boxes, labels = _clip(
        convert(bounding_boxes["boxes"], "float32"),
        bounding_boxes["labels"],
        form,
        float(height),
        float(width),
    )
    return {**bounding_boxes, "boxes": boxes, "labels": labels}


@op(name="shift_boxes")
def _shift(boxes: Array, down: Array, across: Array, form: str) -> Array:
    moves = jnp.stack([across, down] * 2, -1).astype(boxes.dtype)
    return written(corners(boxes, form, 1, 1) + moves, form, 1, 1)


def shift(boxes: Any, down: Any, across: Any, form: str = "xyxy") -> Any:
    """Boxes moved by numbers of pixels, which may be tensors.

    Args:
        boxes: A tensor `(..., 4)`.
        down: How far to move down.
        across: How far to move to the right.
        form: How boxes are written, in pixels.
    """
    return _shift(boxes, down, across, form)


def pad(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any = None,
    width: Any = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """Moves boxes as padding above and on the left moves the pixels.

    Args:
        boxes: A tensor `(..., 4)`.
        top: How many rows are added above.
        left: How many columns are added on the left.
        height: Not looked at; kept for Keras's signature.
        width: Likewise.
        bounding_box_format: How boxes are written, in pixels; see `convert_format`.

    Returns:
        A tensor of the same shape.
    """
    return _shift(convert(boxes, "float32"), top, left, _in_pixels(bounding_box_format))


def crop(
    boxes: Any,
    top: Any,
    left: Any,
    height: Any,
    width: Any,
    bounding_box_format: str = "xyxy",
) -> Any:
    """What a part that is cut out of an image has of its boxes.

    Args:
        boxes: A tensor `(..., 4)`.
        top: The part's first row.
        left: Its first column.
        height: How many rows it has.
        width: How many columns it has.
        bounding_box_format: How boxes are written, in pixels; see `convert_format`.

    Returns:
        A tensor of the same shape, within the part.

    Example:

    >>> from addax.ops.boxes import crop
    >>> crop([[10, 20, 50, 60]], top=10, left=20, height=40, width=30).numpy().tolist()
    [[0.0, 10.0, 30.0, 40.0]]
    """
    form = _in_pixels(bounding_box_format)
    moved = _shift(convert(boxes, "float32"), -top, -left, form)
    labels = np.zeros(tuple(moved.shape)[:-1], np.int32)
    return _clip(moved, labels, form, float(height), float(width))[0]


def _in_pixels(name: str) -> str:
    form = box_format(name)
    if form.startswith("rel_"):
        raise ValueError(
            explain(
                "Only boxes in pixels can be padded or cropped.",
                received={"bounding_box_format": name},
                fix=f'convert_format(boxes, {name!r}, "xyxy", height, width)',
            )
        )
    return form


@op
def scale_boxes(boxes: Array, scale: tuple[float, ...]) -> Array:
    """Boxes with each number multiplied by one of four."""
    return boxes * jnp.asarray(scale, boxes.dtype)


@op
def flip_boxes(
    boxes: Array, across: Array | None, down: Array | None, height: int, width: int
) -> Array:
    """Mirrors the boxes of the images whose flags are true.

    Args:
        boxes: `left, top, right, bottom`, an array `(batch, boxes, 4)`.
        across: Whether left and right change places.
        down: Whether above and below do.
        height: The images' height.
        width: Their width.
    """
    left, top, right, bottom = _split(boxes)
    if across is not None:
        flags = across.reshape(-1, 1)
        before = jnp.where(flags, width - right, left)
        left, right = before, jnp.where(flags, width - left, right)
    if down is not None:
        flags = down.reshape(-1, 1)
        above = jnp.where(flags, height - bottom, top)
        top, bottom = above, jnp.where(flags, height - top, bottom)
    return jnp.stack([left, top, right, bottom], -1)


@op
def warp_corners(boxes: Array, matrix: Array) -> Array:
    """The boxes around the corners of others, moved by projective maps.

    Args:
        boxes: `left, top, right, bottom`, an array `(batch, boxes, 4)`.
        matrix: Maps from the old points `(x, y, 1)` to the new, an array `(batch, 3,
            3)`.
    """
    left, top, right, bottom = _split(boxes)
    x = jnp.stack([left, right, left, right], -1)
    y = jnp.stack([top, top, bottom, bottom], -1)
    m = matrix.astype(boxes.dtype)[:, :, :, None, None]
    across, down, depth = (
        m[:, i, 0] * x + m[:, i, 1] * y + m[:, i, 2] for i in range(3)
    )
    x, y = across / depth, down / depth
    return jnp.stack([x.min(-1), y.min(-1), x.max(-1), y.max(-1)], -1)


def inverse_map(matrix: Array) -> Array:
    """Eight numbers, where each new pixel is read, as the map of old points to new."""
    ones = jnp.ones_like(matrix[..., :1])
    return jnp.linalg.inv(jnp.concatenate([matrix, ones], -1).reshape(-1, 3, 3))


@op
def warp_boxes(boxes: Array, transform: Array) -> Array:
    """Boxes moved as `affine_transform` moves the pixels.

    Args:
        boxes: `left, top, right, bottom`, an array `(batch, boxes, 4)`.
        transform: Eight numbers for each image, as for `affine_transform`.
    """
    matrix = inverse_map(transform.reshape(-1, 8).astype("float32"))
    return warp_corners.fn(boxes, matrix)


@op
def bend_boxes(boxes: Array, start: Array, end: Array, where: Array) -> Array:
    """Boxes of some images moved as `perspective_transform` moves the pixels.

    Args:
        boxes: `left, top, right, bottom`, an array `(batch, boxes, 4)`.
        start: Four points of each image, an array `(batch, 4, 2)`.
        end: Where they come to lie.
        where: Whether the boxes of an image move.
    """
    matrix = homography(end, start).reshape(-1, 3, 3)
    moved = warp_corners.fn(boxes, matrix)
    return jnp.where(where.reshape(-1, 1, 1), moved, boxes)


@op(name="affine_boxes")
def _affine(
    boxes: Array,
    angle: Array,
    translate_x: Array,
    translate_y: Array,
    scale: Array,
    shear_x: Array,
    shear_y: Array,
    height: float,
    width: float,
    center_x: Array,
    center_y: Array,
) -> Array:
    def column(x: Array) -> Array:
        return x.astype("float32").reshape(-1)

    turn, lean_x, lean_y = (jnp.deg2rad(column(a)) for a in (angle, shear_x, shear_y))
    tan_x, tan_y, size = jnp.tan(lean_x), jnp.tan(lean_y), column(scale)
    cos, sin = size * jnp.cos(turn), size * jnp.sin(turn)
    # Between the middles of the outer pixels, as for images
    across, down = width - 1, height - 1
    at_x, at_y = column(center_x) * across, column(center_y) * down
    from_x = at_x - column(translate_x) * across
    from_y = at_y - column(translate_y) * down
    a, b = cos - tan_x * sin, sin + tan_x * cos
    c, d = tan_y * cos - sin, tan_y * sin + cos
    numbers = [
        a, b, at_x - a * from_x - b * from_y, c, d, at_y - c * from_x - d * from_y,
        jnp.zeros_like(a), jnp.zeros_like(a), jnp.ones_like(a),
    ]  # fmt: skip
    matrix = jnp.stack(jnp.broadcast_arrays(*numbers), -1).reshape(-1, 3, 3)
    return warp_corners.fn(boxes, matrix)


def affine_transform(
    boxes: Any,
    angle: Any,
    translate_x: Any,
    translate_y: Any,
    scale: Any,
    shear_x: Any,
    shear_y: Any,
    height: Any,
    width: Any,
    center_x: Any = None,
    center_y: Any = None,
    bounding_box_format: str = "xyxy",
) -> Any:
    """Turns, moves, scales and shears boxes, and draws upright ones around them.

    Args:
        boxes: A tensor `(boxes, 4)` or `(batch, boxes, 4)`.
        angle: By how many degrees to turn.
        translate_x: How far to move to the right, as a part of the width.
        translate_y: How far to move down, as a part of the height.
        scale: A factor.
        shear_x: The angle of the shear along x, in degrees.
        shear_y: The angle of the shear along y, in degrees.
        height: The image's height.
        width: The image's width.
        center_x: What stays in place, as a part of the width; the middle if not given.
        center_y: Likewise, of the height.
        bounding_box_format: How boxes are written; see `convert_format`.

    Returns:
        A tensor of the same shape.
    """
    corners_ = convert_format(boxes, bounding_box_format, "xyxy", height, width)
    single = len(corners_.shape) == 2
    moved = _affine(
        corners_[None] if single else corners_, convert(angle), convert(translate_x),
        convert(translate_y), convert(scale), convert(shear_x), convert(shear_y),
        float(height), float(width), convert(0.5 if center_x is None else center_x),
        convert(0.5 if center_y is None else center_y),
    )  # fmt: skip
    moved = moved[0] if single else moved
    return convert_format(moved, "xyxy", bounding_box_format, height, width)
