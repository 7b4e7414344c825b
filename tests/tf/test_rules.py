"""TensorFlow's rules for types, and what the face refuses."""

import numpy as np
import pytest

import addax.core
from addax import tf


@pytest.mark.parametrize(
    "value, dtype",
    [
        (1, "int32"), (1.5, "float32"), ([1, 2.5], "float32"), (True, "bool"),
        (np.float64(1), "float64"), (np.array([1]), "int64"), ("a", "string"),
        (2**40, "int64"), (1j, "complex64"),
    ],
)  # fmt: skip
def test_constants(value, dtype):
    assert tf.constant(value).dtype == dtype
    assert tf.convert_to_tensor(value).dtype == dtype


def test_constants_of_a_type_and_shape():
    assert tf.constant([1, 2], tf.float64).dtype == tf.float64
    assert tf.constant(np.array([1.9]), tf.int32).numpy().tolist() == [1]
    assert tf.constant(7, shape=[2, 2]).numpy().tolist() == [[7, 7], [7, 7]]
    assert tf.constant([1, 2, 3, 4], shape=(2, 2)).shape == (2, 2)
    assert tf.constant([], tf.int32).dtype == tf.int32
    for value, dtype in [(1.5, tf.int32), ([1, 2.5], tf.int64), ([0.5], tf.bool)]:
        with pytest.raises(
            TypeError, match=r"no \w+ values\. Received(?s:.)*tf\.cast\("
        ):
            tf.constant(value, dtype)


def test_tensors_are_not_converted_silently():
    x = tf.constant([1.0])
    assert tf.convert_to_tensor(x) is x
    assert tf.convert_to_tensor(x, tf.float32) is x
    with pytest.raises(
        ValueError, match=r"type int32 was asked for(?s:.)*tf\.cast\(value"
    ):
        tf.convert_to_tensor(x, tf.int32)
    assert tf.convert_to_tensor([1, 2], dtype_hint=tf.float32).dtype == tf.float32
    assert tf.convert_to_tensor([1.5], dtype_hint=tf.int32).dtype == tf.float32


@pytest.mark.parametrize(
    "call",
    [
        lambda x, y: tf.add(x, y), lambda x, y: tf.matmul([x], [y], transpose_b=True),
        lambda x, y: tf.concat([x, y], 0), lambda x, y: tf.stack([x, y]),
        lambda x, y: tf.where(True, x, y), lambda x, y: tf.maximum(x, y),
        lambda x, y: tf.einsum("i,i->", x, y), lambda x, y: tf.clip_by_value(x, y, y),
    ],
)  # fmt: skip
def test_two_types_are_refused(call):
    x, y = tf.constant([1.0]), tf.constant([2])
    with pytest.raises(TypeError, match=r"`tf\.\w+` needs two tensors of one type"):
        call(x, y)


def test_other_values_take_the_tensors_type():
    x = tf.constant([1.0], tf.float16)
    for y in (2, 2.5, [2.5], np.float64(2.5), np.array([2.5]), True):
        assert tf.add(x, y).dtype == tf.add(y, x).dtype == tf.float16
    assert tf.concat([[1], x], 0).dtype == tf.float16
    assert tf.add(1, 2).dtype == tf.int32
    assert tf.add(1.0, 2).dtype == tf.float32
    with pytest.raises(TypeError, match="would lose its meaning"):
        tf.add(1, 2.5)


@pytest.mark.parametrize(
    "call, kind",
    [
        (lambda: tf.sqrt(4), "floating or complex"),
        (lambda: tf.exp([1]), "floating or complex"),
        (lambda: tf.math.log(2), "floating"), (lambda: tf.norm([3, 4]), "floating"),
        (lambda: tf.nn.softmax([1, 2]), "floating"),
        (lambda: tf.math.reduce_std([1]), "floating"),
        (lambda: tf.reduce_all([1, 0]), "boolean"),
        (lambda: tf.logical_not([1]), "boolean"),
        (lambda: tf.abs([True]), "numeric"),
        (lambda: tf.reduce_sum([True]), "numeric"),
    ],
)  # fmt: skip
def test_kinds_of_types(call, kind):
    with pytest.raises(
        TypeError,
        match=rf"tf\.[\w.]+ takes {kind}.*Received(?s:.)*Fix: tf\..*tf\.cast\(x",
    ):
        call()


def test_errors_are_pythons():
    x = tf.constant([1.0, 2.0])
    with pytest.raises(tf.errors.InvalidArgumentError, match="cannot take these"):
        tf.matmul([x], [x])
    with pytest.raises(tf.errors.InvalidArgumentError, match="cannot take these"):
        tf.reshape(x, [3])
    with pytest.raises(tf.errors.OpError, match=r"tf\.linalg\.matvec"):
        tf.matmul(x, x)
    for name in ("NotFoundError", "OutOfRangeError", "ResourceExhaustedError"):
        assert issubclass(getattr(tf.errors, name), Exception)


@pytest.mark.parametrize(
    "call, text",
    [
        (lambda: tf.split([1, 2, 3], [1, 1]), r"sizes must add up"),
        (lambda: tf.sort([1], direction="DOWN"), r"'ASCENDING' or 'DESCENDING'"),
        (lambda: tf.add_n([]), r"at least one tensor"),
        (lambda: tf.ensure_shape([1, 2], [3]), r"shape than expected. Received"),
        (lambda: tf.random.uniform([2], dtype=tf.int32), r"maxval=10"),
        (lambda: tf.nest.pack_sequence_as([1, 2], [3]), r"one entry for each leaf"),
        (lambda: tf.Module(name="a b"), r"Python identifier"),
    ],
)  # fmt: skip
def test_wrong_arguments(call, text):
    with pytest.raises(ValueError, match=text):
        call()


# Shapes in the graph


def test_shapes_may_be_used_as_sizes_in_functions():
    @tf.function
    def f(x):
        batch, width = tf.shape(x)[0], tf.shape(x)[-1]
        noise = tf.random.normal(shape=(batch, width))
        mask = tf.ones([batch, 1]) * tf.cast(batch, tf.float32)
        y = tf.reshape(x + noise * 0.0, [batch * width])
        parts = [y[i] for i in tf.range(tf.size(x) // 3)]
        return tf.reshape(tf.stack(parts), (batch, -1)), tf.tile(mask, [1, width])

    parts, mask = f(tf.ones((4, 3)))
    assert parts.shape == (4, 1)
    assert mask.numpy().tolist() == [[4.0] * 3] * 4


def test_shapes_of_symbolic_tensors():
    known = addax.core.SymbolicTensor((2, 3))
    assert tf.shape(known).numpy().tolist() == [2, 3]
    with pytest.raises(ValueError, match=r"not known yet(?s:.)*Lambda"):
        tf.shape(addax.core.SymbolicTensor((None, 3)))
    open_ = addax.core.SymbolicTensor((None, 3))
    for made in (
        tf.square(open_), tf.add(open_, 1.0), tf.concat([open_, open_], 1),
        tf.reduce_sum(open_, -1), tf.nn.relu(open_), tf.reshape(open_, [-1, 3]),
    ):  # fmt: skip
        assert isinstance(made, addax.core.SymbolicTensor)
        assert made.shape[0] is None
