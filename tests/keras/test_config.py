"""`keras.config`."""

import numpy as np
import pytest

from addax.core import dtypes
from addax.keras import config


@pytest.fixture(autouse=True)
def settings():
    yield
    dtypes.set_floatx("float32")
    for each in vars(config).values():
        if isinstance(each, config.Setting):
            each.reset()


def test_defaults_are_those_of_keras():
    assert config.backend() == "jax"
    assert config.floatx() == "float32"
    assert type(config.floatx()) is str
    assert config.epsilon() == 1e-7
    assert config.image_data_format() == "channels_last"
    assert config.is_interactive_logging_enabled()
    assert config.is_traceback_filtering_enabled()
    assert not config.is_unsafe_deserialization_enabled()
    assert config.max_epochs() is None
    assert config.max_steps_per_epoch() is None


def test_setting():
    config.set_floatx(np.float64)
    config.set_epsilon(1)
    config.set_image_data_format("channels_first")
    config.disable_interactive_logging()
    config.disable_traceback_filtering()
    config.set_max_epochs(3)
    assert config.floatx() == "float64"
    assert config.epsilon() == 1.0
    assert config.image_data_format() == "channels_first"
    assert not config.is_interactive_logging_enabled()
    assert not config.is_traceback_filtering_enabled()
    assert config.max_epochs() == 3
    config.set_max_epochs(None)
    assert config.max_epochs() is None


def test_environment(monkeypatch):
    monkeypatch.setenv("ADDAX_EPSILON", "1e-3")
    config._epsilon.reset()
    assert config.epsilon() == 1e-3


def test_mistakes():
    with pytest.raises(ValueError, match="floatx must be a floating type"):
        config.set_floatx("int32")
    with pytest.raises(ValueError, match="Did you mean 'channels_last'"):
        config.set_image_data_format("chanels_last")
    with pytest.raises(ValueError, match="`data_format` is 'channels_last' or"):
        config.standardize_data_format("NHWC")
    with pytest.raises(ValueError, match="has no other backend"):
        config.set_backend("torch")
