"""Objects to configurations and back; hostile configurations."""

import json
import math

import numpy as np
import pytest

from addax import keras
from addax.core import Tensor, TensorShape, convert
from addax.keras import serialization as s


def there_and_back(value, **kwargs):
    text = json.dumps(s.serialize_keras_object(value))
    return s.deserialize_keras_object(json.loads(text), **kwargs)


@pytest.mark.parametrize(
    "value",
    [
        None,
        True,
        3,
        2.5,
        "text",
        b"bytes",
        [1, [2.0, "x"]],
        {"a": 1, "b": [None]},
        slice(1, None, 2),
        Ellipsis,
        {"class_name": "only a name"},
    ],
    ids=repr,
)
def test_plain_values(value):
    assert there_and_back(value) == value


def test_tuples_are_lists_in_json():
    assert there_and_back((1, (2, 3))) == [1, [2, 3]]
    assert s.serialize_keras_object(TensorShape((None, 3))) == (None, 3)


@pytest.mark.parametrize("dtype", ["float32", "int8", "bool", "float64"])
def test_arrays(dtype):
    array = np.array([[1, 0], [1, 1]], dtype)
    back = there_and_back(array)
    assert back.dtype == array.dtype
    np.testing.assert_array_equal(back, array)
    tensor = there_and_back(convert(array))
    assert isinstance(tensor, Tensor)
    assert tensor.dtype == dtype
    np.testing.assert_array_equal(tensor.numpy(), array)


def test_numbers_of_numpy_become_numbers():
    assert s.serialize_keras_object(np.float32(0.5)) == 0.5
    assert type(s.serialize_keras_object(np.int64(3))) is int
    assert math.isnan(there_and_back(float("nan")))


def test_types():
    assert there_and_back(np.float32) is np.float32
    assert s.serialize_keras_object(convert(1.0).dtype) == "float32"


def test_unknown_objects_are_refused():
    with pytest.raises(TypeError, match=r"builtins\.set cannot be serialised"):
        s.serialize_keras_object({1, 2})


def test_lambdas_are_code():
    bias = 3
    config = json.loads(
        json.dumps(s.serialize_keras_object(lambda x, y=2: x + y + bias))
    )
    with pytest.raises(
        ValueError, match=r"a lambda: Python code(.*\n)*.*safe_mode=False"
    ):
        s.deserialize_keras_object(config)
    assert s.deserialize_keras_object(config, safe_mode=False)(1) == 6
    keras.config.enable_unsafe_deserialization()
    try:
        assert s.deserialize_keras_object(config)(1) == 6
    finally:
        keras.config._unsafe_deserialization.reset()


def test_byte_code_of_another_python_is_refused():
    config = {"class_name": "__lambda__", "config": {"value": ["AAAA", None, None]}}
    with pytest.raises(ValueError, match="byte code of a lambda cannot be read"):
        s.deserialize_keras_object(config, safe_mode=False)


@pytest.mark.parametrize(
    "config",
    [
        {"module": "os", "class_name": "system", "config": "ls"},
        {"module": "builtins", "class_name": "function", "config": "eval"},
        {"module": "builtins", "class_name": "function", "config": "os.system"},
        {"module": "subprocess", "class_name": "Popen", "config": {"args": "ls"}},
        {"module": "numpy", "class_name": "load", "config": {"file": "x"}},
        {"class_name": "Popen", "config": {}, "registered_name": "subprocess>Popen"},
    ],
    ids=lambda c: f"{c.get('module')}.{c['class_name']}",
)
def test_nothing_else_than_known_names_resolves(config):
    with pytest.raises(TypeError, match="is not known here"):
        s.deserialize_keras_object(config)


def test_unknown_classes_say_how_to_register_them():
    config = {"module": None, "class_name": "Mine", "config": {}}
    config["registered_name"] = "pkg>Mine"
    with pytest.raises(TypeError, match="not known here") as caught:
        s.deserialize_keras_object(config)
    assert "'pkg>Mine' is not known here" in str(caught.value)
    assert "@keras.saving.register_keras_serializable()" in str(caught.value)
    assert 'custom_objects={"Mine": Mine}' in str(caught.value)


def test_misspelt_classes_of_keras():
    config = {"module": "keras.callbacks", "class_name": "EarlyStoping", "config": {}}
    keras.callbacks.EarlyStopping  # noqa: B018  # registers itself when first used
    with pytest.raises(TypeError, match="Did you mean 'EarlyStopping'"):
        s.deserialize_keras_object(config)


def test_one_object_in_two_places_stays_one():
    class Part(s.Configurable):
        def __init__(self, size=1):
            self.size = size

    class Whole(s.Configurable):
        def __init__(self, left, right):
            self.left, self.right = left, right

    part = Part(3)
    with s.sharing():
        config = json.loads(json.dumps(s.serialize_keras_object(Whole(part, part))))
    known = {"Part": Part, "Whole": Whole}
    with s.sharing():
        whole = s.deserialize_keras_object(config, custom_objects=known)
    assert whole.left is whole.right
    assert whole.left.size == 3
