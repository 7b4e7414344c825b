"""Registered names: found where they are known, and nowhere else."""

import sys

import pytest

from addax.keras import serialization as s


@pytest.fixture(autouse=True)
def custom_objects():
    """What a test registers is forgotten after it."""
    before = dict(s.get_custom_objects())
    yield
    s.get_custom_objects().clear()
    s.get_custom_objects().update(before)


def test_registering_gives_the_package_and_name():
    @s.register_keras_serializable("pkg", "twice")
    def double(x):
        return 2 * x

    assert s.get_registered_name(double) == "pkg>twice"
    assert s.get_registered_object("pkg>twice") is double


def test_default_package_is_custom():
    @s.register_keras_serializable()
    class Thing:
        def get_config(self):
            return {}

    assert s.get_registered_name(Thing) == "Custom>Thing"


def test_what_is_not_registered_has_its_own_name():
    def plain():
        pass

    assert s.get_registered_name(plain) == "plain"
    assert s.get_registered_object("plain") is None


def test_class_without_config_is_refused():
    with pytest.raises(ValueError, match=r"get_config\(\).*\n.*\nFix: class Thing"):

        @s.register_keras_serializable()
        class Thing:
            pass


def test_scope_ends_also_on_errors():
    def fail():
        with s.custom_object_scope({"two": max}):
            assert s.get_registered_object("two") is max
            assert s.get_registered_object("one") is len
            raise KeyError("gone")

    with s.CustomObjectScope({"one": len}):
        with pytest.raises(KeyError, match="gone"):
            fail()
        assert s.get_registered_object("two") is None
    assert s.get_registered_object("one") is None


def test_given_names_come_after_registered_ones():
    assert s.get_registered_object("f", {"f": min}, {"f": max}) is min
    assert s.get_registered_object("f", None, {"f": max}) is max


def test_a_module_named_in_a_file_is_never_imported():
    assert "antigravity" not in sys.modules
    assert s.public_object("antigravity", "geohash") is None
    assert s.public_object("keras.antigravity", "geohash") is None
    assert "antigravity" not in sys.modules


def test_only_what_addax_registers_is_found_under_a_keras_module():
    # `keras.utils.get_file` is there, but nothing that a configuration may name.
    assert s.public_object("keras.utils", "get_file") is None
    assert s.public_object("keras.serialization.functions", "marshal") is None


def test_lazy_modules_are_loaded_when_asked_for():
    from addax import keras

    found = s.public_object("keras.callbacks", "EarlyStopping")
    assert found is keras.callbacks.EarlyStopping
