"""Tensors behave as TensorFlow documents its eager tensors."""

import copy
import pickle

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from addax.core import Tensor, TensorShape, Variable, as_dtype, convert, function
from addax.core.tensor import Reference
from tests.compiling import programs

# Making


@pytest.mark.parametrize(
    "value, dtype, shape",
    [
        (1, "int32", ()),
        (2**40, "int64", ()),
        (-(2**31), "int32", ()),
        (-(2**31) - 1, "int64", ()),
        (1.5, "float32", ()),
        (True, "bool", ()),
        (1j, "complex64", ()),
        ([1, 2], "int32", (2,)),
        ([1, 2**40], "int64", (2,)),
        ([1, 2.5], "float32", (2,)),
        ([True, False], "bool", (2,)),
        ([True, 2], "int32", (2,)),
        ([1, 2j], "complex64", (2,)),
        ([], "float32", (0,)),
        ([[], []], "float32", (2, 0)),
        ([[1], [2]], "int32", (2, 1)),
        (np.float64(1.5), "float64", ()),
        (np.array([1, 2]), "int64", (2,)),
        (np.array([1.5]), "float64", (1,)),
        (np.float16([1.5]), "float16", (1,)),
        ([np.float32(1), np.float32(2)], "float32", (2,)),
        ([np.array([1, 2]), np.array([3, 4])], "int64", (2, 2)),
        (range(3), "int32", (3,)),
        ("text", "string", ()),
        (["a", b"b"], "string", (2,)),
        (np.array(["a", "bc"]), "string", (2,)),
        (jnp.float32(1.5), "float32", ()),
        ([jnp.float32(1.5), 2], "float32", (2,)),
    ],
)
def test_values_become_tensors(value, dtype, shape):
    tensor = convert(value)
    assert (tensor.dtype, tensor.shape) == (dtype, shape)
    if dtype != "string":
        np.testing.assert_array_equal(tensor.numpy(), np.asarray(value))


def test_strings_are_bytes():
    assert convert("é").numpy() == "é".encode()
    assert convert(["a", "b"]).numpy().tolist() == [b"a", b"b"]
    assert convert([["a"], ["b"]]).shape == (2, 1)


@pytest.mark.parametrize(
    "value, dtype, expected",
    [
        (1, "float32", 1.0),
        ([1, 2], "int64", [1, 2]),
        (1.75, "float16", 1.75),
        (np.array([1.9]), "int32", [1]),
        ([], "int32", []),
        (3, "bfloat16", 3.0),
        (1, "bool", True),
    ],
)
def test_a_type_may_be_asked_for(value, dtype, expected):
    tensor = convert(value, dtype)
    assert tensor.dtype == dtype
    assert tensor.numpy().tolist() == expected


@pytest.mark.parametrize(
    "value, error, text",
    [
        (None, TypeError, r"Received: None \(of type NoneType\)"),
        ([1, None], TypeError, "cannot become a tensor"),
        ({"a": 1}, TypeError, "cannot become a tensor"),
        (object(), TypeError, "cannot become a tensor"),
        ([1, "a"], TypeError, "cannot become a tensor"),
        (
            [[1, 2], [3]],
            ValueError,
            r"of equal lengths(?s:.)*pad_sequences",
        ),
    ],
)
def test_what_is_no_tensor(value, error, text):
    with pytest.raises(error, match=text):
        convert(value)


def test_a_tensor_is_returned_as_it_is():
    x = convert([1.0])
    assert convert(x) is x
    assert convert(x, "float32") is x
    assert convert(x, "int32").numpy().tolist() == [1]


# Showing


@pytest.mark.parametrize(
    "value, shown, printed",
    [
        (
            3.0,
            "<tf.Tensor: shape=(), dtype=float32, numpy=3.0>",
            "tf.Tensor(3.0, shape=(), dtype=float32)",
        ),
        (
            [1, 2],
            "<tf.Tensor: shape=(2,), dtype=int32, numpy=array([1, 2], dtype=int32)>",
            "tf.Tensor([1 2], shape=(2,), dtype=int32)",
        ),
        (
            [[1.0], [2.0]],
            "<tf.Tensor: shape=(2, 1), dtype=float32, numpy=\n"
            "array([[1.],\n       [2.]], dtype=float32)>",
            "tf.Tensor(\n[[1.]\n [2.]], shape=(2, 1), dtype=float32)",
        ),
        (
            True,
            "<tf.Tensor: shape=(), dtype=bool, numpy=True>",
            "tf.Tensor(True, shape=(), dtype=bool)",
        ),
        (
            "hi",
            "<tf.Tensor: shape=(), dtype=string, numpy=b'hi'>",
            "tf.Tensor(b'hi', shape=(), dtype=string)",
        ),
    ],
)
def test_it_shows_itself_as_in_tensorflow(value, shown, printed):
    tensor = convert(value)
    assert repr(tensor) == shown
    assert str(tensor) == printed


def test_a_scalar_takes_a_format():
    assert f"{convert(3.14159):.2f}" == "3.14"
    assert f"{convert(7):03d}" == "007"


def test_inside_a_function_it_shows_what_is_known():
    shown = []

    @function
    def f(x):
        shown.append((repr(x), str(x)))
        return x

    f(convert([1.0, 2.0]))
    assert shown[0] == (
        "<tf.Tensor: shape=(2,), dtype=float32, value not known yet>",
        "Tensor(shape=(2,), dtype=float32)",
    )


# Looking


def test_attributes():
    x = convert(np.zeros((2, 3, 4), "float32"))
    assert (x.shape, x.ndim, x.size, len(x)) == ((2, 3, 4), 3, 24, 2)
    assert x.shape.as_list() == [2, 3, 4]
    assert x.get_shape() == TensorShape([2, 3, 4])
    assert x.dtype == as_dtype("float32") == np.float32
    assert x.device == "/job:localhost/replica:0/task:0/device:CPU:0"


def test_numpy_gives_arrays_and_scalars():
    assert isinstance(convert([1.0]).numpy(), np.ndarray)
    scalar = convert(1.5).numpy()
    assert isinstance(scalar, np.float32)
    assert scalar == 1.5
    assert convert([1.0]).tolist() == [1.0]
    assert convert([[2]]).item() == 2


@pytest.mark.parametrize(
    "how, value, expected",
    [
        (int, 3.7, 3), (float, 2, 2.0), (complex, 1.0, 1 + 0j), (bool, 0.0, False),
        (bool, [[3]], True), (round, 2.5, 2.0), (abs, -2, 2),
    ],
)  # fmt: skip
def test_scalars_become_python_numbers(how, value, expected):
    assert how(convert(value)) == expected


def test_whole_scalars_are_indices():
    i = convert(2)
    assert "abcd"[i] == "c"
    assert list(range(i)) == [0, 1]
    with pytest.raises(TypeError, match="integer"):
        "abcd"[convert(1.5)]


def test_iteration():
    rows = list(convert([[1, 2], [3, 4]]))
    assert [r.numpy().tolist() for r in rows] == [[1, 2], [3, 4]]
    (a, b) = convert([1.0, 2.0])
    assert (float(a), float(b)) == (1.0, 2.0)
    with pytest.raises(TypeError, match="scalar tensor cannot be iterated"):
        list(convert(1.0))
    with pytest.raises(TypeError, match="scalar tensor has no length"):
        len(convert(1.0))


def test_the_truth_of_many_is_ambiguous():
    with pytest.raises(ValueError, match=r"ambiguous.*shape=\(2,\)\nReduce it first"):
        bool(convert([True, False]))
    with pytest.raises(ValueError, match="ambiguous"):
        bool(convert([]))


def test_membership_compares_elements():
    assert 2.0 in convert([1.0, 2.0])
    assert 3.0 not in convert([1.0, 2.0])


# Identity


def test_equality_is_by_element_and_hashing_by_reference():
    x = convert([1.0, 2.0])
    assert (x == [1.0, 3.0]).numpy().tolist() == [True, False]
    assert (x != convert([1.0, 3.0])).numpy().tolist() == [False, True]
    with pytest.raises(TypeError, match="unhashable"):
        hash(x)
    table = {x.ref(): "x"}
    assert table[x.ref()] == "x"
    assert x.ref().deref() is x
    assert x.ref() != convert([1.0, 2.0]).ref()
    assert isinstance(x.ref(), Reference)


@pytest.mark.parametrize("other", [None, "text", object()])
def test_comparison_with_what_is_no_tensor(other):
    x = convert([1.0])
    assert x != other
    assert (x == other) is False


def test_it_cannot_be_changed():
    x = convert([1.0, 2.0])
    with pytest.raises(TypeError, match="does not support item assignment"):
        x[0] = 5.0
    array = x.numpy()
    with pytest.raises(ValueError, match="read-only"):
        array[0] = 5.0


def test_copies_and_pickles():
    x = convert([1.0, 2.0])
    assert copy.copy(x) is x
    assert copy.deepcopy({"x": x})["x"] is x
    for value in ([1.5, 2.5], 3, "text", True):
        tensor = convert(value)
        again = pickle.loads(pickle.dumps(tensor))
        assert repr(again) == repr(tensor)
    wide = pickle.loads(pickle.dumps(convert(np.array([2**40]))))
    assert wide.dtype == "int64"
    assert pickle.loads(pickle.dumps(convert([1.0], "bfloat16"))).dtype == "bfloat16"


# Others


def test_numpy_takes_it():
    x = convert([[1.0, 4.0], [9.0, 16.0]])
    np.testing.assert_array_equal(np.asarray(x), [[1, 4], [9, 16]])
    np.testing.assert_array_equal(np.sqrt(x), [[1, 2], [3, 4]])
    assert np.asarray(x, "float64").dtype == np.float64
    assert np.array(x).flags.writeable
    assert np.sum(np.asarray(x)) == 30
    np.testing.assert_array_equal(np.concatenate([x, x]).shape, (4, 2))


@pytest.mark.parametrize("first", ["tensor", "array"])
def test_operators_with_arrays_give_tensors(first):
    x, y = convert([1.0, 2.0]), np.array([10.0, 20.0], "float32")
    total = x + y if first == "tensor" else y + x
    assert isinstance(total, Tensor)
    assert total.numpy().tolist() == [11.0, 22.0]
    scaled = x * np.float64(2.0) if first == "tensor" else np.float64(2.0) * x
    assert isinstance(scaled, Tensor)
    assert scaled.dtype == "float32"


def test_jax_takes_it():
    x = convert([1.0, 2.0])
    assert jnp.asarray(x).tolist() == [1.0, 2.0]
    assert jnp.sum(jnp.asarray(x) * 2).item() == 6.0
    assert (jnp.sin(x) == jnp.sin(jnp.array([1.0, 2.0]))).all()
    # It is a pytree, so it goes through transforms
    doubled = jax.jit(lambda t: t * 2.0)(x)
    assert isinstance(doubled, Tensor)
    assert doubled.numpy().tolist() == [2.0, 4.0]
    grad = jax.grad(lambda t: jnp.sum(jnp.asarray(t) ** 2))(x)
    assert grad.numpy().tolist() == [2.0, 4.0]
    assert [leaf.shape for leaf in jax.tree.leaves({"a": x})] == [(2,)]


def test_arrays_of_jax_are_operands():
    x = convert([1.0, 2.0])
    assert (x + jnp.array([1.0, 1.0])).numpy().tolist() == [2.0, 3.0]
    assert isinstance(jnp.array([1.0, 1.0]) + x, (Tensor, jax.Array))


def test_dlpack():
    x = convert([1.0, 2.0])
    np.testing.assert_array_equal(np.from_dlpack(x), [1.0, 2.0])
    assert jnp.from_dlpack(x).tolist() == [1.0, 2.0]


def test_variables_are_tensor_like():
    v = Variable([1.0, 2.0])
    assert (v + 1.0).numpy().tolist() == [2.0, 3.0]
    assert np.sum(np.asarray(v)) == 3.0
    assert len(v) == 2
    assert [float(x) for x in v] == [1.0, 2.0]
    assert jnp.asarray(v).tolist() == [1.0, 2.0]


def test_set_shape_checks() -> None:
    x = convert([[1, 2, 3]])
    x.set_shape([None, 3])
    x.set_shape(None)
    with pytest.raises(ValueError, match=r"\(None, 2\).*\(1, 3\)"):
        x.set_shape([None, 2])


def test_arrays_of_new_shapes_need_no_compiler() -> None:
    array = np.zeros((4099, 3), "float32")
    with programs() as compiled:
        tensor = convert(array)
    assert not compiled
    array[:] = 1
    assert tensor.numpy().max() == 0  # a copy


@pytest.mark.parametrize(
    "value, text",
    [
        (2.5, "2.5"),
        (np.float32(0.1), "0.10000000149011612"),  # TensorFlow's, a Python float
        ([1, 2], "[1 2]"),
        ("a", "b'a'"),
        (True, "True"),
    ],
)
def test_formatting_gives_the_value_alone(value, text):
    x = convert(value)
    assert f"{x}" == text == "{}".format(x)  # noqa: UP032 - as users write it
    assert str(x).startswith("tf.Tensor(")
