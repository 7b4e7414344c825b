"""Configurations that are derived from constructors.

The classes here stay registered for the whole run, so in a module of their own.
"""

import pytest

from addax.keras import serialization as s


@s.public("keras.tests", "start")
class Start(s.Configurable):
    """Stands for a class of addax."""

    def __init__(self, seed=None):
        self.seed = seed


@s.public("keras.tests")
def double(x):
    return 2 * x


@s.public("keras.tests")
class Base(s.Configurable):
    config_without = frozenset({"name"})
    config_ignores = frozenset({"renorm"})

    def __init__(self, *, name=None, trainable=True):
        self.name, self.trainable = name, trainable


@s.public("keras.tests")
class Wide(Base):
    def __init__(self, units, activation=None, start=None, **kwargs):
        super().__init__(**kwargs)
        self.units, self.activation, self.start = units, activation, start


def copy(obj, **names):
    config = s.serialize_keras_object(obj)
    return s.deserialize_keras_object(config, custom_objects=names)


def test_arguments_of_all_levels():
    wide = Wide(3, double, Start(7), trainable=False)
    config = wide.get_config()
    assert config["units"] == 3
    assert config["activation"] == "double"
    assert config["start"]["class_name"] == "Start"
    assert config["trainable"] is False
    assert "name" not in config


def test_from_config_undoes_it():
    again = Wide.from_config(Wide(3, start=Start(7)).get_config())
    assert (again.units, again.start.seed) == (3, 7)


def test_arguments_that_are_new_in_keras_are_left_out_when_off():
    config = {**Wide(3).get_config(), "quantization": None, "renorm": 0.99}
    assert Wide.from_config(config).units == 3
    with pytest.raises(TypeError, match="does not take the argument 'quantization'"):
        Wide.from_config({**config, "quantization": "int8"})


def test_users_class_notes_what_it_was_called_with():
    class Mine(Wide):
        def __init__(self, factor, *, shift=1, **kwargs):
            super().__init__(units=factor * 2, **kwargs)

    config = Mine(5, shift=2, trainable=False).get_config()
    assert config == {"trainable": False, "factor": 5, "shift": 2}
    assert copy(Mine(5), Mine=Mine).units == 10


def test_users_class_without_keyword_arguments():
    class Mine(Wide):
        def __init__(self, factor=2):
            super().__init__(units=factor)

    assert Mine(4).get_config() == {"factor": 4}
    assert Mine().get_config() == {}
    # A base class may add what this constructor does not take: the layer's name.
    assert Mine.from_config({"factor": 4, "name": "x"}).units == 4


def test_users_get_config_speaks_for_its_own_class():
    class Mine(Wide):
        def __init__(self, factor, **kwargs):
            super().__init__(units=3, **kwargs)
            self.hidden = factor

        def get_config(self):
            return {**super().get_config(), "factor": self.hidden}

    config = Mine(5).get_config()
    assert config["factor"] == 5
    assert config["units"] == 3
    assert config["trainable"] is True


def test_arguments_that_cannot_be_saved():
    class Mine(s.Configurable):
        def __init__(self, thing):
            self.thing = thing

    with pytest.raises(NotImplementedError, match="cannot be saved") as caught:
        Mine({1}).get_config()
    assert "Mine was made with an argument that cannot be saved" in str(caught.value)
    assert "def get_config(self):" in str(caught.value)


def test_too_much_in_a_configuration_names_it():
    class Mine(s.Configurable):
        def __init__(self, a):
            self.a = a

    with pytest.raises(TypeError, match="does not take") as caught:
        Mine.from_config({"a": 1, "b": 2})
    assert "Mine does not take the argument 'b'" in str(caught.value)
    assert "super().__init__(**kwargs)" in str(caught.value)
