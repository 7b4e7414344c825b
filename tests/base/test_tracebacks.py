"""Tracebacks show the caller's code."""

from __future__ import annotations

import traceback
from typing import Any

import numpy as np
import pytest

from addax import keras, tf
from addax._base.tracebacks import FILTERING


def _frames(run: Any) -> list[str]:
    with pytest.raises(Exception, match=r".") as caught:
        run()
    return [f.filename for f in traceback.extract_tb(caught.value.__traceback__)]


def _in_a_layer() -> None:
    keras.Sequential([keras.layers.Dense(2, input_shape=(3,))])(np.ones((2, 5)))


def _in_fit() -> None:
    model = keras.Sequential([keras.layers.Dense(2, input_shape=(3,))])
    model.compile("sgd", "mse")
    model.fit(np.ones((4, 5)), np.ones((4, 2)), verbose=0)


@tf.function
def _product(x: Any) -> Any:
    return tf.matmul(x, x)


def _in_a_function() -> None:
    _product(tf.constant([[1.0, 2.0, 3.0]]))


@pytest.mark.parametrize("run", [_in_a_layer, _in_fit, _in_a_function])
def test_only_the_border_is_between_the_call_and_the_error(run: Any) -> None:
    files = _frames(run)
    assert not any("jax" in f.split("site-packages")[-1] for f in files)
    ours = [f for f in files if "/addax/" in f and "/tests/" not in f]
    assert len(ours) <= 1, files
    with FILTERING.override(False):
        assert len(_frames(run)) > len(files) + 2


def test_frames_of_the_users_own_layers_stay() -> None:
    class Mine(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            return tf.matmul(x, x)

    with pytest.raises(ValueError, match="matmul") as caught:
        Mine()(np.ones((2, 3), "float32"))
    names = [f.name for f in traceback.extract_tb(caught.value.__traceback__)]
    assert "call" in names
