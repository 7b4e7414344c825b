"""ImageDataGenerator and its parts, number for number against Keras's own."""

import warnings

import numpy as np
import pandas as pd
import pytest
from keras.src.legacy.preprocessing import image as oracle

from addax import keras
from addax.keras.preprocessing import image

RNG = np.random.default_rng(0)
IMAGE = RNG.uniform(0, 255, (9, 7, 3)).astype("float32")
BATCH = RNG.uniform(0, 255, (10, 8, 6, 3)).astype("float32")

# Theirs asks SciPy by a name that it is about to drop.
pytestmark = [
    pytest.mark.filterwarnings("ignore:Please import `:DeprecationWarning"),
    # It says which arguments imply others.
    pytest.mark.filterwarnings("ignore:This ImageDataGenerator specifies:UserWarning"),
]

AFFINE = {
    "rotation": dict(theta=33),
    "shift": dict(tx=2, ty=-1.5),
    "shear": dict(shear=20),
    "zoom": dict(zx=0.6, zy=1.7),
    "all": dict(theta=-100, tx=4, ty=3, shear=-15, zx=1.4, zy=0.8),
}


@pytest.mark.parametrize("mode", ["constant", "nearest", "reflect", "wrap"])
@pytest.mark.parametrize("order", [0, 1, 3])
@pytest.mark.parametrize("name", AFFINE)
def test_affine_transforms(name, order, mode):
    arguments = AFFINE[name] | dict(
        row_axis=0, col_axis=1, channel_axis=2, fill_mode=mode, cval=7.0, order=order
    )
    ours = image.apply_affine_transform(IMAGE, **arguments)
    theirs = oracle.apply_affine_transform(IMAGE, **arguments)
    assert ours.shape == theirs.shape
    np.testing.assert_allclose(ours, theirs, rtol=1e-4, atol=1e-2)


RANDOM = {
    "random_rotation": (40,),
    "random_shift": (0.2, 0.3),
    "random_shear": (25,),
    "random_zoom": ((0.7, 1.2),),
    "random_channel_shift": (30.0,),
    "random_brightness": ((0.5, 1.5),),
}


@pytest.mark.parametrize("name", RANDOM)
def test_random_changes(name):
    x = np.moveaxis(IMAGE, -1, 0) if name not in ("random_brightness",) else IMAGE
    made = []
    for module in (image, oracle):
        np.random.seed(3)
        made.append(getattr(module, name)(x, *RANDOM[name]))
    np.testing.assert_allclose(*made, rtol=1e-4, atol=1e-2)


GENERATORS = {
    "plain": {},
    "seed 003": dict(
        rotation_range=20, width_shift_range=0.2, height_shift_range=0.2,
        horizontal_flip=True, zoom_range=0.2, shear_range=0.2, rescale=1 / 255,
    ),
    "pixels": dict(
        width_shift_range=3, height_shift_range=[-2, 1], vertical_flip=True,
        fill_mode="constant", cval=3.0, channel_shift_range=20.0,
        brightness_range=(0.7, 1.3), interpolation_order=0,
    ),
    "samplewise": dict(samplewise_std_normalization=True, zoom_range=(0.5, 0.9)),
    "featurewise": dict(featurewise_std_normalization=True),
    "zca": dict(zca_whitening=True, zca_epsilon=1e-2),
    "function": dict(preprocessing_function=lambda x: x[::-1] * 2.0),
}  # fmt: skip


@pytest.mark.parametrize("name", GENERATORS)
def test_flow(name):
    batches = []
    for module in (image, oracle):
        generator = module.ImageDataGenerator(**GENERATORS[name])
        if name in ("featurewise", "zca"):
            generator.fit(BATCH, augment=True, rounds=2, seed=4)
        flow = generator.flow(
            BATCH, np.arange(10), batch_size=4, seed=5, sample_weight=np.ones(10)
        )
        assert len(flow) == 3
        batches.append([next(flow) for _ in range(4)] + [flow[1]])
    for ours, theirs in zip(*batches, strict=True):
        for a, b in zip(ours, theirs, strict=True):
            assert a.dtype == b.dtype
            np.testing.assert_allclose(a, b, rtol=2e-3, atol=2e-2)


def test_flow_takes_parts_and_further_inputs():
    made = []
    for module in (image, oracle):
        generator = module.ImageDataGenerator(validation_split=0.3)
        np.random.seed(0)
        y = np.arange(10) % 2
        parts = [
            generator.flow((BATCH, np.arange(10)), y, 4, False, subset=s)
            for s in ("training", "validation")
        ]
        made.append([next(part) for part in parts])
    for ours, theirs in zip(*made, strict=True):
        for a, b in zip(ours[0], theirs[0], strict=True):
            np.testing.assert_array_equal(a, b)
        np.testing.assert_array_equal(ours[1], theirs[1])
    generator = image.ImageDataGenerator(validation_split=0.5)
    with pytest.raises(ValueError, match="different classes"):
        generator.flow(BATCH, np.arange(10), subset="training")


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    root = tmp_path_factory.mktemp("photos")
    for kind, n in (("cats", 4), ("dogs", 3)):
        (root / kind).mkdir()
        for i in range(n):
            pixels = RNG.uniform(0, 255, (10 + i, 8, 3))
            keras.utils.save_img(root / kind / f"{i}.png", pixels)
    return root


@pytest.mark.parametrize("mode", ["categorical", "binary", "sparse", "input", None])
@pytest.mark.parametrize("subset", [None, "training", "validation"])
def test_flow_from_directory(folder, mode, subset, capsys):
    made = []
    for module in (image, oracle):
        generator = module.ImageDataGenerator(
            horizontal_flip=True, validation_split=0.3
        )
        flow = generator.flow_from_directory(
            str(folder), (6, 5), class_mode=mode, batch_size=3, seed=1, subset=subset
        )
        made.append((flow, [next(flow), next(flow)]))
    (ours, batches), (theirs, expected) = made
    for name in ("filenames", "class_indices", "samples", "image_shape", "filepaths"):
        assert getattr(ours, name) == getattr(theirs, name)
    np.testing.assert_array_equal(ours.classes, theirs.classes)
    for a, b in zip(batches, expected, strict=True):
        for x, y in zip(a, b, strict=True):
            np.testing.assert_array_equal(x, y)
    first, second = capsys.readouterr().out.splitlines()
    assert first == second


FRAMES = {
    "categorical": dict(y_col="kind"),
    "sparse": dict(y_col="kind", class_mode="sparse", classes=["dogs", "cats"]),
    "raw": dict(y_col="size", class_mode="raw", weight_col="weight"),
    "several": dict(y_col=["size", "weight"], class_mode="multi_output"),
    "lists": dict(y_col="tags"),
}


@pytest.mark.parametrize("name", FRAMES)
def test_flow_from_dataframe(folder, name):
    files = sorted(str(p.relative_to(folder)) for p in folder.rglob("*.png"))
    table = pd.DataFrame(
        {
            "filename": [*files, "none.png"],
            "kind": [f.split("/")[0] for f in files] + ["cats"],
            "size": range(8),
            "weight": np.linspace(0, 1, 8),
            "tags": [["a"], ["b"], ["a", "b"], ["c"], ["a"], ["b"], ["c"], ["a"]],
        }
    )
    made = []
    for module in (image, oracle):
        generator = module.ImageDataGenerator()
        with pytest.warns(UserWarning, match="left out|invalid image"):
            flow = generator.flow_from_dataframe(
                table, str(folder), target_size=(4, 4), batch_size=5, seed=2,
                **FRAMES[name],
            )  # fmt: skip
        made.append(next(flow))
    for a, b in zip(*made, strict=True):
        np.testing.assert_array_equal(a, b)


def test_mistakes_are_explained(folder):
    with pytest.warns(UserWarning, match=r"generator.fit\(x\)"):
        next(image.ImageDataGenerator(featurewise_center=True).flow(BATCH))
    with pytest.raises(ValueError, match="Did you mean 'nearest'"):
        image.ImageDataGenerator(fill_mode="nearst")
    with pytest.raises(ValueError, match="`brightness_range` is a pair"):
        image.ImageDataGenerator(brightness_range=0.3)
    with pytest.raises(ValueError, match=r"validation_split=0\.2"):
        image.ImageDataGenerator().flow_from_directory(folder, subset="training")
    with pytest.raises(ValueError, match="rows, columns and channels"):
        image.apply_affine_transform(IMAGE, theta=1, row_axis=0)
    table = pd.DataFrame({"filename": [], "class": []})
    with pytest.raises(ValueError, match="Did you mean 'filename'"):
        image.ImageDataGenerator().flow_from_dataframe(table, x_col="filenam")


def test_a_model_trains_on_a_flow():
    generator = image.ImageDataGenerator(rescale=1 / 255, horizontal_flip=True)
    model = keras.Sequential([keras.layers.Flatten(), keras.layers.Dense(1)])
    model.compile("sgd", "mse")
    flow = generator.flow(BATCH, np.zeros(10), batch_size=4)
    with warnings.catch_warnings():
        history = model.fit(flow, epochs=2, verbose=0)
    assert len(history.history["loss"]) == 2
