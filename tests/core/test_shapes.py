"""Shapes and nested structures."""

from collections import OrderedDict, namedtuple

import numpy as np
import pytest

from addax.core import SymbolicTensor, TensorShape, Variable, convert, tree
from addax.core.shapes import standardize_shape

# Shapes


def test_a_shape_is_a_tuple():
    shape = TensorShape([None, 28, 28])
    assert isinstance(shape, tuple)
    assert shape == (None, 28, 28) == shape
    assert shape == [None, 28, 28]
    assert shape != (None, 28)
    assert hash(shape) == hash((None, 28, 28))
    assert (repr(shape), str(shape)) == (
        "TensorShape([None, 28, 28])",
        "(None, 28, 28)",
    )
    assert (shape.rank, shape.ndims, len(shape)) == (3, 3, 3)
    assert shape.as_list() == shape.dims == [None, 28, 28]
    assert shape[1:] == (28, 28)
    assert isinstance(shape[1:], TensorShape)
    assert shape[-1] == 28
    assert isinstance(shape + [1], TensorShape)  # noqa: RUF005
    assert (1,) + shape == (1, None, 28, 28)  # noqa: RUF005
    assert shape.concatenate([2]) == (None, 28, 28, 2)


def test_what_a_shape_knows():
    known, open_ = TensorShape([2, 3]), TensorShape([None, 3])
    assert (known.num_elements(), open_.num_elements()) == (6, None)
    assert (known.is_fully_defined(), open_.is_fully_defined()) == (True, False)
    assert TensorShape(()).num_elements() == 1
    assert open_.is_compatible_with(known)
    assert open_.is_compatible_with(None)
    assert not open_.is_compatible_with([2, 4])
    assert not open_.is_compatible_with([2])
    assert known.with_rank(2) is known
    with pytest.raises(
        ValueError, match=r"Shapes \(2, 3\) and \[2, 4\] are incompatible"
    ):
        known.assert_is_compatible_with([2, 4])
    with pytest.raises(ValueError, match="must have rank 3"):
        known.with_rank(3)


@pytest.mark.parametrize(
    "given, expected",
    [
        (3, (3,)), ([2, 3], (2, 3)), ((), ()), ((None, 3), (None, 3)),
        (np.array([2, 3]), (2, 3)), ([np.int64(2), 3.0], (2, 3)),
        (TensorShape([2]), (2,)), (np.int32(4), (4,)),
    ],
)  # fmt: skip
def test_shapes_from_anything(given, expected):
    found = standardize_shape(given)
    assert found == expected
    assert all(n is None or type(n) is int for n in found)


def test_shapes_from_tensors():
    assert standardize_shape(convert([2, 3])) == (2, 3)
    assert standardize_shape(convert(4)) == (4,)
    assert standardize_shape((convert(2), Variable(3))) == (2, 3)


@pytest.mark.parametrize(
    "given, text",
    [
        (None, r"Received: shape=None(?s:.)*shape=\(28, 28\)"),
        ((2, "x"), "must be whole numbers or None. Received: shape="),
        ((2.5,), "must be whole numbers"), ((float("nan"),), "must be whole numbers"),
        ((float("inf"),), "must be whole numbers"), ((-1,), "cannot be negative"),
    ],
)  # fmt: skip
def test_what_is_no_shape(given, text):
    with pytest.raises(ValueError, match=text):
        standardize_shape(given)


def test_unknown_sizes_may_be_refused():
    with pytest.raises(ValueError, match=r"must be whole numbers\. Received"):
        standardize_shape((None, 2), allow_unknown=False)


# Structures

Point = namedtuple("Point", ["x", "y"])


def test_leaves_come_in_order():
    x = convert([1.0, 2.0])
    nested = {"b": [1, (2, None)], "a": x, "c": Point(3, {"z": 4})}
    leaves = tree.flatten(nested)
    assert leaves[0] is x
    assert leaves[1:] == [1, 2, None, 3, 4]
    assert [leaf for _, leaf in tree.flatten_with_path(nested)][1:] == leaves[1:]
    paths = [path for path, _ in tree.flatten_with_path(nested)]
    assert paths == [
        ("a",), ("b", 0), ("b", 1, 0), ("b", 1, 1), ("c", "x"), ("c", "y", "z"),
    ]  # fmt: skip


def test_tensors_variables_and_none_are_leaves():
    for leaf in (
        None,
        convert([1, 2]),
        Variable([1.0]),
        SymbolicTensor((2,)),
        "text",
        3,
    ):
        assert len(tree.flatten(leaf)) == 1
        assert tree.flatten([leaf])[0] is leaf
        assert not tree.is_nested(leaf)
    assert tree.flatten([]) == []


def test_structures_are_kept():
    nested = OrderedDict([("b", Point(1, [2])), ("a", (3,))])
    doubled = tree.map_structure(lambda x: x * 2, nested)
    assert doubled == OrderedDict([("b", Point(2, [4])), ("a", (6,))])
    assert list(doubled) == ["b", "a"]
    assert isinstance(doubled["b"], Point)
    leaves, treedef = tree.flatten_with_treedef(nested)
    assert tree.unflatten(treedef, leaves) == nested
    hash(treedef)


def test_several_structures_at_once():
    assert tree.map_structure(lambda a, b: (a, b), [1, {"k": None}], [3, {"k": 4}]) == [
        (1, 3),
        {"k": (None, 4)},
    ]
    with pytest.raises(ValueError, match=r"[Ll]ength|arity|[Mm]ismatch|structure"):
        tree.map_structure(lambda a, b: a, [1], [1, 2])
    with pytest.raises(ValueError, match="at least one structure"):
        tree.map_structure(lambda: 1)


def test_structures_that_differ():
    tree.assert_same_structure([1, (2,)], [3, (4,)])
    with pytest.raises(ValueError, match=r"two structures differ(?s:.)*Received"):
        tree.assert_same_structure([1, (2,)], [3, [4]])
