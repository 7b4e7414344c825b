"""What a target asks for."""

import numpy as np
import pytest

from addax.cli.splits import split_in_three, split_off
from addax.cli.targets import encode_target


@pytest.mark.parametrize(
    "values, classes",
    [
        (np.array(["b", "a", "b"]), ("a", "b")),
        (np.array(["b", "a"], dtype=object), ("a", "b")),
        (np.array([True, False]), ("False", "True")),
        (np.array([0, 1, 0, 1]), ("0", "1")),
        (np.array([3.0, 5.0, 3.0, 5.0, 4.0, 4.0]), ("3", "4", "5")),
        (np.array([[1], [0]]), ("0", "1")),
        (np.eye(3), ("0", "1", "2")),
        (np.repeat(np.arange(100), 20), tuple(map(str, range(100)))),
        # numbers
        (np.array([0.5, 1.5]), ()),
        (np.array([1, 2, 3, 4]), ()),
        (np.arange(100), ()),
        (np.repeat(np.arange(1900, 2000), 30), ()),
    ],
)
def test_classes_or_numbers(values, classes):
    target = encode_target(values, "y")
    assert target.classes == classes or sorted(classes) == list(target.classes)
    assert target.y.dtype == ("int32" if classes else "float32")


def test_class_numbers_lead_back_to_the_names():
    values = np.array(["pear", "apple", "fig", "apple"])
    target = encode_target(values, "fruit")
    assert [target.classes[i] for i in target.y] == list(values)


def test_the_user_decides():
    grades = np.array([1, 2, 3] * 5)
    assert encode_target(grades, "grade").classes == ("1", "2", "3")
    assert "--task regression" in encode_target(grades, "grade").reason
    assert encode_target(grades, "grade", "regression").classes == ()
    assert encode_target(np.arange(50), "n", "classification").classes[49] == "49"


def test_parts_are_disjoint_and_alike():
    labels = np.array([0] * 80 + [1] * 20 + [2])
    parts = split_in_three(labels, len(labels), np.random.default_rng(0))
    assert sorted(np.concatenate(parts)) == list(range(101))
    train, validation, test = (np.bincount(labels[each], minlength=3) for each in parts)
    assert test.tolist() == [16, 4, 0]
    assert validation.tolist() == [10, 2, 0]
    assert train.tolist() == [54, 14, 1]


def test_splitting_is_decided_by_the_generator():
    rows = np.arange(50)
    one, two, three = (
        split_off(None, rows, 0.2, np.random.default_rng(seed))[1] for seed in (0, 0, 1)
    )
    assert np.array_equal(one, two)
    assert not np.array_equal(one, three)
