"""`keras.backend` as Keras 2 had it, against NumPy and `keras.ops`."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from addax import keras
from addax.core import convert, function
from addax.keras import backend as K

RNG = np.random.default_rng(0)
A, B = RNG.normal(size=(2, 4, 3, 5)).astype("float32")
IMG = RNG.normal(size=(2, 6, 5, 3)).astype("float32")
BITS = np.array([[1.0, 0.0, 1.0]], "float32")
CHANCES = np.array([[0.9, 0.2, 0.4]], "float32")


def _soft(x: Any) -> Any:
    e = np.exp(x - x.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


TABLE = [
    (lambda: K.argmax(A), A.argmax(-1)),
    (lambda: K.argmin(A, axis=0), A.argmin(0)),
    (lambda: K.cumsum(A), A.cumsum(0)),
    (lambda: K.cumprod(A, 1), A.cumprod(1)),
    (lambda: K.maximum(x=A, y=B), np.maximum(A, B)),
    (lambda: K.pow(x=A, a=2), A**2),
    (lambda: K.reverse(A, axes=1), A[:, ::-1]),
    (lambda: K.permute_dimensions(A, (0, 2, 1)), A.transpose(0, 2, 1)),
    (lambda: K.tile(A, n=(1, 2, 1)), np.tile(A, (1, 2, 1))),
    (lambda: K.expand_dims(A), A[..., None]),
    (lambda: K.one_hot(indices=[0, 2], num_classes=3), np.eye(3)[[0, 2]]),
    (lambda: K.dot(A, B[0].T), A @ B[0].T),
    (lambda: K.batch_dot(A, B, axes=2), np.einsum("bij,bkj->bik", A, B)),
    (lambda: K.batch_dot(A[:, 0], B[:, 0], axes=1), (A * B)[:, 0].sum(1)[:, None]),
    (lambda: K.arange(2, 8, 2), [2, 4, 6]),
    (lambda: K.eye((2, 3)), np.eye(2, 3)),
    (lambda: K.hard_sigmoid([-3.0, 0.0, 1.0]), [0, 0.5, 0.7]),
    (lambda: K.relu([-2.0, 1.0, 9.0], alpha=0.5, max_value=6), [-1, 1, 6]),
    (lambda: K.repeat(A[0], 2), np.repeat(A[0][:, None], 2, 1)),
    (lambda: K.repeat_elements(A, 2, axis=1), np.repeat(A, 2, 1)),
    (lambda: K.switch(True, A, lambda: B), A),
    (lambda: K.switch([True, False, True, False], A, B),
     np.where(np.array([1, 0, 1, 0])[:, None, None], A, B)),
    (lambda: K.in_top_k([[0.1, 0.9], [0.8, 0.2]], [1, 1], 1), [True, False]),
    (lambda: K.shape(A), (4, 3, 5)),
    (lambda: K.cast_to_floatx(np.arange(3)), [0.0, 1.0, 2.0]),
    (lambda: K.bias_add(IMG, [1.0, 2.0, 3.0]), IMG + np.arange(1.0, 4.0)),
    (lambda: K.bias_add(IMG, np.arange(6.0), "channels_first"),
     IMG + np.arange(6.0)[:, None, None]),
    (lambda: K.temporal_padding(A, (1, 2)), np.pad(A, ((0, 0), (1, 2), (0, 0)))),
    (lambda: K.spatial_2d_padding(IMG), np.pad(IMG, ((0, 0), (1, 1), (1, 1), (0, 0)))),
    (lambda: K.resize_images(IMG, 2, 3, "channels_last"),
     IMG.repeat(2, 1).repeat(3, 2)),
    (lambda: K.resize_volumes(IMG[None], 1, 2, 1, "channels_last"),
     IMG[None].repeat(2, 2)),
    (lambda: K.pool2d(IMG, (2, 2), (2, 2), pool_mode="avg"),
     IMG[:, :, :4].reshape(2, 3, 2, 2, 2, 3).mean((2, 4))),
    (lambda: K.batch_normalization(IMG, [1.0] * 3, [4.0] * 3, [5.0] * 3, [2.0] * 3,
                                   epsilon=0.0), IMG + 4),
    (lambda: K.l2_normalize(A, -1), A / np.linalg.norm(A, axis=-1, keepdims=True)),
    (lambda: K.binary_crossentropy(BITS, CHANCES),
     -np.log([[0.9, 0.8, 0.4]])),
    (lambda: K.binary_focal_crossentropy(BITS, CHANCES),
     -np.log([[0.9, 0.8, 0.4]]) * np.array([[0.1, 0.2, 0.6]]) ** 2),
    (lambda: K.categorical_focal_crossentropy(BITS, CHANCES, alpha=1.0, gamma=0.0),
     -np.log(CHANCES / CHANCES.sum())[:, [0, 2]].sum(-1)),
    (lambda: K.sparse_categorical_crossentropy([0, 7], A[0][:2], True, -1, 7),
     [-np.log(_soft(A[0][0]))[0], 0]),
    (lambda: K.map_fn(lambda v: v * 2, A), A * 2),
    (lambda: K.foldl(lambda a, v: a + v, A), A.sum(0)),
    (lambda: K.foldr(lambda a, v: a * 0.5 + v, A, np.zeros((3, 5), "float32")),
     A[0] + A[1] / 2 + A[2] / 4 + A[3] / 8),
    (lambda: [K.get_uid("x" * 9), K.get_uid("x" * 9)], [1, 2]),
    (lambda: [K.is_float_dtype("bfloat16"), K.is_int_dtype("bool")], [True, False]),
]  # fmt: skip


@pytest.mark.parametrize("make, expected", TABLE, ids=map(str, range(len(TABLE))))
def test_values(make: Any, expected: Any) -> None:
    found = np.asarray(make())
    assert found.shape == np.shape(expected)
    np.testing.assert_allclose(found, expected, rtol=1e-5, atol=1e-6)


def test_convolutions_follow_keras_ops() -> None:
    kernel = RNG.normal(size=(3, 2, 3, 4)).astype("float32")
    options = {"strides": (2, 1), "padding": "same"}
    found = K.conv2d(x=IMG, kernel=kernel, **options)
    np.testing.assert_allclose(found, keras.ops.conv(IMG, kernel, **options), rtol=1e-6)
    for shape in ((2, 13, 6, 3), (2, 14, 6, 3)):
        y = RNG.normal(size=(2, 6, 5, 4)).astype("float32")
        wide = K.conv2d_transpose(y, kernel, shape, strides=(2, 1))
        assert wide.shape == shape
    thin = K.depthwise_conv2d(IMG, kernel[..., :1])
    assert thin.shape == (2, 4, 4, 3)
    assert K.separable_conv2d(IMG, kernel[..., :1], kernel[:1, :1]).shape[-1] == 4


@pytest.mark.parametrize("compiled", [False, True])
def test_rnn(compiled: bool) -> None:
    def step(x: Any, states: Any) -> Any:
        h = states[0] * 0.5 + x * states[1]
        return h, [h]

    def run(x: Any) -> Any:
        return K.rnn(step, x, [np.zeros((4, 5), "float32")], constants=[2.0])

    last, outputs, states = (function(run) if compiled else run)(convert(A))
    expected = A[:, 0] * 0.5 + A[:, 1] * 1.0 + A[:, 2] * 2.0
    np.testing.assert_allclose(last, expected, rtol=1e-5)
    np.testing.assert_allclose(states[0], expected, rtol=1e-5)
    assert outputs.shape == A.shape


def test_ctc() -> None:
    chances = _soft(RNG.normal(size=(2, 6, 4))).astype("float32")
    labels, lengths = np.array([[0, 2], [1, 0]]), np.array([[2], [1]])
    steps = np.array([[6], [5]])
    found = K.ctc_batch_cost(labels, chances, steps, lengths)
    expected = keras.ops.ctc_loss(
        labels, np.log(chances + 1e-7), lengths[:, 0], steps[:, 0], 3
    )
    np.testing.assert_allclose(found, np.asarray(expected)[:, None], rtol=1e-5)
    for greedy in (True, False):
        decoded, scores = K.ctc_decode(chances, steps[:, 0], greedy, 5)
        assert decoded[0].shape == (2, 6)
        assert scores.shape == (2, 1)
    sparse = K.ctc_label_dense_to_sparse(labels, lengths[:, 0])
    assert K.is_sparse(sparse)
    assert K.to_dense(sparse).numpy().tolist() == [[0, 2], [1, 0]]
    assert sparse.indices.shape == (3, 2)


def test_variables_and_random_numbers() -> None:
    v = K.variable([1.0, 2.0])
    K.moving_average_update(v, [3.0, 4.0], 0.5)
    assert K.get_value(v).tolist() == [2.0, 3.0]
    assert set(K.random_bernoulli((50,), 0.5).numpy()) == {0.0, 1.0}
    assert K.random_normal_variable((3,), 0, 1).shape == (3,)
    assert np.abs(K.truncated_normal((500,))).max() <= 2
    with pytest.raises(RuntimeError, match="GradientTape"):
        K.gradients(v, [v])


def test_function_runs_a_part_of_a_model() -> None:
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(3, name="first"),
            keras.layers.Dense(1),
        ]
    )
    x = np.ones((2, 2), "float32")
    first = model.get_layer("first")
    (hidden,) = keras.backend.function([model.input], [first.output])([x])
    np.testing.assert_allclose(hidden, first(x).numpy(), rtol=1e-6)
    whole = keras.backend.function(model.input, model.output)
    np.testing.assert_allclose(whole(x), model(x).numpy(), rtol=1e-6)
    np.testing.assert_allclose(whole([x]), whole(x))
    with pytest.raises(ValueError, match="takes no updates"):
        keras.backend.function([model.input], [model.output], updates=[1])
