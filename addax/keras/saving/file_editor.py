"""`KerasFileEditor`: looks into a weights file, changes it, and writes it again."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from addax._base.archives import open_zip, read_member
from addax._base.errors import explain
from addax._base.files import PathLike, atomic_path
from addax._base.names import did_you_mean
from addax.keras.saving.archive import CONFIG, METADATA, WEIGHTS
from addax.keras.saving.h5_store import (
    H5Group,
    file_size,
    find_group,
    open_h5,
    write_array,
)
from addax.keras.saving.hdf5 import h5py
from addax.keras.saving.state import stored_arrays

Arrays = dict[str, Any]


class KerasFileEditor:
    """The arrays of a `.weights.h5` or `.keras` file, to look at and to change.

    An object is a layer, the optimizer or another part, addressed by its path, such as
    `"layers/dense_2"`, or by the path's last name if only one ends so. Its weights have
    keys, mostly `"0"`, `"1"`, and so on.

    Args:
        filepath: The file.

    Attributes:
        metadata: Of a `.keras` file: which version wrote it, and when.
        config: Of a `.keras` file: the model's configuration.

    Raises:
        ValueError: If the name ends otherwise.

    Example:

    >>> import tempfile
    >>> from addax import keras
    >>> model = keras.Sequential([keras.Input((3,)), keras.layers.Dense(2)])
    >>> path = f"{tempfile.mkdtemp()}/model.weights.h5"
    >>> model.save_weights(path)
    >>> editor = keras.saving.KerasFileEditor(path)
    >>> editor.rename_object("layers/dense", "first")
    >>> editor.summary()
    layers/first
      0: shape=(3, 2), dtype=float32
      1: shape=(2,), dtype=float32
    >>> editor.save(path)
    """

    def __init__(self, filepath: PathLike) -> None:
        path, shown = Path(filepath), str(filepath)
        self.filepath = shown
        self.metadata: Any = None
        self.config: Any = None
        if path.suffix == ".keras":
            with open_zip(path) as archive:
                self.metadata = json.loads(read_member(archive, METADATA))
                self.config = json.loads(read_member(archive, CONFIG))
                content: Any = io.BytesIO(read_member(archive, WEIGHTS))
        elif path.name.endswith(".weights.h5"):
            content = path
        else:
            raise ValueError(
                explain(
                    "A file to edit ends with `.weights.h5` or `.keras`.",
                    received={"filepath": shown},
                    fix='KerasFileEditor("model.weights.h5")',
                )
            )
        self._objects: dict[str, Arrays] = {}
        self._names: dict[str, Any] = {}
        with open_h5(content, shown) as file:
            self._read(file, shown)

    def _read(self, file: h5py.File, shown: str) -> None:
        size = file_size(file)
        paths: list[str] = []
        file.visit(lambda name: paths.append(name) if name.endswith("vars") else None)
        for path in paths:
            group = find_group(file, path, shown)
            if group is not None:
                found = H5Group(group, shown, size)
                name = path.removesuffix("vars").removesuffix("/")
                self._objects[name] = {key: found[key] for key in sorted(found)}
                self._names[name] = group.attrs.get("name", name)

    @property
    def weights_dict(self) -> dict[str, Any]:
        """The arrays, in dictionaries within dictionaries, by the parts of paths."""
        nested: dict[str, Any] = {}
        for path, arrays in self._objects.items():
            inner = nested
            for part in path.split("/") if path else ():
                inner = inner.setdefault(part, {})
            inner.update(arrays)
        return nested

    def summary(self) -> None:
        """Prints the objects, and the shapes and types of their weights."""
        for path, arrays in self._objects.items():
            if arrays:
                print("\n".join([path or "(the model itself)", *_lines(arrays)]))

    def compare(self, reference_model: Any) -> dict[str, Any]:
        """Prints where the file does not fit a model.

        Args:
            reference_model: The model, built.

        Returns:
            `{"status", "error_count", "match_count"}`; the status is `"success"` if
            there are no errors.
        """
        expected = {p: a for p, a in stored_arrays(reference_model).items() if a}
        errors, matches = [], 0
        for path, arrays in expected.items():
            there = self._objects.get(path)
            if not there:
                errors.append(f"{path}: the model has it, the file does not")
                continue
            for key in sorted({*arrays, *there}):
                shapes = [
                    np.shape(a[key]) if key in a else None for a in (arrays, there)
                ]
                if shapes[0] == shapes[1]:
                    matches += 1
                else:
                    of_model, of_file = (s or "nothing" for s in shapes)
                    errors.append(f"{path}/{key}: the model has {of_model}, "
                                  f"the file {of_file}")  # fmt: skip
        errors += [
            f"{path}: the file has it, the model does not"
            for path, arrays in self._objects.items()
            if arrays and path not in expected
        ]
        good = "The file fits the model"
        print("\n".join([*errors, f"{len(errors)} differences"]) if errors else good)
        status = "error" if errors else "success"
        return {"status": status, "error_count": len(errors), "match_count": matches}

    def add_object(self, object_path: str, weights: Arrays) -> None:
        """Adds an object.

        Args:
            object_path: Its full path.
            weights: Its arrays by their keys.

        Raises:
            ValueError: If there is one already.
        """
        if object_path in self._objects:
            raise ValueError(
                explain(
                    "There is an object at this path already.",
                    received={"object_path": object_path},
                    fix=f"editor.add_weights({object_path!r}, weights=...)",
                )
            )
        self._objects[object_path] = {k: np.asarray(v) for k, v in weights.items()}
        self._names[object_path] = object_path.rpartition("/")[2]

    def delete_object(self, object_name: str) -> None:
        """Removes an object, and what is inside it.

        Args:
            object_name: Its path, or the last name of it.
        """
        gone = self._find(object_name)
        for path in list(self._objects):
            if path == gone or path.startswith(f"{gone}/"):
                del self._objects[path], self._names[path]

    def rename_object(self, object_name: str, new_name: str) -> None:
        """Gives an object another last name.

        Args:
            object_name: Its path, or the last name of it.
            new_name: The new last name.

        Raises:
            ValueError: If it is a path, or taken.
        """
        old = self._find(object_name)
        new = "/".join([*old.split("/")[:-1], new_name])
        if "/" in new_name or new in self._objects:
            raise ValueError(
                explain(
                    "The new name is one that no other object beside it has, not a "
                    "path.",
                    received={"new_name": new_name},
                    fix=f"editor.rename_object({object_name!r}, 'another')",
                )
            )
        for table in (self._objects, self._names):
            for path in list(table):
                value = table.pop(path)
                inside = path == old or path.startswith(f"{old}/")
                table[new + path[len(old) :] if inside else path] = value

    def add_weights(self, object_name: str, weights: Arrays) -> None:
        """Adds weights to an object, or replaces some.

        Args:
            object_name: Its path, or the last name of it.
            weights: Arrays by their keys.
        """
        arrays = {key: np.asarray(value) for key, value in weights.items()}
        self._objects[self._find(object_name)].update(arrays)

    def delete_weight(self, object_name: str, weight_name: str) -> None:
        """Removes one weight of an object.

        Args:
            object_name: Its path, or the last name of it.
            weight_name: The weight's key.

        Raises:
            ValueError: If it has no such weight.
        """
        arrays = self._objects[self._find(object_name)]
        if weight_name not in arrays:
            raise ValueError(
                explain(
                    f"Object {object_name!r} has no such weight.",
                    received={"weight_name": weight_name},
                    why=f"Its weights are: {', '.join(arrays) or 'none'}.",
                )
            )
        del arrays[weight_name]

    def save(self, filepath: PathLike) -> None:
        """Writes what there is now, as a weights file.

        Args:
            filepath: Where to; ends with `.weights.h5`.

        Raises:
            ValueError: If it ends otherwise.
        """
        if not str(filepath).endswith(".weights.h5"):
            raise ValueError(
                explain(
                    "The name of a weights file ends with `.weights.h5`.",
                    received={"filepath": str(filepath)},
                    fix='editor.save("edited.weights.h5")',
                )
            )
        with atomic_path(filepath) as temporary, h5py.File(temporary, "w") as file:
            for path, arrays in self._objects.items():
                group = file.require_group(f"{path}/vars" if path else "vars")
                group.attrs["name"] = self._names[path]
                for name, value in arrays.items():
                    write_array(group, name, value)

    resave_weights = save

    def _find(self, name: str) -> str:
        known = {p for path in self._objects for p in _prefixes(path)}
        if name in known:
            return name
        ends = [path for path in known if path.rpartition("/")[2] == name]
        if len(ends) == 1:
            return ends[0]
        raise ValueError(
            explain(
                "Several objects end with this name." if ends else "No such object.",
                received={"object_name": name},
                why=f"There are: {', '.join(sorted(ends or filter(None, known)))}.",
                fix=""
                if ends
                else did_you_mean(
                    name, {*known, *(p.rpartition("/")[2] for p in known)}
                ),
            )
        )


def _prefixes(path: str) -> list[str]:
    parts = path.split("/")
    return ["/".join(parts[: i + 1]) for i in range(len(parts))]


def _lines(arrays: Arrays) -> list[str]:
    return [f"  {k}: shape={a.shape}, dtype={a.dtype}" for k, a in arrays.items()]
