"""Boxes among which the best stay: non-maximum suppression, and pieces of images."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from addax.core import Array, op


def overlap(a: Array, b: Array) -> Array:
    """The intersection of boxes `(..., 4)` over their union.

    Boxes are two opposite corners, `y1, x1, y2, x2` in either order.
    """
    low_a, high_a = _corners(a)
    low_b, high_b = _corners(b)
    sides = jnp.maximum(jnp.minimum(high_a, high_b) - jnp.maximum(low_a, low_b), 0)
    shared = jnp.prod(sides, -1)
    areas = jnp.prod(high_a - low_a, -1), jnp.prod(high_b - low_b, -1)
    total = areas[0] + areas[1] - shared
    some = (areas[0] > 0) & (areas[1] > 0)
    return jnp.where(some, shared / jnp.where(some, total, 1), 0)


def _corners(box: Array) -> tuple[Array, Array]:
    one, other = box[..., :2], box[..., 2:]
    return jnp.minimum(one, other), jnp.maximum(one, other)


@op(differentiable=False)
def suppress(
    boxes: Array,
    scores: Array,
    most: int,
    iou_threshold: Array,
    score_threshold: Array,
    sigma: Array,
    given_overlaps: bool = False,
) -> Any:
    """Boxes by falling score, of those that overlap only the first.

    Args:
        boxes: Boxes `(n, 4)`, or their overlaps `(n, n)`.
        scores: Their scores.
        most: How many to take.
        iou_threshold: From which overlap on a box is left out.
        score_threshold: Up to which score one is.
        sigma: How softly a score falls with the overlap; 0 for not at all.
        given_overlaps: Whether `boxes` are overlaps.

    Returns:
        Their numbers, filled with 0; their scores; and how many there are.
    """
    kind = scores.dtype
    soft = sigma > 0
    scale = jnp.where(soft, -0.5 / jnp.where(soft, sigma, 1), 0)

    def step(i: Any, state: Any) -> Any:
        left, picked, values, count = state
        best = jnp.argmax(left)
        found = left[best] > score_threshold
        near = boxes[best] if given_overlaps else overlap(boxes[best], boxes)
        fade = jnp.where(near <= iou_threshold, jnp.exp(scale * jnp.square(near)), 0)
        rest = jnp.where(fade > 0, left * fade.astype(kind), -jnp.inf)
        # What has been taken, or has fallen too low, never comes back.
        rest = jnp.where(left == -jnp.inf, -jnp.inf, rest).at[best].set(-jnp.inf)
        return (
            jnp.where(found, rest, left),
            picked.at[i].set(jnp.where(found, best, 0).astype("int32")),
            values.at[i].set(jnp.where(found, left[best], 0)),
            count + found.astype("int32"),
        )

    start = (
        scores,
        jnp.zeros(most, "int32"),
        jnp.zeros(most, kind),
        jnp.zeros((), "int32"),
    )
    return jax.lax.fori_loop(0, most, step, start)[1:]


@op
def crop_and_resize(
    images: Array,
    boxes: Array,
    indices: Array,
    size: tuple[int, int],
    nearest: bool,
    outside: float,
) -> Array:
    """Pieces of images, in parts of their height and width, each brought to `size`."""

    def places(low: Array, high: Array, count: int, whole: int) -> Array:
        last = whole - 1
        if count == 1:
            return (0.5 * (low + high) * last)[:, None]
        step = (high - low) * last / (count - 1)
        return (low * last)[:, None] + jnp.arange(count, dtype=low.dtype) * step[
            :, None
        ]

    boxes = boxes.astype("float32")
    height, width = images.shape[1:3]
    y = places(boxes[:, 0], boxes[:, 2], size[0], height)
    x = places(boxes[:, 1], boxes[:, 3], size[1], width)
    chosen = images[indices].astype("float32")

    def pick(image: Array, rows: Array, columns: Array) -> Array:
        return image[rows][:, columns]

    picks = jax.vmap(pick)
    inside = ((y >= 0) & (y <= height - 1))[:, :, None]
    inside &= ((x >= 0) & (x <= width - 1))[:, None, :]

    def whole(v: Array, last: int) -> Array:
        return jnp.clip(v, 0, last - 1).astype("int32")

    if nearest:
        found = picks(chosen, whole(_round(y), height), whole(_round(x), width))
    else:
        top, left = jnp.floor(y), jnp.floor(x)
        down = (y - top)[:, :, None, None]
        across = (x - left)[:, None, :, None]
        rows = whole(top, height), whole(jnp.ceil(y), height)
        columns = whole(left, width), whole(jnp.ceil(x), width)
        upper, lower = (
            picks(chosen, r, columns[0]) * (1 - across)
            + picks(chosen, r, columns[1]) * across
            for r in rows
        )
        found = upper * (1 - down) + lower * down
    return jnp.where(inside[..., None], found, np.float32(outside))


def _round(x: Array) -> Array:
    return jnp.trunc(x + jnp.copysign(jnp.asarray(0.5, x.dtype), x))
