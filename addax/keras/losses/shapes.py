"""Labels and the outputs they belong to: whether their shapes fit, and if not, why."""

from __future__ import annotations

from typing import Any

from addax._base.errors import explain
from addax.keras.losses.elementwise import Shown


def check_one_hot(y_true: Any, y_pred: Any, name: str) -> None:
    """Raises `ValueError` unless the labels are rows like those of the output."""
    if _agree(y_true.shape, y_pred.shape):
        return
    classes = y_pred.shape[-1] if y_pred.shape else None
    fewer_axes = len(y_true.shape) == len(y_pred.shape) - 1
    if classes != 1 and (fewer_axes or y_true.shape[-1:] == (1,)):
        raise ValueError(
            explain(
                f"{name} takes one-hot labels, of the predictions' shape.",
                received=_shown(y_true, y_pred),
                why="These labels look like class numbers.",
                fix=[
                    f'loss="sparse_{name}"'
                    if name == "categorical_crossentropy"
                    else 'loss="sparse_categorical_crossentropy"',
                    f"y = keras.utils.to_categorical(y, num_classes={classes})",
                ],
            )
        )
    raise ValueError(
        explain(
            f"{name} takes labels of the predictions' shape.",
            received=_shown(y_true, y_pred),
            why=_difference(y_true.shape, y_pred.shape),
            fix=f"End the model with Dense({_last(y_true)}).",
        )
    )


def check_binary(y_true: Any, y_pred: Any, name: str) -> None:
    """Raises `ValueError` unless there is a label for each output."""
    if _agree(y_true.shape, y_pred.shape):
        return
    classes = y_pred.shape[-1] if y_pred.shape else None
    raise ValueError(
        explain(
            f"{name} takes a label (0 or 1) for each output.",
            received=_shown(y_true, y_pred),
            why=_difference(y_true.shape, y_pred.shape),
            fix=[
                "For one yes-or-no question end the model with "
                'Dense(1, activation="sigmoid").',
                f"For one of {classes} classes use "
                'loss="sparse_categorical_crossentropy" and '
                f'Dense({classes}, activation="softmax").',
            ],
        )
    )


def check_sparse(y_true: Any, y_pred: Any, name: str, axis: int = -1) -> None:
    """Raises `ValueError` unless there is a class number for each row of the output."""
    rows = list(y_pred.shape)
    classes = rows.pop(axis) if rows else None
    labels = list(y_true.shape)
    if len(labels) == len(rows) + 1 and labels[-1] == 1:
        labels.pop()
    if _agree(labels, rows):
        return
    if _agree(y_true.shape, y_pred.shape):
        raise ValueError(
            explain(
                f"{name} takes class numbers, one for each row of the predictions.",
                received=_shown(y_true, y_pred),
                why="These labels look one-hot: they have an axis of classes.",
                fix=[
                    'loss="categorical_crossentropy"',
                    "y = numpy.argmax(y, axis=-1)",
                ],
            )
        )
    raise ValueError(
        explain(
            f"{name} takes class numbers of shape {tuple(rows)}: that of the "
            f"predictions without the axis of {classes} classes.",
            received=_shown(y_true, y_pred),
            why=_difference(labels, rows),
            fix="Give one class number for each prediction, and end the model with "
            "Dense(number of classes).",
        )
    )


def _agree(a: Any, b: Any) -> bool:
    return len(a) == len(b) and all(
        m is None or n is None or m == n for m, n in zip(a, b, strict=True)
    )


def _difference(labels: Any, wanted: Any) -> str:
    if len(labels) != len(wanted):
        return f"The labels have {len(labels)} axes, {len(wanted)} were expected."
    axis = next(
        i for i, (m, n) in enumerate(zip(labels, wanted, strict=True)) if m != n
    )
    return f"Axis {axis} has size {labels[axis]} in y_true, not {wanted[axis]}."


def _last(y: Any) -> Any:
    return y.shape[-1] if len(y.shape) > 1 else 1


def _shown(y_true: Any, y_pred: Any) -> dict[str, object]:
    return {"y_true": Shown(y_true), "y_pred": Shown(y_pred)}
