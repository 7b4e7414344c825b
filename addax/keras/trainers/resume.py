"""Where a training is, in a file, so that it goes on with the same bits.

The file is a weights file of Keras with one more group. What it holds beyond weights,
optimizer and generators of layers: the variables that a step writes besides (metrics,
the global generator), the states of NumPy's and Python's generators, where the pass
over the data is, and what callbacks have counted.
"""

from __future__ import annotations

import functools
import json
import operator
import random
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Any

import numpy as np

from addax._base.errors import explain
from addax._base.files import PathLike, atomic_path
from addax.core import Variable
from addax.core.random import global_generator
from addax.keras.saving.h5_store import (
    H5Group,
    file_size,
    find_group,
    open_h5,
    write_array,
)
from addax.keras.saving.hdf5 import h5py
from addax.keras.saving.state import read_state, write_state
from addax.keras.trainers.passes import numpy_state, set_numpy_state

_GROUP, _RECORD, _ARRAYS = "training_progress", "record", "arrays"


@dataclass
class Backup:
    """A training to go on with.

    Attributes:
        path: The file.
        epoch: The epoch to go on in.
        batch: How many of its batches are done.
        record: The states of generators and callbacks; empty in files of Keras.
    """

    path: str
    epoch: int
    batch: int
    record: dict[str, Any]

    def restore(self, model: Any, callbacks: Iterable[Any], step: list[Any]) -> None:
        """Sets everything that the file holds.

        Args:
            model: The model, whose step has been traced, so that all is built.
            callbacks: The callbacks of this training.
            step: The variables that the step writes.
        """
        with open_h5(self.path, self.path) as file:
            read_state(model, file, self.path)
            if not self.record:
                return
            arrays = find_group(file, f"{_GROUP}/{_ARRAYS}", self.path)
            store = H5Group(arrays, self.path, file_size(file))
            _set_variables(_others(model, step), store, self.record["others"])
            known = dict(_named(callbacks))
            for key, values in self.record["callbacks"].items():
                if key in known:
                    _set_state(known[key], values, store)
        if self.batch or self.record["pass"]["done"]:
            # Else the order was drawn a moment ago, and this is the state after.
            set_numpy_state(self.record["numpy"])
        version, words, gauss = self.record["python"]
        random.setstate((version, tuple(words), gauss))


def read_backup(path: PathLike, epoch: int, batch: int) -> Backup:
    """The backup in a file; `epoch` and `batch` count if it does not say itself.

    Raises:
        ValueError: If the file is damaged.
    """
    shown = str(path)
    with open_h5(path, shown) as file:
        group = find_group(file, _GROUP, shown)
        if group is None:
            # Keras's own backups begin the epoch again.
            return Backup(shown, epoch, 0, {})
        text = H5Group(group, shown, file_size(file))[_RECORD]
        record = json.loads(text)
    return Backup(shown, record["epoch"], record["batch"], record)


def write_backup(
    path: PathLike,
    model: Any,
    callbacks: Iterable[Any],
    step: list[Any],
    place: dict[str, Any],
) -> None:
    """Writes a training's whole state as one file, at once or not at all.

    Args:
        path: Where to.
        model: The model.
        callbacks: The callbacks of this training.
        step: The variables that the step writes.
        place: `epoch`, `batch`, and `pass`, where the feed is.
    """
    arrays: dict[str, Any] = {}
    others = _others(model, step)
    for i, variable in enumerate(others):
        arrays[f"variable_{i}"] = variable.numpy()
    states = {key: _state(c, key, arrays) for key, c in _named(callbacks)}
    record = {
        **place,
        "numpy": numpy_state(),
        "python": random.getstate(),
        "others": [v.path for v in others],
        "callbacks": {k: v for k, v in states.items() if v},
    }
    with atomic_path(path) as temporary, h5py.File(temporary, "w") as file:
        write_state(model, file)
        group = file.create_group(_GROUP)
        group.create_dataset(_RECORD, data=json.dumps(record))
        inner = group.create_group(_ARRAYS)
        for name, value in arrays.items():
            write_array(inner, name, value)


def _others(model: Any, step: list[Any]) -> list[Variable]:
    """The variables of a training that weights files have no place for."""
    optimizer = getattr(model, "optimizer", None)
    stored = {id(v) for v in (*model.weights, *getattr(optimizer, "variables", ()))}
    metrics = [v for metric in model.metrics for v in metric.variables]
    found = {id(v): v for v in (global_generator().state, *metrics, *step)}
    return [v for key, v in found.items() if key not in stored]


def _set_variables(variables: list[Variable], store: H5Group, paths: list[str]) -> None:
    if len(variables) != len(paths):
        raise ValueError(
            explain(
                "The backup is one of another training.",
                received={
                    "variables in the backup": paths,
                    "variables of this training": [v.path for v in variables],
                },
                why="Metrics and generators go on where they were, so they must be "
                "the same.",
                fix="Compile the model as before, or remove the backup.",
            )
        )
    for i, variable in enumerate(variables):
        variable.assign(store[f"variable_{i}"])


# Callbacks


def _named(callbacks: Iterable[Any]) -> Iterator[tuple[str, Any]]:
    """Each callback with a name that it has in another process, too."""
    count: dict[str, int] = {}
    for each in callbacks:
        kind = type(each).__qualname__
        count[kind] = count.get(kind, -1) + 1
        yield f"{kind}_{count[kind]}", each


def _state(callback: Any, key: str, arrays: dict[str, Any]) -> dict[str, Any]:
    """What a callback's class lists in `resumes`; arrays go into `arrays`."""
    state: dict[str, Any] = {}
    for name in getattr(callback, "resumes", ()):
        value = operator.attrgetter(name)(callback)
        if isinstance(value, list) and any(isinstance(v, np.ndarray) for v in value):
            places = [f"{key}_{name}_{i}" for i in range(len(value))]
            arrays.update(zip(places, value, strict=True))
            value = {"arrays": places}
        elif isinstance(value, np.generic):
            value = value.item()
        state[name] = value
    return state


def _set_state(callback: Any, state: dict[str, Any], store: H5Group) -> None:
    for path, value in state.items():
        if isinstance(value, dict) and "arrays" in value:
            value = [store[name] for name in value["arrays"]]
        *owners, name = path.split(".")
        setattr(functools.reduce(getattr, owners, callback), name, value)
