"""`keras.ops.image` against the real Keras: values, types, gradients."""

from __future__ import annotations

from typing import Any

import jax
import keras as oracle
import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, convert

RNG = np.random.default_rng(0)
BATCH = RNG.uniform(0, 255, (2, 7, 6, 3)).astype("float32")
UNIT = BATCH / 255
WHOLE = BATCH.astype("uint8")
FIRST = BATCH.transpose(0, 3, 1, 2)
LARGE = RNG.uniform(0, 1, (2, 12, 13, 2)).astype("float32")
VOLUME = RNG.normal(size=(2, 5, 6, 4, 2)).astype("float32")
TURN = np.array(
    [[0.9, -0.3, 1.2, 0.35, 1.1, -2, 0, 0], [2, 0.1, -4.5, 0, -1.3, 6, 0, 0]], "float32"
)
CORNERS = np.array([[0, 0], [0, 6], [5, 0], [5, 6]], "float32")
MOVED = CORNERS + RNG.uniform(-1, 1, (2, 4, 2)).astype("float32")
PLACES = RNG.uniform(-9, 15, (2, 40)).astype("float32")
FILLS = ("constant", "nearest", "wrap", "mirror", "reflect")
LAST = ", data_format='channels_last'"
CF = ", data_format='channels_first'"

CASES = [
    *(f"affine_transform(x, TURN, 'bilinear', '{fill}', 3.0)" for fill in FILLS),
    "affine_transform(x, TURN, 'nearest', 'wrap')",
    "affine_transform(x[0], TURN[0])",
    "affine_transform(WHOLE, TURN, fill_mode='reflect')",
    f"affine_transform(FIRST, TURN{CF})",
    *(f"map_coordinates(x[0, :, :, 0], PLACES, 0, '{fill}', -2.0)" for fill in FILLS),
    "map_coordinates(x[0, :, :, 0], PLACES, 1, 'constant', -2.0)",
    "map_coordinates(WHOLE[0, :, :, 0], PLACES, 1, 'reflect')",
    "map_coordinates(x[0, 0, 0], PLACES[:1, :5], 1)",
    "perspective_transform(x, np.stack([CORNERS] * 2), MOVED)",
    "perspective_transform(x[0], MOVED[0], CORNERS, 'nearest', 4.0)",
    f"perspective_transform(FIRST, MOVED, np.stack([CORNERS] * 2){CF})",
    *(
        f"resize(x, {size}, '{kind}', antialias={smooth})"
        for kind, smooth, size in (
            ("nearest", False, (4, 11)),
            ("bilinear", False, (4, 11)),
            ("bilinear", True, (3, 5)),
            ("bicubic", False, (4, 11)),
            ("lanczos3", True, (3, 5)),
            ("lanczos5", False, (3, 9)),
        )
    ),
    "resize(WHOLE, (9, 4))",
    "resize(WHOLE[0], (3, 4), 'bicubic')",
    f"resize(FIRST, (3, 4){CF})",
    *(
        f"resize(x, {size}, {aspect}_to_aspect_ratio=True, {fill})"
        for size in ((4, 4), (9, 5), (3, 8))
        for aspect, fill in (("crop", ""), ("pad", "fill_value=5.0"))
    ),
    "scale_and_translate(x[0], (5, 9, 3), np.array([0.7, 1.5], 'float32'), "
    "np.array([0.3, -1.0], 'float32'), (0, 1), 'linear')",
    "scale_and_translate(x[0], (5, 9, 3), np.array([0.7, 1.5], 'float32'), "
    "np.array([0.3, -1.0], 'float32'), (0, 1), 'bicubic', False)",
    f"gaussian_blur(x, (3, 3), (1.5, 1.5){LAST})",
    f"gaussian_blur(x[0], (5, 5), (0.7, 0.7){LAST})",
    f"gaussian_blur(FIRST, (4, 4), (1.0, 1.0){CF})",
    f"gaussian_blur(x, (41, 41), (5.0, 5.0){LAST})",
    f"sobel_edges(x{LAST})",
    f"sobel_edges(FIRST{CF})",
    f"ssim(LARGE, LARGE[::-1]{LAST})",
    f"ssim(LARGE[0], LARGE[1], 2.0, 7, 1.0, 0.02, 0.05{LAST})",
    "rgb_to_grayscale(x)",
    "rgb_to_grayscale(WHOLE)",
    f"rgb_to_grayscale(FIRST{CF})",
    "rgb_to_hsv(UNIT)",
    "rgb_to_hsv(UNIT[0] * 0)",
    "hsv_to_rgb(UNIT)",
    f"hsv_to_rgb(FIRST / 255{CF})",
    "crop_images(x, 1, 2, target_height=3, target_width=2)",
    "crop_images(x[0], bottom_cropping=1, right_cropping=2, top_cropping=2, "
    "target_width=3)",
    "pad_images(x, 1, 2, 0, 3)",
    f"pad_images(FIRST, bottom_padding=2, left_padding=1, target_height=12, "
    f"target_width=9{CF})",
    "extract_patches(x, (2, 3))",
    "extract_patches(x, 3, strides=2, padding='same')",
    "extract_patches(x[0], (2, 2), strides=1, dilation_rate=2)",
    f"extract_patches(FIRST, (3, 2), (1, 2){CF})",
    "extract_patches(VOLUME, (2, 2, 2))",
    "extract_patches_3d(VOLUME, (2, 3, 2), strides=(1, 2, 1), padding='same')",
]  # fmt: skip


def _run(code: str, ops: Any, x: Any) -> Any:
    return eval(f"ops.image.{code}", {**globals(), "ops": ops, "x": x})


@pytest.mark.parametrize("code", CASES)
def test_op(code: str) -> None:
    expected = np.asarray(_run(code, oracle.ops, BATCH))
    found = _run(code, keras.ops, BATCH)
    assert found.dtype.name == expected.dtype.name
    # A pixel between two whole numbers may round either way
    atol = 1 if expected.dtype.kind in "iu" else 3e-4
    near = np.isclose(found.numpy().astype("float64"), expected, 1e-5, 3e-4)
    assert near.mean() > 0.97
    np.testing.assert_allclose(found.numpy().astype("float64"), expected, 1e-5, atol)


SMOOTH = [
    code
    for code in CASES
    if "(x" in code and "nearest" not in code and "grayscale" not in code
]


@pytest.mark.parametrize("code", SMOOTH[::4])
def test_gradient(code: str) -> None:
    weights = np.cos(np.arange(_run(code, keras.ops, BATCH).numpy().size))

    def score(x: Any) -> Any:
        flat = _run(code, oracle.ops, x).reshape(-1)
        return (flat * weights.astype("float32")).sum()

    x = convert(BATCH)
    with GradientTape() as tape:
        tape.watch(x)
        flat = keras.ops.reshape(_run(code, keras.ops, x), (-1,))
        total = keras.ops.sum(flat * convert(weights, "float32"))
    expected = jax.grad(score)(BATCH)
    np.testing.assert_allclose(tape.gradient(total, x).numpy(), expected, 1e-4, 1e-4)


def test_one_blur_for_height_and_width() -> None:
    # Keras 3.15 takes width before height: keras-team/keras pull request 23614
    args = {"data_format": "channels_last"}
    found = keras.ops.image.gaussian_blur(BATCH, (3, 5), (0.6, 2.0), **args)
    expected = oracle.ops.image.gaussian_blur(BATCH, (5, 3), (2.0, 0.6), **args)
    np.testing.assert_allclose(found.numpy(), np.asarray(expected), 1e-5, 1e-3)


def test_elastic_field_moves_as_far() -> None:
    ramp = np.broadcast_to(np.arange(96, dtype="float32")[:, None], (1, 96, 96, 1))
    stds = []
    for ops in (oracle.ops, keras.ops):
        y = ops.image.elastic_transform(ramp, 4.0, 2.0, fill_mode="nearest", seed=3)
        stds.append((np.asarray(y) - ramp)[:, 12:-12, 12:-12].std())
    assert stds[1] == pytest.approx(stds[0], rel=0.15)
    again = keras.ops.image.elastic_transform(
        ramp, 4.0, 2.0, fill_mode="nearest", seed=3
    )
    assert np.array_equal(again.numpy(), y)


def test_messages() -> None:
    image = keras.ops.image
    with pytest.raises(ValueError, match=r"`interpolation` is one of 'nearest', 'bili"):
        image.affine_transform(BATCH, TURN, "bilinea")
    with pytest.raises(ValueError, match=r"(?s)mode='reflec'.*'reflect'"):
        image.affine_transform(BATCH, TURN, fill_mode="reflec")
    with pytest.raises(ValueError, match=r"images.shape=\(7, 6\)"):
        image.resize(BATCH[0, :, :, 0], (3, 3))
    with pytest.raises(ValueError, match="cropping or by padding, not by both"):
        image.resize(BATCH, 3, crop_to_aspect_ratio=True, pad_to_aspect_ratio=True)
    with pytest.raises(ValueError, match="exactly two of top_cropping, bottom"):
        image.crop_images(BATCH, 1, 1)
    with pytest.raises(ValueError, match="bottom_padding=-4"):
        image.pad_images(BATCH, 1, 1, target_height=4, target_width=9)
    with pytest.raises(ValueError, match="Hue and saturation are for floating colours"):
        image.rgb_to_hsv(WHOLE)
    with pytest.raises(ValueError, match="`order` is 0"):
        image.map_coordinates(BATCH[0], PLACES, 3)
    with pytest.raises(ValueError, match="one entry for each axis"):
        image.map_coordinates(BATCH[0], PLACES, 1)
    with pytest.raises(ValueError, match="`filter_size` is odd"):
        image.ssim(BATCH, BATCH)
    with pytest.raises(ValueError, match="spread out or apart"):
        image.extract_patches(BATCH, 2, strides=2, dilation_rate=2)
