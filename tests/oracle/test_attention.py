"""Attention layers against the real Keras: masks, weights, several axes, files."""

from __future__ import annotations

from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras
from tests.oracle.layer_cases import Case, check_layer, same_weights

Q, V = (2, 4, 6), (2, 5, 6)
QUERY_MASK = "np.array([[1, 1, 0, 1], [1, 0, 0, 0]], bool)"
VALUE_MASK = "np.array([[1, 0, 1, 1, 0], [0, 1, 1, 1, 1]], bool)"
LIST = f"mask=[{QUERY_MASK}, {VALUE_MASK}]"
MASKS = f"query_mask={QUERY_MASK}, value_mask={VALUE_MASK}"
# Keras's MultiHeadAttention heeds a mask that its query carries, but not one that is
# given as `query_mask`; a layer of addax heeds both.
VALUES = f"value_mask={VALUE_MASK}"
SHOW, CAUSAL = "return_attention_scores=True", "use_causal_mask=True"
SEEN = "attention_mask=np.tril(np.ones((2, 4, 5), 'int32'), 1)"


def _heads(code: str, call: str = "", shapes: Any = (Q, V)) -> Case:
    return Case(code, list(shapes), call=call, apart=True)


CASES = [
    Case("Attention()", [Q, V]),
    Case("Attention(use_scale=True)", [Q, V, V], call=f"{LIST}, {SHOW}, {CAUSAL}"),
    Case("Attention(score_mode='concat')", [Q, V], call=LIST),
    Case("Attention(True, 'concat', 0.5, seed=1)", [Q, V, V], call=SHOW),
    Case("AdditiveAttention()", [Q, V], call=f"{LIST}, {SHOW}"),
    Case("AdditiveAttention(use_scale=False)", [Q, V, V], call=CAUSAL),
    _heads("MultiHeadAttention(2, 3)"),
    _heads(
        "MultiHeadAttention(2, 3, value_dim=5, output_shape=7)", f"{VALUES}, {SHOW}"
    ),
    _heads("MultiHeadAttention(2, 3, use_bias=False)", f"{SEEN}, {CAUSAL}"),
    _heads(
        "MultiHeadAttention(2, 3, dropout=0.5, seed=1, kernel_regularizer='l2', "
        "activity_regularizer='l2', bias_initializer='ones')",
        f"{VALUES}, {SHOW}",
        (Q, V, V),
    ),
    _heads("MultiHeadAttention(1, 3, use_gate=True, sliding_window=2)", CAUSAL),
    _heads(
        "MultiHeadAttention(2, 3, attention_axes=(2, 3), output_shape=(2, 4))",
        "attention_mask=np.ones((2, 3, 2, 4, 2, 5), bool)",
        ((2, 3, 2, 4, 6), (2, 3, 2, 5, 6)),
    ),
    _heads("MultiHeadAttention(2, 3, attention_axes=2)", SHOW, ((2, 3, 4, 6),) * 2),
    _heads("GroupQueryAttention(3, 4, 2)", MASKS),
    _heads("GroupQueryAttention(3, 2, 1, use_gate=True)", f"{MASKS}, {SHOW}"),
    _heads("GroupQueryAttention(3, 2, 2, sliding_window=2)", f"{CAUSAL}, {SEEN}"),
]


@pytest.mark.parametrize("case", CASES, ids=str)
def test_layer(case: Case) -> None:
    check_layer(case, rtol=3e-5, atol=5e-6, slack=200)


def _block(module: Any) -> Any:
    """Embedded words attend to each other, then to their own mean."""
    layers = module.layers
    words = module.Input((6,), dtype="int32")
    x = layers.Embedding(9, 4, mask_zero=True)(words)
    x = x + layers.MultiHeadAttention(2, 4, dropout=0.1)(x, x, use_causal_mask=True)
    x = layers.LayerNormalization()(x)
    x = layers.GroupQueryAttention(4, 2, 1)(query=x, value=x, key=x)
    x = layers.Attention(use_scale=True)([x, x])
    return module.Model(words, layers.GlobalAveragePooling1D()(x))


@pytest.mark.parametrize("policy", ["float32", "mixed_bfloat16"])
def test_masks_pass_through_models_and_files(policy: str, tmp_path: Any) -> None:
    words = np.array([[1, 2, 3, 0, 0, 0], [4, 5, 6, 7, 8, 0]])
    before = keras.config.dtype_policy().name
    for module in (keras, oracle):
        module.config.set_dtype_policy(policy)
    try:
        ours, theirs = _block(keras), _block(oracle)
        same_weights(ours, theirs, np.random.default_rng(0))
        expected = theirs.predict(words, verbose=0)
        tolerance = 1e-5 if policy == "float32" else 0.05
        found = ours.predict(words, verbose=0)
        np.testing.assert_allclose(found, expected, tolerance, tolerance)
        theirs.save(tmp_path / "theirs.keras")
        ours.save(tmp_path / "ours.keras")
        for load, name in ((keras, "theirs"), (oracle, "ours")):
            model = load.models.load_model(tmp_path / f"{name}.keras")
            again = model.predict(words, verbose=0)
            np.testing.assert_allclose(again, expected, tolerance, tolerance)
    finally:
        for module in (keras, oracle):
            module.config.set_dtype_policy(before)


@pytest.mark.parametrize("merge", ["Add", "Maximum", "Concatenate"])
def test_masks_beside_an_attention(merge: str) -> None:
    """What a mean sees of the masks behind a block of attention.

    In a second block Keras 3.15 has lost them: MultiHeadAttention takes the masks of
    its inputs away for whoever uses them next. Here they stay.
    """
    words = np.array([[1, 2, 3, 0, 0], [4, 5, 6, 7, 0]])
    models = []
    for module in (keras, oracle):
        layers = module.layers
        i = module.Input((5,), dtype="int32")
        x = layers.Embedding(9, 4, mask_zero=True)(i)
        x = getattr(layers, merge)()([x, layers.MultiHeadAttention(2, 4)(x, x)])
        x = layers.Dense(3)(x)
        models.append(module.Model(i, layers.GlobalAveragePooling1D()(x)))
    same_weights(models[0], models[1], np.random.default_rng(0))
    found, expected = (model.predict(words, verbose=0) for model in models)
    np.testing.assert_allclose(found, expected, rtol=1e-4, atol=1e-5)


def test_dropout_of_weights_in_training_only() -> None:
    layer = keras.layers.MultiHeadAttention(2, 3, dropout=0.5, seed=1)
    x = np.ones((1, 8, 4), "float32")
    quiet = layer(x, x).numpy()
    np.testing.assert_array_equal(layer(x, x).numpy(), quiet)
    first, second = (layer(x, x, training=True).numpy() for _ in range(2))
    assert not np.array_equal(first, quiet)
    assert not np.array_equal(first, second)


@pytest.mark.parametrize(
    "make, message",
    [
        (lambda L, x: L.Attention(score_mode="dots"), "Did you mean 'dot'"),
        (lambda L, x: L.Attention()(x), "is called on a list"),
        (lambda L, x: L.Attention()([x, x], mask=[None]), "takes a list of masks"),
        (lambda L, x: L.MultiHeadAttention(0, 3), "`num_heads` must be a positive"),
        (lambda L, x: L.MultiHeadAttention(2, 3, dropout=3), "`dropout` is a part"),
        (lambda L, x: L.MultiHeadAttention(2, 3, attention_axes="x"), "whole number"),
        (lambda L, x: L.MultiHeadAttention(2, 3)(x, x, x[:, :1]), "the same places"),
        (
            lambda L, x: L.MultiHeadAttention(2, 3, dropout=0.1, flash_attention=True),
            "Flash attention has no dropout",
        ),
        (lambda L, x: L.GroupQueryAttention(4, 3, 2), "must divide evenly"),
    ],
)
def test_mistakes_are_explained(make: Any, message: str) -> None:
    with pytest.raises(ValueError, match=message) as error:
        make(keras.layers, np.ones((2, 4, 3), "float32"))
    assert "Received: " in str(error.value)
