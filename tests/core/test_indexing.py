"""Indexing is NumPy's, eagerly and inside functions."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis.extra import numpy as hnp

from addax.core import (
    GradientTape,
    SymbolicTensor,
    Variable,
    convert,
    function,
    lift,
)
from addax.ops import math, reduce
from addax.ops.indexing import _getitem

SHAPE = (3, 4, 5)
X = np.arange(60, dtype="float32").reshape(SHAPE)
ways = pytest.mark.parametrize(
    "wrap", [lambda f: f, function], ids=["eager", "function"]
)

basic = hnp.basic_indices(SHAPE, allow_newaxis=True, allow_ellipsis=True)
whole = hnp.integer_array_indices(
    SHAPE, result_shape=hnp.array_shapes(min_dims=1, max_dims=2, max_side=4)
)
masks = hnp.arrays(
    bool, hnp.array_shapes(min_dims=1, max_dims=1, min_side=3, max_side=3)
)


def check(key, ours=None):
    ours = key if ours is None else ours
    expected = X[key]
    for index in (lambda x: x[ours], function(lambda x: x[ours])):
        found = index(convert(X))
        assert found.shape == expected.shape
        np.testing.assert_array_equal(found.numpy(), expected)


@given(basic)
def test_numbers_slices_ellipsis_and_new_axes(key):
    check(key)


@given(whole)
def test_arrays_of_indices(key):
    check(key)


@given(whole)
def test_tensors_as_indices(key):
    check(key, tuple(convert(k) for k in key))


@given(masks)
def test_masks_of_rows(mask):
    check(mask)
    check((mask, 2))


@pytest.mark.parametrize(
    "key",
    [
        X > 17,
        (X > 17)[:, :, 0],
        (slice(None), np.array([True, False, True, False])),
        (Ellipsis, X[0, 0] > 2),
        ([0, 2],),
        ([[0, 1], [2, 2]], slice(1, 3)),
        (np.array([0, 2]), 1, slice(None, None, -2)),
        (-1, -1, -1),
        (slice(10, 20),),
        (slice(2, 1), 0),
        (slice(-2, None), None, Ellipsis, None),
        np.int64(1),
        (),
        ([True, False, True],),
        ([],),
    ],
    ids=lambda key: type(key).__name__,
)
def test_more(key):
    check(key)


@ways
def test_sizes_and_starts_may_be_tensors(wrap):
    @wrap
    def run(x):
        i = convert(1)
        return x[i], x[i : i + 1, ..., ::i], x[:, convert([0, 1])]

    for found, expected in zip(
        run(convert(X)), (X[1], X[1:2], X[:, [0, 1]]), strict=True
    ):
        np.testing.assert_array_equal(found.numpy(), expected)


def test_an_index_may_be_known_only_when_the_function_runs():
    pick = function(lambda x, i: x[i, :, i + 1])
    for i in (0, 2, -1):
        np.testing.assert_array_equal(
            pick(convert(X), convert(i)).numpy(), X[i, :, i + 1]
        )
    assert pick.experimental_get_tracing_count() == 1


def test_a_mask_must_be_known_for_a_program():
    positive = lambda x: x[x > 0.0]
    with pytest.raises(NotImplementedError, match=r"mask(?s:.)*where\(mask, x, 0\)"):
        lift(positive, [convert(X)])
    # What no program can do runs as Python
    np.testing.assert_array_equal(function(positive)(convert(X)).numpy(), X[X > 0.0])


@pytest.mark.parametrize(
    "key, text",
    [
        ([0, 3], r"Index 3 is out of range for axis 0 of size 3"),
        (3, r"Index 3 is out of range for axis 0 of size 3"),
        ((0, -5), r"Index -5 is out of range for axis 1 of size 4"),
        ((0, 0, 0, 0), r"Too many indices for a tensor with 3 axes"),
        ((Ellipsis, 0, Ellipsis), r"more than one `\.\.\.`"),
        (np.array([True, False]), r"mask.*shape=\(2,\).*\(3,\)"),
    ],
)
@ways
def test_wrong_indices(wrap, key, text):
    with pytest.raises(IndexError, match=rf"(?s){text}"):
        wrap(lambda x: x[key])(convert(X))


@pytest.mark.parametrize("key", ["a", 1.5, {}, True, [1.5]])
def test_what_is_no_index(key):
    with pytest.raises(TypeError, match=r"An index is a whole number.*Received"):
        convert(X)[key]


@ways
@pytest.mark.parametrize(
    "key",
    [(1, slice(0, 2)), ([0, 0, 2],), (slice(None, None, -2), None), (Ellipsis, 1)],
)
def test_gradients_flow_to_what_was_picked(wrap, key):
    @wrap
    def run(x):
        with GradientTape() as tape:
            tape.watch(x)
            y = reduce.sum(math.square(x[key]))
        return tape.gradient(y, x)

    expected = np.zeros_like(X)
    np.add.at(expected, key, 2 * X[key])
    np.testing.assert_allclose(run(convert(X)).numpy(), expected)


def test_variables_and_symbolic_tensors():
    v = Variable(X)
    np.testing.assert_array_equal(v[1, ::-1].numpy(), X[1, ::-1])
    s = SymbolicTensor((None, 4, 5))
    assert s[:, 1].shape == (None, 5)
    assert s[..., None, 2:].shape == (None, 4, 1, 3)
    assert s[:2].shape[1:] == (4, 5)
    assert s[0].shape == (4, 5)
    with pytest.raises(IndexError, match="Too many"):
        s[0, 0, 0, 0]


def test_one_compilation_serves_every_start():
    x = convert(np.zeros((7, 11), "float32"))
    x[0], x[0:2]
    before = _getitem._compiled._cache_size()
    for i in range(5):
        x[i], x[i : i + 2], x[-i]
    assert _getitem._compiled._cache_size() == before
