"""Layers against the real Keras: outputs, gradients, weights and configurations.

Each row is a constructor call as code, for both, and the shapes of its inputs.
"""

from __future__ import annotations

import json
from typing import Any, NamedTuple

import jax
import keras as oracle
import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, convert


class Case(NamedTuple):
    code: str
    shapes: Any  # one shape, or a list of them
    training: bool = False
    dtype: str = "float32"

    def __str__(self) -> str:
        return f"{self.code} {self.shapes}{' training' if self.training else ''}"


SEQ, IMG, VOL = (2, 7, 3), (2, 8, 7, 3), (2, 6, 5, 5, 2)
FIRST = (2, 3, 8, 7)

CASES = [
    Case("Dense(4)", (2, 3)),
    Case("Dense(4, activation='tanh', use_bias=False)", (2, 5, 3)),
    Case(
        "Dense(3, kernel_regularizer='l2', bias_regularizer='l1', "
        "kernel_constraint='max_norm', activity_regularizer='l2')",
        (2, 3),
    ),
    Case("Dense(2, kernel_initializer='he_normal', bias_initializer='ones')", (4, 3)),
    Case("EinsumDense('ab,bc->ac', 4, bias_axes='c')", (2, 3)),
    Case("EinsumDense('abc,cde->abde', (None, 2, 4), bias_axes='de')", SEQ),
    Case("EinsumDense('abc,cd->abd', (None, 4), activation='relu')", SEQ),
    Case("EinsumDense('...x,xy->...y', 4, bias_axes='y')", SEQ),
    Case("EinsumDense('abde,dec->abc', (None, 4), bias_axes='c')", IMG),
    Case("Activation('relu')", SEQ),
    Case("Activation('softmax')", SEQ),
    Case("Activation('gelu')", SEQ),
    Case("ReLU()", SEQ),
    Case("ReLU(max_value=0.5, negative_slope=0.1, threshold=0.2)", SEQ),
    Case("LeakyReLU()", SEQ),
    Case("LeakyReLU(negative_slope=0.1)", SEQ),
    Case("ELU(alpha=0.5)", SEQ),
    Case("PReLU(alpha_initializer='random_normal')", IMG),
    Case("PReLU(shared_axes=[1, 2], alpha_initializer='ones')", IMG),
    Case("Softmax()", SEQ),
    Case("Softmax(axis=1)", SEQ),
    Case("Softmax(axis=(1, 2))", SEQ),
    Case("Dropout(0.5)", SEQ),
    Case("GaussianNoise(0.3, seed=3)", SEQ, training=True),
    Case("GaussianDropout(0.3, seed=3)", SEQ, training=True),
    Case("AlphaDropout(0.5)", SEQ),
    Case("SpatialDropout2D(0.5)", IMG),
    Case("ActivityRegularization(0.1, 0.2)", SEQ),
    Case("Flatten()", IMG),
    Case("Flatten('channels_first')", IMG),
    Case("Flatten()", (3,)),
    Case("Reshape((3, 7))", SEQ),
    Case("Reshape((-1,))", SEQ),
    Case("Reshape((7, -1, 1))", SEQ),
    Case("Permute((2, 1))", SEQ),
    Case("RepeatVector(3)", (2, 4)),
    Case("ZeroPadding1D((1, 2))", SEQ),
    Case("ZeroPadding2D()", IMG),
    Case("ZeroPadding2D(((1, 2), (0, 3)))", IMG),
    Case("ZeroPadding2D((1, 2), data_format='channels_first')", FIRST),
    Case("ZeroPadding3D(1)", VOL),
    Case("Cropping1D((1, 2))", SEQ),
    Case("Cropping2D(((1, 2), (0, 3)))", IMG),
    Case("Cropping2D(1, data_format='channels_first')", FIRST),
    Case("Cropping3D(1)", VOL),
    Case("UpSampling1D(3)", SEQ),
    Case("UpSampling2D((2, 3))", IMG),
    Case("UpSampling2D(2, interpolation='bilinear')", IMG),
    Case("UpSampling2D(2, data_format='channels_first')", FIRST),
    Case("UpSampling3D(2)", VOL),
    Case("Conv1D(4, 3)", SEQ),
    Case("Conv1D(4, 3, padding='causal', dilation_rate=2, activation='relu')", SEQ),
    Case("Conv1D(6, 3, strides=2, padding='same', groups=3)", SEQ),
    Case("Conv2D(4, 3)", IMG),
    Case("Conv2D(4, (3, 2), strides=2, padding='same', activation='relu')", IMG),
    Case("Conv2D(4, 3, use_bias=False, dilation_rate=2)", IMG),
    Case("Conv2D(4, 3, data_format='channels_first', padding='SAME')", FIRST),
    Case("Conv2D(4, 3, kernel_regularizer='l2', bias_initializer='ones')", IMG),
    Case("Conv3D(3, 2, strides=(1, 2, 1))", VOL),
    Case("Conv1DTranspose(4, 3, strides=2)", SEQ),
    Case("Conv2DTranspose(4, 3, strides=2, padding='same')", IMG),
    Case("Conv2DTranspose(4, 3, strides=2, padding='same', output_padding=1)", IMG),
    Case("Conv2DTranspose(4, 2, data_format='channels_first')", FIRST),
    Case("Conv3DTranspose(3, 2, strides=2)", VOL),
    Case("DepthwiseConv1D(3)", SEQ),
    Case("DepthwiseConv2D(3, depth_multiplier=2, padding='same')", IMG),
    Case("DepthwiseConv2D(3, strides=2)", IMG),
    Case("SeparableConv1D(4, 3)", SEQ),
    Case("SeparableConv2D(4, 3, depth_multiplier=2, activation='relu')", IMG),
    Case("MaxPooling1D()", SEQ),
    Case("MaxPooling1D(3, strides=1, padding='same')", SEQ),
    Case("MaxPooling2D()", IMG),
    Case("MaxPooling2D(3, strides=2)", IMG),
    Case("MaxPooling2D((2, 3), padding='same')", IMG),
    Case("MaxPooling2D(2, data_format='channels_first')", FIRST),
    Case("MaxPooling3D(2)", VOL),
    Case("AveragePooling1D(2)", SEQ),
    Case("AveragePooling2D(3, strides=2, padding='same')", IMG),
    Case("AveragePooling2D(2)", IMG),
    Case("AveragePooling3D(2)", VOL),
    Case("GlobalMaxPooling1D()", SEQ),
    Case("GlobalMaxPooling2D(keepdims=True)", IMG),
    Case("GlobalMaxPooling3D()", VOL),
    Case("GlobalAveragePooling1D()", SEQ),
    Case("GlobalAveragePooling1D('channels_first')", SEQ),
    Case("GlobalAveragePooling2D('channels_first')", FIRST),
    Case("GlobalAveragePooling3D(keepdims=True)", VOL),
    Case("BatchNormalization()", SEQ),
    Case("BatchNormalization()", IMG, training=True),
    Case("BatchNormalization(axis=1, momentum=0.5)", FIRST, training=True),
    Case("BatchNormalization(center=False, scale=False)", (8, 3), training=True),
    Case("BatchNormalization(epsilon=0.1, trainable=False)", (8, 3), training=True),
    Case("LayerNormalization()", SEQ),
    Case("LayerNormalization(axis=[1, 2], epsilon=1e-2)", SEQ),
    Case("LayerNormalization(axis=1, center=False)", IMG),
    Case("LayerNormalization(rms_scaling=True)", SEQ),
    Case("RMSNormalization()", SEQ),
    Case("GroupNormalization(3)", (2, 5, 4, 6)),
    Case("GroupNormalization(-1)", IMG),
    Case("GroupNormalization(1, axis=1)", FIRST),
    Case("UnitNormalization()", SEQ),
    Case("UnitNormalization(axis=(1, 2))", SEQ),
    Case("Embedding(10, 4)", (2, 5), dtype="int32"),
    Case("Embedding(10, 4, mask_zero=True)", (2, 5), dtype="int64"),
    Case("Masking(0.5)", SEQ),
    Case("Identity()", SEQ),
    Case("Rescaling(0.5, offset=1.0)", SEQ),
    Case("Rescaling([0.5, 1.0, 2.0])", IMG),
    Case("Rescaling(1 / 255)", IMG, dtype="uint8"),
    Case("Concatenate()", [(2, 3), (2, 4)]),
    Case("Concatenate(axis=1)", [SEQ, (2, 2, 3)]),
    Case("Add()", [SEQ, SEQ, SEQ]),
    Case("Add()", [(2, 1, 3), SEQ]),
    Case("Subtract()", [SEQ, SEQ]),
    Case("Multiply()", [SEQ, (2, 1, 1)]),
    Case("Average()", [SEQ, SEQ, SEQ]),
    Case("Maximum()", [SEQ, SEQ]),
    Case("Minimum()", [SEQ, SEQ]),
    Case("LSTM(3)", SEQ),
    Case("LSTM(3, return_sequences=True, go_backwards=True, use_bias=False)", SEQ),
    Case("LSTM(3, activation='relu', recurrent_activation='hard_sigmoid')", SEQ),
    Case("LSTM(3, unroll=True, unit_forget_bias=False)", SEQ),
    Case("GRU(3)", SEQ),
    Case("GRU(3, reset_after=False, return_sequences=True)", SEQ),
    Case("GRU(3, use_bias=False)", SEQ),
    Case("SimpleRNN(3, return_sequences=True)", SEQ),
    Case("SimpleRNN(3, activation='relu', go_backwards=True)", SEQ),
    Case("RNN(keras.layers.LSTMCell(3))", SEQ),
    Case("RNN([keras.layers.LSTMCell(3), keras.layers.GRUCell(4)])", SEQ),
    Case("Bidirectional(keras.layers.LSTM(3))", SEQ),
    Case("Bidirectional(keras.layers.GRU(3, return_sequences=True), 'sum')", SEQ),
    Case("Bidirectional(keras.layers.SimpleRNN(2), merge_mode='ave')", SEQ),
    Case("TimeDistributed(keras.layers.Dense(4, activation='tanh'))", SEQ),
    Case("TimeDistributed(keras.layers.Conv2D(4, 3))", (2, 3, 6, 5, 2)),
    Case("Dot(1)", [(2, 3), (2, 3)]),
    Case("Dot((1, 2))", [SEQ, (2, 4, 7)]),
    Case("Dot(-1, normalize=True)", [SEQ, (2, 4, 3)]),
]


def _inputs(case: Case, rng: np.random.Generator) -> list[np.ndarray]:
    shapes = case.shapes if isinstance(case.shapes, list) else [case.shapes]
    if case.dtype == "float32":
        return [rng.normal(size=s).astype("float32") for s in shapes]
    return [rng.integers(0, 10, size=s).astype(case.dtype) for s in shapes]


def _plain(config: dict[str, Any]) -> dict[str, Any]:
    """A configuration as JSON keeps it, without what carries no meaning."""
    config = json.loads(
        json.dumps(config), parse_float=lambda text: round(float(text), 6)
    )
    return _nameless(config)


def _nameless(config: Any) -> Any:
    """Without names, which are numbered as the tests happen to run, and `None`."""
    if isinstance(config, list):
        return [_nameless(each) for each in config]
    if not isinstance(config, dict):
        return config
    # Whether Keras writes what is not set differs from layer to layer
    rest = {k: v for k, v in config.items() if v is not None and k not in _SKIPPED}
    return {k: _nameless(v) for k, v in rest.items()}


_SKIPPED = ("name", "build_config")


@pytest.mark.parametrize("case", CASES, ids=str)
@pytest.mark.filterwarnings("ignore:You passed `rms_scaling:UserWarning")
def test_layer(case: Case) -> None:
    rng = np.random.default_rng(len(case.code))
    theirs = eval(f"keras.layers.{case.code}", {"keras": oracle})
    ours = eval(f"keras.layers.{case.code}", {"keras": keras})
    assert _plain(ours.get_config()) == _plain(theirs.get_config())

    xs = _inputs(case, rng)
    several = isinstance(case.shapes, list)
    shapes = [x.shape for x in xs]
    theirs.build(shapes if several else shapes[0])
    ours.build(shapes if several else shapes[0])
    _same_weights(ours, theirs, rng)

    tensors = [convert(x) for x in xs]
    given = tensors if several else tensors[0]
    with GradientTape() as tape:
        tape.watch([t for t in tensors if t.dtype.is_floating])
        output = _call(ours, given, case)
        total = sum(ours.losses, keras.ops.sum(output))
        score = keras.ops.sum(output * output) + total
    expected, gradients = _oracle(theirs, xs, several, case)

    np.testing.assert_allclose(output.numpy(), expected, rtol=1e-5, atol=2e-6)
    assert output.dtype.name == expected.dtype.name
    sources = [t for t in tensors if t.dtype.is_floating] + ours.trainable_variables
    for found, wanted in zip(tape.gradient(score, sources), gradients, strict=True):
        np.testing.assert_allclose(_dense(found), wanted, rtol=2e-4, atol=2e-5)
    for mine, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(mine.numpy(), np.asarray(other), rtol=1e-5)
    symbolic = [keras.Input(batch_shape=s, dtype=case.dtype) for s in shapes]
    assert tuple(ours(symbolic if several else symbolic[0]).shape) == output.shape


def _same_weights(ours: Any, theirs: Any, rng: np.random.Generator) -> None:
    assert [w.name for w in ours.weights] == [w.name for w in theirs.weights]
    assert [w.trainable for w in ours.weights] == [w.trainable for w in theirs.weights]
    assert [tuple(w.shape) for w in ours.weights] == [w.shape for w in theirs.weights]
    for mine, other in zip(ours.weights, theirs.weights, strict=True):
        value = rng.normal(size=other.shape).astype("float32")
        value = np.abs(value) + 0.1 if "variance" in other.name else value
        mine.assign(value)
        other.assign(value)


def _call(layer: Any, given: Any, case: Case) -> Any:
    return layer(given, training=True) if case.training else layer(given)


def _oracle(theirs: Any, xs: list[Any], several: bool, case: Case) -> tuple[Any, Any]:
    """The real layer's outputs, and gradients for floating inputs and weights."""
    floating = [x for x in xs if x.dtype == "float32"]

    def run(inputs: Any, weights: Any) -> tuple[Any, Any]:
        filled = iter(inputs)
        given = [next(filled) if x.dtype == "float32" else x for x in xs]
        state = list(zip(theirs.trainable_variables, weights, strict=True))
        with oracle.StatelessScope(state, collect_losses=True):
            output = _call(theirs, given if several else given[0], case)
            losses = theirs.losses  # those of the scope among them
        total = sum(losses, oracle.ops.sum(output))
        return oracle.ops.sum(output * output) + total, output

    weights = [w.value for w in theirs.trainable_variables]
    (_, output), gradients = jax.value_and_grad(run, (0, 1), has_aux=True)(
        floating, weights
    )
    _call(theirs, xs if several else xs[0], case)  # so that statistics move
    return np.asarray(output), [np.asarray(g) for group in gradients for g in group]


def _dense(gradient: Any) -> Any:
    return 0.0 if gradient is None else gradient.numpy()
