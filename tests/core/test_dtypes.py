"""Types: names, facts, promotion by Keras's rules (its table is in tests/oracle)."""

import ml_dtypes
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from addax.core import DType, as_dtype, floatx, result_type
from addax.core.dtypes import DTYPES, set_floatx

NUMBERS = [
    name for name in DTYPES if name != "string" and not name.startswith("float8")
]


@pytest.mark.parametrize(
    "given, name",
    [
        ("float32", "float32"), (np.float32, "float32"), (np.dtype("int8"), "int8"),
        (float, "float32"), (int, "int32"), (bool, "bool"), (complex, "complex64"),
        (str, "string"), (bytes, "string"), ("half", "float16"), ("double", "float64"),
        ("float", "float32"), ("int", "int32"), (ml_dtypes.bfloat16, "bfloat16"),
        ("bfloat16", "bfloat16"), (np.zeros(2, "uint16"), "uint16"),
        (np.str_, "string"), (object, "string"), (DTYPES["int64"], "int64"),
        ("float8_e4m3fn", "float8_e4m3fn"),
    ],
)  # fmt: skip
def test_names_of_types(given, name):
    found = as_dtype(given)
    assert type(found) is DType
    assert found.name == name


@pytest.mark.parametrize("given", ["flaot32", None, 3, [], "datetime64[ns]", object()])
def test_what_is_no_type(given):
    with pytest.raises(TypeError, match=r"not a type that a tensor can have. Received"):
        as_dtype(given)


def test_equality_with_every_name():
    dtype = as_dtype("float32")
    for same in ("float32", np.float32, np.dtype("float32"), dtype, as_dtype("float")):
        assert dtype == same
        assert same == dtype or isinstance(same, type)
    for other in ("float64", np.float64, None, 3, [], "x", object()):
        assert dtype != other
    assert {dtype: 1}["float32"] == 1
    assert dtype in ("int32", "float32")


def test_it_prints_as_in_tensorflow():
    dtype = as_dtype("float32")
    assert repr(dtype) == "tf.float32"
    assert str(dtype) == f"{dtype}" == "<dtype: 'float32'>"


@pytest.mark.parametrize("name", NUMBERS)
def test_facts(name):
    dtype, same = DTYPES[name], np.dtype(name)
    assert dtype.as_numpy_dtype is same.type
    assert dtype.size == same.itemsize
    assert dtype.is_integer == np.issubdtype(same, np.integer)
    assert dtype.is_complex == np.issubdtype(same, np.complexfloating)
    assert dtype.is_bool == (name == "bool")
    assert dtype.is_unsigned == name.startswith("uint")
    assert dtype.is_floating == (name == "bfloat16" or np.issubdtype(same, np.floating))
    assert dtype.base_dtype is dtype
    assert dtype.is_compatible_with(name)
    if dtype.is_floating:
        assert (dtype.min, dtype.max) == (
            ml_dtypes.finfo(same).min,
            ml_dtypes.finfo(same).max,
        )
    if dtype.is_integer:
        assert (dtype.min, dtype.max) == (np.iinfo(same).min, np.iinfo(same).max)


def test_facts_of_strings_and_bools():
    assert DTYPES["string"].as_numpy_dtype is np.object_
    assert not DTYPES["string"].is_integer
    with pytest.raises(TypeError, match=r"tf\.bool has no smallest"):
        _ = DTYPES["bool"].min
    assert as_dtype("float32").as_datatype_enum == 1
    assert as_dtype("int64").as_datatype_enum == 9


kinds = st.sampled_from([*NUMBERS, int, float])


@given(st.lists(kinds, min_size=1, max_size=4), st.randoms())
def test_promotion_does_not_depend_on_the_order(types, random):
    if all(isinstance(t, type) for t in types):
        return
    mixed = list(types)
    random.shuffle(mixed)
    assert result_type(*types) == result_type(*mixed)


@given(kinds)
def test_a_type_is_promoted_to_itself(kind):
    if isinstance(kind, str):
        assert result_type(kind) == result_type(kind, kind) == kind


@pytest.mark.parametrize(
    "types, expected",
    [
        (("int32", "float16"), "float16"), (("int64", "float32"), "float32"),
        (("bool", "int8"), "int8"), (("uint8", "int8"), "int16"),
        (("float16", "bfloat16"), "float32"), (("float32", "float64"), "float64"),
        (("int32", float), "float32"), (("float16", float), "float16"),
        (("int8", int), "int8"), (("bool", int), "int32"), (("bool", float), "float32"),
        (("complex64", float), "complex64"), (("float32", complex), "complex64"),
        ((int, float), "float32"), ((bool, int), "int32"), ((), "float32"),
        ((np.dtype("int64"), "int32"), "int64"), ((np.int64, float), "float32"),
    ],
)  # fmt: skip
def test_promotion(types, expected):
    assert result_type(*types) == expected


def test_promotion_follows_floatx():
    set_floatx("float64")
    try:
        assert floatx() == "float64"
        assert as_dtype(float) == "float64"
        assert result_type("int32", float) == "float64"
        assert result_type("float32", float) == "float32"
    finally:
        set_floatx("float32")


@pytest.mark.parametrize("value", ["int32", "float8_e5m2", "nonsense", None, 32])
def test_floatx_is_a_floating_type(value):
    with pytest.raises(ValueError, match=r"floatx must be a floating type\. Received"):
        set_floatx(value)
