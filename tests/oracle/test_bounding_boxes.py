"""`keras.utils.bounding_boxes` against the real Keras."""

from __future__ import annotations

import copy
from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras

FORMATS = (
    "xyxy", "yxyx", "xywh", "center_xywh", "center_yxhw",
    "rel_xyxy", "rel_yxyx", "rel_xywh", "rel_center_xywh",
)  # fmt: skip
BOXES = np.array(
    [[[2, 3, 9, 8], [0, 1, 20, 30], [5, 5, 6, 7.0]], [[1, 1, 4, 9], [3, 2, 8, 6]] * 1
     + [[0, 0, 9, 9]]], "float32"
)  # fmt: skip
OTHER = BOXES[:, ::-1] + np.array([1, 0.5, 2, 1.5], "float32")
MASKED = np.concatenate([OTHER[0], -np.ones((2, 4), "float32")])
LABELS = np.array([[1, 2, 3], [4, 5, 6]])
DICT = {"boxes": BOXES - 4, "labels": LABELS}
DELTAS = np.random.default_rng(0).normal(0, 0.3, (2, 3, 4)).astype("float32")
REL = BOXES / np.array([30, 20, 30, 20], "float32")

A, N = np.ones(2, "float32"), np.zeros(2, "float32")

CASES = [
    "clip_to_image_size(DICT, 6, 5)",
    "clip_to_image_size({**DICT, 'boxes': REL - 0.2}, bounding_box_format='rel_xyxy')",
    "compute_iou(BOXES, OTHER, 'xyxy')",
    "compute_iou(BOXES[0], OTHER, 'yxyx')",
    "compute_iou(BOXES[1], MASKED, 'xyxy', use_masking=True, mask_val=-2)",
    "compute_iou(REL, REL[:, ::-1], 'rel_xyxy', image_shape=(20, 30, 3))",
    "compute_ciou(BOXES, OTHER, 'xyxy')",
    "compute_ciou(BOXES[0], OTHER[0], 'center_xywh')",
    "encode_box_to_deltas(BOXES[0], OTHER, 'xyxy', 'xyxy')",
    "encode_box_to_deltas(BOXES[0], OTHER[0], 'xyxy', 'xywh', 'center_xywh', "
    "variance=[0.1, 0.1, 0.2, 0.2])",
    "decode_deltas_to_boxes(BOXES[0], DELTAS, 'xyxy', 'xyxy')",
    "decode_deltas_to_boxes({1: BOXES[0]}, {1: DELTAS}, 'xywh', 'rel_xyxy', "
    "'center_xywh', [0.1, 0.1, 0.2, 0.2], (20, 30, 3))[1]",
    "pad(BOXES, 2, 3)",
    "crop(BOXES, 2, 3, 10, 10)",
    "affine_transform(BOXES, A * 30, A * 0.1, -A * 0.2, A * 1.5, N, N, 20, 30)",
    "affine_transform(BOXES, N, N, A * 0.2, A * 0.8, A * 5, N, 20, 30, A * 0.2, A)",
    "affine_transform(BOXES, N, N, N, A, N, -A * 25, 20, 30)",
    "convert_format(DICT, 'xyxy', 'center_yxhw')['boxes']",
    *(f"convert_format(BOXES, 'xyxy', '{f}', 20, 30)" for f in FORMATS),
    *(f"convert_format(BOXES, '{f}', 'xywh', 20, 30)" for f in FORMATS),
]


_NAMES = {k: v for k, v in globals().items() if k.isupper()} | {"np": None}


def _run(code: str, k: Any) -> Any:
    return eval(f"k.utils.bounding_boxes.{code}", {**copy.deepcopy(_NAMES), "k": k})


@pytest.mark.parametrize("code", CASES)
def test_boxes(code: str) -> None:
    expected, found = _run(code, oracle), _run(code, keras)
    if not isinstance(expected, dict):
        expected, found = {"boxes": expected}, {"boxes": found}
    assert found.keys() == expected.keys()
    for name, value in expected.items():
        assert found[name].shape == value.shape
        np.testing.assert_allclose(found[name].numpy(), np.asarray(value), 1e-4, 1e-4)


def test_messages() -> None:
    boxes = keras.utils.bounding_boxes
    with pytest.raises(ValueError, match="Did you mean 'rel_xywh'"):
        boxes.convert_format(BOXES, "relxywh", "xywh")
    with pytest.raises(ValueError, match=r"Relative boxes(.|\n)*height=180"):
        boxes.convert_format(BOXES, "xyxy", "rel_xyxy")
    with pytest.raises(ValueError, match=r"four numbers.*boxes.shape=\(2, 3\)"):
        boxes.convert_format(BOXES[..., 0], "xyxy", "xywh")
    with pytest.raises(ValueError, match="clipped at the image's height and width"):
        boxes.clip_to_image_size(DICT)
    with pytest.raises(ValueError, match="`variance` is four numbers"):
        boxes.encode_box_to_deltas(BOXES, BOXES, "xyxy", "xyxy", variance=[1.0])
    with pytest.raises(ValueError, match="`encoding_format` is one of"):
        boxes.encode_box_to_deltas(BOXES, BOXES, "xyxy", "xyxy", "xywh")
