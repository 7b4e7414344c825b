"""Python's operators on tensors: values as NumPy's, types as TensorFlow documents."""

import operator

import numpy as np
import pytest

from addax.core import SymbolicTensor, Tensor, Variable, convert, function

ARITHMETIC = ["add", "sub", "mul", "floordiv", "mod", "pow"]
COMPARISONS = ["lt", "le", "gt", "ge", "eq", "ne"]
X, Y = [7, 2, -3], [2, 3, 2]


@pytest.mark.parametrize("dtype", ["int32", "int64", "float32", "float64", "uint8"])
@pytest.mark.parametrize("name", ARITHMETIC + COMPARISONS)
def test_values_are_those_of_numpy(name, dtype):
    apply = getattr(operator, name)
    x, y = np.abs(X).astype(dtype), np.array(Y, dtype)
    if dtype.startswith("float"):
        x = x * np.array([1, 1, -1], dtype) + np.array(0.5, dtype)
    expected = apply(x, y)
    for found in (
        apply(convert(x), convert(y)),
        apply(convert(x), y),
        apply(x, convert(y)),
        apply(convert(x), y.tolist()),
        function(apply)(convert(x), convert(y)),
        apply(Variable(x), convert(y)),
    ):
        assert isinstance(found, Tensor)
        assert found.dtype == ("bool" if name in COMPARISONS else dtype)
        np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize(
    "dtype, result",
    [
        ("int32", "float64"), ("int64", "float64"), ("int8", "float32"),
        ("uint8", "float32"), ("int16", "float32"), ("float32", "float32"),
        ("float16", "float16"), ("bfloat16", "bfloat16"), ("float64", "float64"),
        ("complex64", "complex64"),
    ],
)  # fmt: skip
def test_division_of_whole_numbers(dtype, result):
    x = convert([7, 2], dtype) / convert([2, 4], dtype)
    assert x.dtype == result
    np.testing.assert_allclose(x.numpy(), [3.5, 0.5])
    assert (convert([7], dtype) / 2).dtype == (7 / convert([2], dtype)).dtype == result


def test_division_by_zero():
    assert (convert([1.0, -1.0]) / 0.0).numpy().tolist() == [np.inf, -np.inf]


@pytest.mark.parametrize(
    "apply, value, expected",
    [
        (operator.neg, [1, -2], [-1, 2]), (operator.pos, [1, -2], [1, -2]),
        (abs, [1, -2], [1, 2]), (operator.invert, [True, False], [False, True]),
        (operator.invert, [0, 5], [-1, -6]), (round, [1.4, 2.5], [1.0, 2.0]),
        (lambda x: round(x, 1), [1.44], [1.4]),
    ],
)  # fmt: skip
def test_one_operand(apply, value, expected):
    found = apply(convert(value))
    assert found.dtype == convert(value).dtype
    np.testing.assert_allclose(found.numpy(), expected, rtol=1e-6)


@pytest.mark.parametrize("name", ["and_", "or_", "xor"])
def test_logic_and_bits(name):
    apply = getattr(operator, name)
    for x, y in [([True, True, False], [True, False, False]), ([6, 5, 1], [3, 4, 1])]:
        found = apply(convert(x), convert(y))
        assert found.numpy().tolist() == apply(np.array(x), np.array(y)).tolist()
        assert apply(convert(x), y[0]).dtype == convert(x).dtype
        assert apply(y[0], convert(x)).dtype == convert(x).dtype


def test_matrix_product():
    x, y = np.arange(6.0).reshape(2, 3), np.arange(12.0).reshape(3, 4)
    for found in (convert(x) @ convert(y), convert(x) @ y, x @ convert(y)):
        np.testing.assert_allclose(found.numpy(), x @ y)


@pytest.mark.parametrize("swap", [False, True])
@pytest.mark.parametrize(
    "dtype, number",
    [
        ("float32", 2), ("float32", 2.5), ("float32", True), ("float16", 2.5),
        ("bfloat16", 1.5), ("int32", 2), ("int8", 2), ("int64", True), ("bool", True),
        ("complex64", 1.5), ("complex64", 2j), ("float64", 2.5),
        ("float32", np.float64(2.5)), ("float16", np.float32(2.5)),
        ("float32", np.int64(2)), ("int32", np.int64(2)), ("float32", [1.5]),
        ("float32", np.array([2], "int8")),
    ],
)  # fmt: skip
def test_other_values_take_the_tensors_type(dtype, number, swap):
    x = convert([True] if dtype == "bool" else [3], dtype)
    apply = operator.or_ if dtype == "bool" else operator.mul
    found = apply(number, x) if swap else apply(x, number)
    assert found.dtype == dtype
    if dtype != "bool":
        np.testing.assert_allclose(found.numpy(), np.array([3]) * np.asarray(number))


@pytest.mark.parametrize("apply", [operator.add, operator.lt, operator.matmul])
@pytest.mark.parametrize(
    "first, second", [("float32", "int32"), ("float32", "float64"), ("int32", "int64")]
)
def test_two_tensors_must_be_of_one_type(apply, first, second):
    for x in (convert([[1]], first), Variable([[1]], dtype=first)):
        with pytest.raises(TypeError, match=r"tf\.cast\(") as caught:
            apply(x, convert([[1]], second))
        text = str(caught.value)
        assert "needs two tensors of one type. Received: Tensor(shape=(1, 1)" in text
        assert f"dtype={first}" in text
        assert f"dtype={second}" in text


@pytest.mark.parametrize(
    "dtype, other",
    [
        ("int32", 2.5), ("int32", np.float32(2.5)), ("int8", [1.5]), ("bool", 2),
        ("float32", 1j), ("int32", 1j), ("bool", 1.5), ("int32", np.array([1.5])),
    ],
)  # fmt: skip
def test_values_that_do_not_fit(dtype, other):
    x = convert([1], dtype)
    for apply in (lambda: x + other, lambda: other + x, lambda: x < other):
        with pytest.raises(
            TypeError, match=r"would lose its meaning(?s:.)*tf\.cast\(x, "
        ):
            apply()


def test_equality_with_another_type_raises_nothing():
    """`x in list` and dictionaries compare with anything."""
    x = convert([1, 2])
    assert (x == convert([1.0, 2.0])) is False
    assert (x != convert([1.0, 2.0])) is True
    assert (x == 1.5) is False


@pytest.mark.parametrize("other", ["text", None, {}, object()])
def test_what_is_no_operand(other):
    for apply in (lambda: convert(1) + other, lambda: other - convert(1)):
        with pytest.raises(
            TypeError, match=r"unsupported operand|cannot become a tensor"
        ):
            apply()


def test_shapes_broadcast_or_are_refused():
    x = convert(np.ones((2, 1, 3), "float32"))
    assert (x + np.ones((4, 1), "float32")).shape == (2, 4, 3)
    with pytest.raises(
        ValueError, match=r"`add` cannot take these arguments. Received: x1=Tensor\("
    ):
        convert([1.0, 2.0]) + convert([1.0, 2.0, 3.0])
    with pytest.raises(ValueError, match=r"`matmul` cannot take"):
        convert([[1.0, 2.0]]) @ convert([[1.0, 2.0]])


def test_strings_compare():
    x = convert(["a", "b"])
    assert (x == "a").numpy().tolist() == [True, False]
    assert (x != convert(["a", "c"])).numpy().tolist() == [False, True]
    assert (convert("a") == "a").numpy()


def test_operators_make_symbolic_tensors():
    s = SymbolicTensor((None, 3))
    for found in (
        s + 1,
        2.0 * s,
        s / 2,
        -s,
        abs(s),
        s @ np.ones((3, 3), "float32"),
        s**2,
    ):
        assert isinstance(found, SymbolicTensor)
        assert (found.shape, found.dtype) == ((None, 3), "float32")
    assert (s > 0).dtype == "bool"
    assert (s == s).dtype == "bool"
    with pytest.raises(TypeError, match="one type"):
        s + convert([1])


def test_augmented_assignment_makes_a_new_tensor():
    x = y = convert([1.0])
    x += 1.0
    assert (float(x[0]), float(y[0])) == (2.0, 1.0)
    v = w = Variable([1.0])
    v += 1.0
    assert isinstance(v, Tensor)
    assert float(w[0]) == 1.0
