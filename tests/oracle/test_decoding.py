"""`ctc_decode`, `vectorize` and the sub-name-spaces of `keras.ops` against Keras."""

from __future__ import annotations

from typing import Any

import keras as oracle
import numpy as np
import pytest

from addax import keras
from addax.core import convert, function

LOGITS = 2 * np.random.default_rng(0).normal(size=(3, 7, 4)).astype("float32")
LENGTHS = np.array([7, 4, 1])


@pytest.mark.parametrize(
    "options",
    [
        {},
        {"merge_repeated": False, "mask_index": 3},
        {"strategy": "beam_search", "beam_width": 5, "top_paths": 2},
        {"strategy": "beam_search", "top_paths": 3, "mask_index": 3},
    ],
    ids=str,
)
def test_ctc_decode(options: dict[str, Any]) -> None:
    expected = oracle.ops.ctc_decode(LOGITS, LENGTHS, **options)
    found = keras.ops.ctc_decode(LOGITS, LENGTHS, **options)
    np.testing.assert_array_equal(found[0], expected[0])
    assert found[0].dtype == "int32"
    np.testing.assert_allclose(found[1], expected[1], rtol=1e-5, atol=1e-5)


def test_fewer_sequences_than_asked_for() -> None:
    logits = LOGITS[:1, :1, :2]
    options = {"strategy": "beam_search", "beam_width": 8, "top_paths": 4}
    labels, scores = keras.ops.ctc_decode(logits, [1], **options)
    assert labels.numpy().ravel().tolist()[2:] == [-1, -1]
    assert np.isneginf(scores.numpy()).tolist() == [[False, False, True, True]]


def test_ctc_decode_explains_mistakes() -> None:
    with pytest.raises(ValueError, match="Did you mean 'greedy'"):
        keras.ops.ctc_decode(LOGITS, LENGTHS, strategy="greed")


def test_vectorize_with_a_signature() -> None:
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(5, 2, 3)), rng.normal(size=(4, 1, 3))
    for signature, body in (
        ("(m,n),(n)->(m)", lambda ops: lambda a, b: ops.matmul(a, b)),
        ("(m,n),(n)->()", lambda ops: lambda a, b: ops.sum(ops.matmul(a, b))),
    ):
        ours = keras.ops.vectorize(body(keras.ops), signature=signature)
        theirs = oracle.ops.vectorize(body(oracle.ops), signature=signature)
        expected = np.asarray(theirs(a.astype("float32"), b.astype("float32")))
        found = ours(a.astype("float32"), b.astype("float32"))
        np.testing.assert_allclose(found, expected, rtol=1e-4)
        compiled = function(ours)(convert(a), convert(b))
        np.testing.assert_allclose(compiled, expected, rtol=1e-4)
    with pytest.raises(ValueError, match="names the axes"):
        keras.ops.vectorize(lambda x: x, signature="m->m")


def test_sub_name_spaces_hold_the_same_functions() -> None:
    for part in (keras.ops.numpy, keras.ops.nn, keras.ops.linalg):
        for name in part.__all__:
            assert getattr(part, name) is getattr(keras.ops, name), name
    with pytest.raises(AttributeError, match="Did you mean 'subtract'"):
        keras.ops.numpy.substract  # noqa: B018
