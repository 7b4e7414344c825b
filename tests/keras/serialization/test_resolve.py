"""What `keras.losses.get` and its siblings rest on."""

import pytest

from addax.keras.serialization import (
    Configurable,
    CustomObjectScope,
    name_table,
    resolve,
    serialize_keras_object,
)


class GreenCircle(Configurable):
    def __init__(self, size=1):
        self.size = size


def red_square():
    pass


TABLE = name_table(GreenCircle, red_square, circle=GreenCircle)


def test_names():
    assert resolve("red_square", TABLE, "shape") is red_square
    assert isinstance(resolve("green_circle", TABLE, "shape"), GreenCircle)
    assert isinstance(resolve("GreenCircle", TABLE, "shape"), GreenCircle)
    assert isinstance(resolve("circle", TABLE, "shape"), GreenCircle)
    assert resolve(None, TABLE, "shape") is None


def test_objects_classes_and_functions():
    circle = GreenCircle(3)
    assert resolve(circle, TABLE, "shape") is circle
    assert resolve(len, TABLE, "shape") is len
    assert isinstance(resolve(GreenCircle, TABLE, "shape"), GreenCircle)
    assert resolve(GreenCircle, TABLE, "shape", make=False) is GreenCircle


def test_configurations_new_and_old():
    config = serialize_keras_object(GreenCircle(3))
    with CustomObjectScope({"GreenCircle": GreenCircle}):
        assert resolve(config, TABLE, "shape").size == 3
    old = {"class_name": "GreenCircle", "config": {"size": 4}}
    assert resolve(old, TABLE, "shape").size == 4


def test_registered_names():
    with CustomObjectScope({"mine": len}):
        assert resolve("mine", TABLE, "shape") is len


def test_unknown_name_lists_each_once():
    with pytest.raises(ValueError) as caught:  # noqa: PT011  # the whole text is below
        resolve("green_circl", TABLE, "shape")
    assert str(caught.value).splitlines() == [
        "'green_circl' is not the name of a shape. Received: shape='green_circl'",
        "Did you mean 'green_circle'? Valid names: 'circle', 'red_square'.",
        "Fix: Pass one of these names, or the shape itself.",
    ]


@pytest.mark.parametrize("wrong", [3, 2.5, ["red_square"]])
def test_what_is_nothing_of_the_kind(wrong):
    with pytest.raises(ValueError, match="not a shape, nor a name or configuration"):
        resolve(wrong, TABLE, "shape")


def test_dictionary_that_is_no_configuration():
    with pytest.raises(ValueError, match="described by the keys 'class_name'"):
        resolve({"size": 3}, TABLE, "shape")
