"""`split_dataset`: one dataset cut in two."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import TensorLike
from addax.data import Dataset
from addax.data.elements import to_element
from addax.data.pipeline import stage_of
from addax.data.sources import Rows
from addax.data.specs import spec_of
from addax.data.stage import Run
from addax.data.windows import Fixed


def split_dataset(
    dataset: Any,
    left_size: float | int | None = None,
    right_size: float | int | None = None,
    shuffle: bool = False,
    seed: int | None = None,
    preferred_backend: str | None = None,
) -> tuple[Dataset, Dataset]:
    """Cuts a dataset in two.

    Args:
        dataset: A `tf.data.Dataset`, a PyTorch dataset, an array, or a list or tuple
            of arrays of one length.
        left_size: The first part's size: a fraction, or a number of elements.
        right_size: The second part's size, likewise.
        shuffle: Whether elements are mixed first.
        seed: A seed for the mixing.
        preferred_backend: Kept for Keras's signature.

    Returns:
        A pair of `tf.data.Dataset`s.

    Raises:
        ValueError: If the sizes are missing, too large, or leave a part empty.

    Example:

    >>> import numpy as np
    >>> from addax import keras
    >>> left, right = keras.utils.split_dataset(np.arange(10), left_size=0.8)
    >>> len(left), len(right)
    (8, 2)
    """
    elements = list(_elements(dataset))
    order = np.arange(len(elements))
    if shuffle:
        np.random.RandomState(
            np.random.randint(int(1e6)) if seed is None else seed
        ).shuffle(order)
    left, right = _sizes(left_size, right_size, len(elements))
    spec = spec_of(elements[0])
    return (
        Dataset(Fixed([elements[i] for i in order[:left]], lambda: spec)),
        Dataset(
            Fixed([elements[i] for i in order[len(order) - right :]], lambda: spec)
        ),
    )


def _elements(dataset: Any) -> Iterator[Any]:
    if isinstance(dataset, Dataset):
        return stage_of(dataset).iterate(Run(dataset.options()))
    if isinstance(dataset, (np.ndarray, list, tuple, dict, TensorLike)):
        arrays = (
            tuple(dataset)
            if isinstance(dataset, list) and _arrays(dataset)
            else dataset
        )
        return Rows(arrays).iterate(Run())
    if hasattr(dataset, "__getitem__") and hasattr(dataset, "__len__"):
        return (to_element(dataset[i]) for i in range(len(dataset)))
    raise TypeError(
        explain(
            "split_dataset takes a dataset or arrays.", received={"dataset": dataset}
        )
    )


def _arrays(values: list[Any]) -> bool:
    return bool(values) and all(hasattr(v, "shape") for v in values)


def _sizes(left: Any, right: Any, total: int) -> tuple[int, int]:
    if left is None and right is None:
        raise ValueError(
            explain(
                "At least one size is needed.",
                received={"left_size": None, "right_size": None},
                fix="split_dataset(dataset, left_size=0.8)",
            )
        )
    first, second = _count(left, total, "left_size"), _count(right, total, "right_size")
    if first is None:
        first = total - (second or 0)
    if second is None:
        second = total - first
    if first + second > total or first < 1 or second < 1:
        raise ValueError(
            explain(
                "The two parts do not fit the dataset.",
                received={"left_size": left, "right_size": right, "elements": total},
                why="Both hold one element at least, and together not more than all.",
            )
        )
    return first, second


def _count(size: Any, total: int, name: str) -> int | None:
    if size is None:
        return None
    if isinstance(size, (float, np.floating)):
        if not 0 < size < 1:
            raise ValueError(
                explain(
                    f"`{name}` is a fraction between 0 and 1, or a whole number.",
                    received={name: size},
                )
            )
        return round(float(size) * total)
    return int(size)
