"""The picture of a model, drawn with Matplotlib, where Graphviz is not installed."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any, NamedTuple

from addax._base.lazy import optional_import
from addax.keras.utils.plot_graph import Box, Picture
from addax.keras.utils.plot_layout import Layout

# Inches.
_FONT = 9  # points
_LETTER = 0.62 * _FONT / 72  # the mean width of a letter, and some air
_ROW = 0.3
_PAD = 0.14
_GAP, _RANK_GAP = 0.35, 0.45
_MARGIN = 0.3
_DARK, _LINE, _TEXT = "#1F2A44", "#5F6368", "#202124"


class _Placed(NamedTuple):
    """A box with the place of its middle and its size."""

    box: Box
    x: float
    y: float
    width: float
    height: float


def draw(picture: Picture, path: Path, kind: str, rankdir: str, dpi: int) -> None:
    """Draws a picture into a file.

    Args:
        picture: Boxes, lines and frames.
        path: The file.
        kind: Its format: `"png"`, `"svg"`, `"pdf"`.
        rankdir: `"TB"`, `"BT"`, `"LR"` or `"RL"`.
        dpi: Dots an inch.

    Raises:
        ImportError: If Matplotlib is not installed.
    """
    figures = optional_import(
        "matplotlib.figure", extra="plot", purpose="Drawing a model"
    )
    patches = optional_import(
        "matplotlib.patches", extra="plot", purpose="Drawing a model"
    )
    across = rankdir in ("TB", "BT")
    sizes = {box.key: _size(box) for box in picture.boxes}
    layout = Layout(
        {k: s[0] if across else s[1] for k, s in sizes.items()}, picture.lines, _GAP
    )
    points, depths = _points(layout, sizes, across, rankdir in ("TB", "RL"))
    boxes = {b.key: _Placed(b, *points[b.key], *sizes[b.key]) for b in picture.boxes}
    left = min(b.x - b.width / 2 for b in boxes.values()) - _MARGIN
    right = max(b.x + b.width / 2 for b in boxes.values()) + _MARGIN
    low = min(b.y - b.height / 2 for b in boxes.values()) - _MARGIN
    high = max(b.y + b.height / 2 for b in boxes.values()) + _MARGIN
    figure = figures.Figure(figsize=(right - left, high - low), facecolor="white")
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(left, right), ylim=(low, high))
    axes.set_axis_off()
    for frame in picture.frames:
        _frame(axes, patches, frame.title, [boxes[k] for k in frame.keys])
    for line in picture.lines:
        way = layout.ways[line]
        bends = [(*points[key], depths[key]) for key in way[1:-1]]
        _line(axes, patches, boxes[way[0]], bends, boxes[way[-1]], across)
    for placed in boxes.values():
        _box(axes, patches, placed)
    # Browsers draw at most about 2**15 dots a side, and so do most viewers.
    dpi = int(min(dpi, 30_000 / max(right - left, high - low)))
    figure.savefig(path, format=kind, dpi=dpi)


def _size(box: Box) -> tuple[float, float]:
    rows = [[box.title], *box.rows]
    width = max(sum(len(c) * _LETTER + 2 * _PAD for c in row) for row in rows)
    return max(width, 1.0), _ROW * len(rows)


def _points(
    layout: Layout, sizes: dict[str, Any], across: bool, falling: bool
) -> tuple[dict[str, tuple[float, float]], dict[str, float]]:
    """The middle of each box and bend, and the depth of its rank."""
    points, deep, at = {}, {}, 0.0
    for row in layout.rows:
        depths = [sizes[k][1 if across else 0] for k in row if k in sizes]
        depth = max(depths, default=0.0)
        middle = at + depth / 2
        for key in row:
            along = layout.place[key] if across else -layout.place[key]
            rank = -middle if falling else middle
            points[key] = (along, rank) if across else (rank, along)
            deep[key] = depth
        at += depth + _RANK_GAP
    return points, deep


def _box(axes: Any, patches: Any, placed: _Placed) -> None:
    box, x, y, width, height = placed
    left, top = x - width / 2, y + height / 2
    for i, row in enumerate([[box.title], *box.rows]):
        bottom = top - (i + 1) * _ROW
        cell = width / len(row)
        for j, text in enumerate(row):
            axes.add_patch(
                patches.Rectangle(
                    (left + j * cell, bottom),
                    cell,
                    _ROW,
                    facecolor="white" if i else _DARK,
                    edgecolor=_DARK,
                    linewidth=0.8,
                    zorder=3,
                )
            )
            axes.text(
                left + (j + 0.5) * cell,
                bottom + _ROW / 2,
                text,
                color=_TEXT if i else "white",
                fontsize=_FONT,
                fontweight="normal" if i else "bold",
                ha="center",
                va="center_baseline",
                zorder=4,
            )


def _line(
    axes: Any,
    patches: Any,
    source: _Placed,
    bends: list[tuple[float, float, float]],
    target: _Placed,
    across: bool,
) -> None:
    """A line with an arrow, from border to border, straight past other boxes."""
    paths = optional_import("matplotlib.path", extra="plot", purpose="Drawing a model")
    side = 1 if across else 0
    ends = [(p.x, p.y) for p in (source, target)]
    sign = 1 if ends[1][side] > ends[0][side] else -1
    half = (source.height, target.height) if across else (source.width, target.width)

    def moved(point: tuple[float, ...], by: float) -> list[float]:
        found = list(point[:2])
        found[side] += sign * by
        return found

    # Each bend is passed from one border of its rank to the other.
    stops = [moved(ends[0], half[0] / 2)]
    for *point, depth in bends:
        stops += [moved(tuple(point), -depth / 2), moved(tuple(point), depth / 2)]
    stops.append(moved(ends[1], -half[1] / 2))
    vertices, codes = [stops[0]], [paths.Path.MOVETO]
    for i, (a, b) in enumerate(itertools.pairwise(stops)):
        if i % 2:
            vertices.append(b)
            codes.append(paths.Path.LINETO)
            continue
        first, second = list(a), list(b)
        first[side] = second[side] = (a[side] + b[side]) / 2
        vertices += [first, second, b]
        codes += [paths.Path.CURVE4] * 3
    axes.add_patch(
        patches.FancyArrowPatch(
            path=paths.Path(vertices, codes),
            arrowstyle="-|>,head_length=4,head_width=2.2",
            color=_LINE,
            linewidth=1.0,
            zorder=2,
        )
    )


def _frame(axes: Any, patches: Any, title: str, boxes: list[_Placed]) -> None:
    pad = 0.16
    left = min(b.x - b.width / 2 for b in boxes) - pad
    right = max(b.x + b.width / 2 for b in boxes) + pad
    low = min(b.y - b.height / 2 for b in boxes) - pad
    high = max(b.y + b.height / 2 for b in boxes) + pad
    axes.add_patch(
        patches.Rectangle(
            (left, low),
            right - left,
            high - low,
            facecolor="#F3F5FA",
            edgecolor=_LINE,
            linestyle="--",
            linewidth=0.8,
            zorder=0,
        )
    )
    style = {"color": _LINE, "fontsize": _FONT - 1, "va": "bottom", "zorder": 1}
    axes.text(left + 0.05, high + 0.02, title, **style)
