"""What TensorFlow answered in the cases of `tensorflow_cases.py`, answered here."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest

from addax import keras, tf
from tests.oracle.tensorflow_cases import CASES, RESULTS, plain

EXPECTED = json.loads(RESULTS.read_text())


def assert_alike(got: Any, expected: Any) -> None:
    if isinstance(expected, dict):
        assert got.keys() == expected.keys()
        for key in expected:
            assert_alike(got[key], expected[key])
    elif isinstance(expected, list) and any(
        isinstance(x, (list, dict)) for x in expected
    ):
        assert len(got) == len(expected)
        for one, other in zip(got, expected, strict=True):
            assert_alike(one, other)
    elif isinstance(expected, (list, float)) and np.asarray(expected).dtype.kind == "f":
        np.testing.assert_allclose(got, expected, rtol=1e-5, atol=1e-6)
    else:
        assert got == expected


@pytest.mark.parametrize("name", sorted(CASES))
def test_as_in_tensorflow(name: str) -> None:
    assert_alike(plain(CASES[name](tf, keras)), EXPECTED[name])
