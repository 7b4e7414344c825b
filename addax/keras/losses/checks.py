"""Targets looked at before training, on the host, where their values can be shown."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import SymbolicTensor, as_dtype
from addax.keras.losses.elementwise import pair
from addax.keras.losses.focal import (
    binary_focal_crossentropy,
    categorical_focal_crossentropy,
    categorical_generalized_cross_entropy,
)
from addax.keras.losses.loss import LossFunctionWrapper
from addax.keras.losses.probabilistic import (
    binary_crossentropy,
    categorical_crossentropy,
    sparse_categorical_crossentropy,
)
from addax.keras.losses.registry import get
from addax.keras.losses.regression import (
    huber,
    log_cosh,
    mean_absolute_error,
    mean_absolute_percentage_error,
    mean_squared_error,
    mean_squared_logarithmic_error,
)
from addax.keras.losses.shapes import check_binary, check_one_hot, check_sparse
from addax.keras.losses.values import same_rank

_SPARSE = (sparse_categorical_crossentropy, categorical_generalized_cross_entropy)
_ONE_HOT = (categorical_crossentropy, categorical_focal_crossentropy)
_BINARY = (binary_crossentropy, binary_focal_crossentropy)
_ELEMENTWISE = (
    huber, log_cosh, mean_absolute_error, mean_absolute_percentage_error,
    mean_squared_error, mean_squared_logarithmic_error,
)  # fmt: skip


def check_targets(loss: Any, y_true: Any, y_pred_shape: Any, name: str = "y") -> None:
    """Raises a clear error if targets cannot be right for a loss and a model.

    Only shapes, the least and the greatest value are looked at.

    Args:
        loss: A loss, a loss function or its name.
        y_true: The targets: an array.
        y_pred_shape: The shape of the model's output; sizes may be `None`.
        name: What the user calls the targets.

    Raises:
        ValueError: If shapes do not fit, a label is no class, or targets are strings.

    Example:

    >>> import numpy as np
    >>> from addax.keras.losses.checks import check_targets
    >>> y = np.array([0, 3, 7])
    >>> check_targets("sparse_categorical_crossentropy", y, (None, 10))
    >>> check_targets("sparse_categorical_crossentropy", y, (None, 7))
    Traceback (most recent call last):
    ...
    ValueError: A label is not one of the model's 7 classes. Received: y[2]=7
    Class numbers run from 0 to 6 here, y holds 0 to 7.
    Fix, one of:
      1. Give the last layer a unit for each class: Dense(8).
      2. Number the classes from 0 on: classes, y = numpy.unique(y, return_inverse=True)
    """
    loss = get(loss)
    fn = loss.fn if isinstance(loss, LossFunctionWrapper) else loss
    options = loss._fn_kwargs if isinstance(loss, LossFunctionWrapper) else {}
    kinds = (*_SPARSE, *_ONE_HOT, *_BINARY, *_ELEMENTWISE)
    if not any(fn is each for each in kinds):
        return  # what a user's own loss expects is not known
    y = np.asarray(y_true)
    _refuse_strings(y, name)
    label = SymbolicTensor((None, *y.shape[1:]), as_dtype(y.dtype))
    output = SymbolicTensor((None, *tuple(y_pred_shape)[1:]), "float32")
    if fn in _SPARSE:
        axis = options.get("axis", -1)
        check_sparse(label, output, fn.__name__, axis)
        low, high = _limits(y)
        _check_classes(
            y, low, high, output.shape[axis], options.get("ignore_class"), name
        )
        return
    if fn in _ELEMENTWISE:
        pair(label, output, fn.__name__)
        return
    check = check_one_hot if fn in _ONE_HOT else check_binary
    check(*same_rank(label, output), fn.__name__)
    low, high = _limits(y)
    if low < 0 or high > 1:
        _out_of_unit(y, low, high, fn.__name__, name)


def _refuse_strings(y: Any, name: str) -> None:
    if y.dtype.kind in "OSUT":
        raise ValueError(
            explain(
                "Targets must be numbers.",
                received={f"{name}[0]": y.reshape(-1)[0] if y.size else y},
                fix=f"classes, {name} = numpy.unique({name}, return_inverse=True)",
            )
        )


def _limits(y: Any) -> tuple[Any, Any]:
    return (y.min().item(), y.max().item()) if y.size else (0, 0)


def _check_classes(
    y: Any, low: Any, high: Any, classes: int | None, ignored: Any, name: str
) -> None:
    if y.dtype.kind == "f":
        first = y.reshape(-1)[:1000]
        if (first != np.floor(first)).any():
            raise ValueError(
                explain(
                    "Class numbers must be whole.",
                    received={_place(y != np.floor(y), name): _first_fraction(first)},
                    fix=[
                        'For numbers to predict use loss="mean_squared_error".',
                        f"For one-hot labels of shape (batch, {classes}) use "
                        'loss="categorical_crossentropy".',
                    ],
                )
            )
    if classes is None or (low >= 0 and high < classes):
        return
    wrong = (y < 0) | (y >= classes)
    if ignored is not None:
        wrong &= y != ignored
    if not wrong.any():
        return
    where = _place(wrong, name)
    fixes = [f"Number the classes from 0 on: classes, {name} = numpy.unique({name}, "
             "return_inverse=True)"]  # fmt: skip
    if low >= 0:
        fixes.insert(
            0, f"Give the last layer a unit for each class: Dense({int(high) + 1})."
        )
    elif ignored is None:
        fixes.append(
            "If it marks what has no label: SparseCategoricalCrossentropy("
            f"ignore_class={int(low)})"
        )
    raise ValueError(
        explain(
            f"A label is not one of the model's {classes} classes.",
            received={where: y[tuple(np.argwhere(wrong)[0])].item()},
            why=f"Class numbers run from 0 to {classes - 1} here, {name} holds "
            f"{low} to {high}.",
            fix=fixes,
        )
    )


def _out_of_unit(y: Any, low: Any, high: Any, loss: str, name: str) -> None:
    text = explain(
        f"{loss} takes labels from 0 to 1.",
        received={_place((y < 0) | (y > 1), name): low if low < 0 else high},
        why=f"{name} holds {low} to {high}.",
        fix=[
            "For class numbers use "
            f'loss="sparse_categorical_crossentropy" and Dense({int(high) + 1}, '
            'activation="softmax").',
            'For labels -1 and 1 use loss="hinge", or (y + 1) / 2.',
            'For numbers to predict use loss="mean_squared_error".',
        ],
    )
    if y.dtype.kind in "iu":
        raise ValueError(text)
    # Standardised images are reconstructed this way, which trains, if badly.
    warnings.warn(text, stacklevel=4)


def _place(wrong: Any, name: str) -> str:
    index = ", ".join(str(i) for i in np.argwhere(wrong)[0])
    return f"{name}[{index}]"


def _first_fraction(values: Any) -> float:
    return values[values != np.floor(values)][0].item()
