"""The common type of operands is that of the real Keras."""

import itertools

import keras
import pytest

from addax.core import result_type

TYPES = [
    "bool", "uint8", "uint16", "uint32", "int8", "int16", "int32", "int64",
    "bfloat16", "float16", "float32", "float64", "complex64", int, float,
]  # fmt: skip
FEW = ["bool", "uint8", "int32", "int64", "bfloat16", "float32", int, float]
# Without TensorFlow, Keras has no 64-bit types: each stands for the 32-bit one.
NARROW = {
    "int64": "int32", "uint64": "uint32", "float64": "float32",
    "complex128": "complex64",
}  # fmt: skip


def check(*types):
    ours = result_type(*types).name
    assert NARROW.get(ours, ours) == keras.backend.result_type(*types), types


@pytest.mark.parametrize("first", TYPES, ids=str)
def test_pairs(first):
    for second in TYPES:
        check(first, second)


def test_triples():
    for types in itertools.product(FEW, repeat=3):
        check(*types)
