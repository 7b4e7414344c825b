"""Tell what kind of answer a target asks for: a class or a number."""

from dataclasses import dataclass

import numpy as np

from addax._base.errors import explain

# So few different whole numbers are taken for classes, whatever they are.
_FEW = 20
# More of them need to be 0, 1, 2, ... with so many rows for each.
_ROWS_PER_CLASS = 20


@dataclass(frozen=True)
class Target:
    """An encoded target.

    Args:
        y: class numbers (`int32`), or numbers (`float32`).
        classes: their names; empty for a regression.
        reason: why it was taken for that, when this could surprise.
    """

    y: np.ndarray
    classes: tuple[str, ...] = ()
    reason: str = ""


def encode_target(values: np.ndarray, name: str, task: str | None = None) -> Target:
    """Encode a target, as classes or as numbers.

    Args:
        values: one value a row, none missing; or one-hot rows.
        name: what the user calls it, for the messages.
        task: `"classification"` or `"regression"` when the user said so.

    Returns:
        The encoded target.

    Raises:
        ValueError: there is only one class or one number, several numbers a row, or
            texts for a regression.

    Example:

    >>> encode_target(np.array(["cat", "dog", "cat"]), "animal").classes
    ('cat', 'dog')
    >>> encode_target(np.array([1.5, 2.5, 9.0]), "price").classes
    ()
    """
    if values.ndim == 2 and values.shape[1] > 1 and _is_one_hot(values):
        values, task = values.argmax(axis=1), task or "classification"
    values = _one_a_row(values, name)
    is_number = values.dtype.kind in "iuf"
    if task == "regression" and not is_number:
        raise ValueError(
            explain(
                f"A regression predicts numbers, and {name!r} holds others.",
                received={name: values[0]},
                fix="Leave out --task regression, or choose another target.",
            )
        )
    different = np.unique(values)
    if len(different) < 2:
        raise ValueError(
            explain(
                f"{name!r} is the same in every row, so there is nothing to learn.",
                received={name: different.tolist()},
                fix="Choose another target, or add data of another class.",
            )
        )
    whole = is_number and bool(np.all(different == np.round(different)))
    if task is None:
        as_classes = not is_number or (whole and _look_like_classes(different, values))
    else:
        as_classes = task == "classification"
    if not as_classes:
        return Target(values.astype("float32"))
    numbers = np.searchsorted(different, values).astype("int32")
    names = (str(int(v)) if whole else str(v) for v in different)
    reason = ""
    if is_number and task is None:
        reason = (
            f"{name!r} holds {len(different)} different whole numbers, so they were "
            "taken for classes (--task regression changes that)."
        )
    return Target(numbers, tuple(names), reason)


def _one_a_row(values: np.ndarray, name: str) -> np.ndarray:
    if values.ndim == 2 and values.shape[1] == 1:  # as the labels of CIFAR are
        return values[:, 0]
    if values.ndim != 1:
        raise ValueError(
            explain(
                f"{name!r} must hold one number or class a row.",
                received={name: values},
                why="`addax train` makes models with one output. One-hot rows are "
                "understood too, but these are none.",
                fix="Train one model for each column.",
            )
        )
    return values


def _is_one_hot(values: np.ndarray) -> bool:
    if values.dtype.kind not in "biuf":
        return False
    return bool(np.isin(values, (0, 1)).all() and (values.sum(axis=1) == 1).all())


def _look_like_classes(different: np.ndarray, values: np.ndarray) -> bool:
    count = len(different)
    from_zero = different[0] == 0 and different[-1] == count - 1
    if count <= _FEW:
        # Five numbers among six rows are measurements; 0 and 1 are always classes.
        return count * 2 <= len(values) or count == 2
    return bool(from_zero and count * _ROWS_PER_CLASS <= len(values))
