"""Names, messages and policies of activations, initializers and their kin."""

from __future__ import annotations

import numpy as np
import pytest

from addax import keras

GETTERS = [
    (keras.activations, "rellu", "relu", "activation"),
    (keras.initializers, "glorot_unifrom", "glorot_uniform", "initializer"),
    (keras.regularizers, "l11", "l1", "regularizer"),
    (keras.constraints, "max_nrom", "max_norm", "constraint"),
]


@pytest.mark.parametrize("module, wrong, right, kind", GETTERS)
def test_a_wrong_name_is_answered_with_the_right_one(module, wrong, right, kind):
    with pytest.raises(ValueError, match=f"not the name of an? {kind}.*") as error:
        module.get(wrong)
    assert f"Did you mean {right!r}?" in str(error.value)
    assert f"Received: {kind}={wrong!r}" in str(error.value)


@pytest.mark.parametrize("module, wrong, right, kind", GETTERS)
def test_what_is_neither_name_nor_object_is_refused(module, wrong, right, kind):
    with pytest.raises(ValueError, match=f"This is not an? {kind}"):
        module.get(3)


def test_classes_configurations_and_functions_are_found():
    assert isinstance(
        keras.initializers.get(keras.initializers.Ones), keras.Initializer
    )
    made = keras.initializers.get({"class_name": "HeNormal", "config": {"seed": 3}})
    assert made.seed == 3
    double = lambda shape, dtype=None: np.full(shape, 2, dtype)
    assert keras.initializers.get(double) is double
    assert keras.activations.get(None) is keras.activations.linear
    assert keras.regularizers.get(None) is None
    assert (
        float(keras.initializers.get(np.array([1.0, 2.0]))((3, 2)).numpy().sum()) == 9
    )


def test_initializers_work_in_layers():
    layer = keras.layers.Dense(2, kernel_initializer=np.eye(2), bias_initializer="ones")
    np.testing.assert_allclose(layer(np.eye(2, dtype="float32")).numpy(), np.eye(2) + 1)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda: keras.initializers.VarianceScaling(-1), "`scale` must be positive"),
        (lambda: keras.initializers.VarianceScaling(mode="fan"), "`mode` is one of"),
        (
            lambda: keras.initializers.VarianceScaling(distribution="x"),
            "`distribution` is one of",
        ),
        (lambda: keras.initializers.HeNormal(seed="a"), "A seed is a whole number"),
        (lambda: keras.initializers.Orthogonal()((3,)), "needs at least two axes"),
        (lambda: keras.initializers.Identity()((2, 3, 4)), "Only a matrix can start"),
        (lambda: keras.regularizers.L2(-0.1), "`l2` must be a finite number"),
        (lambda: keras.regularizers.L1(float("nan")), "`l1` must be a finite number"),
        (
            lambda: keras.regularizers.OrthogonalRegularizer(mode="x"),
            "`mode` is 'rows' or 'columns'",
        ),
        (
            lambda: keras.regularizers.OrthogonalRegularizer()(np.zeros(3)),
            "needs a matrix",
        ),
        (lambda: keras.DTypePolicy("mixed_float61"), "no such dtype policy"),
        (lambda: keras.dtype_policies.get(3.5), "neither a dtype policy nor a type"),
        (lambda: keras.random.normal((2,), dtype="int32"), "floating numbers only"),
        (lambda: keras.random.randint((2,), 0, 5, "float32"), "draws whole numbers"),
        (lambda: keras.random.categorical(np.zeros(3), 2), r"shape \(batch, classes\)"),
    ],
)
def test_mistakes_are_explained(make, message):
    with pytest.raises((ValueError, TypeError), match=message) as error:
        make()
    assert "Received: " in str(error.value)


def test_policies():
    policy = keras.DTypePolicy("mixed_float16")
    assert (policy.compute_dtype, policy.variable_dtype) == ("float16", "float32")
    assert keras.DTypePolicy("bfloat16").variable_dtype == "bfloat16"
    assert keras.dtype_policies.get("float64") == keras.DTypePolicy("float64")
    again = keras.dtype_policies.deserialize(keras.dtype_policies.serialize(policy))
    assert again == policy
    assert repr(policy) == '<DTypePolicy "mixed_float16">'


@pytest.fixture
def mixed():
    keras.mixed_precision.set_global_policy("mixed_bfloat16")
    yield
    keras.mixed_precision.set_global_policy(None)


def test_the_global_policy_reaches_layers(mixed):
    layer = keras.layers.Dense(2)
    out = layer(np.ones((1, 3), "float32"))
    assert out.dtype == "bfloat16"
    assert layer.kernel.dtype == "float32"
    assert keras.layers.Dense(2, dtype="float32")(np.ones((1, 3))).dtype == "float32"


def test_a_map_of_policies():
    policies = keras.dtype_policies.DTypePolicyMap("float32")
    policies["encoder/.*"] = "float16"
    policies["decoder"] = "bfloat16"
    assert policies["encoder/dense"].name == "float16"
    assert policies["decoder"].name == "bfloat16"
    assert policies["decoder/dense"].name == "float32"
    policies["encoder/d.*"] = "float64"
    with pytest.raises(ValueError, match="More than one pattern"):
        policies["encoder/dense"]
    again = keras.dtype_policies.deserialize(keras.dtype_policies.serialize(policies))
    assert dict(again) == dict(policies)


def test_sparsemax_is_a_distribution_with_zeros():
    # Keras on JAX does not give one: its rows do not add up to 1.
    x = np.random.default_rng(0).normal(size=(5, 6)).astype("float32") * 3
    found = keras.activations.sparsemax(x).numpy()
    np.testing.assert_allclose(found.sum(-1), 1, rtol=1e-6)
    assert (found == 0).any()
    for row, out in zip(x, found, strict=True):  # the shift is the same where positive
        shifts = (row - out)[out > 0]
        np.testing.assert_allclose(shifts, shifts[0], rtol=1e-5)
        assert (row[out == 0] <= shifts[0] + 1e-6).all()
