"""`keras.visualization`: what is drawn, and galleries in files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from PIL import Image

from addax import keras

GREY = np.full((2, 40, 50, 3), 100, "uint8")
BOXES = {
    "boxes": np.array([[[5, 6, 20, 12], [30, 20, 10, 15]]] * 2, "float32"),
    "labels": np.array([[1, -1], [0, 1]]),
    "confidences": np.array([[0.5, 0.1], [0.25, 1.0]], "float32"),
}
MASKS = np.zeros((2, 40, 50), "int32")
MASKS[:, :10], MASKS[:, 10:20], MASKS[:, 20:30] = 1, 2, 3


@pytest.fixture(autouse=True)
def _without_a_screen() -> None:
    pytest.importorskip("matplotlib").use("Agg")


def test_boxes() -> None:
    draw = keras.visualization.draw_bounding_boxes
    found = draw(GREY, BOXES, "xywh", color=(255, 0, 9), line_thickness=1)
    drawn = np.all(found == (255, 0, 9), -1)
    assert drawn[:, 6, 5:26].all()
    assert drawn[:, 6:19, 25].all()
    assert drawn[0].sum() == 2 * 21 + 2 * 11  # the second is no box
    assert drawn[1, 20:36, 30].all()
    assert (GREY == 100).all()
    names = draw(GREY, BOXES, "xywh", {0: "cat", 1: "dog"}, font_scale=0.8)
    assert (names != draw(GREY, BOXES, "xywh")).any((1, 2, 3)).all()
    first = draw(
        GREY.transpose(0, 3, 1, 2), BOXES, "xywh", data_format="channels_first"
    )
    np.testing.assert_array_equal(first, draw(GREY, BOXES, "xywh"))


def test_masks() -> None:
    draw = keras.visualization.draw_segmentation_masks
    found = draw(GREY, MASKS, color_mapping={1: (0, 0, 0)}, alpha=0.5, ignore_index=2)
    assert (found[:, :10] == 50).all()
    assert (found[:, 10:20] == 100).all()
    assert not (found[:, 20:30] == 100).all()
    assert (found[:, 30:] == 100).all()
    fewer = draw(GREY, MASKS[..., None], num_classes=2, blend=False)
    assert (fewer[:, 20:] == 100).all()
    assert len({tuple(fewer[0, r, 0]) for r in (0, 10, 20)}) == 3


def test_galleries(tmp_path: Any) -> None:
    path = tmp_path / "gallery.png"
    show = keras.visualization
    show.plot_image_gallery(
        np.concatenate([GREY, GREY, GREY[:1]]) / 255, value_range=(0, 1),
        y_true=[0, 1, 0, 1, 0], y_pred=[0, 0, 0, 1, 1],
        label_map={0: "cat", 1: "dog"}, cols=3, scale=1, dpi=100, path=path,
    )  # fmt: skip
    with Image.open(path) as image:
        assert image.size == (375, 200)
    show.plot_bounding_box_gallery(
        GREY, "xywh", BOXES, BOXES, legend=True, path=path, dpi=50, scale=1
    )
    with Image.open(path) as image:
        colors = np.asarray(image.convert("RGB")).reshape(-1, 3)
    assert (abs(colors.astype(int) - (255, 235, 59)).sum(1) < 30).any()
    show.plot_segmentation_mask_gallery(
        GREY, 3, y_true=MASKS, y_pred=MASKS, path=path, dpi=50, rows=2, cols=1, scale=1
    )
    with Image.open(path) as image:
        assert image.size == (187, 100)


def test_messages() -> None:
    show = keras.visualization
    with pytest.raises(ValueError, match=r"images\[None\] is a batch of one"):
        show.draw_bounding_boxes(GREY[0], BOXES, "xyxy")
    with pytest.raises(TypeError, match="a dict of 'boxes' and 'labels'"):
        show.draw_bounding_boxes(GREY, BOXES["boxes"], "xyxy")
    with pytest.raises(ValueError, match="lacks 'labels'"):
        show.draw_bounding_boxes(GREY, {"boxes": BOXES["boxes"]}, "xyxy")
    with pytest.raises(TypeError, match="whole numbers"):
        show.draw_segmentation_masks(GREY, MASKS / 2)
    with pytest.raises(ValueError, match="a class for each pixel"):
        show.draw_segmentation_masks(GREY, MASKS[:, :9])
    with pytest.raises(ValueError, match="label_map="):
        show.plot_image_gallery(GREY, y_true=[0, 1])
    with pytest.raises(ValueError, match="shown or written"):
        show.plot_image_gallery(GREY, path="x.png", show=True)
    with pytest.raises(ValueError, match="not both"):
        show.plot_bounding_box_gallery(GREY, "xyxy", legend=True, legend_handles=[1])
