"""Layers on images: where they act, what they move, seeds, compiled and in files."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from addax import keras
from addax.core import function
from tests.compiling import programs

RNG = np.random.default_rng(0)
BATCH = RNG.uniform(0, 255, (4, 12, 10, 3)).astype("float32")
MASKS = RNG.integers(0, 3, (4, 12, 10, 1)).astype("uint8")
BOXES = {
    "boxes": np.array([[[1, 2, 6, 9], [0, 0, 10, 12.0]]] * 4, "float32"),
    "labels": np.array([[3, 4]] * 4),
}
DATA = {
    "images": BATCH.astype("uint8"),
    "labels": np.eye(4, dtype="float32"),
    "bounding_boxes": BOXES,
    "segmentation_masks": MASKS,
    "name": np.arange(4),
}

AUGMENTING = [
    "RandomBrightness(0.2)",
    "RandomColorDegeneration(0.5)",
    "RandomColorJitter(brightness_factor=0.2, contrast_factor=0.2, hue_factor=0.1)",
    "RandomContrast(0.4)",
    "RandomCrop(8, 6)",
    "RandomElasticTransform((1, 1), (0.8, 0.9))",
    "RandomErasing((1, 1))",
    "RandomFlip()",
    "RandomGaussianBlur((1, 1))",
    "RandomGrayscale()",
    "RandomHue(0.4)",
    "RandomInvert()",
    "RandomPerspective((1, 1))",
    "RandomPosterization(4)",
    "RandomRotation(0.1)",
    "RandomSaturation((0.6, 0.9))",
    "RandomSharpness((0.6, 0.9))",
    "RandomShear(0.2)",
    "RandomTranslation(0.2, 0.2)",
    "RandomZoom(0.3)",
    "Solarization(0.2, 0.4)",
    "Equalization()",
    "AugMix(num_chains=2, chain_depth=2)",
    "RandAugment()",
    "MixUp()",
    "CutMix()",
]
ALWAYS = ("Resizing", "MaxNum")
COMPILED = [
    "RandomCrop(8, 6)",
    "RandomErasing((1, 1))",
    "RandomFlip()",
    "RandomHue(0.4)",
    "RandomPerspective((1, 1))",
    "RandomRotation(0.1)",
    "AugMix(num_chains=1, chain_depth=2, all_ops=False)",
    "RandAugment()",
    "MixUp()",
    "CutMix()",
    "Resizing(6, 5)",
    "MaxNumBoundingBoxes(3)",
]
BOXLESS = ("CutMix", "RandomElasticTransform")  # that do not know where boxes go


def _make(code: str, **more: Any) -> Any:
    extra = "".join(f", {k}={v!r}" for k, v in more.items())
    code = f"{code[:-1]}{extra})".replace("(, ", "(")
    return eval(f"keras.layers.{code}", {"keras": keras})


@pytest.mark.parametrize("code", AUGMENTING)
def test_acts_while_training_only(code: str) -> None:
    layer = _make(code) if code == "Equalization()" else _make(code, seed=1)
    found = layer(BATCH, training=False)
    if "Crop" not in code:
        np.testing.assert_allclose(found.numpy(), BATCH)
    assert (
        layer.get_config() == type(layer).from_config(layer.get_config()).get_config()
    )
    changed = [layer(BATCH, training=True).numpy() for _ in range(2)]
    assert any(c.shape != BATCH.shape or not np.allclose(c, BATCH) for c in changed)


@pytest.mark.parametrize("code", COMPILED)
def test_dict_in_compiled_code(code: str) -> None:
    """Eagerly and compiled alike, for all that comes with the images."""
    seed = {} if code.startswith(ALWAYS) else {"seed": 7}
    data = DATA
    if code.startswith(BOXLESS):
        data = {k: v for k, v in DATA.items() if k != "bounding_boxes"}
    eager, compiled = (_make(code, bounding_box_format="xyxy", **seed) for _ in "12")
    run = function(lambda x: compiled(x, training=True))
    for _ in range(2):
        mine, other = eager(data, training=True), run(data)
        flat = [(k, v) for k, v in mine.items() if k != "bounding_boxes"]
        flat += list(mine.get("bounding_boxes", {}).items())
        for name, value in flat:
            like = other["bounding_boxes"] if name == "boxes" else other
            like = other["bounding_boxes"] if name not in other else like
            if name == "labels" and value.dtype.is_integer:
                like = other["bounding_boxes"]
            assert value.dtype == like[name].dtype
            np.testing.assert_allclose(value.numpy(), like[name].numpy(), 1e-4, 2e-3)
    assert mine["segmentation_masks"].dtype == "uint8" or code == "MixUp()"
    assert mine["name"].numpy().tolist() == [0, 1, 2, 3]


@pytest.mark.parametrize("code", ["RandomFlip()", "RandomZoom(0.2)", "MixUp()"])
def test_seeds(code: str) -> None:
    first, second = (_make(code, seed=3) for _ in "12")
    a, b = first(BATCH, training=True), first(BATCH, training=True)
    assert not np.allclose(a.numpy(), b.numpy())
    np.testing.assert_array_equal(second(BATCH, training=True).numpy(), a.numpy())
    same = [first.get_random_transformation(BATCH, seed=5) for _ in "12"]
    images = [first.transform_images(BATCH, t).numpy() for t in same]
    np.testing.assert_array_equal(*images)


def test_masks_and_boxes_move_with_the_pixels() -> None:
    """A white rectangle, its mask and its box stay one thing."""
    images = np.zeros((4, 40, 40, 1), "float32")
    images[:, 10:30, 15:25] = 1
    masks = (images > 0).astype("uint8")
    boxes = {
        "boxes": np.array([[[15, 10, 10, 20.0]]] * 4, "float32"),
        "labels": np.ones((4, 1), "int32"),
    }
    data = {"images": images, "segmentation_masks": masks, "bounding_boxes": boxes}
    for code in (
        "RandomFlip()",
        "RandomZoom(0.2, 0.1, 'constant')",
        "RandomShear(0.2, 0.2, fill_mode='constant')",
        "RandomPerspective((1, 1), 0.2)",
        "RandomRotation(0.05, 'constant')",
        "RandomCrop(35, 36)",
        "Resizing(30, 20, crop_to_aspect_ratio=True)",
        "Resizing(30, 20, pad_to_aspect_ratio=True)",
        "CenterCrop(80, 50)",
        "RandAugment(num_ops=1, factor=0.05)",
    ):
        seed = {} if code.startswith(("Res", "Cen")) else {"seed": 2}
        found = _make(code, bounding_box_format="xywh", **seed)(data, training=True)
        for i in range(4):
            mask = found["segmentation_masks"].numpy()[i, ..., 0] > 0
            rows, columns = np.nonzero(mask)
            left, top, width, height = found["bounding_boxes"]["boxes"].numpy()[i, 0]
            around = [columns.min(), rows.min(), columns.max() + 1, rows.max() + 1]
            box = [left, top, left + width, top + height]
            np.testing.assert_allclose(box, around, atol=2.1, err_msg=code)
            if not code.startswith("RandAugment"):
                bright = found["images"].numpy()[i, ..., 0] > 0.5
                assert (bright == mask).mean() > 0.96, code


def test_lost_boxes_are_labelled() -> None:
    layer = keras.layers.RandomTranslation(
        0.0, (0.5, 0.5), bounding_box_format="rel_xyxy"
    )
    boxes = {
        "boxes": [[[0.6, 0.1, 0.9, 0.3], [0.1, 0.1, 0.3, 0.3]]],
        "labels": [[1, 2]],
    }
    found = layer({"images": BATCH[:1], "bounding_boxes": boxes})["bounding_boxes"]
    assert found["labels"].numpy().tolist() == [[-1, 2]]
    np.testing.assert_allclose(found["boxes"][0, 1], [0.6, 0.1, 0.8, 0.3], atol=1e-5)


def test_in_fit_and_in_files(tmp_path: Any) -> None:
    def make() -> Any:
        keras.utils.set_random_seed(1)
        layers = [
            keras.layers.RandomFlip("horizontal", seed=1),
            keras.layers.RandomRotation(0.1, seed=2),
            keras.layers.RandomZoom(0.1, seed=3),
            keras.layers.RandomContrast(0.2, seed=4),
            keras.layers.Resizing(6, 6),
            keras.layers.Flatten(),
            keras.layers.Dense(1),
        ]
        model = keras.Sequential([keras.Input((12, 10, 3)), *layers])
        model.compile("sgd", "mse")
        return model

    y = np.arange(4.0)
    losses = []
    for eagerly in (False, True):
        model = make()
        model.run_eagerly = eagerly
        history = model.fit(BATCH / 255, y, 2, epochs=2, verbose=0, shuffle=False)
        losses.append(history.history["loss"])
    np.testing.assert_allclose(*losses, rtol=1e-4)
    model.save(tmp_path / "model.keras")
    loaded = keras.saving.load_model(tmp_path / "model.keras")
    expected = model.predict(BATCH, verbose=0)
    np.testing.assert_allclose(loaded.predict(BATCH, verbose=0), expected, rtol=1e-5)
    again = [m(BATCH, training=True).numpy() for m in (model, loaded)]
    np.testing.assert_allclose(*again, rtol=1e-5)  # generators are saved too


def test_new_sizes_of_single_images_need_no_compiler() -> None:
    layers = [
        keras.layers.RandomFlip(),
        keras.layers.RandomCrop(50, 50),
        keras.layers.CenterCrop(48, 40),
        keras.layers.Resizing(32, 32),
    ]
    with programs() as compiled:
        for height, width in ((60, 70), (71, 59), (80, 93)):
            image = RNG.integers(0, 255, (height, width, 3)).astype("uint8")
            before = len(compiled)
            for layer in layers:
                image = layer(image, training=True)
            assert height == 60 or len(compiled) == before


def test_types_and_sizes() -> None:
    whole = BATCH.astype("uint8")
    assert keras.layers.RandomFlip(dtype="uint8")(whole).dtype == "uint8"
    assert keras.layers.RandomZoom(0.1, dtype="bfloat16")(whole).dtype == "bfloat16"
    pipeline = keras.layers.Pipeline(
        [keras.layers.Resizing(8, 8), keras.layers.RandomFlip(seed=1)], name="flow"
    )
    for height, width in ((9, 20), (30, 7), (8, 8)):  # as in an input pipeline
        image = RNG.integers(0, 255, (height, width, 3)).astype("uint8")
        assert pipeline(image).shape == (8, 8, 3)
    config = pipeline.get_config()
    again = keras.layers.Pipeline.from_config(config)
    assert again.name == "flow"
    assert [type(x).__name__ for x in again.layers] == ["Resizing", "RandomFlip"]
    symbolic = pipeline(keras.Input((None, None, 3)))
    assert tuple(symbolic.shape) == (None, 8, 8, 3)
    large = keras.layers.RandomZoom(0.1)(keras.Input((500, 500, 3)))  # beyond int32
    assert tuple(large.shape) == (None, 500, 500, 3)
    shapes = keras.layers.CenterCrop(3, 4).compute_output_shape
    assert shapes({"images": (None, 9, 9, 3), "labels": (None,)}) == {
        "images": (None, 3, 4, 3),
        "labels": (None,),
    }


def test_messages() -> None:
    layers = keras.layers
    for wrong, match in (
        (lambda: layers.RandomFlip("diagonal"), r"`mode` is one of 'horizontal'"),
        (
            lambda: layers.RandomRotation(2.0),
            r"`factor` is a number.*Received: factor=2",
        ),
        (lambda: layers.RandomRotation(0.1, "refelct"), "Did you mean 'reflect'"),
        (lambda: layers.RandomZoom(-1.0), "greater than -1"),
        (lambda: layers.RandomContrast(-0.1), "from 0.0 to 1.0"),
        (lambda: layers.RandomBrightness(0.1, (1, 0)), "least and the greatest"),
        (lambda: layers.RandomGaussianBlur(kernel_size=4), "`kernel_size` is odd"),
        (lambda: layers.RandomGrayscale(2.0), "from 0 to 1"),
        (lambda: layers.RandomCrop(0, 3), "positive whole number"),
        (lambda: layers.Resizing(3, 3, fill_mode="reflect"), "one of 'constant'"),
        (lambda: layers.RandomFlip(bounding_box_format="xyzy"), "Did you mean 'xyxy'"),
        (lambda: layers.RandAugment(num_ops=0), "`num_ops` is a positive"),
        (lambda: layers.MixUp(-1.0), "`alpha` is not negative"),
        (lambda: layers.RandomFlip()(DATA), r'bounding_box_format="xyxy"'),
        (lambda: layers.RandAugment()(DATA), r"RandAugment\(..., bounding_box_format"),
        (lambda: layers.RandomFlip()(BATCH[0, 0]), "one image of 3 axes or a batch"),
    ):
        with pytest.raises(ValueError, match=match):
            wrong()
    for layer in (layers.CutMix(), layers.RandomElasticTransform()):
        with pytest.raises(NotImplementedError, match="does not know"):
            layer(DATA, training=True)
