"""`keras.applications`: arguments, files of weights, what goes in and comes out."""

import hashlib
import json

import numpy as np
import pytest

from addax import keras
from addax.keras.applications import imagenet_utils, weights
from addax.keras.utils.files import MIRROR

MobileNetV2 = keras.applications.MobileNetV2
IMAGES = np.random.RandomState(0).randint(0, 256, (2, 3, 4, 3))


def small(**more):
    arguments = {"weights": None, "alpha": 0.35, "input_shape": (32, 32, 3), **more}
    if arguments["weights"] != "imagenet":
        arguments.setdefault("classes", 7)
    return MobileNetV2(**arguments)


# What goes in


def test_preprocessing_is_part_of_a_model():
    x = keras.Input((4, 4, 3))
    y = keras.applications.resnet50.preprocess_input(x)
    model = keras.Model(x, y)
    image = np.zeros((1, 4, 4, 3), "float32")
    np.testing.assert_allclose(
        model.predict(image, verbose=0)[0, 0, 0], [-103.939, -116.779, -123.68]
    )


def test_a_wrong_mode_is_refused():
    with pytest.raises(ValueError, match=r"mode='tff'\nFix: Did you mean 'tf'\?"):
        imagenet_utils.preprocess_input(IMAGES, mode="tff")
    with pytest.raises(ValueError, match="data_format='last'"):
        imagenet_utils.preprocess_input(IMAGES, data_format="last")


# What comes out


@pytest.fixture
def class_index(tmp_path):
    """A mirror with class names; the real file is not needed to test the rest."""
    names = {str(i): [f"n{i:08}", f"class_{i}"] for i in range(1000)}
    (tmp_path / "imagenet_class_index.json").write_text(json.dumps(names))
    imagenet_utils._class_names.cache_clear()
    with MIRROR.override(str(tmp_path)):  # the environment is read once a process
        yield
    imagenet_utils._class_names.cache_clear()


def test_predictions_get_names(class_index):
    scores = np.zeros((2, 1000), "float32")
    scores[0, [7, 3]] = 0.75, 0.25
    scores[1, 999] = 1.0
    decode = keras.applications.vgg16.decode_predictions
    first, second = decode(scores, top=2)
    assert first == [("n00000007", "class_7", 0.75), ("n00000003", "class_3", 0.25)]
    assert second[0] == ("n00000999", "class_999", 1.0)
    assert len(decode(keras.ops.convert_to_tensor(scores))[0]) == 5


def test_other_predictions_have_no_names():
    with pytest.raises(
        ValueError, match=r"1000 classes .* Received: preds=.*\(2, 10\)"
    ):
        imagenet_utils.decode_predictions(np.zeros((2, 10)))


# Arguments


WRONG = [
    ({"weights": "imagnet"}, "Did you mean 'imagenet'"),
    (
        {"weights": "imagenet", "input_shape": None, "classes": 5},
        r"1000 classes\. Received: classes=5",
    ),
    (
        {"weights": "imagenet", "input_shape": None, "classifier_activation": "relu"},
        "softmax or in logits",
    ),
    ({"weights": "imagenet", "alpha": 0.4}, r"Received: alpha=0\.4"),
    ({"input_shape": (32, 32)}, r"three whole numbers. Received: input_shape=\(32, 32"),
    ({"input_shape": (31, 40, 3)}, "at least 32 high and wide"),
    ({"input_shape": (None, None, 3)}, "the images need a known size"),
    (
        {"weights": "imagenet", "include_top": False, "input_shape": (64, 64, 1)},
        "three channels",
    ),
]


@pytest.mark.parametrize("wrong, message", WRONG, ids=lambda v: str(v)[:40])
@pytest.mark.filterwarnings("ignore:There are weights for images:UserWarning")
def test_wrong_arguments_are_explained(wrong, message):
    with pytest.raises(ValueError, match=message):
        small(**wrong)


@pytest.mark.parametrize(
    "wrong, message",
    [
        ({"weights": "imagenet", "input_shape": (96, 96, 3)}, r"shape \(224, 224, 3\)"),
        ({"weights": "imagenet", "input_shape": (9, 9, 3)}, r"shape \(224, 224, 3\)"),
    ],
)
def test_the_classifier_of_imagenet_takes_one_size(wrong, message):
    with pytest.raises(ValueError, match=message):
        keras.applications.ResNet50(**wrong)


def test_names_and_shapes_follow_the_arguments():
    assert small().name == "mobilenetv2_0.35_32"
    assert small(name="mine").name == "mine"
    base = small(include_top=False, input_shape=None)
    assert base.name == "mobilenetv2_0.35_None"
    assert base.output_shape == (None, None, None, 1280)
    assert small(include_top=False, pooling="max").output_shape == (None, 1280)
    assert small(classes=7, classifier_activation=None).output_shape == (None, 7)
    gray = keras.applications.MobileNetV3Small(weights=None, input_shape=(32, 40, 1))
    assert gray.input_shape == (None, 32, 40, 1)


def test_an_input_tensor_is_shared():
    x = keras.Input((32, 32, 3), name="photos")
    scaled = keras.layers.Rescaling(1 / 127.5, offset=-1.0)(x)
    model = small(input_tensor=scaled, input_shape=None, include_top=False)
    assert model.input_names == ["photos"]
    assert model.layers[1].name.startswith("rescaling")


# Files of weights


def test_weights_come_from_the_cache(tmp_path, monkeypatch):
    """What a user puts there under the right name is used."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    model = MobileNetV2(
        weights=None, alpha=0.35, include_top=False, input_shape=(96, 96, 3)
    )
    model.set_weights([np.full(w.shape, 0.5, "float32") for w in model.weights])
    stem = "mobilenet_v2_weights_tf_dim_ordering_tf_kernels_0.35_96_no_top.h5"
    (tmp_path / "models").mkdir()
    _legacy_weights(model, tmp_path / "models" / stem)
    loaded = MobileNetV2(alpha=0.35, include_top=False, input_shape=(96, 96, 3))
    assert all((np.asarray(w) == 0.5).all() for w in loaded.weights)


def _legacy_weights(model, path):
    """Weights alone in the layout of Keras 2, which the published files have."""
    import h5py

    with h5py.File(path, "w") as file:
        file.attrs["layer_names"] = [layer.name.encode() for layer in model.layers]
        for layer in model.layers:
            group = file.create_group(layer.name)
            names = [f"{w.path}:0" for w in layer.weights]
            group.attrs["weight_names"] = [n.encode() for n in names]
            for name, weight in zip(names, layer.weights, strict=True):
                group[name] = weight.numpy()


def test_offline_one_error_names_the_file(tmp_path, monkeypatch):
    monkeypatch.setenv("KERAS_HOME", str(tmp_path))
    monkeypatch.setattr(weights, "_GOOGLE", "http://127.0.0.1:1/")
    with pytest.raises(
        OSError, match=r"vgg16_weights.*_notop\.h5' is not here"
    ) as caught:
        keras.applications.VGG16(include_top=False, input_shape=(32, 32, 3))
    place = tmp_path / "models"
    assert f"Put the file at {place}/vgg16_weights" in str(caught.value)


def test_weights_from_a_path(tmp_path):
    model = small()
    model.save_weights(tmp_path / "mine.weights.h5")
    loaded = small(weights=str(tmp_path / "mine.weights.h5"))
    for a, b in zip(model.weights, loaded.weights, strict=True):
        np.testing.assert_array_equal(a, b)


def test_checksums_are_checksums():
    digits = {32: hashlib.md5, 64: hashlib.sha256}
    for name in (n for n in keras.applications.__all__ if n[0].isupper()):
        function = getattr(keras.applications, name)
        for cell in function.__closure__ or ():
            files = getattr(cell.cell_contents, "files", None)
            for checksum in getattr(files, "hashes", ()):
                assert len(checksum) in digits, name
                assert int(checksum, 16) >= 0


def test_channels_first(monkeypatch):
    """The same network, its channels before height and width."""
    last = small(include_top=False)
    keras.config.set_image_data_format("channels_first")
    try:
        first = small(include_top=False, input_shape=(3, 32, 32))
    finally:
        keras.config.set_image_data_format("channels_last")
    first.set_weights(last.get_weights())
    x = np.random.RandomState(0).normal(size=(1, 32, 32, 3)).astype("float32")
    np.testing.assert_allclose(
        first.predict(x.transpose(0, 3, 1, 2), verbose=0).transpose(0, 2, 3, 1),
        last.predict(x, verbose=0),
        rtol=1e-4,
        atol=1e-5,
    )
