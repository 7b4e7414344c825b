"""All variables of a model as nested dictionaries, in Keras's groups."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax.core import Variable

Tree = dict[str, Any]


def get_state_tree(model: Any, value_format: str = "backend_tensor") -> Tree:
    """The values of a model's variables, by group and by the parts of their paths.

    Args:
        model: The model.
        value_format: `"backend_tensor"` or `"numpy_array"`.

    Raises:
        ValueError: If `value_format` is neither.
    """
    if value_format not in ("backend_tensor", "numpy_array"):
        raise ValueError(
            explain(
                "`value_format` is 'backend_tensor' or 'numpy_array'.",
                received={"value_format": value_format},
            )
        )
    as_numpy = value_format == "numpy_array"
    tree: Tree = {}
    for group, variables in _groups(model).items():
        inner = tree[group] = {}
        for variable in variables:
            *folders, last = variable.path.split("/")
            place = inner
            for folder in folders:
                place = place.setdefault(folder, {})
            place[last] = (
                np.asarray(variable.numpy()) if as_numpy else variable.read_value()
            )
    return tree


def set_state_tree(model: Any, tree: Tree) -> list[str]:
    """Sets the variables that a tree names.

    A model that was loaded has shorter paths than the one that was made (`a/kernel` for
    `net/a/kernel`), as in Keras: where no path is the same, the end of one will do.

    Args:
        model: The model.
        tree: What `get_state_tree` returned; groups and variables may be missing.

    Returns:
        The paths of the variables that it does not name.
    """
    missing = []
    for group, variables in _groups(model).items():
        values = dict(_leaves(tree.get(group) or {}))
        for variable in variables:
            path = _meant(variable, values)
            if path is None:
                missing.append(variable.path)
            else:
                variable.assign(values.pop(path))
    return missing


def _meant(variable: Variable, values: dict[str, Any]) -> str | None:
    if variable.path in values:
        return variable.path
    last = variable.path.rpartition("/")[2]
    shape = tuple(variable.shape)
    likely = [
        path
        for path, value in values.items()
        if (path.endswith(last) or variable.path.endswith(path.rpartition("/")[2]))
        and tuple(np.shape(value)) == shape
        and _ends_alike(path, variable.path)
    ]
    return min(likely, key=lambda p: abs(len(p) - len(variable.path)), default=None)


def _ends_alike(one: str, other: str) -> bool:
    """Whether a path ends as the other does, but for the model's name."""
    a, b = one.split("/"), other.split("/")
    if len(a) == len(b):  # names of slots have the weight's path in them
        return a[:-1] == b[:-1]
    short, long = sorted((a, b), key=len)
    return long[-len(short) :] == short


def _leaves(tree: Tree, prefix: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in tree.items():
        if isinstance(value, dict):
            yield from _leaves(value, f"{prefix}{key}/")
        else:
            yield f"{prefix}{key}", value


def _groups(model: Any) -> dict[str, list[Variable]]:
    metrics = [v for metric in model.metrics for v in metric.variables]
    known = {id(v) for v in metrics}
    fixed = [v for v in model.non_trainable_variables if id(v) not in known]
    groups = {
        "trainable_variables": list(model.trainable_variables),
        "non_trainable_variables": fixed,
    }
    if model.optimizer is not None:
        groups["optimizer_variables"] = list(model.optimizer.variables)
    return {**groups, "metrics_variables": metrics}
