"""Activations, initializers, regularizers, constraints and random numbers.

Each row is an expression that the real Keras evaluates as well; seeds are the same.
"""

from __future__ import annotations

import json
from typing import Any

import jax
import keras as oracle
import numpy as np
import pytest

from addax import keras
from addax.core import GradientTape, convert

# -7 to 7, with the corners at which functions change
GRID = np.sort(np.concatenate([np.linspace(-7, 7, 57), [-0.5, 0.5, -2.5, 2.5]])).astype(
    "float32"
)

ACTIVATIONS = [
    "celu", "elu", "exponential", "gelu", "hard_shrink", "hard_sigmoid", "hard_silu",
    "hard_swish", "hard_tanh", "leaky_relu", "linear", "log_sigmoid", "log_softmax",
    "mish", "relu", "relu6", "selu", "sigmoid", "silu", "soft_shrink", "softmax",
    "softplus", "softsign", "sparse_plus", "sparse_sigmoid", "squareplus", "swish",
    "tanh", "tanh_shrink",
]  # fmt: skip
CALLS = [
    *(f"{name}(x)" for name in ACTIVATIONS),
    "relu(x, negative_slope=0.1)",
    "relu(x, max_value=3.0)",
    "relu(x, threshold=1.0)",
    "relu(x, negative_slope=0.5, max_value=2.0, threshold=0.5)",
    "gelu(x, approximate=True)",
    "elu(x, alpha=0.3)",
    "leaky_relu(x, negative_slope=0.3)",
    "threshold(x, 0.5, 2.0)",
    "squareplus(x, b=2)",
    "celu(x, alpha=2.0)",
]


@pytest.mark.parametrize("code", CALLS)
def test_activation(code: str) -> None:
    def run(module: Any, x: Any) -> Any:
        return eval(f"module.activations.{code}", {"module": module, "x": x})

    x = convert(GRID)
    with GradientTape() as tape:
        tape.watch(x)
        found = run(keras, x)
    expected, pull = jax.vjp(lambda x: run(oracle, x), jax.numpy.asarray(GRID))
    np.testing.assert_allclose(
        found.numpy(), np.asarray(expected), rtol=1e-5, atol=1e-6
    )
    # Weights, since the plain sum of a softmax has no gradient
    weights = np.linspace(1, 2, len(GRID)).astype("float32")
    slope = tape.gradient(found, x, output_gradients=convert(weights))
    np.testing.assert_allclose(
        slope.numpy(), np.asarray(pull(weights)[0]), rtol=1e-4, atol=1e-5
    )


@pytest.mark.parametrize("name", ACTIVATIONS)
def test_activations_are_found_and_saved_by_name(name: str) -> None:
    assert keras.activations.get(name) is getattr(keras.activations, name)
    assert keras.activations.serialize(
        keras.activations.get(name)
    ) == oracle.activations.serialize(oracle.activations.get(name))


INITIALIZERS = [
    "Zeros()", "Ones()", "Constant(2.5)", "Identity(gain=2.0)", "Orthogonal(seed=3)",
    "Orthogonal(gain=2.0, seed=4)", "RandomNormal(seed=1)",
    "RandomNormal(mean=1.0, stddev=2.0, seed=2)", "RandomUniform(seed=1)",
    "RandomUniform(minval=0.0, maxval=9.0, seed=2)", "TruncatedNormal(seed=1)",
    "TruncatedNormal(mean=1.0, stddev=0.5, seed=5)", "GlorotNormal(seed=1)",
    "GlorotUniform(seed=1)", "HeNormal(seed=1)", "HeUniform(seed=1)",
    "LecunNormal(seed=1)", "LecunUniform(seed=123456789)",
    "VarianceScaling(seed=1)", "VarianceScaling(2.0, 'fan_out', 'uniform', seed=1)",
    "VarianceScaling(0.5, 'fan_avg', 'untruncated_normal', seed=1)",
    "VarianceScaling(seed=1, input_axes=[0], output_axes=[1])",
]  # fmt: skip


@pytest.mark.parametrize("shape", [(), (5,), (4, 3), (3, 4), (3, 3, 2, 5)], ids=str)
@pytest.mark.parametrize("code", INITIALIZERS)
def test_initializer(code: str, shape: tuple[int, ...]) -> None:
    ours, theirs = (
        eval(f"module.initializers.{code}", {"module": module})
        for module in (keras, oracle)
    )
    try:
        expected = np.asarray(theirs(shape))
    except (ValueError, IndexError):
        with pytest.raises((ValueError, IndexError)):
            ours(shape)
        return
    found = ours(shape)
    assert found.dtype == "float32"
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-5, atol=1e-6)
    if "Identity" not in code:  # whose gain Keras forgets
        assert _plain(ours) == _plain(theirs)
    again = keras.initializers.deserialize(keras.initializers.serialize(ours))
    np.testing.assert_array_equal(again(shape).numpy(), found.numpy())


def _plain(obj: Any) -> Any:
    config = json.loads(json.dumps(obj.get_config()))
    return {
        k: pytest.approx(v, rel=1e-6) if isinstance(v, float) else v
        for k, v in config.items()
    }


def test_initializers_without_a_seed_follow_the_global_one() -> None:
    drawn = []
    for module in (keras, oracle, keras):
        module.utils.set_random_seed(7)
        first, second = (module.initializers.GlorotUniform() for _ in range(2))
        drawn.append(np.asarray([first((3, 2)), first((3, 2)), second((3, 2))]))
    np.testing.assert_allclose(drawn[0], drawn[1], rtol=1e-6)
    np.testing.assert_array_equal(drawn[0], drawn[2])
    assert np.array_equal(drawn[0][0], drawn[0][1])  # one initializer repeats itself
    assert not np.array_equal(drawn[0][0], drawn[0][2])


def test_an_initializer_with_a_generator_draws_anew_each_time() -> None:
    for module in (keras, oracle):
        generator = module.random.SeedGenerator(3)
        initializer = module.initializers.HeUniform(seed=generator)
        first, second = np.asarray(initializer((4,))), np.asarray(initializer((4,)))
        assert not np.array_equal(first, second)
        if module is keras:
            expected = first, second
    np.testing.assert_allclose(expected, (first, second), rtol=1e-6)


W = np.random.default_rng(0).normal(size=(3, 4)).astype("float32")
WEIGHT_FUNCTIONS = [
    "regularizers.L1(0.1)", "regularizers.L2(0.1)", "regularizers.L1L2(0.1, 0.2)",
    "regularizers.L1L2()", "regularizers.l1_l2(l1=0.3)",
    "regularizers.OrthogonalRegularizer(0.1)",
    "regularizers.OrthogonalRegularizer(0.1, mode='columns')",
    "constraints.MaxNorm(1.0)", "constraints.MaxNorm(1.0, axis=1)",
    "constraints.MinMaxNorm(0.5, 1.0, rate=0.3)", "constraints.NonNeg()",
    "constraints.UnitNorm()", "constraints.UnitNorm(axis=[0, 1])",
]  # fmt: skip


@pytest.mark.parametrize("code", WEIGHT_FUNCTIONS)
def test_functions_of_weights(code: str) -> None:
    ours, theirs = (
        eval(f"module.{code}", {"module": module}) for module in (keras, oracle)
    )
    x = convert(W)
    with GradientTape() as tape:
        tape.watch(x)
        found = ours(x)
    expected, pull = jax.vjp(theirs, jax.numpy.asarray(W))
    np.testing.assert_allclose(found.numpy(), np.asarray(expected), rtol=1e-5)
    slope = tape.gradient(found, x, unconnected_gradients="zero")
    wanted = pull(jax.numpy.ones_like(expected))[0]
    np.testing.assert_allclose(slope.numpy(), np.asarray(wanted), rtol=1e-4, atol=1e-6)
    assert _plain(ours) == _plain(theirs)


RANDOM = [
    "normal((3, 2), seed=5)", "normal((3, 2), 1.0, 2.0, seed=5)",
    "uniform((3, 2), seed=5)", "uniform((4,), -1.0, 3.0, seed=9)",
    "truncated_normal((6,), seed=5)", "randint((8,), 0, 10, seed=5)",
    "randint((8,), -3, 100, seed=1)", "categorical(LOGITS, 5, seed=5)",
    "shuffle(ROWS[:, 0], seed=5)",
    "gamma((3,), 2.0, seed=5)", "beta((3,), 1.0, 2.0, seed=5)",
    "binomial((3,), 4.0, 0.5, seed=5)", "normal((2,), dtype='float16', seed=3)",
]  # fmt: skip


@pytest.mark.parametrize("code", RANDOM)
def test_random(code: str) -> None:
    names = {"LOGITS": np.log([[0.1, 0.9], [0.5, 0.5]]).astype("float32")}
    names["ROWS"] = np.arange(12, dtype="float32").reshape(4, 3)
    found, expected = (
        np.asarray(eval(f"module.random.{code}", {"module": module, **names}))
        for module in (keras, oracle)
    )
    assert found.dtype == expected.dtype
    np.testing.assert_allclose(found, expected, rtol=1e-5)


def test_generators_advance_as_those_of_keras_do() -> None:
    ours, theirs = keras.random.SeedGenerator(11), oracle.random.SeedGenerator(11)
    for _ in range(3):
        np.testing.assert_allclose(
            np.asarray(keras.random.uniform((4,), seed=ours)),
            np.asarray(oracle.random.uniform((4,), seed=theirs)),
            rtol=1e-6,
        )


@pytest.mark.parametrize("rate", [0.1, 0.5, 0.9])
def test_dropout_drops_the_part_it_should(rate: float) -> None:
    x = np.ones((400, 500), "float32")
    found = keras.random.dropout(x, rate, seed=3).numpy()
    assert (found == 0).mean() == pytest.approx(rate, abs=0.005)
    np.testing.assert_allclose(found[found != 0], 1 / (1 - rate), rtol=1e-6)
    again = keras.random.dropout(x, rate, seed=3).numpy()
    np.testing.assert_array_equal(found, again)


def test_dropout_masks_are_independent() -> None:
    # Neighbouring elements, seeds and steps must not resemble each other.
    generator = keras.random.SeedGenerator(1)
    x = np.ones(1 << 16, "float32")
    masks = [keras.random.dropout(x, 0.5, seed=generator).numpy() > 0 for _ in range(4)]
    masks += [keras.random.dropout(x, 0.5, seed=s).numpy() > 0 for s in range(4)]
    masks += [np.roll(masks[0], shift) for shift in (1, 2, 256, 4096)]
    agreement = np.corrcoef(np.array(masks, "float64")) - np.eye(len(masks))
    agreement[0, 5] = agreement[5, 0] = 0  # seed 1 is the generator's first
    assert np.abs(agreement).max() < 5 / 256  # five deviations of 2**16 fair coins


def test_dropout_shares_masks_along_axes_of_size_1() -> None:
    x = np.ones((4, 5, 6), "float32")
    found = keras.random.dropout(x, 0.5, noise_shape=(None, 1, 6), seed=2).numpy()
    assert (found == found[:, :1]).all()
    assert 0 < found.mean() < 2


def test_shuffle_keeps_rows_whole() -> None:
    rows = np.arange(20, dtype="float32").reshape(10, 2)
    found = keras.random.shuffle(rows, seed=5).numpy()
    assert not np.array_equal(found, rows)
    np.testing.assert_array_equal(found[found[:, 0].argsort()], rows)
