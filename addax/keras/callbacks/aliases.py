"""Other names of a metric: `accuracy` for `sparse_categorical_accuracy`."""

from __future__ import annotations

import warnings
from collections.abc import Iterable
from typing import Any

# Names that people use for one another, each group one meaning.
_SAME = (
    {"acc", "accuracy", "binary_accuracy", "categorical_accuracy",
     "sparse_categorical_accuracy"},
    {"mse", "mean_squared_error"},
    {"mae", "mean_absolute_error"},
    {"mape", "mean_absolute_percentage_error"},
    {"msle", "mean_squared_logarithmic_error"},
    {"rmse", "root_mean_squared_error"},
)  # fmt: skip


def meant(name: str, there: Iterable[str]) -> str | None:
    """The one metric that a name which is not there can only stand for, or `None`.

    Args:
        name: What was asked for, e.g. `"val_accuracy"`.
        there: The names that there are.

    Example:

    >>> meant("val_acc", ["loss", "val_loss", "val_sparse_categorical_accuracy"])
    'val_sparse_categorical_accuracy'
    """
    prefix = "val_" if name.startswith("val_") else ""
    short = name.removeprefix("val_")
    same = next((group for group in _SAME if short in group), {short})
    likely = []
    for key in there:
        own = key.removeprefix("val_")
        if key.startswith("val_") == bool(prefix) and (
            own in same or any(own.endswith(f"_{each}") for each in same)
        ):
            likely.append(key)
    return likely[0] if len(likely) == 1 else None


class Curves(dict[str, Any]):
    """A value for each metric, found by another name of the metric too.

    Example:

    >>> curves = Curves(loss=[0.5], mean_absolute_error=[0.25])
    >>> curves["loss"]
    [0.5]
    """

    def __missing__(self, name: str) -> Any:
        key = meant(name, self) if isinstance(name, str) else None
        if key is None:
            raise KeyError(f"{name!r}: there are {', '.join(map(repr, self))}")
        warnings.warn(
            f"There is no {name!r} among the metrics; this is {key!r}. To have it "
            f"under that name: compile(metrics=[{name.removeprefix('val_')!r}])",
            stacklevel=2,
        )
        return self[key]
