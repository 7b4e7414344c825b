"""Arguments, preprocessing and files of `keras.applications`, asked of Keras itself."""

import inspect

import keras as theirs
import numpy as np
import pytest

from addax import keras
from addax.keras.applications import weights

IMAGES = np.random.RandomState(0).randint(0, 256, (2, 3, 4, 3))


@pytest.mark.parametrize("data_format", ["channels_last", "channels_first"])
@pytest.mark.parametrize("mode", ["caffe", "tf", "torch"])
@pytest.mark.parametrize("dtype", ["uint8", "float32", "float64"])
def test_preprocess_input_is_that_of_keras(mode, data_format, dtype):
    x = IMAGES.astype(dtype)
    if data_format == "channels_first":
        x = x.transpose(0, 3, 1, 2)
    before = x.copy()
    ours = keras.applications.imagenet_utils.preprocess_input(x, data_format, mode)
    expected = theirs.applications.imagenet_utils.preprocess_input(
        x.copy(), data_format, mode
    )
    np.testing.assert_allclose(ours, expected, rtol=1e-6, atol=1e-5)
    assert ours.dtype == expected.dtype
    np.testing.assert_array_equal(x, before)  # never written over
    tensor = keras.ops.convert_to_tensor(x.astype("float32"))
    found = keras.applications.imagenet_utils.preprocess_input(
        tensor, data_format, mode
    )
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-4)


@pytest.mark.parametrize(
    "family", [n for n in keras.applications.__all__ if n.islower()]
)
def test_each_family_prepares_its_images_as_keras_does(family):
    ours = getattr(keras.applications, family)
    other = getattr(theirs.applications, family)
    assert {n for n in dir(other) if n[0] != "_"} <= set(dir(ours))
    x = IMAGES.astype("float32")
    np.testing.assert_allclose(
        ours.preprocess_input(x), other.preprocess_input(x.copy()), rtol=1e-6, atol=1e-5
    )


def test_every_function_documents_its_arguments():
    for name in (n for n in keras.applications.__all__ if n[0].isupper()):
        function = getattr(keras.applications, name)
        other = inspect.signature(getattr(theirs.applications, name))
        found = inspect.signature(function)
        assert list(found.parameters) == list(other.parameters), name
        assert [p.default for p in found.parameters.values()] == [
            p.default for p in other.parameters.values()
        ], name
        assert function.__name__ == name
        assert function.__module__.startswith("addax.keras.applications.")
        for parameter in found.parameters:
            assert f"    {parameter}: " in function.__doc__, (name, parameter)


def test_addresses_are_those_of_keras(monkeypatch):
    """Each file's name, address and checksum, asked of Keras itself."""
    from keras.src.utils import file_utils

    class Asked(Exception):
        pass

    def ask(fname, origin, **more):
        raise Asked((fname, origin, more.get("file_hash")))

    monkeypatch.setattr(file_utils, "get_file", ask)
    monkeypatch.setattr(
        weights,
        "get_file",
        lambda name, address, file_hash, cache_subdir: ask(
            name, address, file_hash=file_hash
        ),
    )
    for k in (theirs, keras):
        zeros = k.initializers.Zeros()
        monkeypatch.setattr(
            k.initializers.VarianceScaling,
            "__call__",
            lambda self, shape, dtype=None, zeros=zeros, **_: zeros(shape, dtype),
        )

    def asked(k, name, **more):
        with pytest.raises(Asked) as caught:
            getattr(k.applications, name)(include_top=False, **more)
        return caught.value.args[0]

    cases = [
        ("MobileNet", {"alpha": 0.25, "input_shape": (160, 160, 3)}),
        ("MobileNetV2", {"alpha": 0.35, "input_shape": (96, 96, 3)}),
        ("MobileNetV3Small", {"minimalistic": True, "input_shape": (224, 224, 3)}),
        ("EfficientNetB0", {"input_shape": (32, 32, 3)}),
    ]
    for name, more in cases:
        assert asked(keras, name, **more) == asked(theirs, name, **more), name
