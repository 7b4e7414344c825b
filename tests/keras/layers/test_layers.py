"""What the oracle table of layers does not show: masks, noise, types, mistakes."""

from __future__ import annotations

import numpy as np
import pytest

from addax import keras

layers = keras.layers
X = np.arange(24, dtype="float32").reshape(2, 3, 4)


def test_every_public_name_is_there():
    for name in dir(layers):
        assert getattr(layers, name) is not None
    assert layers.MaxPool2D is layers.MaxPooling2D
    assert layers.Convolution2D is layers.Conv2D


# Masks


def test_embedding_masks_zeros_and_pooling_skips_them():
    numbers = np.array([[1, 2, 0, 0], [3, 0, 0, 0]])
    layer = layers.Embedding(5, 3, mask_zero=True)
    vectors = layer(numbers)
    np.testing.assert_array_equal(vectors._keras_mask.numpy(), numbers != 0)
    found = layers.GlobalAveragePooling1D()(vectors).numpy()
    table = layer.embeddings.numpy()
    np.testing.assert_allclose(found, [(table[1] + table[2]) / 2, table[3]], rtol=1e-6)


def test_masks_pass_through_dense_dropout_and_activations():
    model = keras.Sequential(
        [layers.Masking(0.0), layers.Dense(3), layers.Dropout(0.5), layers.ReLU()]
    )
    x = np.array([[[1.0, 2.0], [0.0, 0.0]]], "float32")
    assert model(x)._keras_mask.numpy().tolist() == [[True, False]]


def test_merging_joins_masks():
    a, b = np.array([[1, 0, 2]]), np.array([[0, 0, 3]])
    first = layers.Embedding(4, 2, mask_zero=True)(a)
    second = layers.Embedding(4, 2, mask_zero=True)(b)
    both = layers.Add()([first, second])._keras_mask.numpy()
    assert both.tolist() == [[True, False, True]]
    side_by_side = layers.Concatenate()([first, second])._keras_mask.numpy()
    assert side_by_side.tolist() == [[True, False, True]]
    in_a_row = layers.Concatenate(axis=1)([first, second])._keras_mask.numpy()
    assert in_a_row.tolist() == [[True, False, True, False, False, True]]
    unmasked = layers.Embedding(4, 2)(b)
    assert getattr(layers.Add()([first, unmasked]), "_keras_mask", None) is None
    beside = layers.Concatenate()([first, unmasked])._keras_mask.numpy()
    assert beside.tolist() == [[True, True, True]]


def test_softmax_gives_nothing_to_what_is_masked():
    mask = np.array([[True, False, True]])
    found = layers.Softmax()(np.zeros((1, 3), "float32"), mask=mask).numpy()
    np.testing.assert_allclose(found, [[0.5, 0.0, 0.5]], atol=1e-6)


def test_batch_normalization_leaves_masked_steps_out():
    x = np.array([[[1.0], [3.0], [100.0]]], "float32")
    mask = np.array([[True, True, False]])
    layer = layers.BatchNormalization(momentum=0.0)
    layer(x, training=True, mask=mask)
    np.testing.assert_allclose(layer.moving_mean.numpy(), [2.0], rtol=1e-5)
    np.testing.assert_allclose(layer.moving_variance.numpy(), [1.0], rtol=1e-5)


# Noise


NOISY = [
    layers.Dropout(0.5, seed=1),
    layers.SpatialDropout1D(0.5, seed=1),
    layers.GaussianNoise(1.0, seed=1),
    layers.GaussianDropout(0.5, seed=1),
    layers.AlphaDropout(0.5, seed=1),
]


@pytest.mark.parametrize("layer", NOISY, ids=lambda layer: type(layer).__name__)
def test_noise_comes_with_training_only_and_anew_each_time(layer):
    np.testing.assert_array_equal(layer(X).numpy(), X)
    first, second = layer(X, training=True).numpy(), layer(X, training=True).numpy()
    assert not np.array_equal(first, X)
    assert not np.array_equal(first, second)
    again = type(layer).from_config(layer.get_config())
    np.testing.assert_array_equal(again(X, training=True).numpy(), first)


def test_spatial_dropout_drops_whole_channels():
    x = np.ones((3, 10, 8), "float32")
    found = layers.SpatialDropout1D(0.5, seed=2)(x, training=True).numpy()
    assert (found == found[:, :1]).all()
    assert set(np.unique(found)) == {0.0, 2.0}


def test_alpha_dropout_keeps_mean_and_variance():
    x = np.random.default_rng(0).normal(size=(200, 200)).astype("float32")
    found = layers.AlphaDropout(0.3, seed=3)(x, training=True).numpy()
    assert found.mean() == pytest.approx(0, abs=0.02)
    assert found.std() == pytest.approx(1, abs=0.02)


# Types


@pytest.mark.parametrize("policy", ["mixed_float16", "mixed_bfloat16", "float64"])
@pytest.mark.parametrize(
    "make, shape",
    [
        (lambda **k: layers.Dense(2, **k), (2, 3)),
        (lambda **k: layers.Conv2D(2, 3, **k), (1, 5, 5, 2)),
        (lambda **k: layers.BatchNormalization(**k), (4, 3)),
        (lambda **k: layers.LayerNormalization(**k), (4, 3)),
        (lambda **k: layers.PReLU(**k), (4, 3)),
        (lambda **k: layers.MaxPooling2D(**k), (1, 4, 4, 2)),
        (lambda **k: layers.Dropout(0.5, **k), (4, 3)),
        (lambda **k: layers.Rescaling(2.0, **k), (4, 3)),
    ],
)
def test_layers_compute_in_the_policy_s_type(make, shape, policy):
    layer = make(dtype=policy)
    x = np.random.default_rng(0).normal(size=shape).astype("float32")
    found = layer(x, training=True)
    assert found.dtype.name == layer.dtype_policy.compute_dtype
    for weight in layer.weights:
        assert weight.dtype.name == layer.dtype_policy.variable_dtype
    expected = make()
    expected(x)
    expected.set_weights(layer.get_weights())
    if not isinstance(layer, layers.Dropout):
        np.testing.assert_allclose(
            found.numpy().astype("float32"),
            expected(x, training=True).numpy(),
            atol=0.05,
            rtol=0.05,
        )


def test_embedding_takes_floats_and_half_precision_keeps_them_exact():
    layer = layers.Embedding(5000, 2, dtype="mixed_float16")
    numbers = np.array([4097.0], "float32")  # float16 cannot tell it from 4096
    found = layer(numbers)
    assert found.dtype == "float16"
    np.testing.assert_allclose(
        found.numpy()[0], layer.embeddings.numpy()[4097], rtol=1e-3
    )


# Keras 2


def test_the_older_spellings_work():
    assert layers.LeakyReLU(alpha=0.1).negative_slope == 0.1
    model = keras.Sequential(
        [layers.Embedding(10, 4, input_length=5), layers.Flatten(), layers.Dense(1)]
    )
    assert model.output_shape == (None, 1)
    model = keras.Sequential([layers.Dense(2, input_dim=3)])
    assert model.input_shape == (None, 3)
    matrix = np.ones((10, 4), "float32")
    layer = layers.Embedding(10, 4, weights=[matrix])
    np.testing.assert_array_equal(layer.get_weights()[0], matrix)


def test_merge_functions():
    a, b = keras.Input((3,)), keras.Input((3,))
    for fn, expected in [
        (layers.add, 7.0),
        (layers.subtract, -1.0),
        (layers.multiply, 12.0),
        (layers.average, 3.5),
        (layers.maximum, 4.0),
        (layers.minimum, 3.0),
    ]:
        model = keras.Model([a, b], fn([a, b]))
        x = np.ones((1, 3), "float32")
        assert model([3 * x, 4 * x]).numpy()[0, 0] == expected
    assert layers.concatenate([a, b]).shape == (None, 6)
    assert layers.dot([a, b], axes=1).shape == (None, 1)


# Configurations


def test_lambda_goes_through_its_configuration():
    @keras.saving.register_keras_serializable("tests")
    def doubled(x):
        return x * 2

    layer = layers.Lambda(doubled, arguments={})
    again = layers.deserialize(layers.serialize(layer))
    np.testing.assert_array_equal(again(X).numpy(), X * 2)
    lambdas = layers.serialize(layers.Lambda(lambda x: x + 1))
    with pytest.raises(ValueError, match="holds a lambda"):
        layers.deserialize(lambdas)


def test_lambda_passes_on_what_its_function_takes():
    layer = layers.Lambda(lambda x, training, k: x * k if training else x,
                          arguments={"k": 3.0})  # fmt: skip
    assert layer(X[0, 0], training=True).numpy()[1] == 3.0
    assert layers.Lambda(lambda x: x, output_shape=(4,))(keras.Input((4,))).shape == (
        None,
        4,
    )


# Mistakes


MISTAKES = [
    (lambda: layers.Dense(0), "`units` must be a positive whole number"),
    (lambda: layers.Dense("4"), "`units` must be a positive whole number"),
    (
        lambda: layers.Dense(2)(keras.Input((None,))),
        "needs to know the size of",
    ),
    (lambda: layers.Dense(2, quantization_config=4), "does not support quantization"),
    (lambda: layers.Conv2D(-1, 3), "`filters` must be a positive"),
    (lambda: layers.Conv2D(3, (1, 2, 3)), "`kernel_size` must be one positive whole"),
    (
        lambda: layers.Conv2D(3, 3, padding="smae"),
        "`padding` is one of 'valid'",
    ),
    (lambda: layers.Conv2D(3, 3, padding="causal"), "`padding` is one of"),
    (lambda: layers.Conv2D(3, 3, strides=2, dilation_rate=2), "strides or dilation"),
    (lambda: layers.Conv2D(3, 3, groups=2), "must divide evenly into the groups"),
    (
        lambda: layers.Conv2D(4, 3, groups=2)(np.zeros((1, 5, 5, 3))),
        "channels must divide evenly",
    ),
    (lambda: layers.Conv2D(3, 3, data_format="last"), "`data_format` is"),
    (lambda: layers.Conv2D(3, 3)(np.zeros((28, 28))), "does not fit"),
    (lambda: layers.MaxPooling2D(0), "`pool_size` must be one positive"),
    (lambda: layers.MaxPooling2D(padding="x"), "`padding` is 'valid' or 'same'"),
    (lambda: layers.Dropout(1.5), "`rate` is a part of the inputs"),
    (lambda: layers.GaussianNoise(-1), "`stddev` must be at least 0"),
    (lambda: layers.Reshape((3, 5))(X), "cannot bring 12 numbers a sample into"),
    (lambda: layers.Permute((0, 1)), "`dims` is an order of the axes"),
    (lambda: layers.RepeatVector(0), "`n` must be a positive"),
    (lambda: layers.ZeroPadding2D((1, 2, 3)), "`padding` is a number, or a number or"),
    (lambda: layers.Cropping1D(2)(X), "would crop away everything"),
    (lambda: layers.UpSampling2D(interpolation="liner"), "`interpolation` is one of"),
    (lambda: layers.ReLU(-1), "`max_value` must be a number, at least 0"),
    (lambda: layers.Add()(X), "takes a list of tensors"),
    (lambda: layers.Add()([X, X[:, :2]]), "cannot combine inputs of these shapes"),
    (lambda: layers.Subtract()([X, X, X]), "Subtract takes two tensors"),
    (lambda: layers.Concatenate(axis=1)([X, X[..., :2]]), "cannot join these shapes"),
    (lambda: layers.Dot(1)([X, X[:, :2]]), "Dot needs axes of one size"),
    (lambda: layers.Dot("a"), "`axes` is an axis or a pair"),
    (lambda: layers.GroupNormalization(3)(X), "channels must divide evenly"),
    (lambda: layers.Embedding(3, 2, weights=[X]), "has another shape than the layer"),
    (lambda: layers.Lambda(3), "Lambda needs a function"),
    (lambda: layers.EinsumDense("ab->b", 3)(X), "no einsum equation"),
    (lambda: layers.EinsumDense("abc,cd->abd", 3, bias_axes="z")(X), "axes that the"),
    (lambda: layers.Activation("rellu"), "Did you mean 'relu'"),
]


@pytest.mark.parametrize("make, message", MISTAKES)
def test_mistakes_are_explained(make, message):
    with pytest.raises(
        (ValueError, TypeError, NotImplementedError), match=message
    ) as error:
        make()
    assert "Received: " in str(error.value)
