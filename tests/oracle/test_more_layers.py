"""Adaptive pools, convolutional LSTMs, spectra and the like against the real Keras."""

from __future__ import annotations

from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras
from addax.core import convert, function
from tests.oracle.layer_cases import Case, check_layer, same_weights

SEQ, IMG, VOL = (2, 7, 3), (2, 8, 7, 3), (2, 6, 5, 5, 2)
FIRST = (2, 3, 8, 7)
FILM = (2, 3, 5, 4, 2)
SOUND = (2, 60, 2)
FRAMES = "frame_length=8, frame_step=4"
CLIP = "renorm_clipping={'rmin': 0.5, 'rmax': 1.5, 'dmax': 0.3}"

CASES = [
    Case("AdaptiveAveragePooling2D((2, 3))", IMG),
    Case("AdaptiveAveragePooling3D(2)", VOL),
    Case("AdaptiveMaxPooling1D(4, data_format='channels_first')", SEQ),
    Case("AdaptiveMaxPooling3D((1, 2, 3))", VOL),
    Case("BatchNormalization(renorm=True, momentum=0.7)", (8, 3), training=True),
    Case(f"BatchNormalization(renorm=True, {CLIP})", (8, 3), training=True),
    Case(f"BatchNormalization(1, scale=False, renorm=True, {CLIP})", FIRST, True),
    Case("ReversibleEmbedding(9, 4)", (2, 5), dtype="int32"),
    Case("ReversibleEmbedding(9, 3, mask_zero=True)", SEQ, call="reverse=True"),
    Case(
        "ReversibleEmbedding(9, 3, False, logit_soft_cap=2.0, reverse_dtype='float32')",
        SEQ,
        call="reverse=True",
    ),
    Case("SpectralNormalization(keras.layers.Dense(4))", (5, 3)),
    Case("ConvLSTM1D(3, 3)", (2, 3, 7, 2)),
    Case("ConvLSTM1D(3, 2, dilation_rate=2, data_format='channels_first', "
         "return_sequences=True)", (2, 3, 2, 7)),
    Case("ConvLSTM2D(2, 3, padding='same', return_state=True)", FILM),
    Case("ConvLSTM2D(2, 2, strides=2, go_backwards=True, return_sequences=True, "
         "unit_forget_bias=False)", FILM),
    Case("ConvLSTM2D(2, (2, 3), data_format='channels_first', activation='relu', "
         "recurrent_activation='hard_sigmoid', use_bias=False, return_state=True)",
         (2, 3, 2, 5, 4)),
    Case("ConvLSTM3D(2, 2)", (2, 2, 3, 3, 3, 2)),
    Case(f"STFTSpectrogram('log', {FRAMES}, window='blackman')", SOUND),
    Case(f"STFTSpectrogram('psd', {FRAMES}, fft_length=16, periodic=True)", SOUND),
    Case(f"STFTSpectrogram('imag', {FRAMES}, padding='same', scaling='spectrum', "
         "trainable=False)", SOUND),
    Case("STFTSpectrogram('angle', 8, expand_dims=True, scaling=None)", SOUND),
    Case(f"STFTSpectrogram('stft', {FRAMES}, expand_dims=True, window='hamming', "
         "data_format='channels_first')", (2, 2, 60)),
    Case("MelSpectrogram(16, 4, sampling_rate=100, num_mel_bins=5, min_freq=2.0)",
         (2, 60)),
    Case("MelSpectrogram(16, 4, 12, 'hamming', 100, 5, 2.0, 40, False, mag_exp=1.0)",
         (60,)),
    Case("Conv3DTranspose(2, 2, 2, 'same', 'channels_last', None, activation='tanh', "
         "use_bias=False, kernel_initializer='ones')", VOL),
]  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=str)
def test_layer(case: Case) -> None:
    sound = "Spectrogram" in case.code  # phases jump where numbers are near 0
    check_layer(case, *((1e-4, 2e-4, 50) if sound else (2e-5, 5e-6, 40)))


def test_spectral_normalization_while_training() -> None:
    rng, x = np.random.default_rng(0), np.ones((1, 6, 6, 2), "float32")
    pair = []
    for module in (keras, oracle):
        inner = module.layers.Conv2D(3, 2)
        layer = module.layers.SpectralNormalization(inner, power_iterations=2)
        layer.build(x.shape)
        pair.append(layer)
    ours, theirs = pair
    same_weights(ours, theirs, rng)
    for _ in range(3):
        expected = np.asarray(theirs(x, training=True))
        np.testing.assert_allclose(ours(x, training=True), expected, 1e-4, 1e-5)
    np.testing.assert_allclose(ours(x), theirs(x), rtol=1e-4, atol=1e-5)
    for mine, other in zip(ours.weights, theirs.weights, strict=True):
        np.testing.assert_allclose(mine, np.asarray(other), rtol=1e-4, atol=1e-5)


def test_convolutional_states_are_kept_and_given() -> None:
    x = np.random.default_rng(0).normal(size=FILM).astype("float32")
    pair = []
    for module in (keras, oracle):
        layer = module.layers.ConvLSTM2D(2, 3, stateful=True, return_state=True)
        layer.build(FILM)
        pair.append(layer)
    ours, theirs = pair
    same_weights(ours, theirs, np.random.default_rng(1))
    for _ in range(2):
        for mine, other in zip(ours(x), theirs(x), strict=True):
            np.testing.assert_allclose(mine, other, rtol=1e-5, atol=1e-6)
    ours.reset_state()
    first = ours(x)
    given = [np.zeros(first[1].shape, "float32") for _ in range(2)]
    np.testing.assert_allclose(first[0], ours(x, initial_state=given)[0], rtol=1e-6)


def test_the_rectifier_with_a_threshold_that_keras_2_had() -> None:
    x = np.linspace(-2, 2, 9, dtype="float32")[None]
    layer = keras.layers.ThresholdedReLU(theta=0.5)
    np.testing.assert_array_equal(layer(x), oracle.layers.ReLU(threshold=0.5)(x))
    assert keras.layers.ThresholdedReLU.from_config(layer.get_config()).theta == 0.5


def test_masked_steps_of_films_are_skipped() -> None:
    """The real layer cannot broadcast such a mask (Keras 3.15.1, on JAX)."""
    x = np.random.default_rng(0).normal(size=FILM).astype("float32")
    layer = keras.layers.ConvLSTM2D(2, 3, padding="same", return_sequences=True)
    mask = np.array([[True, False, True]] * 2)
    found = layer(x, mask=mask).numpy()
    shown = layer(x[:, [0, 2]]).numpy()
    np.testing.assert_allclose(found, shown[:, [0, 0, 1]], rtol=1e-5, atol=1e-6)


def test_convolutional_dropout_and_unknown_sizes() -> None:
    layer = keras.layers.ConvLSTM2D(2, 3, dropout=0.3, recurrent_dropout=0.3, seed=1)
    x = np.ones(FILM, "float32")
    quiet = layer(x).numpy()
    first, second = (layer(x, training=True).numpy() for _ in range(2))
    assert not np.array_equal(first, second)
    compiled = function(lambda x: layer(x))(convert(x))
    np.testing.assert_allclose(compiled, quiet, rtol=1e-5, atol=1e-6)
    model = keras.Sequential([keras.Input((None, None, None, 2)), layer])
    assert model.output_shape == (None, None, None, 2)
    np.testing.assert_allclose(model(x), quiet, rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda L: L.STFTSpectrogram("logs"), "Did you mean 'log'"),
        (lambda L: L.STFTSpectrogram(frame_length=8, frame_step=9), "at most 8"),
        (lambda L: L.STFTSpectrogram(frame_length=8, fft_length=4), "at least 8"),
        (lambda L: L.STFTSpectrogram(window="hans"), "There is no such window"),
        (lambda L: L.MelSpectrogram(8, sequence_length=9), "must not be longer"),
        (lambda L: L.ConvLSTM2D(2, 3, 2, dilation_rate=2), "not both"),
        (lambda L: L.ConvLSTM2D(2, 3, padding="causal"), "`padding` is one of"),
        (
            lambda L: L.BatchNormalization(renorm=True, renorm_clipping={"max": 2}),
            "has the keys 'rmin'",
        ),
        (lambda L: L.SpectralNormalization(L.ReLU(), 0), "`power_iterations` must be"),
    ],
)
def test_mistakes_are_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        make(keras.layers)
    assert "Received: " in str(error.value)
