"""`keras.tree` and the policies of quantized layers against the real Keras."""

from __future__ import annotations

from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras

NEST = {"b": [(1, 2), {"x": None}], "a": 3}


@pytest.mark.parametrize(
    "code",
    [
        "flatten(NEST)",
        "pack_sequence_as(NEST, ['a', 1, 2, 'x'])",
        "map_structure(lambda v: v and v * 2, NEST)",
        "map_structure(lambda v: v * 2, NEST, none_is_leaf=False)",
        "map_structure_up_to({'b': [0, 0], 'a': 0}, str, NEST)",
        "map_shape_structure(lambda s: len(s), {'a': (None, 3), 'b': [(2,), ()]})",
        "lists_to_tuples(NEST)",
        "is_nested(NEST), is_nested(3), is_nested(())",
        "assert_same_paths([0, (1,)], (2, [3]))",
        "traverse(lambda v: 'P' if isinstance(v, tuple) else None, NEST)",
        "traverse(lambda v: v if v == 1 else None, NEST, False)",
        "traverse(lambda v: MAP_TO_NONE if v == 3 else None, NEST)",
    ],
)
def test_tree(code: str) -> None:
    found, expected = (
        eval(code, {**vars(module.tree), "NEST": NEST}) for module in (keras, oracle)
    )
    assert found == expected
    assert repr(found) == repr(expected)


@pytest.mark.parametrize(
    "code",
    [
        "assert_same_paths([0, 1], [0, [1]])",
        "assert_same_structure([0, 1], [0, [1]])",
        "pack_sequence_as([0, 1], [1])",
        "map_structure_up_to([0, [0]], str, [1, 2])",
        "map_structure(3, [1])",
    ],
)
def test_tree_mistakes(code: str) -> None:
    for module in (keras, oracle):
        with pytest.raises((ValueError, TypeError), match=r"."):
            eval(code, dict(vars(module.tree)))


def _policy(make: Any) -> Any:
    policy = make()
    return (
        type(policy).__name__, policy.name, policy.compute_dtype, policy.variable_dtype,
        policy.quantization_mode, policy.get_config(),
    )  # fmt: skip


@pytest.mark.parametrize(
    "code",
    [
        "get('int8_from_mixed_bfloat16')",
        "get('float8_from_float32')",
        "get('int4/64_from_float32')",
        "get('gptq/4/-1_from_float32')",
        "AWQDTypePolicy('awq/4/128', 'float32')",
        "QuantizedDTypePolicy('int4')",
        "QuantizedFloat8DTypePolicy('float8', 'mixed_float16', 512)",
    ],
)
def test_quantized_policies(code: str) -> None:
    ours, theirs = (
        _policy(lambda m=module: eval(code, dict(vars(m.dtype_policies))))
        for module in (keras, oracle)
    )
    assert ours == theirs
    policies = keras.dtype_policies
    policy = eval(code, dict(vars(policies)))
    assert policies.deserialize(policies.serialize(policy)) == policy


def test_calls_on_other_values() -> None:
    x = np.random.default_rng(0).normal(size=(6, 3)).astype("float32")
    results = []
    for module in (keras, oracle):
        layers = module.layers
        dense = layers.Dense(2, kernel_regularizer="l2", kernel_initializer="ones")
        model = module.Sequential([module.Input((3,)), dense])
        model.add(layers.BatchNormalization())
        trained = [np.asarray(v) * 2 for v in model.trainable_variables]
        kept = [np.asarray(v) for v in model.non_trainable_variables]
        outputs, new, losses = model.stateless_call(
            trained, kept, x, training=True, return_losses=True
        )
        results.append([outputs, *new, *losses])
        assert float(np.asarray(model.trainable_variables[0])[0, 0]) == 1.0
    for found, expected in zip(*results, strict=True):
        np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


@pytest.mark.parametrize(
    "code, message",
    [
        ("QuantizedDTypePolicy('int9')", "A mode of QuantizedDTypePolicy is int8"),
        ("QuantizedDTypePolicy('int8', 'float16')", "do not go with float16"),
        ("GPTQDTypePolicy('gptq')", "is gptq/<bits>/<group size>"),
        ("AWQDTypePolicy('awq/8/32')", "Weights have 4 bits"),
        ("get('int8_from_float31')", "Did you mean 'float32'"),
    ],
)
def test_policies_explain_mistakes(code: str, message: str) -> None:
    with pytest.raises(ValueError, match=message):
        eval(code, dict(vars(keras.dtype_policies)))
