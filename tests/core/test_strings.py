"""Strings in operations that move and compare, and operations that run on the host."""

from __future__ import annotations

import numpy as np
import pytest

from addax import keras, tf
from addax.core import Array, convert, infer
from addax.core.host import host_op, same_shape
from addax.keras import ops

A = np.array([[b"pear", b"fig", b"apple"], [b"", b"fig", b"kiwi"]], object)
B = np.array([b"x", b"y", b"z"], object)
CASES = {
    "reshape": (lambda x: ops.reshape(x, (3, 2)), lambda x: x.reshape(3, 2)),
    "getitem": (lambda x: x[:, -1], lambda x: x[:, -1]),
    "one": (lambda x: x[0, 1], lambda x: np.array(x[0, 1], object)),
    "transpose": (ops.transpose, np.transpose),
    "concat": (lambda x: tf.concat([x, x], 1), lambda x: np.concatenate([x, x], 1)),
    "stack": (lambda x: tf.stack([x[0], B]), lambda x: np.stack([x[0], B])),
    "tile": (lambda x: tf.tile(x, [1, 2]), lambda x: np.tile(x, [1, 2])),
    "gather": (lambda x: tf.gather(x, [2, 0], axis=1), lambda x: x[:, [2, 0]]),
    "where": (lambda x: tf.where(x == "fig", "FIG", x), None),
    "expand": (lambda x: tf.expand_dims(x, -1), lambda x: x[..., None]),
    "sort": (lambda x: ops.sort(x), lambda x: np.sort(x)),
    "equal": (lambda x: x == "fig", lambda x: x == b"fig"),
    "not_equal": (lambda x: x != "", lambda x: x != b""),
    "less": (lambda x: tf.less(x, "g"), lambda x: x < b"g"),
    "argsort": (lambda x: ops.argsort(x), lambda x: np.argsort(x, kind="stable")),
    "add": (lambda x: x + "!", lambda x: x + b"!"),
    "pad": (lambda x: ops.pad(x, [[0, 0], [0, 1]])[:, -1], lambda x: x[:, 0] * 0),
}


@pytest.mark.parametrize("name", CASES)
def test_strings_move_and_compare_as_in_numpy(name: str) -> None:
    ours, theirs = CASES[name]
    got = ours(tf.constant(A))
    if name == "where":
        expected = np.where(A == b"fig", b"FIG", A)
    else:
        expected = theirs(A)
    assert got.shape == expected.shape
    assert str(expected.ravel()[0]) in repr(got)
    np.testing.assert_array_equal(got.numpy(), expected)


@pytest.mark.parametrize("name", CASES)
def test_shapes_and_types_are_inferred_for_symbolic_strings(name: str) -> None:
    ours, _ = CASES[name]
    real = ours(tf.constant(A))
    symbol = infer(ours, (keras.KerasTensor((2, 3), "string"),))
    assert tuple(symbol.shape) == tuple(real.shape)
    assert symbol.dtype == real.dtype


def test_unique_keeps_strings_and_counts() -> None:
    values, counts = ops.unique(tf.constant(["b", "a", "b"]), return_counts=True)
    assert values.numpy().tolist() == [b"a", b"b"]
    assert counts.numpy().tolist() == [1, 2]


def test_arithmetic_on_strings_is_refused() -> None:
    with pytest.raises(TypeError, match=r"(?s)`sqrt`.*StringLookup"):
        ops.sqrt(tf.constant(["a"]))


@host_op(same_shape("int32"))
def letters(x: Array) -> Array:
    return np.reshape([len(s) for s in x.flat], x.shape)


@host_op(lambda x: ((None,), "string"))
def words(x: Array) -> Array:
    return np.array([w for s in x.flat for w in s.split()], object)


@host_op(lambda x, by: (x.shape, "float32"))
def slowly(x: Array, by: float) -> Array:
    return np.asarray(x) * by


def test_host_operations_run_eagerly_and_symbolically() -> None:
    assert letters(["a", "bcd"]).numpy().tolist() == [1, 3]
    assert words(["a b", "c"]).numpy().tolist() == [b"a", b"b", b"c"]
    batch = keras.Input((2,), dtype="string")
    counted = letters(batch)
    assert (counted.shape, counted.dtype) == ((None, 2), "int32")
    assert (words(batch).shape, words(batch).dtype) == ((None,), "string")
    model = keras.Model(batch, ops.cast(counted, "float32") * 2.0)
    out = model(tf.constant([["a", "bcd"]]))
    assert out.numpy().tolist() == [[2.0, 6.0]]


def test_a_host_operation_on_numbers_runs_inside_a_trace() -> None:
    f = tf.function(lambda x: slowly(x + 1.0, by=2.0) * 10.0)
    np.testing.assert_allclose(f(convert([1.0, 2.0])), [40.0, 60.0])


def test_strings_known_while_tracing_are_read_there() -> None:
    f = tf.function(lambda x: x * tf.cast(letters(tf.constant(["abc"])), "float32"))
    np.testing.assert_allclose(f(convert([2.0])), [6.0])


def test_a_result_that_a_trace_cannot_hold_says_so() -> None:
    @host_op(same_shape("string"))
    def named(x: Array) -> Array:
        return np.asarray([str(v).encode() for v in x], object)

    with pytest.raises(TypeError, match=r"(?s)`named` cannot run inside a compiled"):
        tf.function(lambda x: named(x + 1))(convert([1]))


def test_bytes_keep_the_nuls_at_their_ends():
    assert convert([b"a\0", b"\0\0"]).numpy().tolist() == [b"a\0", b"\0\0"]
