"""The base of all layers: weights, building, calling, losses, names, masks."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from addax import keras, tf

ONES = np.ones((2, 3), "float32")


class Linear(keras.layers.Layer):
    def __init__(self, units: int = 4, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.units = units

    def build(self, input_shape: Any) -> None:
        self.w = self.add_weight(
            shape=(input_shape[-1], self.units), initializer="ones", name="w"
        )
        self.b = self.add_weight(shape=(self.units,), initializer="zeros", name="b")

    def call(self, inputs: Any) -> Any:
        return tf.matmul(inputs, self.w) + self.b


def test_weights_come_with_the_first_call() -> None:
    layer = Linear(name="linear")
    assert (layer.built, layer.weights) == (False, [])
    out = layer(ONES)
    np.testing.assert_array_equal(out, np.full((2, 4), 3.0))
    assert [v.path for v in layer.weights] == ["linear/w", "linear/b"]
    assert layer.count_params() == 16
    assert layer.get_build_config() == {"input_shape": (2, 3)}


def test_add_weight_in_the_order_of_keras_2() -> None:
    layer = keras.layers.Layer()
    w = layer.add_weight("kernel", (3, 2), "float32", "ones", trainable=False)
    assert (w.name, tuple(w.shape), w.trainable) == ("kernel", (3, 2), False)
    np.testing.assert_array_equal(w, np.ones((3, 2)))
    v = layer.add_weight("bias", shape=[3], initializer="zeros", trainable=True)
    assert (v.name, tuple(v.shape), v.trainable) == ("bias", (3,), True)
    assert [x.name for x in layer.weights] == ["bias", "kernel"]  # trainable ones first


def test_layers_and_variables_in_lists_and_dicts_are_found() -> None:
    class Deep(keras.layers.Layer):
        def __init__(self) -> None:
            super().__init__(name="deep")
            self.blocks = [Linear(2, name="a")]
            self.blocks.append(Linear(3, name="b"))
            self.named = {"c": Linear(1, name="c")}
            self.scale = tf.Variable(2.0, name="scale")

        def call(self, x: Any) -> Any:
            for layer in [*self.blocks, self.named["c"]]:
                x = layer(x)
            return x * self.scale

    layer = Deep()
    layer(ONES)
    assert [v.path for v in layer.weights] == [
        "scale", "deep/a/w", "deep/a/b", "deep/b/w", "deep/b/b", "deep/c/w", "deep/c/b",
    ]  # fmt: skip
    layer.blocks.pop()
    assert len(layer.weights) == 5


def test_freezing_keeps_the_order_of_weights() -> None:
    layer = keras.layers.BatchNormalization()
    layer.build((None, 3))
    names = [v.name for v in layer.weights]
    assert names == ["gamma", "beta", "moving_mean", "moving_variance"]
    layer.trainable = False
    assert layer.trainable_weights == []
    assert [v.name for v in layer.weights] == names
    layer.trainable = True
    assert [v.name for v in layer.trainable_weights] == names[:2]
    assert [v.name for v in layer.non_trainable_weights] == names[2:]


def test_the_training_flag_reaches_inner_layers() -> None:
    class Probe(keras.layers.Layer):
        seen: Any = "never called"

        def call(self, x: Any, training: Any = None) -> Any:
            self.seen = training
            return x

    probe = Probe()
    outer = keras.Sequential([probe])
    for given, expected in ((True, True), (False, False), (None, None)):
        outer(ONES, training=given)
        assert probe.seen is expected


def test_losses_are_those_of_the_last_call() -> None:
    class Penalty(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            self.add_loss(tf.reduce_sum(x))
            return x

    model = keras.Sequential(
        [
            keras.layers.Dense(
                2,
                kernel_initializer="ones",
                kernel_regularizer=keras.regularizers.L2(1.0),
            ),
            Penalty(),
        ]
    )
    for _ in range(2):
        model(ONES)
        assert [float(x) for x in model.losses] == [12.0, 6.0]


def test_losses_of_a_trace_do_not_stay() -> None:
    class Penalty(keras.layers.Layer):
        def call(self, x: Any) -> Any:
            self.add_loss(tf.reduce_mean(x**2))
            return x

    model = keras.Sequential([keras.layers.Dense(1), Penalty()])
    model.compile("sgd", "mse")
    model.fit(ONES, ONES[:, :1], verbose=0)
    assert model.losses == []
    model(ONES)
    assert len(model.losses) == 1


def test_mixed_precision_computes_in_half_and_keeps_weights_whole() -> None:
    layer = Linear(dtype="mixed_float16")
    out = layer(ONES)
    assert (out.dtype, layer.w.dtype) == ("float16", "float32")
    assert layer.compute_dtype == "float16"


def test_masks_travel_with_tensors() -> None:
    x = np.array([[1, 2, 0, 0]])
    embedded = keras.layers.Embedding(5, 3, mask_zero=True)(x)
    assert embedded._keras_mask.numpy().tolist() == [[True, True, False, False]]
    passed = keras.layers.Dropout(0.1)(embedded)
    assert passed._keras_mask is embedded._keras_mask


def test_output_shapes_follow_from_call() -> None:
    assert Linear(7).compute_output_shape((None, 3)) == (None, 7)
    pool = keras.layers.MaxPooling2D()
    assert pool.compute_output_shape((None, 28, 28, 8)) == (None, 14, 14, 8)
    conv = keras.layers.Conv2D(4, 3, strides=2, padding="same")
    assert conv.compute_output_shape((None, None, 31, 3)) == (None, None, 16, 4)


def test_configurations_make_the_layer_again() -> None:
    layer = keras.layers.Dense(
        4, activation="relu", kernel_regularizer="l2", name="out", trainable=False
    )
    again = keras.layers.Dense.from_config(layer.get_config())
    assert again.get_config() == layer.get_config()


def test_an_own_layer_needs_no_get_config() -> None:
    layer = Linear(7, name="mine")
    again = Linear.from_config(layer.get_config())
    assert (again.units, again.name) == (7, "mine")


MISTAKES = {
    "a base that was not called": (
        lambda: _NoSuper()(ONES),
        RuntimeError,
        r"_NoSuper.__init__ did not call its base class",
    ),
    "no call": (
        lambda: keras.layers.Layer()(ONES),
        NotImplementedError,
        r"Layer does not say what it computes",
    ),
    "an unknown argument": (
        lambda: keras.layers.Dense(3, unit=4),
        (TypeError, ValueError),
        r"unit",
    ),
    "a slash in a name": (
        lambda: Linear(name="a/b"),
        ValueError,
        r"name cannot contain '/'",
    ),
    "an unknown argument of call": (
        lambda: Linear()(ONES, speed=3),
        TypeError,
        r"(?s)call\(\) does not take.*speed.*It takes: inputs",
    ),
    "another width than it was built for": (
        lambda: _built().call_with(np.ones((2, 5))),
        ValueError,
        r"Input of layer 'd' does not fit: expected axis -1 to have size 3, found 5",
    ),
    "too few axes": (
        lambda: keras.layers.Conv2D(2, 3, name="c")(np.ones((28, 28, 1))),
        ValueError,
        r"(?s)Input of layer 'c' does not fit: .* at least 4 axes, found 3.*x\[None",
    ),
    "weights of another shape": (
        lambda: _built().layer.set_weights([np.ones((2, 2)), np.ones(2)]),
        ValueError,
        r"Weight 'd/kernel' has shape \(3, 2\)",
    ),
    "too few weights": (
        lambda: _built().layer.set_weights([np.ones((3, 2))]),
        ValueError,
        r"Layer 'd' has 2 weights, 1 arrays were given",
    ),
    "an output without a call": (
        lambda: Linear(name="lone").output,
        AttributeError,
        r"Layer 'lone' has no output yet",
    ),
}


class _NoSuper(keras.layers.Layer):
    def __init__(self) -> None:
        pass


class _built:
    def __init__(self) -> None:
        self.layer = keras.layers.Dense(2, name="d")
        self.layer(ONES)

    def call_with(self, x: Any) -> Any:
        return self.layer(x)


@pytest.mark.parametrize("mistake", MISTAKES.values(), ids=MISTAKES)
def test_mistakes_are_explained(mistake: Any) -> None:
    run, kind, text = mistake
    with pytest.raises(kind, match=text):
        run()
