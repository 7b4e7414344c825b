"""Layers on images against the real Keras, both given the same transformation.

Random numbers are not Keras's, except that the same transformation (what is drawn for a
batch) is applied alike; their ranges and frequencies are compared.
"""

from __future__ import annotations

import json
from typing import Any

import jax
import keras as oracle
import numpy as np
import pytest

from addax import keras

RNG = np.random.default_rng(0)
BATCH = RNG.uniform(0, 255, (3, 8, 6, 3)).astype("float32")
FIRST = "data_format='channels_first'"
UNIT = "value_range=(0, 1)"
SIGNED = "value_range=(-1, 1)"

CASES = [
    "Resizing(4, 9)",
    "Resizing(4, 4, crop_to_aspect_ratio=True, interpolation='nearest')",
    "Resizing(5, 5, pad_to_aspect_ratio=True, fill_value=3.0, antialias=True)",
    f"Resizing(4, 9, {FIRST})",
    "CenterCrop(5, 3)",
    "CenterCrop(9, 4)",
    "RandomCrop(5, 3, seed=4)",
    "RandomFlip('horizontal', seed=1)",
    "RandomFlip(seed=1)",
    f"RandomFlip('vertical', seed=1, {FIRST})",
    "RandomRotation(0.3, seed=1)",
    "RandomRotation((-0.1, 0.4), 'constant', 'nearest', fill_value=7.0)",
    f"RandomRotation(0.3, {FIRST})",
    "RandomTranslation(0.3, (-0.2, 0.5), seed=1)",
    "RandomTranslation(0.3, 0.2, fill_mode='wrap')",
    "RandomZoom(0.3, seed=1)",
    "RandomZoom((-0.5, -0.2), (0.1, 0.3), fill_mode='nearest')",
    "RandomShear(0.3, 0.2, seed=1)",
    "RandomShear((0.1, 0.3), fill_mode='constant', fill_value=9.0)",
    "RandomPerspective((1, 1), scale=0.4)",
    "RandomBrightness(0.4)",
    f"RandomBrightness((0.1, 0.2), {UNIT})",
    "RandomContrast(0.6)",
    f"RandomContrast((0.2, 0.6), {UNIT}, seed=2)",
    "RandomHue(0.4)",
    f"RandomHue((0.2, 0.9), {UNIT})",
    "RandomSaturation(0.4)",
    f"RandomSaturation((0.6, 0.9), {UNIT})",
    "RandomColorDegeneration(0.6)",
    f"RandomColorDegeneration((0.6, 0.8), {UNIT})",
    "RandomGrayscale(0.5)",
    "RandomInvert()",
    f"RandomInvert((0.4, 0.8), {UNIT})",
    "Solarization(0.2, 0.6)",
    f"Solarization(0.2, (0.3, 0.6), {SIGNED})",
    "RandomPosterization(6)",
    f"RandomPosterization((2, 4), {SIGNED})",
    "RandomSharpness(0.4)",
    f"RandomSharpness((0.6, 0.9), {UNIT})",
    "RandomGaussianBlur(kernel_size=5, sigma=(0.5, 0.9))",
    "RandomErasing(fill_value=7)",
    "MixUp(0.4)",
    "CutMix((0.3, 0.9))",
    "AutoContrast()",
    f"AutoContrast({UNIT})",
    "ContrastLimitedAdaptiveHistogramEqualization(tile_grid_size=(2, 3))",
    f"ContrastLimitedAdaptiveHistogramEqualization(clip_limit=1.0, {UNIT})",
]


def _images(code: str) -> np.ndarray:
    images = BATCH
    if UNIT in code:
        images = BATCH / 255
    elif SIGNED in code:
        images = BATCH / 127.5 - 1
    return images.transpose(0, 3, 1, 2) if FIRST in code else images


def _both(code: str) -> tuple[Any, Any]:
    return tuple(eval(f"k.layers.{code}", {"k": k}) for k in (keras, oracle))


def _ours(drawn: Any, images: np.ndarray, code: str) -> Any:
    """A transformation of Keras as ours: arrays instead of its tensors."""
    drawn = jax.tree.map(np.asarray, drawn, is_leaf=lambda x: hasattr(x, "shape"))
    if "RandomCrop" in code:
        drawn = dict(zip(("top", "left"), drawn, strict=True))
    elif "Grayscale" in code:
        drawn = {"grey": drawn}
    elif not isinstance(drawn, dict):
        drawn = {}
    if "GaussianBlur" in code:  # Keras 3.15 takes width before height: pull 23614
        drawn["blur_factor"] = drawn["blur_factor"][::-1].copy()
    seed = np.zeros(2, "uint32")
    return {"seed": seed, **drawn, "input_shape": images.shape}


@pytest.mark.parametrize("code", CASES)
def test_same_transformation(code: str) -> None:
    ours, theirs = _both(code)
    images = _images(code)
    drawn = theirs.get_random_transformation(images, training=True)
    expected = np.asarray(theirs.transform_images(images, drawn, training=True))
    found = ours.transform_images(images, _ours(drawn, images, code))
    assert found.dtype.name == expected.dtype.name
    np.testing.assert_allclose(found.numpy(), expected, 1e-4, 2e-3)
    shape = ours.compute_output_shape(images.shape)
    assert tuple(shape) == tuple(theirs.compute_output_shape(images.shape))
    assert tuple(shape) == found.shape
    called = ours(images, training=True)
    assert (called.shape, called.dtype) == (found.shape, found.dtype)
    single = ours(images[0], training=True)
    assert single.shape == found.shape[1:]


@pytest.mark.parametrize(
    "code",
    [
        *CASES,
        "RandAugment()",
        "AugMix(num_chains=2, factor=(0.1, 0.2))",
        "RandomColorJitter(hue_factor=0.2)",
        "RandomElasticTransform(scale=0.4)",
        "Equalization(bins=32)",
    ],
)
def test_configuration(code: str) -> None:
    ours, theirs = _both(code)
    mine, other = (json.loads(json.dumps(x.get_config())) for x in (ours, theirs))
    if "Shear" in code:  # Keras writes (-0.3, 0.3) for 0.3, which it does not take
        single = [k for k in ("x_factor", "y_factor") if not isinstance(mine[k], list)]
        assert [[-mine[k], mine[k]] for k in single] == [other[k] for k in single]
        other |= {k: mine[k] for k in single}
    assert type(theirs).from_config(mine)
    assert {k: v for k, v in mine.items() if k != "name"} == {
        k: v for k, v in other.items() if k != "name"
    }
    again = type(ours).from_config(mine).get_config()
    assert json.loads(json.dumps(again)) == mine


def test_equalization_of_one_image() -> None:
    # Of a batch Keras counts the values of all images together
    image = RNG.normal(120, 40, (1, 16, 16, 3)).clip(0, 255).astype("float32")
    ours, theirs = _both("Equalization()")
    np.testing.assert_allclose(ours(image), np.asarray(theirs(image)), atol=1)


def test_invert_stays_in_the_range() -> None:
    layer = keras.layers.RandomInvert((1, 1), value_range=(-1, 1))
    np.testing.assert_allclose(layer(BATCH / 127.5 - 1), 1 - BATCH / 127.5, atol=1e-5)


BOXES = {
    "boxes": np.array([[[1, 1, 3, 5], [0, 2, 5, 7], [4, 6, 6, 8.0]]] * 3, "float32"),
    "labels": np.array([[0, 1, 2]] * 3),
}
MOVING = [
    "RandomFlip('horizontal', bounding_box_format='xyxy')",
    "RandomFlip('vertical', bounding_box_format='xyxy')",
    "RandomRotation(0.1, bounding_box_format='xyxy')",
    "RandomTranslation(0.3, 0.2, bounding_box_format='xyxy')",
    "RandomZoom(0.3, 0.2, bounding_box_format='xyxy')",
    "RandomPerspective((1, 1), scale=0.4, bounding_box_format='xyxy')",
    "CenterCrop(5, 3, bounding_box_format='xyxy')",
    "CenterCrop(10, 8, bounding_box_format='xyxy')",
    "Resizing(4, 9, bounding_box_format='xyxy')",
    "MaxNumBoundingBoxes(2)",
    "MaxNumBoundingBoxes(5)",
]


@pytest.mark.parametrize("code", MOVING)
def test_boxes(code: str) -> None:
    ours, theirs = _both(code)
    drawn = theirs.get_random_transformation(BATCH, training=True)
    given = jax.tree.map(oracle.ops.convert_to_tensor, BOXES)
    expected = theirs.transform_bounding_boxes(given, drawn)
    found = ours.transform_bounding_boxes(BOXES, _ours(drawn, BATCH, code))
    np.testing.assert_allclose(found["boxes"], np.asarray(expected["boxes"]), atol=1e-3)
    np.testing.assert_array_equal(found["labels"], np.asarray(expected["labels"]))


DRAWN = [
    ("RandomBrightness((-0.2, 0.4))", "rgb_delta"),
    ("RandomContrast((0.3, 0.4))", "contrast_factor"),
    ("RandomHue((0.2, 0.6))", "factor"),
    ("RandomSaturation((0.2, 0.6))", "factor"),
    ("RandomColorDegeneration(0.4)", "factor"),
    ("RandomSharpness(0.4)", "factor"),
    ("RandomInvert((0.2, 0.4))", "apply_inversion"),
    ("Solarization(0.2, 0.3)", "thresholds"),
    ("RandomPosterization((2, 6))", "shift_factor"),
    ("RandomRotation((-0.1, 0.2))", "angle"),
    ("RandomTranslation((0.1, 0.2), (-0.3, 0.1))", "translations"),
    ("RandomZoom((-0.1, 0.2))", "height_zoom"),
    ("RandomShear((0.1, 0.2), (0.2, 0.3))", "shear_factor"),
    ("RandomPerspective(scale=0.6)", "end_points"),
    ("RandomFlip('horizontal')", "flips"),
    ("RandomGaussianBlur((0.5, 0.5))", "should_apply_blur"),
    ("RandomErasing(scale=(0.1, 0.4))", "batch_masks"),
    ("MixUp(0.3)", "mix_weight"),
    ("CutMix(1.0)", "batch_masks"),
]


@pytest.mark.parametrize(("code", "name"), DRAWN)
def test_distribution(code: str, name: str) -> None:
    images = np.zeros((3000, 20, 30, 1), "float32")
    pair = [
        np.asarray(x.get_random_transformation(images, training=True)[name])
        for x in _both(code.replace(")", ", seed=5)") if code.count(")") == 1 else code)
    ]
    found, expected = (x.astype("float64").reshape(3000, -1) for x in pair)
    if name == "batch_masks":
        found, expected = (x.mean(1, keepdims=True) for x in (found, expected))
    spread = expected.std(0) + 1e-6
    for measure in (np.mean, np.std):
        assert (abs(measure(found, 0) - measure(expected, 0)) < 0.1 * spread).all()
    if name not in ("mix_weight", "batch_masks"):
        for end in (np.min, np.max):
            assert (abs(end(found, 0) - end(expected, 0)) < 0.05 * spread + 1e-4).all()
