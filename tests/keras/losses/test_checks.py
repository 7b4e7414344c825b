"""Targets are looked at before training."""

import numpy as np
import pytest

from addax.keras import losses
from addax.keras.losses.checks import check_targets

SPARSE = "sparse_categorical_crossentropy"

FINE = [
    (SPARSE, np.array([0, 2, 1]), (None, 3)),
    (SPARSE, np.array([[0], [2]]), (None, 3)),
    (SPARSE, np.array([0.0, 2.0]), (None, 3)),
    (SPARSE, np.zeros((2, 4, 4), int), (None, 4, 4, 3)),
    (SPARSE, np.zeros(0, int), (None, 3)),
    (losses.SparseCategoricalCrossentropy(ignore_class=-1), [0, -1], (None, 3)),
    ("categorical_crossentropy", np.eye(3), (None, 3)),
    ("binary_crossentropy", np.array([0, 1]), (None, 1)),
    ("binary_crossentropy", np.zeros((2, 4)), (None, 4)),
    ("mse", np.array([1.5, -3.0]), (None, 1)),
    ("mse", np.zeros((2, 3)), (None, 3)),
    ("hinge", np.array([-1, 1]), (None, 1)),
    (lambda y_true, y_pred: y_pred, np.array(["a"]), (None, 1)),
]


@pytest.mark.parametrize(
    "loss, y, shape", FINE, ids=lambda x: str(x)[:30] * isinstance(x, str)
)
def test_right_targets(loss, y, shape):
    check_targets(loss, y, shape)


WRONG = [
    (SPARSE, np.array([0, 3, 1]), (None, 3),
     r"not one of the model's 3 classes. Received: y\[1\]=3(.|\n)*from 0 to 2 here, y "
     r"holds 0 to 3(.|\n)*Dense\(4\)"),
    (SPARSE, np.array([1, -1]), (None, 3),
     r"y\[1\]=-1(.|\n)*return_inverse=True(.|\n)*ignore_class=-1"),
    (losses.SparseCategoricalCrossentropy(ignore_class=-1), np.array([0, -1, 9]),
     (None, 3), r"y\[2\]=9"),
    (SPARSE, np.array([[0, 0], [0, 7]])[:, :, None], (None, 2, 3), r"y\[1, 1, 0\]=7"),
    (SPARSE, np.eye(3), (None, 3), "look one-hot"),
    (SPARSE, np.array([0.0, 1.5]), (None, 3),
     r"Class numbers must be whole. Received: y\[1\]=1.5(.|\n)*mean_squared_error"),
    (SPARSE, np.array(["cat", "dog"]), (None, 2),
     r"Targets must be numbers. Received: y\[0\](.|\n)*numpy.unique"),
    ("categorical_crossentropy", np.array([0, 1]), (None, 3), "look like class"),
    ("binary_crossentropy", np.array([0, 2]), (None, 1),
     r"takes labels from 0 to 1. Received: y\[1\]=2(.|\n)*Dense\(3"),
    ("mse", np.zeros((2, 5)), (None, 3), r"Axis 1 has size 5 in y_true and 3"),
]  # fmt: skip


@pytest.mark.parametrize(
    "loss, y, shape, text", WRONG, ids=lambda x: str(x)[:30] * isinstance(x, str)
)
def test_wrong_targets(loss, y, shape, text):
    with pytest.raises(ValueError, match=text):
        check_targets(loss, y, shape)


def test_fractions_out_of_range_are_only_warned_of():
    with pytest.warns(
        UserWarning, match=r"labels from 0 to 1. Received: target\[0, 0\]"
    ):
        check_targets("bce", np.array([[-0.5], [1.5]]), (None, 1), name="target")
