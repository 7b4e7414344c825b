"""What symbolic calls foresee is what calls with numbers return."""

import jax
import numpy as np
import pytest

from addax import keras
from addax.core import OPS, _jax, expected, symbolic
from addax.core.expected import like_both, like_first

ops = keras.ops
K = np.ones((3, 2, 4, 6), "float32")


class Turned(keras.layers.Layer):
    def call(self, x):
        return ops.cond(ops.sum(x) > 0, lambda: x, lambda: -x)


CASES = {
    "conv": lambda x: ops.conv(x, K),
    "conv, same, in steps": lambda x: ops.conv(x, K, strides=2, padding="same"),
    "conv, dilated": lambda x: ops.conv(x, K, padding="same", dilation_rate=(2, 3)),
    "conv in groups": lambda x: ops.conv(x, K[:, :, :2]),
    "conv, half": lambda x: ops.conv(ops.cast(x, "bfloat16"), K.astype("float16")),
    "depthwise": lambda x: ops.depthwise_conv(x, K[..., :2], strides=(1, 1)),
    "batch normalisation": lambda x: ops.batch_normalization(
        ops.cast(x, "int32"), np.zeros(4, "float32"), np.ones(4, "float32"), -1
    ),
    "relu": lambda x: keras.activations.relu(x, 0.1, 6.0),
    "relu of whole numbers": lambda x: keras.activations.relu(
        ops.cast(x, "int32"), 0.5, 6.0
    ),
    "softmax": lambda x: ops.softmax(x, 1),
    "cast": lambda x: ops.cast(x, "bool"),
    "two types": lambda x: ops.add(ops.cast(x, "int8"), ops.cast(x, "float16")),
    "several results": lambda x: ops.split(x, 2, 2)[1],
    "known sizes": lambda x: ops.reshape(x, (ops.shape(x)[1], -1)),
    "a condition": lambda x: Turned()(x),
}


@pytest.mark.parametrize("case", CASES)
def test_shapes_and_types_are_those_of_numbers(case):
    given = np.ones((5, 8, 6, 4), "float32")
    made = CASES[case](ops.convert_to_tensor(given))
    foreseen = CASES[case](keras.KerasTensor(given.shape))
    assert tuple(foreseen.shape) == made.shape
    assert foreseen.dtype == made.dtype


def test_channels_first():
    x = keras.KerasTensor((None, 4, 8, None))
    y = ops.conv(x, K, padding="same", strides=(2, 1), data_format="channels_first")
    assert tuple(y.shape) == (None, 6, 4, None)


def test_a_network_is_built_without_a_trace(monkeypatch):
    def trace(*_):
        raise AssertionError("traced")

    monkeypatch.setattr(symbolic, "abstract", trace)
    layers = keras.layers
    inputs = keras.Input((16, 16, 3))
    x = layers.ZeroPadding2D(1)(inputs)
    x = layers.Conv2D(8, 3, strides=2, use_bias=False)(x)
    x = layers.ReLU(6.0)(layers.BatchNormalization()(x))
    x = layers.Add()([layers.DepthwiseConv2D(3, padding="same")(x), x])
    x = layers.MaxPooling2D()(layers.Dropout(0.2)(x))
    x = layers.Dense(3, activation="softmax")(layers.GlobalAveragePooling2D()(x))
    assert keras.Model(inputs, x).output_shape == (None, 3)


def test_an_outcome_is_looked_at_once(monkeypatch):
    looked = []
    look = expected._looked_at
    monkeypatch.setattr(
        expected, "_looked_at", lambda op, raw: looked.append(op.name) or look(op, raw)
    )
    for _ in range(2):
        ops.cumsum(keras.KerasTensor((11, 13)), axis=1)
    ops.cumsum(keras.KerasTensor((11, 13)), axis=0)
    ops.cumsum(keras.KerasTensor((11, 13), "int32"), axis=0)
    assert looked == ["cumsum"] * 3


@pytest.mark.parametrize(
    "ask", [bool, np.asarray, len, list, int, float, lambda x: x[0], lambda x: x == 1]
)
def test_what_asks_for_a_value_is_left_to_a_trace(ask):
    with pytest.raises(TypeError, match="no value"):
        ask(_jax.Expected((3,), "float32"))


RULES = [name for name, op in sorted(OPS.items()) if op.spec in (like_first, like_both)]


@pytest.mark.parametrize("dtype", ["float32", "bfloat16", "int32", "complex64"])
def test_rules_say_what_the_functions_return(dtype):
    assert len(RULES) > 50
    given = [jax.ShapeDtypeStruct(shape, dtype) for shape in ((2, 1, 3), (4, 1))]
    for name in RULES:
        op = OPS[name]
        raw = given[: len(op._tensors)]
        if name == "batch_normalization":
            raw = [given[0], *[jax.ShapeDtypeStruct((3,), dtype)] * 2, -1]
        rest = {"relu_general": (0.1, 6.0, 0.0)}.get(name, ())
        spec = op.spec(*raw, *rest)
        if spec is not None:
            tensors = [x for x in raw if not isinstance(x, int)]
            static = [*[x for x in raw if isinstance(x, int)], *rest]
            found = jax.eval_shape(lambda *a: op.fn(*a, *static), *tensors)  # noqa: B023
            assert (found.shape, found.dtype) == (tuple(spec[0]), spec[1]), name
