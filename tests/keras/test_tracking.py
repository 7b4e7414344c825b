"""`weights` is remembered, and right all the same whatever is changed."""

from __future__ import annotations

import copy
import pickle

from addax import keras
from addax.keras import tracking


class Nested(keras.layers.Layer):
    def __init__(self, **kwargs):
        super().__init__(**kwargs)
        self.parts = {"a": [keras.Variable(0.0, name="first")]}
        self.inner = keras.layers.Dense(2)
        self.inner.build((None, 3))


def names(layer):
    twice = [[v.name for v in layer.weights] for _ in range(2)]
    assert twice[0] == twice[1]
    return twice[0]


def test_changes_of_any_kind_are_seen():
    layer = Nested()
    assert names(layer) == ["first", "kernel", "bias"]
    layer.parts["a"].append(keras.Variable(1.0, name="second"))
    assert names(layer) == ["first", "second", "kernel", "bias"]
    layer.parts["a"][0] = keras.Variable(1.0, name="third")
    assert names(layer) == ["third", "second", "kernel", "bias"]
    layer.parts["b"] = keras.layers.Dense(1, use_bias=False)
    assert names(layer) == ["third", "second", "kernel", "bias"]
    layer.parts["b"].build((None, 1))
    assert len(names(layer)) == 5
    layer.inner.extra = keras.Variable(2.0, trainable=False, name="deep")
    assert names(layer)[-3:] != names(layer)[-2:]
    assert "deep" in names(layer)
    del layer.parts["a"][:]
    assert "second" not in names(layer)
    layer.inner = keras.layers.Dense(4)
    assert names(layer) == ["kernel"]
    layer.trainable = False
    assert layer.trainable_weights == []
    assert names(layer) == ["kernel"]


def test_a_list_that_is_given_out_is_the_callers_own():
    layer = Nested()
    layer.weights.clear()
    layer.weights.clear()
    assert len(layer.weights) == 3


def test_copies_have_weights_of_their_own():
    layer = keras.layers.Dense(2)
    layer.build((None, 3))
    before = layer.weights
    shallow, deep = copy.copy(layer), copy.deepcopy(layer)
    shallow.kernel = keras.Variable([[1.0]], name="other")
    shallow._added_weights = []
    assert names(shallow) == ["bias", "other"]
    assert names(layer) == names(deep) == ["kernel", "bias"]
    assert layer.weights[0] is before[0] is not deep.weights[0]
    assert names(pickle.loads(pickle.dumps(layer))) == ["kernel", "bias"]


def test_what_changes_each_time_is_walked_each_time():
    layer = Nested()
    for i in range(40):
        layer.count = object()
        layer.parts["a"] = [keras.Variable(float(i), name=f"v{i}")]
        assert names(layer)[0] == f"v{i}"
    layer.many = [0] * 2 * tracking._MOST
    assert names(layer)[0] == "v39"
